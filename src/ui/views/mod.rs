//! Views and panes.

pub(crate) mod fix;
pub(crate) mod main_pane;
pub(crate) mod object;
pub(crate) mod retainers;
pub(crate) mod search;
pub(crate) mod source;
pub(crate) mod statistics;
pub(crate) mod suspects;
pub(crate) mod timeline;
pub(crate) mod treemap;
pub(crate) mod welcome;
