//! Primitive values as JavaScript prints them: numbers, booleans and the like instead of V8's names for them.

use crate::base::NodeIndex;
use crate::graph::{EdgeKind, EdgeName, NodeKind};
use crate::model::format::code_place::{CodePlace, named_spans};
use crate::model::format::object_text::span;
use crate::model::table::{Span, Tone};
use crate::snapshot::Snapshot;
use crate::source::contexts::is_context;

/// The value of a number, `true`, `undefined` or a symbol; `None` for objects with fields.
pub(crate) fn primitive(snapshot: &Snapshot, node: NodeIndex) -> Option<String> {
    let graph = snapshot.graph();
    let text = |node: NodeIndex| graph.raw_name(node).to_owned();
    match graph.nodes.kind(node) {
        NodeKind::NUMBER => Some(text(graph.internal_target(node, "value")?)),
        NodeKind::SYMBOL => Some(format!("Symbol({})", text(graph.internal_target(node, "name")?))),
        NodeKind::HIDDEN if graph.raw_name(node) == "system / Oddball" => {
            let is_text = |kind, name| kind == EdgeKind::Hidden && matches!(name, EdgeName::Number(0));
            graph.edges_of(node).find(|edge| is_text(edge.kind, edge.name)).map(|edge| text(edge.target))
        }
        _ => None,
    }
}

/// The value if there is one, the object's name and id otherwise.
pub(crate) fn value_spans(snapshot: &Snapshot, node: NodeIndex) -> Vec<Span> {
    match primitive(snapshot, node) {
        Some(value) => vec![span(crate::model::format::sanitize(&value, 300), Tone::Value)],
        None => {
            let is_scope = is_context(snapshot.graph(), node);
            let place = if is_scope { CodePlace::find(snapshot, node) } else { None };
            named_spans(snapshot, node, place.as_ref())
        }
    }
}
