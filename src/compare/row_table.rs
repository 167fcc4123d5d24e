//! Builds the rows of a comparison by merging two lists of objects that are sorted by id.

use std::cmp::Ordering;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::base::{Cancelled, ClassIndex, Column, NodeIndex, Progress, SizeColumn};
use crate::compare::{CompareOptions, ComparisonRow, Partition};
use crate::snapshot::groups::GroupBy;
use crate::snapshot::{ClassTotals, Classes, SizeMode, Snapshot};

/// The objects of one side that have a size, ascending by id.
pub(super) struct ObjectsById {
    rows: Vec<(u64, NodeIndex)>,
}

impl ObjectsById {
    /// The objects of `snapshot`. `O(n log n)`.
    pub(super) fn sorted(snapshot: &Snapshot, mode: SizeMode) -> Self {
        let graph = snapshot.graph();
        let sizes = snapshot.shallow_sizes(mode);
        let with_ids = graph.node_indices().zip(graph.nodes.ids());
        let mut rows: Vec<_> =
            with_ids.filter(|&(node, _)| sizes.get(node) > 0).map(|(node, id)| (id, node)).collect();
        rows.par_sort_unstable();
        Self { rows }
    }
}

/// One side: its groups with their sums, and which of its objects are counted.
pub(super) struct SideGroups<'a> {
    snapshot: &'a Snapshot,
    constructors: &'a Classes,
    /// The groups, if they are not constructors.
    others: Option<Classes>,
    totals: Column<ClassIndex, ClassTotals>,
    sizes: &'a SizeColumn<NodeIndex>,
    passing: Option<Partition>,
}

/// The destination of an object.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Destination {
    /// This row.
    Row(usize),
    /// The total of V8's internal objects, which are left out.
    Internals,
}

impl<'a> SideGroups<'a> {
    /// The groups of `snapshot`, whose objects have these constructors.
    pub(super) fn find(
        snapshot: &'a Snapshot,
        constructors: &'a Classes,
        group_by: GroupBy,
        terms: &CompareOptions<'_>,
        progress: &Progress,
    ) -> Result<Self, Cancelled> {
        let passing = (terms.passing)(snapshot, constructors)?;
        let others = snapshot.grouped_beside(group_by, constructors, progress)?;
        progress.check()?;
        let groups = others.as_ref().unwrap_or(constructors);
        let totals = match &passing {
            Some(passing) => snapshot.group_totals_of(groups, terms.mode, &passing.nodes),
            None if std::ptr::eq(groups, snapshot.classes()) => snapshot.class_totals(terms.mode).clone(),
            None => snapshot.totals_by(groups, terms.mode),
        };
        progress.check()?;
        let sizes = snapshot.shallow_sizes(terms.mode);
        Ok(Self { snapshot, constructors, others, totals, sizes, passing })
    }

    fn groups(&self) -> &Classes {
        self.others.as_ref().unwrap_or(self.constructors)
    }

    /// Whether all objects are counted.
    pub(super) fn is_whole(&self) -> bool {
        self.passing.is_none()
    }

    /// The destination of an object whose group has this row, if it is counted.
    fn place(&self, node: NodeIndex, row: usize) -> Option<Destination> {
        match &self.passing {
            Some(passing) if passing.internals.contains(node.position()) => Some(Destination::Internals),
            Some(passing) if !passing.nodes.contains(node.position()) => None,
            _ => Some(Destination::Row(row)),
        }
    }
}

/// The rows under construction: one for each group of either side.
pub(super) struct RowTable<'a> {
    baseline: SideGroups<'a>,
    current: SideGroups<'a>,
    rows: Vec<ComparisonRow>,
    internals: ComparisonRow,
    /// The order of each row: those of the baseline first, then by the first object.
    ranks: Vec<(bool, NodeIndex)>,
    /// The row of each of the baseline's groups; the current snapshot's are numbered in order.
    row_of_old: Vec<usize>,
}

impl<'a> RowTable<'a> {
    /// Rows without objects, each with its totals.
    pub(super) fn new([baseline, current]: [SideGroups<'a>; 2]) -> Self {
        let mut rows: Vec<ComparisonRow> = Vec::with_capacity(current.groups().len());
        let mut ranks = Vec::with_capacity(current.groups().len());
        let mut row_of_key = FxHashMap::default();
        for (index, class) in current.groups().iter() {
            let totals = current.totals[index];
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
        let row_of_old = baseline
            .groups()
            .iter()
            .map(|(index, class)| {
                let totals = baseline.totals[index];
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
        Self { baseline, current, rows, internals: ComparisonRow::default(), ranks, row_of_old }
    }

    /// The row of an object of the baseline.
    fn old_row(&self, node: NodeIndex) -> usize {
        self.row_of_old[self.baseline.groups().of(node).position()]
    }

    /// The row of an object of the current snapshot.
    fn new_row(&self, node: NodeIndex) -> usize {
        self.current.groups().of(node).position()
    }

    fn at(&mut self, place: Destination) -> &mut ComparisonRow {
        match place {
            Destination::Row(row) => &mut self.rows[row],
            Destination::Internals => &mut self.internals,
        }
    }

    fn add(&mut self, node: NodeIndex) {
        let size = self.current.sizes.get(node);
        if let Some(place) = self.current.place(node, self.new_row(node)) {
            self.at(place).add(node, size);
        }
    }

    fn delete(&mut self, node: NodeIndex) {
        let size = self.baseline.sizes.get(node);
        if let Some(place) = self.baseline.place(node, self.old_row(node)) {
            self.at(place).delete(node, size);
        }
    }

    /// An object on both sides.
    fn keep(&mut self, before: NodeIndex, after: NodeIndex) {
        let (was, is) = (self.baseline.sizes.get(before), self.current.sizes.get(after));
        let Some(place) = self.current.place(after, self.new_row(after)) else { return };
        let old_place =
            if place == Destination::Internals { place } else { Destination::Row(self.old_row(before)) };
        if old_place != place {
            self.at(old_place).delete(before, was);
            self.at(place).add(after, is);
            return;
        }
        let row = self.at(place);
        match is.cmp(&was) {
            Ordering::Greater => {
                row.grown.push((before, after));
                row.grown_size += is - was;
            }
            Ordering::Less => {
                row.shrunk.push((before, after));
                row.shrunk_size += was - is;
            }
            Ordering::Equal => {}
        }
    }

    /// Sorts the objects into rows by their ids.
    pub(super) fn merge(
        &mut self,
        ObjectsById { rows: old }: &ObjectsById,
        ObjectsById { rows: new }: &ObjectsById,
        progress: &Progress,
    ) -> Result<(), Cancelled> {
        let (mut i, mut j) = (0, 0);
        while i < old.len() || j < new.len() {
            progress.tick(i + j)?;
            match (old.get(i), new.get(j)) {
                (Some(&(old_id, before)), Some(&(new_id, after))) if old_id == new_id => {
                    i += 1;
                    j += 1;
                    self.keep(before, after);
                }
                (Some(&(old_id, node)), other) if other.is_none_or(|&(new_id, _)| old_id < new_id) => {
                    i += 1;
                    self.delete(node);
                }
                (_, Some(&(_, node))) => {
                    j += 1;
                    self.add(node);
                }
                _ => break,
            }
        }
        Ok(())
    }

    /// Rows of counts and bytes without objects: the differences of each.
    pub(super) fn take_differences(
        &mut self,
        ObjectsById { rows: old }: &ObjectsById,
        ObjectsById { rows: new }: &ObjectsById,
        progress: &Progress,
    ) -> Result<(), Cancelled> {
        let mut of_rows = vec![Difference::default(); self.rows.len()];
        let mut of_internals = Difference::default();
        let mut count = |place: Option<Destination>, bytes: u64, number: i64| {
            let difference = match place {
                Some(Destination::Row(row)) => &mut of_rows[row],
                Some(Destination::Internals) => &mut of_internals,
                None => return,
            };
            difference.count += number;
            difference.bytes += number * bytes.cast_signed();
        };
        for (step, &(_, node)) in old.iter().enumerate() {
            progress.tick(step)?;
            let place = self.baseline.place(node, self.old_row(node));
            count(place, self.baseline.sizes.get(node), -1);
        }
        for (step, &(_, node)) in new.iter().enumerate() {
            progress.tick(step)?;
            let place = self.current.place(node, self.new_row(node));
            count(place, self.current.sizes.get(node), 1);
        }
        for (row, difference) in self.rows.iter_mut().zip(of_rows) {
            row.differ_by(difference);
        }
        self.internals.differ_by(of_internals);
        Ok(())
    }

    /// Names a constructor that only the baseline has by the last of its objects there.
    pub(super) fn name_what_is_gone(&mut self, ObjectsById { rows: old }: &ObjectsById) {
        let snapshot = self.baseline.snapshot;
        for &(_, node) in old {
            let row = self.old_row(node);
            let row = &mut self.rows[row];
            if row.current_count == 0 {
                snapshot.classes().name(snapshot.class_of(node)).clone_into(&mut row.name);
            }
        }
    }

    /// The rows with changes, and the total of V8's internal objects that were left out.
    pub(super) fn finish(self) -> (Vec<ComparisonRow>, ComparisonRow) {
        let rows = self.ranks.into_iter().zip(self.rows);
        let mut ranked: Vec<_> = rows.filter(|(_, row)| row.has_change()).collect();
        ranked.sort_by_key(|&(rank, _)| rank);
        (ranked.into_iter().map(|(_, row)| row).collect(), self.internals)
    }
}

/// The differences of objects and bytes.
#[derive(Clone, Copy, Default)]
struct Difference {
    count: i64,
    bytes: i64,
}

impl ComparisonRow {
    fn add(&mut self, node: NodeIndex, size: u64) {
        self.new.push(node);
        self.new_count += 1;
        self.new_size += size;
    }

    fn delete(&mut self, node: NodeIndex, size: u64) {
        self.deleted.push(node);
        self.deleted_count += 1;
        self.deleted_size += size;
    }

    fn differ_by(&mut self, Difference { count, bytes }: Difference) {
        let more = |number: i64| u64::try_from(number).unwrap_or(0);
        (self.new_count, self.deleted_count) = (more(count), more(-count));
        (self.new_size, self.deleted_size) = (more(bytes), more(-bytes));
    }
}
