//! Texts that are there again and again: copies that one text would do for.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::base::{NodeIndex, Progress};
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
    let strings = scene.snapshot.strings_by_text(&Progress::new()).unwrap_or_default();
    let mut by_text: FxHashMap<u32, Vec<NodeIndex>> = FxHashMap::default();
    for (node, text) in strings {
        by_text.entry(text).or_default().push(node);
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
    fn texts_that_differ_are_no_copies() {
        assert_eq!(found_alone(find, &rows(3_000)), []);
    }
}
