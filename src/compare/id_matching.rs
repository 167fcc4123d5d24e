//! Whether equal ids in two snapshots mean the same object: the one rule for comparison, growth and trend.
//!
//! V8 counts ids up in one process and never reuses one, so an object keeps its id, kind and name in every
//! later snapshot of that process. Another process of the same program gives the same ids to the objects of
//! V8's startup, and different ones afterwards: of the objects whose id is in both files, some two thirds
//! differ. Bun renumbers in each snapshot, so that hardly any id occurs again. A capture records its
//! connection to the process; V8 forgets all ids when that closes.

use std::collections::BinaryHeap;

use rustc_hash::FxHashMap;

use crate::base::{Cancelled, NodeIndex, Progress, format_count};
use crate::graph::{Graph, NodeKind};
use crate::snapshot::{CaptureInfo, Snapshot};

/// How the ids of two snapshots relate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IdStability {
    /// One process: an id is the same object in both.
    SameProcess,
    /// Two processes of one engine: equal ids are accidental.
    DifferentProcess,
    /// One process, but its ids were renumbered between the snapshots.
    TwoConnections,
    /// The engine does not keep ids from one snapshot to the next.
    IdsNotStable,
}

/// The result for a pair of snapshots, with its evidence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IdMatching {
    /// The result.
    pub stability: IdStability,
    /// The evidence.
    pub evidence: IdEvidence,
    /// Whether the baseline looks newer than the current snapshot.
    pub looks_swapped: bool,
}

/// A warning if the baseline looks newer than the current snapshot.
const SWAPPED: &str = "The baseline looks newer than the current snapshot: they seem to be in the wrong order. The older snapshot comes first";

/// Evidence for whether ids are of one process.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct IdEvidence {
    /// The oldest objects of the baseline that were looked up.
    pub oldest: usize,
    /// Those of them with an id in the current snapshot.
    pub oldest_found: usize,
    /// Later objects whose id is in both files.
    pub sampled: usize,
    /// Those of them that have the same kind and name in both.
    pub agreeing: usize,
    /// Whether the captures themselves record it.
    pub is_recorded: bool,
}

/// Sample size for whether ids persist.
const OLDEST: usize = 4096;
/// Sample size for whether objects are the same.
const SAMPLE: usize = 16_384;
/// Smaller heaps are written by hand, and their ids are intentional.
const SMALLEST_SAMPLE: usize = 50;
/// Every heap of one V8 starts with the same objects under the same ids: this oldest part of a sample is not
/// evidence.
const COMMON_PART: usize = 4;

impl IdMatching {
    /// Compares the captures' own records, then the ids. `O(nodes)` of both.
    pub fn decide(baseline: &Snapshot, current: &Snapshot, progress: &Progress) -> Result<Self, Cancelled> {
        let recorded = recorded(&baseline.source().capture, &current.source().capture);
        let evidence = IdEvidence { is_recorded: recorded.is_some(), ..sample(baseline, current, progress)? };
        let stability = recorded.unwrap_or_else(|| evidence.stability(current.graph().node_count()));
        let looks_swapped = looks_swapped(baseline, current, stability);
        Ok(Self { stability, evidence, looks_swapped })
    }

    /// Warning if the snapshots seem to be in the wrong order.
    pub fn order_note(&self) -> Option<&'static str> {
        self.looks_swapped.then_some(SWAPPED)
    }

    /// The warning to show above a comparison.
    pub fn note(&self) -> Option<&'static str> {
        self.stability.note()
    }

    /// Whether an id is the same object in both.
    pub fn is_one_process(&self) -> bool {
        self.stability.is_one_process()
    }
}

/// Whether the baseline was taken after the current snapshot: by the times of the captures, else by the ids,
/// which only increase in one process.
fn looks_swapped(baseline: &Snapshot, current: &Snapshot, stability: IdStability) -> bool {
    match (baseline.source().capture.taken, current.source().capture.taken) {
        (Some(before), Some(after)) => before > after,
        _ => {
            let is_small = baseline.graph().node_count().min(current.graph().node_count()) < SMALLEST_SAMPLE;
            stability.is_one_process()
                && !is_small
                && baseline.max_js_object_id() > current.max_js_object_id()
        }
    }
}

/// What the captures record about their connections, if both do.
fn recorded(baseline: &CaptureInfo, current: &CaptureInfo) -> Option<IdStability> {
    let (before, after) = (baseline.connection.as_deref()?, current.connection.as_deref()?);
    if before == after {
        let is_kept = baseline.ids_kept != Some(false) && current.ids_kept != Some(false);
        return Some(if is_kept { IdStability::SameProcess } else { IdStability::TwoConnections });
    }
    let is_one_target = baseline.pid? == current.pid? && baseline.runtime == current.runtime;
    Some(if is_one_target { IdStability::TwoConnections } else { IdStability::DifferentProcess })
}

impl IdEvidence {
    /// The result from the ids alone; the current snapshot has so many objects.
    fn stability(&self, others: usize) -> IdStability {
        let is_small = self.oldest.min(others) < SMALLEST_SAMPLE;
        if !is_small && self.oldest_found * 10 < self.oldest {
            return IdStability::IdsNotStable;
        }
        let differing = self.sampled - self.agreeing;
        // A few may differ because an object has changed its class.
        let part = if self.sampled < SMALLEST_SAMPLE { 5 } else { 10 };
        if differing * part <= self.sampled {
            IdStability::SameProcess
        } else {
            IdStability::DifferentProcess
        }
    }

    /// The evidence, for a tooltip.
    pub fn text(&self) -> String {
        let number = |number: usize| format_count(number as u64);
        let ids = format!(
            "of {} objects with one id in both files, {} have the same kind and name in both; of the {} oldest ids of the baseline, {} are in the current snapshot",
            number(self.sampled),
            number(self.agreeing),
            number(self.oldest),
            number(self.oldest_found)
        );
        if self.is_recorded {
            format!("Recorded with the captures; {ids}")
        } else {
            format!("Of the ids: {ids}")
        }
    }
}

impl IdStability {
    /// The warning to show above a comparison.
    pub fn note(self) -> Option<&'static str> {
        match self {
            Self::SameProcess => None,
            Self::DifferentProcess => Some(
                "An id means another object in each of these two snapshots: they are of different processes, of two debugger connections to one process, or of a Node before 12",
            ),
            Self::TwoConnections => Some(
                "These two snapshots are of one process, but its objects were renumbered between them, because a debugger had disconnected. An id is a different object in each",
            ),
            Self::IdsNotStable => Some(
                "The ids of these snapshots do not identify objects: the engine renumbers objects in each snapshot, as Bun does",
            ),
        }
    }

    /// The result as a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::SameProcess => "same process",
            Self::DifferentProcess => "different process",
            Self::TwoConnections => "two connections",
            Self::IdsNotStable => "ids not stable",
        }
    }

    /// Whether an id is the same object in both.
    pub fn is_one_process(self) -> bool {
        self == Self::SameProcess
    }
}

/// Looks up a sample of the baseline's objects in the current snapshot.
fn sample(baseline: &Snapshot, current: &Snapshot, progress: &Progress) -> Result<IdEvidence, Cancelled> {
    let (old, new) = (baseline.graph(), current.graph());
    let oldest = oldest(old, progress)?;
    let sampled = evenly(old);
    let mut wanted: FxHashMap<u64, Option<NodeIndex>> =
        oldest.iter().chain(&sampled).map(|&(id, _)| (id, None)).collect();
    for (position, id) in new.nodes.ids().enumerate() {
        progress.tick(position)?;
        if let Some(found) = wanted.get_mut(&id) {
            found.get_or_insert(NodeIndex::at(position));
        }
    }
    let found = |id: u64| wanted.get(&id).copied().flatten();
    let both = sampled.iter().filter_map(|&(id, before)| Some((before, found(id)?)));
    let both: Vec<_> =
        both.filter(|&(before, after)| is_comparable(old, before) && is_comparable(new, after)).collect();
    let common = if both.len() < COMMON_PART * SMALLEST_SAMPLE { 0 } else { both.len() / COMMON_PART };
    let judged = &both[common..];
    Ok(IdEvidence {
        oldest: oldest.len(),
        oldest_found: oldest.iter().filter(|&&(id, _)| found(id).is_some()).count(),
        sampled: judged.len(),
        agreeing: judged.iter().filter(|&&(before, after)| is_same(old, before, new, after)).count(),
        is_recorded: false,
    })
}

/// Whether kind and name distinguish objects, and do not change.
fn is_comparable(graph: &Graph, node: NodeIndex) -> bool {
    // Concatenated strings become plain ones.
    !matches!(graph.nodes.kind(node), NodeKind::CONCATENATED_STRING | NodeKind::SLICED_STRING)
}

fn is_same(old: &Graph, before: NodeIndex, new: &Graph, after: NodeIndex) -> bool {
    old.nodes.kind(before) == new.nodes.kind(after) && old.raw_name(before) == new.raw_name(after)
}

/// A sample of distinguishable objects from the whole file, ascending by id.
fn evenly(graph: &Graph) -> Vec<(u64, NodeIndex)> {
    let is_telling = |&node: &NodeIndex| {
        matches!(
            graph.nodes.kind(node),
            NodeKind::OBJECT | NodeKind::CLOSURE | NodeKind::NATIVE | NodeKind::STRING
        )
    };
    let step = (graph.node_count() / (4 * SAMPLE)).max(1);
    let telling = graph.node_indices().step_by(step).filter(is_telling);
    let mut sampled: Vec<_> = telling.map(|node| (graph.nodes.id(node), node)).collect();
    sampled.sort_unstable();
    sampled.dedup_by_key(|&mut (id, _)| id);
    let step = sampled.len().div_ceil(SAMPLE).max(1);
    sampled.into_iter().step_by(step).collect()
}

/// The objects with the smallest ids.
fn oldest(graph: &Graph, progress: &Progress) -> Result<Vec<(u64, NodeIndex)>, Cancelled> {
    let mut oldest = BinaryHeap::with_capacity(OLDEST + 1);
    for (node, id) in graph.node_indices().zip(graph.nodes.ids()) {
        progress.tick(node.position())?;
        if oldest.len() < OLDEST || oldest.peek().is_some_and(|&(largest, _)| id < largest) {
            oldest.push((id, node));
            if oldest.len() > OLDEST {
                oldest.pop();
            }
        }
    }
    Ok(oldest.into_sorted_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stability(oldest: usize, oldest_found: usize, sampled: usize, agreeing: usize) -> IdStability {
        IdEvidence { oldest, oldest_found, sampled, agreeing, is_recorded: false }.stability(oldest)
    }

    #[test]
    fn a_tenth_of_the_oldest_has_to_be_found_again() {
        assert_eq!(stability(100, 10, 0, 0), IdStability::SameProcess);
        assert_eq!(stability(100, 9, 0, 0), IdStability::IdsNotStable);
        assert_eq!(stability(49, 0, 0, 0), IdStability::SameProcess, "too few to say anything");
    }

    #[test]
    fn one_process_has_few_objects_that_agree_in_the_id_alone() {
        assert_eq!(stability(100, 90, 1000, 900), IdStability::SameProcess);
        assert_eq!(stability(100, 90, 1000, 899), IdStability::DifferentProcess);
        assert_eq!(stability(10, 10, 10, 8), IdStability::SameProcess);
        assert_eq!(stability(10, 10, 10, 7), IdStability::DifferentProcess);
    }

    #[test]
    fn a_capture_knows_its_connection() {
        let capture = |connection: &str, pid, ids_kept| CaptureInfo {
            connection: Some(connection.into()),
            pid: Some(pid),
            ids_kept: Some(ids_kept),
            ..CaptureInfo::default()
        };
        let first = capture("a", 7, true);
        assert_eq!(recorded(&first, &capture("a", 7, true)), Some(IdStability::SameProcess));
        assert_eq!(recorded(&first, &capture("a", 7, false)), Some(IdStability::TwoConnections));
        assert_eq!(recorded(&first, &capture("b", 7, true)), Some(IdStability::TwoConnections));
        assert_eq!(recorded(&first, &capture("b", 8, true)), Some(IdStability::DifferentProcess));
        assert_eq!(recorded(&first, &CaptureInfo::default()), None);
    }
}
