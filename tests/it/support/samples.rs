//! The sample snapshots: where they are, and what their programs leak.

use std::path::PathBuf;
use std::sync::Arc;

use heaplens::base::Progress;
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
