//! A load as the user sees it: rows before everything is known, cancelled at any time, many at once, and
//! refused if memory is insufficient.

use std::sync::Arc;
use std::time::{Duration, Instant};

use heaplens::base::{NodeIndex, Progress, Stage};
use heaplens::graph::GraphBuilder;
use heaplens::snapshot::{Options, SizeMode, Snapshot, load, load_bytes, load_bytes_with};

use super::{good, gzip, read, saved, wide_and_deep};

#[test]
fn the_first_rows_come_before_the_retained_sizes() {
    let (_folder, path) = saved("early.heapsnapshot", &good());
    let mut early = None;
    let snapshot = load(&path, &Progress::new(), |snapshot| early = Some(snapshot)).expect("a good file");
    let early = early.expect("called once");
    assert!(!early.is_complete() && snapshot.is_complete());
    let rows = |snapshot: &Snapshot| -> Vec<_> {
        snapshot.class_totals(SizeMode::Chrome).iter().map(|(_, row)| (row.count, row.shallow)).collect()
    };
    assert_eq!(rows(&early), rows(&snapshot));
    assert_eq!(early.retained(SizeMode::Chrome, NodeIndex(1)), None);
    assert_eq!(early.dominator(NodeIndex(1)), None);
}

#[test]
fn a_cancelled_load_says_so() {
    let progress = Progress::new();
    progress.cancel();
    let error = load_bytes("file", &good(), &progress).err().expect("cancelled");
    assert!(error.is_cancelled());
    assert_eq!(error.sentence(), "cancelled");
}

#[test]
fn a_load_can_be_cancelled_at_every_stage() {
    let (_folder, path) = saved("file", &gzip(&wide_and_deep()));
    for stage in Stage::ALL {
        for _ in 0..3 {
            let progress = Arc::new(Progress::new());
            let (shared, file) = (Arc::clone(&progress), path.clone());
            let reader = std::thread::spawn(move || load(&file, &shared, |_| {}).map(drop));
            while progress.stage() < *stage && !reader.is_finished() {
                std::hint::spin_loop();
            }
            progress.cancel();
            let begun = Instant::now();
            // The last steps of the last stage may be done before anyone looks.
            if let Err(error) = reader.join().expect("no panic") {
                assert!(error.is_cancelled(), "{stage:?}: {error}");
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "{stage:?}");
        }
    }
}

#[test]
fn ten_files_open_at_once() {
    let (_folder, path) = saved("file", &wide_and_deep());
    let sizes: Vec<u64> = std::thread::scope(|scope| {
        let loads: Vec<_> =
            (0..10).map(|_| scope.spawn(|| read(&path).expect("a good file").total_size())).collect();
        loads.into_iter().map(|load| load.join().expect("no panic")).collect()
    });
    assert_eq!(sizes, [16 + 8 * 40_000 + 3_000_000; 10]);
}

#[test]
fn many_edges_many_classes_and_long_texts_are_ordinary() {
    let snapshot = load_bytes("file", &wide_and_deep(), &Progress::new()).expect("a good file");
    assert_eq!(snapshot.total_size(), 16 + 8 * 40_000 + 3_000_000);
    assert!(snapshot.classes().len() >= 40_001);
    let hub = NodeIndex(1);
    assert_eq!(snapshot.retained(SizeMode::Chrome, hub), Some(snapshot.total_size()));
}

#[test]
fn what_memory_does_not_hold_is_refused() {
    let mut heap = GraphBuilder::new();
    for at in 0..1000 {
        heap.node("object", &format!("{at} {}", "x".repeat(80_000)), 8);
    }
    let file = heap.to_json();
    let options = Options { memory_bytes: Some(10 << 20), ..Options::default() };
    let error = load_bytes_with("file", file.as_bytes(), &options, &Progress::new()).err().expect("refused");
    assert_eq!(
        error.sentence(),
        "needs about 80.1 MB of memory, 10.5 MB are free: close other snapshots or programs, or set HEAPLENS_MEMORY=unlimited to try all the same"
    );
}
