//! All integration tests, in one binary.

mod by_definition;
mod chrome_answers;
mod chrome_lines;
mod layers;
mod malformed;
mod random_heap;
#[cfg(feature = "gui")]
mod window;
