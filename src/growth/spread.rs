//! Growth spread over many objects, none of which has enough of it for a row: the same field of many, each a
//! little larger.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::base::{BitSet, Cancelled, ClassIndex, NodeIndex, Progress, StringIndex};
use crate::graph::{EdgeKind, EdgeName, NodeKind};
use crate::growth::parts::Sides;
use crate::growth::tree::AnchorLine;

/// From how many objects on growth is spread.
const PLACES: u64 = 5;
/// What an object has to grow by to be counted.
const LEAST: i64 = 16;
/// References of an object that are looked at for the one to what it holds.
const FIELDS: usize = 64;

/// The same field of many objects that grew.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spread {
    /// The object with the row that the growth was handed to.
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

/// What places are alike: their class, the class of what holds them, and by which name.
type Likeness = (NodeIndex, ClassIndex, ClassIndex, Option<StringIndex>);

/// The anchors that grew by at least a little, before they are folded.
pub fn growing(own: &[i64], anchors: &BitSet) -> Vec<(NodeIndex, i64)> {
    let grown = anchors.iter().filter(|&position| own[position] >= LEAST);
    grown.map(|position| (NodeIndex::at(position), own[position])).collect()
}

/// Groups the anchors in `growing` that are not shown themselves by the shown one they were handed to and
/// by what they are. Visits those above each.
pub fn spreads(
    sides: &Sides<'_>,
    growing: &[(NodeIndex, i64)],
    shown: &[AnchorLine],
    progress: &Progress,
) -> Result<Vec<Spread>, Cancelled> {
    let snapshot = sides.new.snapshot;
    let root = snapshot.graph().root;
    let mut is_shown = BitSet::new(snapshot.graph().node_count());
    // What was folded into the anchor above it is still listed; only what hangs below the root has a row.
    let mut open: Vec<usize> = shown.len().checked_sub(1).into_iter().collect();
    while let Some(at) = open.pop() {
        is_shown.insert(shown[at].anchor.position());
        open.extend(&shown[at].below);
    }
    let mut owner_of: FxHashMap<NodeIndex, NodeIndex> = FxHashMap::default();
    let mut groups: FxHashMap<Likeness, Spread> = FxHashMap::default();
    let mut largest: FxHashMap<Likeness, i64> = FxHashMap::default();
    let mut way = Vec::new();
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
            way.push(owner);
            owner = sides.regions().above(owner);
        }
        for above in way.drain(..) {
            owner_of.insert(above, owner);
        }
        let (holder, name) = reference_to(sides, anchor);
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

/// What holds `node`, past storage, and by which name, if it is one of a few fields.
fn reference_to(sides: &Sides<'_>, node: NodeIndex) -> (NodeIndex, Option<StringIndex>) {
    let snapshot = sides.new.snapshot;
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
