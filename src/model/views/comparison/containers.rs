//! Containers of two processes, matched by path and script: the size of each in both.

use std::cmp::Reverse;

use crate::base::{Cancelled, Progress};
use crate::compare::container_paths::{ContainerPaths, ContainerTotals};
use crate::graph::NodeKind;
use crate::model::format::javascript_path::JavaScriptPath;
use crate::snapshot::{SizeMode, Snapshot};
use crate::verify::noise::NoiseBand;

/// A container whose size differs between the snapshots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerDifference {
    /// Who, as code.
    pub who: String,
    /// Retained bytes in the baseline; `None` if it is absent.
    pub before: Option<u64>,
    /// Retained bytes in the current snapshot.
    pub after: Option<u64>,
    /// Whether the runtime created it, so that it differs from run to run.
    pub is_runtime: bool,
}

impl ContainerDifference {
    /// Current less baseline.
    pub fn delta(&self) -> i64 {
        self.after.unwrap_or(0).cast_signed() - self.before.unwrap_or(0).cast_signed()
    }

    /// Whether two runs of one program differ by as much.
    pub fn is_noise(&self) -> bool {
        self.delta().unsigned_abs() <= NoiseBand::for_container(self.is_runtime).of(self.before.unwrap_or(0))
    }
}

/// The collections with the largest differences, at most `limit`. `O(nodes + edges)` of both.
pub fn container_differences(
    [baseline, current]: [&Snapshot; 2],
    mode: SizeMode,
    limit: usize,
    progress: &Progress,
) -> Result<Vec<ContainerDifference>, Cancelled> {
    let old = ContainerPaths::find(baseline, mode, progress)?;
    let new = ContainerPaths::find(current, mode, progress)?;
    let mut found: Vec<Difference<'_>> = Vec::new();
    let bytes = |totals: &ContainerTotals| totals.bytes;
    for (key, totals) in new.iter().filter(|(_, totals)| is_container(current, totals)) {
        let before = old.counterpart(&new, key).map(bytes);
        found.push(Difference { snapshot: current, totals, before, after: Some(totals.bytes) });
    }
    for (key, totals) in old.iter().filter(|(_, totals)| is_container(baseline, totals)) {
        if new.counterpart(&old, key).is_none() {
            found.push(Difference { snapshot: baseline, totals, before: Some(totals.bytes), after: None });
        }
    }
    found.retain(|difference| difference.bytes() > 0);
    found.sort_by_key(|difference| (Reverse(difference.bytes()), difference.totals.example));
    let named = found.into_iter().filter_map(|Difference { snapshot, totals, before, after }| {
        let path = JavaScriptPath::new(snapshot, totals.example);
        let (who, is_runtime) = (path.owner().to_owned(), totals.is_runtime);
        (!who.is_empty()).then_some(ContainerDifference { who, before, after, is_runtime })
    });
    Ok(named.take(limit).collect())
}

/// A container before it has a name: the one of `snapshot`.
struct Difference<'a> {
    snapshot: &'a Snapshot,
    totals: &'a ContainerTotals,
    before: Option<u64>,
    after: Option<u64>,
}

impl Difference<'_> {
    fn bytes(&self) -> u64 {
        self.before.unwrap_or(0).abs_diff(self.after.unwrap_or(0))
    }
}

fn is_container(snapshot: &Snapshot, totals: &ContainerTotals) -> bool {
    let is_object = snapshot.graph().nodes.kind(totals.example) == NodeKind::OBJECT;
    is_object && totals.count == 1 && snapshot.containers().kind(totals.example).is_collection()
}
