//! Paths by name, from a variable, a module or the global object on: the same in the file of another process,
//! where ids say nothing.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::NodeIndex;
use crate::compare::name_folding::{fold_name, fold_script};
use crate::graph::{Edge, EdgeKind, EdgeName, NodeKind};
use crate::suspects::holder::{HolderPath, Holders, Start, is_global};
use crate::suspects::scopes::is_scope;

/// Objects that one path leads to.
const PLACES: usize = 100_000;

/// One reference of a path.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Step {
    /// A property or variable, without what changes from run to run.
    Name(String),
    /// An element or an entry.
    Entry,
}

/// A path without what changes from run to run.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct NamedPath {
    start: &'static str,
    /// The module, function or script it begins in.
    place: String,
    steps: Vec<Step>,
}

impl NamedPath {
    /// The name of a way; none where it begins at the roots or on the stack.
    pub(super) fn of(holders: &Holders<'_>, path: &HolderPath) -> Option<Self> {
        let (start, place) = match path.start {
            Start::Variable => ("variable", script_of_scope(holders, path.from)),
            Start::Global => ("global", String::new()),
            Start::Process => ("process", String::new()),
            Start::Module => {
                ("module", fold_script(holders.module_path(path.from).unwrap_or_default()).into_owned())
            }
            Start::Function => ("function", holders.snapshot().graph().raw_name(path.from).to_owned()),
            Start::Stack | Start::Console | Start::Roots | Start::Export => return None,
        };
        let edges = path.edges.iter().map(|&edge| holders.snapshot().graph().edges.get(edge));
        let steps: Vec<Step> = edges.filter_map(|edge| step(holders, &edge)).collect();
        (!steps.is_empty()).then_some(Self { start, place, steps })
    }
}

/// Finds the objects at paths in one snapshot.
pub(super) struct Follower<'a> {
    holders: &'a Holders<'a>,
    starts: FxHashMap<(&'static str, String), Vec<NodeIndex>>,
}

impl<'a> Follower<'a> {
    /// Looks for everything that a path begins at. `O(nodes)`.
    pub(super) fn new(holders: &'a Holders<'a>) -> Self {
        let snapshot = holders.snapshot();
        let graph = snapshot.graph();
        let mut starts: FxHashMap<(&'static str, String), Vec<NodeIndex>> = FxHashMap::default();
        for node in graph.node_indices() {
            let name = graph.raw_name(node);
            let key = match graph.nodes.kind(node) {
                NodeKind::CLOSURE if !name.is_empty() => ("function", name.to_owned()),
                NodeKind::OBJECT if is_scope(graph, node) => ("variable", script_of_scope(holders, node)),
                NodeKind::OBJECT if name == "Module" => match holders.module_path(node) {
                    Some(path) => ("module", fold_script(path).into_owned()),
                    None => continue,
                },
                NodeKind::OBJECT if name == "process" => ("process", String::new()),
                NodeKind::OBJECT if is_global(snapshot, node) => ("global", String::new()),
                _ => continue,
            };
            starts.entry(key).or_default().push(node);
        }
        Self { holders, starts }
    }

    /// The objects that `path` leads to.
    pub(super) fn follow(&self, path: &NamedPath) -> Vec<NodeIndex> {
        let graph = self.holders.snapshot().graph();
        let mut at: Vec<NodeIndex> =
            self.starts.get(&(path.start, path.place.clone())).cloned().unwrap_or_default();
        for wanted in &path.steps {
            let mut seen = FxHashSet::default();
            let mut next = Vec::new();
            for &node in &at {
                for edge in self.references(node) {
                    let is_it = next.len() < PLACES && step(self.holders, &edge).as_ref() == Some(wanted);
                    if is_it && seen.insert(edge.target) {
                        next.push(edge.target);
                    }
                }
            }
            at = next;
        }
        at.retain(|&node| graph.nodes.kind(node) != NodeKind::HIDDEN);
        at
    }

    /// The references of an object, past the storage that only the engine sees.
    fn references(&self, node: NodeIndex) -> Vec<Edge> {
        let graph = self.holders.snapshot().graph();
        let mut found: Vec<Edge> = graph.edges_of(node).collect();
        let storage = found.iter().filter(|edge| is_storage_edge(self.holders, edge)).map(|edge| edge.target);
        let inner: Vec<Edge> = storage.flat_map(|storage| graph.edges_of(storage)).collect();
        found.extend(inner);
        found
    }
}

/// What a reference adds to a path; nothing where only the engine sees it.
fn step(holders: &Holders<'_>, edge: &Edge) -> Option<Step> {
    let graph = holders.snapshot().graph();
    match (edge.kind, edge.name) {
        (EdgeKind::Property | EdgeKind::Context, EdgeName::Text(text)) => {
            Some(Step::Name(fold_name(graph.text(text)).into_owned()))
        }
        (EdgeKind::Element, _) => Some(Step::Entry),
        (EdgeKind::Internal, EdgeName::Number(_)) => Some(Step::Entry),
        (EdgeKind::Internal, EdgeName::Text(text)) if !is_storage_edge(holders, edge) => {
            let name = graph.text(text);
            let is_entry = name.starts_with(|c: char| c.is_ascii_digit());
            Some(if is_entry { Step::Entry } else { Step::Name(fold_name(name).into_owned()) })
        }
        _ => None,
    }
}

fn is_storage_edge(holders: &Holders<'_>, edge: &Edge) -> bool {
    let graph = holders.snapshot().graph();
    edge.kind == EdgeKind::Internal
        && matches!(edge.name, EdgeName::Text(text) if matches!(graph.text(text), "table" | "elements" | "properties"))
}

/// The script that a scope belongs to, without folders and what changes from build to build.
fn script_of_scope(holders: &Holders<'_>, scope: NodeIndex) -> String {
    let snapshot = holders.snapshot();
    let function = holders.scopes.function(scope);
    let script = function.and_then(|function| snapshot.scripts().of(snapshot.graph(), function));
    script.map_or_else(String::new, |script| fold_script(&snapshot.scripts().get(script).url).into_owned())
}
