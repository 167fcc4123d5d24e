//! Trend: classes and containers through several snapshots.

pub(crate) mod chart;
pub(crate) mod report;
pub(crate) mod table;
