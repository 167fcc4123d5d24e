//! The shortest path from a root to an object, and how JavaScript would say it.

use crate::base::{EdgeIndex, NodeIndex};
use crate::graph::{Edge, EdgeKind, NodeKind};
use crate::snapshot::{self, EdgeText, Retainer, Snapshot, effort};

/// Edges of V8's own that lead from an object to its own storage: JavaScript steps over them.
const FOLDED: [&str; 5] = ["context", "elements", "properties", "native_bind", "shared"];

/// Whether the root is one step away.
pub fn hangs_from_root(snapshot: &Snapshot, node: NodeIndex) -> bool {
    snapshot::hangs_from_root(snapshot.distance(snapshot.graph().root).0, snapshot.distance(node).0)
}

/// The edges of a shortest path from the root to `node`; none if it is the root, or if no root leads
/// there. Of several paths one that JavaScript can say, then the first in the file. Looks at the edges of
/// all retainers along the way.
pub fn shortest_path(snapshot: &Snapshot, node: NodeIndex) -> Vec<EdgeIndex> {
    let graph = snapshot.graph();
    let mut path = Vec::new();
    let mut at = node;
    while at != graph.root && snapshot.distance(at).raw().is_some() {
        let above = snapshot.distance(at).0 - 1;
        let mut retainers = snapshot.retainers(at);
        retainers.reverse();
        let kind = |retainer: &Retainer| graph.edges.kind(retainer.edge);
        let is_nearer = |retainer: &&Retainer| {
            snapshot.distance(retainer.source).0 == above && kind(retainer) != EdgeKind::Weak
        };
        let is_root = |retainer: &&Retainer| retainer.source == graph.root;
        let nearest = if hangs_from_root(snapshot, at) {
            None
        } else {
            retainers.iter().filter(is_nearer).min_by_key(|retainer| effort(kind(retainer)))
        };
        let from_root = || retainers.iter().filter(is_root).min_by_key(|retainer| effort(kind(retainer)));
        let Some(nearest) = nearest.or_else(from_root) else { break };
        path.push(nearest.edge);
        at = nearest.source;
    }
    path.reverse();
    path
}

/// A path from the root as JavaScript: from the last variable on it or from `globalThis`, through
/// properties and elements. Nothing where a step is V8's own.
pub fn expression(snapshot: &Snapshot, path: &[EdgeIndex]) -> Option<String> {
    let graph = snapshot.graph();
    let edges: Vec<Edge> = path.iter().map(|&edge| graph.edges.get(edge)).collect();
    let variable = edges.iter().rposition(|edge| edge.kind == EdgeKind::Context);
    let (mut said, rest) = match variable {
        Some(at) => (name(snapshot, &edges[at])?.to_owned(), &edges[at + 1..]),
        None => {
            let (first, rest) = edges.split_first()?;
            (global_name(snapshot, first)?, rest)
        }
    };
    for edge in rest {
        match (edge.kind, snapshot.edge_name(edge.index)) {
            (EdgeKind::Property, EdgeText::Text(name)) => push_property(&mut said, name),
            (EdgeKind::Element, EdgeText::Number(number)) => said.push_str(&format!("[{number}]")),
            (EdgeKind::Internal, EdgeText::Text(name)) if FOLDED.contains(&name) => {}
            _ => return None,
        }
    }
    Some(said)
}

fn name<'a>(snapshot: &'a Snapshot, edge: &Edge) -> Option<&'a str> {
    match snapshot.edge_name(edge.index) {
        EdgeText::Text(name) if is_identifier(name) => Some(name),
        _ => None,
    }
}

/// `globalThis`, if the root's edge leads to the global object of a page or of Node.
pub fn global_name(snapshot: &Snapshot, edge: &Edge) -> Option<String> {
    let graph = snapshot.graph();
    let name = graph.raw_name(edge.target);
    let is_global = graph.nodes.kind(edge.target) == NodeKind::OBJECT
        && ["global", "Object / ", "Window"].iter().any(|start| name.starts_with(start));
    (edge.kind == EdgeKind::Shortcut && is_global).then(|| "globalThis".into())
}

/// `.name`, `["first name"]` or `[Symbol(x)]`.
pub fn push_property(said: &mut String, name: &str) {
    if is_identifier(name) {
        said.push('.');
        said.push_str(name);
    } else if let Some(symbol) = name.strip_prefix("<symbol ").and_then(|rest| rest.strip_suffix('>')) {
        said.push_str(&format!("[Symbol({symbol})]"));
    } else {
        said.push_str(&format!("[{}]", quoted(name)));
    }
}

/// A string literal of JavaScript.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether JavaScript takes `name` as a name.
pub fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || matches!(c, '_' | '$'))
        && chars.all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Progress;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;

    fn said(build: impl FnOnce(&mut GraphBuilder) -> usize) -> Option<String> {
        let mut builder = GraphBuilder::new();
        let node = build(&mut builder);
        let snapshot = load_bytes("test", builder.to_json().as_bytes(), &Progress::new()).unwrap();
        expression(&snapshot, &shortest_path(&snapshot, NodeIndex::at(node)))
    }

    #[test]
    fn a_path_begins_at_its_last_variable() {
        let expression = said(|heap| {
            let global = heap.node("object", "global", 10);
            let function = heap.node("closure", "handler", 10);
            let context = heap.node("object", "system / Context", 10);
            let leaks = heap.node("object", "Array", 10);
            let leaked = heap.node("object", "Object", 10);
            let name = heap.node("string", "x", 10);
            heap.edge(0, "shortcut", "1", global);
            heap.edge(global, "property", "handler", function);
            heap.edge(function, "internal", "context", context);
            heap.edge(context, "context", "leaks", leaks);
            heap.edge(leaks, "element", "17", leaked);
            heap.edge(leaked, "property", "first name", name);
            name
        });
        assert_eq!(expression.as_deref(), Some("leaks[17][\"first name\"]"));
    }

    #[test]
    fn without_a_variable_it_begins_at_the_global_name() {
        let expression = said(|heap| {
            let global = heap.node("object", "global", 10);
            let cache = heap.node("object", "Cache", 10);
            let hidden = heap.node("object", "Object", 10);
            heap.edge(0, "shortcut", "1", global);
            heap.edge(global, "property", "cache", cache);
            heap.edge(cache, "property", "<symbol kState>", hidden);
            hidden
        });
        assert_eq!(expression.as_deref(), Some("globalThis.cache[Symbol(kState)]"));
    }

    #[test]
    fn what_only_v8_can_follow_is_not_said() {
        let expression = said(|heap| {
            let roots = heap.node("synthetic", "(GC roots)", 0);
            let map = heap.node("object", "Map", 10);
            heap.edge(0, "element", "1", roots);
            heap.edge(roots, "internal", "1", map);
            map
        });
        assert_eq!(expression, None);
    }
}
