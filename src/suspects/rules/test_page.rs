//! Pages of two sizes, for the tests of rules.

use std::sync::Arc;

use crate::base::Progress;
use crate::graph::GraphBuilder;
use crate::growth::{Growth, growth};
use crate::snapshot::{SizeMode, Snapshot, load_bytes};
use crate::suspects::Scene;
use crate::suspects::evidence::Evidence;

/// A window with a list that `fill` puts so many things into: the first of the arguments is the window.
pub(super) struct Page {
    pub heap: GraphBuilder,
    pub window: usize,
}

impl Page {
    pub(super) fn new() -> Self {
        let mut heap = GraphBuilder::new();
        let window = heap.node("native", "Window / http://127.0.0.1", 100);
        let prototype = heap.node("object", "Window", 28);
        heap.edge(0, "shortcut", "1", window).edge(window, "property", "__proto__", prototype);
        Self { heap, window }
    }

    /// An object of the browser.
    pub(super) fn native(&mut self, name: &str, held_by: usize) -> usize {
        let node = self.heap.node("native", name, 40);
        self.heap.edge(held_by, "element", "1", node);
        node
    }

    /// A function that `record` calls, in a scope whose `this` is an object of `class`.
    pub(super) fn callback(&mut self, record: usize, code: usize, class: &str) -> usize {
        let function = self.heap.node("closure", "update", 32);
        let scope = self.heap.node("object", "system / Context", 24);
        let object = self.heap.node("object", class, 3_000);
        self.heap.edge(record, "element", "1", function).edge(function, "internal", "context", scope);
        self.heap.edge(function, "internal", "shared", code).edge(scope, "context", "this", object);
        object
    }

    /// An element without a document.
    pub(super) fn removed(&mut self, name: &str, size: u64) -> usize {
        let element = self.heap.node("native", name, size);
        self.heap.detachedness(element, 2);
        element
    }
}

/// The growth of a page to which `fill` adds 2 and then 30 things.
pub(super) fn grown(fill: impl Fn(&mut Page, usize)) -> Growth {
    let load = |number: usize| -> Arc<Snapshot> {
        let mut page = Page::new();
        fill(&mut page, number);
        load_bytes("page", page.heap.to_json().as_bytes(), &Progress::new()).expect("a well-formed file")
    };
    growth(&load(2), &load(30), SizeMode::Chrome, &Progress::new()).expect("not cancelled")
}

/// What a rule finds in it.
pub(super) fn found(rule: fn(&Scene<'_>) -> Vec<Evidence>, growth: &Growth) -> Vec<Evidence> {
    rule(&Scene::of_growth(growth))
}

/// What a rule finds in one heap that is looked at by itself.
pub(super) fn found_alone(rule: fn(&Scene<'_>) -> Vec<Evidence>, heap: &GraphBuilder) -> Vec<Evidence> {
    let snapshot =
        load_bytes("heap", heap.to_json().as_bytes(), &Progress::new()).expect("a well-formed file");
    rule(&Scene::of_heap(&snapshot, SizeMode::Chrome))
}
