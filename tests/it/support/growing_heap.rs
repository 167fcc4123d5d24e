//! Heaps that grow from one snapshot to the next, and the first line of what is found.

use std::sync::Arc;

use heaplens::base::Progress;
use heaplens::graph::GraphBuilder;
use heaplens::growth::{Growth, growth};
use heaplens::model::{GrowthLine, GrowthView};
use heaplens::snapshot::{SizeMode, Snapshot, load_bytes};

pub(crate) const MODE: SizeMode = SizeMode::Chrome;

/// A heap with a function `serve` that sees variables; objects are known by their ids.
pub(crate) struct Heap {
    pub(crate) builder: GraphBuilder,
    scope: usize,
}

impl Heap {
    pub(crate) fn new() -> Self {
        let mut builder = GraphBuilder::new();
        builder.id(0, 1);
        let mut heap = Self { builder, scope: 0 };
        let global = heap.node("object", "global", 32, 3);
        let function = heap.node("closure", "serve", 64, 5);
        heap.scope = heap.node("object", "system / Context", 80, 7);
        let array = heap.node("object", "Array", 32, 9);
        heap.builder.edge(0, "shortcut", "1", global);
        heap.builder.edge(global, "property", "serve", function);
        heap.builder.edge(global, "property", "list", array);
        heap.builder.edge(function, "internal", "context", heap.scope);
        heap
    }

    pub(crate) fn node(&mut self, kind: &str, name: &str, size: u64, id: u64) -> usize {
        let node = self.builder.node(kind, name, size);
        self.builder.id(node, id);
        node
    }

    /// An object that `serve` sees as `name`.
    pub(crate) fn variable(&mut self, name: &str, (kind, class, size, id): (&str, &str, u64, u64)) -> usize {
        let node = self.node(kind, class, size, id);
        let scope = self.scope;
        self.builder.edge(scope, "context", name, node);
        node
    }

    pub(crate) fn edge(&mut self, from: usize, kind: &str, name: &str, to: usize) {
        self.builder.edge(from, kind, name, to);
    }

    pub(crate) fn load(&self) -> Arc<Snapshot> {
        load_bytes("heap", self.builder.to_json().as_bytes(), &Progress::new()).unwrap()
    }
}

/// By how much the objects of the heap changed, added up one by one.
pub(crate) fn change(before: &Snapshot, after: &Snapshot, mode: SizeMode) -> i128 {
    let bytes = |snapshot: &Snapshot| -> i128 { snapshot.shallow_sizes(mode).iter().map(i128::from).sum() };
    bytes(after) - bytes(before)
}

/// Lines and branches of a growth are those of its heaps.
pub(crate) fn assert_adds_up(growth: &Growth) {
    let sum: i64 = growth.rows.iter().map(|row| row.growth).sum();
    assert_eq!(sum, growth.delta, "rows");
    let own: i64 = growth.branches.iter().map(|branch| branch.own).sum();
    assert_eq!(own, growth.delta, "branches");
    assert_eq!(growth.branches[0].total, growth.delta, "the root");
    assert_eq!(i128::from(growth.delta), change(&growth.baseline, &growth.current, growth.mode), "the heap");
    for branch in &growth.branches {
        let rows: i64 = branch.rows.iter().map(|&row| growth.rows[row].growth).sum();
        assert_eq!(rows, branch.own, "a branch");
    }
}

/// Growth from a heap with one set of numbers to one with another; every byte of it is accounted for.
pub(crate) fn grown(build: impl Fn(&mut Heap, u64), before: u64, after: u64) -> Growth {
    let heap = |entries| {
        let mut heap = Heap::new();
        build(&mut heap, entries);
        heap.load()
    };
    let growth = growth(&heap(before), &heap(after), MODE, &Progress::new()).unwrap();
    assert_adds_up(&growth);
    growth
}

pub(crate) fn first_line(growth: Growth) -> GrowthLine {
    GrowthView::new(Arc::new(growth), 10).lines.swap_remove(0)
}

/// What is checked of a line: owner, kind, entries before and after.
pub(crate) fn said(line: &GrowthLine) -> (&str, &str, Option<u64>, Option<u64>) {
    (&line.owner, line.kind, line.entries_before, line.entries_after)
}
