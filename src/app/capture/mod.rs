//! Captures of running programs: what can be captured, the open connection, and its results.

pub(crate) mod commands;
pub(super) mod options;
pub(super) mod panel;
pub(super) mod session;
