//! All integration tests, in one binary.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod cli;
mod model;
#[cfg(feature = "gui")]
mod window;
