//! Two snapshots of one process, class by class: what is new, gone, and larger or smaller than before.
//!
//! An object survives if its id is in both files. Chrome's Comparison leaves survivors out, whatever they
//! have grown to; here every byte has a row. A survivor whose class changed is deleted in one row and new
//! in the other, as in Chrome.
//!
//! Where ids say nothing (see [`ids_are_comparable`]), an object of the baseline and one of the current
//! snapshot that have class and size in common count as the same, and what is left over is new or deleted.

use std::cmp::Ordering;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{Classes, SizeMode, Snapshot};
use crate::base::{Cancelled, ClassIndex, NodeIndex, Progress};

/// The difference between two snapshots.
pub struct Comparison {
    /// The older one.
    pub baseline: Arc<Snapshot>,
    /// The newer one.
    pub current: Arc<Snapshot>,
    /// Whose shallow sizes.
    pub mode: SizeMode,
    /// Every class with any change: those of the baseline by their first object, then those only the current
    /// snapshot has. Rows that are equal by any column stay in this order, as in Chrome.
    pub rows: Vec<ComparisonRow>,
    /// Sums over everything.
    pub totals: Totals,
    /// What makes an object of one side the same as one of the other.
    pub matching: Matching,
}

/// What makes an object of one snapshot the same as one of another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Matching {
    /// Their ids.
    Ids,
    /// Class and size: numbers per class are right, which objects are called new is not.
    Classes,
}

impl Matching {
    /// What a person should know before reading the rows.
    pub fn note(self) -> Option<&'static str> {
        match self {
            Self::Ids => None,
            Self::Classes => Some(
                "The ids of these snapshots do not tell which objects are the same (the engine does not keep ids, as Bun does not), so objects are matched by constructor and size: counts and sizes are right, but which objects are listed as new is a guess",
            ),
        }
    }
}

/// Bytes of both sides.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Totals {
    /// Bytes of the baseline's objects.
    pub baseline_size: u64,
    /// Bytes of the current snapshot's objects.
    pub current_size: u64,
    /// Current less baseline: what the rows' size deltas add up to.
    pub delta: i64,
    /// Change of what V8 reports without nodes.
    pub extra_native_delta: i64,
}

/// What changed in one class.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ComparisonRow {
    /// Chrome's class key.
    pub key: String,
    /// The class's name; for one that is gone, as the baseline itself calls it.
    pub name: String,
    /// Only in the current snapshot, ascending by id.
    pub new: Vec<NodeIndex>,
    /// Only in the baseline, ascending by id.
    pub deleted: Vec<NodeIndex>,
    /// In both and larger now: positions in baseline and current, ascending by id.
    pub grown: Vec<(NodeIndex, NodeIndex)>,
    /// In both and smaller now.
    pub shrunk: Vec<(NodeIndex, NodeIndex)>,
    /// Bytes of the new objects.
    pub new_size: u64,
    /// Bytes of the deleted objects.
    pub deleted_size: u64,
    /// By how much the grown objects grew.
    pub grown_size: u64,
    /// By how much the shrunk objects shrank.
    pub shrunk_size: u64,
    /// Objects in the baseline.
    pub baseline_count: u64,
    /// Objects in the current snapshot.
    pub current_count: u64,
    /// The class's retained size in the baseline.
    pub baseline_retained: u64,
    /// The class's retained size in the current snapshot.
    pub current_retained: u64,
}

impl ComparisonRow {
    /// Bytes of new objects, and of growth in place.
    pub fn alloc_size(&self) -> u64 {
        self.new_size + self.grown_size
    }

    /// Bytes of deleted objects, and of shrinkage in place.
    pub fn freed_size(&self) -> u64 {
        self.deleted_size + self.shrunk_size
    }

    /// Allocated less freed.
    pub fn size_delta(&self) -> i64 {
        difference(self.alloc_size(), self.freed_size())
    }

    /// New less deleted objects.
    pub fn delta_count(&self) -> i64 {
        difference(self.new.len() as u64, self.deleted.len() as u64)
    }

    /// Change of the class's retained size.
    pub fn retained_delta(&self) -> i64 {
        difference(self.current_retained, self.baseline_retained)
    }

    fn has_change(&self) -> bool {
        !(self.new.is_empty() && self.deleted.is_empty() && self.grown.is_empty() && self.shrunk.is_empty())
    }
}

/// `a - b`; both are sums of bytes or counts, far below 2^63.
fn difference(a: u64, b: u64) -> i64 {
    a.cast_signed().wrapping_sub(b.cast_signed())
}

/// The counted objects of one side, ascending by id.
struct SideObjects {
    /// Id, class, node.
    rows: Vec<(u64, ClassIndex, NodeIndex)>,
}

impl SideObjects {
    fn sorted(snapshot: &Snapshot, classes: &Classes, mode: SizeMode) -> Self {
        let graph = snapshot.graph();
        let sizes = snapshot.shallow_sizes(mode);
        let mut rows: Vec<_> = graph
            .node_indices()
            .zip(graph.nodes.ids())
            .filter(|&(node, _)| sizes.get(node) > 0)
            .map(|(node, id)| (id, classes.of(node), node))
            .collect();
        rows.par_sort_unstable_by_key(|&(id, _, node)| (id, node));
        Self { rows }
    }
}

/// Objects that are looked at to tell whether ids can be compared.
const SAMPLE: usize = 4096;
/// Smaller heaps are made by hand, and their ids are meant.
const SMALLEST_SAMPLE: usize = 50;

/// Whether equal ids mean the same object. V8 counts ids up in one process and never gives one out again:
/// of its oldest objects (builtins, roots) nearly all are in every later snapshot. Bun numbers anew in each
/// snapshot, so that none is found again. Both snapshots must be complete.
pub fn ids_are_comparable(baseline: &Snapshot, current: &Snapshot) -> bool {
    let sorted = |snapshot: &Snapshot| SideObjects::sorted(snapshot, snapshot.classes(), SizeMode::Raw);
    let (old, new) = rayon::join(|| sorted(baseline), || sorted(current));
    old.ids_are_comparable(&new)
}

impl SideObjects {
    fn ids_are_comparable(&self, other: &Self) -> bool {
        let (old, new) = (&self.rows, &other.rows);
        let oldest = &old[..old.len().min(SAMPLE)];
        let is_found = |id: u64| new.binary_search_by_key(&id, |&(id, ..)| id).is_ok();
        let found_again = oldest.iter().filter(|&&(id, ..)| is_found(id)).count();
        oldest.len().min(new.len()) < SMALLEST_SAMPLE || found_again * 10 >= oldest.len()
    }
}

/// Compares objects by id where ids mean something, otherwise by class. `O(n log n)` in the objects of
/// both; both snapshots must be complete.
pub fn compare(
    baseline: Arc<Snapshot>,
    current: Arc<Snapshot>,
    mode: SizeMode,
    progress: &Progress,
) -> Result<Comparison, Cancelled> {
    compare_by(baseline, current, mode, None, progress)
}

/// [`compare`], with a choice of what makes objects the same.
pub fn compare_by(
    baseline: Arc<Snapshot>,
    current: Arc<Snapshot>,
    mode: SizeMode,
    matching: Option<Matching>,
    progress: &Progress,
) -> Result<Comparison, Cancelled> {
    // The baseline's plain objects are grouped by the shapes of the current snapshot, so that a shape that
    // has become frequent is not all new.
    let base_classes = baseline.classes_by(current.definitions(), progress)?;
    progress.check()?;
    let (old, new) = rayon::join(
        || SideObjects::sorted(&baseline, &base_classes, mode),
        || SideObjects::sorted(&current, current.classes(), mode),
    );
    progress.check()?;
    let mut table = RowTable::new(&baseline, &base_classes, &current, mode);
    let matching = matching
        .unwrap_or_else(|| if old.ids_are_comparable(&new) { Matching::Ids } else { Matching::Classes });
    match matching {
        Matching::Ids => table.merge(&old.rows, &new.rows, progress)?,
        Matching::Classes => table.merge_by_class(&old.rows, &new.rows, progress)?,
    }
    let rows = table.finish(&old.rows);
    let size = |snapshot: &Snapshot| snapshot.shallow_sizes(mode).iter().sum::<u64>();
    let (baseline_size, current_size) = (size(&baseline), size(&current));
    let totals = Totals {
        baseline_size,
        current_size,
        delta: difference(current_size, baseline_size),
        extra_native_delta: difference(
            current.graph().extra_native_bytes,
            baseline.graph().extra_native_bytes,
        ),
    };
    Ok(Comparison { baseline, current, mode, rows, totals, matching })
}

struct RowTable<'a> {
    baseline: &'a Snapshot,
    current: &'a Snapshot,
    mode: SizeMode,
    rows: Vec<ComparisonRow>,
    /// Where each row stands: after those of the baseline, and its first object.
    ranks: Vec<(bool, NodeIndex)>,
    /// The row of each of the baseline's classes; the current snapshot's are numbered as they are.
    row_of_old: Vec<usize>,
}

impl<'a> RowTable<'a> {
    fn new(baseline: &'a Snapshot, base_classes: &Classes, current: &'a Snapshot, mode: SizeMode) -> Self {
        let new_totals = current.class_totals(mode);
        let old_totals = baseline.totals_by(base_classes, mode);
        let mut rows: Vec<ComparisonRow> = Vec::with_capacity(current.classes().len());
        let mut ranks = Vec::with_capacity(current.classes().len());
        let mut row_of_key = FxHashMap::default();
        for (index, class) in current.classes().iter() {
            let totals = new_totals[index];
            row_of_key.insert(class, rows.len());
            ranks.push((true, totals.first));
            rows.push(ComparisonRow {
                key: class.key(),
                name: class.name.clone(),
                current_count: totals.count,
                current_retained: totals.retained.unwrap_or(0),
                ..ComparisonRow::default()
            });
        }
        let row_of_old = base_classes
            .iter()
            .map(|(index, class)| {
                let totals = old_totals[index];
                let at = row_of_key.get(class).copied().unwrap_or_else(|| {
                    rows.push(ComparisonRow {
                        key: class.key(),
                        name: class.name.clone(),
                        ..ComparisonRow::default()
                    });
                    ranks.push((false, totals.first));
                    rows.len() - 1
                });
                if totals.count > 0 {
                    ranks[at] = (false, totals.first);
                }
                rows[at].baseline_count = totals.count;
                rows[at].baseline_retained = totals.retained.unwrap_or(0);
                at
            })
            .collect();
        Self { baseline, current, mode, rows, ranks, row_of_old }
    }

    fn merge(
        &mut self,
        old: &[(u64, ClassIndex, NodeIndex)],
        new: &[(u64, ClassIndex, NodeIndex)],
        progress: &Progress,
    ) -> Result<(), Cancelled> {
        let old_sizes = self.baseline.shallow_sizes(self.mode);
        let new_sizes = self.current.shallow_sizes(self.mode);
        let (mut i, mut j) = (0, 0);
        while i < old.len() || j < new.len() {
            progress.tick(i + j)?;
            let old_row = old.get(i).map(|&(id, class, node)| (id, self.row_of_old[class.position()], node));
            let new_row = new.get(j).map(|&(id, class, node)| (id, class.position(), node));
            match (old_row, new_row) {
                (Some((old_id, old_row, before)), Some((new_id, new_row, after))) if old_id == new_id => {
                    i += 1;
                    j += 1;
                    let (was, is) = (old_sizes.get(before), new_sizes.get(after));
                    if old_row != new_row {
                        self.rows[old_row].delete(before, was);
                        self.rows[new_row].add(after, is);
                    } else if is > was {
                        self.rows[new_row].grown.push((before, after));
                        self.rows[new_row].grown_size += is - was;
                    } else if is < was {
                        self.rows[new_row].shrunk.push((before, after));
                        self.rows[new_row].shrunk_size += was - is;
                    }
                }
                (Some((old_id, row, node)), other) if other.is_none_or(|(new_id, ..)| old_id < new_id) => {
                    i += 1;
                    self.rows[row].delete(node, old_sizes.get(node));
                }
                (_, Some((_, row, node))) => {
                    j += 1;
                    self.rows[row].add(node, new_sizes.get(node));
                }
                _ => break,
            }
        }
        Ok(())
    }

    /// Lets objects of one class and size cancel each other out.
    fn merge_by_class(
        &mut self,
        old: &[(u64, ClassIndex, NodeIndex)],
        new: &[(u64, ClassIndex, NodeIndex)],
        progress: &Progress,
    ) -> Result<(), Cancelled> {
        // Row, size, and the place among the objects sorted by id.
        type Key = (usize, u64, usize);
        let old_sizes = self.baseline.shallow_sizes(self.mode);
        let new_sizes = self.current.shallow_sizes(self.mode);
        let old_row = |class: ClassIndex| self.row_of_old[class.position()];
        let mut gone: Vec<Key> =
            (0..).zip(old).map(|(at, &(_, class, node))| (old_row(class), old_sizes.get(node), at)).collect();
        let mut come: Vec<Key> = (0..)
            .zip(new)
            .map(|(at, &(_, class, node))| (class.position(), new_sizes.get(node), at))
            .collect();
        rayon::join(|| gone.par_sort_unstable(), || come.par_sort_unstable());
        progress.check()?;
        cancel_out(&mut gone, &mut come);
        gone.par_sort_unstable_by_key(|&(row, _, at)| (row, at));
        come.par_sort_unstable_by_key(|&(row, _, at)| (row, at));
        for (row, size, at) in gone {
            self.rows[row].delete(old[at].2, size);
        }
        for (row, size, at) in come {
            self.rows[row].add(new[at].2, size);
        }
        Ok(())
    }

    /// The rows with changes; a class that only the baseline has is named as the baseline names the last of
    /// its objects.
    fn finish(self, old: &[(u64, ClassIndex, NodeIndex)]) -> Vec<ComparisonRow> {
        let mut rows = self.rows;
        for &(_, class, node) in old {
            let row = &mut rows[self.row_of_old[class.position()]];
            if row.current_count == 0 {
                self.baseline.classes().name(self.baseline.class_of(node)).clone_into(&mut row.name);
            }
        }
        let mut ranked: Vec<_> =
            self.ranks.into_iter().zip(rows).filter(|(_, row)| row.has_change()).collect();
        ranked.sort_by_key(|&(rank, _)| rank);
        ranked.into_iter().map(|(_, row)| row).collect()
    }
}

/// Takes pairs that agree in all but the last number out of two sorted lists.
fn cancel_out(a: &mut Vec<(usize, u64, usize)>, b: &mut Vec<(usize, u64, usize)>) {
    let key = |&(row, size, _): &(usize, u64, usize)| (row, size);
    let (mut kept_a, mut kept_b) = (0, 0);
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        match key(&a[i]).cmp(&key(&b[j])) {
            Ordering::Equal => (i, j) = (i + 1, j + 1),
            Ordering::Less => {
                a[kept_a] = a[i];
                (i, kept_a) = (i + 1, kept_a + 1);
            }
            Ordering::Greater => {
                b[kept_b] = b[j];
                (j, kept_b) = (j + 1, kept_b + 1);
            }
        }
    }
    a.drain(kept_a..i);
    b.drain(kept_b..j);
}

impl ComparisonRow {
    fn add(&mut self, node: NodeIndex, size: u64) {
        self.new.push(node);
        self.new_size += size;
    }

    fn delete(&mut self, node: NodeIndex, size: u64) {
        self.deleted.push(node);
        self.deleted_size += size;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;

    /// Objects of these ids, names and sizes; those named Object have a property.
    fn heap(objects: &[(u64, &str, u64)]) -> Arc<Snapshot> {
        let mut builder = GraphBuilder::new();
        let leaf = builder.node("number", "leaf", 0);
        for &(id, name, size) in objects {
            let (name, property) = name.split_once('.').unwrap_or((name, ""));
            let node = builder.node("object", name, size);
            builder.id(node, id);
            if !property.is_empty() {
                builder.edge(node, "property", property, leaf);
            }
        }
        load_bytes("test", builder.to_json().as_bytes(), &Progress::new()).unwrap()
    }

    #[test]
    fn objects_without_lasting_ids_are_matched_by_class_and_size() {
        let objects = |first: u64, count: u64| -> Vec<(u64, &str, u64)> {
            (0..count).map(|n| (first + 2 * n, if n % 2 == 0 { "A" } else { "B" }, 8 + n % 3)).collect()
        };
        let compared = |before: &[(u64, &str, u64)], after: &[(u64, &str, u64)]| {
            compare(heap(before), heap(after), SizeMode::Chrome, &Progress::new()).unwrap()
        };
        let found = compared(&objects(1001, 300), &objects(5001, 306));
        assert_eq!(found.matching, Matching::Classes);
        let rows: Vec<_> =
            found.rows.iter().map(|row| (&*row.name, row.new.len(), row.deleted.len())).collect();
        assert_eq!(rows, [("A", 3, 0), ("B", 3, 0)]);
        assert_eq!(found.rows.iter().map(ComparisonRow::size_delta).sum::<i64>(), found.totals.delta);
        let same = compared(&objects(1001, 300), &objects(1001, 306));
        assert_eq!(same.matching, Matching::Ids);
        assert_eq!(same.rows.len(), 2);
    }

    type Numbers = (usize, usize, i64, i64);

    /// Name, new and deleted objects, Chrome's size delta and ours.
    fn rows(before: &[(u64, &str, u64)], after: &[(u64, &str, u64)]) -> Vec<(String, Numbers)> {
        let found = compare(heap(before), heap(after), SizeMode::Chrome, &Progress::new()).unwrap();
        let row = |row: &ComparisonRow| {
            let chromes = difference(row.new_size, row.deleted_size);
            (row.name.clone(), (row.new.len(), row.deleted.len(), chromes, row.size_delta()))
        };
        found.rows.iter().map(row).collect()
    }

    #[test]
    fn objects_are_told_by_their_ids() {
        let found =
            rows(&[(11, "A", 8), (13, "A", 8), (15, "B", 5)], &[(13, "A", 8), (15, "B", 5), (17, "A", 9)]);
        assert_eq!(found, [("A".into(), (1, 1, 1, 1))]);
    }

    #[test]
    fn growth_in_place_has_a_row_that_chrome_leaves_out() {
        assert_eq!(rows(&[(11, "A", 8)], &[(11, "A", 20)]), [("A".into(), (0, 0, 0, 12))]);
    }

    #[test]
    fn a_survivor_of_another_class_is_gone_from_one_and_new_in_the_other() {
        let found = rows(&[(11, "A", 8)], &[(11, "B", 10)]);
        assert_eq!(found, [("A".into(), (0, 1, -8, -8)), ("B".into(), (1, 0, 10, 10))]);
    }

    #[test]
    fn what_has_no_size_is_not_there() {
        assert_eq!(rows(&[(11, "A", 0)], &[(11, "A", 7)]), [("A".into(), (1, 0, 7, 7))]);
        assert_eq!(rows(&[(11, "A", 0)], &[]), []);
    }

    #[test]
    fn the_baseline_is_grouped_by_the_shapes_of_the_current_snapshot() {
        let shaped = [(11, "Object.x", 8), (13, "Object.x", 8)];
        assert_eq!(rows(&shaped[..1], &shaped), [("{x}".into(), (1, 0, 8, 8))], "one was no shape before");
    }

    #[test]
    fn an_objects_class_that_is_gone_is_named_as_the_baseline_named_it() {
        let found = rows(&[(11, "Object.x", 8), (13, "Object.x", 8)], &[]);
        assert_eq!(found, [("{x}".into(), (0, 2, -16, -16))]);
    }
}
