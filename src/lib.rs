//! Heaplens: a heap snapshot explorer for V8.

pub mod base;
pub mod graph;
pub mod parse;
