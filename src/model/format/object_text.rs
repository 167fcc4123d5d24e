//! The text of a row about an object and the edge that leads to it, as in Chrome's grids.

use std::ops::Range;

use crate::base::{EdgeIndex, NodeIndex, ObjectId};
use crate::graph::{Detachedness, EdgeKind, NodeKind};
use crate::model::format::sanitize;
use crate::model::glossary;
use crate::model::table::{Span, Tone};
use crate::snapshot::{EdgeText, Snapshot};
use crate::source::contexts::is_context;
use crate::source::maps::original_variable_name;

/// Maximum characters of a name in a row.
const NAME_LIMIT: usize = 300;
/// Maximum characters of a name in a tooltip.
const HOVER_LIMIT: usize = 3000;

/// A piece of a row's name.
pub(crate) fn span(text: impl Into<String>, tone: Tone) -> Span {
    Span { text: text.into(), tone }
}

/// A class's name and its number of objects.
pub(crate) fn class_spans(name: &str, count: u64) -> Vec<Span> {
    let tone = if name.starts_with('(') {
        Tone::Plain
    } else if name.starts_with("Detached ") {
        Tone::Detached
    } else {
        Tone::Class
    };
    let mut spans = vec![span(sanitize(name, NAME_LIMIT), tone)];
    if count > 1 {
        spans.push(span(format!(" {}", crate::model::format::times(count)), Tone::Quiet));
    }
    spans
}

/// The separator after an edge's name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NameSeparator {
    /// The object it leads to.
    To,
    /// The object that holds it.
    From,
}

/// `leaks :: ` or `leaks in `; variables by their original names if a source map has them.
pub(crate) fn edge_spans(snapshot: &Snapshot, edge: EdgeIndex, link: NameSeparator) -> [Span; 2] {
    let kind = snapshot.graph().edges.kind(edge);
    let tone = match kind {
        EdgeKind::Context | EdgeKind::Element | EdgeKind::Property => Tone::Property,
        _ => Tone::Internal,
    };
    let separator = match link {
        NameSeparator::To => " :: ",
        NameSeparator::From => " in ",
    };
    let label = match original_variable_name(snapshot, edge) {
        Some(name) => sanitize(&name, NAME_LIMIT),
        None => edge_label(kind, snapshot.edge_name(edge)),
    };
    [span(label, tone), span(separator, Tone::Quiet)]
}

/// `[5]` for an element, the name otherwise.
pub fn edge_label(kind: EdgeKind, name: EdgeText<'_>) -> String {
    match name {
        EdgeText::Text("") => "(empty)".into(),
        EdgeText::Text(text) => sanitize(text, NAME_LIMIT),
        EdgeText::Number(number) if kind == EdgeKind::Element => format!("[{number}]"),
        EdgeText::Number(number) => number.to_string(),
    }
}

/// `"text" @123`.
pub(crate) fn object_spans(snapshot: &Snapshot, node: NodeIndex) -> [Span; 2] {
    let id = snapshot.id(node);
    [span(object_label(snapshot, node), object_tone(snapshot, node)), span(format!(" {id}"), Tone::Quiet)]
}

/// The object's name formatted by its kind: strings in quotes, regular expressions between slashes.
pub fn object_label(snapshot: &Snapshot, node: NodeIndex) -> String {
    let name = snapshot.display_name(node);
    let name = sanitize(&name, NAME_LIMIT);
    match snapshot.graph().nodes.kind(node) {
        kind if kind.is_string() => format!("\"{name}\""),
        NodeKind::REGEXP => format!("/{name}/"),
        NodeKind::CLOSURE => format!("{name}()"),
        NodeKind::ARRAY if name.is_empty() => "(internal array)[]".into(),
        NodeKind::ARRAY => format!("{name}[]"),
        _ if node == snapshot.graph().root => "(root)".into(),
        _ if name.is_empty() => "(empty)".into(),
        _ => name,
    }
}

/// The ids in the name of a WeakMap's entry: of the key, the value and the table.
pub fn ids_in(name: &str) -> Vec<ObjectId> {
    let mut ids: Vec<ObjectId> = id_places(name).into_iter().map(|(id, _)| id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The same in the order of the name, with the range of each, counted in characters.
pub fn id_places(name: &str) -> Vec<(ObjectId, Range<usize>)> {
    let mut places = Vec::new();
    if !name.contains(" pair in WeakMap ") {
        return places;
    }
    let mut begin = 0;
    for (at, part) in name.split('@').enumerate() {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        if let (true, Ok(id)) = (at > 0, part[..digits].parse()) {
            places.push((ObjectId(id), begin - 1..begin + digits));
        }
        begin += part.chars().count() + 1;
    }
    places
}

fn object_tone(snapshot: &Snapshot, node: NodeIndex) -> Tone {
    match snapshot.graph().nodes.kind(node) {
        kind if kind.is_string() => Tone::StringText,
        NodeKind::REGEXP | NodeKind::NUMBER | NodeKind::BIGINT | NodeKind::SYMBOL => Tone::Value,
        NodeKind::CLOSURE => Tone::Function,
        NodeKind::NATIVE if snapshot.detachedness(node) == Detachedness::Detached => Tone::Detached,
        NodeKind::OBJECT | NodeKind::NATIVE => Tone::Class,
        _ => Tone::Plain,
    }
}

/// The meaning of V8's term for the object, or its text if the row cuts it.
pub(crate) fn object_hover(snapshot: &Snapshot, node: NodeIndex) -> Option<String> {
    let name = snapshot.display_name(node);
    if name.len() > NAME_LIMIT && name.chars().nth(NAME_LIMIT).is_some() {
        return Some(sanitize(&name, HOVER_LIMIT));
    }
    let is_text = snapshot.graph().nodes.kind(node).is_string();
    let explained = if is_text { None } else { glossary::explain(&name) };
    let class = || glossary::explain(snapshot.classes().name(snapshot.class_of(node)));
    let explained = explained.or_else(class);
    if is_context(snapshot.graph(), node) {
        return Some(explained.map_or_else(|| name.to_string(), |text| format!("{name}: {text}")));
    }
    explained.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_of_a_weak_map_tells_three_ids() {
        let name = "7 / part of key (Foo @11) -> value (Bar @13) pair in WeakMap (table @9) :: Bar @13";
        assert_eq!(ids_in(name), [9, 11, 13].map(ObjectId));
        let letters = |(id, place): (ObjectId, Range<usize>)| {
            (id.0, name.chars().skip(place.start).take(place.len()).collect::<String>())
        };
        let places: Vec<_> = id_places(name).into_iter().map(letters).collect();
        assert_eq!(places[0], (11, "@11".to_owned()));
        assert_eq!(places.len(), 4);
        assert!(ids_in("next in Foo @11").is_empty());
    }
}
