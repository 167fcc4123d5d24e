//! The rows of a comparison: constructors, groups, and the footer.

use crate::compare::{Comparison, ComparisonRow, GrowthAccounting};
use crate::model::format;
use crate::model::format::object_text::{class_spans, span};
use crate::model::glossary;
use crate::model::table::{Cell, ColumnSpec, Disclosure, Item, Row, Tone, Total, Value};
use crate::model::views::comparison::ComparisonView;
use crate::model::views::comparison::change::ChangeKind;
use crate::model::views::comparison::columns::{SIZE_DELTA, shown_columns};
use crate::model::views::summary::group_head;
use crate::snapshot::groups::GroupBy;

/// The tree column, and all that are shown beside it.
pub(super) fn columns(group_by: GroupBy, counting: GrowthAccounting) -> Vec<ColumnSpec> {
    let shown = shown_columns(counting).map(|column| column.spec);
    std::iter::once(ColumnSpec::name(group_head(group_by))).chain(shown).collect()
}

impl ComparisonView {
    pub(crate) fn class_row(&self, item: Item, row: &ComparisonRow, disclosure: Disclosure) -> Row {
        let values = shown_columns(self.counting).map(|column| (column.row)(row, self.counting));
        Row {
            item,
            depth: 0,
            disclosure,
            name: class_spans(&row.name, row.current_count.max(row.baseline_count)),
            hover: glossary::explain(&row.name).map(str::to_owned),
            cells: values.map(Value::cell_if_any).collect(),
            object: None,
            is_dimmed: false,
            kind: None,
            place: None,
        }
    }

    pub(crate) fn group_row(
        &self,
        item: Item,
        row: &ComparisonRow,
        kind: ChangeKind,
        disclosure: Disclosure,
    ) -> Row {
        let values = shown_columns(self.counting).map(|column| (column.group)(row, kind));
        let tone = if kind.frees() { Tone::Shrunk } else { Tone::Grown };
        Row {
            item,
            depth: 1,
            disclosure,
            name: vec![
                span(kind.title(), tone),
                span(format!(" {}", format::times(row.count_of(kind) as u64)), Tone::Quiet),
            ],
            hover: Some(kind.help().into()),
            cells: values.map(Value::cell_if_any).collect(),
            object: None,
            is_dimmed: false,
            kind: None,
            place: None,
        }
    }
}

/// The sums of the rows `shown`, compared with the change of the heap.
pub(super) fn total(comparison: &Comparison, counting: GrowthAccounting, shown: &[usize]) -> Total {
    let rows = || shown.iter().map(|&at| &comparison.rows[at]);
    let delta: i64 = rows().map(|row| row.counted(counting).delta()).sum();
    let heap = comparison.totals;
    let all = comparison.rows.len();
    let name = match (counting, shown.len() == all) {
        (_, true) if !comparison.is_whole => {
            format!("Total of what is shown; the heap changed by {}", format::signed_size(heap.delta))
        }
        (GrowthAccounting::AsChrome, _) if delta != heap.delta => {
            format!("Total as Chrome counts; the heap changed by {}", format::signed_size(heap.delta))
        }
        (_, true) => "Total, equal to the change of the heap".to_owned(),
        (_, false) => {
            let (shown, all) = (format::format_count(shown.len() as u64), format::format_count(all as u64));
            let of = if comparison.group_by == GroupBy::Constructor { "constructors" } else { "rows" };
            format!("Total of {shown} of {all} {of}")
        }
    };
    let (of_rows, of_heap) = (format::signed_bytes(delta), format::signed_bytes(heap.delta));
    let mut hover = format!("These rows: {of_rows}\nThe heap: {of_heap}");
    if heap.extra_native_delta != 0 {
        let beside = format::signed_bytes(heap.extra_native_delta);
        hover.push_str(&format!("\nMemory that V8 reports beside its objects: {beside}"));
    }
    let cells = shown_columns(counting).map(|column| {
        if !column.is_summed {
            return Cell::default();
        }
        let values = || rows().map(|row| (column.row)(row, counting));
        let sum: i128 = values().map(Value::number).sum();
        let cell = values().next().map_or_else(Cell::default, |value| value.with(sum).cell_if_any());
        if column.spec.id == SIZE_DELTA { Cell { hover: Some(hover.clone()), ..cell } } else { cell }
    });
    Total { name, cells: cells.collect(), hover }
}
