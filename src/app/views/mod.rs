//! The views: one file each, listed once in the table below; and the state of the panes around them.

pub(crate) mod allocations;
pub(crate) mod breadcrumbs;
pub(crate) mod comparison;
pub(crate) mod containment;
pub(crate) mod dominators;
pub(crate) mod filter_chips;
pub(crate) mod filter_state;
pub(crate) mod fix;
pub(crate) mod growth;
pub(crate) mod map;
pub(crate) mod object_pane;
pub(crate) mod overview;
pub(crate) mod panes;
pub(crate) mod report_file;
pub(crate) mod retainers_pane;
pub(crate) mod retainers_query;
pub(crate) mod row_filters;
pub(crate) mod search;
pub(crate) mod search_bar;
pub(crate) mod shared_results;
pub(crate) mod side_panes;
pub(crate) mod source_maps;
pub(crate) mod source_pane;
pub(crate) mod spec;
pub(crate) mod statistics;
pub(crate) mod strings;
pub(crate) mod summary;
pub(crate) mod suspects;
pub(crate) mod table_pane;
pub(crate) mod table_query;
pub(crate) mod text_filter;
pub(crate) mod trend;
pub(crate) mod type_ahead;

spec::views! {
    // Views that find problems.
    /// Contents, growth and its owners at a glance.
    #[default]
    Overview => overview::SPEC,
    /// The likely causes of growth.
    Suspects => suspects::SPEC,
    /// Which containers grew between two snapshots.
    Growth => growth::SPEC,
    /// What grows from snapshot to snapshot.
    Trend => trend::SPEC,
    /// What changed between two snapshots.
    Comparison => comparison::SPEC,
    /// Whether a leak is fixed.
    Fix => fix::SPEC,
    // Views that explore the heap.
    /// Constructors of one snapshot.
    Summary => summary::SPEC,
    /// The heap as a tree from its roots.
    Containment => containment::SPEC,
    /// What would be freed with each object.
    Dominators => dominators::SPEC,
    /// Retained sizes drawn to scale.
    Map => map::SPEC,
    /// All strings, and the waste of their copies.
    Strings => strings::SPEC,
    /// What each function allocated, in timelines with stacks.
    Allocations => allocations::SPEC,
    /// The composition of the heap.
    Statistics => statistics::SPEC,
    /// Search results.
    Search => search::SPEC,
}
