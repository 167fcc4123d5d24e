//! Heaplens: a heap snapshot explorer for V8.

pub mod analysis;
pub mod app;
pub mod base;
pub mod cli;
pub mod graph;
pub mod model;
pub mod parse;
pub mod snapshot;
#[cfg(feature = "gui")]
pub mod ui;
