//! Heaplens: a heap snapshot explorer for V8.
//!
//! The engine is a library; the window and the command line are two front ends, in one binary.
//!
//! ```text
//! base ← graph ←┬─ parse ────┬← snapshot ← compare, growth, suspects, verify ← model ←┬─ app ← ui ─┬← main
//!               └─ analysis ─┘                                                 └─ cli ──────┘
//! ```
//!
//! | module | responsibility |
//! |---|---|
//! | [`base`] | indices, columns, sizes, bit sets, progress |
//! | [`sidecar`] | the file beside a captured snapshot: target, time, connection, scripts |
//! | [`graph`] | the heap as V8 wrote it: immutable columns and sparse rows |
//! | [`parse`] | bytes → graph |
//! | [`analysis`] | graph → derived columns, one question per file |
//! | [`snapshot`] | the interface of the engine: a graph and everything derived from it, and the load pipeline |
//! | [`source`] | source positions of objects, and what the code there does |
//! | [`compare`] | two snapshots, class by class, and how their ids match |
//! | [`growth`] | growth between two or more snapshots, attributed to the byte |
//! | [`suspects`] | the likely causes of growth or of a large heap |
//! | [`verify`] | whether a leak is fixed |
//! | [`capture`] | snapshots of running processes, over the inspector protocol |
//! | [`model`] | rows in user terms: sorted, filtered, expandable |
//! | [`gate`] | budgets and known leaks for builds |
//! | [`report`] | HTML, Markdown, JUnit and SARIF |
//! | [`export`] | tables for other engines |
//! | [`app`] | state, commands, background queries, settings |
//! | `ui` | model → pixels, clicks → commands |
//! | [`cli`] | model → text, JSON, CSV |
//!
//! Invariants:
//! - The graph knows bytes, not files, and only `parse` knows the file's numbering and the order of its fields.
//! - Analysis never fails, it can only be cancelled. Results do not depend on the number of threads.
//! - A [`snapshot::Snapshot`] never changes once loaded, and nothing in it depends on the file.
//! - User input reaches the window's state only through `apply`, finished tasks only through `poll`.
//! - Once the window is open, its thread does not access the file system: tasks do.
//! - Nothing below `ui` uses egui.
//! - No algorithm recurses over the heap: a list five million deep is normal.
//! - `unsafe` code is only in `parse/mapping.rs`.
//!
//! Where figures differ from Chrome's: `docs/chrome-differences.md`. Structure: `docs/architecture.md`.
//!
//! ```
//! use heaplens::base::Progress;
//! use heaplens::snapshot::{SizeMode, load};
//! use std::path::Path;
//!
//! let path = Path::new("sample-snapshots/heapDump-after.heapsnapshot");
//! let snapshot = load(path, &Progress::new(), |_| {})?;
//! assert_eq!(snapshot.total_size(), 6_671_450);
//! snapshot.prepare(SizeMode::Chrome);
//! assert!(snapshot.retained(SizeMode::Chrome, snapshot.graph().root).is_some());
//! # Ok::<(), heaplens::snapshot::LoadError>(())
//! ```

pub mod analysis;
pub mod app;
pub mod base;
pub mod capture;
pub mod cli;
pub mod compare;
pub mod export;
pub mod gate;
pub mod graph;
pub mod growth;
pub mod model;
pub mod parse;
pub mod report;
pub mod sidecar;
pub mod snapshot;
pub mod source;
pub mod suspects;
#[cfg(feature = "gui")]
pub mod ui;
pub mod verify;
