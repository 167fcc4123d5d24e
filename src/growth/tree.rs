//! The tree of anchors, folded to what matters: growth below a threshold is handed to the anchor above.

use rustc_hash::FxHashMap;

use crate::analysis::regions::DominatorRegions;
use crate::base::{BitSet, Cancelled, NodeIndex, Progress};

/// From how many children that each matter little one line is made.
const MANY: usize = 8;
/// What part of the whole a child has less than if it matters little among many.
const LITTLE: u64 = 20;

/// An anchor that is shown.
#[derive(Debug)]
pub struct AnchorLine {
    /// The anchor.
    pub anchor: NodeIndex,
    /// Its growth, and that of everything handed up to it.
    pub own: i64,
    /// Growth at and below it.
    pub total: i64,
    /// What hangs below it, as positions in the same list.
    pub below: Vec<usize>,
}

/// Folds `own`, the growth of every anchor by its position. The root stands last; every other anchor stands
/// before the one it hangs below. Visits the anchors that changed and those above them.
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

/// Hands many little ones to the anchor above them: they are one matter.
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
