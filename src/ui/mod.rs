//! The window: model to pixels, clicks and keys to commands.

pub(crate) mod bars;
pub(crate) mod capture;
#[cfg(test)]
mod contrast;
mod fonts;
mod keys;
pub(crate) mod overlays;
pub(crate) mod sidebar;
mod table;
mod theme;
pub(crate) mod views;
mod window;

pub use crate::ui::table::{TableView, focus_id, tree_table_ui};
pub use crate::ui::window::{Window, run};
