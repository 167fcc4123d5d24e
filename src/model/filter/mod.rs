//! Filters for objects: presets, conditions, class patterns.

pub(crate) mod class_filter;
pub(crate) mod completion;
pub(crate) mod condition;
pub(crate) mod object_filter;
pub(crate) mod preset;
