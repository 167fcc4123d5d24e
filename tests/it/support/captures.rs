//! Captures into a folder, and the snapshot that the fake inspector sends.

use std::fs;
use std::path::Path;

use heaplens::capture::{CaptureControl, CaptureError, CaptureOptions, Captured, Destination};
use tempfile::TempDir;

use super::inspector::FakeInspector;
use super::samples::{TINY, sample};

/// Text with every kind of character that a message escapes.
pub(crate) fn snapshot() -> String {
    let sample = fs::read_to_string(sample(TINY)).unwrap();
    let sample = sample.trim_end().strip_suffix("]}").unwrap().to_owned();
    sample + ",\n\"quote \\\" backslash \\\\ \\u00e9 \\n end\"\n]}"
}

pub(crate) fn options(folder: &TempDir) -> CaptureOptions {
    CaptureOptions {
        destination: Destination::Folder(folder.path().to_owned()),
        collect_garbage: false,
        numbers: false,
        evaluate: false,
    }
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// One snapshot of `server` into `folder`.
pub(crate) fn take(server: &FakeInspector, folder: &TempDir) -> Result<Captured, CaptureError> {
    let control = CaptureControl::default();
    let mut connection = server.connect(&control)?;
    let captured = connection.take_snapshot(&options(folder), &control);
    connection.close();
    captured
}
