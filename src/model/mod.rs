//! View-models: rows in a person's words, sorted, filtered, expandable. Knows no pixel and no window;
//! the window and the command line print the same models.

pub mod format;
pub mod glossary;
mod table;
mod tree;

pub use table::{
    Align, Cell, ColumnId, ColumnSpec, Direction, Disclosure, Item, Row, Side, Sort, Span, Tone, TreeSource,
};
pub use tree::{TreeTable, Update, Work};
