//! Errors whose stack nobody read: V8 keeps the functions and receivers of their frames until then.

use rustc_hash::FxHashSet;

use crate::base::NodeIndex;
use crate::graph::{EdgeKind, EdgeName, NodeKind};
use crate::suspects::Scene;
use crate::suspects::contents::ContentKind;
use crate::suspects::evidence::{Evidence, Mechanism};
use crate::suspects::scopes::Origin;

/// Objects of one captured stack that are looked at.
const STEPS: usize = 400;

/// Names the functions whose frames the new errors keep.
pub(super) fn explain(scene: &Scene<'_>, evidence: &mut Evidence) {
    let Some(content) = evidence.contents.first() else { return };
    let ContentKind::Class(class) = content.kind else { return };
    if !scene.snapshot.classes().name(class).ends_with("Error") {
        return;
    }
    let functions = captured(scene, content.example);
    if !functions.is_empty() {
        evidence.mechanism = Some(Mechanism::CapturedStacks(functions));
    }
}

fn captured(scene: &Scene<'_>, error: NodeIndex) -> Vec<NodeIndex> {
    let graph = scene.graph();
    let is_stack = |name: EdgeName| match name {
        EdgeName::Text(text) => graph.text(text).starts_with("<symbol"),
        EdgeName::Number(_) => false,
    };
    let stacks = graph.edges_of(error).filter(|edge| edge.kind == EdgeKind::Property && is_stack(edge.name));
    let mut work: Vec<NodeIndex> = stacks.map(|edge| edge.target).collect();
    let mut seen: FxHashSet<NodeIndex> = work.iter().copied().collect();
    let mut functions = Vec::new();
    while let Some(node) = work.pop().filter(|_| seen.len() < STEPS) {
        if graph.nodes.kind(node) == NodeKind::CLOSURE {
            if scene.holders.scopes.origin_of_function(node) == Origin::Program {
                functions.push(node);
            }
            continue;
        }
        let is_frame = matches!(graph.nodes.kind(node), NodeKind::ARRAY | NodeKind::HIDDEN | NodeKind::CODE)
            || graph.raw_name(node) == "Array"
            || graph.raw_name(node).starts_with("system / ");
        if is_frame {
            let strong =
                graph.edges_of(node).filter(|edge| edge.kind != EdgeKind::Weak).map(|edge| edge.target);
            work.extend(strong.filter(|&next| seen.insert(next)));
        }
    }
    functions
}
