//! What Maps, Sets and arrays hold, in order, read from V8's storage behind them.
//!
//! A Map's or Set's table is a list: three numbers, as many buckets as a power of two, then the entries in
//! the order of insertion, each a key, for Maps a value, and the number of the next entry of its bucket
//! (V8's `OrderedHashTable`). Small numbers have no node, so they are missing in the snapshot.

use crate::base::{EdgeIndex, NodeIndex};
use crate::graph::{EdgeKind, EdgeName};
use crate::model::format::object_text::span;
use crate::model::format::primitive_value::value_spans;
use crate::model::table::{Span, Tone};
use crate::snapshot::{EdgeText, Snapshot};

/// An entry of a collection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Where it stands, counted from 0.
    pub at: u32,
    /// The key of a Map's entry; nothing where it is a small number, and for others than Maps.
    pub key: Option<NodeIndex>,
    /// The value, or the member of a Set; nothing where it is a small number.
    pub value: Option<NodeIndex>,
}

/// What kind of collection it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Collection {
    /// Elements by number.
    Elements,
    /// Keys and values.
    Map,
    /// Members.
    Set,
}

/// The entries of `node`, if it is a collection. Looks at all its edges and those of its table.
pub fn entries(snapshot: &Snapshot, node: NodeIndex) -> Option<(Collection, Vec<Entry>)> {
    let graph = snapshot.graph();
    match (graph.raw_name(node), graph.internal_target(node, "table")) {
        ("Map", Some(table)) => Some((Collection::Map, table_entries(snapshot, table, 3)?)),
        ("Set", Some(table)) => Some((Collection::Set, table_entries(snapshot, table, 2)?)),
        _ => {
            let mut elements: Vec<Entry> = graph
                .edges_of(node)
                .filter(|edge| edge.kind == EdgeKind::Element)
                .filter_map(|edge| match edge.name {
                    EdgeName::Number(at) => Some(Entry { at, key: None, value: Some(edge.target) }),
                    EdgeName::Text(_) => None,
                })
                .collect();
            elements.sort_by_key(|entry| entry.at);
            (!elements.is_empty()).then_some((Collection::Elements, elements))
        }
    }
}

/// The entries of a table with `stride` slots each.
fn table_entries(snapshot: &Snapshot, table: NodeIndex, stride: u32) -> Option<Vec<Entry>> {
    let graph = snapshot.graph();
    let begin = first_entry(graph.nodes.self_size(table), u64::from(stride))?;
    let mut slots: Vec<(u32, NodeIndex)> = graph
        .edges_of(table)
        .filter(|edge| edge.kind != EdgeKind::Weak)
        .filter_map(|edge| Some((slot(snapshot, edge.index)?, edge.target)))
        .filter(|&(slot, _)| slot >= begin)
        .collect();
    slots.sort_by_key(|&(slot, _)| slot);
    let mut entries: Vec<Entry> = Vec::new();
    for (slot, node) in slots {
        let (at, part) = ((slot - begin) / stride, (slot - begin) % stride);
        if entries.last().is_none_or(|entry| entry.at != at) {
            entries.push(Entry { at, key: None, value: None });
        }
        let Some(entry) = entries.last_mut() else { continue };
        match (stride, part) {
            (3, 0) => entry.key = Some(node),
            (3, 1) | (2, 0) => entry.value = Some(node),
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

/// Where the first entry stands in a table of so many bytes, with words of eight bytes or four.
fn first_entry(bytes: u64, stride: u64) -> Option<u32> {
    [8, 4].into_iter().find_map(|word| {
        let slots = bytes.checked_sub(2 * word)? / word;
        let buckets = slots.checked_sub(3)? / (1 + 2 * stride);
        let fits = buckets.is_power_of_two() && 3 + buckets * (1 + 2 * stride) == slots;
        fits.then(|| u32::try_from(3 + buckets).ok()).flatten()
    })
}

/// `key => value`, or the value alone.
pub fn entry_spans(snapshot: &Snapshot, collection: Collection, entry: &Entry) -> Vec<Span> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_a_table_tells_where_its_entries_begin() {
        for (bytes, stride, begin) in [(936, 3, 19), (14_376, 3, 259), (680, 2, 19), (2600, 2, 67)] {
            assert_eq!(first_entry(bytes, stride), Some(begin));
        }
        assert_eq!(first_entry(8 + 4 * (3 + 7 * 4), 3), Some(7), "words of four bytes");
        assert_eq!(first_entry(1, 3), None);
    }
}
