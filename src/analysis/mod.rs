//! [`Graph`](crate::graph::Graph) to derived columns: one question a file, pure, with Chrome's answers.
//!
//! "Why is this edge not counted?" is answered in [`essential`]; "why has this array no size?" in
//! [`shallow_sizes`]; "why is it so far away?" in [`distances`]. Analysis never fails: it can only be
//! cancelled.

pub mod aggregates;
pub mod class_names;
pub mod classes;
pub mod distances;
pub mod dom_state;
pub mod dominator_tree;
pub mod dominators;
pub mod essential;
pub mod interfaces;
pub mod names;
pub mod page_objects;
pub mod retainers;
pub mod roots;
pub mod shallow_sizes;
pub mod weak_maps;
