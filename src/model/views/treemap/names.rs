//! Names of a map's tiles: as in the source code if an object has a name there.

use crate::base::{EdgeIndex, NodeIndex};
use crate::graph::{EdgeKind, NodeKind};
use crate::model::format;
use crate::model::format::object_text::object_label;
use crate::model::object::function_names::function_name;
use crate::model::views::treemap::{Breadcrumb, MapRoot, TileContent};
use crate::snapshot::{EdgeText, Snapshot};
use crate::source::contexts;

/// Number of ancestors named at the end of the path to the map's root.
const CRUMBS: usize = 6;
/// Maximum characters of a tile's name.
const NAME_LIMIT: usize = 80;
/// Objects with more holders are not named after a holder.
const HOLDERS: usize = 64;
/// Number of variables in the name of a scope.
const VARIABLES: usize = 3;

/// `uploads: Array @85127`, `Upload ×200`, `12 more`.
pub(crate) fn name(snapshot: &Snapshot, content: TileContent) -> String {
    match content {
        TileContent::Object(node) => object_name(snapshot, node),
        TileContent::Group { class, count, .. } => {
            let class = format::sanitize(snapshot.classes().name(class), NAME_LIMIT);
            format!("{class} {}", format::times(count))
        }
        TileContent::Own(node) => format!("{} alone", own_name(snapshot, node)),
        TileContent::More { count, .. } => format!("{} more", format::format_count(count)),
    }
}

/// `uploads: Array @85127`.
pub(crate) fn object_name(snapshot: &Snapshot, node: NodeIndex) -> String {
    let id = snapshot.id(node);
    let own = format!("{} {id}", own_name(snapshot, node));
    match name_at_holder(snapshot, node) {
        Some(name) => format!("{name}: {own}"),
        None => own,
    }
}

/// The constructor, or for scopes and functions their name in the source.
fn own_name(snapshot: &Snapshot, node: NodeIndex) -> String {
    let graph = snapshot.graph();
    if contexts::is_context(graph, node) {
        let mut variables: Vec<&str> =
            contexts::variables(graph, node).map(|(name, _)| name).take(VARIABLES + 1).collect();
        if !variables.is_empty() {
            let more = variables.len() > VARIABLES;
            variables.truncate(VARIABLES);
            let names = format::sanitize(&variables.join(", "), NAME_LIMIT);
            return format!("scope of {names}{}", if more { ", …" } else { "" });
        }
    }
    if graph.nodes.kind(node) == NodeKind::CLOSURE {
        return format!("{}()", format::sanitize(&function_name(snapshot, node), NAME_LIMIT));
    }
    format::sanitize(&object_label(snapshot, node), NAME_LIMIT)
}

/// The variable or property that leads to an object: from its dominator, otherwise from the holder that is
/// nearest to the roots.
fn name_at_holder(snapshot: &Snapshot, node: NodeIndex) -> Option<String> {
    if !(1..=HOLDERS).contains(&snapshot.retainer_count(node)) {
        return None;
    }
    let above = snapshot.dominator(node);
    let named = snapshot.retainers(node).into_iter().filter_map(|retainer| {
        let name = source_name(snapshot, retainer.edge)?;
        Some((above != Some(retainer.source), snapshot.distance(retainer.source).0, name))
    });
    let (_, _, name) = named.min_by_key(|&(is_elsewhere, distance, _)| (is_elsewhere, distance))?;
    Some(format::sanitize(&name, NAME_LIMIT))
}

/// The name of an edge in the source; `None` for elements and V8's internal links.
fn source_name(snapshot: &Snapshot, edge: EdgeIndex) -> Option<String> {
    let kind = snapshot.graph().edges.kind(edge);
    if !matches!(kind, EdgeKind::Context | EdgeKind::Property | EdgeKind::Shortcut) {
        return None;
    }
    match snapshot.edge_name(edge) {
        EdgeText::Text(name) if !["", "__proto__", "this", "constructor", "prototype"].contains(&name) => {
            Some(name.to_owned())
        }
        _ => None,
    }
}

/// The objects from the root of the heap to the map's root; the middle is omitted if there are many.
pub(crate) fn crumbs(snapshot: &Snapshot, root: MapRoot) -> Vec<Breadcrumb> {
    let above = |&node: &NodeIndex| snapshot.dominator(node).filter(|&dominator| dominator != node);
    let chain: Vec<NodeIndex> = std::iter::successors(Some(root.node), above).collect();
    let crumb = |&node: &NodeIndex| {
        let name = name_at_holder(snapshot, node).filter(|_| node != snapshot.graph().root);
        Breadcrumb { root: Some(node.into()), name: name.unwrap_or_else(|| own_name(snapshot, node)) }
    };
    let (near, far) = chain.split_at(chain.len().min(CRUMBS));
    let mut crumbs: Vec<Breadcrumb> = far.last().map(crumb).into_iter().collect();
    if far.len() > 1 {
        crumbs.push(Breadcrumb { root: None, name: "…".to_owned() });
    }
    crumbs.extend(near.iter().rev().map(crumb));
    if let Some(class) = root.class {
        let name = format::sanitize(snapshot.classes().name(class), NAME_LIMIT);
        crumbs.push(Breadcrumb { root: Some(root), name });
    }
    crumbs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Progress;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;

    #[test]
    fn a_scope_is_named_after_its_variables_and_an_object_after_its_own() {
        let mut heap = GraphBuilder::new();
        let scope = heap.node("object", "system / Context", 40);
        let uploads = heap.node("object", "Array", 16);
        let upload = heap.node("object", "Upload", 16);
        heap.edge(0, "shortcut", "global", scope).edge(scope, "context", "uploads", uploads);
        heap.edge(scope, "context", "pending", upload).edge(uploads, "property", "first", upload);
        for (node, id) in [(scope, 3), (uploads, 5), (upload, 7)] {
            heap.id(node, id);
        }
        let snapshot = load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap();
        let name = |node| name(&snapshot, TileContent::Object(NodeIndex::at(node)));
        assert_eq!(name(scope), "global: scope of uploads, pending @3");
        assert_eq!(name(uploads), "uploads: Array @5");
        assert_eq!(name(upload), "pending: Upload @7", "the scope is what it would be freed with");
    }
}
