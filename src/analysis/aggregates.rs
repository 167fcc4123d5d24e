//! Sums per class: the rows of Chrome's Summary.
//!
//! Only nodes with a shallow size count. A class's retained size is the sum over those of its nodes that
//! no other counted node of the class dominates, so that nothing is counted twice.

use std::io;

use crate::analysis::classes::Classes;
use crate::analysis::distances::{Distance, DistanceColumn};
use crate::analysis::dominator_tree::DominatorTree;
use crate::base::{
    BitSet, ClassIndex, Column, Damaged, NodeIndex, SizeColumn, StoreReader, StoreWriter, Stored,
};

/// One class's row.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ClassTotals {
    /// Number of counted objects.
    pub count: u64,
    /// Their shallow bytes.
    pub shallow: u64,
    /// Bytes that would be freed with all of them; `None` before dominators are known.
    pub retained: Option<u64>,
    /// The smallest distance of any of them; `None` before distances are known.
    pub distance: Option<Distance>,
    /// The first counted object; rows that are otherwise equal are sorted by it.
    pub first: NodeIndex,
}

impl ClassTotals {
    /// Counts `node` with its shallow `size`; must be called in file order.
    #[inline]
    pub fn add(&mut self, node: NodeIndex, size: u64) {
        if self.count == 0 {
            self.first = node;
        }
        self.count += 1;
        self.shallow += size;
    }
}

/// Which objects are counted, and in which class.
#[derive(Clone, Copy)]
pub struct CountedNodes<'a> {
    /// The class of every node.
    pub classes: &'a Classes,
    /// Shallow bytes of every node: nodes without any are not counted.
    pub shallow: &'a SizeColumn<NodeIndex>,
    /// The nodes that are counted; `None` for all.
    pub keep: Option<&'a BitSet>,
}

impl CountedNodes<'_> {
    #[inline]
    fn has(&self, node: NodeIndex, size: u64) -> bool {
        size > 0 && self.keep.is_none_or(|keep| keep.contains(node.position()))
    }

    fn nodes(&self) -> impl Iterator<Item = (NodeIndex, u64)> + '_ {
        let sizes = self.shallow.iter().enumerate().map(|(position, size)| (NodeIndex::at(position), size));
        sizes.filter(|&(node, size)| self.has(node, size))
    }
}

/// How many objects each class has, and their bytes. `O(nodes)`.
pub fn class_totals(counted: CountedNodes<'_>) -> Column<ClassIndex, ClassTotals> {
    let mut totals: Column<ClassIndex, ClassTotals> =
        vec![ClassTotals::default(); counted.classes.len()].into();
    for (node, size) in counted.nodes() {
        totals[counted.classes.of(node)].add(node, size);
    }
    totals
}

/// Adds the smallest distance of each class. `O(nodes)`.
pub fn add_distances(
    totals: &mut Column<ClassIndex, ClassTotals>,
    counted: CountedNodes<'_>,
    distances: &DistanceColumn,
) {
    for (node, _) in counted.nodes() {
        let least = &mut totals[counted.classes.of(node)].distance;
        let distance = distances.get(node);
        *least = Some(least.map_or(distance, |least| least.min(distance)));
    }
}

/// Adds what each class retains. `O(nodes)`.
pub fn add_retained(
    totals: &mut Column<ClassIndex, ClassTotals>,
    counted: CountedNodes<'_>,
    tree: &DominatorTree,
    retained: &SizeColumn<NodeIndex>,
) {
    // A class is covered up to the end of the subtree of its last topmost node.
    let mut covered: Column<ClassIndex, usize> = vec![0; counted.classes.len()].into();
    for (position, node, end) in tree.iter() {
        if !counted.has(node, counted.shallow.get(node)) {
            continue;
        }
        let class = counted.classes.of(node);
        if position >= covered[class] {
            covered[class] = end;
            let row = &mut totals[class];
            row.retained = Some(row.retained.unwrap_or(0) + retained.get(node));
        }
    }
}

/// The rows of all classes.
impl Stored for Column<ClassIndex, ClassTotals> {
    fn store(&self, out: &mut StoreWriter<'_>) -> io::Result<()> {
        // What is not known is stored as 0, what is known as one more.
        let known = |number: Option<u64>| number.map_or(0, |number| number + 1);
        let rows = self.iter().map(|(_, row)| {
            let distance = row.distance.map(|distance| u64::from(distance.0.cast_unsigned()));
            [row.count, row.shallow, known(row.retained), known(distance), u64::from(row.first.0)]
        });
        out.values(&rows.collect::<Vec<_>>())
    }

    fn restore(input: &mut StoreReader<'_>) -> Result<Self, Damaged> {
        let small = |number: u64| u32::try_from(number).map_err(|_| Damaged);
        let rows = input.values::<[u64; 5]>()?.into_iter();
        let rows = rows.map(|[count, shallow, retained, distance, first]| {
            let distance = distance.checked_sub(1).map(small).transpose()?;
            Ok(ClassTotals {
                count,
                shallow,
                retained: retained.checked_sub(1),
                distance: distance.map(|distance| Distance(distance.cast_signed())),
                first: NodeIndex(small(first)?),
            })
        });
        rows.collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::aggregates::{ClassTotals, CountedNodes, add_distances, add_retained, class_totals};
    use crate::analysis::test_heap::TestHeap;

    fn row(heap: &TestHeap, label: &str) -> ClassTotals {
        let (shallow, dominators) = (heap.shallow_sizes(), heap.dominators());
        let retained = dominators.tree.retained_sizes(&shallow);
        let distances = heap.distances_ignoring(&rustc_hash::FxHashSet::default());
        let classes = heap.classes();
        let counted = CountedNodes { classes: &classes, shallow: &shallow, keep: None };
        let mut totals = class_totals(counted);
        add_distances(&mut totals, counted, &distances);
        add_retained(&mut totals, counted, &dominators.tree, &retained);
        totals[classes.of(heap.node(label))]
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
