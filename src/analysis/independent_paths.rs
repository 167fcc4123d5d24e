//! Several paths from the root to one node. First paths of which no two share a reference: each of them has
//! to be cut for the node to be freed. The shortest comes first, then the shortest without its references.
//! Then, for every other holder of the node, the shortest path through it.
//!
//! V8 writes an object's reference twice, from the object and from its backing store: that counts as one.
//!
//! A search backwards from the node, guided by the distances from the root, which never overestimate the
//! remaining path (Hart, Nilsson, Raphael 1968).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::distances::DistanceColumn;
use crate::analysis::nearest_edges::{edge_readability_rank, is_root_child};
use crate::analysis::retainers::Retainers;
use crate::base::{Cancelled, EdgeIndex, NodeIndex, Progress};
use crate::graph::{EdgeKind, Graph};

/// Nodes that are visited for one path before the search is given up.
const LOOKED_AT: usize = 20_000;

/// Which references of a path later paths may not use.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// All of them.
    Whole,
    /// The one that holds the node itself.
    First,
}

/// A heap in which paths are searched.
#[derive(Clone, Copy)]
pub struct PathSearch<'a> {
    /// The heap.
    pub graph: &'a Graph,
    /// The retainers of each node.
    pub retainers: &'a Retainers,
    /// Distances from the root.
    pub distances: &'a DistanceColumn,
}

impl PathSearch<'_> {
    /// Up to so many paths, each from the edge into `node` to the root's edge.
    pub fn find(
        self,
        node: NodeIndex,
        most: usize,
        progress: &Progress,
    ) -> Result<Vec<Vec<EdgeIndex>>, Cancelled> {
        let mut paths: Vec<Vec<EdgeIndex>> = Vec::new();
        for part in [Part::Whole, Part::First] {
            let mut used = FxHashSet::default();
            for path in &paths {
                self.use_up(node, path, part, &mut used);
            }
            while paths.len() < most {
                let Some(path) = self.shortest(node, &used, progress)? else { break };
                let before = used.len();
                self.use_up(node, &path, part, &mut used);
                let is_from_root = used.len() == before;
                if !(is_from_root && paths.contains(&path)) {
                    paths.push(path);
                }
                if is_from_root {
                    break;
                }
            }
        }
        Ok(paths)
    }

    /// Puts the references of a path into `used`, all but the root's.
    fn use_up(self, node: NodeIndex, path: &[EdgeIndex], part: Part, used: &mut FxHashSet<EdgeIndex>) {
        let mut held = node;
        for &edge in path {
            let holder = self.graph.source(edge);
            if holder == self.graph.root {
                return;
            }
            used.insert(edge);
            if self.graph.nodes.kind(holder).is_machinery() {
                continue;
            }
            for own in self.graph.edges_of(holder) {
                if own.target == held {
                    used.insert(own.index);
                } else if self.graph.nodes.kind(own.target).is_machinery() {
                    let stored = self.graph.edges_of(own.target).filter(|stored| stored.target == held);
                    used.extend(stored.map(|stored| stored.index));
                }
            }
            if part == Part::First {
                return;
            }
            held = holder;
        }
    }

    fn shortest(
        self,
        node: NodeIndex,
        used: &FxHashSet<EdgeIndex>,
        progress: &Progress,
    ) -> Result<Option<Vec<EdgeIndex>>, Cancelled> {
        let root = self.distances.get(self.graph.root).0;
        // For each node seen: steps from the start, and the edge towards it.
        let mut seen: FxHashMap<NodeIndex, (i64, Option<EdgeIndex>)> = FxHashMap::default();
        let mut open = BinaryHeap::new();
        seen.insert(node, (0, None));
        open.push(Reverse((i64::from(self.distances.get(node).0), 0_u8, 0_i64, node)));
        let mut looked_at = 0;
        while let Some(Reverse((_, _, steps, at))) = open.pop() {
            if seen[&at].0 < steps {
                continue;
            }
            looked_at += 1;
            progress.check()?;
            if looked_at > LOOKED_AT {
                return Ok(None);
            }
            let held = self.retainers.of(self.graph, at);
            if is_root_child(root, self.distances.get(at).0)
                && let Some(last) = held.iter().rev().find(|retainer| retainer.source == self.graph.root)
            {
                return Ok(Some(self.walk_back(&seen, at, last.edge)));
            }
            for retainer in held.into_iter().rev() {
                let (source, edge) = (retainer.source, retainer.edge);
                let distance = self.distances.get(source);
                let kind = self.graph.edges.kind(edge);
                let is_dead = kind == EdgeKind::Weak || source == self.graph.root || distance.raw().is_none();
                if is_dead || used.contains(&edge) {
                    continue;
                }
                let further = steps + 1;
                if seen.get(&source).is_none_or(|&(known, _)| further < known) {
                    seen.insert(source, (further, Some(edge)));
                    open.push(Reverse((
                        further + i64::from(distance.0),
                        edge_readability_rank(kind),
                        further,
                        source,
                    )));
                }
            }
        }
        Ok(None)
    }

    /// The edges from the start to `last`, the root's edge to `top`.
    fn walk_back(
        self,
        seen: &FxHashMap<NodeIndex, (i64, Option<EdgeIndex>)>,
        top: NodeIndex,
        last: EdgeIndex,
    ) -> Vec<EdgeIndex> {
        let mut path = vec![last];
        let mut at = top;
        while let Some(&(_, Some(edge))) = seen.get(&at) {
            path.push(edge);
            at = self.graph.edges.target(edge);
        }
        path.reverse();
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::test_heap::TestHeap;

    fn paths(text: &str, node: &str) -> Vec<String> {
        let heap = TestHeap::new(text);
        let distances = heap.distances_ignoring(&FxHashSet::default());
        let retainers = heap.retainers();
        let search = PathSearch { graph: &heap.graph, retainers: &retainers, distances: &distances };
        let found = search.find(heap.node(node), 10, &Progress::new()).unwrap();
        let holders = |path: &Vec<EdgeIndex>| {
            path.iter()
                .map(|&edge| heap.label(heap.graph.source(edge)).to_owned())
                .collect::<Vec<_>>()
                .join(" ")
        };
        found.iter().map(holders).collect()
    }

    #[test]
    fn no_two_paths_share_a_reference() {
        let found = paths(
            "global: object global 1
             cache: object Cache 1
             list: object List 1
             deep: object Deep 1
             held: object Held 1
             root -> global shortcut 1
             global -> cache property cache
             global -> list property list
             list -> deep property deep
             cache -> held property held
             deep -> held property held
             list -> cache property again
             held -> cache property back",
            "held",
        );
        assert_eq!(found, ["cache global root", "deep list global root"]);
    }

    #[test]
    fn a_reference_and_its_store_are_one_and_every_other_holder_has_a_path() {
        let found = paths(
            "global: object global 1
             list: object List 1
             store: array - 1
             other: object Other 1
             held: object Held 1
             root -> global shortcut 1
             global -> list property list
             list -> store internal elements
             list -> held element 0
             store -> held internal 0
             list -> other property other
             other -> held property held",
            "held",
        );
        assert_eq!(found, ["list global root", "other list global root"]);
    }

    #[test]
    fn what_the_root_holds_itself_has_one_path_and_what_it_does_not_reach_none() {
        let heap = "a: object A 1
             b: object B 1
             root -> a shortcut 1
             a -> b weak w";
        assert_eq!(paths(heap, "a"), ["root"]);
        assert!(paths(heap, "b").is_empty());
    }
}
