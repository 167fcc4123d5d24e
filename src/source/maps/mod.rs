//! Source maps: from places in generated code back to the code that people wrote.
//!
//! Maps come from files and are untrusted: their size, their numbers and the paths in them are checked.

mod check;
mod discovery;
mod encoding;
mod files;
mod function_map;
mod functions;
pub mod mapped_script;
mod mappings;
mod names;
mod source_map;
mod source_names;
mod store;

pub use crate::source::maps::mapped_script::{MappedScript, Original};
pub use crate::source::maps::names::{
    OriginalVariable, original_name, original_variable, original_variable_name,
};
pub use crate::source::maps::store::{MapOptions, SourceMaps, original, shown};
