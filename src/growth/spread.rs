//! Growth spread over many objects, none of which has enough for a row: the same field of many objects, each
//! a little larger.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::base::{BitSet, Cancelled, ClassIndex, NodeIndex, Progress, StringIndex};
use crate::graph::{EdgeKind, EdgeName, NodeKind};
use crate::growth::parts::Sides;
use crate::growth::tree::AnchorLine;
use crate::snapshot::Snapshot;

/// Minimum number of objects for spread growth.
pub const PLACES: u64 = 5;
/// Minimum growth for an object to be counted.
const LEAST: i64 = 16;
/// References of an object that are searched for the one to its child.
const FIELDS: usize = 64;

/// The same field of many objects that grew.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spread {
    /// The object with the row that the growth was folded into.
    pub owner: NodeIndex,
    /// What grew, in the current snapshot.
    pub places: Vec<NodeIndex>,
    /// By how much all of them grew.
    pub growth: i64,
    /// The one that grew most.
    pub example: NodeIndex,
    /// The same in the baseline.
    pub example_before: NodeIndex,
}

/// The key by which positions are equal: their class, the class of their holder, and the name of the
/// reference.
type Likeness = (NodeIndex, ClassIndex, ClassIndex, Option<StringIndex>);

/// The anchors that grew by at least a little, before folding.
pub fn growing(own: &[i64], anchors: &BitSet) -> Vec<(NodeIndex, i64)> {
    let grown = anchors.iter().filter(|&position| own[position] >= LEAST);
    grown.map(|position| (NodeIndex::at(position), own[position])).collect()
}

/// Groups the anchors in `growing` that have no row by the shown anchor they were folded into and by their
/// key. Visits the anchors above each.
pub fn spreads(
    sides: &Sides<'_>,
    growing: &[(NodeIndex, i64)],
    shown: &[AnchorLine],
    progress: &Progress,
) -> Result<Vec<Spread>, Cancelled> {
    let snapshot = sides.new.snapshot;
    let root = snapshot.graph().root;
    let mut is_shown = BitSet::new(snapshot.graph().node_count());
    // A folded anchor is still listed; only direct children of the root have a row.
    let mut open: Vec<usize> = shown.len().checked_sub(1).into_iter().collect();
    while let Some(at) = open.pop() {
        is_shown.insert(shown[at].anchor.position());
        open.extend(&shown[at].below);
    }
    let mut owner_of: FxHashMap<NodeIndex, NodeIndex> = FxHashMap::default();
    let mut groups: FxHashMap<Likeness, Spread> = FxHashMap::default();
    let mut largest: FxHashMap<Likeness, i64> = FxHashMap::default();
    let mut stack = Vec::new();
    for (step, &(anchor, growth)) in growing.iter().enumerate() {
        progress.tick(step)?;
        if is_shown.contains(anchor.position()) {
            continue;
        }
        let mut owner = anchor;
        while !is_shown.contains(owner.position()) && owner != root {
            if let Some(&known) = owner_of.get(&owner) {
                owner = known;
                break;
            }
            stack.push(owner);
            owner = sides.regions().above(owner);
        }
        for above in stack.drain(..) {
            owner_of.insert(above, owner);
        }
        let (holder, name) = field_of(snapshot, anchor);
        let likeness = (owner, snapshot.class_of(anchor), snapshot.class_of(holder), name);
        let before = sides.before(anchor);
        let spread = groups.entry(likeness).or_insert_with(|| Spread {
            owner,
            places: Vec::new(),
            growth: 0,
            example: anchor,
            example_before: before,
        });
        spread.places.push(anchor);
        spread.growth += growth;
        let most = largest.entry(likeness).or_insert(0);
        if growth > *most {
            *most = growth;
            (spread.example, spread.example_before) = (anchor, before);
        }
    }
    let mut spreads: Vec<Spread> =
        groups.into_values().filter(|spread| spread.places.len() as u64 >= PLACES).collect();
    spreads.sort_by_key(|spread| (Reverse(spread.growth), spread.example));
    Ok(spreads)
}

/// The holder of `node`, beyond backing stores, and the name of the reference, if it is one of a few fields.
pub fn field_of(snapshot: &Snapshot, node: NodeIndex) -> (NodeIndex, Option<StringIndex>) {
    let graph = snapshot.graph();
    let idom = snapshot.dominators();
    let above = NodeIndex(idom[node]);
    if graph.nodes.kind(above) == NodeKind::ARRAY {
        return (NodeIndex(idom[above]), None);
    }
    let is_field = |kind| matches!(kind, EdgeKind::Property | EdgeKind::Context);
    let field = graph.edges_of(above).take(FIELDS).find(|edge| edge.target == node && is_field(edge.kind));
    let name = field.and_then(|edge| match edge.name {
        EdgeName::Text(name) => Some(name),
        EdgeName::Number(_) => None,
    });
    (above, name)
}
