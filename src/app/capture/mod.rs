//! Captures of running programs: what can be captured, the connection that is open, and what came of it.

pub(crate) mod commands;
pub(super) mod options;
pub(super) mod panel;
pub(super) mod session;
