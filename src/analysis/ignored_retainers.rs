//! The Retainers pane with some objects ignored: distances from the roots without them.

use rustc_hash::FxHashSet;

use crate::analysis::distances::{Distance, DistanceColumn, DistanceRules, NOT_REACHED, distances};
use crate::analysis::retainers::Retainer;
use crate::analysis::weak_maps::WeakMapNames;
use crate::base::{Cancelled, NodeIndex, Progress};
use crate::graph::Graph;

/// From this distance on a retainer no longer leads to the roots: it is greyed and sorted last.
pub const UNREACHABLE: i32 = 200_000_000;

/// Recomputes distances without entering ignored nodes.
pub struct IgnoredRetainers {
    ignored: FxHashSet<NodeIndex>,
    distances: DistanceColumn,
    /// Entries of WeakMaps whose key or table is not reached: the value and the number of the pair.
    dead: FxHashSet<(NodeIndex, u32)>,
}

impl IgnoredRetainers {
    /// `O(nodes + edges)`.
    pub fn find(
        graph: &Graph,
        weak_maps: &WeakMapNames,
        ignored: FxHashSet<NodeIndex>,
        progress: &Progress,
    ) -> Result<Self, Cancelled> {
        let distances = distances(&DistanceRules::new(graph, weak_maps), &ignored, progress)?;
        let mut dead = FxHashSet::default();
        for (node, _) in distances.iter().filter(|(_, distance)| distance.0 == NOT_REACHED) {
            for edge in graph.edges_of(node) {
                if let Some(entry) = weak_maps.entry(&edge) {
                    dead.insert((edge.target, entry.pair));
                }
            }
        }
        Ok(Self { ignored, distances, dead })
    }

    /// Whether `node` is ignored.
    pub fn contains(&self, node: NodeIndex) -> bool {
        self.ignored.contains(&node)
    }

    /// The ignored nodes.
    pub fn ignored(&self) -> &FxHashSet<NodeIndex> {
        &self.ignored
    }

    /// The distance of a retainer: [`UNREACHABLE`] and more if it no longer leads to the roots. `ordinary` is
    /// its distance with nothing ignored.
    pub fn distance(
        &self,
        graph: &Graph,
        weak_maps: &WeakMapNames,
        retainer: Retainer,
        ordinary: Distance,
    ) -> Distance {
        let edge = graph.edges.get(retainer.edge);
        if weak_maps.entry(&edge).is_some_and(|entry| self.dead.contains(&(edge.target, entry.pair))) {
            return Distance(UNREACHABLE);
        }
        match self.distances.get(retainer.source) {
            Distance(NOT_REACHED) => Distance(UNREACHABLE.saturating_add(ordinary.0.max(0))),
            distance => distance,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::test_heap::TestHeap;
    use crate::base::EdgeIndex;

    #[test]
    fn a_retainer_without_another_way_to_the_roots_is_unreachable() {
        let heap = TestHeap::new(
            "window: object Window 1
             ignored: object Ignored 1
             lost: object Lost 1
             other: object Other 1
             held: object Held 1
             root -> window shortcut global
             window -> ignored property i
             window -> other property o
             ignored -> lost property l
             lost -> held property h
             other -> held property h",
        );
        let weak_maps = heap.weak_maps();
        let ignored = [heap.node("ignored")].into_iter().collect();
        let ignoring = IgnoredRetainers::find(&heap.graph, &weak_maps, ignored, &Progress::new())
            .expect("not cancelled");
        let distance = |source: &str, edge: u32, ordinary: i32| {
            let retainer = Retainer { source: heap.node(source), edge: EdgeIndex(edge) };
            ignoring.distance(&heap.graph, &weak_maps, retainer, Distance(ordinary)).0
        };
        assert_eq!(distance("lost", 4, 3), UNREACHABLE + 3);
        assert_eq!(distance("other", 5, 2), 2);
        assert!(ignoring.contains(heap.node("ignored")) && !ignoring.contains(heap.node("lost")));
    }
}
