//! Variables that several functions see together: told by the functions, which the program knows.

use rustc_hash::FxHashSet;

use crate::base::NodeIndex;
use crate::graph::NodeKind;
use crate::suspects::Scene;
use crate::suspects::contents::ContentKind;
use crate::suspects::evidence::{Evidence, Who};
use crate::suspects::scopes::{Origin, is_scope};

/// Scopes whose functions are told.
const SCOPES: usize = 200_000;

/// Tells the functions in place of the scopes that came.
pub(super) fn explain(scene: &Scene<'_>, evidence: &mut Evidence) {
    if !matches!(evidence.who, Who::Class(_)) || !is_of_scopes(scene, evidence) {
        return;
    }
    let objects = evidence.row.and_then(|row| Some(&scene.growth?.rows[row].objects));
    let Some(scopes) = objects else { return };
    let functions = functions_of(scene, scopes);
    let contents = scene.contents().group(&functions);
    if !contents.is_empty() {
        evidence.contents = contents;
        evidence.entries_after = Some(scopes.len() as u64);
    }
}

fn is_of_scopes(scene: &Scene<'_>, evidence: &Evidence) -> bool {
    evidence.contents.first().is_some_and(|content| {
        matches!(content.kind, ContentKind::Class(_)) && is_scope(scene.graph(), content.example)
    })
}

/// The new functions that see the variables of `scopes`.
fn functions_of(scene: &Scene<'_>, scopes: &[NodeIndex]) -> Vec<NodeIndex> {
    let graph = scene.graph();
    let mut seen = FxHashSet::default();
    let mut functions = Vec::new();
    for &scope in scopes.iter().take(SCOPES) {
        for retainer in scene.snapshot.retainers(scope) {
            let source = retainer.source;
            let is_function = graph.nodes.kind(source) == NodeKind::CLOSURE && scene.is_fresh(source);
            if is_function
                && scene.holders.scopes.origin_of_function(source) != Origin::Runtime
                && seen.insert(source)
            {
                functions.push(source);
            }
        }
    }
    functions
}
