//! Attributes the growth between two snapshots of one process to its owners, to the byte.
//!
//! Every byte of either snapshot belongs to the nearest object that dominates it and is in both, its
//! *anchor*: the growth of an anchor is the size of its region now less the size before, and the growth of
//! all anchors adds up to that of the heap. Growth below a threshold is folded into the parent anchor, so
//! that a leak through many small objects is one line at their common owner. Finally, an anchor's growth is
//! split by the variables and properties that hold it, and by classes of objects that several of them hold
//! together.
//!
//! V8's own records, texts and numbers are not anchors, and code belongs to the root; nor is an object an
//! anchor if an object of the same class dominates it: a list or a tree is one anchor.

mod parts;
pub mod spread;
pub mod timeline;
mod tree;
pub mod trend;

use std::cmp::Reverse;
use std::sync::Arc;

use crate::analysis::regions::DominatorRegions;
use crate::base::{BitSet, Cancelled, ClassIndex, EdgeIndex, NodeIndex, Progress};
use crate::compare::id_matching::IdMatching;
use crate::compare::object_matching::ObjectMatching;
use crate::graph::NodeKind;
use crate::graph::engine_objects::{is_anchor_kind, is_internal_native};
use crate::growth::parts::{Sides, SnapshotSide};
use crate::growth::spread::Spread;
use crate::snapshot::{ContainerKind, SizeMode, Snapshot};

/// The growth between two snapshots.
pub struct Growth {
    /// The older snapshot.
    pub baseline: Arc<Snapshot>,
    /// The newer one.
    pub current: Arc<Snapshot>,
    /// Whose shallow sizes.
    pub mode: SizeMode,
    /// Bytes of the baseline's objects.
    pub baseline_size: u64,
    /// Bytes of the current snapshot's objects.
    pub current_size: u64,
    /// Current less baseline: what the rows add up to.
    pub delta: i64,
    /// Whether the ids of both files identify the same objects. If not, all growth belongs to the root.
    pub ids: IdMatching,
    /// The threshold below which growth is folded.
    pub threshold: u64,
    /// All growth, the largest first. The rows add up to `delta`.
    pub rows: Vec<GrowthRow>,
    /// The same as a tree from the root, each branch before its children, siblings by growth.
    pub branches: Vec<Branch>,
    /// Growth that is spread over many objects, folded into the owners of rows, largest first.
    pub spreads: Vec<Spread>,
    /// The objects of the current snapshot that are not in the baseline; all, if ids do not match.
    pub fresh: BitSet,
}

/// Which part of an object has grown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// All of it except what has its own row.
    Whole,
    /// The target of one property or variable, which was another object before or none.
    Slot(EdgeIndex),
    /// Objects of one class that it dominates without referring to them: several others hold them together.
    Shared(ClassIndex),
}

/// A container that grew or shrank.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GrowthRow {
    /// The object in both snapshots to which the bytes belong, in the current one.
    pub owner: NodeIndex,
    /// The same in the baseline.
    pub owner_before: NodeIndex,
    /// Which part of it.
    pub part: Part,
    /// The container itself: the owner, or the target of its slot.
    pub container: NodeIndex,
    /// The container in the baseline, if there was one.
    pub container_before: Option<NodeIndex>,
    /// What it is.
    pub kind: ContainerKind,
    /// How many entries it had, if that is known.
    pub entries_before: Option<u64>,
    /// How many it has; for objects that several hold together, how many are new.
    pub entries_after: Option<u64>,
    /// Bytes it held, except what has its own rows.
    pub bytes_before: u64,
    /// Bytes it holds.
    pub bytes_after: u64,
    /// By how much it grew: its part of the heap's growth.
    pub growth: i64,
    /// New objects among its entries by class, the most bytes first.
    pub new_entries: Vec<ClassEntries>,
    /// For objects held together: their holders, the most frequent first.
    pub holders: Vec<NodeIndex>,
    /// For objects held together: the new ones.
    pub objects: Vec<NodeIndex>,
}

impl GrowthRow {
    /// Bytes of each new entry, if entries were counted.
    pub fn bytes_per_entry(&self) -> Option<u64> {
        let more = self.entries_after?.checked_sub(self.entries_before.unwrap_or(0))?;
        u64::try_from(self.growth).ok()?.checked_div(more)
    }
}

/// New objects of one class.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClassEntries {
    /// The class, in the current snapshot.
    pub class: ClassIndex,
    /// How many.
    pub count: u64,
    /// Bytes that they retain together.
    pub bytes: u64,
    /// An example: the largest.
    pub example: NodeIndex,
}

/// An object on the path from the root to growth.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Branch {
    /// The object, in the current snapshot.
    pub anchor: NodeIndex,
    /// Its depth in the tree of branches.
    pub depth: usize,
    /// Growth at and below it.
    pub total: i64,
    /// Growth of its own: the sum of its rows.
    pub own: i64,
    /// Its rows, as positions in [`Growth::rows`].
    pub rows: Vec<usize>,
}

/// Attributes the growth. `O(nodes)` of both and the edges of the shown rows; both snapshots must be
/// complete.
pub fn growth(
    baseline: &Arc<Snapshot>,
    current: &Arc<Snapshot>,
    mode: SizeMode,
    progress: &Progress,
) -> Result<Growth, Cancelled> {
    let survivors = ObjectMatching::find(baseline, current, progress)?;
    let (old, new) = (baseline.graph(), current.graph());
    let ids = IdMatching::decide(baseline, current, progress)?;
    let same = if ids.is_one_process() { survivors.same(old, new, is_anchor_kind) } else { Vec::new() };
    let anchors = Anchors::choose(baseline, current, &survivors, &same);
    let (old_cut, new_cut) = rayon::join(
        || DominatorRegions::cut(baseline.dominators(), &anchors.old, progress),
        || DominatorRegions::cut(current.dominators(), &anchors.new, progress),
    );
    let (old_cut, new_cut) = (old_cut?, new_cut?);
    let (old_side, new_side) = rayon::join(
        || SnapshotSide::new(baseline, mode, old_cut),
        || SnapshotSide::new(current, mode, new_cut),
    );
    let sides = Sides { old: old_side, new: new_side, survivors: &survivors };
    progress.check()?;
    let own = sides.growth_by_anchor(&anchors.new);
    let size = |snapshot: &Snapshot| snapshot.shallow_sizes(mode).iter().sum::<u64>();
    let (baseline_size, current_size) = (size(baseline), size(current));
    let gross: u64 = own.iter().filter_map(|&bytes| u64::try_from(bytes).ok()).sum();
    let threshold = threshold(gross);
    let growing = spread::growing(&own, &anchors.new);
    let tree = tree::fold(own, &anchors.new, sides.regions(), new.root, threshold, progress)?;
    let (rows, branches) = sides.rows(&tree, threshold, progress)?;
    let (rows, branches) = sorted(rows, branches);
    let spreads = spread::spreads(&sides, &growing, &tree, progress)?;
    let mut fresh = BitSet::new(new.node_count());
    let is_fresh = |node: NodeIndex| !ids.is_one_process() || survivors.before(node).is_none();
    for node in new.node_indices().filter(|&node| is_fresh(node)) {
        fresh.insert(node.position());
    }
    Ok(Growth {
        baseline: Arc::clone(baseline),
        current: Arc::clone(current),
        mode,
        baseline_size,
        current_size,
        delta: signed(current_size) - signed(baseline_size),
        ids,
        threshold,
        rows,
        branches,
        spreads,
        fresh,
    })
}

/// A five-hundredth of the growth, but at least a size that a user would notice.
fn threshold(gross: u64) -> u64 {
    const PART: u64 = 500;
    const LEAST: u64 = 256;
    (gross / PART).max(LEAST)
}

/// Bytes as a change; sums of bytes are far below 2^63.
fn signed(bytes: u64) -> i64 {
    bytes.cast_signed()
}

/// The anchors of both sides.
struct Anchors {
    old: BitSet,
    new: BitSet,
}

impl Anchors {
    fn choose(
        baseline: &Snapshot,
        current: &Snapshot,
        survivors: &ObjectMatching,
        same: &[NodeIndex],
    ) -> Self {
        let (old, new) = (baseline.graph(), current.graph());
        let mut anchors = Self { old: BitSet::new(old.node_count()), new: BitSet::new(new.node_count()) };
        anchors.old.insert(old.root.position());
        anchors.new.insert(new.root.position());
        let folds: Vec<bool> =
            current.classes().iter().map(|(_, class)| is_folded_class(&class.name)).collect();
        for &node in same {
            let class = current.class_of(node);
            let is_link = folds[class.position()] && current.class_of(holder(current, node)) == class;
            let is_object = new.nodes.kind(node) == NodeKind::OBJECT;
            if (is_object && is_link) || is_internal_native(new, node) {
                continue;
            }
            if let Some(before) = survivors.before(node) {
                anchors.old.insert(before.position());
                anchors.new.insert(node.position());
            }
        }
        anchors
    }
}

/// The nearest dominator that is not one of V8's records, such as the reactions between promises; after a few
/// of these, whatever comes next.
fn holder(snapshot: &Snapshot, node: NodeIndex) -> NodeIndex {
    const RECORDS: usize = 4;
    let (idom, nodes) = (snapshot.dominators(), &snapshot.graph().nodes);
    let above = std::iter::successors(Some(NodeIndex(idom[node])), |&above| {
        (!is_anchor_kind(nodes.kind(above))).then(|| NodeIndex(idom[above]))
    });
    above.take(RECORDS).last().unwrap_or(node)
}

/// Classes whose objects hold one another as a list or a tree, as opposed to those that hold other classes.
fn is_folded_class(name: &str) -> bool {
    !matches!(name, "Object" | "Array" | "Map" | "Set" | "WeakMap" | "WeakSet" | "global")
        && !name.starts_with("system / ")
}

/// Rows by growth, and the branches' positions in them.
fn sorted(rows: Vec<GrowthRow>, mut branches: Vec<Branch>) -> (Vec<GrowthRow>, Vec<Branch>) {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|&at| (Reverse(rows[at].growth), at));
    let mut place = vec![0; rows.len()];
    for (position, &at) in order.iter().enumerate() {
        place[at] = position;
    }
    for branch in &mut branches {
        for row in &mut branch.rows {
            *row = place[*row];
        }
        branch.rows.sort_unstable();
    }
    let mut rows: Vec<Option<GrowthRow>> = rows.into_iter().map(Some).collect();
    let rows = order.into_iter().filter_map(|at| rows[at].take()).collect();
    (rows, branches)
}
