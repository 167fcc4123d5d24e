//! The columns of a comparison, each declared once: the window's table, its footer, the text of the command
//! line and `--sort` follow from it.

use crate::compare::{ComparisonRow, GrowthAccounting};
use crate::model::table::{ColumnId, ColumnSpec, Value};
use crate::model::views::comparison::change::{Change, ChangeKind};

/// The default sort column of a comparison.
pub(crate) const ALLOC_SIZE: ColumnId = ColumnId("alloc_size");
/// The change of the heap's size.
pub(crate) const SIZE_DELTA: ColumnId = ColumnId("size_delta");

/// A column of a comparison with its values.
pub(crate) struct ComparisonColumn {
    /// Key, title, help and width.
    pub spec: ColumnSpec,
    /// Whether Chrome has it too.
    pub is_in_chrome: bool,
    /// Whether the rows' values can be added up.
    pub is_summed: bool,
    /// For a constructor.
    pub row: fn(&ComparisonRow, GrowthAccounting) -> Value,
    /// For the objects of a constructor with one kind of change.
    pub group: fn(&ComparisonRow, ChangeKind) -> Value,
    /// Of one object.
    pub object: fn(Change) -> Value,
}

/// All columns but the tree column, Chrome's first.
pub(crate) static COLUMNS: &[ComparisonColumn] = &[
    ComparisonColumn {
        spec: ColumnId("new_count").number(
            "# New",
            "Objects that are in the current snapshot only. An object is known by its id.",
        ),
        is_in_chrome: true,
        is_summed: true,
        row: |row, _| Value::Count(row.new_count),
        group: |row, kind| count_of(row, kind, ChangeKind::New),
        object: |change| mark(change, ChangeKind::New),
    },
    ComparisonColumn {
        spec: ColumnId("deleted_count").number(
            "# Deleted",
            "Objects that are in the baseline only. They have been freed.",
        ),
        is_in_chrome: true,
        is_summed: true,
        row: |row, _| Value::Count(row.deleted_count),
        group: |row, kind| count_of(row, kind, ChangeKind::Deleted),
        object: |change| mark(change, ChangeKind::Deleted),
    },
    ComparisonColumn {
        spec: ColumnId("delta_count").number(
            "# Delta",
            "New objects minus deleted ones. A number that only goes up is likely to be a leak.",
        ),
        is_in_chrome: true,
        is_summed: true,
        row: |row, _| Value::CountChange(row.delta_count()),
        group: |_, _| Value::None,
        object: |_| Value::None,
    },
    ComparisonColumn {
        spec: ALLOC_SIZE.number(
            "Alloc. size",
            "Bytes of new objects, and bytes by which objects in both snapshots have grown. Chrome counts the new ones alone: hover a number for its figure.",
        ),
        is_in_chrome: true,
        is_summed: true,
        row: |row, accounting| match accounting {
            GrowthAccounting::AsChrome => Value::Bytes(row.new_size),
            GrowthAccounting::EveryByte => Value::Parts {
                objects: row.new_size,
                of_objects: "in new objects, which is what Chrome shows",
                in_place: row.grown_size,
                of_in_place: "by growth",
            },
        },
        group: |row, kind| if kind.frees() { Value::None } else { Value::Bytes(row.bytes_of(kind)) },
        object: |change| Value::Bytes(change.alloc_size()),
    },
    ComparisonColumn {
        spec: ColumnId("freed_size").number(
            "Freed size",
            "Bytes of deleted objects, and bytes by which objects in both snapshots have shrunk. Chrome counts the deleted ones alone.",
        ),
        is_in_chrome: true,
        is_summed: true,
        row: |row, accounting| match accounting {
            GrowthAccounting::AsChrome => Value::Bytes(row.deleted_size),
            GrowthAccounting::EveryByte => Value::Parts {
                objects: row.deleted_size,
                of_objects: "in deleted objects, which is what Chrome shows",
                in_place: row.shrunk_size,
                of_in_place: "by shrinkage",
            },
        },
        group: |row, kind| if kind.frees() { Value::Bytes(row.bytes_of(kind)) } else { Value::None },
        object: |change| Value::Bytes(change.freed_size()),
    },
    ComparisonColumn {
        spec: SIZE_DELTA.number(
            "Size delta",
            "Allocated less freed bytes. The sum of all rows is by how much the heap has grown.",
        ),
        is_in_chrome: true,
        is_summed: true,
        row: |row, accounting| Value::BytesChange(row.counted(accounting).delta()),
        group: |row, kind| {
            let bytes = row.bytes_of(kind).cast_signed();
            Value::BytesChange(if kind.frees() { -bytes } else { bytes })
        },
        object: |change| Value::BytesChange(change.size_delta()),
    },
    ComparisonColumn {
        spec: ColumnId("grown_count").number(
            "# Grown",
            "Objects in both snapshots that are larger now, such as an array that is pushed to. Chrome does not show them.",
        ),
        is_in_chrome: false,
        is_summed: true,
        row: |row, _| Value::count(row.grown.len()),
        group: |row, kind| count_of(row, kind, ChangeKind::Grown),
        object: |change| mark(change, ChangeKind::Grown),
    },
    ComparisonColumn {
        spec: ColumnId("grown_size").number(
            "Grown size",
            "Bytes by which objects in both snapshots have grown. Chrome does not show them.",
        ),
        is_in_chrome: false,
        is_summed: true,
        row: |row, _| Value::Bytes(row.grown_size),
        group: |row, kind| match kind {
            ChangeKind::Grown => Value::Bytes(row.bytes_of(kind)),
            _ => Value::None,
        },
        object: |change| Value::Bytes(change.grown_size()),
    },
    ComparisonColumn {
        spec: ColumnId("retained_delta").number(
            "Retained delta",
            "Change of what all objects of the row keep alive. It may go up while the objects themselves stay small.",
        ),
        is_in_chrome: false,
        is_summed: false,
        row: |row, _| Value::BytesChange(row.retained_delta()),
        group: |_, _| Value::None,
        object: |change| Value::BytesChange(change.retained_delta),
    },
];

/// The shown columns.
pub(crate) fn shown_columns(accounting: GrowthAccounting) -> impl Iterator<Item = &'static ComparisonColumn> {
    COLUMNS.iter().filter(move |column| column.is_in_chrome || accounting == GrowthAccounting::EveryByte)
}

/// The column with that key among the shown ones.
pub(crate) fn shown_column(accounting: GrowthAccounting, id: ColumnId) -> &'static ComparisonColumn {
    let find = |id: ColumnId| shown_columns(accounting).find(|column| column.spec.id == id);
    find(id).or_else(|| find(ALLOC_SIZE)).expect("every comparison has the column it is sorted by at first")
}

fn count_of(row: &ComparisonRow, kind: ChangeKind, wanted: ChangeKind) -> Value {
    if kind == wanted { Value::count(row.count_of(kind)) } else { Value::None }
}

fn mark(change: Change, kind: ChangeKind) -> Value {
    if change.kind == kind { Value::Mark } else { Value::None }
}
