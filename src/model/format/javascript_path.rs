//! The path from a root to an object as JavaScript: properties and elements as code, the variables of
//! functions by name, V8's internal steps folded.
//!
//! `globalThis.app.stack[7].handle → closure bloat → leaks[17]`: an arrow marks a step that JavaScript has no
//! expression for, such as from a function to a variable it uses.

use crate::base::{Cancelled, EdgeIndex, NodeIndex, Progress};
use crate::graph::{Edge, EdgeKind, HashTable, NodeKind};
use crate::model::format::path_text::{global_name, is_identifier, push_property, quoted, shortest_path};
use crate::model::format::{format_count, sanitize};
use crate::model::object::function_names::function_name;
use crate::snapshot::{EdgeText, Snapshot};
use crate::source::maps::original_variable_name;

/// Maximum characters of a Map's key.
const KEY_LIMIT: usize = 40;
/// Maximum characters of a name in a path.
const NAME_LIMIT: usize = 80;

/// V8's internal references from an object to its own storage: not visible in JavaScript.
const FOLDED: [&str; 6] = ["context", "elements", "native_bind", "properties", "shared", "table"];

/// One step of the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathStep {
    /// The reference.
    pub edge: EdgeIndex,
    /// Its target.
    pub node: NodeIndex,
    /// Its text in the path as code; `None` for a step that only V8 knows.
    pub expression: Option<String>,
    /// For a variable, a function that uses it.
    pub seen_by: Option<NodeIndex>,
}

/// A path from a root to an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JavaScriptPath {
    /// All steps, including folded ones.
    pub steps: Vec<PathStep>,
    /// Where the last independent piece starts: a variable, or the start of the path.
    owner: usize,
    text: String,
    short: String,
}

impl JavaScriptPath {
    /// A shortest path to `node`. Reads the edges of all nodes along it.
    pub fn find(snapshot: &Snapshot, node: NodeIndex, progress: &Progress) -> Result<Self, Cancelled> {
        Ok(Self::along(snapshot, &shortest_path(snapshot, node, progress)?))
    }

    /// The same, not cancellable.
    pub fn new(snapshot: &Snapshot, node: NodeIndex) -> Self {
        Self::find(snapshot, node, &Progress::new()).expect("not cancelled")
    }

    /// A given path, from the root on.
    pub fn along(snapshot: &Snapshot, path: &[EdgeIndex]) -> Self {
        Self::with(snapshot, path, PathFormatter { snapshot, function: None, started: false, general: false })
    }

    /// The suffix that `path` adds to the name of the object it starts at: `.users.get("x")`; with `general`,
    /// entries of collections have no key: `.users.get(…)`.
    pub fn behind(snapshot: &Snapshot, path: &[EdgeIndex], started: bool, general: bool) -> Self {
        Self::with(snapshot, path, PathFormatter { snapshot, function: None, started, general })
    }

    fn with(snapshot: &Snapshot, path: &[EdgeIndex], mut saying: PathFormatter<'_>) -> Self {
        let mut owner = 0;
        let mut steps: Vec<PathStep> = Vec::with_capacity(path.len());
        for &edge in path {
            let edge = snapshot.graph().edges.get(edge);
            let is_variable = edge.kind == EdgeKind::Context;
            if is_variable || !saying.started {
                owner = steps.len();
            }
            let expression = saying.step(&edge, steps.last());
            let seen_by = saying.function.filter(|_| is_variable);
            steps.push(PathStep { edge: edge.index, node: edge.target, expression, seen_by });
        }
        let text = joined(snapshot, &steps);
        let short = steps.get(owner).map_or_else(String::new, |first| {
            let first = PathStep { seen_by: None, ..first.clone() };
            joined(snapshot, &[&[first], &steps[owner + 1..]].concat())
        });
        Self { steps, owner, text, short }
    }

    /// The whole path in one line; empty if only V8 knows the path.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its end, from the last variable on: how the code that uses the object refers to it.
    pub fn owner(&self) -> &str {
        &self.short
    }

    /// The same, if it is valid JavaScript: it starts with a variable or `globalThis`, and no step is
    /// internal to V8.
    pub fn expression(&self, snapshot: &Snapshot) -> Option<&str> {
        let (first, rest) = self.steps.get(self.owner..)?.split_first()?;
        let edges = &snapshot.graph().edges;
        let is_variable = edges.kind(first.edge) == EdgeKind::Context;
        let begins =
            |expression: &str| expression == "globalThis" || is_variable && is_identifier(expression);
        let follows = |step: &PathStep| match (&step.expression, snapshot.edge_name(step.edge)) {
            (Some(expression), _) if edges.kind(step.edge) == EdgeKind::Internal => {
                expression.starts_with(".get(") && !expression.contains(" @") && !expression.contains("/*")
            }
            (Some(_), _) => matches!(edges.kind(step.edge), EdgeKind::Property | EdgeKind::Element),
            (None, EdgeText::Text(name)) => FOLDED.contains(&name),
            (None, EdgeText::Number(_)) => false,
        };
        let is_code = first.expression.as_deref().is_some_and(begins) && rest.iter().all(follows);
        is_code.then_some(self.short.as_str())
    }

    /// A function that uses the variable with which [`owner`](Self::owner) starts.
    pub fn seen_by(&self) -> Option<NodeIndex> {
        self.steps.get(self.owner)?.seen_by
    }

    /// As Markdown: the path as code, and all steps below it.
    pub fn markdown(&self, snapshot: &Snapshot) -> String {
        let mut text = format!("{}\n", code(&self.text));
        for step in &self.steps {
            let edge = snapshot.graph().edges.get(step.edge);
            let label = crate::model::edge_label(edge.kind, snapshot.edge_name(step.edge));
            let id = snapshot.id(step.node);
            let object = crate::model::object_label(snapshot, step.node);
            text.push_str(&format!("- {} → {}\n", code(&label), code(&format!("{object} {id}"))));
        }
        text
    }
}

/// Inline code of Markdown, whatever `text` contains.
pub(crate) fn code(text: &str) -> String {
    let text = sanitize(text, 1000);
    let run = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(run + 1);
    let pad = if run > 0 { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

fn joined(snapshot: &Snapshot, steps: &[PathStep]) -> String {
    const ARROW: &str = " → ";
    let mut pieces: Vec<String> = Vec::new();
    for step in steps {
        let Some(expression) = &step.expression else { continue };
        let mut piece = String::new();
        if let Some(function) = step.seen_by {
            let arrow = if pieces.is_empty() { "" } else { ARROW };
            piece.push_str(&format!("{arrow}closure {}", function_name(snapshot, function)));
        }
        if (!piece.is_empty() || !pieces.is_empty()) && !expression.starts_with(['.', '[']) {
            piece.push_str(ARROW);
        }
        piece.push_str(expression);
        pieces.push(piece);
    }
    shortened(&folded(&pieces))
}

/// Maximum length of a repeated piece of a path.
const PERIOD: usize = 6;
/// Minimum number of repetitions that are folded.
const TIMES: usize = 4;
/// Maximum characters of a path.
const PATH_LIMIT: usize = 300;

/// The concatenated pieces, with repetitions folded: `head….next ×1,509`.
fn folded(pieces: &[String]) -> String {
    let mut text = String::new();
    let mut at = 0;
    while at < pieces.len() {
        let repeats = |period: usize| {
            let first = pieces.get(at..at + period)?;
            let times = pieces[at..].chunks_exact(period).take_while(|&chunk| chunk == first).count();
            (times >= TIMES).then_some((period, times))
        };
        match (1..=PERIOD).find_map(repeats) {
            Some((period, times)) => {
                text.push_str(&format!(
                    "…{} ×{}",
                    pieces[at..at + period].concat(),
                    format_count(times as u64)
                ));
                at += period * times;
            }
            None => {
                text.push_str(&pieces[at]);
                at += 1;
            }
        }
    }
    text
}

/// Cuts the middle out of a long text.
fn shortened(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() <= PATH_LIMIT {
        return text.to_owned();
    }
    let half = PATH_LIMIT / 2 - 2;
    let (head, tail) = (&characters[..half], &characters[characters.len() - half..]);
    format!("{} … {}", head.iter().collect::<String>(), tail.iter().collect::<String>())
}

/// Whether this is the name of a page's global object.
fn is_page(name: &str) -> bool {
    name == "Window" || name.starts_with("Window ")
}

/// Formats one step after the other.
struct PathFormatter<'a> {
    snapshot: &'a Snapshot,
    /// The last function on the path.
    function: Option<NodeIndex>,
    /// Whether any text was written.
    started: bool,
    /// Whether entries of collections are written without their key.
    general: bool,
}

impl PathFormatter<'_> {
    fn step(&mut self, edge: &Edge, before: Option<&PathStep>) -> Option<String> {
        let graph = self.snapshot.graph();
        let source = graph.source(edge.index);
        if graph.nodes.kind(source) == NodeKind::CLOSURE {
            self.function = Some(source);
        }
        let expression = match global_name(self.snapshot, edge) {
            Some(global) if !self.started => Some(global),
            _ => self.reference(edge, source, before),
        };
        self.started |= expression.is_some();
        expression
    }

    fn reference(&self, edge: &Edge, source: NodeIndex, before: Option<&PathStep>) -> Option<String> {
        let graph = self.snapshot.graph();
        let original = original_variable_name(self.snapshot, edge.index);
        let name = match &original {
            Some(name) => EdgeText::Text(name),
            None => self.snapshot.edge_name(edge.index),
        };
        match (edge.kind, name) {
            (EdgeKind::Context, EdgeText::Text(name)) if is_identifier(name) => Some(name.to_owned()),
            (EdgeKind::Context, EdgeText::Text(name)) => Some(quoted(&sanitize(name, NAME_LIMIT))),
            (EdgeKind::Property, EdgeText::Text(name)) if self.started => {
                let mut expression = String::new();
                push_property(&mut expression, &sanitize(name, NAME_LIMIT));
                Some(expression)
            }
            (EdgeKind::Element, EdgeText::Number(_)) if graph.nodes.kind(source) == NodeKind::NATIVE => {
                self.beginning(edge.target, name)
            }
            (EdgeKind::Element, EdgeText::Number(_)) if self.started && self.general => Some("[…]".into()),
            (EdgeKind::Element, EdgeText::Number(number)) if self.started => Some(format!("[{number}]")),
            // A Proxy is transparent: the code that uses it means its target.
            (EdgeKind::Hidden | EdgeKind::Internal, _)
                if self.started && graph.raw_name(source) == "system / JSProxy" =>
            {
                None
            }
            (EdgeKind::Internal, EdgeText::Text(name)) if name.contains(" / part of key (") => {
                Some("value in a WeakMap".into())
            }
            (EdgeKind::Internal, _) if self.started && graph.nodes.kind(source) == NodeKind::ARRAY => {
                self.table_entry(edge, source, before).or_else(|| self.beginning(edge.target, name))
            }
            _ => self.beginning(edge.target, name),
        }
    }

    /// `.get("key")` for a value in the table of a Map.
    fn table_entry(&self, edge: &Edge, table: NodeIndex, before: Option<&PathStep>) -> Option<String> {
        let graph = self.snapshot.graph();
        let owner = graph.source(before?.edge);
        let containers = self.snapshot.containers();
        let (own_table, layout) = containers.hash_table(owner)?;
        let slot = containers.slot_number(edge).filter(|_| own_table == table)?;
        let (entry, place) = layout.entry(slot)?;
        match (layout, place) {
            (HashTable { stride: HashTable::MAP, .. }, 1) if self.general => Some(".get(…)".into()),
            (_, 0) if self.general => Some("[…keys()][…]".into()),
            (HashTable { stride: HashTable::MAP, .. }, 1) => {
                let is_key = |other: &Edge| containers.slot_number(other) == Some(slot - 1);
                let key = graph.edges_of(table).find(is_key).map(|key| self.key(key.target));
                Some(format!(".get({})", key.unwrap_or_else(|| format!("/* key {entry} */"))))
            }
            (_, 0) => Some(format!("[…keys()][{entry}]")),
            _ => None,
        }
    }

    /// A Map's key as code.
    fn key(&self, key: NodeIndex) -> String {
        let kind = self.snapshot.graph().nodes.kind(key);
        let name = self.snapshot.display_name(key);
        let name = sanitize(&name, KEY_LIMIT);
        match kind {
            kind if kind.is_string() => quoted(&name),
            NodeKind::NUMBER | NodeKind::BIGINT => name,
            _ => format!("{name} {}", self.snapshot.id(key)),
        }
    }

    /// The start of a path, or of its continuation after a step that only V8 knows.
    fn beginning(&self, node: NodeIndex, edge: EdgeText<'_>) -> Option<String> {
        let graph = self.snapshot.graph();
        let name = || sanitize(&self.snapshot.display_name(node), NAME_LIMIT);
        match graph.nodes.kind(node) {
            _ if matches!(edge, EdgeText::Text("elements" | "properties" | "context" | "shared" | "map")) => {
                None
            }
            NodeKind::OBJECT if graph.raw_name(node).starts_with("system / ") => None,
            NodeKind::NATIVE if graph.raw_name(node).starts_with("system / ") => None,
            NodeKind::OBJECT if !self.started && is_page(graph.raw_name(node)) => Some("globalThis".into()),
            NodeKind::OBJECT | NodeKind::NATIVE => match edge {
                EdgeText::Text(text @ ("bound_this" | "bound_function")) => {
                    Some(format!("{text} {}", name()))
                }
                _ => Some(name()),
            },
            // A function is written together with the variable that it uses, if the path continues there.
            NodeKind::CLOSURE if self.started => None,
            NodeKind::CLOSURE => Some(format!("function {}", function_name(self.snapshot, node))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Progress;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;

    fn expression_of(build: impl FnOnce(&mut GraphBuilder) -> usize) -> Option<String> {
        let mut builder = GraphBuilder::new();
        let node = build(&mut builder);
        let snapshot = load_bytes("test", builder.to_json().as_bytes(), &Progress::new()).unwrap();
        let path = JavaScriptPath::new(&snapshot, NodeIndex::at(node));
        path.expression(&snapshot).map(str::to_owned)
    }

    #[test]
    fn a_path_begins_at_its_last_variable() {
        let expression = expression_of(|heap| {
            let global = heap.node("object", "global", 10);
            let function = heap.node("closure", "handler", 10);
            let context = heap.node("object", "system / Context", 10);
            let leaks = heap.node("object", "Array", 10);
            let leaked = heap.node("object", "Object", 10);
            let name = heap.node("string", "x", 10);
            heap.edge(0, "shortcut", "1", global);
            heap.edge(global, "property", "handler", function);
            heap.edge(function, "internal", "context", context);
            heap.edge(context, "context", "leaks", leaks);
            heap.edge(leaks, "element", "17", leaked);
            heap.edge(leaked, "property", "first name", name);
            name
        });
        assert_eq!(expression.as_deref(), Some("leaks[17][\"first name\"]"));
    }

    #[test]
    fn without_a_variable_it_begins_at_the_global_name() {
        let expression = expression_of(|heap| {
            let global = heap.node("object", "global", 10);
            let cache = heap.node("object", "Cache", 10);
            let hidden = heap.node("object", "Object", 10);
            heap.edge(0, "shortcut", "1", global);
            heap.edge(global, "property", "cache", cache);
            heap.edge(cache, "property", "<symbol kState>", hidden);
            hidden
        });
        assert_eq!(expression.as_deref(), Some("globalThis.cache[Symbol(kState)]"));
    }

    #[test]
    fn what_only_v8_can_follow_is_not_said() {
        let expression = expression_of(|heap| {
            let roots = heap.node("synthetic", "(GC roots)", 0);
            let map = heap.node("object", "Map", 10);
            heap.edge(0, "element", "1", roots);
            heap.edge(roots, "internal", "1", map);
            map
        });
        assert_eq!(expression, None);
    }
}
