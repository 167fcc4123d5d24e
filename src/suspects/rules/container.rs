//! A container that got larger: what came into it.

use crate::base::NodeIndex;
use crate::graph::{EdgeKind, NodeKind};
use crate::growth::{Growth, GrowthRow, Part};
use crate::snapshot::ContainerKind;
use crate::suspects::Scene;
use crate::suspects::contents::{Content, ContentKind};
use crate::suspects::evidence::{Confidence, Evidence, Who};

/// Links of a list whose classes are told.
const LINKS: usize = 200_000;

/// The row's growth as evidence.
pub(crate) fn explain(scene: &Scene<'_>, growth: &Growth, at: usize) -> Evidence {
    let row = &growth.rows[at];
    let who = match row.part {
        Part::Whole | Part::Slot(_) => Who::Container(scene.holders.find(row.container)),
        Part::Shared(_) => Who::Class(row.holders.iter().map(|&holder| scene.holders.find(holder)).collect()),
    };
    Evidence {
        rule: "container",
        who,
        kind: row.kind,
        object: row.container,
        object_before: row.container_before,
        bytes_before: row.bytes_before,
        bytes_after: row.bytes_after,
        growth: row.growth,
        entries_before: row.entries_before,
        entries_after: row.entries_after,
        contents: contents(scene, row),
        mechanism: None,
        confidence: if row.entries_after > row.entries_before {
            Confidence::Likely
        } else {
            Confidence::Possible
        },
        claims: Vec::new(),
        row: Some(at),
    }
}

/// What came: the new entries; of a list its new links; else the new objects the container dominates.
fn contents(scene: &Scene<'_>, row: &GrowthRow) -> Vec<Content> {
    let reader = scene.contents();
    if matches!(row.part, Part::Shared(_)) {
        return reader.group(&row.objects);
    }
    let nodes = new_entries(scene, row.container, row.kind);
    let mut contents = reader.group(&nodes);
    let known: u64 = contents.iter().map(|content| content.bytes).sum();
    if known.cast_signed() * 2 < row.growth {
        let others = row.new_entries.iter().filter(|entries| {
            contents.iter().all(|content| content.kind != ContentKind::Class(entries.class))
                && !nodes.contains(&entries.example)
        });
        let others: Vec<Content> = others
            .map(|entries| Content {
                kind: ContentKind::Class(entries.class),
                function: None,
                callers: Vec::new(),
                count: entries.count,
                bytes: entries.bytes,
                example: entries.example,
                keeps: None,
            })
            .collect();
        contents.extend(others);
        contents.sort_by_key(|content| std::cmp::Reverse(content.bytes));
    }
    contents
}

/// The new objects among a container's entries.
pub(crate) fn new_entries(scene: &Scene<'_>, container: NodeIndex, kind: ContainerKind) -> Vec<NodeIndex> {
    let graph = scene.graph();
    let is_entry = |node: NodeIndex| {
        let kind = graph.nodes.kind(node);
        let is_named =
            kind.is_string() || matches!(kind, NodeKind::OBJECT | NodeKind::CLOSURE | NodeKind::NATIVE);
        is_named && scene.is_fresh(node)
    };
    if kind == ContainerKind::List {
        return links(scene, container).into_iter().filter(|&node| is_entry(node)).collect();
    }
    let is_events =
        kind == ContainerKind::Listeners && scene.snapshot.containers().events(container).is_none();
    let kind = if is_events { ContainerKind::Array } else { kind };
    let edges = scene.snapshot.containers().entry_edges(container, kind);
    edges.into_iter().map(|edge| edge.target).filter(|&node| is_entry(node)).collect()
}

/// The links of a list, from its first.
fn links(scene: &Scene<'_>, first: NodeIndex) -> Vec<NodeIndex> {
    let graph = scene.graph();
    let class = graph.nodes.name(first);
    let (mut at, mut link, mut links) = (first, None, vec![first]);
    while links.len() < LINKS {
        let next = graph.edges_of(at).find(|edge| {
            edge.kind == EdgeKind::Property
                && link.is_none_or(|link| link == edge.name)
                && edge.target != at
                && graph.nodes.name(edge.target) == class
                && graph.nodes.kind(edge.target) == NodeKind::OBJECT
                && !scene.snapshot.edge_name(edge.index).to_string().starts_with("__")
        });
        let Some(next) = next.filter(|next| next.target != first) else { break };
        link = Some(next.name);
        at = next.target;
        links.push(at);
    }
    links
}
