//! Growth inside a container that did not change: the same field of many of its entries, each a little larger.

use crate::base::NodeIndex;
use crate::growth::spread::Spread;
use crate::growth::{Growth, Part};
use crate::snapshot::{ContainerKind, SizeMode};
use crate::suspects::Scene;
use crate::suspects::evidence::{Confidence, Evidence, Mechanism, Who};
use crate::suspects::rules::container::new_entries;

/// What part of a row's growth has to be spread in one way to be told by itself: a third.
const PART: i64 = 3;
/// Places whose new entries are told.
const PLACES: usize = 2_000;

/// The spread growth in a row; none where its own entries account for it.
pub(super) fn explain(scene: &Scene<'_>, growth: &Growth, at: usize) -> Vec<Evidence> {
    let row = &growth.rows[at];
    if row.part != Part::Whole {
        return Vec::new();
    }
    let of_row = growth.spreads.iter().filter(|spread| spread.owner == row.owner);
    of_row
        .filter(|spread| spread.growth * PART >= row.growth)
        .map(|spread| evidence(scene, growth, spread, Some(at)))
        .collect()
}

/// Growth that is spread, as evidence of the row it is part of, if there is one.
pub(super) fn evidence(scene: &Scene<'_>, growth: &Growth, spread: &Spread, row: Option<usize>) -> Evidence {
    let containers = growth.current.containers();
    let before = growth.baseline.containers();
    let kind = containers.kind(spread.example);
    let nodes: Vec<NodeIndex> = spread
        .places
        .iter()
        .take(PLACES)
        .flat_map(|&place| new_entries(scene, place, containers.kind(place)))
        .collect();
    let old_kind = before.kind(spread.example_before);
    let typical = before
        .entries(spread.example_before, old_kind)
        .or(Some(0).filter(|_| kind != ContainerKind::Bytes))
        .zip(containers.entries(spread.example, kind))
        .filter(|(before, after)| after > before);
    let retained = |mode: SizeMode, node| growth.current.retained(mode, node).unwrap_or(0);
    let bytes_after: u64 = spread.places.iter().map(|&place| retained(growth.mode, place)).sum();
    Evidence {
        rule: "spread",
        who: Who::Each(scene.holders.find(spread.example)),
        kind,
        object: spread.example,
        object_before: Some(spread.example_before),
        bytes_before: bytes_after.saturating_sub(spread.growth.unsigned_abs()),
        bytes_after,
        growth: spread.growth,
        entries_before: None,
        entries_after: None,
        contents: scene.contents().group(&nodes),
        mechanism: Some(Mechanism::Spread { places: spread.places.len() as u64, entries: typical }),
        confidence: if typical.is_some() { Confidence::Likely } else { Confidence::Possible },
        claims: if row.is_none() { spread.places.clone() } else { Vec::new() },
        row,
    }
}
