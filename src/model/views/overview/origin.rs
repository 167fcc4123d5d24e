//! The origin of a heap: runtime and version, native contexts, and the memory of the process.

use crate::base::{Cancelled, NodeIndex, Progress};
use crate::graph::{EdgeName, Graph, NodeKind};
use crate::model::filter::preset::FilterPreset;
use crate::model::format::object_text::object_label;
use crate::model::format::{self, exact_bytes, format_size, sanitize};
use crate::model::views::overview::largest::objects;
use crate::model::views::overview::{BARS, HeapCards, LABEL_LIMIT, NextStep, OverviewBar, OverviewCard};
use crate::sidecar::{MemoryFigures, Sidecar};
use crate::snapshot::filters::Filter;
use crate::snapshot::{NativeContexts, SizeMode, Snapshot};

/// The facts and cards about the heap's origin. Reads the sidecar file, if there is one.
pub(super) fn origin(snapshot: &Snapshot, progress: &Progress) -> Result<HeapCards, Cancelled> {
    let source = snapshot.source();
    // An unreadable sidecar is reported in the list of files.
    let beside = Sidecar::beside(&source.path).ok().flatten();
    let sidecar = beside.filter(|sidecar| sidecar.is_of(source.bytes));
    let contexts = snapshot.native_contexts(progress)?;
    let mut cards = HeapCards { facts: runtime(snapshot, sidecar.as_ref()), ..HeapCards::default() };
    if let Some(sidecar) = &sidecar {
        cards.facts.extend(target_facts(sidecar));
        cards.cards.extend(process_card(sidecar));
    }
    let number = contexts.contexts.len() as u64;
    if number > 0 {
        cards.facts.push(objects(number, "native context", "native contexts"));
    }
    match context_card(snapshot, &contexts) {
        Some(card) => cards.cards.push(card),
        None => cards.absent.push("a second native context"),
    }
    if !cards.cards.iter().any(|card| card.title == PROCESS) {
        cards.absent.push("a record of the capture beside the file");
    }
    Ok(cards)
}

const PROCESS: &str = "Memory of the process";

/// `Node.js v20.20.2`, `V8 11.3.244.8-node.38`: from the sidecar, or from the heap itself.
fn runtime(snapshot: &Snapshot, sidecar: Option<&Sidecar>) -> Vec<String> {
    let recorded = sidecar.and_then(|sidecar| sidecar.target.runtime.clone());
    let recorded = recorded.or_else(|| snapshot.source().capture.runtime.clone());
    let (node, v8) = versions(snapshot.graph());
    let own = node.map(|version| format!("Node.js {version}"));
    let runtime = recorded.map(|text| sanitize(&text, LABEL_LIMIT)).or(own);
    runtime.into_iter().chain(v8.map(|version| format!("V8 {version}"))).collect()
}

/// The values of `process.version` and `process.versions.v8`.
fn versions(graph: &Graph) -> (Option<String>, Option<String>) {
    let names = graph.strings.named(["process"]);
    let [process] = &names;
    let is_process = |node: &NodeIndex| {
        graph.nodes.kind(*node) == NodeKind::OBJECT && process.contains(&graph.nodes.name(*node))
    };
    for node in graph.node_indices().filter(is_process) {
        let version = property(graph, node, "version").and_then(|value| text(graph, value));
        let Some(version) = version.filter(|version| is_version(version)) else { continue };
        let v8 = property(graph, node, "versions").and_then(|all| property(graph, all, "v8"));
        return (Some(version), v8.and_then(|value| text(graph, value)));
    }
    (None, None)
}

fn is_version(text: &str) -> bool {
    text.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn property(graph: &Graph, node: NodeIndex, name: &str) -> Option<NodeIndex> {
    let is_it = |edge_name: EdgeName| matches!(edge_name, EdgeName::Text(text) if graph.text(text) == name);
    graph.edges_of(node).find(|edge| is_it(edge.name)).map(|edge| edge.target)
}

fn text(graph: &Graph, node: NodeIndex) -> Option<String> {
    graph.nodes.kind(node).is_string().then(|| sanitize(graph.raw_name(node), LABEL_LIMIT))
}

/// The target and time according to the sidecar.
fn target_facts(sidecar: &Sidecar) -> Vec<String> {
    let target = &sidecar.target;
    let place = target.url.as_ref().or(target.title.as_ref()).filter(|text| !text.is_empty());
    let taken = sidecar.taken.as_ref().map(|taken| {
        let time = taken.split('.').next().unwrap_or(taken).trim_end_matches('Z').replace('T', " ");
        format!("taken {} UTC", sanitize(&time, LABEL_LIMIT))
    });
    let number = sidecar.number.filter(|&number| number > 1);
    [
        place.map(|text| sanitize(text, LABEL_LIMIT)),
        target.worker.as_ref().map(|text| format!("worker {}", sanitize(text, LABEL_LIMIT))),
        target.pid.map(|pid| format!("process {pid}")),
        taken,
        number.map(|number| format!("capture {number} of its connection")),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The process's memory when the heap was captured.
fn process_card(sidecar: &Sidecar) -> Option<OverviewCard> {
    let memory = sidecar.memory.before.or(sidecar.memory.after)?;
    let MemoryFigures { rss, heap_used, heap_total, backing_storage } = memory;
    let limit = sidecar.memory.limit;
    let figures = [
        ("Limit of its container", limit),
        ("Whole process", rss),
        ("Reserved for V8's heap", heap_total),
        ("Used in V8's heap", heap_used),
        ("Buffers outside V8's heap", backing_storage),
    ];
    let known: Vec<(&str, u64)> =
        figures.into_iter().filter_map(|(label, bytes)| Some((label, bytes?))).collect();
    let &(_, number) = known.iter().find(|(label, _)| *label == "Whole process").or(known.first())?;
    let whole = known.iter().map(|&(_, bytes)| bytes).max().unwrap_or(0);
    let sentence = match (rss, limit, heap_used) {
        (Some(rss), Some(limit), _) if limit > 0 => {
            format!("{} of the memory that its container allows", format::percent(format::share(rss, limit)))
        }
        (Some(rss), _, Some(used)) => {
            format!("V8's heap is {} of the process", format::percent(format::share(used, rss)))
        }
        _ => "As the runtime reported it at the capture".to_owned(),
    };
    Some(OverviewCard {
        title: PROCESS,
        number: format_size(number),
        exact: exact_bytes(number),
        bars: known
            .into_iter()
            .map(|(label, bytes)| OverviewBar::of_bytes(label.to_owned(), bytes, whole, None))
            .collect(),
        sentence,
        step: NextStep::Statistics,
    })
}

/// The pages, frames or realms that share the heap, if there are several.
fn context_card(snapshot: &Snapshot, known: &NativeContexts) -> Option<OverviewCard> {
    let [(largest, bytes), _, ..] = known.contexts[..] else { return None };
    let whole = bytes.max(known.shared_size);
    let label = |node: NodeIndex| {
        let label = object_label(snapshot, node);
        label.strip_prefix("system / NativeContext / ").map_or(label.clone(), str::to_owned)
    };
    let mut bars: Vec<OverviewBar> = known
        .contexts
        .iter()
        .take(BARS - 1)
        .map(|&(node, bytes)| OverviewBar::of_bytes(label(node), bytes, whole, Some(node)))
        .collect();
    bars.push(OverviewBar::of_bytes("Shared by several".to_owned(), known.shared_size, whole, None));
    let number = known.contexts.len() as u64;
    let total = snapshot.shallow_sizes(SizeMode::Chrome).iter().sum();
    Some(OverviewCard {
        title: "Native contexts",
        number: format::format_count(number),
        exact: objects(number, "native context", "native contexts"),
        bars,
        sentence: format!(
            "Pages, frames and realms share this heap; the largest has {} of it",
            format::percent(format::share(bytes, total))
        ),
        step: NextStep::Filter(FilterPreset::Filter(Filter::NativeContext(largest))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;

    fn found(build: impl FnOnce(&mut GraphBuilder)) -> HeapCards {
        let mut heap = GraphBuilder::new();
        build(&mut heap);
        let snapshot = load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap();
        origin(&snapshot, &Progress::new()).unwrap()
    }

    #[test]
    fn the_version_is_the_one_that_process_has() {
        let cards = found(|heap| {
            let process = heap.node("object", "process", 10);
            let version = heap.node("string", "v22.1.0", 10);
            let versions = heap.node("object", "Object", 10);
            let v8 = heap.node("string", "12.4.254.14", 10);
            heap.edge(0, "element", "1", process).edge(process, "property", "version", version);
            heap.edge(process, "property", "versions", versions).edge(versions, "property", "v8", v8);
        });
        assert_eq!(cards.facts, ["Node.js v22.1.0", "V8 12.4.254.14"]);
        assert_eq!(cards.cards, []);
        assert!(cards.absent.contains(&"a second native context"));
    }

    #[test]
    fn several_contexts_have_a_card_and_one_is_a_fact() {
        let with = |number: usize| {
            found(|heap| {
                for at in 0..number {
                    let context =
                        heap.node("object", "system / NativeContext / http://x", 100 * (at as u64 + 1));
                    heap.edge(0, "element", &at.to_string(), context);
                }
            })
        };
        assert_eq!((&*with(1).facts, with(1).cards.len()), (&["1 native context".to_owned()][..], 0));
        let three = with(3);
        assert_eq!(three.facts, ["3 native contexts"]);
        assert_eq!((&*three.cards[0].number, &*three.cards[0].bars[0].label), ("3", "http://x"));
    }

    #[test]
    fn the_figures_of_the_process_are_those_of_the_record() {
        let figures = MemoryFigures { rss: Some(200), heap_used: Some(50), ..MemoryFigures::default() };
        let mut sidecar = Sidecar::default();
        assert_eq!(process_card(&sidecar), None);
        sidecar.memory.before = Some(figures);
        let card = process_card(&sidecar).unwrap();
        assert_eq!(
            (card.bars.len(), card.sentence.replace('\u{a0}', " ")),
            (2, "V8's heap is 25 % of the process".into())
        );
        sidecar.memory.limit = Some(400);
        let card = process_card(&sidecar).unwrap();
        assert_eq!(card.sentence.replace('\u{a0}', " "), "50 % of the memory that its container allows");
        assert_eq!(card.number.replace('\u{a0}', " "), "200 B");
    }
}
