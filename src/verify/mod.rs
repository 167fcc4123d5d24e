//! Whether a leak is fixed: its containers, found again by path and script in snapshots of another process.

pub mod noise;
pub mod rate;

use std::sync::Arc;

use crate::base::{Cancelled, NodeIndex, Progress};
use crate::compare::container_paths::{ContainerPaths, ContainerTotals};
use crate::snapshot::{SizeMode, Snapshot};
use crate::verify::noise::NOISE;
use crate::verify::rate::Rates;

/// The state of a container.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Verdict {
    /// It no longer grows.
    Fixed,
    /// It no longer exists.
    Gone,
    /// It grows less.
    Smaller,
    /// It grows as before.
    Unchanged,
    /// It grows more.
    Larger,
    /// It did not grow before.
    New,
}

impl Verdict {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Gone => "gone",
            Self::Smaller => "smaller",
            Self::Unchanged => "unchanged",
            Self::Larger => "larger",
            Self::New => "new",
        }
    }

    /// Whether nothing is left to do.
    pub fn is_fixed(self) -> bool {
        matches!(self, Self::Fixed | Self::Gone)
    }
}

/// The size of a container in one snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ContainerSize {
    /// Bytes it retains.
    pub bytes: u64,
    /// Its entries, if they can be counted.
    pub entries: Option<u64>,
}

/// A container through all snapshots.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Traced {
    /// Before the leak.
    pub baseline: Option<ContainerSize>,
    /// After it.
    pub leaking: ContainerSize,
    /// In the first and, of a pair, the second snapshot of the fixed program.
    pub fixed: [Option<ContainerSize>; 2],
}

/// The snapshots of a verification, with their paths.
pub struct Tracer {
    baseline: TracedSnapshot,
    leaking: TracedSnapshot,
    fixed: Vec<TracedSnapshot>,
}

/// One snapshot and its containers.
struct TracedSnapshot {
    snapshot: Arc<Snapshot>,
    paths: ContainerPaths,
}

impl TracedSnapshot {
    fn find(snapshot: &Arc<Snapshot>, mode: SizeMode, progress: &Progress) -> Result<Self, Cancelled> {
        let paths = ContainerPaths::find(snapshot, mode, progress)?;
        Ok(Self { snapshot: Arc::clone(snapshot), paths })
    }

    fn level(&self, totals: &ContainerTotals) -> ContainerSize {
        let containers = self.snapshot.containers();
        let kind = containers.kind(totals.example);
        let entries =
            if totals.count == 1 { containers.entries(totals.example, kind) } else { Some(totals.count) };
        ContainerSize { bytes: totals.bytes, entries }
    }
}

impl Tracer {
    /// Finds the containers of all snapshots; `fixed` is one or a pair. `O(nodes + edges)` of each.
    pub fn find(
        [baseline, leaking]: [&Arc<Snapshot>; 2],
        fixed: &[Arc<Snapshot>],
        mode: SizeMode,
        progress: &Progress,
    ) -> Result<Self, Cancelled> {
        let side = |snapshot: &Arc<Snapshot>| TracedSnapshot::find(snapshot, mode, progress);
        let fixed = fixed.iter().map(side).collect::<Result<_, _>>()?;
        Ok(Self { baseline: side(baseline)?, leaking: side(leaking)?, fixed })
    }

    /// The change of the container at `node` of the leaking snapshot.
    pub fn trace(&self, node: NodeIndex) -> Option<Traced> {
        let leaking = &self.leaking;
        let key = leaking.paths.key(node);
        let in_side = |side: &TracedSnapshot| {
            side.paths.counterpart(&leaking.paths, key).map(|totals| side.level(totals))
        };
        Some(Traced {
            baseline: in_side(&self.baseline),
            leaking: leaking.level(leaking.paths.get(key)?),
            fixed: [self.fixed.first().and_then(in_side), self.fixed.get(1).and_then(in_side)],
        })
    }

    /// Whether one of `known`, containers of the leaking snapshot, is at the path of `node` in the last fixed one.
    pub fn is_known(&self, node: NodeIndex, known: &[NodeIndex]) -> bool {
        let Some(last) = self.fixed.last() else { return false };
        let here = last.paths.get(last.paths.key(node));
        let there =
            |&node: &NodeIndex| last.paths.counterpart(&self.leaking.paths, self.leaking.paths.key(node));
        known.iter().any(|node| here.is_some() && there(node) == here)
    }
}

impl Traced {
    /// Growth in bytes in the leaking pair.
    pub fn leak(&self) -> i64 {
        change(self.baseline, Some(self.leaking))
    }

    /// Growth in bytes in the fixed program: over a pair or, for one snapshot, since the leak's baseline.
    pub fn remaining(&self) -> i64 {
        match self.fixed {
            [first, second @ Some(_)] => change(first, second),
            [first, None] => change(self.baseline, first),
        }
    }

    /// The last level in the fixed program, of a pair or of one snapshot.
    pub fn last(&self, is_pair: bool) -> Option<ContainerSize> {
        self.fixed[usize::from(is_pair)]
    }

    /// Its state; `rates` weight the two programs if their running times are known.
    pub fn verdict(&self, is_pair: bool, rates: &Rates) -> Verdict {
        /// Smaller differences of growth count as equal.
        const SAME: std::ops::RangeInclusive<f64> = 0.8..=1.25;
        if self.last(is_pair).is_none() {
            return Verdict::Gone;
        }
        let before = if is_pair { self.fixed[0] } else { self.baseline };
        let remaining = self.remaining();
        if remaining <= NOISE.of(before.map_or(0, |level| level.bytes)).cast_signed() {
            return Verdict::Fixed;
        }
        // Sums of bytes are far below 2^52.
        let ratio = remaining as f64 / self.leak().max(1) as f64 * if is_pair { rates.weight() } else { 1.0 };
        match ratio {
            ratio if SAME.contains(&ratio) => Verdict::Unchanged,
            ratio if ratio < *SAME.start() => Verdict::Smaller,
            _ => Verdict::Larger,
        }
    }
}

fn change(before: Option<ContainerSize>, after: Option<ContainerSize>) -> i64 {
    let bytes = |level: Option<ContainerSize>| level.map_or(0, |level| level.bytes).cast_signed();
    bytes(after) - bytes(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(bytes: u64) -> Option<ContainerSize> {
        Some(ContainerSize { bytes, entries: None })
    }

    fn verdict(
        baseline: u64,
        leaking: u64,
        fixed: [Option<ContainerSize>; 2],
        is_pair: bool,
        rates: &Rates,
    ) -> Verdict {
        let leaking = ContainerSize { bytes: leaking, entries: None };
        Traced { baseline: level(baseline), leaking, fixed }.verdict(is_pair, rates)
    }

    #[test]
    fn a_single_snapshot_is_compared_with_the_level_before_the_leak() {
        let of = |bytes| verdict(100, 1_000_100, [bytes, None], false, &Rates::default());
        assert_eq!(of(None), Verdict::Gone);
        assert_eq!(of(level(100)), Verdict::Fixed);
        assert_eq!(of(level(400_000)), Verdict::Smaller);
        assert_eq!(of(level(900_000)), Verdict::Unchanged);
        assert_eq!(of(level(2_000_000)), Verdict::Larger);
    }

    #[test]
    fn a_pair_is_compared_by_growth_and_rate() {
        let of = |before, after, rates: &Rates| {
            verdict(100, 1_000_100, [level(before), level(after)], true, rates)
        };
        let even = Rates::default();
        assert_eq!(of(5_000_000, 5_000_100, &even), Verdict::Fixed, "its level is not what leaks");
        assert_eq!(of(0, 1_000_000, &even), Verdict::Unchanged);
        assert_eq!(of(0, 100_000, &even), Verdict::Smaller);
        let longer = Rates { unit: rate::RateUnit::Request, leaking: Some(10.0), fixed: Some(1.0) };
        assert_eq!(of(0, 100_000, &longer), Verdict::Unchanged, "a tenth of the requests");
    }
}
