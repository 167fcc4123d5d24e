//! Menu, toolbar, filters, banner and status line.

pub(crate) mod banner;
pub(crate) mod coach;
pub(crate) mod condition_field;
pub(crate) mod filter_chips;
pub(crate) mod filter_combo;
pub(crate) mod menu;
pub(crate) mod options;
pub(crate) mod status;
pub(crate) mod tabs;
pub(crate) mod toolbar;
