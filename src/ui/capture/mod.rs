//! The pane for captures of running programs.

mod chart;
mod help;
pub(crate) mod panel;
mod progress;
mod session;
mod targets;
