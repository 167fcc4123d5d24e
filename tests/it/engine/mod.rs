//! The engine against definitions, against Chrome, and on heaps made by hand.

mod by_definition;
mod chrome_answers;
mod growth;
mod growth_kinds;
mod large_heaps;
mod source_maps;
mod sums;
mod suspect_kinds;
mod suspect_rules;
