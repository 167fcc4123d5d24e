//! All integration tests, in one binary, in folders by layer.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod app;
mod capture;
mod cli;
mod damage;
mod engine;
#[cfg(feature = "fleet")]
mod export;
mod layers;
mod model;
mod support;
mod untrusted;
#[cfg(feature = "gui")]
mod window;
mod world;
