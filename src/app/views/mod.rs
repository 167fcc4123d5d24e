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
    // To find what is wrong.
    /// What there is, what grew and who holds it, at a glance.
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
    // To explore.
    /// Constructors of one snapshot.
    Summary => summary::SPEC,
    /// The heap walked from its roots.
    Containment => containment::SPEC,
    /// What would be freed with what.
    Dominators => dominators::SPEC,
    /// What retains how much, drawn to scale.
    Map => map::SPEC,
    /// All strings, and what their copies waste.
    Strings => strings::SPEC,
    /// Who allocated what, in timelines with stacks.
    Allocations => allocations::SPEC,
    /// How much of the heap is what.
    Statistics => statistics::SPEC,
    /// What was searched for.
    Search => search::SPEC,
}
