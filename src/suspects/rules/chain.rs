//! Chains: each link keeps the one before, by a variable, a property or a prototype.

use std::cmp::Reverse;

use crate::base::{ClassIndex, EdgeIndex, NodeIndex};
use crate::graph::{EdgeKind, NodeKind};
use crate::snapshot::ContainerKind;
use crate::suspects::Scene;
use crate::suspects::evidence::{Confidence, Evidence, Mechanism, Who};
use crate::suspects::holder::{HolderPath, Start};
use crate::suspects::one_heap::PART;
use crate::suspects::scopes::Origin;

/// Objects of a chain that are followed.
const STEPS: usize = 200_000;
/// Objects of one link.
const PERIOD: usize = 16;
/// Fewer links are no chain.
const LINKS: usize = 16;
/// Fewer links accuse nobody in one heap by itself.
const MANY: usize = 50;
/// One link of so many may be another.
const GAPS: usize = 10;
/// Objects before the first link.
const HEAD: usize = 16;

/// Where what grew is the head of a chain: counts its links, and says how each keeps the next.
pub(super) fn explain(scene: &Scene<'_>, evidence: &mut Evidence) {
    let is_uncounted = match evidence.kind {
        ContainerKind::List | ContainerKind::Class => evidence.newcomers() <= 1,
        kind => !kind.is_collection(),
    };
    if evidence.mechanism.is_some() || !is_uncounted {
        return;
    }
    let way = heaviest_way(scene, evidence.object, |_, _| ());
    if let Some(Repeat { start, end, period }) = repeat(scene, &way, HEAD) {
        tell(scene, evidence, &way[start..end], period);
    }
}

/// Tells evidence by a chain: objects of which so many are one link.
fn tell(scene: &Scene<'_>, evidence: &mut Evidence, chain: &[NodeIndex], period: usize) {
    let links = chain.iter().step_by(period);
    let fresh = links.clone().filter(|&&link| scene.is_fresh(link)).count() as u64;
    let nodes: Vec<NodeIndex> =
        chain.iter().copied().filter(|&node| scene.is_fresh(node) && is_telling(scene, node)).collect();
    let grown = evidence.growth.unsigned_abs();
    let mut contents = scene.contents().group(&nodes);
    for content in &mut contents {
        content.bytes = content.bytes.min(grown);
        content.keeps = None;
    }
    contents.sort_by_key(|content| Reverse((content.function.is_some(), content.count)));
    let all = links.len() as u64;
    (evidence.entries_before, evidence.entries_after) = (Some(all - fresh), Some(all));
    evidence.contents = contents;
    let step = HolderPath {
        start: Start::Roots,
        from: chain[0],
        edges: references(scene, &chain[..=period]),
        target: chain[period],
        origin: Origin::Program,
    };
    evidence.mechanism = Some(Mechanism::Chain { links: all, step });
    evidence.confidence = Confidence::Certain;
}

/// The chains of one heap that hold a part of it, each by its head.
pub(super) fn find(scene: &Scene<'_>) -> Vec<Evidence> {
    let root = scene.graph().root;
    let least = (scene.retained(root) / PART).max(1);
    let mut work = vec![root];
    let mut found = Vec::new();
    while let Some(top) = work.pop() {
        let way = heaviest_way(scene, top, |below, next| {
            work.extend(
                below.iter().copied().filter(|&node| Some(node) != next && scene.retained(node) >= least),
            );
        });
        let Some(Repeat { start, end, period }) = repeat(scene, &way, way.len()) else { continue };
        if scene.retained(way[start]) >= least && (end - start) / period >= MANY {
            found.extend(of_way(scene, &way[start..end], period));
        }
    }
    found
}

/// A chain as evidence; none if no object of it is one of the program.
fn of_way(scene: &Scene<'_>, way: &[NodeIndex], period: usize) -> Option<Evidence> {
    let heads = (0..period).filter(|&at| is_telling(scene, way[at]));
    let named = heads.map(|at| (at, scene.holders.find(way[at])));
    let (at, who) = named
        .min_by_key(|(at, path)| (path.start == Start::Roots, path.origin, path.edges.len(), Reverse(*at)))?;
    let (head, bytes) = (way[at], scene.retained(way[at]));
    let mut evidence = Evidence {
        rule: "chain",
        who: Who::Container(who),
        kind: scene.snapshot.containers().kind(head),
        object: head,
        object_before: None,
        bytes_before: 0,
        bytes_after: bytes,
        growth: bytes.cast_signed(),
        entries_before: None,
        entries_after: None,
        contents: Vec::new(),
        mechanism: None,
        confidence: Confidence::Likely,
        claims: vec![head],
        row: None,
    };
    tell(scene, &mut evidence, &way[at..], period);
    Some(evidence)
}

/// From `head` on, always the dominated object that holds the most, while that is most of what is left.
/// `beside` is told all that an object of the way dominates, and which of it comes next.
fn heaviest_way(
    scene: &Scene<'_>,
    head: NodeIndex,
    mut beside: impl FnMut(&[NodeIndex], Option<NodeIndex>),
) -> Vec<NodeIndex> {
    let mut way = vec![head];
    let mut at = head;
    while way.len() < STEPS {
        let below = scene.snapshot.dominated(at);
        let heaviest = below.iter().copied().max_by_key(|&node| (scene.retained(node), Reverse(node)));
        let next = heaviest.filter(|&next| scene.retained(next) * 2 >= scene.retained(at));
        beside(&below, next);
        let Some(next) = next else { break };
        way.push(next);
        at = next;
    }
    way
}

/// Objects of a way whose classes repeat.
struct Repeat {
    start: usize,
    end: usize,
    /// After how many objects.
    period: usize,
}

/// The longest part of the way in which the classes repeat, with a few gaps; it begins within the first `head`
/// objects. `O(way)`.
fn repeat(scene: &Scene<'_>, way: &[NodeIndex], head: usize) -> Option<Repeat> {
    let classes: Vec<ClassIndex> = way.iter().map(|&node| scene.snapshot.class_of(node)).collect();
    let mut best: Option<Repeat> = None;
    for period in 1..=PERIOD.min(classes.len()) {
        let mut start = 0;
        while start < head.min(classes.len() - period) {
            let (mut end, mut gaps, mut last) = (start, 0, start);
            while end + period < classes.len() && end - last <= 2 * period && gaps * GAPS <= end - start {
                if classes[end] == classes[end + period] {
                    last = end + 1;
                } else {
                    gaps += 1;
                }
                end += 1;
            }
            let length = last + period - start;
            let is_longer = best.as_ref().is_none_or(|best| length > (best.end - best.start) * 5 / 4);
            if length / period >= LINKS && is_longer {
                best = Some(Repeat { start, end: start + length, period });
            }
            start = last.max(start + 1);
        }
    }
    best
}

/// The references along a piece of the way, where one object refers to the next itself.
fn references(scene: &Scene<'_>, way: &[NodeIndex]) -> Vec<EdgeIndex> {
    let graph = scene.graph();
    let between = |pair: &[NodeIndex]| {
        let edges =
            graph.edges_of(pair[0]).filter(|edge| edge.target == pair[1] && edge.kind != EdgeKind::Weak);
        edges.min_by_key(|edge| u8::from(edge.kind == EdgeKind::Internal)).map(|edge| edge.index)
    };
    way.windows(2).filter_map(between).collect()
}

fn is_telling(scene: &Scene<'_>, node: NodeIndex) -> bool {
    match scene.graph().nodes.kind(node) {
        NodeKind::CLOSURE => scene.holders.scopes.origin_of_function(node) <= Origin::Library,
        NodeKind::OBJECT => !scene.graph().raw_name(node).starts_with("system / "),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::GraphBuilder;
    use crate::suspects::rules::test_page::found_alone;

    /// Objects that are kept by the closure of the next one, as far as a module's variable.
    fn closures(links: usize) -> GraphBuilder {
        let mut heap = GraphBuilder::new();
        let module = heap.node("object", "system / Context", 40);
        heap.edge(0, "element", "1", module);
        let mut at = heap.node("object", "Latest", 30);
        heap.edge(module, "context", "latest", at);
        for _ in 1..links {
            let render = heap.node("closure", "render", 60);
            let scope = heap.node("object", "system / Context", 40);
            let next = heap.node("object", "Latest", 30);
            heap.edge(at, "property", "render", render).edge(render, "internal", "context", scope);
            heap.edge(scope, "context", "previous", next);
            at = next;
        }
        heap
    }

    #[test]
    fn a_chain_alone_is_told_by_its_head_and_its_links() {
        let all = found_alone(find, &closures(500));
        let [evidence] = all.as_slice() else { panic!("{all:?}") };
        let Some(Mechanism::Chain { links, .. }) = &evidence.mechanism else { panic!("{evidence:?}") };
        assert!((498..=500).contains(links), "{links}");
        let Who::Container(path) = &evidence.who else { panic!("{evidence:?}") };
        assert_eq!((path.start, path.edges.len()), (Start::Variable, 1), "the variable `latest`");
        assert!(evidence.growth >= 499 * 130, "{}", evidence.growth);
    }

    #[test]
    fn few_links_and_chains_of_the_engine_are_none() {
        assert_eq!(found_alone(find, &closures(20)), []);
        let mut heap = GraphBuilder::new();
        let mut at = 0;
        for _ in 0..500 {
            let next = heap.node("hidden", "system / WeakCell", 40);
            heap.edge(at, "internal", "next", next);
            at = next;
        }
        assert_eq!(found_alone(find, &heap), []);
    }

    #[test]
    fn a_chain_may_have_a_few_other_links() {
        let mut heap = GraphBuilder::new();
        let mut at = 0;
        for link in 0..400 {
            let name = if link % 50 == 49 { "Barrier" } else { "Job" };
            let next = heap.node("object", name, 40);
            heap.edge(at, "property", "next", next);
            at = next;
        }
        let all = found_alone(find, &heap);
        let [evidence] = all.as_slice() else { panic!("{all:?}") };
        assert!(evidence.entries_after > Some(390), "{:?}", evidence.entries_after);
    }
}
