//! The lines of code that declare and change the variable behind a suspect.

use crate::base::{EdgeIndex, NodeIndex};
use crate::graph::{EdgeKind, NodeKind};
use crate::model::format::javascript_path::JavaScriptPath;
use crate::model::format::{format_size, sanitize};
use crate::model::views::suspects::{Suspect, SuspectsReport};
use crate::snapshot::{SizeMode, Snapshot};
use crate::source::captured::captured_variables;
use crate::source::contexts::is_context;
use crate::source::finding::{CodeLine, SourceFinding};
use crate::source::maps::original_variable_name;
use crate::source::text::SourceOptions;
use crate::source::variable_lines::source_finding;

/// Entries of a container, and of its storage, that are examined.
const ENTRIES: usize = 64;
/// Scopes whose variables are looked at.
const SCOPES: usize = 16;
/// Lines that are told in one sentence.
const TOLD: usize = 3;
/// Characters of a variable's name.
const NAME_LIMIT: usize = 120;

/// A variable that alone keeps what it holds, and that no living function reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadVariable {
    /// Its name, that of the original code where a source map tells it.
    pub name: String,
    /// What it holds.
    pub object: NodeIndex,
    /// Bytes that would be freed with that.
    pub retained: u64,
}

/// Finds the lines by the name of the suspect, else by the path from a root. Reads files at the paths of
/// scripts, so it runs in a task.
pub fn suspect_finding(snapshot: &Snapshot, suspect: &Suspect) -> Option<SourceFinding> {
    let from_root = from_root(snapshot, suspect);
    let options = SourceOptions::of(snapshot);
    let new = suspect.new_entries.iter().copied();
    let entries: Vec<NodeIndex> = new.chain(entries_of(snapshot, suspect.object)).collect();
    source_finding(snapshot, &[&suspect.holder, &from_root], &entries, &options)
}

fn from_root(snapshot: &Snapshot, suspect: &Suspect) -> Vec<EdgeIndex> {
    let path = JavaScriptPath::new(snapshot, suspect.object);
    path.steps.iter().map(|step| step.edge).collect()
}

/// Variables that are kept for nothing, in the scopes on the way to what is accused and in those of its new
/// functions; one of each name.
fn unread_variables(snapshot: &Snapshot, suspect: &Suspect) -> Vec<UnreadVariable> {
    let graph = snapshot.graph();
    let from_root = from_root(snapshot, suspect);
    let on_way = suspect.holder.iter().chain(&from_root);
    let on_way = on_way.filter(|&&edge| graph.edges.kind(edge) == EdgeKind::Context);
    let of_functions = suspect.new_entries.iter().chain([&suspect.object]).filter_map(|&node| {
        let is_function = graph.nodes.kind(node) == NodeKind::CLOSURE;
        if is_function { graph.internal_target(node, "context") } else { Some(node) }
    });
    let mut scopes: Vec<NodeIndex> = Vec::new();
    for scope in on_way.map(|&edge| graph.source(edge)).chain(of_functions) {
        if scopes.len() < SCOPES && is_context(graph, scope) && !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    let options = SourceOptions::of(snapshot);
    let mut found: Vec<UnreadVariable> = Vec::new();
    for scope in scopes {
        let variables = captured_variables(snapshot, scope, SizeMode::Chrome, &options);
        for variable in variables.iter().filter(|variable| variable.is_unread) {
            let name = original_variable_name(snapshot, variable.edge);
            let name = name.map_or_else(|| variable.name.to_owned(), |name| name.to_string());
            if !found.iter().any(|known| known.name == name) {
                found.push(UnreadVariable { name, object: variable.value, retained: variable.retained });
            }
        }
    }
    found.sort_by_key(|variable| std::cmp::Reverse(variable.retained));
    found
}

impl SuspectsReport {
    /// Adds to the facts of each suspect what the code says. Reads files at the paths of scripts.
    pub fn add_code_facts(&mut self, snapshot: &Snapshot) {
        for suspect in &mut self.suspects {
            SuspectCode::find(snapshot, suspect).add_facts(snapshot, suspect);
        }
    }
}

/// What the code says of a suspect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuspectCode {
    /// The lines of its variable.
    pub finding: Option<SourceFinding>,
    /// Variables that are kept for nothing.
    pub unread: Vec<UnreadVariable>,
}

impl SuspectCode {
    /// Reads files at the paths of scripts, so it is for a thread of its own.
    pub fn find(snapshot: &Snapshot, suspect: &Suspect) -> Self {
        let finding = suspect_finding(snapshot, suspect);
        Self { finding, unread: unread_variables(snapshot, suspect) }
    }

    /// Puts what it says among the facts of the suspect.
    pub fn add_facts(&self, snapshot: &Snapshot, suspect: &mut Suspect) {
        // How sure it is stays the last.
        let at = suspect.facts.len().saturating_sub(1);
        suspect.facts.splice(at..at, self.facts(snapshot));
    }

    /// A sentence each: `Code: leaks is declared at server.js:8 and grows at server.js:12`.
    fn facts(&self, snapshot: &Snapshot) -> Vec<String> {
        let place = |line: &CodeLine| sanitize(&line.place.text(snapshot), NAME_LIMIT);
        let lines = self.finding.as_ref().and_then(|found| {
            let name = sanitize(&found.variable, NAME_LIMIT);
            let grows: Vec<String> = found.grows.iter().take(TOLD).map(place).collect();
            let (grows, check) = (grows.join(", "), found.check.text());
            match (found.declared.as_ref().map(place), grows.is_empty()) {
                (Some(declared), true) => Some(format!("Code: {name} is declared at {declared} ({check})")),
                (Some(declared), false) => {
                    Some(format!("Code: {name} is declared at {declared} and grows at {grows} ({check})"))
                }
                (None, false) if name.is_empty() => {
                    Some(format!("Code: entries are made at {grows} ({check})"))
                }
                (None, false) => Some(format!("Code: {name} grows at {grows} ({check})")),
                (None, true) => None,
            }
        });
        let unread = self.unread.iter().take(TOLD).map(|variable| {
            let name = sanitize(&variable.name, NAME_LIMIT);
            let bytes = format_size(variable.retained);
            format!("Kept for nothing: {name} keeps {bytes}, and no living function reads it")
        });
        lines.into_iter().chain(unread).collect()
    }
}

/// The last entries of `object` and its storage, which were added last, and `object` itself.
fn entries_of(snapshot: &Snapshot, object: NodeIndex) -> Vec<NodeIndex> {
    let graph = snapshot.graph();
    let below = |node: NodeIndex| graph.edges_of(node).rev().take(ENTRIES).map(|edge| edge.target);
    let near: Vec<NodeIndex> = below(object).collect();
    near.iter().copied().chain(near.iter().flat_map(|&node| below(node))).chain([object]).collect()
}
