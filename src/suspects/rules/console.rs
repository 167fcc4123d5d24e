//! What was logged, and is kept by the console of the developer tools.

use rustc_hash::FxHashSet;

use crate::base::NodeIndex;
use crate::graph::{EdgeName, NodeKind};
use crate::snapshot::ContainerKind;
use crate::suspects::Scene;
use crate::suspects::evidence::{Confidence, Evidence, Mechanism, Who};

/// All handles of the console together: `7 / DevTools console`.
pub(super) fn find(scene: &Scene<'_>) -> Vec<Evidence> {
    let graph = scene.graph();
    let roots = graph.node_indices().filter(|&node| graph.nodes.kind(node) == NodeKind::SYNTHETIC);
    let logged: FxHashSet<NodeIndex> = roots
        .flat_map(|root| graph.edges_of(root))
        .filter(|edge| {
            matches!(edge.name, EdgeName::Text(text) if graph.text(text).ends_with(" / DevTools console"))
        })
        .map(|edge| edge.target)
        .collect();
    let (mut fresh, old): (Vec<NodeIndex>, Vec<NodeIndex>) =
        logged.into_iter().partition(|&node| scene.is_fresh(node));
    fresh.sort_unstable();
    let contents = scene.contents().group(&fresh);
    let Some(first) = contents.first() else { return Vec::new() };
    let bytes: u64 = contents.iter().map(|content| content.bytes).sum();
    let old = old.len() as u64;
    vec![Evidence {
        rule: "console",
        who: Who::Named("DevTools console"),
        kind: ContainerKind::Roots,
        object: first.example,
        object_before: None,
        bytes_before: 0,
        bytes_after: bytes,
        growth: bytes.cast_signed(),
        entries_before: scene.growth.map(|_| old),
        entries_after: Some(old + fresh.len() as u64),
        contents,
        mechanism: Some(Mechanism::Console),
        confidence: Confidence::Certain,
        claims: fresh,
        row: None,
    }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suspects::rules::test_page::{found, grown};

    #[test]
    fn what_was_logged_is_told_together() {
        let growth = grown(|page, number| {
            let handles = page.heap.node("synthetic", "(Global handles)", 0);
            page.heap.edge(0, "element", "2", handles);
            for at in 0..number {
                let row = page.heap.node("object", "Row", 900);
                page.heap.edge(handles, "internal", &format!("{at} / DevTools console"), row);
                page.heap.edge(handles, "internal", &format!("{} / DevTools console", at + 1_000), row);
            }
        });
        let all = found(find, &growth);
        let [evidence] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!((evidence.growth, evidence.entries_after), (28 * 900, Some(30)));
        assert_eq!(evidence.mechanism, Some(Mechanism::Console));
        assert_eq!(evidence.contents[0].count, 28);
    }
}
