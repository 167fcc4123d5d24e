//! Chains: each link keeps the one before, by a variable, a property or a prototype.

use crate::base::{ClassIndex, EdgeIndex, NodeIndex};
use crate::graph::{EdgeKind, NodeKind};
use crate::suspects::Scene;
use crate::suspects::evidence::{Confidence, Evidence, Mechanism};
use crate::suspects::holder::{HolderPath, Start};
use crate::suspects::scopes::Origin;

/// Objects of a chain that are followed.
const STEPS: usize = 200_000;
/// Objects of one link.
const PERIOD: usize = 16;
/// Fewer links are no chain.
const LINKS: usize = 16;
/// Objects before the first link.
const HEAD: usize = 16;

/// Where what grew is the head of a chain: counts its links, and says how each keeps the next.
pub fn explain(scene: &Scene<'_>, evidence: &mut Evidence) {
    if evidence.mechanism.is_some() || evidence.kind.is_collection() {
        return;
    }
    let way = heaviest_way(scene, evidence.object);
    let Some((start, period)) = period(scene, &way) else { return };
    let links: Vec<NodeIndex> = way[start..].iter().copied().step_by(period).collect();
    let fresh = links.iter().filter(|&&link| scene.is_fresh(link)).count() as u64;
    let nodes: Vec<NodeIndex> = way[start..]
        .iter()
        .copied()
        .filter(|&node| scene.is_fresh(node) && is_telling(scene, node))
        .collect();
    let grown = evidence.growth.unsigned_abs();
    let mut contents = scene.contents().group(&nodes);
    for content in &mut contents {
        content.bytes = content.bytes.min(grown);
        content.keeps = None;
    }
    contents.sort_by_key(|content| std::cmp::Reverse((content.function.is_some(), content.count)));
    let all = links.len() as u64;
    (evidence.entries_before, evidence.entries_after) = (Some(all - fresh), Some(all));
    evidence.contents = contents;
    let step = HolderPath {
        start: Start::Roots,
        from: way[start],
        edges: references(scene, &way[start..=start + period]),
        target: way[start + period],
        origin: Origin::Program,
    };
    evidence.mechanism = Some(Mechanism::Chain { links: all, step });
    evidence.confidence = Confidence::Certain;
}

/// From `head` on, always the dominated object that holds the most, while that is most of what is left.
fn heaviest_way(scene: &Scene<'_>, head: NodeIndex) -> Vec<NodeIndex> {
    let mut way = vec![head];
    let mut at = head;
    while way.len() < STEPS {
        let below = scene.snapshot.dominated(at);
        let Some(next) =
            below.into_iter().max_by_key(|&node| (scene.retained(node), std::cmp::Reverse(node)))
        else {
            break;
        };
        if scene.retained(next) * 2 < scene.retained(at) {
            break;
        }
        way.push(next);
        at = next;
    }
    way
}

/// Where the classes along the way begin to repeat, and after how many objects.
fn period(scene: &Scene<'_>, way: &[NodeIndex]) -> Option<(usize, usize)> {
    let classes: Vec<ClassIndex> = way.iter().map(|&node| scene.snapshot.class_of(node)).collect();
    let repeats = |start: usize, period: usize| {
        let part = &classes[start..];
        part.len() / period >= LINKS
            && part.iter().zip(&part[period..]).filter(|(a, b)| a == b).count() * 10
                >= (part.len() - period) * 9
            && part[..period * 4].iter().zip(&part[period..]).all(|(a, b)| a == b)
    };
    (0..HEAD.min(classes.len()))
        .find_map(|start| Some((start, (1..=PERIOD).find(|&period| repeats(start, period))?)))
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
