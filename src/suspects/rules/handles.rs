//! Handles of the runtime that nobody closed, such as ports, sockets and workers: their listeners are the
//! program's part in it.

use crate::base::NodeIndex;
use crate::graph::NodeKind;
use crate::suspects::Scene;
use crate::suspects::evidence::{Confidence, Evidence, Mechanism, Who};
use crate::suspects::holder::Start;
use crate::suspects::rules::below;
use crate::suspects::scopes::Origin;

/// Where objects of a class came that only the runtime holds: names the functions of the program below them.
pub(super) fn explain(scene: &Scene<'_>, evidence: &mut Evidence) {
    let Who::Class(holders) = &evidence.who else { return };
    let is_runtimes = |start: Start| matches!(start, Start::Roots | Start::Stack);
    if evidence.mechanism.is_some() || !holders.iter().all(|holder| is_runtimes(holder.start)) {
        return;
    }
    let of_row = evidence.row.and_then(|row| Some(&scene.growth?.rows[row].objects));
    let objects = of_row.unwrap_or(&evidence.claims);
    let is_listener = |&node: &NodeIndex| {
        scene.graph().nodes.kind(node) == NodeKind::CLOSURE
            && scene.is_fresh(node)
            && scene.holders.scopes.origin_of_function(node) == Origin::Program
    };
    let functions: Vec<NodeIndex> = below(scene, objects).into_iter().filter(is_listener).collect();
    if functions.is_empty() {
        return;
    }
    evidence.contents.extend(scene.contents().group(&functions));
    evidence.mechanism = Some(Mechanism::OpenHandles);
    evidence.confidence = Confidence::Likely;
}
