//! All integration tests, in one binary.

#[cfg(feature = "gui")]
mod window;
