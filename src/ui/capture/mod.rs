//! The pane for captures of running programs.

mod chart;
mod help;
pub mod panel;
mod progress;
mod session;
mod targets;
