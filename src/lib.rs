//! Heaplens: a heap snapshot explorer for V8.
//!
//! The engine is a library; the window and the command line are two front ends, in one binary.
//!
//! ```text
//! base ← graph ←┬─ parse ────┬← snapshot ← compare, growth, suspects, verify ← model ←┬─ app ← ui ─┬← main
//!               └─ analysis ─┘                                                 └─ cli ──────┘
//! ```
//!
//! | module | is |
//! |---|---|
//! | [`base`] | the words all speak: indices, columns, sizes, bits, progress |
//! | [`sidecar`] | the file beside a captured snapshot: target, time, connection, scripts |
//! | [`graph`] | the heap as V8 wrote it: immutable columns and sparse rows |
//! | [`parse`] | bytes → graph |
//! | [`analysis`] | graph → derived columns, one question a file |
//! | [`snapshot`] | the engine's face: a graph and everything derived, and the load pipeline |
//! | [`source`] | where in the scripts objects come from, and what the code there says |
//! | [`compare`] | two snapshots, class by class, and how their ids match |
//! | [`growth`] | who grew between two snapshots or more, to the byte |
//! | [`suspects`] | who is to blame |
//! | [`verify`] | whether a leak is fixed |
//! | [`capture`] | snapshots of running processes, over the inspector protocol |
//! | [`model`] | rows in a person's words: sorted, filtered, expandable |
//! | [`gate`] | budgets and known leaks for builds |
//! | [`report`] | HTML, Markdown, JUnit and SARIF |
//! | [`export`] | tables for other engines |
//! | [`app`] | state, commands, jobs, settings |
//! | `ui` | model → pixels, clicks → commands |
//! | [`cli`] | model → text, JSON, CSV |
//!
//! What is absent, always:
//! - the graph knows bytes, not files, and only `parse` knows the file's numbering and the order of its fields;
//! - analysis never fails, it can only be cancelled; results do not depend on the number of threads;
//! - a [`snapshot::Snapshot`] never changes once loaded, and nothing in it depends on the file;
//! - nothing below `ui` knows a colour, a pixel or a frame;
//! - nothing but `apply` changes the window's state, and nothing on its thread takes longer than a frame;
//! - no algorithm recurses: a list five million deep is normal;
//! - `unsafe` stands in one file, the mapping.
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
