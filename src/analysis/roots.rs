//! User roots: what the root refers to that JavaScript knows, such as global objects.
//!
//! A snapshot with none was taken "with exposed internals": then nothing moves between shallow sizes,
//! no node is a page object, and distances start at the root.

use crate::base::NodeIndex;
use crate::graph::{EdgeKind, Graph, NodeKind};

/// The one synthetic group that counts as a user root.
const DOCUMENT_DOM_TREES: &str = "(Document DOM trees)";

/// A child of the root that is not synthetic, or is the group of documents.
pub fn is_user_root(graph: &Graph, node: NodeIndex) -> bool {
    graph.nodes.kind(node) != NodeKind::SYNTHETIC || graph.raw_name(node) == DOCUMENT_DOM_TREES
}

/// The user roots in the order of the root's edges, weak ones too; one may occur twice.
pub fn user_roots(graph: &Graph) -> Vec<NodeIndex> {
    graph.edges_of(graph.root).map(|edge| edge.target).filter(|&node| is_user_root(graph, node)).collect()
}

/// Where the page starts: targets of the root's shortcut edges, and the group of documents if an element edge
/// leads there.
pub fn page_roots(graph: &Graph) -> Vec<NodeIndex> {
    graph
        .edges_of(graph.root)
        .filter(|edge| match edge.kind {
            EdgeKind::Shortcut => true,
            EdgeKind::Element => {
                graph.nodes.kind(edge.target) == NodeKind::SYNTHETIC
                    && graph.raw_name(edge.target) == DOCUMENT_DOM_TREES
            }
            _ => false,
        })
        .map(|edge| edge.target)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::test_heap::TestHeap;

    #[test]
    fn user_roots_are_children_of_the_root_by_any_edge_but_groups() {
        let heap = TestHeap::new(
            "window: object Window 1
             group: synthetic (GC roots) 0
             documents: synthetic (Document DOM trees) 0
             weakly: object Weakly 1
             below: object Below 1
             root -> weakly weak w
             root -> group element 1
             root -> window shortcut global
             root -> documents element 2
             window -> below property b",
        );
        let labels: Vec<_> = user_roots(&heap.graph).into_iter().map(|node| heap.label(node)).collect();
        assert_eq!(labels, ["weakly", "window", "documents"]);
    }
}
