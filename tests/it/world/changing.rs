//! Files that are truncated, replaced or removed while they are read, and afterwards.

use std::fs::{self, File, OpenOptions};
use std::path::Path;
use std::sync::Arc;

use heaplens::base::{Progress, Stage};
use heaplens::parse::{FileBytes, LoadError, MAP_BYTES, Options, parse};
use heaplens::snapshot::load;

use super::{good, read, saved, wide_and_deep};
use crate::damage::dump;
use crate::damage::mutations::look_at_all;

/// Opens the file, lets `change` happen to it, and reads what was opened: the number of nodes.
fn read_across(path: &Path, change: impl FnOnce()) -> Result<usize, LoadError> {
    let opened = FileBytes::open(path, &Options::default(), &Progress::new())?;
    change();
    opened.read(|input| parse(input, &Progress::new())).map(|parsed| parsed.graph.node_count())
}

#[track_caller]
fn is_told_as_changed(outcome: Result<usize, LoadError>) {
    let said = outcome.expect_err("not what was opened").sentence();
    assert!(said.starts_with("the file changed while it was read"), "{said}");
}

/// A file large enough to be mapped: what stands behind the snapshot are zeros that take no room on disk.
fn large() -> (tempfile::TempDir, std::path::PathBuf, Vec<u8>) {
    let bytes = wide_and_deep();
    let (folder, path) = saved("large.heapsnapshot", &bytes);
    File::options().append(true).open(&path).expect("our own").set_len(MAP_BYTES).expect("no room is needed");
    (folder, path, bytes)
}

fn cut(path: &Path, length: u64) {
    OpenOptions::new().write(true).open(path).expect("our own").set_len(length).expect("shorter");
}

#[test]
fn a_file_that_changes_while_it_is_read_is_said_so() {
    let (folder, path) = saved("live.heapsnapshot", &good());
    is_told_as_changed(read_across(&path, || fs::write(&path, b"{").expect("cut short")));
    fs::write(&path, good()).expect("whole again");
    let other = folder.path().join("other");
    fs::write(&other, b"hello").expect("room");
    let replaced = read_across(&path, || fs::rename(&other, &path).expect("replaced"));
    assert_eq!(replaced.expect("what was opened is as it was"), 2);
    fs::write(&path, good()).expect("whole again");
    let removed = read_across(&path, || fs::remove_file(&path).expect("deleted"));
    assert_eq!(removed.expect("what was opened is as it was"), 2);
}

#[test]
fn a_mapped_file_that_is_cut_or_overwritten_is_said_so() {
    let (_folder, path, bytes) = large();
    assert_eq!(read_across(&path, || {}).expect("a good file"), 40_003);
    for length in [0, 1, 4096, bytes.len() as u64 / 2, bytes.len() as u64 - 1, MAP_BYTES / 2] {
        is_told_as_changed(read_across(&path, || cut(&path, length)));
        fs::write(&path, &bytes).expect("whole again");
        cut(&path, MAP_BYTES);
    }
    // As Node writes a snapshot over another one of that name.
    is_told_as_changed(read_across(&path, || fs::write(&path, good()).expect("room")));
}

/// Loads a large file while `change` happens in each stage, and returns how often that was detected.
fn changed_at_every_stage(change: impl Fn(&Path, &[u8])) -> usize {
    let mut noticed = 0;
    // Before the first stage it is opened.
    for stage in &Stage::ALL[1..] {
        let (_folder, path, bytes) = large();
        let progress = Arc::new(Progress::new());
        let (shared, file) = (Arc::clone(&progress), path.clone());
        let reader = std::thread::spawn(move || load(&file, &shared, |_| {}));
        while progress.stage() < *stage && !reader.is_finished() {
            std::hint::spin_loop();
        }
        change(&path, &bytes);
        match reader.join().expect("no panic") {
            Ok(_) => {}
            Err(error) => {
                let said = error.sentence();
                assert!(said.starts_with("the file changed while it was read"), "{stage:?}: {said}");
                noticed += 1;
            }
        }
    }
    noticed
}

#[test]
fn a_mapped_file_may_be_cut_short_at_every_stage() {
    assert!(changed_at_every_stage(|path, _| cut(path, 0)) > 0);
}

#[test]
fn a_mapped_file_may_be_overwritten_at_every_stage() {
    let noticed = changed_at_every_stage(|path, bytes| {
        // Other bytes in the same places: strings, then digits.
        let other: Vec<u8> = bytes.iter().rev().copied().collect();
        fs::write(path, other).expect("room");
    });
    assert!(noticed > 0);
}

#[test]
fn nothing_depends_on_the_file_once_it_is_loaded() {
    let (_folder, path) = saved("live.heapsnapshot", &good());
    let snapshot = read(&path).expect("a good file");
    let before = dump(snapshot.graph());
    fs::write(&path, b"").expect("the file can be cut short");
    fs::remove_file(&path).expect("the file can be removed");
    look_at_all(&snapshot);
    assert_eq!(dump(snapshot.graph()), before);
}
