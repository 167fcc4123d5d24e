//! What a table of any view consists of: columns, rows, cells, and where rows come from.
//!
//! A [`TreeSource`] knows which items lie below an item and what to print for one; a
//! [`TreeTable`](crate::model::TreeTable) keeps what is expanded and in which order. Rows are made when they
//! are drawn, so a million siblings cost the list of their items and nothing more.

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

/// Which snapshot of a comparison an item lives in. Views of one snapshot use `Current`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Side {
    /// The older one.
    Baseline,
    /// The newer one, or the only one.
    #[default]
    Current,
}

/// What a row is about: twelve bytes, so that lists of a million are cheap.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Item {
    /// A constructor; in a comparison, a number made from its key.
    Class(ClassIndex),
    /// A group inside a row, such as the new or the deleted objects of a constructor.
    Group(u32),
    /// An object, not reached through an edge.
    Node(Side, NodeIndex),
    /// The object at the far end of an edge.
    Edge(Side, EdgeIndex),
    /// The object at the near end of an edge: someone who holds the row above.
    Retainer(Side, EdgeIndex),
}

/// Up or down.
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
    /// By which column.
    pub column: ColumnId,
    /// Up or down.
    pub direction: Direction,
}

/// Whether a row can be opened.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Disclosure {
    /// Nothing below it.
    Leaf,
    /// Can be opened.
    Closed,
    /// Is open.
    Open,
    /// Its children are being sorted in the background.
    Busy,
}

/// What a piece of a row's name is, so that the window can colour it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Tone {
    /// Plain text.
    Plain,
    /// A constructor's name.
    Class,
    /// The name of a property, variable or element.
    Property,
    /// The name of one of V8's own links.
    Internal,
    /// The text of a string.
    StringText,
    /// A number, bigint or other value.
    Value,
    /// A function.
    Function,
    /// Of less weight: ids, counts, separators.
    Quiet,
    /// A detached DOM node.
    Detached,
    /// Growth, newness.
    Grown,
    /// Shrinkage, deletion.
    Shrunk,
}

/// A piece of a row's name.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Made harmless and cut to a few hundred characters.
    pub text: String,
    /// What it is.
    pub tone: Tone,
}

/// One number or text of a row.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Cell {
    /// What is printed; empty for nothing, `…` for what is not known yet.
    pub text: String,
    /// Part of the whole, 0 to 1, printed as percentage and drawn as a bar.
    pub share: Option<f32>,
    /// For whoever hovers: exact bytes, Chrome's own figure.
    pub hover: Option<String>,
    /// Bytes in one snapshot after the other, drawn as bars instead of text.
    pub bars: Vec<u64>,
    /// The exact number behind the text, for whoever reads rows as data.
    pub number: Option<i64>,
}

impl Cell {
    /// A number of things.
    pub fn count(number: u64) -> Self {
        Self {
            text: crate::model::format::count(number),
            number: i64::try_from(number).ok(),
            ..Self::default()
        }
    }
}

/// One row, ready to draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What it is about.
    pub item: Item,
    /// 0 for the outermost.
    pub depth: usize,
    /// Whether it can be opened.
    pub disclosure: Disclosure,
    /// The tree column.
    pub name: Vec<Span>,
    /// For whoever hovers the name: what V8's word means, or the full text.
    pub hover: Option<String>,
    /// The other columns, in the order of [`TreeSource::columns`] less the first.
    pub cells: Vec<Cell>,
    /// The object it stands for, if it is about one: what Retainers shows when it is selected.
    pub object: Option<(Side, NodeIndex)>,
    /// An object that stands above it already, or cannot be reached: drawn greyed.
    pub is_dimmed: bool,
    /// What kind of object it is about, for the glyph before its name.
    pub kind: Option<ObjectKind>,
    /// Where its object's code stands.
    pub place: Option<RowPlace>,
}

/// Where the code of a row's object stands.
#[derive(Clone, Debug, PartialEq)]
pub struct RowPlace {
    /// Short and whole.
    pub code: Arc<CodePlace>,
    /// Whether the row's name says it, so that it need not be shown once more.
    pub is_in_name: bool,
}

impl Row {
    /// What stands right of the name: `server.js:10`.
    pub fn place_text(&self) -> Option<&str> {
        self.place.as_ref().filter(|place| !place.is_in_name).map(|place| place.code.text.as_str())
    }

    /// The name as plain text: what a screen reader says and a test looks for.
    pub fn text(&self) -> String {
        self.name.iter().map(|span| span.text.as_str()).collect()
    }
}

/// The line below a table: what its rows add up to, column by column.
#[derive(Clone, Debug, PartialEq)]
pub struct Total {
    /// What the sums are of.
    pub name: String,
    /// For whoever hovers the name.
    pub hover: String,
    /// The other columns, in the order of [`TreeSource::columns`] less the first.
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

/// Where a table's rows come from. Cheap to share: the data behind it never changes.
pub trait TreeSource: Send + Sync {
    /// The columns, the tree column first.
    fn columns(&self) -> &[ColumnSpec];
    /// The order at first.
    fn default_sort(&self) -> Sort;
    /// About how many items lie below `item` (the outermost ones for `None`); 0 only if there is none.
    fn child_count(&self, item: Option<Item>) -> usize;
    /// What finding and sorting the items below `item` costs, in items to sort.
    fn cost(&self, item: Option<Item>) -> usize {
        self.child_count(item)
    }
    /// The items below the row whose path from the outermost is `path`, in order. Runs on any thread;
    /// `O(n log n)` in [`child_count`](Self::child_count).
    fn children(&self, path: &[Item], sort: Sort) -> Vec<Item>;
    /// The row for the last item of `path`; `disclosure` as the table knows it.
    fn row(&self, path: &[Item], disclosure: Disclosure) -> Row;
    /// Whether the row at `path` stands for several objects without being one itself.
    fn is_group(&self, _path: &[Item]) -> bool {
        false
    }
    /// The objects of the current snapshot that such a row stands for. Runs on any thread, and takes as long
    /// as opening the row.
    fn objects(&self, _path: &[Item]) -> Vec<NodeIndex> {
        Vec::new()
    }
    /// The path of the row of an object of the current snapshot, where that is quick to find; empty if it has
    /// none.
    fn path_of(&self, _node: NodeIndex) -> Vec<Item> {
        Vec::new()
    }
    /// The condition that an object meets if it belongs to the row at the end of `path`, where there is one.
    fn condition(&self, _path: &[Item]) -> Option<Condition> {
        None
    }
    /// What the rows add up to, where that is worth telling. The first answer may take as long as the
    /// outermost rows are many.
    fn shown(&self) -> Option<Tally> {
        None
    }
    /// The line below the rows, where there is one.
    fn total(&self) -> Option<&Total> {
        None
    }
    /// What is left out of V8's own machinery, where that is hidden.
    fn hidden(&self) -> Option<Tally> {
        None
    }
    /// Whether the row at `path`, the first below one that a person has just opened, opens with it.
    fn auto_expand(&self, _path: &[Item]) -> bool {
        false
    }
}
