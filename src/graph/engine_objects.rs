//! All predicates for V8's own objects in one place, because each question draws the line elsewhere.
//!
//! | predicate | asks | V8's own |
//! |---|---|---|
//! | [`NodeKind::is_machinery`] | may a path step over it | hidden nodes, arrays behind objects, code, shapes |
//! | [`is_internal_class`] | may a list hide it | the same and synthetic nodes, by class name; `system / …` but for scopes and realms |
//! | [`is_internal_native`] | does its growth belong to its owner | native nodes called `system / …`, such as buffers' bytes |
//! | [`is_anchor_kind`] | can growth belong to it | all but objects, functions, native and synthetic nodes |
//! | [`is_nameable_kind`] | can a user look for it | all but strings, objects, functions and native nodes |
//! | [`can_be_suspect`] | can it be accused | globals, prototypes of `Object`, internal native nodes, all that is not nameable |
//! | [`is_counted`] | can its class be accused | all that cannot be a suspect; scopes, functions, strings, and classes that say nothing |
//! | [`is_storage`] | does it stand for its owner | arrays behind objects only |
//!
//! `suspects/ranking.rs` has a similar predicate for a row of growth: whether it is everything that the roots
//! hold.

use crate::base::NodeIndex;
use crate::graph::{Graph, NodeKind};

/// Kinds that only V8 uses, as class names.
const INTERNAL_CLASSES: [&str; 6] =
    ["(system)", "(compiled code)", "(array)", "(object shape)", "(synthetic)", "(hidden)"];
/// Scopes and realms are V8's records of what the program itself created.
const CLASSES_OF_THE_PROGRAM: [&str; 2] = ["system / Context", "system / NativeContext"];

impl NodeKind {
    /// Bookkeeping, backing stores, code and shapes.
    pub fn is_machinery(self) -> bool {
        matches!(self, Self::HIDDEN | Self::ARRAY | Self::CODE | Self::OBJECT_SHAPE)
    }
}

/// Whether objects of this class belong to the engine: bookkeeping, code, shapes and backing stores. Values,
/// scopes, and objects of the program or the page do not.
pub(crate) fn is_internal_class(class: &str) -> bool {
    let is_the_programs = CLASSES_OF_THE_PROGRAM
        .iter()
        .any(|name| class.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(" / ")));
    INTERNAL_CLASSES.contains(&class) || (class.starts_with("system / ") && !is_the_programs)
}

/// Whether it is a native record of the engine.
pub(crate) fn is_internal_native(graph: &Graph, node: NodeIndex) -> bool {
    graph.nodes.kind(node) == NodeKind::NATIVE && graph.raw_name(node).starts_with("system / ")
}

/// Whether growth can belong to a node of this kind.
pub(crate) fn is_anchor_kind(kind: NodeKind) -> bool {
    matches!(kind, NodeKind::OBJECT | NodeKind::CLOSURE | NodeKind::NATIVE | NodeKind::SYNTHETIC)
}

/// Whether a user can search for a node of this kind.
pub(crate) fn is_nameable_kind(kind: NodeKind) -> bool {
    kind.is_string() || matches!(kind, NodeKind::OBJECT | NodeKind::CLOSURE | NodeKind::NATIVE)
}

/// Whether an object can be a suspect.
pub(crate) fn can_be_suspect(graph: &Graph, node: NodeIndex) -> bool {
    let kind = graph.nodes.kind(node);
    let is_global =
        || ["global", "Window", "Object / "].iter().any(|start| graph.raw_name(node).starts_with(start));
    is_nameable_kind(kind) && !(kind == NodeKind::OBJECT && is_global()) && !is_internal_native(graph, node)
}

/// Whether a class can be a suspect because of objects like this one.
pub(crate) fn is_counted(graph: &Graph, node: NodeIndex) -> bool {
    let name = graph.raw_name(node);
    matches!(graph.nodes.kind(node), NodeKind::OBJECT | NodeKind::NATIVE)
        && !name.starts_with("system / ")
        && can_be_suspect(graph, node)
        && !matches!(name, "Object" | "Array" | "Map" | "Set" | "WeakMap")
}

/// Whether it is the table or the elements of another object.
pub(crate) fn is_storage(graph: &Graph, node: NodeIndex) -> bool {
    graph.nodes.kind(node) == NodeKind::ARRAY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bookkeeping_is_internal_and_what_the_program_made_is_not() {
        for class in
            ["(system)", "(array)", "system / Map", "system / JSArrayBufferData", "system / ContextX"]
        {
            assert!(is_internal_class(class), "{class}");
        }
        for class in ["Array", "(string)", "(closure)", "system / Context", "system / Context / app.js"] {
            assert!(!is_internal_class(class), "{class}");
        }
    }

    #[test]
    fn kinds_are_told_apart_as_the_table_says() {
        for (kind, machinery, anchor, nameable) in [
            (NodeKind::HIDDEN, true, false, false),
            (NodeKind::ARRAY, true, false, false),
            (NodeKind::OBJECT, false, true, true),
            (NodeKind::SYNTHETIC, false, true, false),
            (NodeKind::STRING, false, false, true),
        ] {
            assert_eq!(
                (kind.is_machinery(), is_anchor_kind(kind), is_nameable_kind(kind)),
                (machinery, anchor, nameable)
            );
        }
    }
}
