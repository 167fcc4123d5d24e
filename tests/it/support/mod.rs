//! Helpers of the tests: heaps made by hand or at random, the samples, processes, windows.

pub(crate) mod captures;
pub(crate) mod chrome_lines;
pub(crate) mod command_line;
pub(crate) mod growing_heap;
pub(crate) mod inspector;
pub(crate) mod random_heap;
pub(crate) mod samples;
pub(crate) mod server;
pub(crate) mod state;
#[cfg(feature = "gui")]
pub(crate) mod window;
