//! The parts of a table of any view: columns, rows, cells, and the source of its rows.
//!
//! A [`TreeSource`] knows which items are below an item and how to print one; a
//! [`TreeTable`](crate::model::TreeTable) knows what is expanded and the order. Rows are built when they are
//! drawn, so a million siblings cost only the list of their items.

pub(crate) mod cells;
pub(crate) mod column;
pub(crate) mod object_kind;
pub(crate) mod order;
pub(crate) mod text;
pub(crate) mod tree;

use std::sync::Arc;

use crate::base::{ClassIndex, EdgeIndex, NodeIndex};
use crate::model::filter::condition::Condition;
use crate::model::format::code_place::CodePlace;
pub use crate::model::table::column::{Align, ColumnId, ColumnSpec, ColumnWidth, Value};
use crate::model::table::object_kind::ObjectKind;

/// The snapshot of a comparison that an item is in. Views of one snapshot use `Current`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Side {
    /// The older one.
    Baseline,
    /// The newer one, or the only one.
    #[default]
    Current,
}

/// The subject of a row: twelve bytes, so that lists of a million are cheap.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Item {
    /// A constructor; in a comparison, a number derived from its key.
    Class(ClassIndex),
    /// A group inside a row, such as the new or the deleted objects of a constructor.
    Group(u32),
    /// An object, not reached through an edge.
    Node(Side, NodeIndex),
    /// The object at the far end of an edge.
    Edge(Side, EdgeIndex),
    /// The object at the near end of an edge: a holder of the parent row.
    Retainer(Side, EdgeIndex),
}

/// Ascending or descending.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// The order of rows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Sort {
    /// The column.
    pub column: ColumnId,
    /// Ascending or descending.
    pub direction: Direction,
}

/// Whether a row can be expanded.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Disclosure {
    /// It has no children.
    Leaf,
    /// It can be expanded.
    Closed,
    /// It is expanded.
    Open,
    /// Its children are being sorted in the background.
    Busy,
}

/// The role of a piece of a row's name, which determines its colour.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Tone {
    /// Plain text.
    Plain,
    /// A constructor's name.
    Class,
    /// The name of a property, variable or element.
    Property,
    /// The name of an internal link of V8.
    Internal,
    /// The text of a string.
    StringText,
    /// A number, bigint or other value.
    Value,
    /// A function.
    Function,
    /// Secondary text: ids, counts, separators.
    Quiet,
    /// A detached DOM node.
    Detached,
    /// Growth, new objects.
    Grown,
    /// Shrinkage, deleted objects.
    Shrunk,
}

/// A piece of a row's name.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Sanitised and cut to a few hundred characters.
    pub text: String,
    /// What it is.
    pub tone: Tone,
}

/// One number or text of a row.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Cell {
    /// The text; empty for no value, `…` if it is not known yet.
    pub text: String,
    /// Part of the whole, 0 to 1, printed as percentage and drawn as a bar.
    pub share: Option<f32>,
    /// Tooltip: exact bytes, Chrome's own figure.
    pub hover: Option<String>,
    /// Bytes in each of several snapshots, drawn as bars instead of text.
    pub bars: Vec<u64>,
    /// The exact number behind the text, for output as data.
    pub number: Option<i64>,
}

impl Cell {
    /// A number of things.
    pub fn count(number: u64) -> Self {
        Self {
            text: crate::model::format::format_count(number),
            number: i64::try_from(number).ok(),
            ..Self::default()
        }
    }
}

/// One row, ready to draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its subject.
    pub item: Item,
    /// Its depth; 0 for the outermost.
    pub depth: usize,
    /// Whether it can be expanded.
    pub disclosure: Disclosure,
    /// The tree column.
    pub name: Vec<Span>,
    /// Tooltip of the name: the meaning of V8's term, or the full text.
    pub hover: Option<String>,
    /// The other columns, in the order of [`TreeSource::columns`] without the first.
    pub cells: Vec<Cell>,
    /// The object of the row, if it has one: Retainers shows it when the row is selected.
    pub object: Option<(Side, NodeIndex)>,
    /// An object that repeats an ancestor, or cannot be reached: drawn greyed.
    pub is_dimmed: bool,
    /// The kind of its object, for the glyph before its name.
    pub kind: Option<ObjectKind>,
    /// The source position of its object.
    pub place: Option<RowPlace>,
}

/// The source position of a row's object.
#[derive(Clone, Debug, PartialEq)]
pub struct RowPlace {
    /// Short and full text.
    pub code: Arc<CodePlace>,
    /// Whether the row's name contains it, so that it is not repeated.
    pub is_in_name: bool,
}

impl Row {
    /// The text to the right of the name: `server.js:10`.
    pub fn place_text(&self) -> Option<&str> {
        self.place.as_ref().filter(|place| !place.is_in_name).map(|place| place.code.text.as_str())
    }

    /// The name as plain text, for screen readers and tests.
    pub fn text(&self) -> String {
        self.name.iter().map(|span| span.text.as_str()).collect()
    }
}

/// The footer of a table: the sums of its rows, column by column.
#[derive(Clone, Debug, PartialEq)]
pub struct Total {
    /// What is summed up.
    pub name: String,
    /// Tooltip of the name.
    pub hover: String,
    /// The other columns, in the order of [`TreeSource::columns`] without the first.
    pub cells: Vec<Cell>,
}

/// The objects of a table's rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// How many objects.
    pub count: u64,
    /// Their shallow sizes.
    pub bytes: u64,
}

/// The source of a table's rows. Cheap to share: the data behind it never changes.
pub trait TreeSource: Send + Sync {
    /// The columns, the tree column first.
    fn columns(&self) -> &[ColumnSpec];
    /// The initial order.
    fn default_sort(&self) -> Sort;
    /// Approximate number of items below `item` (the outermost ones for `None`); 0 only if there are none.
    fn child_count(&self, item: Option<Item>) -> usize;
    /// Cost of finding and sorting the items below `item`, in items to sort.
    fn cost(&self, item: Option<Item>) -> usize {
        self.child_count(item)
    }
    /// The sorted items below the row at `path`. Runs on any thread; `O(n log n)` in
    /// [`child_count`](Self::child_count).
    fn children(&self, path: &[Item], sort: Sort) -> Vec<Item>;
    /// The row for the last item of `path`, with the given `disclosure`.
    fn row(&self, path: &[Item], disclosure: Disclosure) -> Row;
    /// Whether the row at `path` stands for several objects and not for one.
    fn is_group(&self, _path: &[Item]) -> bool {
        false
    }
    /// The objects of the current snapshot that such a row stands for. Runs on any thread, and takes as long
    /// as expanding the row.
    fn objects(&self, _path: &[Item]) -> Vec<NodeIndex> {
        Vec::new()
    }
    /// The path of the row of an object of the current snapshot, if it can be found quickly; empty if it has
    /// none.
    fn path_of(&self, _node: NodeIndex) -> Vec<Item> {
        Vec::new()
    }
    /// The condition that an object meets if it belongs to the row at the end of `path`, where there is one.
    fn condition(&self, _path: &[Item]) -> Option<Condition> {
        None
    }
    /// The sums of the rows, where they are useful. The first call may take as long as there are outermost
    /// rows.
    fn shown(&self) -> Option<Tally> {
        None
    }
    /// The footer, if there is one.
    fn total(&self) -> Option<&Total> {
        None
    }
    /// V8's internal objects that are left out, if they are hidden.
    fn hidden(&self) -> Option<Tally> {
        None
    }
    /// Whether the row at `path`, the first below one that the user has just expanded, is expanded with it.
    fn auto_expand(&self, _path: &[Item]) -> bool {
        false
    }
}
