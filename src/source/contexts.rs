//! Scopes whose variables live on the heap: the functions that see them, and the function that has them.

use rustc_hash::FxHashSet;

use crate::base::NodeIndex;
use crate::graph::{Edge, EdgeKind, EdgeName, Graph, NodeKind};
use crate::snapshot::Snapshot;

/// What V8 calls the node of a scope.
const CONTEXT: &str = "system / Context";
/// What it calls the cell of a variable that changes.
const CELL: &str = "system / ContextCell";
/// Holders of one node that are looked at: a scope may be seen by a million closures.
const HOLDERS: usize = 4096;
/// Holders of all scopes inside a scope that are looked at where none may be left out.
const ALL_HOLDERS: usize = 1 << 18;
/// Scopes inside a scope that are looked at.
const INNER: usize = 256;

/// Whether `node` is the scope of a function, block or module.
pub fn is_context(graph: &Graph, node: NodeIndex) -> bool {
    let is_named = || graph.raw_name(node).strip_prefix(CONTEXT).is_some_and(is_end_of_name);
    matches!(graph.nodes.kind(node), NodeKind::OBJECT | NodeKind::HIDDEN | NodeKind::CODE) && is_named()
}

/// Chrome 156 writes ` / scope @45313` behind the name.
fn is_end_of_name(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(" / ")
}

/// The variables of a scope that lead to an object, in order.
pub fn variables(graph: &Graph, context: NodeIndex) -> impl Iterator<Item = (&str, NodeIndex)> + '_ {
    graph.edges_of(context).filter_map(|edge| match (edge.kind, edge.name) {
        (EdgeKind::Context, EdgeName::Text(name)) => Some((graph.text(name), edge.target)),
        _ => None,
    })
}

/// What a variable holds: newer engines keep the value of one that changes in a cell.
pub fn variable_value(graph: &Graph, target: NodeIndex) -> NodeIndex {
    if graph.raw_name(target) != CELL {
        return target;
    }
    // Where the value is a small integer, only what depends on the cell is there.
    let is_value = |edge: &Edge| {
        edge.kind == EdgeKind::Hidden && graph.raw_name(edge.target) != "system / WeakArrayList"
    };
    graph.edges_of(target).find(is_value).map_or(target, |edge| edge.target)
}

/// Up to `limit` functions that can see the scope: those made right in it first.
pub fn functions_that_see(snapshot: &Snapshot, context: NodeIndex, limit: usize) -> Vec<NodeIndex> {
    let graph = snapshot.graph();
    let mut functions = Vec::new();
    let mut seen = FxHashSet::from_iter([context]);
    let mut scopes = vec![context];
    let mut at = 0;
    while let Some(&scope) = scopes.get(at) {
        at += 1;
        for holder in snapshot.strong_holders(scope).take(HOLDERS) {
            if functions.len() >= limit {
                return functions;
            }
            let is_function = graph.nodes.kind(holder) == NodeKind::CLOSURE;
            if is_function && graph.internal_target(holder, "context") == Some(scope) {
                functions.push(holder);
            } else if is_context(graph, holder)
                && scopes.len() < INNER
                && graph.internal_target(holder, "previous") == Some(scope)
                && seen.insert(holder)
            {
                scopes.push(holder);
            }
        }
    }
    functions
}

/// A function of each text that can see the scope, if nothing else can: a suspended generator and a function
/// that runs read variables whatever their text says. `None` if there is more to look at than is looked at.
pub fn only_functions_that_see(snapshot: &Snapshot, context: NodeIndex) -> Option<Vec<NodeIndex>> {
    let graph = snapshot.graph();
    let mut texts = FxHashSet::default();
    let mut functions = Vec::new();
    let mut seen = FxHashSet::from_iter([context]);
    let mut scopes = vec![context];
    let mut left = ALL_HOLDERS;
    while let Some(scope) = scopes.pop() {
        for holder in snapshot.strong_holders(scope) {
            left = left.checked_sub(1)?;
            let is_held_as = |name| graph.internal_target(holder, name) == Some(scope);
            if graph.nodes.kind(holder) == NodeKind::CLOSURE && is_held_as("context") {
                if texts.insert(graph.internal_target(holder, "shared")?) {
                    functions.push(holder);
                }
            } else if is_context(graph, holder) && is_held_as("previous") {
                if seen.insert(holder) {
                    scopes.push(holder);
                }
            } else {
                return None;
            }
        }
    }
    Some(functions)
}

/// The function whose variables are in `context`: that of a generator which stands still in it, else a living
/// function of the same text.
pub fn owner_of(snapshot: &Snapshot, context: NodeIndex) -> Option<NodeIndex> {
    let graph = snapshot.graph();
    let of_generator = |holder: NodeIndex| {
        let is_it = graph.internal_target(holder, "context") == Some(context);
        graph.internal_target(holder, "function").filter(|_| is_it)
    };
    let found = snapshot.strong_holders(context).take(HOLDERS).find_map(of_generator);
    found.or_else(|| located_function(snapshot, shared_of_scope(snapshot, context)?))
}

/// What all functions of the text share whose scope `context` is: known while V8 keeps the text's code.
pub fn shared_of_scope(snapshot: &Snapshot, context: NodeIndex) -> Option<NodeIndex> {
    let graph = snapshot.graph();
    let scope_info = graph.internal_target(context, "scope_info")?;
    let is_of_function = |&holder: &NodeIndex| {
        graph.nodes.kind(holder) == NodeKind::CODE
            && graph.internal_target(holder, "name_or_scope_info") == Some(scope_info)
    };
    snapshot.strong_holders(scope_info).take(HOLDERS).find(is_of_function)
}

/// A living function of this shared text whose place is known.
pub fn located_function(snapshot: &Snapshot, shared: NodeIndex) -> Option<NodeIndex> {
    let graph = snapshot.graph();
    let is_one = |&holder: &NodeIndex| {
        graph.nodes.kind(holder) == NodeKind::CLOSURE
            && graph.locations.get(holder).is_some()
            && graph.internal_target(holder, "shared") == Some(shared)
    };
    snapshot.strong_holders(shared).take(HOLDERS).find(is_one)
}
