//! Objects that only certain references keep alive: Chrome's filters "Objects retained by …".
//!
//! A node passes if it can be reached (see [`distances`](crate::analysis::distances)), but not when certain
//! edges are cut. The search with cuts is plain: from the root, over all edges but weak ones, without the
//! exceptions of distances.

use crate::analysis::distances::{DistanceColumn, NOT_REACHED};
use crate::analysis::dom_state::DomStates;
use crate::analysis::names::{EdgeText, edge_text};
use crate::base::{BitSet, Cancelled, NodeIndex, Progress};
use crate::graph::{Detachedness, Edge, EdgeKind, Graph, NodeKind};

/// The edges to cut.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Cut {
    /// Edges to detached DOM nodes.
    DetachedDom,
    /// Edges to the scopes of functions.
    Contexts,
    /// What the console of the developer tools holds.
    Console,
    /// Edges to event handlers.
    EventHandlers,
}

/// The nodes that `cut` alone keeps reachable. `O(nodes + edges)`.
pub fn retained_by(
    cut: Cut,
    graph: &Graph,
    dom: &DomStates,
    distances: &DistanceColumn,
    progress: &Progress,
) -> Result<BitSet, Cancelled> {
    let reached = match cut {
        Cut::DetachedDom => {
            reachable(graph, progress, |_, edge| dom.get(edge.target) != Detachedness::Detached)
        }
        Cut::Contexts => {
            let contexts = context_nodes(graph, dom);
            reachable(graph, progress, |_, edge| !contexts.contains(edge.target.position()))
        }
        Cut::Console => reachable(graph, progress, |source, edge| !is_console_edge(graph, source, edge)),
        Cut::EventHandlers => {
            let handlers = event_handlers(graph, dom);
            reachable(graph, progress, |_, edge| !handlers.contains(edge.target.position()))
        }
    }?;
    let mut kept = BitSet::new(graph.node_count());
    for (node, distance) in distances.iter() {
        if distance.0 != NOT_REACHED && !reached.contains(node.position()) {
            kept.insert(node.position());
        }
    }
    Ok(kept)
}

fn reachable(
    graph: &Graph,
    progress: &Progress,
    follows: impl Fn(NodeIndex, &Edge) -> bool,
) -> Result<BitSet, Cancelled> {
    let mut reached = BitSet::new(graph.node_count());
    reached.insert(graph.root.position());
    let mut work = vec![graph.root];
    let mut steps = 0;
    while let Some(node) = work.pop() {
        steps += 1;
        progress.tick(steps)?;
        for edge in graph.edges_of(node) {
            let target = edge.target.position();
            if edge.kind != EdgeKind::Weak && !reached.contains(target) && follows(node, &edge) {
                reached.insert(target);
                work.push(edge.target);
            }
        }
    }
    Ok(reached)
}

/// `system / Context` and `system / Context / …`.
fn context_nodes(graph: &Graph, dom: &DomStates) -> BitSet {
    nodes_named(graph, dom, |name| {
        name.strip_prefix("system / Context").is_some_and(|rest| rest.is_empty() || rest.starts_with(" / "))
    })
}

/// The nodes whose name `is_wanted`, except those whose name got "Detached " put before it.
pub fn nodes_named(graph: &Graph, dom: &DomStates, is_wanted: impl Fn(&str) -> bool) -> BitSet {
    let mut wanted = BitSet::new(graph.strings.len());
    for (index, text) in graph.strings.iter() {
        if is_wanted(text) {
            wanted.insert(index.position());
        }
    }
    let mut nodes = BitSet::new(graph.node_count());
    for node in graph.node_indices() {
        if wanted.contains(graph.nodes.name(node).position()) && !dom.has_prefix(graph, node) {
            nodes.insert(node.position());
        }
    }
    nodes
}

fn is_console_edge(graph: &Graph, source: NodeIndex, edge: &Edge) -> bool {
    graph.nodes.kind(source) == NodeKind::SYNTHETIC
        && matches!(edge_text(graph, edge), EdgeText::Text(name) if name.ends_with(" / DevTools console"))
}

/// What event listeners call: the target of their first edge `1`; unless that has an edge `code`, its first
/// child that has one.
fn event_handlers(graph: &Graph, dom: &DomStates) -> BitSet {
    let target = |node: NodeIndex, name: &str| {
        graph
            .edges_of(node)
            .find(|edge| match edge_text(graph, edge) {
                EdgeText::Text(text) => text == name,
                EdgeText::Number(number) => name.parse() == Ok(number),
            })
            .map(|edge| edge.target)
    };
    let has_code = |node: NodeIndex| target(node, "code").is_some();
    let listeners = nodes_named(graph, dom, |name| name == "V8EventListener");
    let mut handlers = BitSet::new(graph.node_count());
    for callback in listeners.iter().filter_map(|listener| target(NodeIndex::at(listener), "1")) {
        let inner = || graph.edges_of(callback).map(|edge| edge.target).find(|&child| has_code(child));
        let handler = if has_code(callback) { callback } else { inner().unwrap_or(callback) };
        handlers.insert(handler.position());
    }
    handlers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::test_heap::TestHeap;

    fn kept(heap: &TestHeap, cut: Cut) -> String {
        let distances = heap.distances_ignoring(&rustc_hash::FxHashSet::default());
        let kept = retained_by(cut, &heap.graph, &heap.dom(), &distances, &Progress::new());
        heap.labels(&kept.expect("not cancelled"))
    }

    #[test]
    fn what_only_a_scope_holds_is_retained_by_contexts() {
        let heap = TestHeap::new(
            "f: closure f 1
             scope: object system / Context / a.js 1
             only: object Only 1
             also: object Also 1
             unreached: object Unreached 1
             root -> f shortcut 1
             f -> scope internal context
             scope -> only context x
             scope -> also context y
             f -> also property p
             only -> unreached weak w",
        );
        assert_eq!(kept(&heap, Cut::Contexts), "scope only");
    }

    #[test]
    fn what_only_detached_nodes_hold_is_retained_by_them() {
        let heap = TestHeap::changed(
            "window: object Window 1
             detached: native HTMLDivElement 1
             below: object Below 1
             root -> window shortcut 1
             window -> detached property d
             detached -> below property b",
            |builder| {
                builder.detachedness(2, 2);
            },
        );
        assert_eq!(kept(&heap, Cut::DetachedDom), "detached below");
    }

    #[test]
    fn what_only_the_console_holds_is_retained_by_it() {
        let heap = TestHeap::new(
            "handles: synthetic (Global handles) 0
             printed: object Printed 1
             window: object Window 1
             named: object Named 1
             root -> handles element 1
             root -> window shortcut 1
             handles -> printed internal 7 / DevTools console
             window -> named internal 7 / DevTools console",
        );
        assert_eq!(kept(&heap, Cut::Console), "printed");
    }

    #[test]
    fn what_only_a_handler_holds_is_retained_by_event_handlers() {
        let heap = TestHeap::new(
            "window: object Window 1
             listener: native V8EventListener 1
             handler: closure f 1
             code: code (code) 1
             held: object Held 1
             root -> window shortcut 1
             window -> listener property l
             listener -> handler property 1
             handler -> code internal code
             handler -> held property h
             window -> code property c",
        );
        assert_eq!(kept(&heap, Cut::EventHandlers), "handler held");
    }
}
