//! Background tasks: where they run, and the cache of their results.

pub(crate) mod cache_entry;
pub(crate) mod executor;
pub(crate) mod job;
pub(crate) mod log;
pub(crate) mod one_shot;
pub(crate) mod panic_log;
pub(crate) mod query_cache;
pub(crate) mod shared;
