//! Heaplens: a heap snapshot explorer for V8.

pub mod base;
pub mod graph;
pub mod analysis;
pub mod parse;
pub mod snapshot;
pub mod model;
