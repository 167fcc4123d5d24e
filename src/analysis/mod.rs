//! [`Graph`](crate::graph::Graph) to derived columns: one question per file, pure, with Chrome's answers.
//!
//! "Why is this edge not counted?" is answered in [`essential`], "why does this array have no size?" in
//! [`shallow_sizes`], "why is it so far away?" in [`distances`]. Analysis never fails: it can only be
//! cancelled.

pub mod aggregates;
pub mod allocations;
pub mod class_names;
pub mod classes;
pub mod containers;
pub mod distances;
pub mod dom_state;
pub mod dominator_children;
pub mod dominator_tree;
pub mod dominators;
pub mod duplicated_strings;
pub mod essential;
pub mod filters;
pub mod ignored_retainers;
pub mod independent_paths;
pub mod interface_definitions;
pub mod names;
pub mod native_contexts;
pub mod nearest_edges;
pub mod page_objects;
pub mod regions;
pub mod retainers;
pub mod roots;
pub mod search;
pub mod shallow_sizes;
pub mod weak_maps;

#[cfg(test)]
mod test_heap;
