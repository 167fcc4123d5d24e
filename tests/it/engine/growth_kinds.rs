//! Containers of which one kind alone grows: Sets, WeakMaps, chains of promises; and a heap in which nothing
//! worth a word does.

use crate::support::growing_heap::{first_line, grown, said};
use heaplens::model::SuspectsReport;

#[test]
fn a_set_grows_by_its_members() {
    let line = first_line(grown(
        |heap, members| {
            let seen = heap.variable("seen", ("object", "Set", 32, 21));
            let buckets = members.next_power_of_two();
            let table = heap.node("array", "", 16 + 8 * (3 + 5 * buckets), 31 + 2 * members);
            heap.edge(seen, "internal", "table", table);
            for member in 0..members {
                let url = heap.node("string", &format!("/page/{member}"), 48, 10_001 + 2 * member);
                heap.edge(table, "internal", &(3 + buckets + 2 * member).to_string(), url);
            }
        },
        4,
        300,
    ));
    assert_eq!(said(&line), ("seen", "Set", Some(4), Some(300)));
    assert_eq!(line.new_entries[0].class, "(string)");
    assert_eq!(line.growth, 296 * 48 + 8 * 5 * (512 - 4));
}

/// Values of a WeakMap live as long as their keys, which are in another list all the time.
#[test]
fn a_weak_map_grows_by_its_table_and_its_keys_by_their_values() {
    let growth = grown(
        |heap, entries| {
            let users = heap.variable("users", ("object", "Array", 32, 21));
            let meta = heap.variable("meta", ("object", "WeakMap", 32, 23));
            let table_id = 31 + 2 * entries;
            let table = heap.node("array", "", 16 + 8 * (3 + 2 * entries), table_id);
            heap.edge(meta, "internal", "table", table);
            for number in 0..400 {
                let key_id = 10_001 + 4 * number;
                let key = heap.node("object", "User", 40, key_id);
                heap.edge(users, "element", &number.to_string(), key);
                if number >= entries {
                    continue;
                }
                let value = heap.node("object", "Profile", 100, key_id + 2);
                let pair = format!(
                    " / part of key (User @{key_id}) -> value (Profile @{}) pair in WeakMap (table @{table_id})",
                    key_id + 2
                );
                heap.edge(table, "weak", &(2 * number).to_string(), key);
                heap.edge(table, "internal", &format!("{}{pair}", 2 * number), value);
                heap.edge(key, "internal", &format!("{}{pair}", 2 * number + 1), value);
            }
        },
        10,
        310,
    );
    let line = first_line(growth);
    assert_eq!((line.owner.as_str(), line.growth), ("users[…]", 300 * 100));
    assert_eq!(line.bytes_after - line.bytes_before, 300 * 100);
}

#[test]
fn a_weak_map_alone_is_told_by_its_entries() {
    let line = first_line(grown(
        |heap, entries| {
            let flag = heap.variable("flag", ("object", "Object", 24, 25));
            let meta = heap.variable("meta", ("object", "WeakMap", 32, 23));
            let users = heap.variable("users", ("object", "Array", 32, 21));
            let table_id = 31 + 2 * entries;
            let table = heap.node("array", "", 16 + 8 * (3 + 2 * entries), table_id);
            heap.edge(meta, "internal", "table", table);
            for number in 0..400 {
                let key_id = 10_001 + 2 * number;
                let key = heap.node("object", "User", 40, key_id);
                heap.edge(users, "element", &number.to_string(), key);
                if number < entries {
                    let pair = format!(
                        " / part of key (User @{key_id}) -> value (Object @25) pair in WeakMap (table @{table_id})"
                    );
                    heap.edge(table, "internal", &format!("{}{pair}", 2 * number), flag);
                    heap.edge(key, "internal", &format!("{}{pair}", 2 * number + 1), flag);
                }
            }
        },
        10,
        310,
    ));
    assert_eq!(said(&line), ("meta", "WeakMap", Some(10), Some(310)));
    assert_eq!(line.growth, 300 * 16);
}

#[test]
fn promises_that_wait_for_one_that_never_settles_are_its_growth() {
    let line = first_line(grown(
        |heap, promises| {
            let mut last = heap.variable("ready", ("object", "Promise", 40, 21));
            for promise in 1..promises {
                let reaction = heap.node("hidden", "system / PromiseReaction", 40, 10_001 + 6 * promise);
                let then = heap.node("closure", "afterReady", 64, 10_003 + 6 * promise);
                let next = heap.node("object", "Promise", 40, 10_005 + 6 * promise);
                heap.edge(last, "internal", "reactions_or_result", reaction);
                heap.edge(reaction, "internal", "fulfill_handler", then);
                heap.edge(reaction, "internal", "promise_or_capability", next);
                last = next;
            }
        },
        3,
        200,
    ));
    assert_eq!((line.owner.as_str(), line.kind), ("ready", "promises"));
    assert_eq!(line.growth, 197 * (40 + 64 + 40));
    assert_eq!((line.entries_before, line.entries_after), (Some(3), Some(200)));
}

#[test]
fn growth_below_a_hundredth_accuses_nobody() {
    let report = |before: u64, after: u64| {
        let growth = grown(
            |heap, entries| {
                let table = heap.variable("table", ("object", "Array", 100_000, 21));
                let log = heap.variable("log", ("object", "Array", 32, 23));
                for entry in 0..entries {
                    let line = heap.node("object", "Line", 40, 10_001 + 2 * entry);
                    heap.edge(log, "element", &entry.to_string(), line);
                }
                heap.edge(table, "property", "log", log);
            },
            before,
            after,
        );
        SuspectsReport::of_growth(&growth)
    };
    let small = report(10, 30);
    assert!(small.suspects.is_empty(), "{small:?}");
    assert!(small.verdict.starts_with("No growth worth a suspect"), "{}", small.verdict);
    let large = report(10, 100);
    assert_eq!(large.suspects[0].owner, "log");
}
