//! Rows that are alike: the same field of several objects of one class, each with a row of its own because no
//! single container holds the objects.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::base::{ClassIndex, NodeIndex, StringIndex};
use crate::graph::EdgeName;
use crate::growth::spread::{PLACES, field_of};
use crate::growth::{Growth, GrowthRow, Part};
use crate::suspects::Scene;
use crate::suspects::evidence::{Confidence, Evidence, Mechanism, Who};
use crate::suspects::rules::container::new_entries;
use crate::suspects::rules::{is_plain_class, spread};

/// What rows are alike: the class of the objects that have the field, and its name.
type Likeness = (ClassIndex, StringIndex);

/// Rows of one field: each with the container that stands there.
type Group<'a> = Vec<(NodeIndex, &'a GrowthRow)>;

/// One piece of evidence for each group of rows that are alike, and for growth below the root that is spread.
pub(super) fn find(scene: &Scene<'_>) -> Vec<Evidence> {
    let Some(growth) = scene.growth else { return Vec::new() };
    let root = scene.graph().root;
    let mut groups: FxHashMap<Likeness, Group<'_>> = FxHashMap::default();
    for row in growth.rows.iter().filter(|row| row.growth > 0 && row.owner != root) {
        if let Some((likeness, place)) = place_of(scene, row) {
            groups.entry(likeness).or_default().push((place, row));
        }
    }
    let mut found: Vec<Evidence> = groups.values().filter_map(|rows| of_rows(scene, growth, rows)).collect();
    let of_root = growth.spreads.iter().filter(|spread| spread.owner == root);
    found.extend(of_root.map(|spread| spread::evidence(scene, growth, spread, None)));
    found.sort_by_key(|evidence| (Reverse(evidence.growth), evidence.object));
    found
}

/// The field that a row is about, and what stands there. Only fields of objects of a class that the program has
/// named are one matter.
fn place_of(scene: &Scene<'_>, row: &GrowthRow) -> Option<(Likeness, NodeIndex)> {
    let graph = scene.graph();
    let likeness = |(holder, name): (NodeIndex, Option<StringIndex>)| {
        (!is_plain_class(graph.raw_name(holder))).then_some((scene.snapshot.class_of(holder), name?))
    };
    let field = |node| Some((likeness(field_of(scene.snapshot, node))?, node));
    match row.part {
        Part::Slot(edge) => match graph.edges.name(edge) {
            EdgeName::Text(name) => Some((likeness((row.owner, Some(name)))?, row.container)),
            EdgeName::Number(_) => None,
        },
        // Several fields hold the objects together: one of them stands for all.
        Part::Shared(_) => row.holders.iter().filter_map(|&holder| field(holder)).min(),
        Part::Whole => field(row.owner),
    }
}

fn of_rows(scene: &Scene<'_>, growth: &Growth, rows: &[(NodeIndex, &GrowthRow)]) -> Option<Evidence> {
    let mut places: Vec<NodeIndex> = rows.iter().map(|&(place, _)| place).collect();
    places.sort_unstable();
    places.dedup();
    let &(place, largest) = rows.iter().max_by_key(|(place, row)| (row.growth, Reverse(*place)))?;
    let number = places.len() as u64;
    if number < PLACES {
        return None;
    }
    let is_shared = |row: &GrowthRow| matches!(row.part, Part::Shared(_));
    let mut nodes: Vec<NodeIndex> = Vec::new();
    let mut claims: Vec<NodeIndex> = Vec::new();
    for &(_, row) in rows {
        if is_shared(row) {
            nodes.extend(&row.objects);
            claims.extend(&row.objects);
        } else {
            nodes.extend(new_entries(scene, row.container, row.kind));
            claims.push(row.container);
        }
    }
    let own = rows.iter().map(|&(_, row)| row).filter(|row| !is_shared(row)).max_by_key(|row| row.growth);
    let entries = own
        .and_then(|row| row.entries_before.zip(row.entries_after))
        .filter(|(before, after)| after > before);
    let sum = |bytes: fn(&GrowthRow) -> u64| rows.iter().map(|&(_, row)| bytes(row)).sum();
    Some(Evidence {
        rule: "spread",
        who: Who::Each(scene.holders.find(place)),
        kind: scene.snapshot.containers().kind(place),
        object: place,
        object_before: largest.container_before.or_else(|| growth_before(growth, place)),
        bytes_before: sum(|row| row.bytes_before),
        bytes_after: sum(|row| row.bytes_after),
        growth: rows.iter().map(|(_, row)| row.growth).sum(),
        entries_before: None,
        entries_after: None,
        contents: scene.contents().group(&nodes),
        mechanism: Some(Mechanism::Spread { places: number, entries }),
        confidence: Confidence::Likely,
        claims,
        row: None,
    })
}

/// The same object in the baseline, where a row tells it.
fn growth_before(growth: &Growth, node: NodeIndex) -> Option<NodeIndex> {
    growth.rows.iter().find(|row| row.owner == node).map(|row| row.owner_before)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::base::Progress;
    use crate::graph::GraphBuilder;
    use crate::growth::growth;
    use crate::snapshot::{SizeMode, Snapshot, load_bytes};

    /// Sessions that two tables hold, each with so many messages in a list of its own.
    fn sessions(class: &str, messages: usize) -> Arc<Snapshot> {
        let mut heap = GraphBuilder::new();
        let [by_id, by_socket] = ["Array", "Array"].map(|name| heap.node("object", name, 16));
        heap.edge(0, "element", "1", by_id).edge(0, "element", "2", by_socket);
        let all: Vec<usize> = (0..12)
            .map(|at| {
                let session = heap.node("object", class, 40);
                let log = heap.node("object", "Array", 16);
                heap.edge(by_id, "element", &at.to_string(), session);
                heap.edge(by_socket, "element", &at.to_string(), session);
                heap.edge(session, "property", "log", log);
                log
            })
            .collect();
        for at in 0..messages {
            for &log in &all {
                let message = heap.node("object", "Message", 60);
                heap.edge(log, "element", &at.to_string(), message);
            }
        }
        load_bytes("heap", heap.to_json().as_bytes(), &Progress::new()).expect("a well-formed file")
    }

    fn found(class: &str) -> Vec<Evidence> {
        let growth = growth(&sessions(class, 2), &sessions(class, 90), SizeMode::Chrome, &Progress::new());
        find(&Scene::of_growth(&growth.expect("nobody stops it")))
    }

    #[test]
    fn one_field_of_several_objects_is_one_piece_of_evidence() {
        let all = found("Session");
        let [evidence] = all.as_slice() else { panic!("{all:?}") };
        assert!(
            matches!(evidence.mechanism, Some(Mechanism::Spread { places: 12, .. })),
            "{:?}",
            evidence.mechanism
        );
        assert_eq!(evidence.contents[0].count, 12 * 88);
        assert!(evidence.growth >= 12 * 88 * 60, "{}", evidence.growth);
    }

    #[test]
    fn fields_of_plain_objects_may_have_nothing_in_common() {
        assert_eq!(found("Object"), []);
    }
}
