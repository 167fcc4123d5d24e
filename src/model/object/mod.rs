//! One object: its card, details, entries and functions.

pub(crate) mod captured_lines;
pub(crate) mod card;
pub(crate) mod collection_entries;
pub(crate) mod details;
pub(crate) mod first_fields;
pub(crate) mod function_names;
pub(crate) mod original_text;
pub(crate) mod reported_code;
pub(crate) mod source_tokens;
pub(crate) mod source_view;
