//! The sample snapshots.

use std::path::PathBuf;

pub(crate) const START: &str = "heapDumpAtServerStart.heapsnapshot";
pub(crate) const AFTER: &str = "heapDump-after.heapsnapshot";

pub(crate) fn sample(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("sample-snapshots").join(name)
}
