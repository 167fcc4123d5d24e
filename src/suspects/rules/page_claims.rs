//! The bytes that a callback of a page accounts for.

use crate::base::NodeIndex;
use crate::graph::{EdgeKind, NodeKind};
use crate::suspects::Scene;
use crate::suspects::evidence::PageCallback;
use crate::suspects::page::{is_browsers_own, is_page_itself};
use crate::suspects::rules::page_registrations::Callback;
use crate::suspects::scopes::is_scope;

/// How far above an object its dominators are looked at.
const DOMINATORS: usize = 32;

/// The highest object of the browser that is there for one callback alone.
pub(super) fn claim_of(scene: &Scene<'_>, callback: &Callback) -> NodeIndex {
    let graph = scene.graph();
    let mut claim = callback.record;
    let is_one_with_target = matches!(callback.kind, PageCallback::Observer | PageCallback::Active);
    if let Some(target) = callback.target.filter(|&target| {
        is_one_with_target && scene.is_fresh(target) && is_dominated(scene, callback.record, target)
    }) {
        return target;
    }
    for _ in 0..DOMINATORS {
        let Some(above) = scene.snapshot.dominator(claim) else { break };
        let name = graph.raw_name(above);
        let is_shared = ["Backing", "Vector", "HashTable", "Data", "Coordinator", "Controller", "Collection"]
            .iter()
            .any(|part| name.contains(part) && !name.contains("Collection::"));
        if !is_browsers_own(graph, above) || is_shared {
            break;
        }
        claim = above;
    }
    claim
}

/// What a callback keeps together with other callbacks and nothing else.
pub(super) fn shared_top(scene: &Scene<'_>, kept: NodeIndex, own: NodeIndex) -> Option<NodeIndex> {
    let graph = scene.graph();
    let mut top = kept;
    for _ in 0..DOMINATORS {
        let above = scene.snapshot.dominator(top)?;
        if above == own {
            return None;
        }
        let is_old = match scene.growth {
            Some(_) => !scene.is_fresh(above),
            None => is_page_itself(scene.snapshot, above),
        };
        let is_outside = graph.nodes.kind(above) == NodeKind::NATIVE && is_old
            || graph.nodes.kind(above) == NodeKind::SYNTHETIC
            || graph.raw_name(above).starts_with("system / NativeContext");
        if is_outside {
            let is_free = scene.snapshot.retainers(top).iter().all(|retainer| {
                let source = retainer.source;
                let kind = graph.nodes.kind(source);
                graph.edges.get(retainer.edge).kind == EdgeKind::Weak
                    || kind == NodeKind::CLOSURE
                    || is_scope(graph, source)
                    || is_browsers_own(graph, source)
                    || is_dominated(scene, source, top)
            });
            return is_free.then_some(top);
        }
        if !scene.is_fresh(above) {
            return None;
        }
        top = above;
    }
    None
}

fn is_dominated(scene: &Scene<'_>, node: NodeIndex, by: NodeIndex) -> bool {
    let mut at = Some(node);
    for _ in 0..DOMINATORS {
        match at {
            Some(node) if node == by => return true,
            Some(node) => at = scene.snapshot.dominator(node),
            None => return false,
        }
    }
    false
}
