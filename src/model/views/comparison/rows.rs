//! What the rows of a comparison say: constructors, groups, and the total below them.

use crate::compare::{Comparison, ComparisonRow, GrowthAccounting};
use crate::model::format;
use crate::model::format::object_text::{class_spans, span};
use crate::model::glossary;
use crate::model::table::cells::column;
use crate::model::table::{Cell, ColumnId, ColumnSpec, Disclosure, Item, Row, Tone, Total};
use crate::model::views::comparison::ComparisonView;
use crate::model::views::comparison::change::{ChangeKind, bytes_cell, count_cell, delta_cell, parts_cell};
use crate::model::views::summary::group_head;
use crate::snapshot::groups::GroupBy;

/// Columns that Chrome has too.
const CHROMES: usize = 7;

/// The columns: Chrome's, and those of what grew in place.
pub fn columns(group_by: GroupBy, counting: GrowthAccounting) -> Vec<ColumnSpec> {
    let mut columns = vec![
        column(ColumnId::Name, group_head(group_by)),
        column(ColumnId::NewCount, "# New"),
        column(ColumnId::DeletedCount, "# Deleted"),
        column(ColumnId::DeltaCount, "# Delta"),
        column(ColumnId::AllocSize, "Alloc. size"),
        column(ColumnId::FreedSize, "Freed size"),
        column(ColumnId::SizeDelta, "Size delta"),
        column(ColumnId::GrownCount, "# Grown"),
        column(ColumnId::GrownSize, "Grown size"),
        column(ColumnId::RetainedDelta, "Retained delta"),
    ];
    if counting == GrowthAccounting::AsChrome {
        columns.truncate(CHROMES);
    }
    columns
}

impl ComparisonView {
    pub(crate) fn class_row(&self, item: Item, row: &ComparisonRow, disclosure: Disclosure) -> Row {
        let [alloc, freed] = match self.counting {
            GrowthAccounting::AsChrome => [bytes_cell(row.new_size), bytes_cell(row.deleted_size)],
            GrowthAccounting::EveryByte => [
                parts_cell(
                    row.new_size,
                    row.grown_size,
                    "in new objects, which is what Chrome shows",
                    "by growth",
                ),
                parts_cell(
                    row.deleted_size,
                    row.shrunk_size,
                    "in deleted objects, which is what Chrome shows",
                    "by shrinkage",
                ),
            ],
        };
        Row {
            item,
            depth: 0,
            disclosure,
            name: class_spans(&row.name, row.current_count.max(row.baseline_count)),
            hover: glossary::explain(&row.name).map(str::to_owned),
            cells: fitting(
                self.counting,
                vec![
                    count_cell(row.new.len()),
                    count_cell(row.deleted.len()),
                    signed_count_cell(row.delta_count()),
                    alloc,
                    freed,
                    delta_cell(row.counted(self.counting).delta()),
                    count_cell(row.grown.len()),
                    bytes_cell(row.grown_size),
                    delta_cell(row.retained_delta()),
                ],
            ),
            object: None,
            is_dimmed: false,
        }
    }

    pub(crate) fn group_row(
        &self,
        item: Item,
        row: &ComparisonRow,
        kind: ChangeKind,
        disclosure: Disclosure,
    ) -> Row {
        let (count, bytes) = (row.count_of(kind), row.bytes_of(kind));
        let count_if = |wanted| if kind == wanted { count_cell(count) } else { Cell::default() };
        let bytes_if = |is_wanted| if is_wanted { bytes_cell(bytes) } else { Cell::default() };
        let change = if kind.frees() { -bytes.cast_signed() } else { bytes.cast_signed() };
        let tone = if kind.frees() { Tone::Shrunk } else { Tone::Grown };
        Row {
            item,
            depth: 1,
            disclosure,
            name: vec![
                span(kind.title(), tone),
                span(format!(" {}", format::times(count as u64)), Tone::Quiet),
            ],
            hover: Some(kind.help().into()),
            cells: fitting(
                self.counting,
                vec![
                    count_if(ChangeKind::New),
                    count_if(ChangeKind::Deleted),
                    Cell::default(),
                    bytes_if(!kind.frees()),
                    bytes_if(kind.frees()),
                    delta_cell(change),
                    count_if(ChangeKind::Grown),
                    bytes_if(kind == ChangeKind::Grown),
                    Cell::default(),
                ],
            ),
            object: None,
            is_dimmed: false,
        }
    }
}

/// What the rows `shown` add up to, beside the change of the heap.
pub fn total(comparison: &Comparison, counting: GrowthAccounting, shown: &[usize]) -> Total {
    let rows = || shown.iter().map(|&at| &comparison.rows[at]);
    let count = |of: fn(&ComparisonRow) -> usize| count_cell(rows().map(of).sum());
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
            let (shown, all) = (format::count(shown.len() as u64), format::count(all as u64));
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
    let cells = vec![
        count(|row| row.new.len()),
        count(|row| row.deleted.len()),
        signed_count_cell(rows().map(ComparisonRow::delta_count).sum()),
        bytes_cell(rows().map(|row| row.counted(counting).alloc).sum()),
        bytes_cell(rows().map(|row| row.counted(counting).freed).sum()),
        Cell { hover: Some(hover.clone()), ..delta_cell(delta) },
        count(|row| row.grown.len()),
        bytes_cell(rows().map(|row| row.grown_size).sum()),
        Cell::default(),
    ];
    Total { name, hover, cells: fitting(counting, cells) }
}

/// As many cells as there are columns beside the first.
pub fn fitting(counting: GrowthAccounting, mut cells: Vec<Cell>) -> Vec<Cell> {
    if counting == GrowthAccounting::AsChrome {
        cells.truncate(CHROMES - 1);
    }
    cells
}

fn signed_count_cell(count: i64) -> Cell {
    Cell { text: format::signed_count(count), number: Some(count), ..Cell::default() }
}
