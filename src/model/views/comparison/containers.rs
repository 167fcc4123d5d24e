//! Containers of two processes, matched by path and place: what each holds in both.

use std::cmp::Reverse;

use crate::base::{Cancelled, NodeIndex, Progress};
use crate::compare::container_paths::{ContainerPaths, ContainerTotals};
use crate::graph::NodeKind;
use crate::model::format::javascript_path::JavaScriptPath;
use crate::snapshot::{SizeMode, Snapshot};
use crate::verify::noise::NOISE;

/// A container that holds another number of bytes in each snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerDifference {
    /// Who, as code.
    pub who: String,
    /// What it retains in the baseline; nothing where it is not there.
    pub before: Option<u64>,
    /// What it retains in the current snapshot.
    pub after: Option<u64>,
}

impl ContainerDifference {
    /// Current less baseline.
    pub fn delta(&self) -> i64 {
        self.after.unwrap_or(0).cast_signed() - self.before.unwrap_or(0).cast_signed()
    }

    /// Whether two runs of one program differ by as much.
    pub fn is_noise(&self) -> bool {
        self.delta().unsigned_abs() <= NOISE.of(self.before.unwrap_or(0))
    }
}

/// The collections that differ, the largest differences first, at most `limit`. `O(nodes + edges)` of both.
pub fn container_differences(
    [baseline, current]: [&Snapshot; 2],
    mode: SizeMode,
    limit: usize,
    progress: &Progress,
) -> Result<Vec<ContainerDifference>, Cancelled> {
    let old = ContainerPaths::find(baseline, mode, progress)?;
    let new = ContainerPaths::find(current, mode, progress)?;
    let mut found: Vec<(&Snapshot, NodeIndex, Option<u64>, Option<u64>)> = Vec::new();
    let bytes = |totals: &ContainerTotals| totals.bytes;
    for (key, totals) in new.iter().filter(|(_, totals)| is_container(current, totals)) {
        found.push((current, totals.example, old.counterpart(&new, key).map(bytes), Some(totals.bytes)));
    }
    for (key, totals) in old.iter().filter(|(_, totals)| is_container(baseline, totals)) {
        if new.counterpart(&old, key).is_none() {
            found.push((baseline, totals.example, Some(totals.bytes), None));
        }
    }
    let delta = |before: Option<u64>, after: Option<u64>| before.unwrap_or(0).abs_diff(after.unwrap_or(0));
    found.retain(|&(_, _, before, after)| delta(before, after) > 0);
    found.sort_by_key(|&(_, node, before, after)| (Reverse(delta(before, after)), node));
    let named = found.into_iter().filter_map(|(snapshot, node, before, after)| {
        let path = JavaScriptPath::new(snapshot, node);
        let who = path.owner().to_owned();
        (!who.is_empty()).then_some(ContainerDifference { who, before, after })
    });
    Ok(named.take(limit).collect())
}

fn is_container(snapshot: &Snapshot, totals: &ContainerTotals) -> bool {
    let is_object = snapshot.graph().nodes.kind(totals.example) == NodeKind::OBJECT;
    is_object && totals.count == 1 && snapshot.containers().kind(totals.example).is_collection()
}
