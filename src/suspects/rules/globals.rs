//! Properties that came to the global object.

use std::cmp::Reverse;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::NodeIndex;
use crate::compare::name_folding::fold_name;
use crate::graph::{EdgeKind, EdgeName};
use crate::snapshot::{ContainerKind, Snapshot};
use crate::suspects::Scene;
use crate::suspects::evidence::{Confidence, Evidence, Mechanism, Who};
use crate::suspects::holder::is_global;

/// Names the properties that are new, by what their names have in common, where the global object grew.
pub(super) fn explain(scene: &Scene<'_>, evidence: &mut Evidence) {
    if !is_global(scene.snapshot, evidence.object) {
        return;
    }
    let Some(growth) = scene.growth else { return };
    let old: FxHashSet<String> = evidence.object_before.map_or_else(FxHashSet::default, |before| {
        properties(&growth.baseline, before).into_iter().map(|(name, _)| name).collect()
    });
    let all = properties(scene.snapshot, evidence.object);
    let mut groups: FxHashMap<String, Vec<(String, NodeIndex)>> = FxHashMap::default();
    for (name, target) in all.iter().filter(|(name, target)| !old.contains(name) && scene.is_fresh(*target)) {
        groups.entry(fold_name(name).into_owned()).or_default().push((name.clone(), *target));
    }
    let weight = |members: &Vec<(String, NodeIndex)>| -> u64 {
        members.iter().map(|&(_, target)| scene.retained(target)).sum()
    };
    let largest =
        groups.into_iter().max_by_key(|(pattern, members)| (weight(members), Reverse(pattern.clone())));
    let Some((pattern, members)) =
        largest.filter(|(_, members)| weight(members).cast_signed() * 2 > evidence.growth)
    else {
        evidence.who = Who::Rest("rest of the global object");
        evidence.contents.clear();
        evidence.mechanism = None;
        evidence.confidence = Confidence::Possible;
        return;
    };
    let is_alike = |name: &&String| fold_name(name) == pattern.as_str();
    let before = old.iter().filter(is_alike).count() as u64;
    let targets: Vec<NodeIndex> = members.iter().map(|&(_, target)| target).collect();
    evidence.contents = scene.contents().group(&targets);
    evidence.entries_before = Some(before);
    evidence.entries_after = Some(before + members.len() as u64);
    let name = match &*members {
        [(only, _)] => only.clone(),
        _ => common_name(&members),
    };
    evidence.who = Who::GlobalProperties(name);
    evidence.mechanism = Some(Mechanism::Globals);
    evidence.confidence = Confidence::Certain;
}

/// Properties of the global object in one heap whose names are alike.
pub(super) fn find(scene: &Scene<'_>) -> Vec<Evidence> {
    let graph = scene.graph();
    let mut groups: FxHashMap<(NodeIndex, String), Vec<(String, NodeIndex)>> = FxHashMap::default();
    for global in graph.node_indices().filter(|&node| is_global(scene.snapshot, node)) {
        for (name, target) in properties(scene.snapshot, global) {
            let pattern = fold_name(&name).into_owned();
            // A name without a part that varies is of one property alone.
            if pattern != name {
                groups.entry((global, pattern)).or_default().push((name, target));
            }
        }
    }
    let mut found: Vec<Evidence> =
        groups.into_values().filter_map(|members| of_group(scene, &members)).collect();
    found.sort_by_key(|evidence| (Reverse(evidence.growth), evidence.object));
    found
}

fn of_group(scene: &Scene<'_>, members: &[(String, NodeIndex)]) -> Option<Evidence> {
    let targets: Vec<NodeIndex> = members.iter().map(|&(_, target)| target).collect();
    let contents = scene.contents().group(&targets);
    let bytes: u64 = contents.iter().map(|content| content.bytes).sum();
    Some(Evidence {
        rule: "globals",
        who: Who::GlobalProperties(common_name(members)),
        kind: ContainerKind::Dictionary,
        object: contents.first()?.example,
        object_before: None,
        bytes_before: 0,
        bytes_after: bytes,
        growth: bytes.cast_signed(),
        entries_before: None,
        entries_after: Some(members.len() as u64),
        contents,
        mechanism: Some(Mechanism::Globals),
        confidence: Confidence::Likely,
        claims: targets,
        row: None,
    })
}

/// `result_…`: what all names begin with.
fn common_name(members: &[(String, NodeIndex)]) -> String {
    let mut names = members.iter().map(|(name, _)| name.as_str());
    let first = names.next().unwrap_or_default();
    let end = names.fold(first.len(), |end, name| {
        first
            .char_indices()
            .zip(name.chars())
            .take_while(|((at, a), b)| *at < end && a == b)
            .last()
            .map_or(0, |((at, a), _)| at + a.len_utf8())
    });
    let start = first[..end].trim_end_matches(|c: char| c.is_ascii_digit());
    format!("{start}…")
}

fn properties(snapshot: &Snapshot, object: NodeIndex) -> Vec<(String, NodeIndex)> {
    let graph = snapshot.graph();
    let named = graph.edges_of(object).filter_map(|edge| match (edge.kind, edge.name) {
        (EdgeKind::Property, EdgeName::Text(text)) => Some((graph.text(text).to_owned(), edge.target)),
        _ => None,
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::GraphBuilder;
    use crate::suspects::rules::test_page::found_alone;

    #[test]
    fn properties_with_names_alike_are_told_together() {
        let mut heap = GraphBuilder::new();
        let global = heap.node("object", "global", 40);
        heap.edge(0, "shortcut", "1", global);
        for at in 0..200 {
            let result = heap.node("object", "Result", 100);
            heap.edge(global, "property", &format!("result_{at}"), result);
        }
        for name in ["console", "fetch", "URL"] {
            let own = heap.node("object", "Own", 100);
            heap.edge(global, "property", name, own);
        }
        let all = found_alone(find, &heap);
        let [evidence] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!(evidence.who, Who::GlobalProperties("result_…".into()));
        assert_eq!((evidence.entries_after, evidence.growth), (Some(200), 20_000));
    }
}
