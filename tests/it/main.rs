//! All integration tests, in one binary.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod by_definition;
mod chrome_answers;
mod chrome_lines;
mod cli;
mod cli_lists;
mod growth;
mod holding;
mod large_heaps;
mod layers;
mod malformed;
mod model;
mod object_card;
mod random_heap;
#[cfg(feature = "gui")]
mod window;
#[cfg(feature = "gui")]
mod window_chips;
#[cfg(feature = "gui")]
mod window_holding;
#[cfg(feature = "gui")]
mod window_views;
mod world;
