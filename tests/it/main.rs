//! All integration tests, in one binary.

mod by_definition;
mod random_heap;
#[cfg(feature = "gui")]
mod window;
