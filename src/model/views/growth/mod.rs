//! Growth: containers that grew, and owners of the growth.

pub(crate) mod containers;
pub(crate) mod owners;
pub(crate) mod report;
