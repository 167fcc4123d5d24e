//! References in reverse: for every node the sources of the edges into it.
//!
//! Four bytes an edge: the source, and one bit for whether the edge is strong (see
//! [`essential`](crate::analysis::essential)). Which edge of the source it is, is looked up on request.

use std::io;
use std::ops::Range;
use std::slice::IterMut;

use rayon::prelude::*;

use crate::analysis::essential::is_strong;
use crate::analysis::weak_maps::WeakMapNames;
use crate::base::{
    Cancelled, Csr, Damaged, EdgeIndex, NodeIndex, Progress, StoreReader, StoreWriter, Stored, prefetch,
};
use crate::graph::Graph;

/// One edge into a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Retainer {
    /// The node that refers to it.
    pub source: NodeIndex,
    /// The edge.
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

/// Nodes that are sorted together: as many as have their cursors in a core's cache.
const BUCKET: usize = 1 << BUCKET_BITS;
const BUCKET_BITS: u32 = 13;
/// Parts of the edges that threads take in turn.
const PARTS: usize = 8;

/// The edges of consecutive nodes, and where to put their sources: one pair of slices per bucket of targets.
struct Part<'a> {
    nodes: Range<usize>,
    buckets: Vec<BucketSlices<'a>>,
}

/// Sources, and the low bits of their targets.
type BucketSlices<'a> = (IterMut<'a, u32>, IterMut<'a, u16>);

impl Retainers {
    /// Three passes over the edges, of which each writes near to where it wrote before: counts per part of the edges
    /// and bucket of targets, sources into their buckets, and then each bucket sorted by target within the cache.
    /// Takes two bytes an edge more while it works.
    pub fn find(graph: &Graph, weak_maps: &WeakMapNames, progress: &Progress) -> Result<Self, Cancelled> {
        let targets = graph.edges.targets();
        let parts = equal_parts(graph);
        let bucket_count = graph.node_count().div_ceil(BUCKET);
        let counts: Vec<Vec<usize>> = parts
            .par_iter()
            .map(|nodes| {
                let mut counts = vec![0; bucket_count];
                for &target in &targets[edges_of(graph, nodes)] {
                    counts[target as usize >> BUCKET_BITS] += 1;
                }
                progress.check().map(|()| counts)
            })
            .collect::<Result<_, _>>()?;

        let mut sources = vec![0_u32; targets.len()].into_boxed_slice();
        let mut low_bits = vec![0_u16; targets.len()];
        split_by_part(&parts, &counts, &mut sources, &mut low_bits)
            .into_par_iter()
            .try_for_each(|part| part.fill(graph, weak_maps, progress))?;

        let mut borders = vec![0_u32; graph.node_count() + 1];
        let mut buckets = Vec::with_capacity(bucket_count);
        let (mut sources_left, mut low_bits_left) = (&mut sources[..], &low_bits[..]);
        let mut first = 0;
        for (bucket, borders) in borders[1..].chunks_mut(BUCKET).enumerate() {
            let len = counts.iter().map(|counts| counts[bucket]).sum();
            buckets.push((first, take_mut(&mut sources_left, len), take(&mut low_bits_left, len), borders));
            first += len;
        }
        buckets.into_par_iter().try_for_each(|(first, sources, low_bits, borders)| {
            sort_bucket(EdgeIndex::at(first).0, sources, low_bits, borders);
            progress.check()
        })?;
        drop(low_bits);
        Ok(Self { rows: Csr::from_borders(&borders), sources })
    }

    /// Prefetches the beginnings of these nodes' rows, all at the same time.
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

    /// The edges into `node`, last of the file first, as Chrome lists them. Scans all edges of every source.
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

/// Consecutive nodes with about as many edges each.
fn equal_parts(graph: &Graph) -> Vec<Range<usize>> {
    let mut starts: Vec<usize> = (0..PARTS)
        .map(|part| graph.edge_count() * part / PARTS)
        .map(|edge| if edge == 0 { 0 } else { graph.source(EdgeIndex::at(edge)).position() })
        .collect();
    starts.push(graph.node_count());
    starts.windows(2).map(|pair| pair[0]..pair[1]).collect()
}

/// The edges that leave these consecutive nodes.
fn edges_of(graph: &Graph, nodes: &Range<usize>) -> Range<usize> {
    let first_edge_of = |node: usize| match node.checked_sub(1) {
        Some(before) => graph.nodes.edges.range(NodeIndex::at(before)).end,
        None => 0,
    };
    first_edge_of(nodes.start)..first_edge_of(nodes.end)
}

/// Gives each part its slices of the columns, which lie bucket by bucket and in a bucket part by part.
fn split_by_part<'a>(
    parts: &[Range<usize>],
    counts: &[Vec<usize>],
    mut sources: &'a mut [u32],
    mut low_bits: &'a mut [u16],
) -> Vec<Part<'a>> {
    let bucket_count = counts.first().map_or(0, Vec::len);
    let mut split: Vec<Part<'a>> = parts
        .iter()
        .map(|nodes| Part { nodes: nodes.clone(), buckets: Vec::with_capacity(bucket_count) })
        .collect();
    for bucket in 0..bucket_count {
        for (part, counts) in split.iter_mut().zip(counts) {
            let sources = take_mut(&mut sources, counts[bucket]);
            part.buckets.push((sources.iter_mut(), take_mut(&mut low_bits, counts[bucket]).iter_mut()));
        }
    }
    split
}

impl Part<'_> {
    /// Puts the source of each edge into its target's bucket.
    fn fill(mut self, graph: &Graph, weak_maps: &WeakMapNames, progress: &Progress) -> Result<(), Cancelled> {
        for source in self.nodes.map(NodeIndex::at) {
            progress.tick(source.position())?;
            for edge in graph.edges_of(source) {
                let target = edge.target.position();
                let (sources, low_bits) = &mut self.buckets[target >> BUCKET_BITS];
                let (Some(slot), Some(low)) = (sources.next(), low_bits.next()) else {
                    unreachable!("the slices are as long as the edges were counted");
                };
                *slot = source.0 << 1 | u32::from(is_strong(graph, weak_maps, source, &edge));
                *low = u16::try_from(target % BUCKET).expect("a bucket is smaller than 2^16");
            }
        }
        Ok(())
    }
}

/// Sorts one bucket by target and keeps the order of equal ones; `borders` gets where each target's row ends.
fn sort_bucket(first: u32, sources: &mut [u32], low_bits: &[u16], borders: &mut [u32]) {
    let mut cursors = [0_u32; BUCKET];
    for &low in low_bits {
        cursors[usize::from(low)] += 1;
    }
    let mut sum = 0;
    for (cursor, border) in cursors.iter_mut().zip(borders) {
        let start = sum;
        sum += std::mem::replace(cursor, start);
        *border = first + sum;
    }
    let unsorted = sources.to_vec();
    for (&source, &low) in unsorted.iter().zip(low_bits) {
        let cursor = &mut cursors[usize::from(low)];
        sources[*cursor as usize] = source;
        *cursor += 1;
    }
}

/// Cuts the first `len` values off.
fn take_mut<'a, T>(rest: &mut &'a mut [T], len: usize) -> &'a mut [T] {
    let (taken, left) = std::mem::take(rest).split_at_mut(len);
    *rest = left;
    taken
}

/// The same of values that are only read.
fn take<'a, T>(rest: &mut &'a [T], len: usize) -> &'a [T] {
    let (taken, left) = rest.split_at(len);
    *rest = left;
    taken
}

impl Stored for Retainers {
    fn store(&self, out: &mut StoreWriter<'_>) -> io::Result<()> {
        self.rows.store(out)?;
        out.values(&self.sources)
    }

    fn restore(input: &mut StoreReader<'_>) -> Result<Self, Damaged> {
        Ok(Self { rows: Csr::restore(input)?, sources: input.values()?.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::test_heap::TestHeap;
    use crate::graph::GraphBuilder;
    use crate::parse::{Input, parse};

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
    fn rows_of_many_buckets_are_those_of_a_plain_count() {
        let mut random = fastrand::Rng::with_seed(3);
        let mut heap = GraphBuilder::new();
        let nodes = 3 * BUCKET + 5;
        for _ in 1..nodes {
            heap.node("object", "A", 1);
        }
        let mut expected = vec![Vec::new(); nodes];
        for source in (0..nodes).filter(|source| source % 3 != 1) {
            for _ in 0..random.usize(..4) {
                // One node has most of the edges.
                let target = if random.bool() { BUCKET + 7 } else { random.usize(..nodes) };
                heap.edge(source, "property", "a", target);
                expected[target].push(source);
            }
        }
        let graph = parse(Input::new(heap.to_json().as_bytes()), &Progress::new()).unwrap().graph;
        let retainers =
            Retainers::find(&graph, &WeakMapNames::find(&graph.strings), &Progress::new()).unwrap();
        for (target, sources) in expected.into_iter().enumerate() {
            let strong: Vec<usize> =
                retainers.strong_sources(NodeIndex::at(target)).map(NodeIndex::position).collect();
            assert_eq!(retainers.count(NodeIndex::at(target)), sources.len());
            assert_eq!(strong, sources.into_iter().filter(|&source| source != target).collect::<Vec<_>>());
        }
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
