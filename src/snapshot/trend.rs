//! Trend.
