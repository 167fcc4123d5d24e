//! The entries of Maps, Sets and arrays, in order, read from V8's backing store. Small numbers have no node,
//! so they are missing in the snapshot.

use crate::base::{EdgeIndex, NodeIndex};
use crate::graph::{EdgeKind, EdgeName, HashTable};
use crate::model::format::object_text::span;
use crate::model::format::primitive_value::value_spans;
use crate::model::table::{Span, Tone};
use crate::snapshot::{EdgeText, Snapshot};

/// An entry of a collection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct CollectionEntry {
    /// Its position, counted from 0.
    pub at: u32,
    /// The key of a Map's entry; `None` for a small number, and for other collections.
    pub key: Option<NodeIndex>,
    /// The value, or the member of a Set; `None` for a small number.
    pub value: Option<NodeIndex>,
}

/// The kind of a collection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Collection {
    /// Elements by number.
    Elements,
    /// Keys and values.
    Map,
    /// Members.
    Set,
}

/// The entries of `node`, if it is a collection. Reads all its edges and those of its table.
pub(crate) fn entries(snapshot: &Snapshot, node: NodeIndex) -> Option<(Collection, Vec<CollectionEntry>)> {
    let graph = snapshot.graph();
    match (graph.raw_name(node), graph.internal_target(node, "table")) {
        ("Map", Some(table)) => Some((Collection::Map, table_entries(snapshot, table, HashTable::MAP)?)),
        ("Set", Some(table)) => Some((Collection::Set, table_entries(snapshot, table, HashTable::SET)?)),
        _ => {
            let mut elements: Vec<CollectionEntry> = graph
                .edges_of(node)
                .filter(|edge| edge.kind == EdgeKind::Element)
                .filter_map(|edge| match edge.name {
                    EdgeName::Number(at) => Some(CollectionEntry { at, key: None, value: Some(edge.target) }),
                    EdgeName::Text(_) => None,
                })
                .collect();
            elements.sort_by_key(|entry| entry.at);
            (!elements.is_empty()).then_some((Collection::Elements, elements))
        }
    }
}

/// The entries of a table with `stride` slots each.
fn table_entries(snapshot: &Snapshot, table: NodeIndex, stride: u32) -> Option<Vec<CollectionEntry>> {
    let graph = snapshot.graph();
    let layout = HashTable::in_bytes(graph.nodes.self_size(table), stride)?;
    let mut parts: Vec<((u32, u32), NodeIndex)> = graph
        .edges_of(table)
        .filter(|edge| edge.kind != EdgeKind::Weak)
        .filter_map(|edge| Some((layout.entry(slot(snapshot, edge.index)?)?, edge.target)))
        .collect();
    parts.sort_by_key(|&(place, _)| place);
    let mut entries: Vec<CollectionEntry> = Vec::new();
    for ((at, part), node) in parts {
        if entries.last().is_none_or(|entry| entry.at != at) {
            entries.push(CollectionEntry { at, key: None, value: None });
        }
        let Some(entry) = entries.last_mut() else { continue };
        match (layout.is_map(), part) {
            (true, 0) => entry.key = Some(node),
            (true, 1) | (false, 0) => entry.value = Some(node),
            _ => {}
        }
    }
    Some(entries)
}

/// A slot's number: the name of the edge, which V8 writes as text or as a number.
fn slot(snapshot: &Snapshot, edge: EdgeIndex) -> Option<u32> {
    match snapshot.edge_name(edge) {
        EdgeText::Text(name) => name.parse().ok(),
        EdgeText::Number(number) => u32::try_from(number).ok(),
    }
}

/// `key => value`, or the value alone.
pub(crate) fn entry_spans(snapshot: &Snapshot, collection: Collection, entry: &CollectionEntry) -> Vec<Span> {
    let shown = |node: Option<NodeIndex>| match node {
        Some(node) => value_spans(snapshot, node),
        None => vec![span("a small number", Tone::Quiet)],
    };
    match collection {
        Collection::Map => {
            let arrow = [span(" => ", Tone::Quiet)];
            shown(entry.key).into_iter().chain(arrow).chain(shown(entry.value)).collect()
        }
        Collection::Set | Collection::Elements => shown(entry.value),
    }
}
