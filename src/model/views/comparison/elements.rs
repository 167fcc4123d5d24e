//! The number of elements or entries in the collections of a comparison.
//!
//! Counting reads every reference of a collection, which is too slow for drawing a row if there are millions.
//! So large collections are counted beforehand, in a task.

use rustc_hash::FxHashMap;

use crate::base::NodeIndex;
use crate::compare::Comparison;
use crate::graph::{EdgeName, NodeKind};
use crate::model::format::format_count;
use crate::model::table::Side;
use crate::snapshot::{ContainerKind, Snapshot};

/// Minimum number of references of an object or its table for counting it beforehand.
const LARGE: usize = 2_000;

/// The number of elements of a collection, and their name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Elements {
    /// Number of elements; the capacity if they are small integers.
    pub count: u64,
    /// Singular and plural: elements, members, entries.
    words: [&'static str; 2],
}

impl Elements {
    /// Those of `node`, if it is a collection.
    fn of(snapshot: &Snapshot, node: NodeIndex) -> Option<Self> {
        let containers = snapshot.containers();
        let kind = containers.kind(node);
        let words = match kind {
            ContainerKind::Array => ["element", "elements"],
            ContainerKind::Set | ContainerKind::WeakSet => ["member", "members"],
            ContainerKind::Map | ContainerKind::WeakMap | ContainerKind::Dictionary => ["entry", "entries"],
            _ => return None,
        };
        Some(Self { count: containers.entries(node, kind)?, words })
    }

    /// `5 elements`.
    pub(super) fn text(self) -> String {
        let [one, many] = self.words;
        format!("{} {}", format_count(self.count), if self.count == 1 { one } else { many })
    }

    /// `0 → 5 elements`.
    pub(super) fn text_since(self, before: Self) -> String {
        format!("{} → {}", format_count(before.count), self.text())
    }
}

/// The elements of both sides' objects.
pub(super) struct ElementCounts {
    large: FxHashMap<(Side, NodeIndex), Option<Elements>>,
}

impl ElementCounts {
    /// Counts the large collections. `O(nodes)`, and the references of those that are large.
    pub(super) fn new(comparison: &Comparison) -> Self {
        let mut large = FxHashMap::default();
        for (side, snapshot) in
            [(Side::Baseline, &*comparison.baseline), (Side::Current, &*comparison.current)]
        {
            for node in large_nodes(snapshot) {
                large.insert((side, node), Elements::of(snapshot, node));
            }
        }
        Self { large }
    }

    /// Those of one object.
    pub(super) fn of(&self, side: Side, snapshot: &Snapshot, node: NodeIndex) -> Option<Elements> {
        match self.large.get(&(side, node)) {
            Some(&counted) => counted,
            None => Elements::of(snapshot, node),
        }
    }
}

/// The objects with many references, and those whose table has many.
fn large_nodes(snapshot: &Snapshot) -> Vec<NodeIndex> {
    let graph = snapshot.graph();
    let mut found = Vec::new();
    for node in graph.node_indices().filter(|&node| graph.edge_indices_of(node).len() > LARGE) {
        if graph.nodes.kind(node) != NodeKind::ARRAY {
            found.push(node);
            continue;
        }
        let is_table = |name| matches!(name, EdgeName::Text(text) if graph.text(text) == "table");
        let retainers = snapshot.retainers(node).into_iter();
        let owners = retainers.filter(|retainer| is_table(graph.edges.name(retainer.edge)));
        found.extend(owners.map(|retainer| retainer.source));
    }
    found
}
