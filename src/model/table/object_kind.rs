//! The kinds of objects that rows distinguish by a glyph.

use crate::base::NodeIndex;
use crate::graph::NodeKind;
use crate::snapshot::Snapshot;
use crate::source::contexts::is_context;
use crate::suspects::page::is_dom_node;

/// A kind of object.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ObjectKind {
    /// A function.
    Function,
    /// An array, or storage that looks like one.
    Array,
    /// A Map, a Set or their weak forms.
    Map,
    /// Text of any make.
    Text,
    /// A number, symbol, bigint or regular expression.
    Value,
    /// A node of a document.
    Element,
    /// The variables of a function.
    Scope,
    /// An object outside V8's heap.
    Native,
    /// An internal object of V8.
    Internal,
    /// Any other object.
    Object,
}

impl ObjectKind {
    /// The kind of `node`. Reads only its kind and name.
    pub fn of(snapshot: &Snapshot, node: NodeIndex) -> Self {
        let graph = snapshot.graph();
        match graph.nodes.kind(node) {
            NodeKind::CLOSURE => Self::Function,
            NodeKind::ARRAY => Self::Array,
            kind if kind.is_string() => Self::Text,
            NodeKind::NUMBER | NodeKind::SYMBOL | NodeKind::BIGINT | NodeKind::REGEXP => Self::Value,
            NodeKind::NATIVE if is_dom_node(graph.raw_name(node)) => Self::Element,
            NodeKind::NATIVE => Self::Native,
            NodeKind::OBJECT if is_context(graph, node) => Self::Scope,
            NodeKind::OBJECT => match graph.raw_name(node) {
                "Map" | "Set" | "WeakMap" | "WeakSet" => Self::Map,
                name if name.ends_with("Array") || name == "Arguments" => Self::Array,
                name if name.starts_with("system / ") => Self::Internal,
                name if is_dom_node(name) => Self::Element,
                _ => Self::Object,
            },
            _ => Self::Internal,
        }
    }

    /// Its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Function => "Function",
            Self::Array => "Array",
            Self::Map => "Map or Set",
            Self::Text => "String",
            Self::Value => "Value",
            Self::Element => "DOM node",
            Self::Scope => "Variables of a function",
            Self::Native => "Outside V8's heap",
            Self::Internal => "V8's own",
            Self::Object => "Object",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Progress;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;

    #[test]
    fn kinds_are_told_by_kind_and_name() {
        let mut heap = GraphBuilder::new();
        let cases = [
            ("closure", "f", ObjectKind::Function),
            ("object", "Array", ObjectKind::Array),
            ("object", "Uint8Array", ObjectKind::Array),
            ("object", "WeakMap", ObjectKind::Map),
            ("string", "text", ObjectKind::Text),
            ("native", "Detached <div>", ObjectKind::Element),
            ("native", "Node / Buffer", ObjectKind::Native),
            ("object", "system / Context", ObjectKind::Scope),
            ("hidden", "system / Map", ObjectKind::Internal),
            ("object", "Session", ObjectKind::Object),
        ];
        let nodes: Vec<usize> = cases.iter().map(|(kind, name, _)| heap.node(kind, name, 1)).collect();
        let snapshot = load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap();
        for (node, (_, name, expected)) in nodes.into_iter().zip(cases) {
            assert_eq!(ObjectKind::of(&snapshot, NodeIndex::at(node)), expected, "{name}");
        }
    }
}
