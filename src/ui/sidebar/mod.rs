//! The list of open snapshots and bookmarks.

pub(crate) mod bookmarks;
pub(crate) mod file_name;
pub(crate) mod files;
mod timeline;
