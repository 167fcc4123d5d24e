//! Common kinds of waste in a heap: detached DOM nodes, duplicated strings, large strings and typed arrays.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::base::{Cancelled, ClassIndex, NodeIndex, Progress};
use crate::graph::{Detachedness, NodeKind};
use crate::model::filter::preset::FilterPreset;
use crate::model::format::holder_text::best_holder_text;
use crate::model::format::object_text::object_label;
use crate::model::format::{exact_bytes, format_count, format_size, percent, sanitize, share, times};
use crate::model::views::overview::largest::objects;
use crate::model::views::overview::{BARS, HeapCards, LABEL_LIMIT, NextStep, OverviewBar, OverviewCard};
use crate::model::views::strings::{StringTexts, TextCopies};
use crate::snapshot::filters::Filter;
use crate::snapshot::{SizeMode, Snapshot};
use crate::suspects::Scene;
use crate::suspects::page::{interface, is_dom_node};

/// Minimum waste of copies for a card, in bytes.
const WASTE: u64 = 1_000;
/// Minimum bytes of a large string or buffer.
const LARGE: u64 = 10_000;
/// Maximum characters of a string on a card.
const TEXT_LIMIT: usize = 60;

/// Detached DOM nodes by constructor. `O(nodes)`.
pub(super) fn detached_dom(
    snapshot: &Snapshot,
    mode: SizeMode,
    progress: &Progress,
) -> Result<HeapCards, Cancelled> {
    let graph = snapshot.graph();
    let is_detached = |node: NodeIndex| {
        graph.nodes.kind(node) == NodeKind::NATIVE
            && snapshot.detachedness(node) == Detachedness::Detached
            && is_of_page(graph.raw_name(node))
    };
    let mut known = vec![Above::Unknown; graph.node_count()];
    let (mut nodes, mut bytes) = (0_u64, 0);
    let mut by_class: FxHashMap<ClassIndex, (u64, u64, NodeIndex)> = FxHashMap::default();
    for node in graph.node_indices() {
        progress.tick(node.position())?;
        if !is_detached(node) {
            continue;
        }
        nodes += 1;
        if detached_above(snapshot, node, &is_detached, &mut known) {
            continue;
        }
        let retained = snapshot.retained(mode, node).unwrap_or(0);
        bytes += retained;
        let class = by_class.entry(snapshot.class_of(node)).or_insert((0, 0, node));
        class.0 += 1;
        class.1 += retained;
    }
    if nodes == 0 {
        return Ok(HeapCards::without("detached DOM nodes"));
    }
    let mut classes: Vec<(ClassIndex, (u64, u64, NodeIndex))> = by_class.into_iter().collect();
    classes.sort_by_key(|&(class, (_, bytes, _))| (Reverse(bytes), class));
    let trees: u64 = classes.iter().map(|(_, (trees, ..))| trees).sum();
    let whole = classes.first().map_or(0, |(_, (_, bytes, _))| *bytes);
    let bars = classes.iter().take(BARS).map(|&(class, (trees, bytes, example))| {
        let name = sanitize(snapshot.classes().name(class), LABEL_LIMIT);
        let name = name.strip_prefix("Detached ").unwrap_or(&name);
        OverviewBar::of_bytes(format!("{name} {}", times(trees)), bytes, whole, Some(example))
    });
    Ok(HeapCards::of_card(OverviewCard {
        title: "Detached DOM",
        number: format_size(bytes),
        exact: exact_bytes(bytes),
        bars: bars.collect(),
        sentence: format!(
            "{} left their document and stay in memory, in {}",
            objects(nodes, "node", "nodes"),
            objects(trees, "tree", "trees")
        ),
        step: NextStep::Filter(FilterPreset::Filter(Filter::RetainedByDetachedDom)),
    }))
}

/// Whether a native object is a node of a document, or its window: Node.js has detached natives as well.
fn is_of_page(name: &str) -> bool {
    const NODES: [&str; 11] = [
        "Attr",
        "CDATASection",
        "Comment",
        "Document",
        "DocumentFragment",
        "HTMLDocument",
        "InternalNode",
        "ShadowRoot",
        "Text",
        "Window",
        "XMLDocument",
    ];
    is_dom_node(name) || NODES.contains(&interface(name))
}

/// The cached state of a node.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Above {
    Unknown,
    Detached,
    Nothing,
}

/// Whether a detached node dominates `node`. Caches the answer for every node on the way.
fn detached_above(
    snapshot: &Snapshot,
    node: NodeIndex,
    is_detached: &impl Fn(NodeIndex) -> bool,
    known: &mut [Above],
) -> bool {
    let mut visited = Vec::new();
    let mut at = node;
    let answer = loop {
        if known[at.position()] != Above::Unknown {
            break known[at.position()];
        }
        visited.push(at);
        match snapshot.dominator(at).filter(|&above| above != at) {
            None => break Above::Nothing,
            Some(above) if is_detached(above) => break Above::Detached,
            Some(above) => at = above,
        }
    };
    for node in visited {
        known[node.position()] = answer;
    }
    answer == Above::Detached
}

/// Copies of strings, and large strings. `O(nodes)`.
pub(super) fn strings(
    snapshot: &Snapshot,
    mode: SizeMode,
    texts: &StringTexts,
    progress: &Progress,
) -> Result<HeapCards, Cancelled> {
    let mut cards = HeapCards::default();
    match duplicates(snapshot, texts) {
        Some(card) => cards.cards.push(card),
        None => cards.absent.push("strings with many copies"),
    }
    progress.check()?;
    match large_strings(snapshot, mode, texts) {
        Some(card) => cards.cards.push(card),
        None => cards.absent.push("strings over 10 kB"),
    }
    Ok(cards)
}

fn duplicates(snapshot: &Snapshot, texts: &StringTexts) -> Option<OverviewCard> {
    let mut copied: Vec<&TextCopies> = texts.texts().iter().filter(|text| text.copies > 1).collect();
    let wasted: u64 = copied.iter().map(|text| text.wasted).sum();
    if wasted < WASTE {
        return None;
    }
    copied.sort_by_key(|text| (Reverse(text.wasted), text.first));
    let whole = copied.first()?.wasted;
    let bars = copied.iter().take(BARS).map(|text| {
        let label = format!("{} ×{}", short_text(snapshot, text.first), format_count(text.copies as u64));
        OverviewBar::of_bytes(label, text.wasted, whole, Some(text.first))
    });
    Some(OverviewCard {
        title: "Duplicated strings",
        number: format_size(wasted),
        exact: exact_bytes(wasted),
        bars: bars.collect(),
        sentence: format!(
            "{} more than once: {} of the heap is copies",
            objects(copied.len() as u64, "text exists", "texts exist"),
            percent(share(wasted, snapshot.total_size()))
        ),
        step: NextStep::Strings,
    })
}

fn large_strings(snapshot: &Snapshot, mode: SizeMode, texts: &StringTexts) -> Option<OverviewCard> {
    let copies = texts.texts().iter().flat_map(|text| texts.copies_of(text));
    let mut large: Vec<(u64, NodeIndex)> = copies
        .map(|&node| (snapshot.shallow(mode, node), node))
        .filter(|&(bytes, _)| bytes >= LARGE)
        .collect();
    large.sort_unstable_by_key(|&(bytes, node)| (Reverse(bytes), node));
    let &(whole, first) = large.first()?;
    let scene = Scene::of_heap(snapshot, mode);
    let bytes: u64 = large.iter().map(|(bytes, _)| bytes).sum();
    let bars = large
        .iter()
        .take(BARS)
        .map(|&(bytes, node)| OverviewBar::of_bytes(short_text(snapshot, node), bytes, whole, Some(node)));
    let owner = best_holder_text(&scene.holders, first).owner;
    Some(OverviewCard {
        title: "Largest strings",
        number: format_size(bytes),
        exact: exact_bytes(bytes),
        bars: bars.collect(),
        sentence: format!(
            "{} over 10 kB; the largest is {}",
            objects(large.len() as u64, "string", "strings"),
            sanitize(&owner, LABEL_LIMIT)
        ),
        step: NextStep::Object(first),
    })
}

fn short_text(snapshot: &Snapshot, node: NodeIndex) -> String {
    format!("\"{}\"", sanitize(snapshot.display_name(node).trim(), TEXT_LIMIT))
}

/// Storage of typed arrays and buffers. `O(nodes)`.
pub(super) fn buffers(
    snapshot: &Snapshot,
    mode: SizeMode,
    progress: &Progress,
) -> Result<HeapCards, Cancelled> {
    let graph = snapshot.graph();
    let mut stores: Vec<(u64, NodeIndex)> = Vec::new();
    for node in graph.node_indices() {
        progress.tick(node.position())?;
        let bytes = graph.nodes.self_size(node);
        if bytes > 0
            && graph.nodes.kind(node) == NodeKind::NATIVE
            && graph.raw_name(node) == "system / JSArrayBufferData"
        {
            stores.push((bytes, node));
        }
    }
    let bytes: u64 = stores.iter().map(|(bytes, _)| bytes).sum();
    if bytes < LARGE {
        return Ok(HeapCards::without("typed arrays over 10 kB"));
    }
    stores.sort_unstable_by_key(|&(bytes, node)| (Reverse(bytes), node));
    let whole = stores[0].0;
    let scene = Scene::of_heap(snapshot, mode);
    let named: Vec<(u64, NodeIndex)> =
        stores.iter().take(BARS).map(|&(bytes, store)| (bytes, user_of(snapshot, store))).collect();
    let bars = named.iter().map(|&(bytes, node)| {
        let owner = best_holder_text(&scene.holders, node).owner;
        let label = format!("{}: {}", sanitize(&owner, LABEL_LIMIT), object_label(snapshot, node));
        OverviewBar::of_bytes(label, bytes, whole, Some(node))
    });
    Ok(HeapCards::of_card(OverviewCard {
        title: "Typed arrays and buffers",
        number: format_size(bytes),
        exact: exact_bytes(bytes),
        bars: bars.collect(),
        sentence: format!(
            "{} outside V8's heap; the largest is {} of it",
            objects(stores.len() as u64, "buffer", "buffers"),
            percent(share(whole, bytes))
        ),
        step: NextStep::Object(named[0].1),
    }))
}

/// The typed array or buffer of the program that uses a backing store.
fn user_of(snapshot: &Snapshot, store: NodeIndex) -> NodeIndex {
    let graph = snapshot.graph();
    let object = |node: NodeIndex| {
        snapshot.strong_holders(node).find(|&holder| graph.nodes.kind(holder) == NodeKind::OBJECT)
    };
    let Some(buffer) = object(store) else { return store };
    let is_view = |&node: &NodeIndex| {
        let name = graph.raw_name(node);
        graph.nodes.kind(node) == NodeKind::OBJECT
            && (name.ends_with("Array") && name != "Array" || name.ends_with("Buffer") || name == "DataView")
    };
    snapshot.strong_holders(buffer).find(is_view).unwrap_or(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;
    use std::sync::Arc;

    fn loaded(build: impl FnOnce(&mut GraphBuilder)) -> Arc<Snapshot> {
        let mut heap = GraphBuilder::new();
        build(&mut heap);
        load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap()
    }

    fn strings_of(snapshot: &Snapshot) -> HeapCards {
        let texts = StringTexts::find(snapshot, SizeMode::Chrome, &Progress::new()).unwrap();
        strings(snapshot, SizeMode::Chrome, &texts, &Progress::new()).unwrap()
    }

    #[test]
    fn what_is_not_there_is_named_instead_of_a_card() {
        let snapshot = loaded(|heap| {
            let small = heap.node("string", "a", 20);
            heap.edge(0, "element", "1", small);
        });
        let progress = Progress::new();
        let dom = detached_dom(&snapshot, SizeMode::Chrome, &progress).unwrap();
        assert_eq!((dom.cards.len(), &*dom.absent), (0, &["detached DOM nodes"][..]));
        assert_eq!(strings_of(&snapshot).absent, ["strings with many copies", "strings over 10 kB"]);
        let buffers = buffers(&snapshot, SizeMode::Chrome, &progress).unwrap();
        assert_eq!(buffers.absent, ["typed arrays over 10 kB"]);
    }

    #[test]
    fn copies_waste_all_but_one_and_large_strings_say_who_has_them() {
        let snapshot = loaded(|heap| {
            let owner = heap.node("object", "Cache", 10);
            heap.edge(0, "shortcut", "cache", owner);
            for at in 0..4 {
                let copy = heap.node("string", "the same", 1_000);
                heap.edge(owner, "element", &at.to_string(), copy);
            }
            let large = heap.node("string", "large", 50_000);
            heap.edge(owner, "property", "body", large);
        });
        let cards = strings_of(&snapshot).cards;
        assert_eq!(cards[0].exact.replace('\u{a0}', " "), "3,000 bytes");
        assert_eq!(cards[0].bars[0].label, "\"the same\" ×4");
        assert_eq!((cards[1].title, cards[1].bars.len()), ("Largest strings", 1));
        assert!(cards[1].sentence.ends_with("body"), "{}", cards[1].sentence);
    }

    #[test]
    fn a_detached_tree_counts_once() {
        let snapshot = loaded(|heap| {
            let keeper = heap.node("object", "Keeper", 10);
            let tree = heap.node("native", "Detached <div>", 100);
            let wrapper = heap.node("object", "Wrapper", 10);
            let child = heap.node("native", "Detached <p>", 50);
            heap.edge(0, "element", "1", keeper).edge(keeper, "property", "tree", tree);
            heap.edge(tree, "internal", "w", wrapper).edge(wrapper, "property", "child", child);
            heap.detachedness(tree, 2).detachedness(child, 2);
            let binding = heap.node("native", "Node / BindingData", 70);
            heap.edge(keeper, "property", "binding", binding).detachedness(binding, 2);
        });
        let card = detached_dom(&snapshot, SizeMode::Chrome, &Progress::new()).unwrap().cards.remove(0);
        assert_eq!(card.exact.replace('\u{a0}', " "), "160 bytes");
        assert_eq!(card.sentence, "2 nodes left their document and stay in memory, in 1 tree");
    }

    #[test]
    fn a_buffer_is_named_by_the_typed_array_that_uses_it() {
        let snapshot = loaded(|heap| {
            let owner = heap.node("object", "Frames", 10);
            let view = heap.node("object", "Uint8Array", 10);
            let buffer = heap.node("object", "ArrayBuffer", 10);
            let store = heap.node("native", "system / JSArrayBufferData", 40_000);
            heap.edge(0, "shortcut", "frames", owner).edge(owner, "property", "last", view);
            heap.edge(view, "internal", "buffer", buffer);
            heap.edge(buffer, "internal", "backing_store", store);
        });
        let card = buffers(&snapshot, SizeMode::Chrome, &Progress::new()).unwrap().cards.remove(0);
        assert!(card.bars[0].label.ends_with("last: Uint8Array"), "{}", card.bars[0].label);
        assert_eq!(
            card.sentence.replace('\u{a0}', " "),
            "1 buffer outside V8's heap; the largest is 100 % of it"
        );
    }
}
