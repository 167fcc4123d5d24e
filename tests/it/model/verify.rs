//! Whether a leak is fixed: the samples, and servers made by hand with a variable that leaks or not.

use std::sync::Arc;

use heaplens::base::Progress;
use heaplens::growth::timeline::OrderBasis;
use heaplens::growth::trend::trend;
use heaplens::model::{TrendView, VerifyError, VerifyReport};
use heaplens::snapshot::{SizeMode, Snapshot};
use heaplens::verify::Verdict;
use heaplens::verify::rate::Counted;

use crate::support::samples::{AFTER, FIXED, LEAKS_BYTES, START, load_sample};
use crate::support::server::server;

fn verify(leaking: [&Arc<Snapshot>; 2], fixed: &[Arc<Snapshot>], requests: Option<f64>) -> VerifyReport {
    let counted = Counted::of(requests, None);
    VerifyReport::new(leaking, fixed, counted, SizeMode::Chrome, &Progress::new()).unwrap()
}

fn verdicts(report: &VerifyReport) -> Vec<(&str, Verdict)> {
    report.containers.iter().map(|container| (container.who.as_str(), container.verdict)).collect()
}

fn texts(report: &VerifyReport) -> Vec<String> {
    report.containers.iter().map(|container| container.text.replace('\u{a0}', " ")).collect()
}

#[test]
fn the_leak_of_the_sample_is_fixed_in_another_process() {
    let [start, after, fixed] = [START, AFTER, FIXED].map(load_sample);
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
    let [start, after, fixed] = [START, AFTER, FIXED].map(load_sample);
    let found = trend(&[start, after, fixed], SizeMode::Chrome, &Progress::new()).unwrap();
    assert_eq!((found.processes.as_slice(), found.order), ([0, 0, 1].as_slice(), OrderBasis::Given));
    assert!(found.note().unwrap().contains("2 processes"));
    let view = TrendView::new(Arc::new(found), 10);
    let leaks = &view.containers[0];
    assert_eq!(
        (leaks.name.as_str(), leaks.bytes.as_slice()),
        ("leaks", [LEAKS_BYTES[0], LEAKS_BYTES[1], 0].as_slice())
    );
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
