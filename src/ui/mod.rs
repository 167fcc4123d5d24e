//! The window: model to pixels, clicks and keys to commands.

mod banner;
mod bookmarks;
mod cells;
mod chips;
mod columns;
mod command_palette;
#[cfg(test)]
mod contrast;
mod dialog;
mod drop;
mod empty;
mod file_name;
mod files;
mod frame_times;
mod heads;
mod help;
mod id_links;
mod keep;
mod keys;
mod map;
mod menu;
mod object;
mod panes;
mod prompt;
mod retainers;
mod row_menu;
mod search;
mod statistics;
mod status;
mod suspects;
mod table;
mod table_keys;
mod theme;
mod timeline;
mod toolbar;
mod total;
mod window;

pub use table::{TableView, focus_id, tree_table_ui};
pub use window::{Window, run};
