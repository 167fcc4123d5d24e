//! A FinalizationRegistry whose held values lead back to their targets.

use rustc_hash::FxHashSet;

use crate::base::NodeIndex;
use crate::graph::EdgeKind;
use crate::suspects::Scene;
use crate::suspects::evidence::{Confidence, Evidence, Mechanism};

/// Registrations that are followed.
const CELLS: usize = 1_000_000;
const CELL: &str = "system / WeakCell";

/// Counts the registrations of a registry that grew, and tells what they wait for.
pub(super) fn explain(scene: &Scene<'_>, evidence: &mut Evidence) {
    let graph = scene.graph();
    if graph.raw_name(evidence.object) != "FinalizationRegistry" {
        return;
    }
    let cells = cells(scene, evidence.object);
    let new: Vec<NodeIndex> = cells.iter().copied().filter(|&cell| scene.is_fresh(cell)).collect();
    let targets: Vec<NodeIndex> = new
        .iter()
        .filter_map(|&cell| {
            let weak =
                graph.edges_of(cell).filter(|edge| edge.kind == EdgeKind::Weak).map(|edge| edge.target);
            weak.into_iter().find(|&target| target != evidence.object && graph.raw_name(target) != CELL)
        })
        .collect();
    if new.is_empty() {
        return;
    }
    evidence.entries_before = Some((cells.len() - new.len()) as u64);
    evidence.entries_after = Some(cells.len() as u64);
    evidence.contents = scene.contents().group(&targets);
    evidence.mechanism = Some(Mechanism::HeldValues);
    evidence.confidence = Confidence::Certain;
}

/// The registrations: linked by references without names.
fn cells(scene: &Scene<'_>, registry: NodeIndex) -> Vec<NodeIndex> {
    let graph = scene.graph();
    let mut work = vec![registry];
    let mut seen = FxHashSet::default();
    let mut cells = Vec::new();
    while let Some(node) = work.pop().filter(|_| cells.len() < CELLS) {
        let next =
            graph.edges_of(node).filter(|edge| edge.kind != EdgeKind::Property).map(|edge| edge.target);
        for cell in next.filter(|&next| graph.raw_name(next) == CELL) {
            if seen.insert(cell) {
                cells.push(cell);
                work.push(cell);
            }
        }
    }
    cells
}
