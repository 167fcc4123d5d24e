//! The edge by which each node is nearest to the root: together they are one shortest path for every node,
//! without looking up retainers.

use crate::analysis::distances::DistanceColumn;
use crate::base::{Cancelled, Column, EdgeIndex, NodeIndex, Progress};
use crate::graph::{EdgeKind, Graph};

/// One edge into each node that is reached: of those on a shortest path the most readable one, then the first
/// in the file.
pub struct NearestEdges {
    /// Position of the edge and one more; 0 for none.
    of_node: Column<NodeIndex, u32>,
}

/// How readable an edge is for the user: lower is better.
pub fn edge_readability_rank(kind: EdgeKind) -> u8 {
    match kind {
        EdgeKind::Context => 0,
        EdgeKind::Property => 1,
        EdgeKind::Element => 2,
        EdgeKind::Shortcut => 3,
        EdgeKind::Internal => 4,
        _ => 5,
    }
}

/// Whether a node at `distance` is one step from the root, which is at `root`.
pub fn is_root_child(root: i32, distance: i32) -> bool {
    distance == root + 1 || (distance == 1 && root > 1)
}

impl NearestEdges {
    /// One pass over all edges.
    pub fn find(graph: &Graph, distances: &DistanceColumn, progress: &Progress) -> Result<Self, Cancelled> {
        let mut of_node: Column<NodeIndex, u32> = vec![0; graph.node_count()].into();
        let root = distances.get(graph.root).0;
        for source in graph.node_indices() {
            progress.tick(source.position())?;
            let distance = distances.get(source);
            if distance.raw().is_none() {
                continue;
            }
            for edge in graph.edges_of(source) {
                let target = distances.get(edge.target).0;
                let is_nearest = if source == graph.root {
                    is_root_child(root, target)
                } else {
                    edge.kind != EdgeKind::Weak && target == distance.0 + 1 && !is_root_child(root, target)
                };
                if !is_nearest {
                    continue;
                }
                let known = of_node[edge.target].checked_sub(1).map(EdgeIndex);
                if known.is_none_or(|known| {
                    edge_readability_rank(graph.edges.kind(known)) > edge_readability_rank(edge.kind)
                }) {
                    of_node[edge.target] = edge.index.0 + 1;
                }
            }
        }
        Ok(Self { of_node })
    }

    /// The edge to `node`; `None` for the root and for unreached nodes.
    pub fn get(&self, node: NodeIndex) -> Option<EdgeIndex> {
        self.of_node[node].checked_sub(1).map(EdgeIndex)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::test_heap::TestHeap;
    use rustc_hash::FxHashSet;

    #[test]
    fn of_the_shortest_ways_the_one_a_person_can_follow_is_taken() {
        let heap = TestHeap::new(
            "global: object global 1
             scope: object system / Context 1
             map: object Map 1
             held: object Held 1
             lost: object Lost 1
             root -> global shortcut 1
             root -> scope element 2
             global -> map property cache
             map -> held internal table
             global -> held property direct
             scope -> held context held
             held -> lost weak w",
        );
        let distances = heap.distances_ignoring(&FxHashSet::default());
        let nearest = NearestEdges::find(&heap.graph, &distances, &Progress::new()).unwrap();
        let edge = |label| nearest.get(heap.node(label)).map(|edge| heap.label(heap.graph.source(edge)));
        assert_eq!(["global", "map", "held"].map(edge), [Some("root"), Some("global"), Some("scope")]);
        assert_eq!([edge("lost"), edge("root")], [None, None]);
    }
}
