//! Captures from a fake inspector.

mod failures;
mod files;
mod recorder;
