//! The first fields of an object, for a glance: quick to find however large the object is.

use crate::base::NodeIndex;
use crate::graph::{Edge, EdgeKind, EdgeName};
use crate::model::format::object_text::{edge_label, span};
use crate::model::format::primitive_value::value_spans;
use crate::model::object::card::Line;
use crate::model::table::Tone;
use crate::snapshot::{SizeMode, Snapshot};

/// Maximum number of fields.
const FIELDS: usize = 6;
/// How many references are looked at for them.
const EDGES: usize = 2000;

/// Properties, elements and variables in file order, the prototype left out.
pub fn first_fields(snapshot: &Snapshot, mode: SizeMode, node: NodeIndex) -> Vec<Line> {
    let graph = snapshot.graph();
    let is_field = |edge: &Edge| {
        let name = match edge.name {
            EdgeName::Text(name) => graph.text(name),
            EdgeName::Number(_) => "",
        };
        matches!(edge.kind, EdgeKind::Property | EdgeKind::Element | EdgeKind::Context) && name != "__proto__"
    };
    let line = |edge: Edge| Line {
        name: span(edge_label(edge.kind, snapshot.edge_name(edge.index)), Tone::Property),
        value: value_spans(snapshot, edge.target),
        retained: snapshot.retained(mode, edge.target),
        object: Some(edge.target),
        is_unread: false,
    };
    graph.edges_of(node).take(EDGES).filter(is_field).take(FIELDS).map(line).collect()
}
