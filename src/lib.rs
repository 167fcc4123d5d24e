//! Heaplens: a heap snapshot explorer for V8.
//!
//! The engine is a library; the window and the command line are two faces of it, in one binary.
//!
//! ```text
//! base ← graph ←┬─ parse ────┬← snapshot ← compare, growth, suspects, verify ← model ←┬─ app ← ui ─┬← main
//!               └─ analysis ─┘                                                 └─ cli ──────┘
//! ```
//!
//! | module | is |
//! |---|---|
//! | [`base`] | the words all speak: indices, columns, sizes, bits, progress |
//! | [`graph`] | the heap as V8 wrote it: immutable columns and sparse rows |
//! | [`parse`] | bytes → graph |
//! | [`analysis`] | graph → derived columns, one question a file |
//! | [`snapshot`] | the engine's face: a graph and everything derived, and the load pipeline |
//! | [`source`] | where in the scripts objects come from, and what the code there says |
//! | [`compare`] | two snapshots, class by class, and how their ids match |
//! | [`growth`] | who grew between two snapshots or more, to the byte |
//! | [`suspects`] | who is to blame |
//! | [`verify`] | whether a leak is fixed |
//! | [`model`] | rows in a person's words: sorted, filtered, expandable |
//! | [`gate`] | budgets and known leaks for builds |
//! | [`report`] | HTML, Markdown, JUnit and SARIF |
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
//! # Where the numbers come from
//!
//! Shallow sizes, distances, dominators, retained sizes, classes and all rows are those of Chrome's engine,
//! node by node; each rule stands in one file of [`analysis`]. On purpose they differ in these places:
//! - two classes of one key (an object named `Function` beside functions) are one row here; Chrome loses one;
//! - sizes and ids are 64 bits wide; Chrome's wrap at 2^32;
//! - a missing half of a concatenated string is empty; Chrome takes the first node of the file;
//! - parts of a concatenated string that contain themselves end there; Chrome does not return;
//! - plain objects that stand before the root are grouped by shape as well;
//! - a root that is listed many times, or stands in the middle of the file, is no reason to refuse it;
//! - sections may come in any order, and what the header says of counts is checked, not trusted;
//! - lone surrogates are shown as U+FFFD;
//! - symbols of Node 6 and 8, whose number the file's list of types lacks, are symbols, not `(undefined)`;
//! - a comparison of snapshots whose ids have nothing to do with each other goes by class and size.

//!
//! # Speed
//!
//! The README has the figures. About half of a load is reading numbers; then come the dominators, the
//! retainers and the distances, each bound by memory that is read in no order. What made loads faster was
//! touching fewer bytes (borders in two bytes, places once, classes in two, an edge's kind and name only
//! where its target is news), foreseeing where a number of one digit ends (a third off all numbers), waiting
//! for the memory of many retainers at once (a fifth off the dominators), and keeping both cores at work:
//! the two halves of the first rows, then the depth-first numbering beside the retainers, then distances
//! beside dominators; locations and strings beside edges.
//!
//! Tried and left out, since the time stayed the same: huge pages (the kernel's compaction takes what the
//! page faults save), two chunks read side by side, marking the ends of all numbers of a window before
//! reading them, counting retainers by runs of edges with atomic stores, gathering all sources of one
//! node before following them in Semi-NCA, and fetching the edges of a whole ring of the distances at once
//! (page objects found ring by ring instead of depth first even took twice as long).
//!
//! Not reached: the first rows come after 42 to 52 % of the load, because Chrome's shallow sizes and shapes
//! need the edges, most of the file's bytes; and the peak of memory is 1.0 to 1.3 times the file's size, in
//! the dominators, whose columns of 24 bytes a node stand beside the 12 bytes an edge.

pub mod analysis;
pub mod app;
pub mod base;
pub mod cli;
pub mod compare;
pub mod gate;
pub mod graph;
pub mod growth;
pub mod model;
pub mod parse;
pub mod report;
pub mod snapshot;
pub mod source;
pub mod suspects;
#[cfg(feature = "gui")]
pub mod ui;
pub mod verify;
