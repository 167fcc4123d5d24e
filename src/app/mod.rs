//! The window's state without the window: what is open and shown, the commands that change it, and the
//! threads at work. Knows no pixel.

mod apply;
mod chips;
mod command;
mod files;
mod history;
mod holding;
mod ignoring;
mod job;
mod keeping;
mod known;
mod log;
mod object_pane;
mod opening;
mod prompt;
mod recipe;
mod samples;
mod search_bar;
mod settings;
mod sheet;
mod state;
mod text_filter;
mod view;

pub use apply::apply;
pub use chips::Chips;
pub use command::{COMMANDS, Command, Effect, Entry, Hold, Shortcut};
pub use files::{FileId, Load, Loading, OpenFile, file_name};
pub use history::{History, Place};
pub use holding::{GroupWay, HeldGroup, HoldingView, ObjectWay, RetainersRecipe};
pub use job::{Job, Poll, Waker};
pub use object_pane::{ObjectContents, ObjectKey, ObjectPane};
pub use prompt::{EXTENSIONS, PathPrompt};
pub use recipe::Recipe;
pub use samples::find_pair;
pub use search_bar::SearchBar;
pub use settings::{Settings, ThemeChoice};
pub use sheet::Sheet;
pub use state::AppState;
pub use text_filter::TextFilter;
pub use view::{Copied, Pane, Step, View};

#[cfg(test)]
mod tests;
