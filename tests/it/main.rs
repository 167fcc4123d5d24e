//! All integration tests, in one binary.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod by_definition;
mod capture;
mod capture_failures;
mod chrome_answers;
mod chrome_lines;
mod cli;
mod cli_lists;
mod commands;
mod damage;
mod freeing;
mod gate;
mod growth;
mod growth_kinds;
mod holding;
mod inspector;
mod large_heaps;
mod layers;
mod model;
mod moving;
mod object_card;
mod random_heap;
mod reports;
mod samples;
mod soak;
mod state;
mod sums;
mod suspect_rules;
mod untrusted;
mod verify;
#[cfg(feature = "gui")]
mod window;
#[cfg(feature = "gui")]
mod window_chips;
#[cfg(feature = "gui")]
mod window_failures;
#[cfg(feature = "gui")]
mod window_growth;
#[cfg(feature = "gui")]
mod window_holding;
#[cfg(feature = "gui")]
mod window_moving;
#[cfg(feature = "gui")]
mod window_panes;
#[cfg(feature = "gui")]
mod window_tables;
#[cfg(feature = "gui")]
mod window_tools;
#[cfg(feature = "gui")]
mod window_views;
mod world;
