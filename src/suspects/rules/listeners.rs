//! Listeners of an emitter or an event target.

use crate::graph::{EdgeKind, EdgeName};
use crate::suspects::Scene;
use crate::suspects::evidence::{Confidence, Evidence, Mechanism, Who};
use crate::suspects::holder::HolderPath;

/// Where what grew is a list of listeners: says of which target and for which event.
pub fn explain(scene: &Scene<'_>, evidence: &mut Evidence) {
    let Who::Container(path) = &mut evidence.who else { return };
    let graph = scene.graph();
    let edges = path.edges.clone();
    let text = |at: usize| match graph.edges.get(edges[at]).name {
        EdgeName::Text(text) => graph.text(text),
        EdgeName::Number(_) => "",
    };
    let is_table = |at: &usize| text(*at) == "_events" || text(*at).contains("kEvents");
    let Some(table) = (0..path.edges.len()).find(is_table) else { return };
    let event = (table + 1 < path.edges.len() && text(table) == "_events")
        .then(|| graph.edges.get(path.edges[table + 1]))
        .filter(|edge| edge.kind == EdgeKind::Property)
        .map(|_| text(table + 1).to_owned());
    let target = graph.source(path.edges[table]);
    let class = graph.raw_name(target).to_owned();
    let to_target = HolderPath { edges: path.edges[..table].to_vec(), target, ..path.clone() };
    // The record of the first listener stands for all of them: name the list it begins.
    while path.edges.len() > table + 1 && text(path.edges.len() - 1) == "next" {
        path.edges.pop();
    }
    evidence.mechanism = Some(Mechanism::Listeners { target: Some(to_target), class, event });
    evidence.confidence = Confidence::Certain;
}
