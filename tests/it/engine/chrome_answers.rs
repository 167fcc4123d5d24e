//! Our numbers against Chrome's own, for the sample snapshots and for random ones full of rare cases. The
//! answers are in `tests/answers`; its `README.md` describes how they are made.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use heaplens::base::Progress;
use heaplens::snapshot::{Snapshot, load};

use crate::support::chrome_lines::{differences, lines_of};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn snapshot(file: &Path) -> Arc<Snapshot> {
    load(file, &Progress::new(), |_| {}).unwrap_or_else(|error| panic!("{error}"))
}

/// Asserts that we say of `file` what `tests/answers/NAME.tsv` says.
#[track_caller]
fn same_as_chrome(name: &str, file: &Path, baseline: Option<PathBuf>) {
    let answers = Path::new(ROOT).join("tests/answers").join(name).with_extension("tsv");
    let text = std::fs::read_to_string(&answers).expect("the answers are part of the repository");
    let theirs: Vec<&str> = text.lines().collect();
    let current = snapshot(file);
    let baseline = baseline.map(|file| snapshot(&file));
    let ours = lines_of(&current, baseline.as_ref(), &theirs);
    let outcome = differences(&current, baseline.as_ref(), &theirs, &ours);
    if let Some((theirs, ours)) = outcome.first {
        let count = outcome.differences;
        panic!("{name}: {count} lines differ from Chrome's\n  Chrome: {theirs}\n  ours:   {ours}");
    }
}

fn sample(name: &str, file: &str, baseline: Option<&str>) {
    let place = |file: &str| Path::new(ROOT).join("sample-snapshots").join(file);
    same_as_chrome(name, &place(file), baseline.map(place));
}

#[test]
fn a_tiny_heap_has_chromes_numbers() {
    sample("tiny", "tiny.heapsnapshot", None);
}

#[test]
fn a_leaking_server_has_chromes_numbers() {
    let start = "heapDumpAtServerStart.heapsnapshot";
    sample("start", start, None);
    sample("after", "heapDump-after.heapsnapshot", Some(start));
    sample("after-fixed", "heapDump-after-fixed.heapsnapshot", Some(start));
}

#[test]
fn constructors_of_one_name_have_chromes_numbers() {
    sample("constructors", "constructors.heapsnapshot", None);
}

#[test]
fn leaks_of_every_kind_have_chromes_numbers() {
    let start = "leaks-by-kind-start.heapsnapshot";
    sample("leaks-start", start, None);
    sample("leaks-after", "leaks-by-kind-after.heapsnapshot", Some(start));
}

#[test]
fn a_page_has_chromes_numbers() {
    sample("detached-dom", "detached-dom.heapsnapshot", None);
}

#[test]
fn a_timeline_has_chromes_numbers() {
    sample("allocation", "allocation.heaptimeline", None);
}

#[test]
fn random_heaps_have_chromes_numbers() {
    let folder = Path::new(ROOT).join("tests/answers");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .expect("the answers are part of the repository")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix("-a.heapsnapshot").map(str::to_owned))
        .collect();
    names.sort();
    assert!(names.len() >= 12, "{names:?}");
    for name in names {
        let part = |part: &str| folder.join(format!("{name}-{part}.heapsnapshot"));
        same_as_chrome(&format!("{name}-a"), &part("a"), Some(part("b")));
    }
}
