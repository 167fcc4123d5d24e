//! The orders of a comparison's rows: constructors, the groups below one, the objects in a group.

use std::cmp::Reverse;

use crate::compare::{Comparison, ComparisonRow, GrowthAccounting};
use crate::model::filter::class_filter::ClassFilter;
use crate::model::table::order::{JsText, sorted};
use crate::model::table::{ColumnId, Sort};
use crate::model::views::comparison::ComparisonView;
use crate::model::views::comparison::change::{Change, ChangeKind};
use crate::model::views::comparison::columns::shown_column;

/// The rows that the filter lets pass and that have a counted change, as positions among all.
pub(super) fn shown(comparison: &Comparison, counting: GrowthAccounting, filter: &ClassFilter) -> Vec<usize> {
    let is_shown = |row: &ComparisonRow| filter.keeps(&row.name) && counting.has_row(row);
    (0..comparison.rows.len()).filter(|&at| is_shown(&comparison.rows[at])).collect()
}

impl ComparisonView {
    /// The shown rows, as positions among those of the comparison.
    pub(crate) fn sorted_rows(&self, Sort { column, direction }: Sort) -> Vec<usize> {
        let rows = &self.comparison.rows;
        let shown = shown(&self.comparison, self.counting, &self.filter);
        let name = |at: usize| JsText(rows[at].name.as_str());
        if column == ColumnId::NAME {
            return sorted(&shown, direction, |at| (name(at), ()));
        }
        let value = shown_column(self.counting, column).row;
        sorted(&shown, direction, |at| (value(&rows[at], self.counting).number(), name(at)))
    }

    /// The groups of a row that have objects; ties in the order new, grown, shrunk, deleted.
    pub(crate) fn sorted_kinds(
        &self,
        row: &ComparisonRow,
        Sort { column, direction }: Sort,
    ) -> Vec<ChangeKind> {
        let kinds: Vec<ChangeKind> = self.kinds(row).collect();
        let value = shown_column(self.counting, column).group;
        let key = |kind| if column == ColumnId::NAME { 0 } else { value(row, kind).number() };
        sorted(&kinds, direction, |kind| (key(kind), kind))
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
        let id = |change: Change| snapshot.id(change.node);
        if column == ColumnId::NAME {
            return sorted(&changes, direction, |change| {
                (JsText(snapshot.display_name(change.node)), id(change))
            });
        }
        let value = shown_column(self.counting, column).object;
        sorted(&changes, direction, |change| {
            let larger = (Reverse(change.alloc_size()), Reverse(change.freed_size()), id(change));
            (value(change).number(), larger)
        })
    }
}
