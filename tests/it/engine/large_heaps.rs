//! Heaps of extreme shape: a list a million deep, a node with a million edges. Real heaps have both.

use std::fmt::Write;
use std::sync::Arc;

use heaplens::base::{NodeIndex, ObjectId, Progress};
use heaplens::graph::GraphBuilder;
use heaplens::snapshot::{SizeMode, Snapshot, load_bytes};

const MILLION: usize = 1_000_000;

/// A heap of `count` objects of one byte behind the root; of each row the number of its edges, of each edge the
/// node it leads to. Written straight as text: a builder of nodes would take longer than the test.
fn load(
    count: usize,
    edge_count: impl Fn(usize) -> usize,
    targets: impl Iterator<Item = usize>,
) -> Arc<Snapshot> {
    let empty = GraphBuilder::new().to_json();
    let (head, rest) = empty.split_once("\"nodes\":[").expect("nodes");
    let (_, tail) = rest.split_once("\"trace_function_infos\"").expect("more sections");
    let head = head.replace("\"node_count\":1", &format!("\"node_count\":{}", count + 1));
    let mut text = format!("{head}\"nodes\":[9,0,1,0,{},0,0\n", edge_count(0));
    for node in 1..=count {
        writeln!(text, ",3,0,{},1,{},0,0", 2 * node + 1, edge_count(node)).expect("writing to a string");
    }
    text.push_str("],\n\"edges\":[");
    for (edge, target) in targets.enumerate() {
        let separator = if edge == 0 { "" } else { "," };
        writeln!(text, "{separator}2,0,{}", 7 * target).expect("writing to a string");
    }
    write!(text, "],\n\"trace_function_infos\"{tail}").expect("writing to a string");
    load_bytes("large", text.as_bytes(), &Progress::new()).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_list_a_million_deep_takes_no_stack() {
    let snapshot = load(MILLION, |node| usize::from(node < MILLION), 1..=MILLION);
    let [first, last] = [NodeIndex(1), NodeIndex::at(MILLION)];
    assert_eq!(snapshot.retained(SizeMode::Chrome, first), Some(MILLION as u64));
    assert_eq!(snapshot.retained(SizeMode::Chrome, last), Some(1));
    assert_eq!(snapshot.dominator(last), Some(NodeIndex::at(MILLION - 1)));
    assert_eq!(usize::try_from(snapshot.distance(last).0), Ok(MILLION));
    let ignored = [first].into_iter().collect();
    assert!(snapshot.ignoring(ignored, &Progress::new()).is_ok());
}

#[test]
fn a_node_may_have_a_million_edges() {
    let targets = std::iter::once(1).chain(2..=MILLION).chain([2]);
    let edge_count = |node| match node {
        0 => 1,
        1 => MILLION,
        _ => 0,
    };
    let snapshot = load(MILLION, edge_count, targets);
    let hub = NodeIndex(1);
    assert_eq!(snapshot.graph().edges_of(hub).len(), MILLION);
    assert_eq!(snapshot.retained(SizeMode::Chrome, hub), Some(MILLION as u64));
    assert_eq!(snapshot.retainers(NodeIndex(2)).len(), 2);
    assert_eq!(snapshot.distance(NodeIndex::at(MILLION)).0, 2);
}

#[test]
fn a_million_edges_may_lead_to_one_node() {
    let into_the_last = (1..=MILLION).chain(std::iter::repeat_n(MILLION, MILLION - 1));
    let snapshot =
        load(MILLION, |node| if node == 0 { MILLION } else { usize::from(node < MILLION) }, into_the_last);
    let last = snapshot.find(ObjectId(2 * MILLION as u64 + 1)).expect("it is there");
    assert_eq!(snapshot.retainer_count(last), MILLION);
    let retainers = snapshot.retainers(last);
    assert_eq!((retainers.len(), retainers[0].source), (MILLION, NodeIndex::at(MILLION - 1)));
    assert_eq!(snapshot.dominator(last), Some(NodeIndex(0)));
}
