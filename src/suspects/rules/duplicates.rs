//! Texts that are there again and again: copies that one text would do for.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::base::{NodeIndex, StringIndex};
use crate::graph::NodeKind;
use crate::snapshot::ContainerKind;
use crate::suspects::Scene;
use crate::suspects::contents::{Content, ContentKind};
use crate::suspects::evidence::{Confidence, Evidence, Mechanism, Who};

/// The part of the heap from which on copies are suspect: a tenth.
const PART: u64 = 10;
/// Fewer copies are no finding.
const MANY: u64 = 1_000;
/// Fewer copies of one text are not counted: any program has some.
const FEW: usize = 100;
/// Texts that are told.
const TEXTS: usize = 3;

/// All copies in one heap together, the texts that waste most first.
pub(super) fn find(scene: &Scene<'_>) -> Vec<Evidence> {
    let mut by_text: FxHashMap<Text, Vec<NodeIndex>> = FxHashMap::default();
    for node in scene.graph().node_indices() {
        if let Some(text) = text_of(scene, node) {
            by_text.entry(text).or_default().push(node);
        }
    }
    let shallow = |&node: &NodeIndex| scene.snapshot.shallow(scene.mode, node);
    let mut texts: Vec<(u64, Vec<NodeIndex>)> = by_text
        .into_values()
        .filter(|copies| copies.len() >= FEW && !scene.graph().raw_name(copies[0]).is_empty())
        // One of them is needed.
        .map(|copies| (copies[1..].iter().map(shallow).sum(), copies))
        .collect();
    texts.sort_by_key(|(bytes, copies)| (Reverse(*bytes), copies[0]));
    let bytes: u64 = texts.iter().map(|(bytes, _)| bytes).sum();
    let copies: u64 = texts.iter().map(|(_, copies)| copies.len() as u64 - 1).sum();
    let least = scene.retained(scene.graph().root) / PART;
    let Some((_, largest)) = texts.first().filter(|_| bytes >= least && copies >= MANY) else {
        return Vec::new();
    };
    let content = |(bytes, copies): &(u64, Vec<NodeIndex>)| Content {
        kind: ContentKind::Text,
        function: None,
        callers: Vec::new(),
        count: copies.len() as u64,
        bytes: *bytes,
        example: copies[0],
        keeps: None,
    };
    vec![Evidence {
        rule: "duplicates",
        who: Who::Together("copies of texts", vec![scene.holders.find(largest[0])]),
        kind: ContainerKind::Text,
        object: largest[0],
        object_before: None,
        bytes_before: 0,
        bytes_after: bytes,
        growth: bytes.cast_signed(),
        entries_before: None,
        entries_after: Some(copies),
        contents: texts.iter().take(TEXTS).map(content).collect(),
        mechanism: Some(Mechanism::Copies),
        confidence: Confidence::Possible,
        // Whoever holds them may be accused as well.
        claims: Vec::new(),
        row: None,
    }]
}

/// One text: as the file has it, or the two it was joined from, and its size, as the file cuts long ones.
type Text = (StringIndex, Option<StringIndex>, u64);

/// The text of a string. A long text that was joined piece by piece is a chain of strings, of which no two are
/// alike, and reading each would take its length anew: only what was joined once counts.
fn text_of(scene: &Scene<'_>, node: NodeIndex) -> Option<Text> {
    let graph = scene.graph();
    let size = scene.snapshot.shallow(scene.mode, node);
    let flat = |node: NodeIndex| (graph.nodes.kind(node) == NodeKind::STRING).then(|| graph.nodes.name(node));
    let part = |name| graph.internal_target(node, name).and_then(flat);
    match graph.nodes.kind(node) {
        _ if size == 0 => None,
        NodeKind::STRING => Some((graph.nodes.name(node), None, size)),
        NodeKind::CONCATENATED_STRING => {
            let (first, second) = (part("first")?, part("second")?);
            // A text that V8 has flattened keeps an empty second part.
            (!graph.text(second).is_empty()).then_some((first, Some(second), size))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::GraphBuilder;
    use crate::suspects::rules::test_page::found_alone;

    fn rows(texts: usize) -> GraphBuilder {
        let mut heap = GraphBuilder::new();
        let rows = heap.node("object", "Array", 16);
        heap.edge(0, "element", "1", rows);
        for at in 0..3_000 {
            let text = heap.node("string", &format!("/api/users/{}", at % texts), 40);
            heap.edge(rows, "element", &at.to_string(), text);
        }
        heap
    }

    #[test]
    fn copies_of_a_text_are_told_with_what_they_waste() {
        let all = found_alone(find, &rows(3));
        let [evidence] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!((evidence.entries_after, evidence.growth), (Some(2_997), 2_997 * 40));
        assert_eq!((evidence.contents.len(), evidence.contents[0].count), (3, 1_000));
    }

    #[test]
    fn copies_that_were_joined_once_count_and_a_text_joined_piece_by_piece_does_not() {
        let joined = |is_chain: bool| {
            let mut heap = rows(1);
            let first = heap.node("string", "/api/orders/", 32);
            let second = heap.node("string", "latest", 24);
            let mut before = first;
            for at in 0..2_000 {
                let text = heap.node("concatenated string", "(concatenated string)", 900);
                heap.edge(1, "element", &(3_000 + at).to_string(), text);
                heap.edge(text, "internal", "first", if is_chain { before } else { first });
                heap.edge(text, "internal", "second", second);
                before = text;
            }
            heap
        };
        let [all, chain] = [false, true].map(|is_chain| found_alone(find, &joined(is_chain)));
        assert_eq!(all[0].contents[0].count, 2_000);
        assert!(chain.iter().flat_map(|evidence| &evidence.contents).all(|content| content.count == 3_000));
    }

    #[test]
    fn texts_that_differ_are_no_copies() {
        assert_eq!(found_alone(find, &rows(3_000)), []);
    }
}
