//! Every byte is attributed: the rows of a comparison, the lines of growth and the tree of owners add up to
//! the change of the heap, on random heaps and on those of the sample programs.

use crate::support::growing_heap::{assert_adds_up, change};
use crate::support::random_heap::{Heap, seeds};
use crate::support::samples::{AFTER, FIXED, KINDS_AFTER, KINDS_START, START, load_sample};
use heaplens::base::Progress;
use heaplens::compare::{ComparisonRow, GrowthAccounting, compare};
use heaplens::growth::growth;
use heaplens::model::{
    BranchLine, ClassFilter, ComparisonView, GrowthView, Internals, ObjectFilter, OwnersTable, TreeSource,
    TreeTable,
};
use heaplens::snapshot::groups::GroupBy;
use heaplens::snapshot::{SizeMode, Snapshot};
use std::sync::Arc;

const MODES: [SizeMode; 2] = [SizeMode::Chrome, SizeMode::Raw];

/// Both snapshots of a program, and a program with one of another process.
const PAIRS: [[&str; 2]; 3] = [[START, AFTER], [KINDS_START, KINDS_AFTER], [START, FIXED]];

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
        check(&load_sample(before), &load_sample(after));
    }
}
