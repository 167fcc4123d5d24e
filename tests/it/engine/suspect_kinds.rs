//! Kinds of leaks that need more than one file's ids or one container: other processes, other engines, contexts,
//! modules, shared scopes.

use std::sync::Arc;

use crate::support::growing_heap::{Heap, MODE, grown};
use heaplens::base::Progress;
use heaplens::growth::growth;
use heaplens::model::{Suspect, SuspectsReport};

fn first(build: impl Fn(&mut Heap, u64), before: u64, after: u64) -> Suspect {
    let growth = Arc::new(grown(build, before, after));
    let mut report = SuspectsReport::of_growth(&growth);
    assert!(!report.suspects.is_empty(), "{}", report.verdict);
    report.suspects.swap_remove(0)
}

fn why(suspect: &Suspect) -> &str {
    suspect.why.as_deref().unwrap_or_default()
}

/// A function with this code that sees `scope`.
fn function(heap: &mut Heap, (name, code): (&str, usize), scope: usize, id: u64) -> usize {
    let function = heap.node("closure", name, 64, id);
    heap.edge(function, "internal", "shared", code);
    heap.edge(function, "internal", "context", scope);
    function
}

/// Objects whose ids another process gave to others, and a Map of so many sessions.
fn program(first_id: u64, sessions: u64) -> Heap {
    let mut heap = Heap::new();
    for at in 0..200 {
        let name = if first_id.is_multiple_of(3) { "Route" } else { "Layer" };
        let node = heap.node("object", name, 40, 101 + 2 * at);
        heap.edge(0, "element", &at.to_string(), node);
    }
    let list = heap.variable("sessions", ("object", "Array", 32, first_id));
    for at in 0..sessions {
        let session = heap.node("object", "Session", 400, first_id + 2 + 2 * at);
        heap.edge(list, "element", &at.to_string(), session);
    }
    heap
}

#[test]
fn containers_of_another_process_are_found_by_name_and_holder() {
    let (before, after) = (program(9_000, 5).load(), program(70_001, 400).load());
    let growth = growth(&before, &after, MODE, &Progress::new()).unwrap();
    assert!(!growth.ids.is_one_process());
    let report = SuspectsReport::of_growth(&growth);
    assert!(report.notes[0].contains("process"), "{:?}", report.notes);
    let suspect = &report.suspects[0];
    assert_eq!(suspect.owner, "sessions");
    assert_eq!((suspect.entries_before, suspect.entries_after), (Some(5), Some(400)));
    assert_eq!(suspect.confidence, "possible");
    assert!(report.text().contains("In it: 400 Session"), "{}", report.text());
}

#[test]
fn objects_that_only_the_roots_hold_are_told_by_class_where_ids_say_nothing() {
    let loose = |first_id: u64, carts: u64| {
        let mut heap = program(first_id, 5);
        for at in 0..carts {
            let cart = heap.node("object", "Cart", 300, first_id + 50_000 + 2 * at);
            heap.edge(0, "element", &(1_000 + at).to_string(), cart);
        }
        heap.load()
    };
    let growth = growth(&loose(9_000, 5), &loose(70_001, 400), MODE, &Progress::new()).unwrap();
    let report = SuspectsReport::of_growth(&growth);
    let suspect = &report.suspects[0];
    assert_eq!(suspect.owner, "Cart");
    assert_eq!((suspect.entries_before, suspect.entries_after), (Some(5), Some(400)));
}

#[test]
fn variables_of_javascriptcore_are_named() {
    let suspect = first(
        |heap, events| {
            let scope = heap.node("object", "system / JSLexicalEnvironment", 64, 21);
            let push = heap.node("closure", "onEvent", 32, 23);
            heap.edge(0, "element", "7", push);
            heap.edge(push, "internal", "0", scope);
            let list = heap.node("object", "Array", 32, 25);
            heap.edge(scope, "context", "listeners", list);
            let code = heap.node("code", "FunctionExecutable", 32, 27);
            for event in 0..events {
                let listener = heap.node("closure", "Function", 40, 1001 + 6 * event);
                let own = heap.node("object", "system / JSLexicalEnvironment", 24, 1003 + 6 * event);
                let session = heap.node("object", "Session", 400, 1005 + 6 * event);
                heap.edge(list, "element", &event.to_string(), listener);
                heap.edge(listener, "internal", "0", code);
                heap.edge(listener, "internal", "0", own);
                heap.edge(own, "context", "s", session);
                heap.edge(own, "internal", "0", scope);
            }
        },
        5,
        300,
    );
    assert_eq!(suspect.owner, "listeners");
    let what = suspect.what.unwrap_or_default();
    assert!(what.starts_with("295 closures") && what.contains("each keeping Session"), "{what}");
}

/// Contexts of `vm` whose hooks `hooks` holds; each also hangs from the stack, as in running code.
fn contexts(heap: &mut Heap, number: u64, is_running: bool) {
    let hooks = heap.variable("hooks", ("object", "Array", 32, 21));
    let stack = heap.node("synthetic", "(Stack roots)", 0, 23);
    heap.edge(0, "element", "4", stack);
    let code = heap.node("code", "onError", 8, 25);
    for at in 0..number {
        let id = 1001 + 8 * at;
        let context = heap.node("hidden", "system / NativeContext", 9_000, id);
        let scope = heap.node("object", "system / Context", 40, id + 2);
        let hook = function(heap, ("onError", code), scope, id + 4);
        heap.edge(scope, "internal", "previous", context);
        heap.edge(hooks, "element", &at.to_string(), hook);
        if is_running {
            heap.edge(stack, "element", &at.to_string(), context);
        }
    }
}

#[test]
fn contexts_are_told_by_the_container_outside_that_holds_their_functions() {
    for is_running in [false, true] {
        let suspect = first(|heap, number| contexts(heap, number, is_running), 2, 20);
        assert_eq!(suspect.owner, "hooks", "{is_running}");
        assert!(why(&suspect).contains("native contexts 2 → 20"), "{}", why(&suspect));
        assert_eq!((suspect.entries_before, suspect.entries_after), (Some(2), Some(20)));
        let what = suspect.what.unwrap_or_default();
        assert!(what.contains("18 closures onError"), "{what}");
    }
}

#[test]
fn a_variable_that_a_module_exports_is_named_by_its_export() {
    let suspect = first(
        |heap, sessions| {
            let module = heap.node("hidden", "system / SourceTextModule", 80, 21);
            let table = heap.node("array", "", 80, 23);
            let cell = heap.node("hidden", "system / Cell", 16, 25);
            let name = heap.node("string", "sessions", 24, 27);
            let list = heap.node("object", "Array", 32, 29);
            heap.edge(0, "element", "9", module);
            heap.edge(module, "hidden", "0", table);
            heap.edge(table, "internal", "3", name);
            heap.edge(table, "internal", "4", cell);
            heap.edge(cell, "internal", "value", list);
            for session in 0..sessions {
                let object = heap.node("object", "Session", 400, 1001 + 2 * session);
                heap.edge(list, "element", &session.to_string(), object);
            }
        },
        5,
        300,
    );
    assert_eq!(suspect.owner, "sessions");
}

#[test]
fn a_scope_that_two_listeners_share_is_told_by_the_listeners() {
    let suspect = first(
        |heap, feeds| {
            let hub = heap.variable("hub", ("object", "EventEmitter", 60, 21));
            let events = heap.node("object", "Object", 40, 23);
            heap.edge(hub, "property", "_events", events);
            let lists = ["error", "message"].map(|event| {
                let list = heap.node("object", "Array", 32, 25 + 2 * event.len() as u64);
                heap.edge(events, "property", event, list);
                list
            });
            let codes =
                ["onError", "onMessage"].map(|name| heap.node("code", name, 8, 41 + 2 * name.len() as u64));
            for feed in 0..feeds {
                let id = 1001 + 8 * feed;
                let scope = heap.node("object", "system / Context", 40, id);
                let object = heap.node("object", "Feed", 700, id + 2);
                heap.edge(scope, "context", "this", object);
                for (at, name) in ["onError", "onMessage"].into_iter().enumerate() {
                    let listener = function(heap, (name, codes[at]), scope, id + 4 + 2 * at as u64);
                    heap.edge(lists[at], "element", &feed.to_string(), listener);
                }
            }
        },
        5,
        300,
    );
    assert!(suspect.owner.contains("hub._events.error and hub._events.message"), "{}", suspect.owner);
    assert_eq!(why(&suspect), "listeners of hub (EventEmitter) for \"error\" and \"message\"");
    assert!(suspect.what.is_some_and(|what| what.contains("closures on")), "not the engine's scopes");
}

#[test]
fn a_proxy_is_what_it_stands_for() {
    let suspect = first(
        |heap, items| {
            let proxy = heap.variable("state", ("object", "system / JSProxy", 32, 21));
            let target = heap.node("object", "Object", 32, 23);
            let list = heap.node("object", "Array", 32, 25);
            heap.edge(proxy, "hidden", "1", target);
            heap.edge(target, "property", "list", list);
            for item in 0..items {
                let object = heap.node("object", "Item", 400, 1001 + 2 * item);
                heap.edge(list, "element", &item.to_string(), object);
            }
        },
        5,
        300,
    );
    assert_eq!(suspect.owner, "state.list");
}

#[test]
fn timers_with_bound_callbacks_or_arguments_are_told_by_the_function_behind() {
    let suspect = first(
        |heap, timers| {
            let lists = heap.node("object", "Object", 24, 21);
            heap.edge(0, "shortcut", "timers", lists);
            let list = heap.node("object", "TimersList", 24, 23);
            heap.edge(lists, "element", "45000", list);
            let queue = heap.node("object", "Array", 24, 25);
            heap.edge(0, "shortcut", "queue", queue);
            heap.edge(queue, "element", "1", list);
            let shared = heap.node("code", "poll", 8, 27);
            let poll = heap.node("closure", "poll", 64, 29);
            heap.edge(poll, "internal", "shared", shared);
            let mut last = list;
            for timer in 0..timers {
                let id = 1001 + 6 * timer;
                let timeout = heap.node("object", "Timeout", 200, id);
                let bound = heap.node("closure", "native_bind", 64, id + 2);
                let poller = heap.node("object", "Poller", 500, id + 4);
                heap.edge(last, "property", "_idleNext", timeout);
                heap.edge(timeout, "property", "_onTimeout", bound);
                heap.edge(bound, "internal", "bound_function", poll);
                heap.edge(bound, "internal", "bound_this", poller);
                last = timeout;
            }
        },
        5,
        300,
    );
    assert_eq!(suspect.owner, "poll");
    assert!(why(&suspect).contains("295 intervals of 45,000 ms"), "{}", why(&suspect));
    assert!(suspect.what.is_some_and(|what| what.contains("each keeping Poller")));
}

#[test]
fn what_grew_many_times_is_told_though_other_things_were_freed() {
    let suspect = first(
        |heap, runs| {
            let finished = heap.variable("finished", ("object", "Array", 32, 21));
            let active = heap.variable("active", ("object", "Object", 32, 23));
            for run in 0..runs {
                let object = heap.node("object", "Result", 100, 10_001 + 2 * run);
                heap.edge(finished, "element", &run.to_string(), object);
            }
            for run in runs..500 {
                let object = heap.node("object", "Run", 400, 1001 + 2 * run);
                heap.edge(active, "property", &format!("run{run}"), object);
            }
        },
        10,
        400,
    );
    assert_eq!(suspect.owner, "finished");
}

#[test]
fn values_of_async_local_storage_are_told_by_their_resource() {
    let suspect = first(
        |heap, instances| {
            let stack = heap.variable("execution_async_resources", ("object", "Array", 32, 21));
            let resource = heap.node("object", "Timeout", 100 + 64 * instances, 10_001 + 2 * instances);
            heap.edge(stack, "element", "1", resource);
            for at in 0..instances {
                let value = heap.node("object", "Object", 40, 20_001 + 2 * at);
                heap.edge(resource, "property", "<symbol kResourceStore>", value);
            }
        },
        10,
        400,
    );
    assert_eq!(suspect.owner, "resource of the callback that was running");
    assert!(why(&suspect).contains("AsyncLocalStorage"), "{}", why(&suspect));
    assert_eq!(suspect.entries_after, Some(400));
}
