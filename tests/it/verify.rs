//! Whether a leak is fixed: the samples, and servers made by hand with a variable that leaks or not.

use std::sync::Arc;

use heaplens::base::Progress;
use heaplens::graph::GraphBuilder;
use heaplens::growth::timeline::OrderBasis;
use heaplens::growth::trend::trend;
use heaplens::model::{TrendView, VerifyError, VerifyReport};
use heaplens::snapshot::{SizeMode, Snapshot, load_bytes};
use heaplens::verify::Verdict;

use crate::growth::sample;

/// A server whose variable `sessions` holds so many sessions and `cache` so many texts, in a process whose ids begin
/// at `first_id`.
pub(crate) fn server(first_id: u64, sessions: usize, cache: usize) -> Arc<Snapshot> {
    let names = Names { file: "server", variable: "sessions", class: "Session", script: "/srv/server.js" };
    load_bytes(names.file, server_file(names, first_id, sessions, cache).as_bytes(), &Progress::new())
        .unwrap()
}

/// What the parts of a server are called.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a> {
    pub file: &'a str,
    pub variable: &'a str,
    pub class: &'a str,
    pub script: &'a str,
}

/// The file of a server.
pub(crate) fn server_file(names: Names<'_>, first_id: u64, sessions: usize, cache: usize) -> String {
    let mut heap = GraphBuilder::new();
    let global = heap.node("object", "global", 1000);
    let handler = heap.node("closure", "handler", 64);
    let shared = heap.node("code", "handler", 100);
    let script = heap.node("code", &format!("system / Script / {}", names.script), 100);
    let scope = heap.node("object", "system / Context", 40);
    heap.edge(0, "shortcut", "1", global).edge(global, "property", "handler", handler);
    heap.edge(handler, "internal", "shared", shared).edge(shared, "internal", "script", script);
    heap.edge(handler, "internal", "context", scope).location(handler, 1, 9, 4);
    // What is the same in every process, and later objects by which processes are told apart.
    let fill: Vec<usize> =
        (0..400).map(|at| heap.node("closure", &format!("builtin{}", (at + first_id) % 400), 100)).collect();
    for (at, &node) in fill.iter().enumerate() {
        heap.edge(0, "element", &at.to_string(), node);
    }
    let lists = [(names.variable, sessions, names.class, 600), ("cache", cache, "Entry", 500)];
    let all: Vec<usize> = lists
        .iter()
        .map(|&(name, ..)| {
            let list = heap.node("object", "Array", 32);
            heap.edge(scope, "context", name, list);
            list
        })
        .collect();
    for (id, node) in (1..heap_len(&all)).enumerate() {
        heap.id(node, 1 + 2 * id as u64);
    }
    let mut next = first_id;
    for (&list, &(_, count, class, size)) in all.iter().zip(&lists) {
        for at in 0..count {
            let entry = heap.node("object", class, size);
            heap.id(entry, next + 2 * at as u64).edge(list, "element", &at.to_string(), entry);
        }
        next += 1_000_000;
    }
    heap.to_json()
}

/// One past the last node made so far.
fn heap_len(lists: &[usize]) -> usize {
    lists.iter().max().unwrap() + 1
}

fn verify(leaking: [&Arc<Snapshot>; 2], fixed: &[Arc<Snapshot>], requests: Option<f64>) -> VerifyReport {
    VerifyReport::new(leaking, fixed, requests, SizeMode::Chrome, &Progress::new()).unwrap()
}

fn verdicts(report: &VerifyReport) -> Vec<(&str, Verdict)> {
    report.containers.iter().map(|container| (container.who.as_str(), container.verdict)).collect()
}

fn texts(report: &VerifyReport) -> Vec<String> {
    report.containers.iter().map(|container| container.text.replace('\u{a0}', " ")).collect()
}

#[test]
fn the_leak_of_the_sample_is_fixed_in_another_process() {
    let [start, after, fixed] =
        ["heapDumpAtServerStart", "heapDump-after", "heapDump-after-fixed"].map(sample);
    let report = verify([&start, &after], &[fixed], None);
    assert!(report.is_fixed());
    assert_eq!(texts(&report), ["leaks 407 kB → not there: fixed"]);
    let report = verify([&start, &after], std::slice::from_ref(&after), None);
    assert!(!report.is_fixed());
    assert_eq!(verdicts(&report), [("leaks", Verdict::Unchanged)]);
}

#[test]
fn a_container_is_followed_through_single_files_and_pairs() {
    let (start, after) = (server(10_001, 10, 10), server(10_001, 210, 10));
    let single = |sessions| verify([&start, &after], &[server(20_103, sessions, 10)], None);
    assert_eq!(verdicts(&single(12)), [("sessions", Verdict::Fixed)]);
    assert_eq!(verdicts(&single(100)), [("sessions", Verdict::Smaller)]);
    assert_eq!(verdicts(&single(205)), [("sessions", Verdict::Unchanged)]);
    assert_eq!(verdicts(&single(900)), [("sessions", Verdict::Larger)]);
    let pair = |before, after_fix| {
        let fixed = [server(20_103, before, 10), server(20_103, after_fix, 10)];
        verify([&start, &after], &fixed, Some(200.0))
    };
    assert_eq!(texts(&pair(500, 500)), ["sessions 126 kB → 300 kB: fixed"], "a level is no leak");
    assert_eq!(
        texts(&pair(10, 110)),
        ["sessions 126 kB → 66.0 kB: smaller, but still growing at 300 B per request"]
    );
    assert_eq!(texts(&pair(10, 210)), ["sessions 126 kB → 126 kB: still growing at 600 B per request"]);
}

#[test]
fn what_begins_to_grow_in_the_fixed_program_is_new() {
    let (start, after) = (server(10_001, 10, 10), server(10_001, 210, 10));
    let fixed = [server(20_103, 10, 10), server(20_103, 10, 410)];
    let report = verify([&start, &after], &fixed, None);
    assert_eq!(verdicts(&report), [("sessions", Verdict::Fixed), ("cache", Verdict::New)]);
    assert!(!report.is_fixed());
}

#[test]
fn without_a_leak_there_is_nothing_to_verify() {
    let sides = [server(10_001, 10, 10), server(10_001, 10, 10)];
    let report = VerifyReport::new(
        [&sides[0], &sides[1]],
        &[server(20_103, 9, 9)],
        None,
        SizeMode::Chrome,
        &Progress::new(),
    );
    assert!(
        matches!(report.err(), Some(VerifyError::NothingToVerify(sentence)) if sentence.contains("no leak"))
    );
    let other = server(20_103, 300, 10);
    let report = VerifyReport::new(
        [&sides[0], &other],
        &[server(20_103, 9, 9)],
        None,
        SizeMode::Chrome,
        &Progress::new(),
    );
    assert!(
        matches!(report.err(), Some(VerifyError::NothingToVerify(sentence)) if sentence.contains("one process"))
    );
}

#[test]
fn a_trend_over_processes_keeps_their_order_and_follows_containers() {
    let [start, after, fixed] =
        ["heapDumpAtServerStart", "heapDump-after", "heapDump-after-fixed"].map(sample);
    let found = trend(&[start, after, fixed], SizeMode::Chrome, &Progress::new()).unwrap();
    assert_eq!((found.processes.as_slice(), found.order), ([0, 0, 1].as_slice(), OrderBasis::Given));
    assert!(found.note().unwrap().contains("2 processes"));
    let view = TrendView::new(Arc::new(found), 10);
    let leaks = &view.containers[0];
    assert_eq!((leaks.name.as_str(), leaks.bytes.as_slice()), ("leaks", [32, 407_088, 0].as_slice()));
    assert_eq!(leaks.steadiness, 0.5);
}

#[test]
fn a_trend_follows_a_container_by_its_path() {
    let heaps = [(10_001, 10), (10_001, 110), (20_103, 40)].map(|(id, sessions)| server(id, sessions, 10));
    let found = trend(&heaps, SizeMode::Chrome, &Progress::new()).unwrap();
    let view = TrendView::new(Arc::new(found), 10);
    let bytes = view.containers.iter().find(|line| line.name == "sessions").map(|line| line.bytes.clone());
    assert_eq!(bytes, Some(vec![6032, 66_032, 24_032]));
}
