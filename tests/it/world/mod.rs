//! The environment of a snapshot: other kinds of files, archives and bombs, stalled pipes, files that change
//! during the load, users who change their mind.

// Elsewhere a file in use can be neither cut short nor replaced.
#[cfg(unix)]
mod changing;
mod index;
mod kinds;
mod loading;
mod packed;
mod places;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use heaplens::base::Progress;
use heaplens::graph::GraphBuilder;
use heaplens::snapshot::{LoadError, Snapshot, load};

pub(super) fn good() -> Vec<u8> {
    let mut heap = GraphBuilder::new();
    let thing = heap.node("object", "Foo", 100);
    heap.edge(0, "element", "1", thing);
    heap.to_json().into_bytes()
}

/// Many objects in many classes, some with long names, and a list that is as deep as it is long.
pub(super) fn wide_and_deep() -> Vec<u8> {
    const OBJECTS: usize = 40_000;
    let mut heap = GraphBuilder::new();
    let hub = heap.node("object", "Hub", 16);
    heap.edge(0, "element", "1", hub);
    let mut last = hub;
    for at in 0..OBJECTS {
        let node = heap.node("object", &format!("Class {at}"), 8);
        heap.edge(last, "property", "next", node);
        heap.edge(hub, "element", &at.to_string(), node);
        last = node;
    }
    let text = heap.node("string", &"long ".repeat(600_000), 3_000_000);
    heap.edge(last, "internal", "text", text);
    heap.to_json().into_bytes()
}

pub(super) fn saved(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder for the file");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("room for a small file");
    (folder, path)
}

pub(super) fn read(path: &Path) -> Result<Arc<Snapshot>, LoadError> {
    load(path, &Progress::new(), |_| {})
}

/// The error for a file with this content, without the path at the end.
pub(super) fn said(bytes: &[u8]) -> String {
    let (_folder, path) = saved("file", bytes);
    read(&path).map_or_else(|error| error.sentence(), |snapshot| format!("{} bytes", snapshot.total_size()))
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("writing to memory");
    encoder.finish().expect("writing to memory")
}

pub(super) fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}
