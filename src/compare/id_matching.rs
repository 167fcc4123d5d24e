//! Whether equal ids in two snapshots mean the same object: the one rule of comparison, growth and trend.
//!
//! V8 counts ids up in one process and never gives one out again, so an object keeps its id, kind and name in
//! every later snapshot of that process. Another process of the same program gives the same ids to the objects
//! of V8's start, and from then on to others: of the objects whose id is in both files, some two thirds differ.
//! Bun numbers anew in each snapshot, so that hardly any id is found again. A capture writes down which
//! connection to the process it used; V8 forgets all ids when that closes.

use std::collections::BinaryHeap;

use rustc_hash::FxHashMap;

use crate::base::{Cancelled, NodeIndex, Progress, count};
use crate::graph::{Graph, NodeKind};
use crate::snapshot::{CaptureInfo, Snapshot};

/// What the ids of two snapshots have to do with each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IdStability {
    /// One process: an id is the same object in both.
    SameProcess,
    /// Two processes of one engine: ids meet by chance.
    DifferentProcess,
    /// One process, but its ids were numbered anew between the snapshots.
    TwoConnections,
    /// The engine does not keep ids from one snapshot to the next.
    IdsNotStable,
}

/// The decision for a pair of snapshots, and what it rests on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IdMatching {
    /// The decision.
    pub stability: IdStability,
    /// What it rests on.
    pub evidence: Evidence,
    /// Whether the baseline looks newer than the current snapshot.
    pub looks_swapped: bool,
}

/// What to say where the baseline looks newer than the current snapshot.
const SWAPPED: &str = "The baseline looks newer than the current snapshot: they seem to be in the wrong order. The older snapshot comes first";

/// What tells whether ids are of one process.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Evidence {
    /// The baseline's oldest objects that were looked for.
    pub oldest: usize,
    /// Those of them whose id is in the current snapshot.
    pub oldest_found: usize,
    /// Later objects whose id is in both files.
    pub sampled: usize,
    /// Those of them that have the same kind and name in both.
    pub agreeing: usize,
    /// Whether the captures themselves say it.
    pub is_recorded: bool,
}

/// Objects that are looked at to tell whether ids last.
const OLDEST: usize = 4096;
/// Objects that are looked at to tell whether they are the same.
const SAMPLE: usize = 16_384;
/// Smaller heaps are made by hand, and their ids are meant.
const SMALLEST_SAMPLE: usize = 50;
/// Every heap of one V8 begins with the same objects under the same ids: this part of a sample, the oldest,
/// tells nothing.
const COMMON_PART: usize = 4;

impl IdMatching {
    /// Looks at the captures' own records, then at the ids. `O(nodes)` of both.
    pub fn decide(baseline: &Snapshot, current: &Snapshot, progress: &Progress) -> Result<Self, Cancelled> {
        let recorded = recorded(&baseline.source().capture, &current.source().capture);
        let evidence = Evidence { is_recorded: recorded.is_some(), ..sample(baseline, current, progress)? };
        let stability = recorded.unwrap_or_else(|| evidence.stability(current.graph().node_count()));
        let looks_swapped = looks_swapped(baseline, current, stability);
        Ok(Self { stability, evidence, looks_swapped })
    }

    /// What to say where the snapshots seem to be in the wrong order.
    pub fn order_note(&self) -> Option<&'static str> {
        self.looks_swapped.then_some(SWAPPED)
    }

    /// What to say before anything that was compared.
    pub fn note(&self) -> Option<&'static str> {
        self.stability.note()
    }

    /// Whether an id is the same object in both.
    pub fn is_one_process(&self) -> bool {
        self.stability.is_one_process()
    }
}

/// Whether the baseline was taken after the current snapshot: by the times of the captures, else by the ids,
/// which one process only counts up.
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

/// What the captures say of their connections, where both were recorded.
fn recorded(baseline: &CaptureInfo, current: &CaptureInfo) -> Option<IdStability> {
    let (before, after) = (baseline.connection.as_deref()?, current.connection.as_deref()?);
    if before == after {
        let is_kept = baseline.ids_kept != Some(false) && current.ids_kept != Some(false);
        return Some(if is_kept { IdStability::SameProcess } else { IdStability::TwoConnections });
    }
    let is_one_target = baseline.pid? == current.pid? && baseline.runtime == current.runtime;
    Some(if is_one_target { IdStability::TwoConnections } else { IdStability::DifferentProcess })
}

impl Evidence {
    /// What the ids themselves tell; the current snapshot has so many objects.
    fn stability(&self, others: usize) -> IdStability {
        let is_small = self.oldest.min(others) < SMALLEST_SAMPLE;
        if !is_small && self.oldest_found * 10 < self.oldest {
            return IdStability::IdsNotStable;
        }
        let differing = self.sampled - self.agreeing;
        // A handful may differ in one that has changed its class.
        let part = if self.sampled < SMALLEST_SAMPLE { 5 } else { 10 };
        if differing * part <= self.sampled {
            IdStability::SameProcess
        } else {
            IdStability::DifferentProcess
        }
    }

    /// What the decision rests on, for a tooltip.
    pub fn text(&self) -> String {
        let number = |number: usize| count(number as u64);
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
    /// What to say before anything that was compared.
    pub fn note(self) -> Option<&'static str> {
        match self {
            Self::SameProcess => None,
            Self::DifferentProcess => Some(
                "An id means another object in each of these two snapshots: they are of different processes, of two debugger connections to one process, or of a Node before 12",
            ),
            Self::TwoConnections => Some(
                "These two snapshots are of one process, but its objects were numbered anew between them: a debugger had disconnected. An id means another object in each",
            ),
            Self::IdsNotStable => Some(
                "The ids of these snapshots do not tell which objects are the same: the engine numbers objects anew in each snapshot, as Bun does",
            ),
        }
    }

    /// The decision as a word.
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

/// Looks for a part of the baseline's objects in the current snapshot.
fn sample(baseline: &Snapshot, current: &Snapshot, progress: &Progress) -> Result<Evidence, Cancelled> {
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
    Ok(Evidence {
        oldest: oldest.len(),
        oldest_found: oldest.iter().filter(|&&(id, _)| found(id).is_some()).count(),
        sampled: judged.len(),
        agreeing: judged.iter().filter(|&&(before, after)| is_same(old, before, new, after)).count(),
        is_recorded: false,
    })
}

/// Whether kind and name tell one object from another, and stay what they are.
fn is_comparable(graph: &Graph, node: NodeIndex) -> bool {
    // Joined strings become plain ones.
    !matches!(graph.nodes.kind(node), NodeKind::CONCATENATED_STRING | NodeKind::SLICED_STRING)
}

fn is_same(old: &Graph, before: NodeIndex, new: &Graph, after: NodeIndex) -> bool {
    old.nodes.kind(before) == new.nodes.kind(after) && old.raw_name(before) == new.raw_name(after)
}

/// Objects all over the file that can be told apart, ascending by id.
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
        Evidence { oldest, oldest_found, sampled, agreeing, is_recorded: false }.stability(oldest)
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
