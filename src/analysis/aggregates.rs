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
