//! Open snapshots, and the state that depends on which are open.

pub(crate) mod arrangement;
pub(crate) mod bookmarks;
pub(crate) mod editor;
pub(crate) mod history;
pub(crate) mod notes;
pub(crate) mod open_close;
pub(crate) mod open_file;
pub(crate) mod path_prompt;
pub(crate) mod recent;
pub(crate) mod reopen;
pub(crate) mod samples;
pub(crate) mod session;
pub(crate) mod source_folders;
