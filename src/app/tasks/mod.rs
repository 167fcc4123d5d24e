//! Background tasks: jobs, their cached results, and what they report.

pub(crate) mod job;
pub(crate) mod latest_value;
pub(crate) mod log;
pub(crate) mod memo;
pub(crate) mod one_shot;
pub(crate) mod panic_log;
pub(crate) mod query_cache;
