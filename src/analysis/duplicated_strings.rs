//! Strings whose text exists more than once: Chrome's filter "Duplicated strings".

use rustc_hash::FxHashMap;
use std::borrow::Cow;

use crate::analysis::dom_state::DomStates;
use crate::analysis::names::{display_name, leading_integer};
use crate::base::{BitSet, Cancelled, NodeIndex, Progress, SizeColumn};
use crate::graph::{EdgeKind, EdgeName, Graph, NodeKind};

/// What makes two strings equal: their text; for texts that V8 truncated, also length and hash.
type Key<'a> = (Cow<'a, str>, Option<(Option<i64>, Option<i64>)>);

/// Strings and concatenated strings with a size whose text occurs at least twice. Left out are concatenated
/// strings that were flattened: one of their halves is empty.
pub fn duplicated_strings(
    graph: &Graph,
    dom: &DomStates,
    shallow: &SizeColumn<NodeIndex>,
    progress: &Progress,
) -> Result<BitSet, Cancelled> {
    let mut first_of: FxHashMap<u32, NodeIndex> = FxHashMap::default();
    let mut duplicated = BitSet::new(graph.node_count());
    for (node, text) in strings_by_text(graph, dom, shallow, progress)? {
        let first = *first_of.entry(text).or_insert(node);
        if first != node {
            duplicated.insert(first.position());
            duplicated.insert(node.position());
        }
    }
    Ok(duplicated)
}

/// The strings that [`duplicated_strings`] compares, in file order, each with the number of its text: texts
/// are numbered as they first occur.
pub fn strings_by_text(
    graph: &Graph,
    dom: &DomStates,
    shallow: &SizeColumn<NodeIndex>,
    progress: &Progress,
) -> Result<Vec<(NodeIndex, u32)>, Cancelled> {
    let mut numbers: FxHashMap<Key<'_>, u32> = FxHashMap::default();
    let mut strings = Vec::new();
    for node in graph.node_indices() {
        progress.tick(node.position())?;
        let kind = graph.nodes.kind(node);
        let is_concatenated = kind == NodeKind::CONCATENATED_STRING;
        if !(is_concatenated || kind == NodeKind::STRING) || shallow.get(node) == 0 {
            continue;
        }
        if is_concatenated && is_flattened(graph, dom, node) {
            continue;
        }
        let is_cut = truth(graph, graph.internal_target(node, "truncated"));
        let int = |name| number(graph, graph.internal_target(node, name));
        let key = (display_name(graph, dom, node), is_cut.then(|| (int("length"), int("hash"))));
        let next = u32::try_from(numbers.len()).expect("nodes are counted in 32 bits");
        strings.push((node, *numbers.entry(key).or_insert(next)));
    }
    Ok(strings)
}

fn is_flattened(graph: &Graph, dom: &DomStates, node: NodeIndex) -> bool {
    graph.edges_of(node).any(|edge| {
        edge.kind == EdgeKind::Internal
            && matches!(edge.name, EdgeName::Text(name) if matches!(graph.text(name), "first" | "second"))
            && display_name(graph, dom, edge.target).is_empty()
    })
}

/// The text of a number node that V8 calls `kind`.
fn value<'a>(graph: &'a Graph, node: Option<NodeIndex>, kind: &str) -> Option<&'a str> {
    let node =
        node.filter(|&node| graph.nodes.kind(node) == NodeKind::NUMBER && graph.raw_name(node) == kind)?;
    Some(graph.raw_name(graph.internal_target(node, "value")?))
}

fn truth(graph: &Graph, node: Option<NodeIndex>) -> bool {
    value(graph, node, "bool") == Some("true")
}

fn number(graph: &Graph, node: Option<NodeIndex>) -> Option<i64> {
    leading_integer(value(graph, node, "int")?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::test_heap::TestHeap;

    fn found(text: &str) -> String {
        let heap = TestHeap::new(text);
        let duplicated =
            duplicated_strings(&heap.graph, &heap.dom(), &heap.shallow_sizes(), &Progress::new());
        heap.labels(&duplicated.expect("not cancelled"))
    }

    #[test]
    fn strings_of_one_text_are_duplicates_whatever_their_make() {
        let text = "a: string one 8
             half: string o 8
             rest: string ne 8
             joined: concatenated_string - 8
             sliced: sliced_string one 8
             empty: string one 0
             joined -> half internal first
             joined -> rest internal second";
        assert_eq!(found(text), "a joined");
    }

    #[test]
    fn a_flattened_string_is_left_out() {
        let text = "a: string one 8
             b: string one 8
             nothing: string - 8
             flat: concatenated_string - 8
             flat -> a internal first
             flat -> nothing internal second";
        assert_eq!(found(text), "a b");
    }

    #[test]
    fn strings_that_v8_cut_are_the_same_if_length_and_hash_are() {
        let text = "true: string true 0
             yes: number bool 0
             l1: string 2000 0
             l2: string 3000 0
             len1: number int 0
             len2: number int 0
             a: string long 8
             b: string long 8
             c: string long 8
             whole: string long 8
             yes -> true internal value
             len1 -> l1 internal value
             len2 -> l2 internal value
             a -> yes internal truncated
             a -> len1 internal length
             b -> yes internal truncated
             b -> len1 internal length
             c -> yes internal truncated
             c -> len2 internal length";
        assert_eq!(found(text), "a b");
    }
}
