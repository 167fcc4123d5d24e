//! View models: rows in user terms, sorted, filtered, expandable. Independent of egui; the window and the
//! command line print the same models.

pub(crate) mod filter;
pub mod format;
pub mod glossary;
pub mod heap_figures;
pub(crate) mod object;
pub(crate) mod retainers;
mod table;
pub(crate) mod views;

pub use crate::model::filter::class_filter::{ClassFilter, ParseFilterError};
pub use crate::model::filter::completion::{Completion, completions};
pub use crate::model::filter::condition::{Bound, Condition, ConditionError, Measure};
pub use crate::model::filter::object_filter::{Internals, ObjectFilter};
pub use crate::model::filter::preset::{
    FilterOption, FilterPreset, FilteredObjects, choices, context_choices,
};
pub use crate::model::format::code_place::CodePlace;
pub use crate::model::format::javascript_path::{JavaScriptPath, PathStep};
pub use crate::model::format::object_text::{edge_label, id_places, ids_in, object_label};
pub use crate::model::object::captured_lines::CapturedLine;
pub use crate::model::object::card::{Fact, Line, ObjectCard, PathTexts, Section};
pub use crate::model::object::details::{EdgeEnd, ObjectDetails};
pub use crate::model::object::first_fields::first_fields;
pub use crate::model::object::reported_code::{ReportedCode, reported_code};
pub use crate::model::object::source_view::{LineMark, SourceLine, SourceView};
pub use crate::model::retainers::RetainersView;
pub use crate::model::retainers::breadcrumbs::{HolderStep, breadcrumbs};
pub use crate::model::retainers::immediate_dominators::ImmediateDominators;
pub use crate::model::retainers::independent_paths::IndependentPaths;
pub use crate::model::retainers::merged_paths::MergedPaths;
pub use crate::model::table::cells::Objects;
pub use crate::model::table::object_kind::ObjectKind;
pub use crate::model::table::text::{TableText, TextFormat};
pub use crate::model::table::tree::{ExpandAll, ExpandedRows, TreeTable, Update, Work};
pub use crate::model::table::{
    Align, Cell, ColumnId, ColumnSpec, ColumnWidth, Direction, Disclosure, Item, Row, Side, Sort, Span,
    Tally, Tone, Total, TreeSource, Value,
};
pub use crate::model::views::allocations::timeline::{AllocationTimeline, Bar};
pub use crate::model::views::allocations::{AllocationView, functions_of};
pub use crate::model::views::capture_facts::{CaptureFacts, capture_facts};
pub use crate::model::views::comparison::ComparisonView;
pub use crate::model::views::comparison::change::{Change, ChangeKind};
pub(crate) use crate::model::views::comparison::columns as comparison_columns;
pub use crate::model::views::comparison::containers::{ContainerDifference, container_differences};
pub use crate::model::views::containment::Containment;
pub use crate::model::views::dominators::{DominatorsView, Grouping};
pub use crate::model::views::growth::containers::{GrowthBy, GrowthTable};
pub use crate::model::views::growth::owners::OwnersTable;
pub use crate::model::views::growth::report::{BranchLine, EntriesLine, GrowthLine, GrowthView};
pub use crate::model::views::overview::{
    ChartLine, CodeExcerpt, GrowthOverview, GrowthStep, HeapCards, HeapPart, NextStep, OverviewBar,
    OverviewCard, StepKind, TrendChart, code_excerpts,
};
pub use crate::model::views::search::Search;
pub use crate::model::views::statistics::{Slice, StatisticsView};
pub use crate::model::views::strings::prefixes::StringPrefixes;
pub use crate::model::views::strings::slices::SlicedStrings;
pub use crate::model::views::strings::{StringList, StringTexts, StringsView, TextCopies};
pub use crate::model::views::summary::{Summary, SummaryRow};
pub use crate::model::views::suspect_source::{SuspectCode, UnreadVariable, suspect_finding};
pub use crate::model::views::suspects::{Suspect, SuspectsReport};
pub use crate::model::views::treemap::{
    Area, Breadcrumb, KINDS, MapRoot, MapStyle, MapView, Tile, TileColor, TileContent,
};
pub use crate::model::views::trend::chart::TrendLines;
pub use crate::model::views::trend::report::{
    KeptLine, TrendLine, TrendView, kept_between, sparkline, story,
};
pub use crate::model::views::trend::table::{TrendOf, TrendTable};
pub use crate::model::views::verify::{
    ContainerVerdict, VerifyError, VerifyReport, fingerprint_of, seeing_function,
};
pub use crate::verify::{ContainerSize, Verdict};
