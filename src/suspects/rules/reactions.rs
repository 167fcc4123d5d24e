//! A promise that is not settled, and what those who wait for it keep.

use crate::snapshot::ContainerKind;
use crate::suspects::Scene;
use crate::suspects::evidence::{Evidence, Mechanism};
use crate::suspects::rules::own_objects_below;

/// Tells what came with the reactions of a promise.
pub(super) fn explain(scene: &Scene<'_>, evidence: &mut Evidence) {
    if evidence.kind != ContainerKind::Promises {
        return;
    }
    evidence.mechanism = Some(Mechanism::Reactions);
    if evidence.contents.is_empty() {
        evidence.contents = scene.contents().group(&own_objects_below(scene, &[evidence.object]));
    }
}
