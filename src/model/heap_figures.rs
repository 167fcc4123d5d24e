//! Single figures of a heap: detached DOM nodes, and the largest object of the program.

use crate::base::NodeIndex;
use crate::graph::{Detachedness, NodeKind};
use crate::snapshot::{SizeMode, Snapshot};

/// The DOM nodes that the file itself marks as detached; Node marks its own handles the same way, and these
/// are not counted. `O(nodes)`.
pub fn detached_nodes(snapshot: &Snapshot) -> u64 {
    let graph = snapshot.graph();
    let is_detached = |&node: &NodeIndex| {
        if graph.nodes.kind(node) != NodeKind::NATIVE {
            return false;
        }
        let name = graph.raw_name(node);
        let is_marked = match graph.nodes.has_detachedness {
            true => graph.nodes.file_detachedness(node) == Detachedness::Detached,
            false => name.starts_with("Detached "),
        };
        is_marked && !name.starts_with("Node / ")
    };
    graph.node_indices().filter(is_detached).count() as u64
}

/// The object of the program that retains most, and its retained size. `O(nodes)`; the snapshot must be
/// complete.
pub fn largest_retained(snapshot: &Snapshot, mode: SizeMode) -> Option<(u64, NodeIndex)> {
    let graph = snapshot.graph();
    let is_the_programs = |&node: &NodeIndex| {
        let name = graph.raw_name(node);
        let is_kind =
            matches!(graph.nodes.kind(node), NodeKind::OBJECT | NodeKind::CLOSURE | NodeKind::STRING);
        is_kind && !["global", "Window", "Object / ", "system / "].iter().any(|start| name.starts_with(start))
    };
    let objects = graph.node_indices().filter(is_the_programs);
    objects.map(|node| (snapshot.retained(mode, node).unwrap_or(0), node)).max()
}
