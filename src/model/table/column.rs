//! Columns as data: a column's key, title, help, width and values are declared once, in its view.

use crate::model::format;
use crate::model::table::cells::size_cell;
use crate::model::table::{Cell, Direction};

/// A column's key: its name in JSON, CSV, `--sort` and the settings.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct ColumnId(pub &'static str);

/// Which side of its column a cell's text is aligned to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// The width class of a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ColumnWidth {
    /// The tree column, which takes the remaining width.
    Rest,
    /// One number.
    Number,
    /// A size and its share of the whole; a narrow column omits the share.
    Share,
    /// A number before and after.
    Pair,
    /// A bar for each of several snapshots.
    Series,
}

/// Column metadata: everything about a column except its values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ColumnSpec {
    /// Its key.
    pub id: ColumnId,
    /// Its title, as Chrome spells it.
    pub title: &'static str,
    /// Tooltip of the header, one or two sentences.
    pub help: &'static str,
    /// The side its text is aligned to.
    pub align: Align,
    /// The direction of the first click.
    pub first_direction: Direction,
    /// Its width class.
    pub width: ColumnWidth,
    /// Whether JSON and CSV have it: a column of shares or bars repeats other columns.
    pub is_data: bool,
}

impl ColumnId {
    /// Constructor, object or retainer: the tree column.
    pub const NAME: Self = Self("name");
    /// References from the roots.
    pub const DISTANCE: Self = Self("distance");
    /// Shallow size.
    pub const SHALLOW: Self = Self("shallow");
    /// Retained size.
    pub const RETAINED: Self = Self("retained");

    /// A column of numbers, the largest first.
    pub const fn number(self, title: &'static str, help: &'static str) -> ColumnSpec {
        ColumnSpec {
            id: self,
            title,
            help,
            align: Align::Right,
            first_direction: Direction::Descending,
            width: ColumnWidth::Number,
            is_data: true,
        }
    }

    /// A column of sizes with their shares of the whole.
    pub const fn size(self, title: &'static str, help: &'static str) -> ColumnSpec {
        ColumnSpec { width: ColumnWidth::Share, ..self.number(title, help) }
    }

    /// A column of numbers before and after.
    pub const fn pair(self, title: &'static str, help: &'static str) -> ColumnSpec {
        ColumnSpec { width: ColumnWidth::Pair, ..self.number(title, help) }
    }

    /// A column of text.
    pub const fn text(self, title: &'static str, help: &'static str) -> ColumnSpec {
        ColumnSpec { align: Align::Left, ..self.number(title, help) }
    }

    /// A column of bars, one for each snapshot.
    pub const fn series(self, title: &'static str, help: &'static str) -> ColumnSpec {
        ColumnSpec { width: ColumnWidth::Series, is_data: false, ..self.text(title, help) }
    }
}

impl ColumnSpec {
    /// The tree column, titled like its view.
    pub const fn name(title: &'static str) -> Self {
        Self {
            first_direction: Direction::Ascending,
            width: ColumnWidth::Rest,
            ..ColumnId::NAME.text(
                title,
                "The function that made the objects, or V8's word for them in parentheses. Open a row to see the objects.",
            )
        }
    }

    /// The column, omitted from JSON and CSV.
    pub const fn not_data(self) -> Self {
        Self { is_data: false, ..self }
    }
}

/// References from the roots.
pub(crate) const DISTANCE: ColumnSpec = ColumnSpec {
    first_direction: Direction::Ascending,
    ..ColumnId::DISTANCE.number(
        "Distance",
        "References on the shortest path from the window or global object. − if only V8 itself refers to it.",
    )
};

/// Shallow size.
pub(crate) const SHALLOW: ColumnSpec = ColumnId::SHALLOW.size(
    "Shallow size",
    "Bytes of the objects alone, with the storage of arrays and properties. Objects they refer to are not counted.",
);

/// Retained size.
pub(crate) const RETAINED: ColumnSpec = ColumnId::RETAINED.size(
    "Retained size",
    "Bytes that would be freed if the objects were gone: their own, and of all that only they keep alive. Start with large ones.",
);

/// The columns of the views of one snapshot.
pub(crate) const fn snapshot_columns(first: &'static str) -> [ColumnSpec; 4] {
    [ColumnSpec::name(first), DISTANCE, SHALLOW, RETAINED]
}

/// The columns of views that count the selected objects by how they are held.
pub(crate) const fn group_columns(first: &'static str) -> [ColumnSpec; 4] {
    [
        ColumnSpec::name(first),
        OBJECTS.pair(
            "Objects",
            "How many of the selected objects are held this way. Each counts once, along its shortest path to the roots.",
        ),
        SHALLOW,
        RETAINED,
    ]
}

/// Objects of a group that are held in one way.
pub(crate) const OBJECTS: ColumnId = ColumnId("objects");

/// The value of a column in a row: the cell and the sort order follow from it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Value {
    /// Nothing.
    None,
    /// A mark: the row is of the column's kind.
    Mark,
    /// A count.
    Count(u64),
    /// A change in a count.
    CountChange(i64),
    /// Bytes.
    Bytes(u64),
    /// Bytes, with their share of the total.
    Share(u64),
    /// A change in bytes.
    BytesChange(i64),
    /// Bytes of whole objects, and bytes gained or lost in place.
    Parts {
        /// Bytes of whole objects.
        objects: u64,
        /// What they are.
        of_objects: &'static str,
        /// Bytes gained or lost in place.
        in_place: u64,
        /// What they are.
        of_in_place: &'static str,
    },
}

impl Value {
    /// A count.
    pub fn count(number: usize) -> Self {
        Self::Count(number as u64)
    }

    /// The number that rows are sorted by.
    pub fn number(self) -> i128 {
        match self {
            Self::None => 0,
            Self::Mark => 1,
            Self::Count(number) | Self::Bytes(number) | Self::Share(number) => number.into(),
            Self::CountChange(number) | Self::BytesChange(number) => number.into(),
            Self::Parts { objects, in_place, .. } => i128::from(objects) + i128::from(in_place),
        }
    }

    /// The value with another number.
    pub fn with(self, number: i128) -> Self {
        let unsigned = || u64::try_from(number).unwrap_or(u64::MAX);
        let signed = || i64::try_from(number).unwrap_or(i64::MAX);
        match self {
            Self::None | Self::Mark => self,
            Self::Count(_) => Self::Count(unsigned()),
            Self::CountChange(_) => Self::CountChange(signed()),
            Self::Share(_) => Self::Share(unsigned()),
            Self::BytesChange(_) => Self::BytesChange(signed()),
            Self::Bytes(_) | Self::Parts { .. } => Self::Bytes(unsigned()),
        }
    }

    /// The text for the screen.
    pub fn text(self) -> String {
        match self {
            Self::None => String::new(),
            Self::Mark => "•".into(),
            Self::Count(number) => format::format_count(number),
            Self::CountChange(number) => format::signed_count(number),
            Self::Bytes(bytes) | Self::Share(bytes) => format::format_size(bytes),
            Self::BytesChange(bytes) => format::signed_size(bytes),
            Self::Parts { objects, in_place, .. } => format::format_size(objects + in_place),
        }
    }

    /// The cell; shares are of `total`.
    pub fn cell(self, total: u64) -> Cell {
        let number = i64::try_from(self.number()).ok();
        let hover = match self {
            Self::None => return Cell::default(),
            Self::Mark => return Cell { text: self.text(), ..Cell::default() },
            Self::Share(bytes) => return size_cell(bytes, total),
            Self::Count(_) | Self::CountChange(_) => None,
            Self::BytesChange(bytes) => Some(format::signed_bytes(bytes)),
            Self::Bytes(bytes) => Some(format::exact_bytes(bytes)),
            Self::Parts { objects, in_place: 0, .. } => Some(format::exact_bytes(objects)),
            Self::Parts { objects, of_objects, in_place, of_in_place } => {
                let (objects, in_place) = (format::exact_bytes(objects), format::exact_bytes(in_place));
                Some(format!("{objects} {of_objects}, {in_place} {of_in_place}"))
            }
        };
        Cell { text: self.text(), hover, number, ..Cell::default() }
    }

    /// The cell; empty for 0.
    pub fn cell_if_any(self) -> Cell {
        match self {
            Self::Count(0) | Self::Bytes(0) | Self::Parts { objects: 0, in_place: 0, .. } => Cell::default(),
            value => value.cell(0),
        }
    }
}
