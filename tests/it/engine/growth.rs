//! Growth between two heaps: containers of every kind built by hand, and the leaks of the sample programs.

use crate::support::growing_heap::{Heap, MODE, assert_adds_up, first_line, grown, said};
use crate::support::samples::{
    AFTER, FIXED, KINDS_AFTER, KINDS_START, LEAKED_TEXTS, LEAKS, LEAKS_BYTES, LEAKS_GROWTH, START,
    load_sample,
};
use std::sync::Arc;

use heaplens::base::Progress;
use heaplens::growth::trend::{allocated_between, trend};
use heaplens::growth::{Growth, growth};
use heaplens::model::{GrowthView, JavaScriptPath, SuspectsReport, TrendView};
use heaplens::snapshot::Snapshot;

#[test]
fn an_array_of_small_integers_grows_by_its_bytes() {
    let line = first_line(grown(
        |heap, entries| {
            let leaks = heap.variable("leaks", ("object", "Array", 32, 21));
            let elements = heap.node("array", "(object elements)", 16 + 8 * entries, 1001 + 2 * entries);
            heap.edge(leaks, "internal", "elements", elements);
        },
        2,
        1_000_000,
    ));
    assert_eq!(said(&line), ("leaks", "array", Some(2), Some(1_000_000)));
    assert_eq!(line.growth, 8 * 999_998);
    assert_eq!((line.bytes_before, line.bytes_per_entry), (64, Some(8)));
    assert_eq!(line.place.as_deref(), Some("seen by serve"));
    assert_eq!(line.path, "closure serve → leaks");
}

/// A Map whose table has room for `2 * buckets` entries, and as many strings with objects.
fn map(heap: &mut Heap, entries: u64) {
    let cache = heap.variable("cache", ("object", "Map", 32, 21));
    let buckets = entries.next_power_of_two();
    let table = heap.node("array", "", 16 + 8 * (3 + 7 * buckets), 31 + 2 * entries);
    heap.edge(cache, "internal", "table", table);
    for entry in 0..entries {
        let slot = 3 + buckets + 3 * entry;
        let key = heap.node("string", &format!("key {entry}"), 32, 1001 + 4 * entry);
        let value = heap.node("object", "Price", 400, 1003 + 4 * entry);
        heap.edge(table, "internal", &slot.to_string(), key);
        heap.edge(table, "internal", &(slot + 1).to_string(), value);
    }
}

#[test]
fn a_map_grows_by_its_table_and_its_entries() {
    let growth = grown(map, 3, 40);
    let path = JavaScriptPath::new(
        &growth.current,
        growth.current.find(heaplens::base::ObjectId(1003 + 4 * 7)).unwrap(),
    );
    assert_eq!(path.text(), "globalThis.serve → closure serve → cache.get(\"key 7\")");
    let line = first_line(growth);
    assert_eq!(said(&line), ("cache", "Map", Some(3), Some(40)));
    let new: Vec<_> = line.new_entries.iter().map(|of| (of.class.as_str(), of.count)).collect();
    assert_eq!(new, [("Price", 37), ("(string)", 37)]);
}

#[test]
fn a_text_that_is_joined_on_and_on_is_the_variable_that_holds_it() {
    let line = first_line(grown(
        |heap, entries| {
            let first = 10_000 * entries;
            let log = heap.variable("log", ("concatenated string", "", 32, first + 1));
            let mut rope = log;
            for piece in 1..entries {
                let left = heap.node("concatenated string", "", 32, first + 1 + 4 * piece);
                let right = heap.node("string", "line", 40, first + 3 + 4 * piece);
                heap.edge(rope, "internal", "first", left);
                heap.edge(rope, "internal", "second", right);
                rope = left;
            }
        },
        2,
        50,
    ));
    assert_eq!((line.owner.as_str(), line.kind), ("log", "text"));
    assert_eq!(line.growth, 48 * 72);
}

#[test]
fn a_list_that_grows_at_its_end_is_named_by_its_head() {
    let line = first_line(grown(
        |heap, entries| {
            let mut last = heap.variable("queue", ("object", "Link", 40, 21));
            for link in 1..entries {
                let next = heap.node("object", "Link", 40, 21 + 2 * link);
                heap.edge(last, "property", "next", next);
                last = next;
            }
        },
        10,
        500,
    ));
    assert_eq!(said(&line), ("queue", "linked list", Some(10), Some(500)));
    assert_eq!(line.growth, 490 * 40);
}

#[test]
fn listeners_are_counted_for_their_emitter() {
    let line = first_line(grown(
        |heap, entries| {
            let ticker = heap.variable("ticker", ("object", "EventEmitter", 104, 21));
            let events = heap.node("object", "Object", 24, 23);
            let tick = heap.node("object", "Array", 32, 25);
            heap.edge(ticker, "property", "_events", events);
            heap.edge(events, "property", "tick", tick);
            for listener in 0..entries {
                let function = heap.node("closure", "onTick", 64, 101 + 2 * listener);
                heap.edge(tick, "element", &listener.to_string(), function);
            }
        },
        2,
        100,
    ));
    assert_eq!(line.owner, "ticker._events.tick");
    assert_eq!((line.entries_before, line.entries_after), (Some(2), Some(100)));
    assert_eq!(line.new_entries[0].class, "closure onTick");
}

#[test]
fn an_object_used_as_a_dictionary_counts_its_properties() {
    let line = first_line(grown(
        |heap, entries| {
            let users = heap.variable("users", ("object", "Object", 24, 21));
            for user in 0..entries {
                let value = heap.node("object", "User", 48, 101 + 2 * user);
                heap.edge(users, "property", &format!("user{user}"), value);
            }
        },
        30,
        90,
    ));
    assert_eq!(said(&line), ("users", "dictionary", Some(30), Some(90)));
}

#[test]
fn buffers_bring_their_bytes_outside_the_heap() {
    let line = first_line(grown(
        |heap, entries| {
            let uploads = heap.variable("uploads", ("object", "Array", 32, 21));
            for upload in 0..entries {
                let buffer = heap.node("object", "Buffer", 96, 101 + 6 * upload);
                let memory = heap.node("object", "ArrayBuffer", 88, 103 + 6 * upload);
                let data = heap.node("native", "system / JSArrayBufferData", 16_384, 105 + 6 * upload);
                heap.edge(uploads, "element", &upload.to_string(), buffer);
                heap.edge(buffer, "internal", "buffer", memory);
                heap.edge(memory, "internal", "backing_store", data);
            }
        },
        1,
        20,
    ));
    assert_eq!(said(&line), ("uploads", "array", Some(1), Some(20)));
    assert_eq!(line.growth, 19 * (96 + 88 + 16_384));
}

#[test]
fn what_two_containers_hold_together_is_said_of_both() {
    let growth = grown(
        |heap, entries| {
            let list = heap.variable("list", ("object", "Array", 32, 21));
            let index = heap.variable("index", ("object", "Object", 24, 23));
            for entry in 0..entries {
                let session = heap.node("object", "Session", 100, 101 + 2 * entry);
                heap.edge(list, "element", &entry.to_string(), session);
                heap.edge(index, "property", &format!("s{entry}"), session);
            }
        },
        5,
        100,
    );
    let line = first_line(growth);
    assert_eq!(said(&line), ("Session in list and index", "class", None, Some(95)));
    assert_eq!(line.growth, 95 * 100);
}

#[test]
fn small_growth_of_many_is_one_line_at_who_holds_them() {
    let growth = grown(
        |heap, entries| {
            let sessions = heap.variable("sessions", ("object", "Array", 32, 21));
            for session in 0..200 {
                let object = heap.node("object", "Session", 48, 1001 + 4 * session);
                let history = heap.node("object", "Array", 32, 1003 + 4 * session);
                heap.edge(sessions, "element", &session.to_string(), object);
                heap.edge(object, "property", "history", history);
                for visit in 0..entries {
                    let id = 10_001 + 2 * (visit * 200 + session);
                    let visit_object = heap.node("object", "Visit", 40, id);
                    heap.edge(history, "element", &visit.to_string(), visit_object);
                }
            }
        },
        1,
        8,
    );
    let line = first_line(growth);
    assert_eq!((line.owner.as_str(), line.growth), ("sessions[…].history", 200 * 7 * 40));
}

#[test]
fn nothing_is_said_of_a_heap_that_did_not_grow() {
    let growth = grown(map, 20, 20);
    assert_eq!(growth.delta, 0);
    assert!(GrowthView::new(Arc::new(growth), 10).lines.is_empty());
}

fn sample_growth(before: &str, after: &str) -> Growth {
    let growth = growth(&load_sample(before), &load_sample(after), MODE, &Progress::new()).unwrap();
    assert_adds_up(&growth);
    growth
}

#[test]
fn the_leaking_server_is_told_by_its_array() {
    let growth = sample_growth(START, AFTER);
    let report = SuspectsReport::of_growth(&growth);
    let suspects: Vec<&str> = report.suspects.iter().map(|suspect| suspect.owner.as_str()).collect();
    assert_eq!(suspects, ["leaks"]);
    let line = first_line(growth);
    assert_eq!(said(&line), ("leaks", "array", Some(0), Some(LEAKED_TEXTS)));
    assert_eq!(
        (line.bytes_before, line.bytes_after, line.growth),
        (LEAKS_BYTES[0], LEAKS_BYTES[1], LEAKS_GROWTH)
    );
    assert_eq!(line.id, LEAKS);
    assert_eq!(line.place.as_deref(), Some("seen by anonymous at server-leaky.js:10"));
}

#[test]
fn each_leak_by_kind_is_found_and_named() {
    let growth = sample_growth(KINDS_START, KINDS_AFTER);
    let view = GrowthView::new(Arc::new(growth), 6);
    let leaks: Vec<_> = view.lines.iter().map(said).collect();
    assert_eq!(
        leaks,
        [
            ("uploads", "array", Some(1), Some(201)),
            ("afterwards", "array", Some(1), Some(201)),
            ("ticker._events.tick", "listeners", Some(1), Some(201)),
            ("priceCache", "Map", Some(5), Some(1005)),
            ("sessions", "Map", Some(1), Some(201)),
            ("accessLog", "text", Some(5), Some(1005)),
        ]
    );
}

#[test]
fn nobody_is_accused_of_what_another_process_holds() {
    let growth = sample_growth(START, FIXED);
    assert!(!growth.ids.is_one_process());
    assert_eq!(SuspectsReport::of_growth(&growth).suspects, []);
}

#[test]
fn a_heap_alone_has_suspects_too() {
    let snapshot = load_sample(KINDS_AFTER);
    let report = SuspectsReport::of_heap(&snapshot, MODE, &Progress::new()).unwrap();
    let owners: Vec<&str> = report.suspects.iter().map(|suspect| suspect.owner.as_str()).collect();
    assert_eq!(owners, ["uploads"]);
    assert!(report.text().contains("holds 3.3 MB, 41 % of the heap"), "{}", report.text());
    assert!(report.markdown().contains("### 1. `uploads`"), "{}", report.markdown());
}

#[test]
fn three_heaps_tell_what_stays() {
    let heaps: Vec<Arc<Snapshot>> = [10, 60, 110]
        .into_iter()
        .map(|entries| {
            let mut heap = Heap::new();
            map(&mut heap, entries);
            heap.load()
        })
        .collect();
    let kept = allocated_between(&heaps[0], &heaps[1], &heaps[2], &Progress::new()).unwrap();
    assert!(kept.count() > 0);
    let view = TrendView::new(Arc::new(trend(&heaps, MODE, &Progress::new()).unwrap()), 10);
    let cache = &view.containers[0];
    assert_eq!((cache.name.as_str(), cache.steadiness), ("cache", 1.0));
    assert_eq!(cache.counts, [Some(10), Some(60), Some(110)]);
    let price = view.classes.iter().find(|line| line.name == "Price").unwrap();
    assert!((price.slope - 50.0 * 400.0).abs() < 1.0);
}

#[test]
fn snapshots_in_the_wrong_order_are_told() {
    let (older, newer) = (load_sample(START), load_sample(AFTER));
    let right = growth(&older, &newer, MODE, &Progress::new()).unwrap();
    assert_eq!(right.ids.order_note(), None);
    let wrong = growth(&newer, &older, MODE, &Progress::new()).unwrap();
    assert!(wrong.ids.order_note().is_some());
    assert!(SuspectsReport::of_growth(&wrong).text().contains("wrong order"));
}
