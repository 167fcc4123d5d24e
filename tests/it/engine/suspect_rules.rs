//! One hand-made heap for each suspect rule: the suspect, its new contents, and the mechanism that keeps
//! them.

use std::sync::Arc;

use crate::support::growing_heap::{Heap, grown};
use heaplens::model::{Suspect, SuspectsReport};

/// The first suspect of a heap that `build` makes larger.
fn first(build: impl Fn(&mut Heap, u64), before: u64, after: u64) -> Suspect {
    let growth = Arc::new(grown(build, before, after));
    let mut report = SuspectsReport::of_growth(&growth);
    assert!(!report.suspects.is_empty(), "{}", report.verdict);
    report.suspects.swap_remove(0)
}

fn why(suspect: &Suspect) -> &str {
    suspect.why.as_deref().unwrap_or_default()
}

/// A function of the program, written at `/app/server.js:LINE`, that sees the scope.
fn function(heap: &mut Heap, name: &str, line: usize, id: u64) -> usize {
    let function = heap.node("closure", name, 64, id);
    let shared = heap.node("code", name, 8, id + 2_000_000);
    let script = heap.node("code", "/app/server.js", 8, id + 4_000_000);
    heap.edge(function, "internal", "shared", shared);
    heap.edge(shared, "internal", "script", script);
    heap.builder.location(function, 7, line - 1, 4);
    function
}

#[test]
fn timers_are_grouped_by_their_callback() {
    let suspect = first(
        |heap, timers| {
            let lists = heap.node("object", "Object", 24, 21);
            let list = heap.node("object", "TimersList", 24, 23);
            heap.edge(0, "shortcut", "timers", lists);
            heap.edge(lists, "element", "30000", list);
            let shared = heap.node("code", "tick", 8, 25);
            let script = heap.node("code", "/app/server.js", 8, 27);
            heap.edge(shared, "internal", "script", script);
            let mut last = list;
            for timer in 0..timers {
                let id = 1001 + 4 * timer;
                let timeout = heap.node("object", "Timeout", 200, id);
                let callback = heap.node("closure", "tick", 64, id + 2);
                heap.edge(last, "property", "_idleNext", timeout);
                heap.edge(timeout, "property", "_onTimeout", callback);
                heap.edge(callback, "internal", "shared", shared);
                heap.builder.location(callback, 7, 4, 4);
                last = timeout;
            }
        },
        5,
        500,
    );
    assert_eq!(suspect.owner, "tick");
    assert!(why(&suspect).contains("495 intervals of 30,000 ms"), "{}", why(&suspect));
    assert_eq!((suspect.entries_before, suspect.entries_after), (Some(5), Some(500)));
    assert_eq!(suspect.confidence, "certain");
}

#[test]
fn new_properties_of_the_global_object_are_named_by_what_they_have_in_common() {
    let suspect = first(
        |heap, results| {
            for result in 0..results {
                let object = heap.node("object", "Result", 400, 1001 + 2 * result);
                // The global object is the first node behind the root.
                heap.edge(1, "property", &format!("result_{result}"), object);
            }
        },
        10,
        600,
    );
    assert_eq!(suspect.owner, "globalThis.result_…");
    assert_eq!((suspect.entries_before, suspect.entries_after), (Some(10), Some(600)));
    assert!(suspect.what.is_some_and(|what| what.starts_with("590 Result")));
}

#[test]
fn a_registry_counts_what_it_waits_for() {
    let suspect = first(
        |heap, requests| {
            let registry = heap.variable("registry", ("object", "FinalizationRegistry", 40, 21));
            let mut last = registry;
            for request in 0..requests {
                let id = 1001 + 6 * request;
                let cell = heap.node("hidden", "system / WeakCell", 40, id);
                let held = heap.node("object", "Object", 24, id + 2);
                let target = heap.node("object", "HttpRequest", 900, id + 4);
                heap.edge(last, "hidden", "4", cell);
                heap.edge(cell, "hidden", "2", held);
                heap.edge(held, "property", "request", target);
                heap.edge(cell, "weak", "3", target);
                last = cell;
            }
        },
        10,
        300,
    );
    assert_eq!(suspect.owner, "registry");
    assert_eq!((suspect.entries_before, suspect.entries_after), (Some(10), Some(300)));
    assert!(why(&suspect).contains("FinalizationRegistry"), "{}", why(&suspect));
    assert!(suspect.what.is_some_and(|what| what.starts_with("290 HttpRequest")));
}

#[test]
fn a_chain_is_told_by_its_head_and_its_links() {
    let suspect = first(
        |heap, links| {
            // The newest link is the head: the variable leads to it, and it to the one before.
            let first = heap.node("object", "Page", 600, 1001);
            let mut last = first;
            for link in 1..links {
                let page = heap.node("object", "Page", 600, 1001 + 4 * link);
                let scope = heap.node("object", "system / Context", 40, 1003 + 4 * link);
                heap.edge(page, "internal", "context", scope);
                heap.edge(scope, "context", "previous", last);
                last = page;
            }
            let holder = heap.variable("latest", ("object", "Object", 24, 21));
            heap.edge(holder, "property", "page", last);
        },
        20,
        400,
    );
    assert!(suspect.owner.starts_with("latest"), "{}", suspect.owner);
    assert!(why(&suspect).contains("previous"), "{}", why(&suspect));
    assert_eq!((suspect.entries_before, suspect.entries_after), (Some(20), Some(400)));
}

#[test]
fn listeners_are_told_by_target_and_event() {
    let suspect = first(
        |heap, listeners| {
            let ticker = heap.variable("ticker", ("object", "EventEmitter", 104, 21));
            let events = heap.node("object", "Object", 24, 23);
            let tick = heap.node("object", "Array", 32, 25);
            heap.edge(ticker, "property", "_events", events);
            heap.edge(events, "property", "tick", tick);
            for listener in 0..listeners {
                let at = function(heap, "onTick", 12, 1001 + 2 * listener);
                heap.edge(tick, "element", &listener.to_string(), at);
            }
        },
        5,
        400,
    );
    assert_eq!(why(&suspect), "listeners of ticker (EventEmitter) for \"tick\"");
}

#[test]
fn errors_that_keep_their_frames_say_so() {
    let suspect = first(
        |heap, errors| {
            let recent = heap.variable("recent", ("object", "Array", 32, 21));
            let render = function(heap, "render", 4, 23);
            for error in 0..errors {
                let id = 1001 + 4 * error;
                let object = heap.node("object", "TypeError", 80, id);
                let frames = heap.node("array", "", 900, id + 2);
                heap.edge(recent, "element", &error.to_string(), object);
                heap.edge(object, "property", "<symbol>", frames);
                heap.edge(frames, "internal", "0", render);
            }
        },
        5,
        200,
    );
    assert!(why(&suspect).contains("stack frames captured by errors"), "{}", why(&suspect));
    assert!(why(&suspect).contains("render"), "{}", why(&suspect));
}
