//! The sample snapshots: where they are, and what their programs leak.

use std::path::PathBuf;
use std::sync::Arc;

use heaplens::base::{ObjectId, Progress};
use heaplens::snapshot::{Snapshot, load};

/// The leaking server when it starts, after some requests, and after as many requests once it is mended.
pub(crate) const START: &str = "heapDumpAtServerStart.heapsnapshot";
pub(crate) const AFTER: &str = "heapDump-after.heapsnapshot";
pub(crate) const FIXED: &str = "heapDump-after-fixed.heapsnapshot";
/// A program that leaks through one container of each kind.
pub(crate) const KINDS_START: &str = "leaks-by-kind-start.heapsnapshot";
pub(crate) const KINDS_AFTER: &str = "leaks-by-kind-after.heapsnapshot";
pub(crate) const DETACHED_DOM: &str = "detached-dom.heapsnapshot";
pub(crate) const CONSTRUCTORS: &str = "constructors.heapsnapshot";
pub(crate) const TINY: &str = "tiny.heapsnapshot";

/// The array `leaks` of the leaking server, as a row, by its id, and what holds it.
pub(crate) const LEAKS_ROW: &str = "Array @85127";
pub(crate) const LEAKS_ID: &str = "@85127";
pub(crate) const LEAKS_HOLDER: &str = "leaks in system / Context @85125";
/// The same where scripts are known.
pub(crate) const LEAKS_SCOPE: &str = "leaks in scope {leaks} of server-leaky.js @85125";
pub(crate) const LEAKS: ObjectId = ObjectId(85_127);
/// Its texts, and its bytes before and after.
pub(crate) const LEAKED_TEXTS: u64 = 50_000;
pub(crate) const LEAKS_BYTES: [u64; 2] = [32, 407_088];
pub(crate) const LEAKS_GROWTH: i64 = 407_056;

/// The leaking server after some requests, by the names of `heaplens statistics`.
pub(crate) const AFTER_NODES: u64 = 73_924;
pub(crate) const AFTER_EDGES: u64 = 428_647;
pub(crate) const AFTER_TOTAL: u64 = 6_671_450;
pub(crate) const AFTER_STATISTICS: [(&str, u64); 10] = [
    ("total", AFTER_TOTAL),
    ("code", 1_929_424),
    ("strings", 1_307_816),
    ("js_arrays", 609_976),
    ("typed_arrays", 16_758),
    ("system", 135_232),
    ("other_js", 2_595_552),
    ("other_non_js", 76_692),
    ("native_total", 93_450),
    ("v8_heap_total", 6_578_000),
];

pub(crate) fn sample(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("sample-snapshots").join(name)
}

/// The path as an argument of the command line.
pub(crate) fn sample_argument(name: &str) -> String {
    sample(name).to_string_lossy().into_owned()
}

pub(crate) fn load_sample(name: &str) -> Arc<Snapshot> {
    load(&sample(name), &Progress::new(), |_| {}).unwrap()
}
