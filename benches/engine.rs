//! Benchmarks of the engine's stages on a generated heap: `cargo bench`, or `cargo bench -- retainers`.
//!
//! The heap is the same at every run: objects in a random tree with random cross references, maps shared by
//! many, arrays with stores, strings. For whole files and real heaps there is `heaplens check --timings`.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use heaplens::analysis::classes::Classes;
use heaplens::analysis::distances::{DistanceRules, distances};
use heaplens::analysis::dom_state::DomStates;
use heaplens::analysis::dominators::{DepthFirst, EssentialEdges};
use heaplens::analysis::interface_definitions::ObjectShapes;
use heaplens::analysis::page_objects::page_objects;
use heaplens::analysis::retainers::Retainers;
use heaplens::analysis::shallow_sizes::shallow_sizes;
use heaplens::analysis::weak_maps::WeakMapNames;
use heaplens::base::Progress;
use heaplens::graph::{Graph, GraphBuilder};
use heaplens::parse::{Input, parse};
use heaplens::snapshot::load_bytes;

const OBJECTS: usize = 200_000;

fn main() {
    divan::main();
}

/// The text of a heap of about a million nodes and edges.
fn heap_text() -> String {
    let mut random = fastrand::Rng::with_seed(7);
    let mut heap = GraphBuilder::new();
    let roots = heap.node("synthetic", "(GC roots)", 0);
    let global = heap.node("object", "global", 64);
    heap.edge(0, "element", "1", roots).edge(0, "shortcut", "global", global);
    let maps: Vec<_> = (0..200).map(|_| heap.node("object shape", "system / Map", 80)).collect();
    let mut objects = vec![global];
    for at in 0..OBJECTS {
        let holder = objects[random.usize(objects.len().saturating_sub(5_000)..objects.len())];
        let object = match at % 4 {
            0 => {
                let array = heap.node("object", "Array", 32);
                let store = heap.node("array", "(object elements)", random.u64(16..400));
                heap.edge(array, "internal", "elements", store);
                array
            }
            1 => heap.node("string", &format!("text number {at}"), 40),
            2 => heap.node("object", &format!("Class{}", random.usize(..300)), 56),
            _ => heap.node("object", "Object", 48),
        };
        heap.edge(object, "internal", "map", maps[random.usize(..maps.len())]);
        heap.edge(holder, "property", &format!("property{}", random.usize(..50)), object);
        for _ in 0..random.usize(..3) {
            heap.edge(object, "property", "other", objects[random.usize(..objects.len())]);
        }
        if at % 4 != 1 {
            objects.push(object);
        }
    }
    heap.to_json()
}

/// What the stages need from earlier ones.
struct Stages {
    graph: Graph,
    weak_maps: WeakMapNames,
    dom: DomStates,
}

fn stages() -> Stages {
    let parsed = parse(Input::new(heap_text().as_bytes()), &Progress::new()).expect("a sound heap");
    let weak_maps = WeakMapNames::find(&parsed.graph.strings);
    let dom = DomStates::find(&parsed.graph);
    Stages { graph: parsed.graph, weak_maps, dom }
}

#[divan::bench]
fn parsing(bencher: Bencher<'_, '_>) {
    let text = heap_text();
    bencher.counter(BytesCount::of_str(&text)).bench(|| parse(Input::new(text.as_bytes()), &Progress::new()));
}

#[divan::bench]
fn string_table(bencher: Bencher<'_, '_>) {
    let mut heap = GraphBuilder::new();
    for at in 0..OBJECTS {
        heap.node("string", &format!("a \"quoted\" text, number {at}"), 24);
    }
    let text = heap.to_json();
    bencher.counter(BytesCount::of_str(&text)).bench(|| parse(Input::new(text.as_bytes()), &Progress::new()));
}

#[divan::bench]
fn retainers(bencher: Bencher<'_, '_>) {
    let Stages { graph, weak_maps, .. } = stages();
    bencher.bench(|| {
        Retainers::find(black_box(&graph), &weak_maps, &Progress::new()).map(|found| found.bytes())
    });
}

#[divan::bench]
fn shapes_and_classes(bencher: Bencher<'_, '_>) {
    let Stages { graph, dom, .. } = stages();
    bencher.bench(|| {
        let progress = Progress::new();
        let shapes = ObjectShapes::find(&graph, &progress)?;
        let definitions = shapes.infer(&graph);
        Classes::group(&graph, &dom, &shapes, &definitions, &progress).map(|classes| classes.len())
    });
}

#[divan::bench]
fn sizes(bencher: Bencher<'_, '_>) {
    let Stages { graph, dom, .. } = stages();
    bencher.bench(|| shallow_sizes(&graph, &dom, &Progress::new()).map(|sizes| sizes.is_some()));
}

#[divan::bench]
fn distances_from_roots(bencher: Bencher<'_, '_>) {
    let Stages { graph, weak_maps, .. } = stages();
    let rules = DistanceRules::new(&graph, &weak_maps);
    bencher.bench(|| distances(&rules, &Default::default(), &Progress::new()).map(|found| found.bytes()));
}

#[divan::bench]
fn dominators(bencher: Bencher<'_, '_>) {
    let Stages { graph, weak_maps, .. } = stages();
    let progress = Progress::new();
    let page = page_objects(&graph, &progress).expect("not cancelled");
    let retainers = Retainers::find(&graph, &weak_maps, &progress).expect("not cancelled");
    let edges = EssentialEdges { graph: &graph, weak_maps: &weak_maps, page: &page };
    bencher.bench(|| {
        DepthFirst::from_root(edges, &progress)?
            .finish(edges, &retainers, &progress)
            .map(|found| found.unreachable)
    });
}

#[divan::bench]
fn whole_load(bencher: Bencher<'_, '_>) {
    let text = heap_text();
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| load_bytes("generated", text.as_bytes(), &Progress::new()).map(|loaded| loaded.seconds()));
}
