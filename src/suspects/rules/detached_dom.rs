//! DOM trees that were removed from their document and are still kept, by what keeps them.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{ClassIndex, NodeIndex};
use crate::compare::name_folding::fold_name;
use crate::graph::{Detachedness, EdgeKind, EdgeName, NodeKind};
use crate::snapshot::ContainerKind;
use crate::suspects::Scene;
use crate::suspects::contents::Content;
use crate::suspects::evidence::{Confidence, Evidence, Mechanism, Who};
use crate::suspects::page::{is_browsers_own, is_detached_element, is_page_itself};
use crate::suspects::rules::page_registrations::is_callback;

/// Nodes of a tree that are asked who holds it.
const STEPS: usize = 400;
/// How far above an object its dominators are looked at.
const DOMINATORS: usize = 32;
/// Holders that are named.
const HOLDERS: usize = 2;

/// Trees that are held alike: by objects of one class, by one property.
#[derive(Default)]
struct Group {
    trees: Vec<NodeIndex>,
    holders: Vec<NodeIndex>,
}

/// What holds a tree: its class, and the name of the reference.
type Likeness = (ClassIndex, Option<String>);

/// Trees that no callback holds; in a growth, none that a container of the program holds alone.
pub(super) fn find(scene: &Scene<'_>) -> Vec<Evidence> {
    let graph = scene.graph();
    let snapshot = scene.snapshot;
    let elements: Vec<NodeIndex> = graph
        .node_indices()
        .filter(|&node| is_detached_element(snapshot, node) && scene.is_fresh(node))
        .collect();
    let mut nodes_of: FxHashMap<NodeIndex, u64> = FxHashMap::default();
    for &element in &elements {
        if let Some(top) = top_of(scene, element) {
            *nodes_of.entry(top).or_default() += 1;
        }
    }
    let mut tops: Vec<NodeIndex> = nodes_of.keys().copied().collect();
    tops.sort_unstable();
    let mut groups: FxHashMap<Likeness, Group> = FxHashMap::default();
    for top in tops {
        let Some((holder, name)) = holder_of(scene, top) else { continue };
        let name = name.and_then(|name| match name {
            EdgeName::Text(text) => Some(fold_name(graph.text(text)).into_owned()),
            EdgeName::Number(_) => None,
        });
        let group = groups.entry((snapshot.class_of(holder), name)).or_default();
        group.trees.push(top);
        if group.holders.len() < HOLDERS {
            group.holders.push(holder);
        }
    }
    groups.into_values().map(|group| evidence(scene, &group, &nodes_of)).collect()
}

/// The highest detached element that keeps `element` alive, where nothing but the browser and the roots lie
/// above it.
fn top_of(scene: &Scene<'_>, element: NodeIndex) -> Option<NodeIndex> {
    let graph = scene.graph();
    let mut top = element;
    let mut at = element;
    for _ in 0..DOMINATORS {
        let above = scene.snapshot.dominator(at)?;
        let is_outside = graph.nodes.kind(above) == NodeKind::SYNTHETIC
            || graph.raw_name(above).starts_with("system / NativeContext")
            || graph.nodes.kind(above) == NodeKind::NATIVE && is_outside_of_tree(scene, above);
        let is_held_alone = scene.growth.is_none()
            && matches!(graph.nodes.kind(above), NodeKind::OBJECT | NodeKind::ARRAY | NodeKind::CLOSURE);
        if is_outside || is_held_alone {
            return Some(top);
        }
        if is_detached_element(scene.snapshot, above) {
            top = above;
        } else if !is_browsers_own(graph, above) || is_callback(graph.raw_name(above)) {
            return None;
        }
        at = above;
    }
    None
}

/// Whether a native object is not part of a tree: old, or without a baseline the page itself.
fn is_outside_of_tree(scene: &Scene<'_>, node: NodeIndex) -> bool {
    match scene.growth {
        Some(_) => !scene.is_fresh(node),
        None => is_page_itself(scene.snapshot, node),
    }
}

/// Who refers to a tree from outside, the program before the browser.
fn holder_of(scene: &Scene<'_>, top: NodeIndex) -> Option<(NodeIndex, Option<EdgeName>)> {
    let graph = scene.graph();
    let mut seen = FxHashSet::from_iter([top]);
    let mut work = VecDeque::from([top]);
    let mut by_browser = None;
    while let Some(node) = work.pop_front().filter(|_| seen.len() < STEPS) {
        for retainer in scene.snapshot.retainers(node) {
            let edge = graph.edges.get(retainer.edge);
            let source = retainer.source;
            if edge.kind == EdgeKind::Weak {
                continue;
            }
            match graph.nodes.kind(source) {
                NodeKind::OBJECT if edge.kind == EdgeKind::Element => return Some((source, None)),
                NodeKind::OBJECT => return Some((source, Some(edge.name))),
                NodeKind::CLOSURE | NodeKind::ARRAY => return Some((source, None)),
                NodeKind::NATIVE => {
                    let is_detached = scene.snapshot.detachedness(source) == Detachedness::Detached;
                    if !is_detached && !is_browsers_own(graph, source) {
                        by_browser = by_browser.or(Some((source, None)));
                    } else if seen.insert(source) {
                        work.push_back(source);
                    }
                }
                _ => {}
            }
        }
    }
    by_browser
}

fn evidence(scene: &Scene<'_>, group: &Group, nodes_of: &FxHashMap<NodeIndex, u64>) -> Evidence {
    let contents = scene.contents().group(&group.trees);
    let bytes: u64 = contents.iter().map(|content| content.bytes).sum();
    let trees = group.trees.len() as u64;
    Evidence {
        rule: "detached elements",
        who: Who::Class(group.holders.iter().map(|&holder| scene.holders.find(holder)).collect()),
        kind: ContainerKind::Class,
        object: contents.first().map_or(group.trees[0], |content| content.example),
        object_before: None,
        bytes_before: 0,
        bytes_after: bytes,
        growth: bytes.cast_signed(),
        entries_before: scene.growth.map(|_| 0),
        entries_after: Some(trees),
        contents,
        mechanism: Some(Mechanism::Detached {
            trees,
            elements: group.trees.iter().filter_map(|top| nodes_of.get(top)).sum(),
        }),
        confidence: Confidence::Likely,
        claims: group.trees.clone(),
        row: None,
    }
}

/// Says of a container that detached elements came into it.
pub(super) fn explain(scene: &Scene<'_>, evidence: &mut Evidence) {
    let is_tree = |content: &&Content| is_detached_element(scene.snapshot, content.example);
    let trees: u64 = evidence.contents.iter().filter(is_tree).map(|content| content.count).sum();
    let largest = evidence.contents.iter().map(|content| content.count).max().unwrap_or(0);
    if evidence.mechanism.is_some() {
        return;
    }
    if trees * 2 > largest {
        evidence.mechanism = Some(Mechanism::Detached { trees, elements: trees });
    } else if trees == 0 && matches!(evidence.who, Who::Container(_)) && scene.growth.is_some() {
        explain_below(scene, evidence, largest);
    }
}

/// The same where the entries hold the elements.
fn explain_below(scene: &Scene<'_>, evidence: &mut Evidence, entries: u64) {
    let is_new = |&node: &NodeIndex| is_detached_element(scene.snapshot, node) && scene.is_fresh(node);
    let elements: FxHashSet<NodeIndex> = scene.graph().node_indices().filter(is_new).collect();
    let above = |&at: &NodeIndex| scene.snapshot.dominator(at).filter(|&above| above != at);
    let is_below = |&&node: &&NodeIndex| {
        let mut way = std::iter::successors(above(&node), above).take(DOMINATORS);
        way.find(|at| elements.contains(at) || *at == evidence.object) == Some(evidence.object)
    };
    let mut tops: Vec<NodeIndex> = elements.iter().filter(is_below).copied().collect();
    tops.sort_unstable();
    let trees = tops.len() as u64;
    if trees * 2 > entries {
        evidence.contents.extend(scene.contents().group(&tops));
        evidence.mechanism = Some(Mechanism::Detached { trees, elements: trees });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suspects::rules::test_page::{found, grown};

    #[test]
    fn trees_that_the_browser_keeps_are_told_by_what_refers_to_them() {
        let growth = grown(|page, number| {
            let observer = page.native("IntersectionObserver", page.window);
            let prototype = page.heap.node("object", "IntersectionObserver", 28);
            page.heap.edge(observer, "property", "__proto__", prototype);
            for _ in 0..number {
                let tree = page.removed("<figure>", 500);
                let child = page.removed("<img>", 100);
                page.heap.edge(tree, "element", "1", child).edge(child, "element", "2", tree);
                let observation = page.native("blink::IntersectionObservation", observer);
                page.heap.edge(observation, "element", "1", tree);
            }
        });
        let all = found(find, &growth);
        let [evidence] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!(evidence.mechanism, Some(Mechanism::Detached { trees: 28, elements: 56 }));
        assert_eq!(evidence.growth, 28 * 600);
        assert_eq!(evidence.claims.len(), 28);
    }

    #[test]
    fn trees_in_a_container_of_the_program_are_left_to_it() {
        let growth = grown(|page, number| {
            let cache = page.heap.node("object", "Cache", 30);
            page.heap.edge(page.window, "property", "cache", cache);
            for at in 0..number {
                let tree = page.removed("<li>", 500);
                page.heap.edge(cache, "property", &format!("row{at}"), tree);
            }
        });
        assert_eq!(found(find, &growth), []);
    }
}
