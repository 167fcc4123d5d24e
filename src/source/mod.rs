//! Source code: where in the scripts objects come from, and what the code there says.
//!
//! Names, paths and texts come from the snapshot and are untrusted: sanitize them before display.

pub mod captured;
pub mod code;
pub mod contexts;
mod entries;
pub mod finding;
pub mod inferred;
pub mod lines;
pub mod maps;
mod module_variables;
pub mod outline;
pub mod places;
mod property_lines;
pub mod syntax;
pub mod text;
mod uses;
pub mod variable_lines;
mod variable_readers;
pub mod versions;
