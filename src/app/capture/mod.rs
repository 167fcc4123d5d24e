//! Captures of running programs: what can be captured, the connection that is open, and what came of it.

pub(crate) mod commands;
pub mod options;
pub mod panel;
pub mod session;
