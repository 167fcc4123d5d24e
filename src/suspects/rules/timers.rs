//! Timers of Node that are not cleared: each keeps its callback, and what that sees.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::base::NodeIndex;
use crate::graph::{EdgeKind, EdgeName, NodeKind};
use crate::snapshot::ContainerKind;
use crate::suspects::Scene;
use crate::suspects::contents::{Content, Keeps};
use crate::suspects::evidence::{Confidence, Evidence, Mechanism, Who};

/// Fewer new timers of one callback are no finding.
const FEW: u64 = 10;
/// Timers of one function that are asked for their arguments.
const SAMPLES: usize = 64;
/// Timers of one list that are followed.
const LIST: usize = 5_000_000;

/// Groups the new timers by the function they call.
pub(super) fn find(scene: &Scene<'_>) -> Vec<Evidence> {
    let timers = timers(scene);
    let callback = |timer: NodeIndex| scene.contents().property(timer, "_onTimeout");
    let new: Vec<(NodeIndex, NodeIndex)> = timers
        .iter()
        .filter(|&&timer| scene.is_fresh(timer))
        .filter_map(|&timer| Some((callback(timer)?, timer)))
        .collect();
    if (new.len() as u64) < FEW {
        return Vec::new();
    }
    let reader = scene.contents();
    let mut by_code: FxHashMap<NodeIndex, Vec<(NodeIndex, NodeIndex)>> = FxHashMap::default();
    for &(function, timer) in &new {
        by_code.entry(reader.code_behind(function)).or_default().push((function, timer));
    }
    let delays = delays(scene);
    let mut found = Vec::new();
    for members in by_code.into_values().filter(|members| members.len() as u64 >= FEW) {
        let functions: Vec<NodeIndex> = members.iter().map(|&(function, _)| function).collect();
        let Some(content) = reader.group(&functions).into_iter().find(|content| content.function.is_some())
        else {
            continue;
        };
        let members = members.into_iter().map(|(_, timer)| timer).collect();
        found.push(evidence(scene, &timers, content, members, &delays));
    }
    found
}

fn evidence(
    scene: &Scene<'_>,
    timers: &[NodeIndex],
    mut content: Content,
    members: Vec<NodeIndex>,
    delays: &FxHashMap<NodeIndex, u64>,
) -> Evidence {
    let bytes: u64 = members.iter().map(|&timer| scene.retained(timer)).sum();
    content.bytes = bytes;
    content.count = members.len() as u64;
    content.keeps = content.keeps.or_else(|| kept_by_arguments(scene, &members));
    let code = scene.contents().code_behind(content.example);
    let is_same = |&&timer: &&NodeIndex| {
        let function = scene.contents().property(timer, "_onTimeout");
        function.is_some_and(|function| scene.contents().code_behind(function) == code)
    };
    let before = timers.iter().filter(|&&timer| !scene.is_fresh(timer)).filter(is_same).count() as u64;
    let mut votes: FxHashMap<u64, usize> = FxHashMap::default();
    for delay in members.iter().filter_map(|timer| delays.get(timer)) {
        *votes.entry(*delay).or_default() += 1;
    }
    let usual = votes.into_iter().max_by_key(|&(delay, count)| (count, Reverse(delay)));
    let milliseconds = usual.filter(|&(_, count)| count * 2 > members.len()).map(|(delay, _)| delay);
    let example = members.first().copied().unwrap_or(content.example);
    let mechanism = Mechanism::Timers { repeats: repeats(scene, example), milliseconds };
    Evidence {
        rule: "timers",
        who: Who::Function,
        kind: ContainerKind::Object,
        object: example,
        object_before: None,
        bytes_before: 0,
        bytes_after: bytes,
        growth: bytes.cast_signed(),
        entries_before: scene.growth.map(|_| before),
        entries_after: Some(before + content.count),
        contents: vec![content],
        mechanism: Some(mechanism),
        confidence: Confidence::Certain,
        claims: members,
        row: None,
    }
}

/// What most of the timers are to call their function with.
fn kept_by_arguments(scene: &Scene<'_>, timers: &[NodeIndex]) -> Option<Keeps> {
    let graph = scene.graph();
    let argument = |&timer: &NodeIndex| {
        let arguments = scene.contents().property(timer, "_timerArgs")?;
        let mut edges = graph.edges_of(arguments).filter(|edge| edge.kind == EdgeKind::Element);
        edges.find(|edge| graph.nodes.kind(edge.target) == NodeKind::OBJECT).map(|edge| edge.target)
    };
    let kept: Vec<NodeIndex> = timers.iter().take(SAMPLES).filter_map(argument).collect();
    let (example, number) = (*kept.first()?, kept.len() as u64);
    let bytes = kept.iter().map(|&node| scene.retained(node)).sum::<u64>() / number;
    Some(Keeps { class: scene.snapshot.class_of(example), example, bytes })
}

fn timers(scene: &Scene<'_>) -> Vec<NodeIndex> {
    let graph = scene.graph();
    let is_timer =
        |&node: &NodeIndex| graph.nodes.kind(node) == NodeKind::OBJECT && graph.raw_name(node) == "Timeout";
    graph.node_indices().filter(is_timer).collect()
}

/// A timer that runs once has `null` for the time after which it runs again; one that repeats has a number.
fn repeats(scene: &Scene<'_>, timer: NodeIndex) -> Option<bool> {
    let repeat = scene.contents().property(timer, "_repeat");
    Some(repeat.is_none_or(|repeat| scene.graph().nodes.kind(repeat) == NodeKind::NUMBER))
}

/// Milliseconds of each timer that waits in a list: the key under which Node keeps the list. The queue by which
/// Node finds the next list has its place in it for a key, and says nothing.
fn delays(scene: &Scene<'_>) -> FxHashMap<NodeIndex, u64> {
    let graph = scene.graph();
    let mut delays = FxHashMap::default();
    let lists = graph
        .node_indices()
        .filter(|&node| graph.nodes.kind(node) == NodeKind::OBJECT && graph.raw_name(node) == "TimersList");
    for list in lists {
        let key = scene.snapshot.retainers(list).into_iter().find_map(|retainer| {
            let edge = graph.edges.get(retainer.edge);
            if graph.raw_name(retainer.source) == "Array" {
                return None;
            }
            match (edge.kind, edge.name) {
                (EdgeKind::Element, EdgeName::Number(number)) => Some(u64::from(number)),
                (EdgeKind::Property, EdgeName::Text(text)) => graph.text(text).parse().ok(),
                _ => None,
            }
        });
        let Some(key) = key else { continue };
        let mut at = list;
        for _ in 0..LIST {
            let next = scene.contents().property(at, "_idleNext").filter(|&next| next != list);
            let Some(next) = next.filter(|next| !delays.contains_key(next)) else { break };
            delays.insert(next, key);
            at = next;
        }
    }
    delays
}
