//! The window's state without the window: what is open and shown, the commands that change it, and the
//! threads at work. Knows no pixel.

mod answers;
mod apply;
mod available;
mod bookmarks;
mod chips;
mod command;
mod command_palette;
mod copying;
mod errand;
mod files;
mod fuzzy;
mod history;
mod holders;
mod holding;
mod ignoring;
mod job;
mod keeping;
mod known;
mod log;
mod map_pane;
mod object_pane;
mod opening;
mod prompt;
mod recipe;
mod revealing;
mod samples;
mod saving;
mod search_bar;
mod settings;
mod settings_file;
mod sheet;
mod state;
mod statistics;
mod suspecting;
mod text_filter;
mod type_ahead;
mod view;

pub use answers::Answers;
pub use apply::apply;
pub use bookmarks::{Bookmark, Bookmarks};
pub use chips::Chips;
pub use command::{COMMANDS, Command, Effect, Entry, Hold, MORE_KEYS, Shortcut};
pub use command_palette::{CommandPalette, Hit};
pub use files::{FileId, Load, Loading, OpenFile, Refusal, Remedy, file_name};
pub use fuzzy::FuzzyMatch;
pub use history::{History, Place};
pub use holding::{GroupWay, HeldGroup, HoldingView, ObjectWay, RetainersRecipe};
pub use job::{Job, Poll, Waker};
pub use map_pane::{MAP_LEVEL, MapColours, MapKey, MapPane};
pub use object_pane::{ObjectContents, ObjectKey, ObjectPane};
pub use prompt::{EXTENSIONS, PathPrompt};
pub use recipe::Recipe;
pub use samples::find_pair;
pub use saving::Saving;
pub use search_bar::SearchBar;
pub use settings::{Settings, ThemeChoice};
pub use settings_file::SettingsFile;
pub use sheet::Sheet;
pub use state::AppState;
pub use text_filter::TextFilter;
pub use view::{Copied, CopyAs, Pane, Step, View};

#[cfg(test)]
mod tests;
