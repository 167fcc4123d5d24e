//! Page objects: what the page's own roots reach over any edge but weak ones.
//!
//! Edges from the engine into the page do not keep page objects alive in Chrome's sums.

use crate::base::{BitSet, Cancelled, Progress};
use crate::graph::{EdgeKind, Graph};

use crate::analysis::roots::page_roots;

/// One bit per node. `O(nodes + edges)`.
pub fn page_objects(graph: &Graph, progress: &Progress) -> Result<BitSet, Cancelled> {
    let mut seen = BitSet::new(graph.node_count());
    let mut work = Vec::new();
    for root in page_roots(graph) {
        if seen.insert(root.position()) {
            work.push(root);
        }
    }
    let mut steps = 0;
    while let Some(node) = work.pop() {
        steps += 1;
        progress.tick(steps)?;
        for edge in graph.edge_indices_of(node) {
            // Most edges lead to visited nodes, so that is checked first.
            let target = graph.edges.target(edge);
            if !seen.contains(target.position()) && graph.edges.kind(edge) != EdgeKind::Weak {
                seen.insert(target.position());
                work.push(target);
            }
        }
    }
    Ok(seen)
}

#[cfg(test)]
mod tests {
    use crate::analysis::test_heap::TestHeap;

    #[test]
    fn the_page_begins_at_globals_and_documents() {
        let heap = TestHeap::new(
            "window: object Window 1
             in-window: object A 1
             documents: synthetic (Document DOM trees) 0
             in-document: native Text 1
             weakly: object B 1
             by-element: object C 1
             by-property: synthetic (Document DOM trees) 0
             root -> window shortcut global
             window -> in-window property a
             root -> documents element 2
             documents -> in-document element 1
             in-window -> weakly weak w
             root -> by-element element 3
             root -> by-property property p",
        );
        assert_eq!(heap.labels(&heap.page()), "window in-window documents in-document");
    }
}
