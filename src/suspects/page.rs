//! What of a page's objects a program made, and what is the browser's own.

use crate::base::NodeIndex;
use crate::graph::{Detachedness, Edge, EdgeKind, EdgeName, Graph, NodeKind};
use crate::snapshot::Snapshot;

/// Natives that a program knows and that may have no wrapper yet.
const KNOWN: [&str; 9] = [
    "Window",
    "HTMLDocument",
    "Document",
    "XMLDocument",
    "Text",
    "Comment",
    "ShadowRoot",
    "DocumentFragment",
    "ShadowRealm",
];

/// Whether `node` is an object of the browser that no program can name.
pub fn is_browsers_own(graph: &Graph, node: NodeIndex) -> bool {
    if graph.nodes.kind(node) != NodeKind::NATIVE {
        return false;
    }
    let name = graph.raw_name(node);
    !name.starts_with("system / ")
        && !is_dom_node(name)
        && !KNOWN.contains(&interface(name))
        && !has_wrapper(graph, node)
}

/// `Window` of `Window / http://127.0.0.1/`, and a name without what says that it is detached.
pub fn interface(name: &str) -> &str {
    let name = name.strip_prefix("Detached ").unwrap_or(name);
    name.split(" / ").next().unwrap_or(name)
}

/// Whether `name` is that of an element: `<p>`, or its class in older browsers.
pub fn is_dom_node(name: &str) -> bool {
    let name = name.strip_prefix("Detached ").unwrap_or(name);
    name.starts_with('<')
        || (name.starts_with("HTML") || name.starts_with("SVG")) && name.ends_with("Element")
}

/// Whether `node` is an element that hangs in no document.
pub fn is_detached_element(snapshot: &Snapshot, node: NodeIndex) -> bool {
    let graph = snapshot.graph();
    graph.nodes.kind(node) == NodeKind::NATIVE
        && snapshot.detachedness(node) == Detachedness::Detached
        && is_dom_node(graph.raw_name(node))
}

/// Whether `node` is a window, a document or an element that hangs in one.
pub fn is_page_itself(snapshot: &Snapshot, node: NodeIndex) -> bool {
    let name = snapshot.graph().raw_name(node);
    let is_page = matches!(interface(name), "Window" | "HTMLDocument" | "Document") || is_dom_node(name);
    is_page && snapshot.detachedness(node) != Detachedness::Detached
}

/// An object that JavaScript has seen has a prototype.
fn has_wrapper(graph: &Graph, node: NodeIndex) -> bool {
    graph.edges_of(node).any(|edge| edge.kind == EdgeKind::Property && is_named(graph, &edge, "__proto__"))
}

/// Whether a reference has that name.
pub fn is_named(graph: &Graph, edge: &Edge, name: &str) -> bool {
    matches!(edge.name, EdgeName::Text(text) if graph.text(text) == name)
}
