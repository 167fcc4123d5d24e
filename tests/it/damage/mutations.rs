//! Files changed at random, by a seed that is printed: never a panic, never a hang.
//!
//! An ordinary run tries some thousands. All of them:
//! `HEAP_MUTATIONS=100000 cargo test --release --no-default-features --test it mutations -- --nocapture`.
//! `HEAP_SEED` with the number that was printed tries that one again.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use fastrand::Rng;
use heaplens::base::{EdgeIndex, Progress};
use heaplens::compare::compare;
use heaplens::snapshot::filters::Filter;
use heaplens::snapshot::statistics::statistics;
use heaplens::snapshot::{NameQuery, SizeMode, Snapshot, live_sizes_by_sample, load_bytes, load_bytes_with};

use super::{good, partly};
use crate::support::random_heap::{Seed, seeds};

/// Runs all queries.
pub(crate) fn look_at_all(snapshot: &Arc<Snapshot>) {
    let graph = snapshot.graph();
    for node in graph.node_indices() {
        let _ =
            (snapshot.display_name(node), snapshot.retained(SizeMode::Raw, node), snapshot.retainers(node));
    }
    for edge in (0..graph.edge_count()).map(EdgeIndex::at) {
        let _ = (snapshot.edge_name(edge).to_string(), graph.source(edge));
    }
    let _ = statistics(snapshot);
    let progress = Progress::new();
    let contexts = snapshot.native_contexts(&progress).expect("not cancelled").contexts;
    let filters = [
        Filter::DuplicatedStrings,
        Filter::RetainedByDetachedDom,
        Filter::RetainedByContexts,
        Filter::RetainedByConsole,
        Filter::RetainedByEventHandlers,
        Filter::SharedNativeContext,
        Filter::NoNativeContext,
        Filter::allocated_before(snapshot),
    ];
    for filter in filters.into_iter().chain(contexts.iter().map(|&(node, _)| Filter::NativeContext(node))) {
        let kept = snapshot.filter(filter, &progress).expect("not cancelled");
        let _ = snapshot.class_totals_of(SizeMode::Chrome, &kept);
    }
    let ignored = graph.node_indices().filter(|node| node.0 % 3 == 2).collect();
    let _ = snapshot.ignoring(ignored, &progress).expect("not cancelled");
    let _ = snapshot.search(&NameQuery::new("o", false), None, &progress).expect("not cancelled");
    let _ = live_sizes_by_sample(graph, snapshot.shallow_sizes(SizeMode::Chrome));
    if let Some(allocations) = snapshot.allocations() {
        for row in allocations.functions() {
            let _ = (allocations.callers(&row), allocations.live_objects(graph, &row).count());
        }
        let _ = graph.node_indices().map(|node| allocations.stack(graph, node).len()).max();
    }
    let same = compare(Arc::clone(snapshot), Arc::clone(snapshot), SizeMode::Chrome, &Progress::new());
    assert_eq!(same.expect("not cancelled").totals.delta, 0);
}

/// Changes a few bytes, as a bad disk or a bad tool would.
fn mutate(bytes: &mut Vec<u8>, rng: &mut Rng) {
    const TOKENS: [&str; 16] = [
        "0",
        "9",
        ",",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "\\",
        ":",
        "-",
        "4294967295",
        "18446744073709551615",
        "\\ud800",
        "\u{feff}",
        "null",
    ];
    for _ in 0..rng.usize(1..4) {
        let at = rng.usize(0..bytes.len());
        let end = (at + rng.usize(0..12)).min(bytes.len());
        match rng.u8(0..6) {
            0 => bytes[at] = rng.u8(..),
            1 => bytes[at] ^= 1 << rng.u8(0..8),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            4 => drop(bytes.splice(at..at, rng.choice(TOKENS).expect("some").bytes())),
            _ => drop(bytes.splice(at..end, rng.choice(TOKENS).expect("some").bytes())),
        }
        if bytes.is_empty() {
            bytes.push(b'{');
        }
    }
}

#[test]
fn no_damage_makes_it_panic_or_hang() {
    let answers = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/answers");
    let file = |name: &str| std::fs::read(answers.join(name)).expect("part of the repository");
    let originals = [good().into_bytes(), file("r43-a.heapsnapshot"), file("r189-b.heapsnapshot")];
    static AT: AtomicU64 = AtomicU64::new(0);
    let asked = std::env::var("HEAP_MUTATIONS").ok().map(|count| count.parse().expect("a number"));
    // A few seconds either way.
    let count = asked.unwrap_or(if cfg!(debug_assertions) { 10_000 } else { 100_000 });
    let begun = Instant::now();
    let (done, ended) = channel();
    std::thread::spawn(move || {
        for Seed(seed) in seeds(count) {
            AT.store(seed, Ordering::Relaxed);
            let _says_which = Seed(seed);
            let mut rng = Rng::with_seed(seed);
            let mut bytes = rng.choice(&originals).expect("three").clone();
            mutate(&mut bytes, &mut rng);
            let whole = load_bytes("file", &bytes, &Progress::new());
            if let Ok(snapshot) = &whole {
                look_at_all(snapshot);
            }
            if whole.is_err_and(|error| error.opens_partly())
                && let Ok(snapshot) = load_bytes_with("file", &bytes, &partly(), &Progress::new())
            {
                look_at_all(&snapshot);
            }
        }
        done.send(()).expect("the test waits");
    });
    let patience = Duration::from_secs(60) + Duration::from_millis(5 * count);
    match ended.recv_timeout(patience) {
        Ok(()) => println!("seeds 0 to {} in {:.1} s", count - 1, begun.elapsed().as_secs_f64()),
        Err(RecvTimeoutError::Timeout) => panic!("hangs with HEAP_SEED={}", AT.load(Ordering::Relaxed)),
        Err(RecvTimeoutError::Disconnected) => panic!("panics with HEAP_SEED={}", AT.load(Ordering::Relaxed)),
    }
}
