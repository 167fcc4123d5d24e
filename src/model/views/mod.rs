//! One model per view of the window; the command line prints the same.

pub(crate) mod allocations;
pub(crate) mod capture_facts;
pub(crate) mod comparison;
pub(crate) mod containment;
pub(crate) mod dominators;
pub(crate) mod evidence_text;
pub(crate) mod growth;
pub(crate) mod overview;
pub(crate) mod search;
pub(crate) mod statistics;
pub(crate) mod strings;
pub(crate) mod summary;
pub(crate) mod suspect_source;
pub(crate) mod suspects;
pub(crate) mod treemap;
pub(crate) mod trend;
pub(crate) mod verify;
