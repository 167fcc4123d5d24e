//! The orders of a comparison's rows: constructors, the groups below one, the objects in a group.

use std::cmp::Reverse;

use crate::compare::{Comparison, ComparisonRow, GrowthAccounting};
use crate::model::filter::class_filter::ClassFilter;
use crate::model::table::order::{JsText, sorted};
use crate::model::table::{ColumnId, Sort};
use crate::model::views::comparison::ComparisonView;
use crate::model::views::comparison::change::{Change, ChangeKind};

/// The rows that the filter lets pass and that have a change that counts, as positions among all.
pub fn shown(comparison: &Comparison, counting: GrowthAccounting, filter: &ClassFilter) -> Vec<usize> {
    let is_shown = |row: &ComparisonRow| filter.keeps(&row.name) && counting.has_row(row);
    (0..comparison.rows.len()).filter(|&at| is_shown(&comparison.rows[at])).collect()
}

impl ComparisonView {
    /// The rows that are shown, as positions among those of the comparison.
    pub(crate) fn sorted_rows(&self, Sort { column, direction }: Sort) -> Vec<usize> {
        let rows = &self.comparison.rows;
        let shown = shown(&self.comparison, self.counting, &self.filter);
        let name = |at: usize| JsText(rows[at].name.as_str());
        if column == ColumnId::Name {
            return sorted(&shown, direction, |at| (name(at), ()));
        }
        sorted(&shown, direction, |at| {
            let row = &rows[at];
            let counted = row.counted(self.counting);
            let key = match (column, self.counting) {
                (ColumnId::NewCount, _) => row.new.len() as i128,
                (ColumnId::DeletedCount, _) => row.deleted.len() as i128,
                (ColumnId::DeltaCount, _) => row.delta_count().into(),
                (ColumnId::FreedSize, _) => counted.freed.into(),
                (ColumnId::SizeDelta, _) => counted.delta().into(),
                (ColumnId::GrownCount, GrowthAccounting::EveryByte) => row.grown.len() as i128,
                (ColumnId::GrownSize, GrowthAccounting::EveryByte) => row.grown_size.into(),
                (ColumnId::RetainedDelta, GrowthAccounting::EveryByte) => row.retained_delta().into(),
                _ => counted.alloc.into(),
            };
            (key, name(at))
        })
    }

    /// The groups of a row that have objects; between equals in the order new, grown, shrunk, deleted.
    pub(crate) fn sorted_kinds(
        &self,
        row: &ComparisonRow,
        Sort { column, direction }: Sort,
    ) -> Vec<ChangeKind> {
        let kinds: Vec<ChangeKind> = self.kinds(row).collect();
        sorted(&kinds, direction, |kind| {
            let is = |counted: ChangeKind| if kind == counted { row.count_of(kind) as i128 } else { 0 };
            let bytes = i128::from(row.bytes_of(kind));
            let key = match column {
                ColumnId::Name => 0,
                ColumnId::NewCount => is(ChangeKind::New),
                ColumnId::DeletedCount => is(ChangeKind::Deleted),
                ColumnId::DeltaCount => is(ChangeKind::New) - is(ChangeKind::Deleted),
                ColumnId::GrownCount | ColumnId::GrownSize => is(ChangeKind::Grown),
                ColumnId::FreedSize if kind.frees() => bytes,
                ColumnId::FreedSize => 0,
                ColumnId::SizeDelta if kind.frees() => -bytes,
                _ if kind.frees() => 0,
                _ => bytes,
            };
            (key, kind)
        })
    }

    /// The objects of one group of a row.
    pub(crate) fn sorted_changes(
        &self,
        row: &ComparisonRow,
        kind: ChangeKind,
        Sort { column, direction }: Sort,
    ) -> Vec<Change> {
        let changes = self.changes(row, kind);
        let snapshot = &self.side(kind.side()).snapshot;
        let id = |change: Change| snapshot.graph().nodes.id(change.node);
        if column == ColumnId::Name {
            return sorted(&changes, direction, |change| {
                (JsText(snapshot.display_name(change.node)), id(change))
            });
        }
        sorted(&changes, direction, |change| {
            let key: i128 = match column {
                ColumnId::FreedSize => change.freed_size().into(),
                ColumnId::SizeDelta => change.size_delta().into(),
                ColumnId::RetainedDelta => change.retained_delta.into(),
                _ => change.alloc_size().into(),
            };
            (key, (Reverse(change.alloc_size()), Reverse(change.freed_size()), id(change)))
        })
    }
}
