//! Sums per class: the rows of Chrome's Summary.
//!
//! Only nodes with a shallow size count. A class's retained size is the sum over those of its nodes that
//! no other counted node of the class dominates, so that nothing is counted twice.

use super::classes::Classes;
use super::distances::{Distance, DistanceColumn};
use super::dominator_tree::DominatorTree;
use crate::base::{BitSet, ClassIndex, Column, NodeIndex, SizeColumn};

/// One class's row.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ClassTotals {
    /// Counted objects.
    pub count: u64,
    /// Bytes of them alone.
    pub shallow: u64,
    /// Bytes freed were they all gone; nothing before dominators are known.
    pub retained: Option<u64>,
    /// The smallest distance of any; nothing before distances are known.
    pub distance: Option<Distance>,
    /// The first counted object: rows that are equal otherwise stand in the order of these.
    pub first: NodeIndex,
}

/// What is known once the roots have been followed.
#[derive(Clone, Copy)]
pub struct Reach<'a> {
    /// Distance of every node.
    pub distances: &'a DistanceColumn,
    /// The dominator tree.
    pub tree: &'a DominatorTree,
    /// Retained size of every node.
    pub retained: &'a SizeColumn<NodeIndex>,
}

/// The sums of every class, over the nodes that `keep` lets pass. `O(nodes)`.
pub fn class_totals(
    classes: &Classes,
    shallow: &SizeColumn<NodeIndex>,
    reach: Option<Reach<'_>>,
    keep: Option<&BitSet>,
) -> Column<ClassIndex, ClassTotals> {
    let mut totals: Column<ClassIndex, ClassTotals> = vec![ClassTotals::default(); classes.len()].into();
    let passes = |position: usize| keep.is_none_or(|keep| keep.contains(position));
    for (position, size) in shallow.iter().enumerate() {
        if size == 0 || !passes(position) {
            continue;
        }
        let node = NodeIndex::at(position);
        let row = &mut totals[classes.of(node)];
        if row.count == 0 {
            row.first = node;
        }
        row.count += 1;
        row.shallow += size;
        if let Some(reach) = reach {
            let distance = reach.distances.get(node);
            row.distance = Some(row.distance.map_or(distance, |least| least.min(distance)));
        }
    }
    if let Some(reach) = reach {
        // A class is covered up to the end of the subtree of its last topmost node.
        let mut covered: Column<ClassIndex, usize> = vec![0; classes.len()].into();
        for (position, node, end) in reach.tree.iter() {
            if !passes(node.position()) || shallow.get(node) == 0 {
                continue;
            }
            let class = classes.of(node);
            if position >= covered[class] {
                covered[class] = end;
                let row = &mut totals[class];
                row.retained = Some(row.retained.unwrap_or(0) + reach.retained.get(node));
            }
        }
    }
    totals
}

#[cfg(test)]
mod tests {
    use crate::analysis::aggregates::{ClassTotals, Reach, class_totals};
    use crate::analysis::test_heap::TestHeap;

    fn row(heap: &TestHeap, label: &str) -> ClassTotals {
        let (shallow, dominators) = (heap.shallow_sizes(), heap.dominators());
        let retained = dominators.tree.retained_sizes(&shallow);
        let distances = heap.distances_ignoring(&rustc_hash::FxHashSet::default());
        let reach = Reach { distances: &distances, tree: &dominators.tree, retained: &retained };
        let classes = heap.classes();
        class_totals(&classes, &shallow, Some(reach), None)[classes.of(heap.node(label))]
    }

    #[test]
    fn what_an_object_of_the_class_retains_counts_once() {
        let heap = TestHeap::new(
            "a: object List 1
             between: object Other 2
             b: object List 4
             c: object List 8
             root -> a shortcut 1
             a -> between property p
             between -> b property p
             root -> c shortcut 2",
        );
        let row = row(&heap, "a");
        assert_eq!((row.count, row.shallow, row.retained), (3, 13, Some(15)));
        assert_eq!(row.distance.map(|distance| distance.0), Some(1));
    }

    #[test]
    fn objects_without_a_size_are_not_counted_and_hide_nothing() {
        let heap = TestHeap::new(
            "empty: object List 0
             below: object List 4
             root -> empty shortcut 1
             empty -> below property p",
        );
        let row = row(&heap, "empty");
        assert_eq!((row.count, row.retained, row.first), (1, Some(4), heap.node("below")));
        assert_eq!(row.distance.map(|distance| distance.0), Some(2));
    }
}
