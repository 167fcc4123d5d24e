//! Source maps: from places in generated code back to the code that people wrote.
//!
//! Maps come from files and are untrusted: their size, their numbers and the paths in them are checked.

mod encoding;
mod function_map;
mod mappings;
pub mod source_map;
mod source_names;
