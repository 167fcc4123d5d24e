//! The rows of a comparison as they are filled: two lists of objects, sorted by id, walked side by side.

use std::cmp::Ordering;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::ComparisonRow;
use crate::base::{Cancelled, ClassIndex, NodeIndex, Progress};
use crate::snapshot::{Classes, SizeMode, Snapshot};

/// The counted objects of one side, ascending by id.
pub struct SideObjects {
    /// Id, class, node.
    rows: Vec<(u64, ClassIndex, NodeIndex)>,
}

impl SideObjects {
    /// Those with a size, in `classes`. `O(n log n)`.
    pub fn sorted(snapshot: &Snapshot, classes: &Classes, mode: SizeMode) -> Self {
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

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Their ids, the oldest first.
    pub fn ids(&self) -> impl Iterator<Item = u64> + '_ {
        self.rows.iter().map(|&(id, ..)| id)
    }

    /// Whether one has this id.
    pub fn has(&self, id: u64) -> bool {
        self.rows.binary_search_by_key(&id, |&(id, ..)| id).is_ok()
    }
}

/// The rows under construction: one for each class of either side.
pub struct RowTable<'a> {
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
    /// Rows without objects, each with its totals.
    pub fn new(
        baseline: &'a Snapshot,
        base_classes: &Classes,
        current: &'a Snapshot,
        mode: SizeMode,
    ) -> Self {
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

    /// Sorts the objects into rows by their ids.
    pub fn merge(
        &mut self,
        SideObjects { rows: old }: &SideObjects,
        SideObjects { rows: new }: &SideObjects,
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
    pub fn merge_by_class(
        &mut self,
        SideObjects { rows: old }: &SideObjects,
        SideObjects { rows: new }: &SideObjects,
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
    pub fn finish(self, SideObjects { rows: old }: &SideObjects) -> Vec<ComparisonRow> {
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
