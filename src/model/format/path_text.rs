//! The shortest path from a root to an object, and the spelling of names in JavaScript.

use crate::base::{Cancelled, EdgeIndex, NodeIndex, Progress};
use crate::graph::{Edge, EdgeKind, NodeKind};
use crate::snapshot;
use crate::snapshot::{Retainer, Snapshot, edge_readability_rank};

/// Whether the root is one step away.
pub(crate) fn is_root_child(snapshot: &Snapshot, node: NodeIndex) -> bool {
    snapshot::is_root_child(snapshot.distance(snapshot.graph().root).0, snapshot.distance(node).0)
}

/// The edges of a shortest path from the root to `node`; none if it is the root, or if it is unreachable. Of
/// several paths one that JavaScript can express, then the first in the file. Reads the edges of all
/// retainers along the path.
pub(crate) fn shortest_path(
    snapshot: &Snapshot,
    node: NodeIndex,
    progress: &Progress,
) -> Result<Vec<EdgeIndex>, Cancelled> {
    let graph = snapshot.graph();
    let mut path = Vec::new();
    let mut at = node;
    while at != graph.root && snapshot.distance(at).raw().is_some() {
        progress.check()?;
        let above = snapshot.distance(at).0 - 1;
        let mut retainers = snapshot.retainers(at);
        retainers.reverse();
        let kind = |retainer: &Retainer| graph.edges.kind(retainer.edge);
        let is_nearer = |retainer: &&Retainer| {
            snapshot.distance(retainer.source).0 == above && kind(retainer) != EdgeKind::Weak
        };
        let is_root = |retainer: &&Retainer| retainer.source == graph.root;
        let nearest = if is_root_child(snapshot, at) {
            None
        } else {
            retainers.iter().filter(is_nearer).min_by_key(|retainer| edge_readability_rank(kind(retainer)))
        };
        let from_root =
            || retainers.iter().filter(is_root).min_by_key(|retainer| edge_readability_rank(kind(retainer)));
        let Some(nearest) = nearest.or_else(from_root) else { break };
        path.push(nearest.edge);
        at = nearest.source;
    }
    path.reverse();
    Ok(path)
}

/// `globalThis`, if the root's edge leads to the global object of a page or of Node.
pub(crate) fn global_name(snapshot: &Snapshot, edge: &Edge) -> Option<String> {
    let graph = snapshot.graph();
    let name = graph.raw_name(edge.target);
    let is_global = graph.nodes.kind(edge.target) == NodeKind::OBJECT
        && ["global", "Object / ", "Window"].iter().any(|start| name.starts_with(start));
    (edge.kind == EdgeKind::Shortcut && is_global).then(|| "globalThis".into())
}

/// `.name`, `["first name"]` or `[Symbol(x)]`.
pub(crate) fn push_property(text: &mut String, name: &str) {
    if is_identifier(name.strip_prefix('#').unwrap_or(name)) {
        text.push('.');
        text.push_str(name);
    } else if let Some(symbol) = name.strip_prefix("<symbol ").and_then(|rest| rest.strip_suffix('>')) {
        text.push_str(&format!("[Symbol({symbol})]"));
    } else {
        text.push_str(&format!("[{}]", quoted(name)));
    }
}

/// A string literal of JavaScript.
pub(crate) fn quoted(text: &str) -> String {
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

/// Whether `name` is a JavaScript identifier.
pub(crate) fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || matches!(c, '_' | '$'))
        && chars.all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'))
}
