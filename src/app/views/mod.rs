//! State of the views and panes.

pub(crate) mod filter_chips;
pub(crate) mod filter_state;
pub(crate) mod fix_pane;
pub(crate) mod map_pane;
pub(crate) mod object_pane;
pub(crate) mod retainers_pane;
pub(crate) mod retainers_query;
pub(crate) mod search_bar;
pub(crate) mod shared_results;
pub(crate) mod side_panes;
pub(crate) mod source_pane;
pub(crate) mod statistics;
pub(crate) mod suspects_pane;
pub(crate) mod table_pane;
pub(crate) mod table_query;
pub(crate) mod text_filter;
pub(crate) mod type_ahead;
pub(crate) mod view;
