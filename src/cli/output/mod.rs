//! Output formats: text, JSON, CSV.

pub(crate) mod csv;
pub(crate) mod json;
pub(crate) mod location;
pub(crate) mod schema_text;
pub(crate) mod sort;
pub(crate) mod source_json;
pub(crate) mod table;
pub(crate) mod text_table;
