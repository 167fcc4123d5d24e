//! Chrome's shallow sizes: the bytes of hidden and array storage count for the only object that owns it.
//!
//! *Ownable* are nodes of kind hidden or array, and external string data. An ownable node belongs to X if
//! all its non-weak edges come from X or from nodes that belong to X. Its bytes go to X, unless X is
//! synthetic or the root. Without user roots (see [`roots`](crate::analysis::roots)) nothing moves.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use crate::analysis::dom_state::DomStates;
use crate::analysis::roots::is_user_root;
use crate::base::{BitSet, CHECK_EVERY, Cancelled, NodeIndex, Progress, SizeColumn, SizeColumnMut};
use crate::graph::{EdgeKind, Graph, NodeKind};

const NOBODY: u32 = u32::MAX;
const MANY: u32 = u32::MAX - 1;

fn is_ownable(graph: &Graph, dom: &DomStates, node: NodeIndex, kind: NodeKind) -> bool {
    match kind {
        NodeKind::HIDDEN | NodeKind::ARRAY => true,
        NodeKind::NATIVE => {
            graph.raw_name(node) == "system / ExternalStringData" && !dom.has_prefix(graph, node)
        }
        _ => false,
    }
}

/// Chrome's shallow size of every node, or `None` where they are equal to V8's. The sum stays the same. A
/// fixed point over no owner < one owner < many; `O(nodes + edges)`.
pub fn shallow_sizes(
    graph: &Graph,
    dom: &DomStates,
    progress: &Progress,
) -> Result<Option<SizeColumn<NodeIndex>>, Cancelled> {
    if !graph.edges_of(graph.root).any(|edge| is_user_root(graph, edge.target)) {
        return Ok(None);
    }
    let mut ownable = BitSet::new(graph.node_count());
    for (position, kind) in graph.nodes.kinds().enumerate() {
        if is_ownable(graph, dom, NodeIndex::at(position), kind) {
            ownable.insert(position);
        }
    }
    let owners: Vec<AtomicU32> = (0..graph.node_count()).map(|_| AtomicU32::new(NOBODY)).collect();
    let flow = Flow { graph, ownable: &ownable, owners: &owners };
    let mut work = flow.start(progress)?;
    let mut steps = 0;
    while let Some(node) = work.pop() {
        steps += 1;
        progress.tick(steps)?;
        flow.give_to_targets(node, owners[node.position()].load(Relaxed), &mut work);
    }
    let mut sizes = SizeColumnMut::from(graph.nodes.self_sizes());
    for position in ownable.iter() {
        let (node, owner) = (NodeIndex::at(position), owners[position].load(Relaxed));
        if owner == NOBODY || owner == MANY || sizes.get(node) == 0 {
            continue;
        }
        let owner = NodeIndex(owner);
        if graph.nodes.kind(owner) != NodeKind::SYNTHETIC && owner != graph.root {
            sizes.set(owner, sizes.get(owner) + sizes.get(node));
            sizes.set(node, 0);
        }
    }
    Ok(Some(sizes.finish()))
}

/// Propagates ownership along the edges. The result for a node does not depend on the order of its sources,
/// so threads may work in parallel.
struct Flow<'a> {
    graph: &'a Graph,
    ownable: &'a BitSet,
    owners: &'a [AtomicU32],
}

impl Flow<'_> {
    /// Makes every node that is not ownable own its targets; returns the changed nodes.
    fn start(&self, progress: &Progress) -> Result<Vec<NodeIndex>, Cancelled> {
        let count = self.graph.node_count();
        let changed = (0..count.div_ceil(CHECK_EVERY)).into_par_iter().map(|part| {
            progress.check()?;
            let mut work = Vec::new();
            for position in part * CHECK_EVERY..count.min((part + 1) * CHECK_EVERY) {
                if !self.ownable.contains(position) {
                    let node = NodeIndex::at(position);
                    self.give_to_targets(node, node.0, &mut work);
                }
            }
            Ok(work)
        });
        Ok(changed.collect::<Result<Vec<_>, _>>()?.concat())
    }

    #[inline]
    fn give_to_targets(&self, node: NodeIndex, owner: u32, work: &mut Vec<NodeIndex>) {
        let edges = &self.graph.edges;
        for edge in self.graph.edge_indices_of(node) {
            let target = edges.target(edge);
            if self.ownable.contains(target.position())
                && edges.kind(edge) != EdgeKind::Weak
                && give(&self.owners[target.position()], owner)
            {
                work.push(target);
            }
        }
    }
}

/// Whether the state changed: from no owner to `owner`, or from another owner to many.
#[inline]
fn give(slot: &AtomicU32, owner: u32) -> bool {
    let before = slot.load(Relaxed);
    if before == owner || before == MANY {
        return false;
    }
    match slot.compare_exchange(NOBODY, owner, Relaxed, Relaxed) {
        Ok(_) => true,
        Err(now) if now == owner || now == MANY => false,
        Err(_) => slot.swap(MANY, Relaxed) != MANY,
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::test_heap::TestHeap;

    const PAGE: &str = "window: object Window 1
        root -> window shortcut global";

    fn heap(text: &str) -> TestHeap {
        TestHeap::new(&format!("{PAGE}\n{text}"))
    }

    #[test]
    fn storage_of_one_owner_counts_for_the_owner() {
        let heap = heap(
            "store: array - 100
             map: hidden system / Map 20
             window -> store internal elements
             store -> map internal map",
        );
        assert_eq!(["window", "store", "map"].map(|label| heap.shallow(label)), [121, 0, 0]);
    }

    #[test]
    fn storage_with_two_owners_keeps_its_bytes() {
        let heap = heap(
            "other: object Other 1
             store: array - 100
             below: array - 20
             window -> store internal elements
             other -> store internal elements
             store -> below internal a",
        );
        assert_eq!(["window", "other", "store", "below"].map(|label| heap.shallow(label)), [1, 1, 100, 20]);
    }

    #[test]
    fn a_weak_edge_makes_no_owner() {
        let heap = heap(
            "other: object Other 1
             store: array - 100
             window -> store internal elements
             other -> store weak w",
        );
        assert_eq!(heap.shallow("window"), 101);
    }

    #[test]
    fn a_synthetic_owner_takes_nothing() {
        let heap = heap(
            "group: synthetic (GC roots) 0
             store: array - 100
             root -> group element 1
             group -> store element 1",
        );
        assert_eq!(["group", "store"].map(|label| heap.shallow(label)), [0, 100]);
    }

    #[test]
    fn without_user_roots_nothing_moves() {
        let heap = TestHeap::new(
            "group: synthetic (GC roots) 0
             owner: object Owner 1
             store: array - 100
             root -> group element 1
             group -> owner element 1
             owner -> store internal elements",
        );
        assert_eq!(["owner", "store"].map(|label| heap.shallow(label)), [1, 100]);
    }

    #[test]
    fn storage_that_only_storage_leads_to_keeps_its_bytes() {
        let heap = heap(
            "a: array - 5
             b: array - 7
             a -> b internal x
             b -> a internal x",
        );
        assert_eq!(["a", "b"].map(|label| heap.shallow(label)), [5, 7]);
    }

    #[test]
    fn characters_outside_the_heap_count_for_their_string() {
        let heap = heap(
            "string: string text 8
             data: native system / ExternalStringData 1000
             window -> string property s
             string -> data internal data",
        );
        assert_eq!(["string", "data"].map(|label| heap.shallow(label)), [1008, 0]);
    }
}
