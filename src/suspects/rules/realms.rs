//! Native contexts that came: realms of `vm`, of frames and of ShadowRealm, each with globals of its own, by what
//! of the program holds something of them.

use std::cmp::Reverse;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{NodeIndex, Progress};
use crate::graph::{EdgeKind, NodeKind};
use crate::snapshot::{Attribution, ContainerKind, NativeContexts};
use crate::suspects::Scene;
use crate::suspects::evidence::{Confidence, Evidence, Mechanism, Who};
use crate::suspects::holder::is_global;
use crate::suspects::scopes::is_scope;

/// Fewer new contexts are no finding.
const FEW: usize = 2;
/// How far above a context its dominators are looked at.
const DOMINATORS: usize = 64;
/// Scopes between a function and its context.
const SCOPES: usize = 64;
const CONTEXT: &str = "system / NativeContext";

/// Says of a container that contexts came with its entries.
pub(super) fn explain(scene: &Scene<'_>, evidence: &mut Evidence) {
    if evidence.mechanism.is_some() || !matches!(evidence.who, Who::Container(_)) {
        return;
    }
    let Contexts { all, fresh } = contexts(scene);
    let below = fresh.iter().filter(|&&context| dominators(scene, context).any(|at| at == evidence.object));
    let number = below.count();
    if number >= FEW && number * 2 > fresh.len() {
        let (before, after) = ((all.len() - fresh.len()) as u64, all.len() as u64);
        evidence.mechanism = Some(Mechanism::Realms { before: scene.growth.map(|_| before), after });
    }
}

fn dominators<'a>(scene: &'a Scene<'_>, node: NodeIndex) -> impl Iterator<Item = NodeIndex> + 'a {
    let above = move |&at: &NodeIndex| scene.snapshot.dominator(at).filter(|&above| above != at);
    std::iter::successors(above(&node), above).take(DOMINATORS)
}

/// The native contexts of a heap.
#[derive(Debug)]
pub(crate) struct Contexts {
    all: Vec<NodeIndex>,
    fresh: Vec<NodeIndex>,
}

fn contexts<'a>(scene: &'a Scene<'_>) -> &'a Contexts {
    scene.contexts.get_or_init(|| find_contexts(scene))
}

fn find_contexts(scene: &Scene<'_>) -> Contexts {
    let graph = scene.graph();
    let is_context = |&node: &NodeIndex| {
        let kind = graph.nodes.kind(node);
        matches!(kind, NodeKind::HIDDEN | NodeKind::NATIVE | NodeKind::OBJECT)
            && graph.raw_name(node).starts_with(CONTEXT)
    };
    let all: Vec<NodeIndex> = graph.node_indices().filter(is_context).collect();
    let fresh = all.iter().copied().filter(|&node| scene.is_fresh(node)).collect();
    Contexts { all, fresh }
}

/// Whether a container of the program that was there before keeps a context alone: its row tells of it.
fn has_container(scene: &Scene<'_>, context: NodeIndex) -> bool {
    let graph = scene.graph();
    dominators(scene, context).any(|at| {
        graph.nodes.kind(at) == NodeKind::OBJECT
            && !scene.is_fresh(at)
            && !graph.raw_name(at).starts_with("system / ")
            && !is_global(scene.snapshot, at)
    })
}

/// The new contexts that no container keeps alone, and who of the program refers to objects of them.
pub(super) fn find(scene: &Scene<'_>) -> Vec<Evidence> {
    if scene.growth.is_none() {
        return Vec::new();
    }
    let Contexts { all, fresh } = contexts(scene);
    let is_free = |&context: &NodeIndex| !has_container(scene, context);
    let fresh: Vec<NodeIndex> = fresh.iter().copied().filter(is_free).collect();
    if fresh.len() < FEW {
        return Vec::new();
    }
    let Ok(contexts) = scene.snapshot.native_contexts(&Progress::new()) else { return Vec::new() };
    let bytes: u64 =
        contexts.contexts.iter().filter(|(node, _)| scene.is_fresh(*node)).map(|&(_, bytes)| bytes).sum();
    let retained: u64 = fresh.iter().map(|&node| scene.retained(node)).sum();
    let (before, after) = ((all.len() - fresh.len()) as u64, all.len() as u64);
    let mut evidence = Evidence {
        rule: "realms",
        who: Who::Named("native contexts"),
        kind: ContainerKind::Roots,
        object: fresh[0],
        object_before: None,
        bytes_before: 0,
        bytes_after: bytes.max(retained),
        growth: bytes.max(retained).cast_signed(),
        entries_before: Some(before),
        entries_after: Some(after),
        contents: Vec::new(),
        mechanism: Some(Mechanism::Realms { before: scene.growth.map(|_| before), after }),
        confidence: Confidence::Likely,
        claims: fresh.clone(),
        row: None,
    };
    if let Some(holder) = outside_holder(scene, &contexts, &fresh) {
        let containers = scene.snapshot.containers();
        evidence.kind = containers.kind(holder.container);
        evidence.object = holder.container;
        evidence.entries_after = Some(holder.objects.len() as u64 + holder.others);
        evidence.entries_before = Some(holder.others);
        evidence.contents = scene.contents().group(&holder.objects);
        evidence.who = Who::Container(scene.holders.find(holder.container));
        evidence.confidence = Confidence::Certain;
    }
    vec![evidence]
}

/// A container of the program, and what it holds of new contexts.
struct Outside {
    container: NodeIndex,
    objects: Vec<NodeIndex>,
    /// Its entries that are not of new contexts.
    others: u64,
}

/// The container outside of the new contexts that holds objects of most of them.
fn outside_holder(scene: &Scene<'_>, contexts: &NativeContexts, fresh: &[NodeIndex]) -> Option<Outside> {
    let graph = scene.graph();
    let new: FxHashSet<NodeIndex> = fresh.iter().copied().collect();
    let realm = |node: NodeIndex| {
        let context = match contexts.of(node) {
            Attribution::Context(context) => Some(context),
            _ if graph.nodes.kind(node) == NodeKind::CLOSURE => context_of_function(scene, node),
            _ => None,
        };
        context.filter(|context| new.contains(context))
    };
    let mut held: FxHashMap<NodeIndex, (FxHashSet<NodeIndex>, Vec<NodeIndex>)> = FxHashMap::default();
    for node in graph.node_indices() {
        let is_programs = matches!(graph.nodes.kind(node), NodeKind::OBJECT | NodeKind::ARRAY)
            && !is_scope(graph, node)
            && realm(node).is_none();
        if !is_programs {
            continue;
        }
        let strong = graph.edges_of(node).filter(|edge| edge.kind != EdgeKind::Weak);
        for (target, context) in strong.filter_map(|edge| Some((edge.target, realm(edge.target)?))) {
            let is_object = matches!(graph.nodes.kind(target), NodeKind::OBJECT | NodeKind::CLOSURE);
            if !is_object || graph.raw_name(target).starts_with("system / ") {
                continue;
            }
            let Some(container) = container_of(scene, node) else { continue };
            let (of_realms, objects) = held.entry(container).or_default();
            of_realms.insert(context);
            objects.push(target);
        }
    }
    let best = held.into_iter().max_by_key(|(container, (of_realms, _))| {
        (of_realms.len(), !scene.is_fresh(*container), Reverse(*container))
    });
    let (container, (of_realms, mut objects)) = best?;
    objects.sort_unstable();
    objects.dedup();
    let containers = scene.snapshot.containers();
    let entries = containers.entries(container, containers.kind(container)).unwrap_or(0);
    let others = entries.saturating_sub(objects.len() as u64);
    (of_realms.len() * 2 > fresh.len()).then_some(Outside { container, objects, others })
}

/// The context at the end of a function's scopes.
fn context_of_function(scene: &Scene<'_>, function: NodeIndex) -> Option<NodeIndex> {
    let graph = scene.graph();
    let outer = |scope: &NodeIndex| graph.internal_target(*scope, "previous");
    let scopes = std::iter::successors(graph.internal_target(function, "context"), outer).take(SCOPES);
    scopes.into_iter().find(|&scope| graph.raw_name(scope).starts_with(CONTEXT))
}

/// The object that a table or its elements belong to.
fn container_of(scene: &Scene<'_>, node: NodeIndex) -> Option<NodeIndex> {
    let graph = scene.graph();
    if graph.nodes.kind(node) != NodeKind::ARRAY {
        return Some(node).filter(|&node| !graph.raw_name(node).starts_with("system / "));
    }
    scene.snapshot.retainers(node).into_iter().find_map(|retainer| {
        let edge = graph.edges.get(retainer.edge);
        let is_owner = graph.nodes.kind(retainer.source) == NodeKind::OBJECT
            && edge.kind == EdgeKind::Internal
            && !graph.raw_name(retainer.source).starts_with("system / ");
        is_owner.then_some(retainer.source)
    })
}
