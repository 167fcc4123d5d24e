//! Source code: where in the scripts objects come from, and what the code there says.
//!
//! Names, paths and texts come from the snapshot and are untrusted: sanitize them before display.

pub mod contexts;
pub mod places;
