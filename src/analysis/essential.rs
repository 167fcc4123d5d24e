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

use crate::analysis::weak_maps::WeakMapNames;
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

#[cfg(test)]
mod tests {
    use crate::analysis::test_heap::TestHeap;

    #[test]
    fn a_weak_edge_keeps_nothing_alive() {
        let heap = TestHeap::new(
            "group: synthetic (GC roots) 0
             holder: object Holder 1
             held: object Held 10
             root -> group element 1
             group -> holder element 1
             group -> held element 2
             holder -> held weak w",
        );
        assert_eq!(heap.dominator("held"), "group");
        assert_eq!(heap.retained("holder"), 1);
    }

    #[test]
    fn an_edge_to_itself_keeps_nothing_alive() {
        let heap = TestHeap::new(
            "lonely: object Lonely 10
             lonely -> lonely property self",
        );
        assert_eq!(heap.dominator("lonely"), "root");
    }

    #[test]
    fn a_shortcut_counts_from_the_root_alone() {
        let heap = TestHeap::new(
            "group: synthetic (GC roots) 0
             holder: object Holder 1
             by-shortcut: object A 10
             root -> group element 1
             group -> holder element 1
             group -> by-shortcut element 2
             holder -> by-shortcut shortcut 1",
        );
        assert_eq!(heap.dominator("by-shortcut"), "group");
    }

    #[test]
    fn the_key_of_a_weak_map_keeps_the_value_and_the_table_does_not() {
        let heap = TestHeap::new(
            "group: synthetic (GC roots) 0
             table: array - 1
             key: object Key 10
             value: object Value 100
             root -> group element 1
             group -> table element 1
             group -> key element 2
             table -> value internal 1 / part of key (Key @7) -> value (Value @9) pair in WeakMap (table @5)
             key -> value internal 2 / part of key (Key @7) -> value (Value @9) pair in WeakMap (table @5)",
        );
        assert_eq!(heap.dominator("value"), "key");
        assert_eq!(heap.retained("table"), 1);
    }

    #[test]
    fn what_is_outside_keeps_nothing_of_the_page_alive() {
        let heap = TestHeap::new(
            "window: object Window 1
             inside: object Inside 10
             group: synthetic (GC roots) 0
             outside: object Outside 100
             root -> window shortcut global
             root -> group element 1
             window -> inside property a
             group -> outside element 1
             outside -> inside property b",
        );
        assert_eq!(heap.labels(&heap.page()), "window inside");
        assert_eq!(heap.dominator("inside"), "window");
    }
}
