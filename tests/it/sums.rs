//! Every byte has a place: the rows of a comparison, the lines of growth and the tree of owners add up to the
//! change of the heap, on random heaps and on those of the sample programs.

use crate::growth::sample;
use crate::random_heap::{Heap, seeds};
use heaplens::base::Progress;
use heaplens::compare::{ComparisonRow, GrowthAccounting, compare};
use heaplens::growth::{Growth, growth};
use heaplens::model::{
    BranchLine, ClassFilter, ComparisonView, GrowthView, Internals, ObjectFilter, OwnersTable, TreeSource,
    TreeTable,
};
use heaplens::snapshot::groups::GroupBy;
use heaplens::snapshot::{SizeMode, Snapshot};
use std::sync::Arc;

const MODES: [SizeMode; 2] = [SizeMode::Chrome, SizeMode::Raw];

/// Both snapshots of a program, and a program with one of another process.
const PAIRS: [[&str; 2]; 3] = [
    ["heapDumpAtServerStart", "heapDump-after"],
    ["leaks-by-kind-start", "leaks-by-kind-after"],
    ["heapDumpAtServerStart", "heapDump-after-fixed"],
];

/// By how much the objects of the heap changed, added up one by one.
fn change(before: &Snapshot, after: &Snapshot, mode: SizeMode) -> i128 {
    let bytes = |snapshot: &Snapshot| -> i128 { snapshot.shallow_sizes(mode).iter().map(i128::from).sum() };
    bytes(after) - bytes(before)
}

/// Lines and branches of a growth are those of its heaps.
pub(crate) fn assert_adds_up(growth: &Growth) {
    let sum: i64 = growth.rows.iter().map(|row| row.growth).sum();
    assert_eq!(sum, growth.delta, "rows");
    let own: i64 = growth.branches.iter().map(|branch| branch.own).sum();
    assert_eq!(own, growth.delta, "branches");
    assert_eq!(growth.branches[0].total, growth.delta, "the root");
    assert_eq!(i128::from(growth.delta), change(&growth.baseline, &growth.current, growth.mode), "the heap");
    for branch in &growth.branches {
        let rows: i64 = branch.rows.iter().map(|&row| growth.rows[row].growth).sum();
        assert_eq!(rows, branch.own, "a branch");
    }
}

/// The lines below every line of the tree add up to it.
fn assert_tree_adds_up(tree: &[BranchLine], delta: i64) {
    assert_eq!((tree[0].depth, tree[0].total), (0, delta));
    for (at, line) in tree.iter().enumerate() {
        let below = tree[at + 1..].iter().take_while(|other| other.depth > line.depth);
        let next: Vec<&BranchLine> = below.filter(|other| other.depth == line.depth + 1).collect();
        let sum: i64 = next.iter().map(|other| other.total).sum();
        assert!(next.is_empty() || sum == line.total, "{line:?}");
    }
}

/// Whatever the rows are, and with engine internals beside them.
fn check_groups(before: &Arc<Snapshot>, after: &Arc<Snapshot>) {
    let delta = change(before, after, SizeMode::Chrome);
    for group_by in GroupBy::ALL {
        for internals in [Internals::Shown, Internals::Hidden] {
            let object_filter = ObjectFilter { group_by, internals, ..ObjectFilter::default() };
            let (before, after) = (Arc::clone(before), Arc::clone(after));
            let found = object_filter.compare(before, after, SizeMode::Chrome, &Progress::new()).unwrap();
            let rows: i64 = found.rows.iter().map(ComparisonRow::size_delta).sum();
            assert_eq!(i128::from(rows + found.internals.size_delta()), delta, "{object_filter:?}");
            for row in found.rows.iter().filter(|_| internals == Internals::Shown) {
                let counts = [row.baseline_count, row.current_count].map(u64::cast_signed);
                assert_eq!(row.delta_count(), counts[1] - counts[0], "{group_by:?} {}", row.name);
            }
        }
    }
}

fn check(before: &Arc<Snapshot>, after: &Arc<Snapshot>) {
    check_groups(before, after);
    let progress = Progress::new();
    for mode in MODES {
        let comparison = compare(Arc::clone(before), Arc::clone(after), mode, &progress).unwrap();
        let delta = change(before, after, mode);
        let rows: i64 = comparison.rows.iter().map(ComparisonRow::size_delta).sum();
        assert_eq!((i128::from(rows), i128::from(comparison.totals.delta)), (delta, delta), "{mode:?}");
        let view = ComparisonView::new(Arc::new(comparison), GrowthAccounting::EveryByte, ClassFilter::All);
        let total = view.total().unwrap();
        assert!(total.name.contains("equal to the change"), "{}", total.name);
        let growth = growth(before, after, mode, &progress).unwrap();
        assert_adds_up(&growth);
        let delta = growth.delta;
        let growth = Arc::new(growth);
        for limit in [1, 10, 1000] {
            assert_tree_adds_up(&GrowthView::new(Arc::clone(&growth), limit).tree(limit), delta);
        }
        let owners = TreeTable::filled(Arc::new(OwnersTable::new(growth)));
        assert!(owners.len() <= 1, "one line for the heap as a whole");
    }
}

#[test]
fn on_random_heaps() {
    for seed in seeds(300) {
        let before = Heap::random(seed.0);
        let after = before.later(seed.0 + 1_000_000);
        check(&before.load(), &after.load());
    }
}

#[test]
fn on_the_heaps_of_the_samples() {
    for [before, after] in PAIRS {
        check(&sample(before), &sample(after));
    }
}
