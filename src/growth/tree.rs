//! The tree of anchors, folded by size: growth below a threshold is added to the parent anchor.

use rustc_hash::FxHashMap;

use crate::analysis::regions::DominatorRegions;
use crate::base::{BitSet, Cancelled, NodeIndex, Progress};

/// Minimum number of insignificant children that are folded into one line.
const MANY: usize = 8;
/// A child with less than this part of the whole is insignificant.
const LITTLE: u64 = 20;

/// An anchor with a row.
#[derive(Debug)]
pub struct AnchorLine {
    /// The anchor.
    pub anchor: NodeIndex,
    /// Its growth, and all growth folded into it.
    pub own: i64,
    /// Growth at and below it.
    pub total: i64,
    /// Its children, as positions in the same list.
    pub below: Vec<usize>,
}

/// Folds `own`, the growth of every anchor by its position. The root is last; every other anchor precedes its
/// parent. Visits the anchors that changed and those above them.
pub(super) fn fold(
    mut own: Vec<i64>,
    anchors: &BitSet,
    regions: &DominatorRegions,
    root: NodeIndex,
    threshold: u64,
    progress: &Progress,
) -> Result<Vec<AnchorLine>, Cancelled> {
    let mut seen = BitSet::new(own.len());
    let mut pending = vec![0_u32; own.len()];
    let mut leaves: Vec<NodeIndex> = Vec::new();
    for position in anchors.iter().filter(|&position| own[position] != 0).chain([root.position()]) {
        let mut at = NodeIndex::at(position);
        leaves.push(at);
        while seen.insert(at.position()) && at != root {
            at = regions.above(at);
            pending[at.position()] += 1;
        }
    }
    leaves.retain(|leaf| pending[leaf.position()] == 0);
    let mut shown: Vec<AnchorLine> = Vec::new();
    let mut hanging: FxHashMap<NodeIndex, Vec<usize>> = FxHashMap::default();
    let mut steps = 0;
    while let Some(anchor) = leaves.pop() {
        steps += 1;
        progress.tick(steps)?;
        let mut below = hanging.remove(&anchor).unwrap_or_default();
        let mine = &mut own[anchor.position()];
        take_small_ones(&shown, &mut below, mine);
        let mine = *mine;
        let matters = mine.unsigned_abs() >= threshold || below.len() >= 2 || anchor == root;
        if matters {
            let total = mine + below.iter().map(|&at| shown[at].total).sum::<i64>();
            below.sort_by_key(|&at| std::cmp::Reverse(shown[at].total));
            shown.push(AnchorLine { anchor, own: mine, total, below });
            below = vec![shown.len() - 1];
        }
        if anchor == root {
            break;
        }
        let above = regions.above(anchor);
        if !matters {
            own[above.position()] += mine;
        }
        if !below.is_empty() {
            hanging.entry(above).or_default().append(&mut below);
        }
        pending[above.position()] -= 1;
        if pending[above.position()] == 0 {
            leaves.push(above);
        }
    }
    Ok(shown)
}

/// Folds many insignificant children into their parent.
fn take_small_ones(shown: &[AnchorLine], below: &mut Vec<usize>, own: &mut i64) {
    if below.len() < MANY {
        return;
    }
    let whole = own.unsigned_abs() + below.iter().map(|&at| shown[at].total.unsigned_abs()).sum::<u64>();
    let is_small = |at: usize| shown[at].below.is_empty() && shown[at].total.unsigned_abs() < whole / LITTLE;
    if below.iter().filter(|&&at| is_small(at)).count() >= MANY {
        *own += below.iter().filter(|&&at| is_small(at)).map(|&at| shown[at].total).sum::<i64>();
        below.retain(|&at| !is_small(at));
    }
}
