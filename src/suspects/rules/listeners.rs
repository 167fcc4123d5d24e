//! Listeners of an emitter or an event target.

use crate::base::NodeIndex;
use crate::graph::{Edge, EdgeKind, EdgeName, NodeKind};
use crate::snapshot::ContainerKind;
use crate::suspects::Scene;
use crate::suspects::contents::is_listener_record;
use crate::suspects::evidence::{Confidence, Evidence, Mechanism, Who};
use crate::suspects::holder::HolderPath;
use crate::suspects::rules::container::new_entries;

/// Listeners that pile up: fewer are meant.
const MANY: usize = 20;

/// Where what grew is a list of listeners, or what several of them share: says of which target and for which
/// events.
pub(super) fn explain(scene: &Scene<'_>, evidence: &mut Evidence) {
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

/// Listeners of one heap that were added at one place to one target, again and again.
pub(super) fn find(scene: &Scene<'_>) -> Vec<Evidence> {
    let graph = scene.graph();
    let objects = graph.node_indices().filter(|&node| graph.nodes.kind(node) == NodeKind::OBJECT);
    let mut found = Vec::new();
    // Names are compared by number: most objects have neither.
    let [events_names, record_names] = graph.strings.named(["_events", "Listener"]);
    for node in objects {
        if record_names.contains(&graph.nodes.name(node)) {
            let is_first =
                scene.snapshot.dominator(node).is_none_or(|above| !is_listener_record(graph.raw_name(above)));
            found.extend(is_first.then(|| pile(scene, node, ContainerKind::List)).flatten());
            continue;
        }
        let is_events = |edge: &Edge| {
            edge.kind == EdgeKind::Property
                && matches!(edge.name, EdgeName::Text(name) if events_names.contains(&name))
        };
        let Some(events) = graph.edges_of(node).find(is_events).map(|edge| edge.target) else { continue };
        let lists = graph.edges_of(events).filter(|edge| edge.kind == EdgeKind::Property);
        let lists = lists.map(|edge| edge.target).filter(|&list| graph.raw_name(list) == "Array");
        found.extend(lists.filter_map(|list| pile(scene, list, ContainerKind::Array)));
    }
    found
}

/// A list of listeners as evidence, if most of many were written at one place.
fn pile(scene: &Scene<'_>, list: NodeIndex, kind: ContainerKind) -> Option<Evidence> {
    let listeners = new_entries(scene, list, kind);
    if listeners.len() < MANY {
        return None;
    }
    let contents = scene.contents().group(&listeners);
    let first = contents.iter().find(|content| content.function.is_some())?;
    if first.count * 2 < listeners.len() as u64 {
        return None;
    }
    let bytes = scene.retained(list);
    let mut evidence = Evidence {
        rule: "listeners",
        who: Who::Container(scene.holders.find(list)),
        kind,
        object: list,
        object_before: None,
        bytes_before: 0,
        bytes_after: bytes,
        growth: bytes.cast_signed(),
        entries_before: None,
        entries_after: Some(listeners.len() as u64),
        contents,
        mechanism: None,
        confidence: Confidence::Likely,
        claims: vec![list],
        row: None,
    };
    explain(scene, &mut evidence);
    evidence.mechanism.is_some().then_some(evidence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::GraphBuilder;
    use crate::suspects::rules::test_page::found_alone;

    fn emitter(listeners: usize, places: usize) -> GraphBuilder {
        let mut heap = GraphBuilder::new();
        let module = heap.node("object", "system / Context", 40);
        let store = heap.node("object", "Store", 40);
        let events = heap.node("object", "Object", 24);
        let list = heap.node("object", "Array", 16);
        heap.edge(0, "element", "1", module).edge(module, "context", "store", store);
        heap.edge(store, "property", "_events", events).edge(events, "property", "change", list);
        let codes: Vec<usize> =
            (0..places).map(|_| heap.node("code", "system / SharedFunctionInfo", 50)).collect();
        for at in 0..listeners {
            let function = heap.node("closure", "onChange", 64);
            heap.edge(list, "element", &at.to_string(), function);
            heap.edge(function, "internal", "shared", codes[at % places]);
        }
        heap
    }

    #[test]
    fn listeners_of_one_place_on_one_target_pile_up() {
        let all = found_alone(find, &emitter(300, 1));
        let [evidence] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!((evidence.entries_after, evidence.contents[0].count), (Some(300), 300));
        let Some(Mechanism::Listeners { class, event, .. }) = &evidence.mechanism else {
            panic!("{evidence:?}")
        };
        assert_eq!((class.as_str(), event.as_deref()), ("Store", Some("change")));
    }

    #[test]
    fn few_listeners_and_those_of_many_places_are_meant() {
        assert_eq!(found_alone(find, &emitter(10, 1)), []);
        assert_eq!(found_alone(find, &emitter(300, 300)), []);
    }
}
