//! Which evidence accuses in one heap by itself: what holds a tenth of it, and from a fiftieth on what rules
//! find that nobody builds on purpose, such as long chains or timers of one callback.

use std::cmp::Reverse;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Cancelled, EdgeIndex, NodeIndex, Progress};
use crate::graph::{EdgeName, NodeKind};
use crate::growth::ClassEntries;
use crate::snapshot::ContainerKind;
use crate::suspects::accumulations::{Accumulation, AccumulationPoint, ClassAccumulation};
use crate::suspects::evidence::{Confidence, Evidence, Mechanism, Who};
use crate::suspects::holder::{HolderPath, Start};
use crate::suspects::ranking::Ranked;
use crate::suspects::rules::container::new_entries;
use crate::suspects::scopes::Origin;
use crate::suspects::{Scene, rules};

/// The part of the heap from which on a holder is suspect: a tenth.
const HOLDER_PART: u64 = 10;
/// The part from which on what rules find is suspect, and other holders are listed: a fiftieth.
pub(crate) const PART: u64 = 50;
/// Fewer objects that a rule found together are not suspect.
const FEW: u64 = 20;
/// Holders of a class that are named.
const HOLDERS: usize = 2;
/// Objects of a class that are asked who holds them.
const SAMPLES: usize = 16;

/// Asks the rules about one heap, and sorts what they found: first all that accuses.
pub(crate) fn rank(scene: &Scene<'_>, progress: &Progress) -> Result<Ranked, Cancelled> {
    let least = (scene.retained(scene.graph().root) / PART).max(1).cast_signed();
    let mut candidates = holders(scene, HOLDER_PART, progress)?;
    let mut by_rules = rules::find_in_heap(scene, progress)?;
    by_rules.extend(rules::find_alone(scene, progress)?);
    by_rules.retain(|evidence| evidence.growth >= least && number(evidence) >= FEW);
    candidates.extend(by_rules);
    for evidence in &mut candidates {
        // Nothing is known of how it came about.
        evidence.entries_before = None;
        evidence.confidence = evidence.confidence.max(Confidence::Likely);
    }
    // What a rule explains comes first, the largest before what is in it; of the rest the smallest before what it
    // is in.
    candidates.sort_by_key(|evidence| {
        let is_explained = is_explained(evidence);
        (!is_explained, if is_explained { -evidence.growth } else { evidence.growth })
    });
    let mut found: Vec<Evidence> = Vec::new();
    for candidate in candidates {
        progress.check()?;
        if !is_told(scene, &candidate, &found) {
            found.push(candidate);
        }
    }
    found.sort_by_key(|evidence| (Reverse(evidence.growth), evidence.object));
    let suspects = found.len();
    let smaller: Vec<Evidence> = holders(scene, PART, progress)?
        .into_iter()
        .filter(|holder| is_named(scene, holder) && is_apart(scene, holder, &found))
        .collect();
    found.extend(smaller);
    Ok(Ranked { evidence: found, suspects })
}

/// Of how many objects a rule's finding is.
fn number(evidence: &Evidence) -> u64 {
    match evidence.mechanism {
        Some(Mechanism::Detached { elements, .. }) => elements,
        _ => evidence.entries_after.unwrap_or(0),
    }
}

/// Whether a rule says why it is kept. That handles are open says less than what any other rule finds of them.
fn is_explained(evidence: &Evidence) -> bool {
    evidence.mechanism.as_ref().is_some_and(|mechanism| *mechanism != Mechanism::OpenHandles)
}

/// Whether others say it already: one that a rule explains and that has most of it, or that is most of it.
fn is_told(scene: &Scene<'_>, candidate: &Evidence, found: &[Evidence]) -> bool {
    let is_half = |bytes: i64| bytes * 2 >= candidate.growth;
    let explained = found.iter().filter(|evidence| is_explained(evidence));
    is_half(bytes_inside(scene, [candidate], explained))
        || !is_explained(candidate)
            && found.iter().any(|evidence| is_half(bytes_inside(scene, [evidence], [candidate])))
}

fn is_apart(scene: &Scene<'_>, holder: &Evidence, found: &[Evidence]) -> bool {
    bytes_inside(scene, [holder], found) == 0 && bytes_inside(scene, found, [holder]) == 0
}

/// Whether a user can find it by its name.
fn is_named(scene: &Scene<'_>, holder: &Evidence) -> bool {
    let graph = scene.graph();
    let is_runtimes = |&edge: &EdgeIndex| {
        let is_symbol = matches!(graph.edges.get(edge).name, EdgeName::Text(text) if graph.text(text).starts_with("<symbol node:"));
        is_symbol || scene.holders.scopes.origin(graph.source(edge)) == Origin::Runtime
    };
    let is_users = |path: &HolderPath| {
        path.start != Start::Roots && path.origin != Origin::Runtime && !path.edges.iter().any(is_runtimes)
    };
    match &holder.who {
        Who::Container(path) => is_users(path) && holder.kind != ContainerKind::Native,
        Who::Class(holders) => holders.iter().any(is_users),
        _ => true,
    }
}

/// The bytes of what `parts` claim that lie at or below the claims of `wholes`.
fn bytes_inside<'e>(
    scene: &Scene<'_>,
    parts: impl IntoIterator<Item = &'e Evidence>,
    wholes: impl IntoIterator<Item = &'e Evidence>,
) -> i64 {
    let tops: FxHashSet<NodeIndex> =
        wholes.into_iter().flat_map(|whole| whole.claims.iter().copied()).collect();
    if tops.is_empty() {
        return 0;
    }
    let mut known: FxHashMap<NodeIndex, bool> = FxHashMap::default();
    let mut is_inside = |&node: &NodeIndex| {
        let (mut at, mut passed) = (node, Vec::new());
        let is_inside = loop {
            if tops.contains(&at) {
                break true;
            }
            if let Some(&is_inside) = known.get(&at) {
                break is_inside;
            }
            passed.push(at);
            match scene.snapshot.dominator(at).filter(|&above| above != at) {
                Some(above) => at = above,
                None => break false,
            }
        };
        known.extend(passed.into_iter().map(|node| (node, is_inside)));
        is_inside
    };
    let claims = parts.into_iter().flat_map(|part| part.claims.iter().copied());
    let bytes: u64 = claims.filter(|node| is_inside(node)).map(|node| scene.retained(node)).sum();
    bytes.cast_signed()
}

/// What holds such a part of the heap, and what rules know of it.
fn holders(scene: &Scene<'_>, part: u64, progress: &Progress) -> Result<Vec<Evidence>, Cancelled> {
    let accumulations = scene.snapshot.suspects(scene.mode, part, progress)?;
    let of_accumulation = |holding: &Accumulation| match holding {
        Accumulation::Object(object) => match shared_class(scene, object) {
            Some(class) => of_class(scene, &class),
            None => of_object(scene, object),
        },
        Accumulation::Class(class) => of_class(scene, class),
    };
    let mut found: Vec<Evidence> = accumulations.iter().map(of_accumulation).collect();
    for evidence in &mut found {
        progress.check()?;
        rules::explain(scene, evidence);
    }
    Ok(found)
}

fn of_object(scene: &Scene<'_>, holding: &AccumulationPoint) -> Evidence {
    let mut contents = scene.contents().group(&new_entries(scene, holding.node, holding.kind));
    for content in &mut contents {
        // Entries that hold one another have the same bytes.
        content.bytes = content.bytes.min(holding.bytes);
    }
    let entries = holding.entries.filter(|_| holding.kind.is_collection());
    let who = Who::Container(scene.holders.find(holding.node));
    Evidence { entries_after: entries, contents, ..evidence(holding.node, who, holding.kind, holding.bytes) }
}

/// Objects of one class that are most of what an object holds, though it is no collection: several containers
/// below it hold them together.
fn shared_class(scene: &Scene<'_>, holding: &AccumulationPoint) -> Option<ClassAccumulation> {
    let entries = *holding.holds.first()?;
    let is_most = entries.bytes * 2 >= holding.bytes && entries.count >= FEW;
    let is_programs = scene.graph().nodes.kind(entries.example) == NodeKind::OBJECT
        && !scene.graph().raw_name(entries.example).starts_with("system / ");
    if holding.kind.is_collection() || !is_most || !is_programs {
        return None;
    }
    let is_of_class = |&node: &NodeIndex| scene.snapshot.class_of(node) == entries.class;
    let objects = scene.snapshot.dominated(holding.node).into_iter().filter(is_of_class).collect();
    Some(ClassAccumulation { entries, objects })
}

fn of_class(scene: &Scene<'_>, holding: &ClassAccumulation) -> Evidence {
    let ClassEntries { count, bytes, example, .. } = holding.entries;
    let mut holders: Vec<HolderPath> = Vec::new();
    let step = holding.objects.len().div_ceil(SAMPLES).max(1);
    let mut votes: FxHashMap<NodeIndex, (usize, HolderPath)> = FxHashMap::default();
    for &object in holding.objects.iter().step_by(step) {
        let path = scene.holders.find(object);
        let variable = path.edges.first().map_or(path.from, |&edge| scene.graph().edges.target(edge));
        votes.entry(variable).or_insert((0, path)).0 += 1;
    }
    let mut votes: Vec<(usize, HolderPath)> = votes.into_values().collect();
    votes.sort_by_key(|(count, path)| (Reverse(*count), path.from, path.target));
    holders.extend(votes.into_iter().take(HOLDERS).map(|(_, path)| without_entry(scene, path)));
    Evidence {
        entries_after: Some(count),
        contents: scene.contents().group(&holding.objects),
        claims: holding.objects.clone(),
        ..evidence(example, Who::Class(holders), ContainerKind::Class, bytes)
    }
}

/// The way to what holds an object, instead of to the object itself.
fn without_entry(scene: &Scene<'_>, mut path: HolderPath) -> HolderPath {
    if path.edges.len() > 1
        && let Some(last) = path.edges.pop()
    {
        path.target = scene.graph().source(last);
    }
    path
}

fn evidence(object: NodeIndex, who: Who, kind: ContainerKind, bytes: u64) -> Evidence {
    Evidence {
        rule: "container",
        who,
        kind,
        object,
        object_before: None,
        bytes_before: 0,
        bytes_after: bytes,
        growth: bytes.cast_signed(),
        entries_before: None,
        entries_after: None,
        contents: Vec::new(),
        mechanism: None,
        confidence: Confidence::Possible,
        claims: vec![object],
        row: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::GraphBuilder;
    use crate::snapshot::{SizeMode, load_bytes};

    /// Timers of one callback of the program in a list that only the runtime holds, beside much else.
    fn timers(number: usize) -> GraphBuilder {
        let mut heap = GraphBuilder::new();
        let rest = heap.node("hidden", "system / Other", 20_000);
        let list = heap.node("object", "TimersList", 40);
        let code = heap.node("code", "tick", 50);
        let script = heap.node("code", "/app/server.js", 8);
        heap.edge(0, "element", "1", list)
            .edge(0, "element", "2", rest)
            .edge(code, "internal", "script", script);
        for at in 0..number {
            let timer = heap.node("object", "Timeout", 200);
            let function = heap.node("closure", "tick", 60);
            heap.edge(list, "element", &at.to_string(), timer).edge(
                timer,
                "property",
                "_onTimeout",
                function,
            );
            heap.edge(function, "internal", "shared", code).location(function, 7, 4, 4);
        }
        heap
    }

    #[test]
    fn what_a_rule_finds_is_told_instead_of_the_class_that_holds_it() {
        let heap = timers(500);
        let snapshot =
            load_bytes("heap", heap.to_json().as_bytes(), &Progress::new()).expect("a well-formed file");
        let ranked =
            rank(&Scene::of_heap(&snapshot, SizeMode::Chrome), &Progress::new()).expect("nobody stops it");
        let rules: Vec<&str> =
            ranked.evidence[..ranked.suspects].iter().map(|evidence| evidence.rule).collect();
        assert_eq!(rules, ["timers"]);
        assert_eq!(ranked.evidence[0].entries_after, Some(500));
    }

    #[test]
    fn few_objects_of_a_rule_accuse_nobody() {
        let heap = timers(15);
        let snapshot =
            load_bytes("heap", heap.to_json().as_bytes(), &Progress::new()).expect("a well-formed file");
        let ranked =
            rank(&Scene::of_heap(&snapshot, SizeMode::Chrome), &Progress::new()).expect("nobody stops it");
        assert!(ranked.evidence[..ranked.suspects].iter().all(|evidence| evidence.rule != "timers"));
    }
}
