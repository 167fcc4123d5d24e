//! Native contexts of one heap by itself: realms with globals of their own, and who outside keeps them.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::base::{NodeIndex, Progress};
use crate::graph::NodeKind;
use crate::snapshot::{Attribution, ContainerKind};
use crate::suspects::Scene;
use crate::suspects::contents::{Content, ContentKind};
use crate::suspects::evidence::{Confidence, Evidence, Mechanism, Who};
use crate::suspects::holder::{HolderPath, Start};

/// Fewer contexts are meant: the page, its frames, those of extensions.
const FEW: usize = 5;
/// Contexts that are asked who holds them.
const SAMPLES: usize = 8;

/// All contexts of one heap that is looked at by itself.
pub(super) fn find(scene: &Scene<'_>) -> Vec<Evidence> {
    let all = native_contexts(scene);
    if all.len() < FEW {
        return Vec::new();
    }
    let Ok(found) = scene.snapshot.native_contexts(&Progress::new()) else { return Vec::new() };
    let sizes: FxHashMap<NodeIndex, u64> = found.contexts.iter().copied().collect();
    let bytes: u64 = all.iter().filter_map(|context| sizes.get(context)).sum();
    let holders = holders(scene, &all, |node| found.of(node));
    let number = all.len() as u64;
    let content = Content {
        kind: ContentKind::Realm,
        function: None,
        callers: Vec::new(),
        count: number,
        bytes,
        example: all[0],
        keeps: None,
    };
    vec![Evidence {
        rule: "contexts",
        who: Who::Together("contexts", holders),
        kind: ContainerKind::Class,
        object: all[0],
        object_before: None,
        bytes_before: 0,
        bytes_after: bytes,
        growth: bytes.cast_signed(),
        entries_before: None,
        entries_after: Some(number),
        contents: vec![content],
        mechanism: Some(Mechanism::Realms { before: None, after: number }),
        confidence: Confidence::Likely,
        claims: all,
        row: None,
    }]
}

/// The contexts of one heap, in file order.
fn native_contexts(scene: &Scene<'_>) -> Vec<NodeIndex> {
    let graph = scene.graph();
    let is_context = |&node: &NodeIndex| {
        if !matches!(graph.nodes.kind(node), NodeKind::HIDDEN | NodeKind::NATIVE | NodeKind::OBJECT) {
            return false;
        }
        let name = graph.raw_name(node);
        let name = name.strip_prefix("Detached ").unwrap_or(name);
        let rest = name.strip_prefix("system / NativeContext");
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" / "))
    };
    graph.node_indices().filter(is_context).collect()
}

/// Who outside of the contexts refers into them: the ways to the entries that lead there.
fn holders(
    scene: &Scene<'_>,
    contexts: &[NodeIndex],
    owner: impl Fn(NodeIndex) -> Attribution,
) -> Vec<HolderPath> {
    let step = contexts.len().div_ceil(SAMPLES);
    let mut votes: FxHashMap<(NodeIndex, usize), (usize, HolderPath)> = FxHashMap::default();
    for &context in contexts.iter().step_by(step) {
        let path = scene.holders.find(context);
        if path.start == Start::Roots || owner(path.from) == Attribution::Context(context) {
            continue;
        }
        votes.entry((path.from, path.edges.len())).or_insert((0, path)).0 += 1;
    }
    let mut votes: Vec<(usize, HolderPath)> = votes.into_values().collect();
    votes.sort_by_key(|(count, path)| (Reverse(*count), path.target));
    votes.into_iter().take(1).map(|(_, path)| path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suspects::rules::test_page::{Page, found_alone};

    /// Functions of so many realms in an array of the page.
    fn realms(page: &mut Page, number: usize) {
        let scope = page.heap.node("object", "system / Context", 24);
        let hooks = page.heap.node("object", "Array", 16);
        page.heap.edge(page.window, "element", "7", scope).edge(scope, "context", "hooks", hooks);
        for at in 0..number {
            let context = page.heap.node("hidden", "system / NativeContext", 900);
            let hook = page.heap.node("closure", "hook", 60);
            page.heap
                .edge(hooks, "element", &at.to_string(), hook)
                .edge(hook, "internal", "context", context);
        }
    }

    #[test]
    fn one_heap_has_contexts_too_but_a_few_are_meant() {
        let alone = |number| {
            let mut page = Page::new();
            realms(&mut page, number);
            found_alone(find, &page.heap)
        };
        assert_eq!(alone(3), []);
        let all = alone(20);
        assert_eq!(all[0].mechanism, Some(Mechanism::Realms { before: None, after: 20 }));
        let Who::Together("contexts", holders) = &all[0].who else { panic!("{all:?}") };
        assert_eq!((holders.len(), holders[0].start), (1, Start::Variable));
    }
}
