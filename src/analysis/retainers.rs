//! Who refers to whom, backwards: for every node the sources of the edges into it.
//!
//! Four bytes an edge: the source, and one bit that says whether the edge is strong (see
//! [`essential`](crate::analysis::essential)). Which edge of the source it is, is looked up when a person asks.

use rayon::prelude::*;

use crate::analysis::essential::is_strong;
use crate::analysis::weak_maps::WeakMapNames;
use crate::base::{Cancelled, Csr, EdgeIndex, NodeIndex, Progress, prefetch};
use crate::graph::Graph;

/// One edge into a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Retainer {
    /// The node that holds.
    pub source: NodeIndex,
    /// By which edge.
    pub edge: EdgeIndex,
}

/// The sources of the edges into each node, in file order of the edges.
pub struct Retainers {
    rows: Csr<NodeIndex>,
    /// Source in the upper 31 bits, strength in the lowest.
    sources: Box<[u32]>,
}

/// Nodes have to be counted in 31 bits.
pub const NODE_LIMIT: usize = 1 << 31;

impl Retainers {
    /// Two passes over the edges; threads share the work by target, so that each writes a part of its own.
    pub fn find(graph: &Graph, weak_maps: &WeakMapNames, progress: &Progress) -> Result<Self, Cancelled> {
        let targets = graph.edges.targets();
        // One thread is at the depth-first walk meanwhile.
        let parts = rayon::current_num_threads().saturating_sub(1).clamp(1, 8);
        let part_len = graph.node_count().div_ceil(parts).max(1);
        let mut borders = vec![0_u32; graph.node_count() + 1];
        borders[1..].par_chunks_mut(part_len).enumerate().for_each(|(part, counts)| {
            let first = part * part_len;
            for &target in targets {
                if let Some(count) = (target as usize).checked_sub(first).and_then(|at| counts.get_mut(at)) {
                    *count += 1;
                }
            }
        });
        progress.check()?;
        let mut sources = vec![0_u32; targets.len()].into_boxed_slice();
        // From here on each border but the first says where the next source of its row goes; once all are
        // placed, that is where the row ends.
        let mut rest = &mut sources[..];
        let mut tasks = Vec::with_capacity(parts);
        let mut sum = 0;
        for (part, cursors) in borders[1..].chunks_mut(part_len).enumerate() {
            let base = sum;
            for cursor in &mut *cursors {
                sum += std::mem::replace(cursor, sum);
            }
            let (own, others) = rest.split_at_mut((sum - base) as usize);
            rest = others;
            tasks.push((part * part_len, base, cursors, own));
        }
        tasks.into_par_iter().try_for_each(|(first, base, cursors, own)| {
            for source in graph.node_indices() {
                progress.tick(source.position())?;
                for position in graph.nodes.edges.range(source) {
                    let target = targets[position] as usize;
                    let Some(cursor) = target.checked_sub(first).and_then(|at| cursors.get_mut(at)) else {
                        continue;
                    };
                    let edge = graph.edges.get(EdgeIndex::at(position));
                    own[(*cursor - base) as usize] =
                        source.0 << 1 | u32::from(is_strong(graph, weak_maps, source, &edge));
                    *cursor += 1;
                }
            }
            Ok(())
        })?;
        Ok(Self { rows: Csr::from_borders(&borders), sources })
    }

    /// Has the processor fetch the beginnings of these nodes' rows, all at the same time.
    pub fn prefetch(&self, nodes: &[u32]) {
        prefetch(nodes.iter().map(|&node| {
            let row = self.rows.range(NodeIndex(node));
            self.sources.get(row.start).copied().unwrap_or(0)
        }));
    }

    /// How many edges lead to `node`.
    pub fn count(&self, node: NodeIndex) -> usize {
        self.rows.range(node).len()
    }

    /// The sources of the strong edges into `node`; one with several occurs as often.
    #[inline]
    pub fn strong_sources(&self, node: NodeIndex) -> impl Iterator<Item = NodeIndex> + '_ {
        self.sources[self.rows.range(node)]
            .iter()
            .filter(|&source| source & 1 == 1)
            .map(|source| NodeIndex(source >> 1))
    }

    /// The edges into `node`, last of the file first, as Chrome lists them. Looks at all edges of every source.
    pub fn of(&self, graph: &Graph, node: NodeIndex) -> Vec<Retainer> {
        let mut sources: Vec<NodeIndex> =
            self.sources[self.rows.range(node)].iter().map(|source| NodeIndex(source >> 1)).collect();
        sources.dedup();
        let mut edges = Vec::with_capacity(self.count(node));
        for source in sources.into_iter().rev() {
            let outgoing = graph.edge_indices_of(source).rev();
            edges.extend(
                outgoing
                    .filter(|&edge| graph.edges.target(edge) == node)
                    .map(|edge| Retainer { source, edge }),
            );
        }
        edges
    }

    /// Bytes of the columns.
    pub fn bytes(&self) -> u64 {
        self.rows.bytes() + size_of_val(&*self.sources) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::test_heap::TestHeap;

    #[test]
    fn the_last_edge_of_the_file_stands_first() {
        let heap = TestHeap::new(
            "a: object A 1
             b: object B 1
             held: object Held 1
             root -> held weak w
             a -> held property first
             a -> b property between
             a -> held weak second
             b -> held element 7",
        );
        let retainers = heap.retainers();
        let held = heap.node("held");
        let edges: Vec<_> =
            retainers.of(&heap.graph, held).iter().map(|by| (heap.label(by.source), by.edge.0)).collect();
        assert_eq!(edges, [("b", 4), ("a", 3), ("a", 1), ("root", 0)]);
        assert_eq!(retainers.count(held), 4);
        let strong: Vec<_> = retainers.strong_sources(held).map(|node| heap.label(node)).collect();
        assert_eq!(strong, ["a", "b"]);
    }

    #[test]
    fn an_edge_to_itself_is_a_retainer_that_is_not_strong() {
        let heap = TestHeap::new(
            "a: object A 1
             a -> a property self",
        );
        let (retainers, a) = (heap.retainers(), heap.node("a"));
        assert_eq!(retainers.of(&heap.graph, a), [Retainer { source: a, edge: EdgeIndex(0) }]);
        assert_eq!(retainers.strong_sources(a).count(), 0);
    }
}
