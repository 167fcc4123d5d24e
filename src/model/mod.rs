//! View-models: rows in a person's words, sorted, filtered, expandable. Knows no pixel and no window;
//! the window and the command line print the same models.

mod allocations;
mod cells;
mod change;
mod class_filter;
mod comparison;
mod containment;
mod dominators;
mod entries;
pub mod format;
pub mod glossary;
mod growth;
mod growth_table;
mod javascript_path;
mod kept;
mod map;
mod object;
mod object_card;
mod object_text;
mod order;
mod paths;
mod retainers;
mod search;
mod statistics;
mod strings;
mod summary;
mod suspects;
mod table;
mod table_text;
mod timeline;
mod tree;
mod trend;
mod value;

pub use allocations::{AllocationView, functions_of};
pub use cells::Objects;
pub use change::{Change, ChangeKind};
pub use class_filter::{BadPattern, ClassFilter};
pub use comparison::ComparisonView;
pub use containment::Containment;
pub use dominators::{Dominators, Grouping};
pub use growth::{BranchLine, EntriesLine, GrowthLine, GrowthView};
pub use growth_table::GrowthTable;
pub use javascript_path::{JavaScriptPath, PathStep};
pub use kept::{Choice, Keep, Kept, choices, context_choices};
pub use map::{Area, Content, Crumb, KINDS, MapStyle, MapView, Tile, Tint};
pub use object::{Link, ObjectDetails};
pub use object_card::{Fact, Line, ObjectCard, Section};
pub use object_text::{edge_label, object_label};
pub use retainers::Retainers;
pub use search::Search;
pub use statistics::{Slice, StatisticsView};
pub use strings::{StringTexts, Strings, Text};
pub use summary::{Summary, SummaryRow};
pub use suspects::{Suspect, SuspectsReport};
pub use table::{
    Align, Cell, ColumnId, ColumnSpec, Direction, Disclosure, Item, Row, Shown, Side, Sort, Span, Tone,
    TreeSource,
};
pub use table_text::{TableText, TextFormat};
pub use timeline::{Bar, Timeline};
pub use tree::{Deep, Opened, TreeTable, Update, Work};
pub use trend::{KeptLine, TrendLine, TrendView, kept_between, sparkline};
