//! Whose code a scope or function is: the program's, a library's or the runtime's.

use rustc_hash::FxHashMap;

use crate::base::NodeIndex;
use crate::graph::{EdgeKind, Graph, NodeKind};
use crate::snapshot::Snapshot;

/// Whose code it is, the most telling first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Origin {
    /// The program's own.
    Program,
    /// Not known: the file names no script.
    Unknown,
    /// Of an installed package.
    Library,
    /// Of the runtime.
    Runtime,
}

/// The functions that see each scope, and the origin of each script.
pub struct Scopes<'a> {
    snapshot: &'a Snapshot,
    function_of: FxHashMap<NodeIndex, NodeIndex>,
    origins: Vec<Origin>,
}

/// Longest chain of scopes.
const DEPTH: usize = 64;

impl<'a> Scopes<'a> {
    /// One pass over the functions and their scopes.
    pub fn find(snapshot: &'a Snapshot) -> Self {
        let graph = snapshot.graph();
        let origins = snapshot.scripts().iter().map(|(_, script)| origin_of_path(&script.url)).collect();
        let mut scopes = Self { snapshot, function_of: FxHashMap::default(), origins };
        let closures = graph.node_indices().filter(|&node| graph.nodes.kind(node) == NodeKind::CLOSURE);
        for closure in closures {
            let Some(context) = scope_of(graph, closure) else { continue };
            let is_better =
                |known: NodeIndex| graph.raw_name(known).is_empty() && !graph.raw_name(closure).is_empty();
            let known = scopes.function_of.entry(context).or_insert(closure);
            if is_better(*known) {
                *known = closure;
            }
        }
        scopes.spread_outwards(graph);
        scopes
    }

    /// A scope that no function has directly is seen by those of the scopes inside it.
    fn spread_outwards(&mut self, graph: &Graph) {
        let mut known: Vec<(NodeIndex, NodeIndex)> =
            self.function_of.iter().map(|(&scope, &function)| (scope, function)).collect();
        known.sort_unstable();
        for (scope, function) in known {
            let mut at = scope;
            for _ in 0..DEPTH {
                let Some(outer) = outer_scope(graph, at) else { break };
                if self.function_of.contains_key(&outer) {
                    break;
                }
                self.function_of.insert(outer, function);
                at = outer;
            }
        }
    }

    /// A function that sees the variables of `scope`.
    pub fn function(&self, scope: NodeIndex) -> Option<NodeIndex> {
        self.function_of.get(&scope).copied()
    }

    /// Whose code a function is.
    pub fn origin_of_function(&self, function: NodeIndex) -> Origin {
        if self.origins.is_empty() {
            return Origin::Unknown;
        }
        let script = self.snapshot.scripts().of(self.snapshot.graph(), function);
        script.map_or(Origin::Runtime, |script| self.origins[script.position()])
    }

    /// Whether the file names no script at all.
    pub fn origins_are_unknown(&self) -> bool {
        self.origins.is_empty()
    }

    /// Whose variables a scope has.
    pub fn origin(&self, scope: NodeIndex) -> Origin {
        match self.function(scope) {
            Some(function) => self.origin_of_function(function),
            None => Origin::Unknown,
        }
    }
}

/// Whether `node` holds the variables of a function or block: a context of V8, an environment of JavaScriptCore.
pub fn is_scope(graph: &Graph, node: NodeIndex) -> bool {
    let name = graph.raw_name(node);
    let is_environment =
        || name.starts_with("system / JS") && (name.ends_with("Environment") || name.ends_with("Activation"));
    graph.nodes.kind(node) == NodeKind::OBJECT && (name.starts_with("system / Context") || is_environment())
}

/// The scope that a function was made in.
pub fn scope_of(graph: &Graph, function: NodeIndex) -> Option<NodeIndex> {
    let named = graph.internal_target(function, "context").filter(|&scope| is_scope(graph, scope));
    named.or_else(|| unnamed_scope(graph, function))
}

/// The scope around `scope`.
pub fn outer_scope(graph: &Graph, scope: NodeIndex) -> Option<NodeIndex> {
    let named = graph.internal_target(scope, "previous").filter(|&outer| is_scope(graph, outer));
    named.or_else(|| unnamed_scope(graph, scope))
}

/// JavaScriptCore does not name its references.
fn unnamed_scope(graph: &Graph, node: NodeIndex) -> Option<NodeIndex> {
    let is_environment = |target: NodeIndex| {
        is_scope(graph, target) && target != node && graph.raw_name(target).starts_with("system / JS")
    };
    let unnamed = graph.edges_of(node).filter(|edge| edge.kind == EdgeKind::Internal);
    unnamed.map(|edge| edge.target).find(|&target| is_environment(target))
}

/// Whose code stands at `path`: Node's own has a scheme of its own, or, in old versions, no folder.
pub fn origin_of_path(path: &str) -> Origin {
    let is_runtime = path.is_empty()
        || ["node:", "internal/", "ext:", "native ", "extensions::", "chrome-extension:"]
            .iter()
            .any(|start| path.starts_with(start))
        || (path.ends_with(".js") && !path.contains(['/', '\\', ' ']) && !path.contains("eval"));
    if is_runtime {
        Origin::Runtime
    } else if path.contains("/node_modules/") || path.contains("\\node_modules\\") {
        Origin::Library
    } else {
        Origin::Program
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_whose_code_it_is() {
        for path in ["/app/server.js", "file:///app/a.mjs", "evalmachine.<anonymous>", "http://x/app.js"] {
            assert_eq!(origin_of_path(path), Origin::Program, "{path}");
        }
        for path in ["node:events", "internal/timers.js", "events.js", ""] {
            assert_eq!(origin_of_path(path), Origin::Runtime, "{path}");
        }
        assert_eq!(origin_of_path("/app/node_modules/ws/lib/socket.js"), Origin::Library);
    }
}
