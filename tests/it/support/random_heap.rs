//! Small random heaps as plain data, full of what real heaps have rarely: weak edges, self loops, shortcuts,
//! pages, WeakMap entries, islands that nothing reaches, huge sizes.

use std::sync::Arc;

use fastrand::Rng;
use heaplens::base::Progress;
use heaplens::graph::GraphBuilder;
use heaplens::snapshot::{Snapshot, load_bytes};

/// A heap that definitions can be read off; node 0 is the root.
#[derive(Debug, Clone, Default)]
pub(crate) struct Heap {
    pub nodes: Vec<Node>,
}

#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub kind: &'static str,
    pub name: String,
    pub id: u64,
    pub size: u64,
    /// 0 unknown, 1 attached, 2 detached.
    pub detachedness: u8,
    pub place: Option<(usize, usize)>,
    pub edges: Vec<Edge>,
}

#[derive(Debug, Clone)]
pub(crate) struct Edge {
    pub kind: &'static str,
    pub name: String,
    pub to: usize,
    pub entry: Option<Entry>,
}

/// What is known of an edge to the value of a WeakMap entry.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    /// The name but for the number in front: the same for the edges of table and key.
    pub pair: String,
    /// The table's id.
    pub table: u64,
}

const KINDS: [&str; 13] = [
    "hidden",
    "hidden",
    "array",
    "array",
    "string",
    "object",
    "object",
    "object",
    "closure",
    "native",
    "native",
    "synthetic",
    "code",
];
const EDGE_KINDS: [&str; 9] =
    ["context", "element", "property", "property", "internal", "hidden", "shortcut", "weak", "property"];

fn names(kind: &str) -> &'static [&'static str] {
    match kind {
        "hidden" => &["system / Map", "system / NativeContext"],
        "array" => &["", "(map descriptors)"],
        "object" => &["Foo", "Bar", "Function", "<div>", "<div id=\"a\">"],
        "native" => &["Text", "<div>", "<div id=\"b\">", "system / ExternalStringData", "Detached Text"],
        "synthetic" => &["(GC roots)", "(Document DOM trees)"],
        _ => &["x", "y"],
    }
}

fn edge_names(kind: &str) -> &'static [&'static str] {
    match kind {
        "element" | "hidden" => &["0", "1", "2", "4", "7"],
        "internal" => &["map", "sloppy_function_map", "4"],
        "shortcut" => &["1", "global"],
        _ => &["a", "b", "4"],
    }
}

impl Heap {
    /// The same seed always gives the same heap.
    pub(crate) fn random(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let mut heap = Self::default();
        heap.nodes.push(Node::new(0, "synthetic", ""));
        for position in 1..=rng.usize(0..14) {
            let kind = *pick(&mut rng, &KINDS);
            let name = *pick(&mut rng, names(kind));
            let mut node = Node::new(position, kind, name);
            node.size = match rng.u8(0..20) {
                0..4 => 0,
                19 => (1 << 32) + rng.u64(0..9) - 4,
                _ => rng.u64(1..100),
            };
            node.detachedness = if rng.u8(0..4) == 0 { rng.u8(1..3) } else { 0 };
            node.place = (kind == "object" && rng.u8(0..3) == 0).then(|| (rng.usize(0..2), rng.usize(0..2)));
            heap.nodes.push(node);
        }
        heap.hang_from_root(&mut rng);
        heap.link(&mut rng);
        heap.add_weak_map_entries(&mut rng);
        heap
    }

    fn hang_from_root(&mut self, rng: &mut Rng) {
        let with_user_roots = rng.bool();
        for to in 1..self.nodes.len() {
            let is_group = self.nodes[to].kind == "synthetic";
            if if is_group { rng.u8(0..3) > 0 } else { with_user_roots && rng.u8(0..4) == 0 } {
                let kind = if is_group {
                    "element"
                } else {
                    pick(rng, &["shortcut", "shortcut", "weak", "element"])
                };
                let name = *pick(rng, edge_names(kind));
                self.edge(0, kind, name, to);
            }
        }
    }

    /// Edges at random; none leads into the last nodes but from there, so that some heaps have islands.
    fn link(&mut self, rng: &mut Rng) {
        let count = self.nodes.len();
        let mainland = if rng.u8(0..3) == 0 { count - rng.usize(0..count.min(5)) } else { count };
        for _ in 0..count * rng.usize(0..4) {
            let from = rng.usize(0..count);
            let to = if from < mainland { rng.usize(0..mainland) } else { rng.usize(0..count) };
            let kind = *pick(rng, &EDGE_KINDS);
            if from != 0 || self.nodes[to].kind == "synthetic" {
                let name = *pick(rng, edge_names(kind));
                self.edge(from, kind, name, to);
            }
        }
    }

    fn add_weak_map_entries(&mut self, rng: &mut Rng) {
        let count = self.nodes.len();
        for number in 0..rng.usize(0..3) {
            let [table, key, value] = [rng.usize(0..count), rng.usize(0..count), rng.usize(0..count)];
            let id = |node: usize| self.nodes[node].id;
            let pair = format!(
                " / part of key (k @{}) -> value (v @{}) pair in WeakMap (table @{})",
                id(key),
                id(value),
                id(table)
            );
            let entry = Some(Entry { pair: pair.clone(), table: id(table) });
            for (number, from) in [(2 * number, table), (2 * number + 1, key)] {
                if rng.u8(0..8) > 0 {
                    let name = format!("{number}{pair}");
                    self.nodes[from].edges.push(Edge {
                        kind: "internal",
                        name,
                        to: value,
                        entry: entry.clone(),
                    });
                }
            }
        }
    }

    fn edge(&mut self, from: usize, kind: &'static str, name: &str, to: usize) {
        self.nodes[from].edges.push(Edge { kind, name: name.into(), to, entry: None });
    }

    /// The same heap some time later: objects gone, new, larger, and in another order.
    pub(crate) fn later(&self, seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let mut heap = Self::random(seed);
        let mut ids: Vec<u64> = (1..40).map(|number| 2 * number + 1).collect();
        rng.shuffle(&mut ids);
        for (node, id) in heap.nodes.iter_mut().skip(1).zip(ids) {
            node.id = id;
            if let Some(before) = self.nodes.iter().find(|before| before.id == id)
                && rng.u8(0..5) > 0
            {
                (node.kind, node.name, node.place) = (before.kind, before.name.clone(), before.place);
                node.size = if rng.bool() { before.size } else { rng.u64(0..100) };
            }
        }
        // Numbers in the names of WeakMap entries mean other objects now.
        heap.nodes.iter_mut().for_each(|node| node.edges.retain(|edge| edge.entry.is_none()));
        heap
    }

    /// As a file.
    pub(crate) fn to_json(&self) -> String {
        let mut builder = GraphBuilder::new();
        for (position, node) in self.nodes.iter().enumerate() {
            if position > 0 {
                builder.node(node.kind, &node.name, node.size);
            }
            builder.id(position, node.id).detachedness(position, node.detachedness);
            if let Some((line, column)) = node.place {
                builder.location(position, 5, line, column);
            }
        }
        for (from, node) in self.nodes.iter().enumerate() {
            for edge in &node.edges {
                builder.edge(from, edge.kind, &edge.name, edge.to);
            }
        }
        builder.to_json()
    }

    /// Written as a file and read back by the engine.
    pub(crate) fn load(&self) -> Arc<Snapshot> {
        load_bytes("random", self.to_json().as_bytes(), &Progress::new()).expect("a well-formed file")
    }
}

impl Node {
    fn new(position: usize, kind: &'static str, name: &str) -> Self {
        let id = 2 * position as u64 + 1;
        Self { kind, name: name.into(), id, size: 0, detachedness: 0, place: None, edges: Vec::new() }
    }
}

fn pick<'a, T>(rng: &mut Rng, from: &'a [T]) -> &'a T {
    &from[rng.usize(0..from.len())]
}

/// Says on the way out of a failing test which heap it was: `HEAP_SEED=… cargo test` looks at that one alone.
pub(crate) struct Seed(pub u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("HEAP_SEED={}", self.0);
        }
    }
}

/// The seeds to try: `count` of them, or the one that `HEAP_SEED` names.
pub(crate) fn seeds(count: u64) -> impl Iterator<Item = Seed> {
    let one: Option<u64> = std::env::var("HEAP_SEED").ok().and_then(|seed| seed.parse().ok());
    one.map_or(0..count, |seed| seed..seed + 1).map(Seed)
}
