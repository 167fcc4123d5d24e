//! Our answers as the lines that `tests/answers/README.md` describes, and the first line in which they differ
//! from Chrome's.
//!
//! Where we differ on purpose, [`Deviation`] says why; nothing else may differ.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;
use std::sync::Arc;

use heaplens::base::{ClassIndex, Column, EdgeIndex, NodeIndex, ObjectId, Progress};
use heaplens::compare::compare;
use heaplens::graph::{EdgeKind, EdgeName, NodeKind};
use heaplens::model::{ClassFilter, Containment, Item, Objects, RetainersView, Side, Summary, TreeSource};
use heaplens::snapshot::filters::Filter;
use heaplens::snapshot::statistics::statistics;
use heaplens::snapshot::{
    AllocationTotals, Attribution, ClassTotals, EdgeText, NameQuery, NativeContexts, Retainer, SizeMode,
    Snapshot, live_sizes_by_sample,
};

/// Nodes that share a checksum.
const BLOCK: usize = 256;
/// What is searched for.
const SEARCHED: [&str; 2] = ["o", "<"];
/// Ids of the objects that are ignored among retainers.
const IGNORED: [u64; 5] = [5, 7, 9, 11, 2012];

/// What we do otherwise than Chrome, and why.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub(crate) enum Deviation {
    /// Two of Chrome's classes can have one key, and then one of the two rows is lost. We have one row
    /// for both, so that nothing is.
    MergedClass,
    /// When the root stands last, Chrome classes no plain object by its shape, because it begins with what
    /// stands behind the root. We do not care where the root stands.
    ShapeBeforeRoot,
    /// To Chrome a missing half of a concatenated string is node 0, whatever that is. To us it is empty.
    MissingHalf,
    /// Half of a surrogate pair is no character: text is UTF-8 here, and has U+FFFD instead.
    LoneSurrogate,
    /// Of two edges named `__proto__` out of one object Chrome's order says that each stands behind the other,
    /// so that the way of sorting decides. Here they stand as in the file.
    TwoPrototypes,
    /// Chrome gives up when the root lists its children more often than there are nodes. We do not.
    Refused,
}

/// What a comparison of lines came to.
#[derive(Default, Debug)]
pub(crate) struct Outcome {
    /// Lines that are the same.
    pub same: usize,
    /// Lines that differ on purpose.
    pub allowed: BTreeMap<Deviation, usize>,
    /// The first line that must not differ: theirs, ours.
    pub first: Option<(String, String)>,
    /// Lines that must not differ.
    pub differences: usize,
}

/// Our answers for `current`, compared with `baseline` if there is one; of single nodes and classes, what
/// `theirs` speaks of.
pub(crate) fn lines_of(
    current: &Arc<Snapshot>,
    baseline: Option<&Arc<Snapshot>>,
    theirs: &[&str],
) -> Vec<String> {
    let mut lines = vec![
        format!("total\t{}", current.total_size()),
        format!("largest id\t{}", current.max_js_object_id()),
        statistics_line(current),
    ];
    lines.extend(class_lines("class", current, current.class_totals(SizeMode::Chrome)));
    lines.extend(filter_lines(current, baseline));
    lines.extend(context_lines(current));
    lines.extend(
        current.definitions().iter().map(|shape| format!("shape\t{}\t{}", json(&shape.name), shape.count)),
    );
    lines.extend(SEARCHED.iter().map(|query| search_line(current, query)));
    lines.extend(allocation_lines(current));
    if let Some(baseline) = baseline {
        lines.extend(comparison_lines(current, baseline));
    }
    let contexts = current.native_contexts(&Progress::new()).expect("not cancelled");
    let nodes = current.graph().node_indices().map(|node| node_line(current, &contexts, node));
    if theirs.iter().any(|line| line.starts_with("node\t")) {
        lines.extend(instances_lines(current, &second_fields("instances", theirs)));
        lines.extend(edges_lines(current, &second_fields("children", theirs)));
        lines.extend(nodes.map(|node| format!("node\t{node}")));
    } else {
        lines.extend(checksums(nodes));
    }
    lines
}

/// What lines of a kind are about.
fn second_fields<'a>(kind: &str, lines: &[&'a str]) -> HashSet<&'a str> {
    let fields = |line: &&'a str| line.strip_prefix(kind)?.strip_prefix('\t')?.split('\t').next();
    lines.iter().filter_map(fields).collect()
}

fn statistics_line(snapshot: &Snapshot) -> String {
    let sums = statistics(snapshot);
    let numbers = [
        sums.total,
        sums.native_total,
        sums.typed_arrays,
        sums.v8_heap_total,
        sums.code,
        sums.js_arrays,
        sums.strings,
        sums.system,
    ];
    listed("statistics", numbers.iter())
}

/// Rows of the Summary in Chrome's order.
fn class_lines(tag: &str, snapshot: &Snapshot, totals: &Column<ClassIndex, ClassTotals>) -> Vec<String> {
    let mut rows: Vec<_> = totals.iter().filter(|(_, totals)| totals.count > 0).collect();
    rows.sort_by(|(a, a_totals), (b, b_totals)| {
        let name = |class| snapshot.classes().name(class).encode_utf16();
        b_totals
            .retained
            .cmp(&a_totals.retained)
            .then_with(|| name(*a).cmp(name(*b)))
            .then(a_totals.first.cmp(&b_totals.first))
    });
    rows.into_iter()
        .map(|(class, totals)| {
            let key = json(&snapshot.classes().key(class));
            let (distance, retained) = totals.distance.zip(totals.retained).expect("a complete snapshot");
            format!("{tag}\t{key}\t{}\t{}\t{}\t{retained}", distance.0, totals.count, totals.shallow)
        })
        .collect()
}

fn filter_lines(current: &Snapshot, baseline: Option<&Arc<Snapshot>>) -> Vec<String> {
    let mut filters = vec![
        ("duplicatedStrings".to_owned(), Filter::DuplicatedStrings),
        ("objectsRetainedByDetachedDomNodes".to_owned(), Filter::RetainedByDetachedDom),
        ("objectsRetainedByContexts".to_owned(), Filter::RetainedByContexts),
        ("objectsRetainedByConsole".to_owned(), Filter::RetainedByConsole),
        ("objectsRetainedByEventHandlers".to_owned(), Filter::RetainedByEventHandlers),
        ("sharedNativeContext".to_owned(), Filter::SharedNativeContext),
        ("noNativeContext".to_owned(), Filter::NoNativeContext),
    ];
    let contexts = current.native_contexts(&Progress::new()).expect("not cancelled").contexts;
    filters.extend(
        contexts
            .iter()
            .map(|&(node, _)| (format!("context {}", node.position()), Filter::NativeContext(node))),
    );
    if let Some(baseline) = baseline {
        filters.push(("before".into(), Filter::allocated_before(baseline)));
        filters.push(("since".into(), Filter::allocated_since(baseline, current)));
    }
    let rows = |(name, filter): (String, Filter)| {
        let kept = current.filter(filter, &Progress::new()).expect("not cancelled");
        let totals = current.class_totals_of(SizeMode::Chrome, &kept);
        class_lines(&format!("filter\t{name}"), current, &totals)
    };
    filters.into_iter().flat_map(rows).collect()
}

fn context_lines(snapshot: &Snapshot) -> Vec<String> {
    let contexts = snapshot.native_contexts(&Progress::new()).expect("not cancelled");
    let id = |node| snapshot.graph().nodes.id(node);
    let own = contexts.contexts.iter().map(|&(node, size)| format!("context\t{}\t{size}", id(node)));
    let shared = format!("context\tshared\t{}", contexts.shared_size);
    own.chain([shared, format!("context\tnone\t{}", contexts.unattributed_size)]).collect()
}

fn search_line(snapshot: &Snapshot, text: &str) -> String {
    const LISTED: usize = 200;
    let query = NameQuery::new(text, false);
    let found = snapshot.search(&query, None, &Progress::new()).expect("not cancelled");
    let ids = found.iter().take(LISTED).map(|&node| snapshot.graph().nodes.id(node));
    listed(&format!("search\t{}\t{}", json(text), found.len()), ids)
}

/// The additional lines of a timeline: samples, and functions that allocated.
fn allocation_lines(snapshot: &Snapshot) -> Vec<String> {
    let graph = snapshot.graph();
    let live = live_sizes_by_sample(graph, snapshot.shallow_sizes(SizeMode::Chrome));
    let samples = graph.samples.iter().zip(live);
    let mut lines: Vec<_> = samples
        .map(|(sample, live)| format!("sample\t{}\t{}\t{live}", sample.timestamp_us, sample.last_assigned_id))
        .collect();
    let Some(allocations) = snapshot.allocations() else { return lines };
    lines.extend(allocations.functions().iter().map(|row| {
        let function = allocations.function(row);
        let texts = [function.name, function.script_name].map(|text| json(graph.text(text)));
        let AllocationTotals { count, size, live_count, live_size } = row.totals;
        let place = [function.script_id, function.line, function.column].map(u64::from);
        listed(
            &format!("allocation\t{}", texts.join("\t")),
            place.into_iter().chain([count, size, live_count, live_size]),
        )
    }));
    lines
}

/// The objects of some rows of the Summary, in the order that the user sees first.
fn instances_lines(snapshot: &Arc<Snapshot>, keys: &HashSet<&str>) -> Vec<String> {
    let summary = Summary::new(Arc::clone(snapshot), SizeMode::Chrome, ClassFilter::default());
    let sort = summary.default_sort();
    let ids = |item| match item {
        Item::Node(_, node) => snapshot.graph().nodes.id(node),
        other => panic!("{other:?} is no object"),
    };
    summary
        .classes(sort)
        .iter()
        .map(|row| (row.class, json(&snapshot.classes().key(row.class))))
        .filter(|(_, key)| keys.contains(key.as_str()))
        .map(|(class, key)| {
            let objects = summary.children(&[Item::Class(class)], sort);
            listed(&format!("instances\t{key}"), objects.into_iter().map(ids))
        })
        .collect()
}

/// The edges out of and into the nodes at some positions, in the order that the user sees first; the latter
/// also with some objects ignored, with the distances they then have.
fn edges_lines(snapshot: &Arc<Snapshot>, positions: &HashSet<&str>) -> Vec<String> {
    let ignored = IGNORED.iter().filter_map(|&id| snapshot.find(ObjectId(id))).collect();
    let ignoring = Arc::new(snapshot.ignoring(ignored, &Progress::new()).expect("not cancelled"));
    let containment = Containment::new(Arc::clone(snapshot), SizeMode::Chrome);
    let edges = |items: Vec<Item>| {
        items.into_iter().map(|item| match item {
            Item::Edge(_, edge) | Item::Retainer(_, edge) => edge,
            other => panic!("{other:?} is no edge"),
        })
    };
    let of_node = |node: NodeIndex| {
        let objects = || Objects::new(Arc::clone(snapshot), SizeMode::Chrome, Side::Current);
        let children = containment.children(&[Item::Node(Side::Current, node)], containment.default_sort());
        let retainers = RetainersView::new(objects(), node);
        let by_distance = retainers.default_sort();
        let before = retainers.children(&[], by_distance);
        let after = retainers.ignoring(Arc::clone(&ignoring)).children(&[], by_distance);
        let distance = |edge| {
            let retainer = Retainer { source: snapshot.graph().source(edge), edge };
            snapshot.retainer_distance(retainer, Some(&ignoring)).0
        };
        let at = node.position();
        [
            listed(&format!("children\t{at}"), edges(children).map(EdgeIndex::position)),
            listed(&format!("retainers\t{at}"), edges(before).map(EdgeIndex::position)),
            listed(
                &format!("ignoring\t{at}"),
                edges(after).map(|edge| format!("{}:{}", edge.position(), distance(edge))),
            ),
        ]
    };
    let is_asked = |node: &NodeIndex| positions.contains(node.position().to_string().as_str());
    snapshot.graph().node_indices().filter(is_asked).flat_map(of_node).collect()
}

/// `start` and the fields behind it.
fn listed<T: std::fmt::Display>(start: &str, fields: impl Iterator<Item = T>) -> String {
    fields.fold(start.to_owned(), |line, field| format!("{line}\t{field}"))
}

/// What Chrome's Comparison shows: objects that are new or gone.
fn comparison_lines(current: &Arc<Snapshot>, baseline: &Arc<Snapshot>) -> Vec<String> {
    let found = compare(Arc::clone(baseline), Arc::clone(current), SizeMode::Chrome, &Progress::new())
        .expect("not cancelled");
    let mut rows: Vec<_> =
        found.rows.iter().filter(|row| !row.new.is_empty() || !row.deleted.is_empty()).collect();
    rows.sort_by(|a, b| a.key.encode_utf16().cmp(b.key.encode_utf16()));
    rows.into_iter()
        .map(|row| {
            let (new, deleted) = (row.new.len(), row.deleted.len());
            let (key, name) = (json(&row.key), json(&row.name));
            format!("comparison\t{key}\t{name}\t{new}\t{deleted}\t{}\t{}", row.new_size, row.deleted_size)
        })
        .collect()
}

fn node_line(snapshot: &Snapshot, contexts: &NativeContexts, node: NodeIndex) -> String {
    let nodes = &snapshot.graph().nodes;
    let (retained, dominator) =
        snapshot.retained(SizeMode::Chrome, node).zip(snapshot.dominator(node)).expect("a complete snapshot");
    let context = match contexts.of(node) {
        Attribution::Context(context) => nodes.id(context).to_string(),
        Attribution::Shared => "-2".into(),
        Attribution::None => "-1".into(),
    };
    let mut line = String::with_capacity(100);
    write!(
        line,
        "{}\t{}\t{}\t{retained}\t{}\t{}\t{}\t{context}\t{}\t{}",
        nodes.id(node),
        nodes.kind_name(nodes.kind(node)),
        snapshot.shallow(SizeMode::Chrome, node),
        snapshot.distance(node).0,
        snapshot.detachedness(node) as u8,
        nodes.id(dominator),
        json(snapshot.classes().name(snapshot.class_of(node))),
        json(&snapshot.display_name(node)),
    )
    .expect("writing to a string");
    line
}

/// One line for every block of nodes, so that a difference is found near its place.
fn checksums(nodes: impl Iterator<Item = String>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut hash = FNV_OFFSET;
    let mut count = 0;
    for node in nodes {
        hash = fnv1a(fnv1a(hash, node.as_bytes()), b"\n");
        count += 1;
        if count % BLOCK == 0 {
            lines.push(format!("nodes\t{}\t{hash:x}", count - BLOCK));
            hash = FNV_OFFSET;
        }
    }
    if count % BLOCK != 0 {
        lines.push(format!("nodes\t{}\t{hash:x}", count - count % BLOCK));
    }
    lines
}

const FNV_OFFSET: u32 = 0x811c_9dc5;

fn fnv1a(hash: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(hash, |hash, &byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

fn json(text: &str) -> String {
    serde_json::to_string(text).expect("text is JSON")
}

/// Holds our lines about `snapshot` and its baseline against Chrome's, line by line.
pub(crate) fn differences(
    snapshot: &Snapshot,
    baseline: Option<&Arc<Snapshot>>,
    theirs: &[&str],
    ours: &[String],
) -> Outcome {
    let mut outcome = Outcome::default();
    if theirs.first().is_some_and(|line| line.starts_with("refused\t\"BFS failed")) {
        outcome.allowed.insert(Deviation::Refused, 1);
        return outcome;
    }
    let keys_after = |tag: &str| theirs.iter().filter_map(move |line| line.strip_prefix(tag)).collect();
    let merged: HashSet<&str> = keys_after("merged\t");
    let merged_before: HashSet<&str> = keys_after("merged before\t");
    let is_kept = |line: &str| {
        let mut fields = line.split('\t');
        match (fields.next(), fields.next(), fields.next()) {
            (Some("merged" | "merged before"), ..) => false,
            (Some("class" | "instances"), Some(key), _) => !merged.contains(key),
            (Some("filter"), _, Some(key)) => !merged.contains(key),
            (Some("comparison"), Some(key), _) => !merged.contains(key) && !merged_before.contains(key),
            _ => true,
        }
    };
    if !(merged.is_empty() && merged_before.is_empty()) {
        outcome.allowed.insert(Deviation::MergedClass, merged.union(&merged_before).count());
    }
    // Lines of one kind are held against each other, so that one too many does not shift all others.
    let mut kinds: BTreeMap<&str, [Vec<&str>; 2]> = BTreeMap::new();
    for (side, lines) in [theirs.to_vec(), ours.iter().map(String::as_str).collect()].into_iter().enumerate()
    {
        for line in lines.into_iter().filter(|line| is_kept(line)) {
            kinds.entry(kind_of(line)).or_default()[side].push(line);
        }
    }
    let allows = Allowed::of(snapshot, baseline);
    for (kind, [theirs, ours]) in kinds {
        for at in 0..ours.len().max(theirs.len()) {
            let (our, their) = (ours.get(at).copied().unwrap_or(""), theirs.get(at).copied().unwrap_or(""));
            if our == their {
                outcome.same += 1;
                continue;
            }
            match allows.deviation(kind, NodeIndex::at(at), their, our) {
                Some(deviation) => *outcome.allowed.entry(deviation).or_default() += 1,
                None => {
                    outcome.differences += 1;
                    outcome.first.get_or_insert_with(|| (their.into(), our.into()));
                }
            }
        }
    }
    outcome
}

/// The first field; of a filter's line the second too.
fn kind_of(line: &str) -> &str {
    let fields = if line.starts_with("filter\t") { 2 } else { 1 };
    let end = line.match_indices('\t').nth(fields - 1).map_or(line.len(), |(at, _)| at);
    &line[..end]
}

/// Which deviations a file gives rise to.
struct Allowed<'a> {
    snapshot: &'a Snapshot,
    shapes_before_root: bool,
    baseline_shapes_before_root: bool,
    missing_half: bool,
}

impl<'a> Allowed<'a> {
    fn of(snapshot: &'a Snapshot, baseline: Option<&Arc<Snapshot>>) -> Self {
        let graph = snapshot.graph();
        Self {
            snapshot,
            shapes_before_root: before_root(snapshot).any(|node| has_shape(snapshot, node)),
            // Its objects are grouped by the shapes of the other.
            baseline_shapes_before_root: baseline.is_some_and(|baseline| {
                before_root(baseline).any(|node| baseline.raw_name(node) == "Object")
            }),
            missing_half: graph.root != NodeIndex(0)
                && graph.node_indices().any(|node| lacks_half(snapshot, node)),
        }
    }

    fn deviation(&self, kind: &str, at: NodeIndex, theirs: &str, ours: &str) -> Option<Deviation> {
        let is_filter = kind.starts_with("filter");
        match kind {
            "node" => self.node_deviation(at, theirs, ours),
            "children" if self.same_but_for_prototypes(theirs, ours) => Some(Deviation::TwoPrototypes),
            "class" | "instances" | "comparison" | "shape" if self.shapes_before_root => {
                Some(Deviation::ShapeBeforeRoot)
            }
            "comparison" if self.baseline_shapes_before_root => Some(Deviation::ShapeBeforeRoot),
            _ if is_filter && self.shapes_before_root => Some(Deviation::ShapeBeforeRoot),
            "filter\tduplicatedStrings" | "search" | "retainers" | "ignoring" if self.missing_half => {
                Some(Deviation::MissingHalf)
            }
            _ => None,
        }
    }

    fn same_but_for_prototypes(&self, theirs: &str, ours: &str) -> bool {
        let [theirs, ours] = [theirs, ours].map(|line| {
            let edges = line.split('\t').skip(2).filter_map(|edge| edge.parse().ok()).map(EdgeIndex);
            edges.partition::<Vec<_>, _>(|&edge| self.snapshot.edge_name(edge) == EdgeText::Text("__proto__"))
        });
        let sorted = |mut edges: Vec<EdgeIndex>| {
            edges.sort();
            edges
        };
        theirs.1 == ours.1 && theirs.0.len() >= 2 && sorted(theirs.0) == sorted(ours.0)
    }

    fn node_deviation(&self, node: NodeIndex, theirs: &str, ours: &str) -> Option<Deviation> {
        const CLASS: usize = 9;
        const NAME: usize = 10;
        let graph = self.snapshot.graph();
        let (theirs, ours): (Vec<_>, Vec<_>) = (theirs.split('\t').collect(), ours.split('\t').collect());
        let differing: Vec<usize> =
            (0..theirs.len().max(ours.len())).filter(|&field| theirs.get(field) != ours.get(field)).collect();
        match differing[..] {
            [CLASS] if node < graph.root && has_shape(self.snapshot, node) => {
                Some(Deviation::ShapeBeforeRoot)
            }
            [NAME] if self.missing_half && graph.nodes.kind(node) == NodeKind::CONCATENATED_STRING => {
                Some(Deviation::MissingHalf)
            }
            [.., NAME]
                if ours[NAME].contains('\u{fffd}') && differing.iter().all(|&field| field >= CLASS) =>
            {
                Some(Deviation::LoneSurrogate)
            }
            _ => None,
        }
    }
}

fn before_root(snapshot: &Snapshot) -> impl Iterator<Item = NodeIndex> {
    (0..snapshot.graph().root.position()).map(NodeIndex::at)
}

fn has_shape(snapshot: &Snapshot, node: NodeIndex) -> bool {
    snapshot.raw_name(node) == "Object" && snapshot.classes().name(snapshot.class_of(node)) != "Object"
}

/// Whether `node` is a concatenated string without both halves.
fn lacks_half(snapshot: &Snapshot, node: NodeIndex) -> bool {
    let graph = snapshot.graph();
    let has = |half| {
        graph.edges_of(node).any(|edge| {
            edge.kind == EdgeKind::Internal
                && matches!(edge.name, EdgeName::Text(name) if graph.text(name) == half)
        })
    };
    graph.nodes.kind(node) == NodeKind::CONCATENATED_STRING && !(has("first") && has("second"))
}
