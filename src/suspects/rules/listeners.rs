//! Listeners of an emitter or an event target.

use crate::graph::{EdgeKind, EdgeName};
use crate::suspects::Scene;
use crate::suspects::evidence::{Confidence, Evidence, Mechanism, Who};
use crate::suspects::holder::HolderPath;

/// Where what grew is a list of listeners, or what several of them share: says of which target and for which
/// events.
pub fn explain(scene: &Scene<'_>, evidence: &mut Evidence) {
    match &mut evidence.who {
        Who::Container(path) => {
            let Some((table, mechanism)) = listeners(scene, path) else { return };
            // The record of the first listener stands for all of them: name the list it begins.
            while path.edges.len() > table + 1 && text(scene, path, path.edges.len() - 1) == "next" {
                path.edges.pop();
            }
            evidence.mechanism = Some(mechanism);
        }
        Who::Class(holders) => {
            let all: Vec<Mechanism> =
                holders.iter().filter_map(|path| Some(listeners(scene, path)?.1)).collect();
            if all.len() != holders.len() || evidence.mechanism.is_some() {
                return;
            }
            evidence.mechanism = all.into_iter().reduce(|one, other| together(one, &other));
        }
        _ => return,
    }
    if evidence.mechanism.is_some() {
        evidence.confidence = Confidence::Certain;
    }
}

/// Listeners of one target for the events of both.
fn together(one: Mechanism, other: &Mechanism) -> Mechanism {
    let (
        Mechanism::Listeners { target, class, event: Some(event) },
        Mechanism::Listeners { target: of_other, event: Some(another), .. },
    ) = (&one, other)
    else {
        return one;
    };
    if target.as_ref().map(|path| path.target) != of_other.as_ref().map(|path| path.target) {
        return one;
    }
    let event = Some(format!("{event}\" and \"{another}"));
    Mechanism::Listeners { target: target.clone(), class: class.clone(), event }
}

fn text<'a>(scene: &Scene<'a>, path: &HolderPath, at: usize) -> &'a str {
    match scene.graph().edges.get(path.edges[at]).name {
        EdgeName::Text(text) => scene.graph().text(text),
        EdgeName::Number(_) => "",
    }
}

/// Where on a way the table of listeners is, and whose it is.
fn listeners(scene: &Scene<'_>, path: &HolderPath) -> Option<(usize, Mechanism)> {
    let graph = scene.graph();
    let is_table = |&at: &usize| {
        let text = text(scene, path, at);
        text == "_events" || text.contains("kEvents")
    };
    let table = (0..path.edges.len()).find(is_table)?;
    let event = (table + 1 < path.edges.len() && text(scene, path, table) == "_events")
        .then(|| graph.edges.get(path.edges[table + 1]))
        .filter(|edge| edge.kind == EdgeKind::Property)
        .map(|_| text(scene, path, table + 1).to_owned());
    let target = graph.source(path.edges[table]);
    let class = graph.raw_name(target).to_owned();
    let to_target = HolderPath { edges: path.edges[..table].to_vec(), target, ..path.clone() };
    Some((table, Mechanism::Listeners { target: Some(to_target), class, event }))
}
