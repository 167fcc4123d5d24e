//! What an object is as a container (an array, a Map, a string that is built by appending), and how many
//! entries it has.
//!
//! V8 writes neither the length of an array nor the size of a Map. They are read from the references, and
//! where there are none, as in an array of small integers, from the bytes of the storage: that is the
//! capacity rather than the number of entries.

use rustc_hash::FxHashSet;

use crate::base::{NodeIndex, StringIndex};
use crate::graph::{Edge, EdgeKind, EdgeName, Graph, HashTable, NodeKind};

/// What an object is as a container.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum ContainerKind {
    /// An array with its elements.
    Array,
    /// A Map with its table.
    Map,
    /// A Set with its table.
    Set,
    /// A WeakMap: its keys are kept alive by other objects.
    WeakMap,
    /// A WeakSet.
    WeakSet,
    /// A typed array, a Buffer, or the bytes behind them.
    Bytes,
    /// A string of any kind.
    Text,
    /// The listeners of an EventEmitter.
    Listeners,
    /// A promise, and the promises that wait for it.
    Promises,
    /// Objects of one class, each holding the next.
    List,
    /// An object with many properties.
    Dictionary,
    /// An object with few.
    Object,
    /// The variables that functions share.
    Scope,
    /// A function.
    Function,
    /// An object of the embedder, such as a DOM node.
    Native,
    /// V8's roots: not a JavaScript object.
    Roots,
    /// Objects of one class without a common container.
    Class,
}

impl ContainerKind {
    /// The text for the user.
    pub fn label(self) -> &'static str {
        match self {
            Self::Array => "array",
            Self::Map => "Map",
            Self::Set => "Set",
            Self::WeakMap => "WeakMap",
            Self::WeakSet => "WeakSet",
            Self::Bytes => "bytes",
            Self::Text => "text",
            Self::Listeners => "listeners",
            Self::Promises => "promises",
            Self::List => "linked list",
            Self::Dictionary => "dictionary",
            Self::Object => "object",
            Self::Scope => "variables",
            Self::Function => "function",
            Self::Native => "native object",
            Self::Roots => "roots",
            Self::Class => "class",
        }
    }

    /// Whether it can hold any number of entries, as opposed to a fixed set of fields.
    pub fn is_collection(self) -> bool {
        !matches!(self, Self::Object | Self::Scope | Self::Function | Self::Native | Self::Roots)
    }
}

/// An object with at least this many properties counts as a dictionary.
const MANY_PROPERTIES: usize = 25;
/// Longest list, rope or table that is counted to its end.
const STEPS: usize = 5_000_000;
/// An array is sparse if its length is this many times its number of elements, and
const SPARSE: u64 = 4;
/// larger by at least this many.
const FEW: u64 = 32;
const BYTE_CLASSES: [&str; 15] = [
    "Buffer",
    "ArrayBuffer",
    "SharedArrayBuffer",
    "DataView",
    "Int8Array",
    "Uint8Array",
    "Uint8ClampedArray",
    "Int16Array",
    "Uint16Array",
    "Int32Array",
    "Uint32Array",
    "Float32Array",
    "Float64Array",
    "BigInt64Array",
    "BigUint64Array",
];

/// A graph whose objects are examined as containers.
#[derive(Clone, Copy)]
pub struct Containers<'a> {
    graph: &'a Graph,
    /// Bytes of one reference: 4 where V8 compresses them.
    slot_bytes: u64,
}

/// How wide references are, from the first array. Up to `O(nodes)`.
pub fn slot_bytes(graph: &Graph) -> u64 {
    let is_array = |&node: &NodeIndex| {
        graph.nodes.kind(node) == NodeKind::OBJECT
            && matches!(graph.nodes.self_size(node), 16 | 32)
            && graph.raw_name(node) == "Array"
    };
    let is_narrow = graph.node_indices().find(is_array).is_some_and(|node| graph.nodes.self_size(node) == 16);
    if is_narrow { 4 } else { 8 }
}

impl<'a> Containers<'a> {
    /// With references of so many bytes: see [`slot_bytes`].
    pub fn new(graph: &'a Graph, slot_bytes: u64) -> Self {
        Self { graph, slot_bytes }
    }

    /// What `node` is.
    pub fn kind(self, node: NodeIndex) -> ContainerKind {
        let graph = self.graph;
        match graph.nodes.kind(node) {
            kind if kind.is_string() => ContainerKind::Text,
            NodeKind::CLOSURE => ContainerKind::Function,
            NodeKind::SYNTHETIC => ContainerKind::Roots,
            NodeKind::NATIVE if graph.raw_name(node) == "system / JSArrayBufferData" => ContainerKind::Bytes,
            NodeKind::NATIVE => ContainerKind::Native,
            NodeKind::OBJECT => self.object_kind(node),
            _ => ContainerKind::Object,
        }
    }

    fn object_kind(self, node: NodeIndex) -> ContainerKind {
        let name = self.graph.raw_name(node);
        match name {
            "Array" => return ContainerKind::Array,
            "WeakMap" => return ContainerKind::WeakMap,
            "WeakSet" => return ContainerKind::WeakSet,
            "Promise" => return ContainerKind::Promises,
            name if name.starts_with("system / Context") => return ContainerKind::Scope,
            name if BYTE_CLASSES.contains(&name) => return ContainerKind::Bytes,
            _ => {}
        }
        if let Some((_, table)) = self.hash_table(node) {
            return if table.is_map() { ContainerKind::Map } else { ContainerKind::Set };
        }
        if self.events(node).is_some() {
            return ContainerKind::Listeners;
        }
        let class = self.graph.nodes.name(node);
        let (mut properties, mut elements, mut is_link) = (0, 0, false);
        for edge in self.graph.edges_of(node) {
            match edge.kind {
                EdgeKind::Element => elements += 1,
                EdgeKind::Property if !self.is_named(&edge, "__proto__") => {
                    properties += 1;
                    is_link |=
                        name != "Object" && self.is_of_class(edge.target, class) && edge.target != node;
                }
                _ => {}
            }
        }
        match () {
            () if is_global_name(name) => ContainerKind::Dictionary,
            () if is_link => ContainerKind::List,
            () if properties >= MANY_PROPERTIES => ContainerKind::Dictionary,
            () if self.dictionary_keys(node) >= MANY_PROPERTIES as u64 => ContainerKind::Dictionary,
            () if elements >= MANY_PROPERTIES => ContainerKind::Array,
            () => ContainerKind::Object,
        }
    }

    /// How many entries `node` has as a container of `kind`; `None` where that is unknown.
    pub fn entries(self, node: NodeIndex, kind: ContainerKind) -> Option<u64> {
        match kind {
            ContainerKind::Array => self.array_length(node),
            ContainerKind::Map | ContainerKind::Set => self.hash_entries(node),
            ContainerKind::WeakMap | ContainerKind::WeakSet => self.weak_entries(node),
            ContainerKind::Text => Some(self.pieces(node)),
            ContainerKind::Listeners => Some(self.listeners(node)),
            ContainerKind::List => Some(self.list_length(node)),
            ContainerKind::Promises => Some(self.promises(node)),
            ContainerKind::Dictionary | ContainerKind::Object | ContainerKind::Native => {
                Some((self.properties(node).count() as u64).max(self.dictionary_keys(node)))
            }
            ContainerKind::Scope => {
                Some(self.graph.edges_of(node).filter(|edge| edge.kind == EdgeKind::Context).count() as u64)
            }
            ContainerKind::Bytes | ContainerKind::Function | ContainerKind::Roots | ContainerKind::Class => {
                None
            }
        }
    }

    /// The edges to the entries, through V8's internal tables and stores.
    pub fn entry_edges(self, node: NodeIndex, kind: ContainerKind) -> Vec<Edge> {
        let table = match kind {
            ContainerKind::Map | ContainerKind::Set | ContainerKind::WeakMap | ContainerKind::WeakSet => {
                self.graph.internal_target(node, "table")
            }
            ContainerKind::Listeners => self.events(node),
            _ => None,
        };
        let edges = self.graph.edges_of(table.unwrap_or(node)).filter(|edge| {
            matches!(edge.kind, EdgeKind::Element | EdgeKind::Context)
                || edge.kind == EdgeKind::Property && !self.is_named(edge, "__proto__")
                || edge.kind == EdgeKind::Internal && table.is_some() && !self.is_named(edge, "map")
        });
        edges.flat_map(|edge| self.listener_edges(edge, kind)).collect()
    }

    /// An event with several listeners keeps them in an array.
    fn listener_edges(self, edge: Edge, kind: ContainerKind) -> Vec<Edge> {
        if kind == ContainerKind::Listeners && self.kind(edge.target) == ContainerKind::Array {
            return self.graph.edges_of(edge.target).filter(|edge| edge.kind == EdgeKind::Element).collect();
        }
        vec![edge]
    }

    /// The table of a Map or Set and how it is laid out.
    pub fn hash_table(self, node: NodeIndex) -> Option<(NodeIndex, HashTable)> {
        let table = self.graph.internal_target(node, "table")?;
        let is_array = self.graph.nodes.kind(table) == NodeKind::ARRAY;
        let slots = self.slots(table)?;
        is_array.then(|| HashTable::of(slots))?.map(|layout| (table, layout))
    }

    /// Slots of one of V8's arrays after its map and its length.
    fn slots(self, storage: NodeIndex) -> Option<u64> {
        let header = 2 * self.slot_bytes;
        self.graph.nodes.self_size(storage).checked_sub(header).map(|bytes| bytes / self.slot_bytes)
    }

    fn array_length(self, node: NodeIndex) -> Option<u64> {
        let last = self.graph.edges_of(node).filter_map(|edge| match (edge.kind, edge.name) {
            (EdgeKind::Element, EdgeName::Number(number)) => Some(u64::from(number) + 1),
            _ => None,
        });
        let (count, length) =
            last.fold((0, None), |(count, longest), length| (count + 1, longest.max(Some(length))));
        let is_sparse = length.is_some_and(|length| length > SPARSE * count + FEW);
        if is_sparse || length.is_some() && self.graph.raw_name(node) != "Array" {
            return Some(count);
        }
        let room = || match self.graph.internal_target(node, "elements") {
            Some(storage) => self.slots(storage),
            None => Some(0),
        };
        length.or_else(room)
    }

    /// Keys of an object whose properties V8 keeps in a hash table: key, value and details in turn. Values
    /// that are small numbers have no reference; their keys have.
    fn dictionary_keys(self, node: NodeIndex) -> u64 {
        const STRIDE: usize = 3;
        let Some(table) = self.graph.internal_target(node, "properties") else { return 0 };
        if self.graph.nodes.kind(table) != NodeKind::ARRAY {
            return 0;
        }
        let is_key = |kind: NodeKind| kind.is_string() || kind == NodeKind::SYMBOL;
        let mut by_turn = [0_u64; STRIDE];
        for edge in self.graph.edges_of(table).filter(|edge| is_key(self.graph.nodes.kind(edge.target))) {
            if let Some(slot) = self.slot_number(&edge) {
                by_turn[slot as usize % STRIDE] += 1;
            }
        }
        by_turn.into_iter().max().unwrap_or(0)
    }

    fn hash_entries(self, node: NodeIndex) -> Option<u64> {
        let (table, layout) = self.hash_table(node)?;
        let mut entries: Vec<u32> = self
            .graph
            .edges_of(table)
            .filter(|edge| self.graph.nodes.kind(edge.target) != NodeKind::HIDDEN)
            .filter_map(|edge| layout.entry(self.slot_number(&edge)?))
            .map(|(entry, _)| entry)
            .collect();
        entries.dedup();
        (!entries.is_empty()).then_some(entries.len() as u64)
    }

    /// The number in an internal edge's name.
    pub fn slot_number(self, edge: &Edge) -> Option<u32> {
        match (edge.kind, edge.name) {
            (EdgeKind::Internal, EdgeName::Text(text)) => self.graph.text(text).parse().ok(),
            (EdgeKind::Hidden, EdgeName::Number(number)) => Some(number),
            _ => None,
        }
    }

    fn weak_entries(self, node: NodeIndex) -> Option<u64> {
        let table = self.graph.internal_target(node, "table")?;
        let is_pair = |edge: &Edge| match (edge.kind, edge.name) {
            (EdgeKind::Internal, EdgeName::Text(text)) => self.graph.text(text).contains(" / part of key ("),
            _ => false,
        };
        Some(self.graph.edges_of(table).filter(is_pair).count() as u64)
    }

    /// Pieces of a concatenated string; 1 for any other string.
    fn pieces(self, node: NodeIndex) -> u64 {
        let mut work = vec![node];
        let (mut pieces, mut steps) = (0, 0);
        while let Some(node) = work.pop() {
            steps += 1;
            if self.graph.nodes.kind(node) != NodeKind::CONCATENATED_STRING || steps > STEPS {
                pieces += 1;
                continue;
            }
            let parts = self.graph.edges_of(node).filter(|edge| {
                edge.kind == EdgeKind::Internal
                    && (self.is_named(edge, "first") || self.is_named(edge, "second"))
            });
            work.extend(parts.map(|edge| edge.target));
        }
        pieces
    }

    /// The object in which an EventEmitter keeps its listeners by event.
    pub fn events(self, node: NodeIndex) -> Option<NodeIndex> {
        self.properties(node).find(|edge| self.is_named(edge, "_events")).map(|edge| edge.target)
    }

    fn listeners(self, node: NodeIndex) -> u64 {
        let Some(events) = self.events(node) else { return 0 };
        let of_event = |edge: Edge| match self.graph.nodes.kind(edge.target) {
            NodeKind::CLOSURE => 1,
            NodeKind::OBJECT => self.array_length(edge.target).unwrap_or(0),
            _ => 0,
        };
        self.properties(events).map(of_event).sum()
    }

    /// How many objects of the same class follow one another.
    fn list_length(self, node: NodeIndex) -> u64 {
        let class = self.graph.nodes.name(node);
        let next_of = |node: NodeIndex, link: Option<EdgeName>| {
            self.properties(node).find(|edge| {
                link.is_none_or(|link| link == edge.name)
                    && edge.target != node
                    && self.is_of_class(edge.target, class)
            })
        };
        let (mut at, mut link, mut length) = (node, None, 1);
        while let Some(edge) = next_of(at, link).filter(|_| length < STEPS as u64) {
            link = Some(edge.name);
            at = edge.target;
            length += 1;
            if at == node {
                return length - 1;
            }
        }
        length
    }

    /// Number of promises in a chain of reactions, each waiting for the one before.
    fn promises(self, node: NodeIndex) -> u64 {
        let is_reaction = |node: NodeIndex| self.graph.raw_name(node).ends_with("PromiseReaction");
        let class = self.graph.nodes.name(node);
        let (mut work, mut seen) = (vec![node], FxHashSet::default());
        let mut promises = 0;
        while let Some(node) = work.pop().filter(|_| seen.len() < STEPS) {
            if !seen.insert(node) {
                continue;
            }
            let is_promise = self.is_of_class(node, class);
            promises += u64::from(is_promise);
            let next = self.graph.edges_of(node).map(|edge| edge.target);
            work.extend(
                next.filter(|&next| is_reaction(next) || !is_promise && self.is_of_class(next, class)),
            );
        }
        promises
    }

    fn properties(self, node: NodeIndex) -> impl Iterator<Item = Edge> + 'a {
        let is_own = move |edge: &Edge| edge.kind == EdgeKind::Property && !self.is_named(edge, "__proto__");
        self.graph.edges_of(node).filter(is_own)
    }

    fn is_of_class(self, node: NodeIndex, class: StringIndex) -> bool {
        self.graph.nodes.kind(node) == NodeKind::OBJECT && self.graph.nodes.name(node) == class
    }

    fn is_named(self, edge: &Edge, name: &str) -> bool {
        matches!(edge.name, EdgeName::Text(text) if self.graph.text(text) == name)
    }
}

/// Whether the name is that of a global object, which is not a list although its properties lead back to it.
fn is_global_name(name: &str) -> bool {
    matches!(name, "global" | "Window")
        || ["Window / ", "Object / "].iter().any(|start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_table_is_known_by_its_number_of_slots() {
        assert_eq!(HashTable::of(899), Some(HashTable { first: 131, stride: 3 }));
        assert_eq!(HashTable::of(13), Some(HashTable { first: 5, stride: 2 }));
        assert_eq!(HashTable::of(12), None);
        assert_eq!(HashTable::of(2), None);
        let table = HashTable { first: 131, stride: 3 };
        assert_eq!([131, 132, 134].map(|slot| table.entry(slot)), [Some((0, 0)), Some((0, 1)), Some((1, 0))]);
        assert_eq!(table.entry(5), None);
    }
}
