//! The heap as V8 wrote it: immutable columns of nodes and edges, and the strings they name.
//!
//! | per | column | bytes | content |
//! |---|---|---|---|
//! | node | tag | 1 | kind (6 bits) and detachedness as in the file (2 bits) |
//! | node | name | 4 | string index |
//! | node | id | 0 or 4 | V8's object id: runs in a process's first snapshot; the rare one past 2^32 - 2 in a side table |
//! | node | self size | 4 | bytes; the rare one past 4 GiB in a side table |
//! | node | first edge | 2 | border of its edges, from that of every 64th node |
//! | node | place | 0 or 4 | and a bit and a half; functions and objects of known constructors |
//! | node | trace node | 0 or 4 | only in allocation timelines |
//! | edge | label | 4 | kind (3 bits), string or element index (29 bits) |
//! | edge | target | 4 | node index |
//! | string | end | 4 | and its text, decoded to UTF-8 |
//!
//! Everything here was checked when it was read: every index is in range.

mod builder;
mod edges;
pub(crate) mod engine_objects;
mod hash_table;
mod locations;
mod nodes;
mod scopes;
mod strings;
mod trace;

pub use crate::graph::builder::GraphBuilder;
pub use crate::graph::edges::{Edge, EdgeKind, EdgeName, Edges, Label};
pub use crate::graph::hash_table::HashTable;
pub use crate::graph::locations::{Location, Locations, LocationsBuilder, PlaceIndex};
pub use crate::graph::nodes::{Detachedness, NodeColumns, NodeKind, Nodes};
pub use crate::graph::scopes::{CodeScope, CodeScopes, VariableUse};
pub use crate::graph::strings::{Segment, Strings};
pub use crate::graph::trace::{Sample, Trace, TraceFunction, TraceNode};

use std::io;

use crate::base::{Damaged, EdgeIndex, NodeIndex, ObjectId, StoreReader, StoreWriter, Stored, StringIndex};

/// One snapshot's nodes, edges and strings. Knows bytes, not files.
pub struct Graph {
    /// The synthetic node at the root of the graph.
    pub root: NodeIndex,
    /// The nodes' columns.
    pub nodes: Nodes,
    /// The edges' columns.
    pub edges: Edges,
    /// All text.
    pub strings: Strings,
    /// Source positions of functions and some objects.
    pub locations: Locations,
    /// The scopes of scripts, as far as V8 lists them.
    pub scopes: CodeScopes,
    /// Bytes outside V8's heap that V8 reports without nodes for them.
    pub extra_native_bytes: u64,
    /// Call stacks of allocations, if they were recorded.
    pub trace: Option<Trace>,
    /// Times at which ids were assigned, in an allocation timeline.
    pub samples: Vec<Sample>,
}

impl Graph {
    /// The number of nodes.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// The number of edges.
    pub fn edge_count(&self) -> usize {
        self.edges.len()
    }

    /// All nodes in file order.
    pub fn node_indices(&self) -> impl DoubleEndedIterator<Item = NodeIndex> + ExactSizeIterator + use<> {
        (0..self.node_count()).map(NodeIndex::at)
    }

    /// The rows of the edges that leave `node`: for loops that look at few columns.
    #[inline]
    pub fn edge_indices_of(
        &self,
        node: NodeIndex,
    ) -> impl DoubleEndedIterator<Item = EdgeIndex> + ExactSizeIterator + use<> {
        self.nodes.edges.range(node).map(EdgeIndex::at)
    }

    /// The edges that leave `node`, in file order.
    #[inline]
    pub fn edges_of(
        &self,
        node: NodeIndex,
    ) -> impl DoubleEndedIterator<Item = Edge> + ExactSizeIterator + '_ {
        self.edge_indices_of(node).map(|edge| self.edges.get(edge))
    }

    /// The source node of `edge`: a binary search.
    pub fn source(&self, edge: EdgeIndex) -> NodeIndex {
        self.nodes.edges.row_of(edge.position())
    }

    /// The name of `node` as V8 wrote it.
    #[inline]
    pub fn raw_name(&self, node: NodeIndex) -> &str {
        self.strings.get(self.nodes.name(node))
    }

    /// The text of string `index`.
    #[inline]
    pub fn text(&self, index: StringIndex) -> &str {
        self.strings.get(index)
    }

    /// The first node with this id: searches all nodes.
    pub fn node_with_id(&self, id: ObjectId) -> Option<NodeIndex> {
        self.nodes.ids().position(|other| other == id.0).map(NodeIndex::at)
    }

    /// The node at the other end of the first internal edge of `node` named `name`.
    pub fn internal_target(&self, node: NodeIndex, name: &str) -> Option<NodeIndex> {
        self.edges_of(node)
            .find(|edge| {
                edge.kind == EdgeKind::Internal
                    && matches!(edge.name, EdgeName::Text(text) if self.text(text) == name)
            })
            .map(|edge| edge.target)
    }

    /// Bytes of all columns and texts.
    pub fn bytes(&self) -> u64 {
        self.nodes.bytes()
            + self.edges.bytes()
            + self.strings.bytes()
            + self.locations.bytes()
            + self.scopes.bytes()
    }
}

impl Stored for Graph {
    fn store(&self, out: &mut StoreWriter<'_>) -> io::Result<()> {
        out.number(u64::from(self.root.0));
        self.nodes.store(out)?;
        self.edges.store(out)?;
        self.strings.store(out)?;
        self.locations.store(out)?;
        out.number(self.extra_native_bytes);
        self.trace.store(out)?;
        self.scopes.store(out)?;
        let samples = self.samples.iter().map(|sample| (sample.timestamp_us, sample.last_assigned_id));
        out.pairs(&samples.collect::<Vec<_>>())
    }

    fn restore(input: &mut StoreReader<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            root: NodeIndex(input.integer()?),
            nodes: Nodes::restore(input)?,
            edges: Edges::restore(input)?,
            strings: Strings::restore(input)?,
            locations: Locations::restore(input)?,
            extra_native_bytes: input.number()?,
            trace: Option::restore(input)?,
            scopes: CodeScopes::restore(input)?,
            samples: input
                .pairs()?
                .into_iter()
                .map(|(timestamp_us, last_assigned_id)| Sample { timestamp_us, last_assigned_id })
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Progress;
    use crate::parse::{Input, parse};

    #[test]
    fn nodes_edges_and_texts_find_each_other() {
        let mut builder = GraphBuilder::new();
        let holder = builder.node("object", "Holder", 8);
        let store = builder.node("array", "", 16);
        builder.edge(0, "shortcut", "global", holder);
        builder.edge(holder, "element", "536870912", store).edge(holder, "internal", "elements", store);
        builder.id(store, 1 << 40);
        let file = builder.to_json();
        let graph = parse(Input::new(file.as_bytes()), &Progress::new()).unwrap().graph;
        let [holder, store] = [holder, store].map(NodeIndex::at);
        assert_eq!((graph.node_count(), graph.edge_count()), (3, 3));
        assert_eq!(graph.source(EdgeIndex(2)), holder);
        assert_eq!(graph.internal_target(holder, "elements"), Some(store));
        assert_eq!(graph.internal_target(holder, "global"), None);
        assert_eq!(graph.node_with_id(ObjectId(1 << 40)), Some(store));
        assert_eq!(graph.node_with_id(ObjectId(2)), None);
        assert_eq!(graph.raw_name(holder), "Holder");
        let names: Vec<_> = graph.edges_of(holder).map(|edge| edge.name).collect();
        assert_eq!(names[0], EdgeName::Number(536_870_912), "past 29 bits");
    }
}
