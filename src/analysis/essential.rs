//! Which edges keep their target alive, in Chrome's sums of retained sizes.
//!
//! An edge is essential unless it
//! 1. is weak,
//! 2. leads back to its own source,
//! 3. is a shortcut that does not leave the root,
//! 4. leads from a WeakMap's table to a value (the key's edge to it counts), or
//! 5. leads into the page from outside, and not from the root.
//!
//! Rules 1 to 4 need no more than the edge; they are decided once, when retainers are gathered. Rule 5
//! needs to know the page's objects.

use super::weak_maps::WeakMapNames;
use crate::base::{BitSet, NodeIndex};
use crate::graph::{Edge, EdgeKind, Graph};

/// Rules 1 to 4.
#[inline]
pub fn is_strong(graph: &Graph, weak_maps: &WeakMapNames, source: NodeIndex, edge: &Edge) -> bool {
    match edge.kind {
        EdgeKind::Weak => false,
        _ if edge.target == source => false,
        EdgeKind::Shortcut => source == graph.root,
        EdgeKind::Internal => weak_maps.entry(edge).is_none_or(|entry| entry.table != graph.nodes.id(source)),
        _ => true,
    }
}

/// Rule 5: whether an edge between these two may keep the target alive.
#[inline]
pub fn may_enter_page(page: &BitSet, root: NodeIndex, source: NodeIndex, target: NodeIndex) -> bool {
    !page.contains(target.position()) || page.contains(source.position()) || source == root
}
