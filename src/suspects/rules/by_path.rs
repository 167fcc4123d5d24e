//! Containers that are larger in the file of another process: found again by name and holder, where ids say
//! nothing.

use std::cmp::Reverse;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Cancelled, NodeIndex, Progress};
use crate::graph::NodeKind;
use crate::growth::Growth;
use crate::snapshot::{ContainerKind, SizeMode, Snapshot};
use crate::suspects::Scene;
use crate::suspects::evidence::{Confidence, Evidence, Mechanism, Who};
use crate::suspects::holder::{HolderPath, Holders};
use crate::suspects::named_paths::{Follower, NamedPath};
use crate::suspects::rules::container::new_entries;
use crate::suspects::rules::is_plain_class;

/// The largest objects that are looked for in the other file.
const CANDIDATES: usize = 500;
/// What part of the change a candidate has to hold: a thousandth.
const CANDIDATE: u64 = 1_000;
/// What part of the change a path has to be larger by: a twentieth.
const PART: u64 = 20;
/// How far above an object its dominators are asked for the paths around it.
const DOMINATORS: usize = 32;
/// Fewer new objects are not told by class.
const FEW: usize = 10;
/// Places whose entries are told.
const PLACES: usize = 1_000;

/// A path at which the current file holds more.
struct Larger {
    example: NodeIndex,
    holder: HolderPath,
    now: Vec<NodeIndex>,
    before: Vec<NodeIndex>,
    bytes_now: u64,
    bytes_before: u64,
}

impl Larger {
    fn growth(&self) -> i64 {
        self.bytes_now.cast_signed() - self.bytes_before.cast_signed()
    }

    /// Whether the same containers are there, and hold more.
    fn is_stable(&self) -> bool {
        !self.before.is_empty() && self.now.len() <= self.before.len() * 3 / 2
    }
}

/// The innermost containers that are in both files and larger in the current one.
pub(crate) fn find(
    scene: &Scene<'_>,
    growth: &Growth,
    progress: &Progress,
) -> Result<Vec<Evidence>, Cancelled> {
    let grown = growth.delta.max(0).unsigned_abs();
    let least = (grown / PART).max(growth.threshold).cast_signed();
    let mut paths: FxHashMap<NamedPath, (NodeIndex, HolderPath)> = FxHashMap::default();
    for node in candidates(scene, grown / CANDIDATE) {
        progress.check()?;
        let holder = scene.holders.find(node);
        if let Some(path) = NamedPath::of(&scene.holders, &holder) {
            paths.entry(path).or_insert((node, holder));
        }
    }
    let old_holders = Holders::new(&growth.baseline, None);
    let (new, old) = (Follower::new(&scene.holders), Follower::new(&old_holders));
    let mut larger = Vec::new();
    for (path, (example, holder)) in paths {
        progress.check()?;
        let (now, before) = (new.follow(&path), old.follow(&path));
        let bytes_now = bytes(&growth.current, growth.mode, &now);
        let bytes_before = bytes(&growth.baseline, growth.mode, &before);
        let found = Larger { example, holder, now, before, bytes_now, bytes_before };
        if found.growth() >= least && found.is_stable() {
            larger.push(found);
        }
    }
    larger.sort_by_key(|path| (Reverse(path.growth()), path.example));
    let explained = explained_below(scene, &larger);
    let innermost = larger.iter().zip(explained).filter(|(path, below)| below * 2 < path.growth());
    let mut found: Vec<Evidence> = innermost.map(|(path, _)| evidence(scene, growth, path)).collect();
    found.extend(loose_classes(scene, growth, least));
    Ok(found)
}

/// Classes of which more objects hang from the roots alone, as where a file does not tell what a Map holds.
fn loose_classes(scene: &Scene<'_>, growth: &Growth, least: i64) -> Vec<Evidence> {
    let (now, before) = (loose(&growth.current), loose(&growth.baseline));
    let bytes_of = |snapshot: &Snapshot, nodes: &[NodeIndex]| -> u64 {
        nodes.iter().map(|&node| snapshot.retained(growth.mode, node).unwrap_or(0)).sum()
    };
    let evidence = |(name, nodes): (&str, Vec<NodeIndex>)| {
        let old: &[NodeIndex] = before.get(name).map_or(&[], Vec::as_slice);
        let bytes_before = bytes_of(&growth.baseline, old);
        let bytes_after = bytes_of(&growth.current, &nodes);
        let grown = bytes_after.cast_signed() - bytes_before.cast_signed();
        (grown >= least && nodes.len() >= old.len() + FEW).then(|| Evidence {
            rule: "by class",
            who: Who::Class(Vec::new()),
            kind: ContainerKind::Class,
            object: nodes[0],
            object_before: old.first().copied(),
            bytes_before,
            bytes_after,
            growth: grown,
            entries_before: Some(old.len() as u64),
            entries_after: Some(nodes.len() as u64),
            contents: scene.contents().group(&nodes),
            mechanism: None,
            confidence: Confidence::Possible,
            claims: Vec::new(),
            row: None,
        })
    };
    now.into_iter().filter_map(evidence).collect()
}

/// The objects of classes that a program has named which nothing but the roots dominates, by class.
fn loose(snapshot: &Snapshot) -> FxHashMap<&str, Vec<NodeIndex>> {
    let graph = snapshot.graph();
    let mut found: FxHashMap<&str, Vec<NodeIndex>> = FxHashMap::default();
    for node in graph.node_indices() {
        let name = graph.raw_name(node);
        let is_loose = graph.nodes.kind(node) == NodeKind::OBJECT
            && !is_plain_class(name)
            && snapshot.dominator(node).is_some_and(|above| graph.nodes.kind(above) == NodeKind::SYNTHETIC);
        if is_loose {
            found.entry(name).or_default().push(node);
        }
    }
    found
}

/// The objects that retain most, of those a program has.
fn candidates(scene: &Scene<'_>, least: u64) -> Vec<NodeIndex> {
    let graph = scene.graph();
    let is_programs = |&node: &NodeIndex| {
        matches!(graph.nodes.kind(node), NodeKind::OBJECT | NodeKind::CLOSURE)
            && !graph.raw_name(node).starts_with("system / ")
            && scene.retained(node) >= least.max(1)
    };
    let mut found: Vec<NodeIndex> = graph.node_indices().filter(is_programs).collect();
    found.sort_by_key(|&node| (Reverse(scene.retained(node)), node));
    found.truncate(CANDIDATES);
    found
}

/// What `nodes` retain together, those once that others of them dominate.
fn bytes(snapshot: &Snapshot, mode: SizeMode, nodes: &[NodeIndex]) -> u64 {
    let all: FxHashSet<NodeIndex> = nodes.iter().copied().collect();
    let is_part = |&node: &NodeIndex| {
        let mut at = node;
        (0..DOMINATORS).any(|_| match snapshot.dominator(at).filter(|&above| above != at) {
            Some(above) => {
                at = above;
                all.contains(&above)
            }
            None => false,
        })
    };
    let tops = nodes.iter().filter(|node| !is_part(node));
    tops.map(|&node| snapshot.retained(mode, node).unwrap_or(0)).sum()
}

/// For each path, the most that another below it grew by.
fn explained_below(scene: &Scene<'_>, larger: &[Larger]) -> Vec<i64> {
    let mut place: FxHashMap<NodeIndex, usize> = FxHashMap::default();
    for (at, path) in larger.iter().enumerate() {
        for &node in &path.now {
            place.entry(node).or_insert(at);
        }
    }
    let mut explained = vec![0; larger.len()];
    for (own, path) in larger.iter().enumerate() {
        let mut at = path.example;
        for _ in 0..DOMINATORS {
            let Some(above) = scene.snapshot.dominator(at).filter(|&above| above != at) else { break };
            if let Some(&other) = place.get(&above).filter(|&&other| other != own) {
                explained[other] = path.growth().max(explained[other]);
            }
            at = above;
        }
    }
    explained
}

fn evidence(scene: &Scene<'_>, growth: &Growth, path: &Larger) -> Evidence {
    let containers = growth.current.containers();
    let kind = containers.kind(path.example);
    let largest = |nodes: &[NodeIndex]| {
        let retained = |&node: &NodeIndex| growth.baseline.retained(growth.mode, node);
        nodes.iter().copied().max_by_key(retained)
    };
    let before = largest(&path.before);
    let was = before.and_then(|node| {
        let old = growth.baseline.containers();
        old.entries(node, old.kind(node))
    });
    let is = containers.entries(path.example, kind);
    let is_one = path.now.len() == 1;
    let nodes: Vec<NodeIndex> =
        path.now.iter().take(PLACES).flat_map(|&place| new_entries(scene, place, kind)).collect();
    let typical = was.zip(is).filter(|(was, is)| is > was);
    let places = path.now.len() as u64;
    Evidence {
        rule: "by path",
        who: if is_one { Who::Container(path.holder.clone()) } else { Who::Each(path.holder.clone()) },
        kind,
        object: path.example,
        object_before: before,
        bytes_before: path.bytes_before,
        bytes_after: path.bytes_now,
        growth: path.growth(),
        entries_before: was.filter(|_| is_one),
        entries_after: is.filter(|_| is_one),
        contents: scene.contents().group(&nodes),
        mechanism: (!is_one).then_some(Mechanism::Spread { places, entries: typical }),
        confidence: Confidence::Possible,
        claims: Vec::new(),
        row: None,
    }
}
