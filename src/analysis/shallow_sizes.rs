//! Chrome's shallow sizes: the bytes of hidden and array storage count for the object that owns it alone.
//!
//! *Ownable* are nodes of kind hidden or array, and external string data. An ownable node belongs to X if
//! all its non-weak edges come from X or from nodes that belong to X. Its bytes go to X, unless X is
//! synthetic or the root. Without user roots (see [`roots`](super::roots)) nothing moves.

use super::dom_state::DomStates;
use super::roots::is_user_root;
use crate::base::{BitSet, Cancelled, NodeIndex, Progress, SizeChanges, SizeColumn};
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

/// Chrome's shallow size of every node, or `None` where they are V8's own. The sum stays the same.
/// A fixed point over nobody < one owner < many; `O(nodes + edges)`.
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
    let mut owners = vec![NOBODY; graph.node_count()];
    let mut work: Vec<NodeIndex> = Vec::new();
    for node in graph.node_indices() {
        progress.tick(node.position())?;
        if !ownable.contains(node.position()) {
            give_to_targets(graph, node, node.0, &ownable, &mut owners, &mut work);
        }
    }
    let mut steps = 0;
    while let Some(node) = work.pop() {
        steps += 1;
        progress.tick(steps)?;
        give_to_targets(graph, node, owners[node.position()], &ownable, &mut owners, &mut work);
    }
    let mut sizes = SizeChanges::from(graph.nodes.self_sizes());
    for position in ownable.iter() {
        let (node, owner) = (NodeIndex::at(position), owners[position]);
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

#[inline]
fn give_to_targets(
    graph: &Graph,
    node: NodeIndex,
    owner: u32,
    ownable: &BitSet,
    owners: &mut [u32],
    work: &mut Vec<NodeIndex>,
) {
    for edge in graph.edges_of(node) {
        let target = edge.target.position();
        if !ownable.contains(target) || edge.kind == EdgeKind::Weak {
            continue;
        }
        let before = owners[target];
        if before != owner && before != MANY {
            owners[target] = if before == NOBODY { owner } else { MANY };
            work.push(edge.target);
        }
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
