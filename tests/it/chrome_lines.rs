//! Our answers as the lines that `tests/answers/README.md` describes, and the first line in which they differ
//! from Chrome's.
//!
//! Where we differ on purpose, [`Deviation`] says why; nothing else may differ.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;
use std::sync::Arc;

use heaplens::base::{NodeIndex, Progress};
use heaplens::graph::NodeKind;
use heaplens::snapshot::comparison::compare;
use heaplens::snapshot::statistics::statistics;
use heaplens::snapshot::{SizeMode, Snapshot};

/// Nodes that share a checksum.
const BLOCK: usize = 256;

/// What we do otherwise than Chrome, and why.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Deviation {
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
    /// Chrome gives up when the root lists its children more often than there are nodes. We do not.
    Refused,
}

/// What a comparison of lines came to.
#[derive(Default, Debug)]
pub struct Outcome {
    /// Lines that are the same.
    pub same: usize,
    /// Lines that differ on purpose.
    pub allowed: BTreeMap<Deviation, usize>,
    /// The first line that must not differ: theirs, ours.
    pub first: Option<(String, String)>,
    /// Lines that must not differ.
    pub differences: usize,
}

/// Our answers for `current`, compared with `baseline` if there is one.
pub fn lines_of(current: &Arc<Snapshot>, baseline: Option<&Arc<Snapshot>>, every_node: bool) -> Vec<String> {
    let mut lines = vec![
        format!("total\t{}", current.total_size()),
        format!("largest id\t{}", current.max_js_object_id()),
        statistics_line(current),
    ];
    lines.extend(class_lines(current));
    if let Some(baseline) = baseline {
        lines.extend(comparison_lines(current, baseline));
    }
    let nodes = current.graph().node_indices().map(|node| node_line(current, node));
    if every_node {
        lines.extend(nodes.map(|node| format!("node\t{node}")));
    } else {
        lines.extend(checksums(nodes));
    }
    lines
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
    numbers.iter().fold("statistics".into(), |line: String, number| format!("{line}\t{number}"))
}

/// The Summary's rows in Chrome's order.
fn class_lines(snapshot: &Snapshot) -> Vec<String> {
    let mut rows: Vec<_> =
        snapshot.class_totals(SizeMode::Chrome).iter().filter(|(_, totals)| totals.count > 0).collect();
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
            format!("class\t{key}\t{}\t{}\t{}\t{retained}", distance.0, totals.count, totals.shallow)
        })
        .collect()
}

/// What Chrome's Comparison shows: objects that are new or gone.
fn comparison_lines(current: &Arc<Snapshot>, baseline: &Arc<Snapshot>) -> Vec<String> {
    let found = compare(Arc::clone(baseline), Arc::clone(current), SizeMode::Chrome, &Progress::new())
        .expect("nobody cancels");
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

fn node_line(snapshot: &Snapshot, node: NodeIndex) -> String {
    let nodes = &snapshot.graph().nodes;
    let (retained, dominator) =
        snapshot.retained(SizeMode::Chrome, node).zip(snapshot.dominator(node)).expect("a complete snapshot");
    let mut line = String::with_capacity(100);
    write!(
        line,
        "{}\t{}\t{}\t{retained}\t{}\t{}\t{}\t{}\t{}",
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

/// Holds our lines against Chrome's, line by line.
pub fn differences(snapshot: &Snapshot, theirs: &[&str], ours: &[String]) -> Outcome {
    let mut outcome = Outcome::default();
    if theirs.first().is_some_and(|line| line.starts_with("refused\t\"BFS failed")) {
        outcome.allowed.insert(Deviation::Refused, 1);
        return outcome;
    }
    let keys_after = |tag: &str| theirs.iter().filter_map(move |line| line.strip_prefix(tag)).collect();
    let merged: HashSet<&str> = keys_after("merged\t");
    let merged_before: HashSet<&str> = keys_after("merged before\t");
    let kept = |line: &&str| {
        let mut fields = line.split('\t');
        match (fields.next(), fields.next()) {
            (Some("merged" | "merged before"), _) => false,
            (Some("class"), Some(key)) => !merged.contains(key),
            (Some("comparison"), Some(key)) => !merged.contains(key) && !merged_before.contains(key),
            _ => true,
        }
    };
    let ours: Vec<&str> = ours.iter().map(String::as_str).filter(kept).collect();
    let theirs: Vec<&str> = theirs.iter().copied().filter(kept).collect();
    if !(merged.is_empty() && merged_before.is_empty()) {
        outcome.allowed.insert(Deviation::MergedClass, merged.union(&merged_before).count());
    }
    let shapes_differ = has_shapes_before_root(snapshot);
    let mut node = 0;
    for at in 0..ours.len().max(theirs.len()) {
        let (our, their) = (ours.get(at).copied().unwrap_or(""), theirs.get(at).copied().unwrap_or(""));
        let is_node = our.starts_with("node\t");
        let about = NodeIndex::at(node);
        node += usize::from(is_node);
        if our == their {
            outcome.same += 1;
            continue;
        }
        let deviation = if is_node {
            node_deviation(snapshot, about, their, our)
        } else {
            (shapes_differ && !our.starts_with("total")).then_some(Deviation::ShapeBeforeRoot)
        };
        match deviation {
            Some(deviation) => *outcome.allowed.entry(deviation).or_default() += 1,
            None => {
                outcome.differences += 1;
                outcome.first.get_or_insert_with(|| (their.into(), our.into()));
            }
        }
    }
    outcome
}

fn has_shapes_before_root(snapshot: &Snapshot) -> bool {
    let graph = snapshot.graph();
    graph.node_indices().take_while(|&node| node < graph.root).any(|node| has_shape(snapshot, node))
}

fn has_shape(snapshot: &Snapshot, node: NodeIndex) -> bool {
    snapshot.raw_name(node) == "Object" && snapshot.classes().name(snapshot.class_of(node)) != "Object"
}

fn node_deviation(snapshot: &Snapshot, node: NodeIndex, theirs: &str, ours: &str) -> Option<Deviation> {
    const CLASS: usize = 8;
    const NAME: usize = 9;
    let graph = snapshot.graph();
    let (theirs, ours): (Vec<_>, Vec<_>) = (theirs.split('\t').collect(), ours.split('\t').collect());
    let differing: Vec<usize> =
        (0..theirs.len().max(ours.len())).filter(|&field| theirs.get(field) != ours.get(field)).collect();
    match differing[..] {
        [CLASS] if node < graph.root && has_shape(snapshot, node) => Some(Deviation::ShapeBeforeRoot),
        [NAME] if graph.nodes.kind(node) == NodeKind::CONCATENATED_STRING && graph.root.0 != 0 => {
            Some(Deviation::MissingHalf)
        }
        [.., NAME] if ours[NAME].contains('\u{fffd}') && differing.iter().all(|&field| field >= CLASS) => {
            Some(Deviation::LoneSurrogate)
        }
        _ => None,
    }
}
