//! A server made by hand, with variables that leak or not.

use std::sync::Arc;

use heaplens::base::Progress;
use heaplens::graph::GraphBuilder;
use heaplens::snapshot::{Snapshot, load_bytes};

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
