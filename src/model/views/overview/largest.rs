//! The largest retained sizes, by constructor: the dominator tree below the objects that hold everything.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::base::{Cancelled, ClassIndex, NodeIndex, Progress};
use crate::graph::NodeKind;
use crate::model::format::{self, exact_bytes, format_count, format_size, percent, sanitize, times};
use crate::model::views::overview::{HeapCards, LABEL_LIMIT, NextStep, OverviewBar, OverviewCard};
use crate::model::views::treemap::names::object_name;
use crate::snapshot::{SizeMode, Snapshot};
use crate::source::contexts::is_context;
use crate::suspects::holder::is_global;

/// Maximum number of constructors with a bar.
const GROUPS: usize = 10;
/// Minimum part of the heap for opening an object that only passes on what it holds.
const OPENED: u64 = 20;
/// An object with one child of at least this part of it, in hundredths, only passes that child on.
const PASSED_ON: u64 = 80;

/// Objects of one constructor.
#[derive(Clone, Copy)]
struct Group {
    class: ClassIndex,
    count: u64,
    bytes: u64,
    largest: NodeIndex,
    largest_bytes: u64,
}

/// The chart of the largest dominators.
pub(super) fn largest(
    snapshot: &Snapshot,
    mode: SizeMode,
    progress: &Progress,
) -> Result<HeapCards, Cancelled> {
    let total = snapshot.retained(mode, snapshot.graph().root).unwrap_or(0);
    let groups = groups(snapshot, mode, total, progress)?;
    let whole = groups.first().map_or(0, |group| group.bytes);
    let Some(first) = groups.first() else { return Ok(HeapCards::without("objects that retain others")) };
    let shown: Vec<&Group> = groups.iter().take(GROUPS).collect();
    let bars: Vec<OverviewBar> = shown.iter().map(|group| bar(snapshot, group, whole, total)).collect();
    let sum: u64 = shown.iter().map(|group| group.bytes).sum();
    let sentence = match shown.len() {
        1 => format!("{} of the heap is held by this alone", percent(format::share(first.bytes, total))),
        many => format!(
            "{} of the heap in the {many} largest groups; the first alone has {}",
            percent(format::share(sum, total)),
            percent(format::share(first.bytes, total))
        ),
    };
    Ok(HeapCards::of_card(OverviewCard {
        title: "What retains most",
        number: format_size(first.bytes),
        exact: exact_bytes(first.bytes),
        bars,
        sentence,
        step: NextStep::Dominators,
    }))
}

fn bar(snapshot: &Snapshot, group: &Group, whole: u64, total: u64) -> OverviewBar {
    let class = sanitize(snapshot.classes().name(group.class), LABEL_LIMIT);
    let label = match group.count {
        1 => object_name(snapshot, group.largest),
        many => format!("{class} {}", times(many)),
    };
    let of_heap = percent(format::share(group.bytes, total));
    let mut hover = format!("{label}\n{}, {of_heap} of the heap", exact_bytes(group.bytes));
    if group.count > 1 {
        let largest = object_name(snapshot, group.largest);
        hover.push_str(&format!("\nThe largest is {largest}: {}", format_size(group.largest_bytes)));
    }
    OverviewBar {
        hover,
        number: format!("{} · {of_heap}", format_size(group.bytes)),
        ..OverviewBar::of_bytes(label, group.bytes, whole, Some(group.largest))
    }
}

/// The objects below the roots by constructor, largest first. Objects that only pass on what they hold are
/// opened.
fn groups(
    snapshot: &Snapshot,
    mode: SizeMode,
    total: u64,
    progress: &Progress,
) -> Result<Vec<Group>, Cancelled> {
    let retained = |node: NodeIndex| snapshot.retained(mode, node).unwrap_or(0);
    let mut groups: FxHashMap<ClassIndex, Group> = FxHashMap::default();
    let mut work = snapshot.dominated(snapshot.graph().root);
    let mut steps = 0;
    while let Some(node) = work.pop() {
        steps += 1;
        progress.tick(steps)?;
        let bytes = retained(node);
        if let Some(below) = passed_on(snapshot, node, bytes, total, &retained) {
            work.extend(below);
            continue;
        }
        let class = snapshot.class_of(node);
        let group = groups.entry(class).or_insert(Group {
            class,
            count: 0,
            bytes: 0,
            largest: node,
            largest_bytes: 0,
        });
        group.count += 1;
        group.bytes += bytes;
        if bytes > group.largest_bytes {
            (group.largest, group.largest_bytes) = (node, bytes);
        }
    }
    let mut groups: Vec<Group> = groups.into_values().filter(|group| group.bytes > 0).collect();
    groups.sort_by_key(|group| (Reverse(group.bytes), group.class));
    Ok(groups)
}

/// The children of an object that is not a container of the program: a root, a global object, a module scope,
/// or a link with one large child.
fn passed_on(
    snapshot: &Snapshot,
    node: NodeIndex,
    bytes: u64,
    total: u64,
    retained: &impl Fn(NodeIndex) -> u64,
) -> Option<Vec<NodeIndex>> {
    let graph = snapshot.graph();
    if graph.nodes.kind(node) == NodeKind::SYNTHETIC {
        return Some(snapshot.dominated(node));
    }
    if bytes < total / OPENED {
        return None;
    }
    let is_passage = is_global(snapshot, node)
        || is_context(graph, node)
        || graph.raw_name(node).starts_with("system / NativeContext");
    let below = snapshot.dominated(node);
    let largest = below.iter().map(|&child| retained(child)).max().unwrap_or(0);
    let is_link = u128::from(largest) * 100 >= u128::from(bytes) * u128::from(PASSED_ON);
    // The backing store of a collection counts as the collection.
    let is_storage =
        is_link && below.iter().any(|&child| retained(child) == largest && is_store(snapshot, child));
    (!below.is_empty() && (is_passage || is_link && !is_storage)).then_some(below)
}

fn is_store(snapshot: &Snapshot, node: NodeIndex) -> bool {
    matches!(snapshot.graph().nodes.kind(node), NodeKind::ARRAY | NodeKind::NATIVE | NodeKind::HIDDEN)
}

/// `1,234 objects`.
pub(super) fn objects(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", format_count(number), if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;

    #[test]
    fn what_hangs_below_roots_and_links_is_grouped_by_constructor() {
        let mut heap = GraphBuilder::new();
        let roots = heap.node("synthetic", "(GC roots)", 0);
        let link = heap.node("object", "Registry", 10);
        let list = heap.node("object", "List", 10);
        let store = heap.node("array", "(object elements)", 900);
        heap.edge(0, "element", "1", roots).edge(roots, "element", "1", link);
        heap.edge(link, "property", "list", list).edge(list, "internal", "elements", store);
        for _ in 0..3 {
            let item = heap.node("object", "Item", 100);
            heap.edge(roots, "element", "2", item);
        }
        let snapshot = load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap();
        let found = largest(&snapshot, SizeMode::Raw, &Progress::new()).unwrap();
        let card = &found.cards[0];
        let labels: Vec<&str> = card.bars.iter().map(|bar| bar.label.split(" @").next().unwrap()).collect();
        assert_eq!(labels, ["list: List", "Item ×3"], "the registry only passes the list on");
        assert_eq!(card.number.replace('\u{a0}', " "), "910 B");
        assert_eq!(card.bars[0].object, Some(NodeIndex::at(list)));
        assert!((card.bars[1].length - 300.0 / 910.0).abs() < 1e-4);
    }
}
