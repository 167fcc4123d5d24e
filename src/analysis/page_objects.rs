//! Page objects: what the page's own roots reach over any edge but weak ones.
//!
//! Edges from the engine into the page do not keep page objects alive in Chrome's sums.

use crate::base::{BitSet, Cancelled, Progress};
use crate::graph::{EdgeKind, Graph};

use super::roots::page_roots;

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
        for edge in graph.edges_of(node) {
            if edge.kind != EdgeKind::Weak && seen.insert(edge.target.position()) {
                work.push(edge.target);
            }
        }
    }
    Ok(seen)
}
