//! Several snapshots in the order of time: the size of every class and every container in each.
//!
//! Containers are followed by id within the process that has most of the snapshots, and by path and script
//! into the snapshots of other processes.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{BitSet, Cancelled, NodeIndex, Progress};
use crate::compare::container_paths::ContainerPaths;
use crate::graph::{EdgeKind, EdgeName};
use crate::growth::timeline::{OrderBasis, SnapshotOrder};
use crate::growth::{Growth, GrowthRow, Part, growth};
use crate::snapshot::filters::Filter;
use crate::snapshot::{SizeMode, Snapshot};

/// One class or container through all snapshots.
#[derive(Clone, PartialEq, Debug)]
pub struct Series<T> {
    /// Which one.
    pub of: T,
    /// Objects of the class or entries of the container; `None` if it is absent or unknown.
    pub counts: Vec<Option<u64>>,
    /// Shallow bytes of the class, retained bytes of the container.
    pub bytes: Vec<u64>,
}

impl<T> Series<T> {
    /// Growth per snapshot in bytes: the slope of the least-squares line.
    pub fn slope(&self) -> f64 {
        let count = self.bytes.len() as f64;
        if self.bytes.len() < 2 {
            return 0.0;
        }
        let middle = (count - 1.0) / 2.0;
        let mean = self.bytes.iter().map(|&bytes| bytes as f64).sum::<f64>() / count;
        let (mut above, mut below) = (0.0, 0.0);
        for (at, &bytes) in self.bytes.iter().enumerate() {
            let x = at as f64 - middle;
            above += x * (bytes as f64 - mean);
            below += x * x;
        }
        above / below
    }

    /// The largest growth from any snapshot to a later one.
    pub fn rise(&self) -> u64 {
        let mut least = u64::MAX;
        self.bytes.iter().fold(0, |rise, &bytes| {
            least = least.min(bytes);
            rise.max(bytes - least)
        })
    }

    /// How steadily it grows: the fraction of steps from one snapshot to the next that go up.
    pub fn steadiness(&self) -> f32 {
        let steps = self.bytes.len().saturating_sub(1);
        if steps == 0 {
            return 0.0;
        }
        self.bytes.windows(2).filter(|pair| pair[1] > pair[0]).count() as f32 / steps as f32
    }
}

/// All snapshots, and what was followed through them.
pub struct Trend {
    /// The snapshots, the oldest first.
    pub snapshots: Vec<Arc<Snapshot>>,
    /// The process of each, numbered from 0 in their order.
    pub processes: Vec<usize>,
    /// The evidence for their order.
    pub order: OrderBasis,
    /// Whose shallow sizes.
    pub mode: SizeMode,
    /// Classes by name, in no particular order.
    pub classes: Vec<Series<String>>,
    /// The growth from the first to the last snapshot of the process that has most of them.
    pub growth: Growth,
    /// The containers among its rows that grew: each by its position in the rows.
    pub containers: Vec<Series<usize>>,
}

impl Trend {
    /// Whether all snapshots are of one process.
    pub fn is_one_process(&self) -> bool {
        self.processes.iter().all(|&process| process == 0) && self.growth.ids.is_one_process()
    }

    /// The warning to show first.
    pub fn note(&self) -> Option<String> {
        if self.is_one_process() {
            return None;
        }
        let processes = self.processes.iter().max().map_or(1, |last| last + 1);
        let order = match self.order {
            OrderBasis::Ids => "the order of their ids",
            OrderBasis::Times => "the order in which they were taken",
            OrderBasis::Given => "the order in which they were given",
        };
        Some(format!(
            "These snapshots are of {processes} processes, in {order}: containers are followed by path and script from one to the other, and what differs need not be growth"
        ))
    }
}

/// Follows classes and containers through `snapshots`, of which there must be at least two, in any order.
/// `O(nodes)` of all.
pub fn trend(snapshots: &[Arc<Snapshot>], mode: SizeMode, progress: &Progress) -> Result<Trend, Cancelled> {
    follow(SnapshotOrder::new(snapshots, progress)?, mode, progress)
}

/// The same in the order in which they are given.
pub fn trend_as_given(
    snapshots: &[Arc<Snapshot>],
    mode: SizeMode,
    progress: &Progress,
) -> Result<Trend, Cancelled> {
    follow(SnapshotOrder::as_given(snapshots, progress)?, mode, progress)
}

fn follow(timeline: SnapshotOrder, mode: SizeMode, progress: &Progress) -> Result<Trend, Cancelled> {
    let SnapshotOrder { snapshots, processes, order } = timeline;
    let (main, first, last) = main_process(&processes);
    let growth = growth(&snapshots[first], &snapshots[last], mode, progress)?;
    let threshold = growth.threshold.cast_signed();
    let is_all = |row: &GrowthRow| row.owner == growth.current.graph().root && row.part == Part::Whole;
    let is_followed =
        |row: &GrowthRow| row.growth >= threshold && !matches!(row.part, Part::Shared(_)) && !is_all(row);
    let followed: Vec<usize> = (0..growth.rows.len()).filter(|&at| is_followed(&growth.rows[at])).collect();
    let mut containers: Vec<Series<usize>> =
        followed.into_iter().map(|of| Series { of, counts: Vec::new(), bytes: Vec::new() }).collect();
    let is_mixed = processes.iter().any(|&process| process != main);
    let paths = is_mixed.then(|| ContainerPaths::find(&growth.current, mode, progress)).transpose()?;
    for (snapshot, &process) in snapshots.iter().zip(&processes) {
        progress.check()?;
        let found = match &paths {
            Some(paths) if process != main => {
                find_by_path(snapshot, mode, paths, &growth, &containers, progress)?
            }
            _ => find_containers(snapshot, &growth, &containers),
        };
        let looked_at = snapshot.containers();
        for (series, node) in containers.iter_mut().zip(found) {
            let kind = growth.rows[series.of].kind;
            series.counts.push(node.and_then(|node| looked_at.entries(node, kind)));
            series.bytes.push(node.and_then(|node| snapshot.retained(mode, node)).unwrap_or(0));
        }
    }
    let of_main = |series: &Series<usize>| [first, last].map(|at| series.bytes[at]);
    containers.retain(|series| is_its_own(of_main(series), &growth.rows[series.of]));
    let classes = classes(&snapshots, mode);
    Ok(Trend { mode, classes, growth, containers, snapshots, processes, order })
}

/// The process with the most snapshots, and its first and last; if each snapshot is of its own process, the
/// first and last of all.
fn main_process(processes: &[usize]) -> (usize, usize, usize) {
    let count = |process: usize| processes.iter().filter(|&&other| other == process).count();
    let most = processes.iter().copied().rev().max_by_key(|&process| count(process)).unwrap_or(0);
    let first = processes.iter().position(|&process| process == most).unwrap_or(0);
    let last = processes.iter().rposition(|&process| process == most).unwrap_or(0);
    if first == last { (most, 0, processes.len() - 1) } else { (most, first, last) }
}

/// The position of each container in a snapshot of another process: the largest object at its path.
fn find_by_path(
    snapshot: &Snapshot,
    mode: SizeMode,
    paths: &ContainerPaths,
    growth: &Growth,
    series: &[Series<usize>],
    progress: &Progress,
) -> Result<Vec<Option<NodeIndex>>, Cancelled> {
    let here = ContainerPaths::find(snapshot, mode, progress)?;
    let find = |series: &Series<usize>| {
        let key = paths.key(growth.rows[series.of].container);
        here.counterpart(paths, key).map(|totals| totals.example)
    };
    Ok(series.iter().map(find).collect())
}

/// Whether a container grew by itself: at least half of the increase of its retained size is its own growth.
/// The owners of a growing container retain as much, but add no information.
fn is_its_own([first, last]: [u64; 2], row: &GrowthRow) -> bool {
    u64::try_from(row.growth).unwrap_or(0) * 2 >= last.saturating_sub(first)
}

/// The objects allocated between `first` and `second` that are still alive in `third`: the classic
/// three-snapshot technique.
pub fn allocated_between(
    first: &Snapshot,
    second: &Snapshot,
    third: &Snapshot,
    progress: &Progress,
) -> Result<BitSet, Cancelled> {
    let (after, upto) = (first.max_js_object_id(), second.max_js_object_id());
    third.filter(Filter::Allocated { after, upto }, progress)
}

/// The position of each container in `snapshot`: found by the id of its owner, and the name of its slot.
fn find_containers(snapshot: &Snapshot, growth: &Growth, series: &[Series<usize>]) -> Vec<Option<NodeIndex>> {
    let last = growth.current.graph();
    let owner_id = |series: &Series<usize>| last.nodes.id(growth.rows[series.of].owner);
    let wanted: FxHashSet<u64> = series.iter().map(owner_id).collect();
    let graph = snapshot.graph();
    let mut by_id: FxHashMap<u64, NodeIndex> = FxHashMap::default();
    for (position, id) in graph.nodes.ids().enumerate() {
        if wanted.contains(&id) {
            by_id.entry(id).or_insert(NodeIndex::at(position));
        }
    }
    let find = |series: &Series<usize>| {
        let owner = *by_id.get(&owner_id(series))?;
        let Part::Slot(edge) = growth.rows[series.of].part else { return Some(owner) };
        let kind = last.edges.kind(edge);
        slot(
            snapshot,
            owner,
            kind,
            match last.edges.name(edge) {
                EdgeName::Text(name) => last.text(name),
                EdgeName::Number(_) => return None,
            },
        )
    };
    series.iter().map(find).collect()
}

fn slot(snapshot: &Snapshot, owner: NodeIndex, kind: EdgeKind, name: &str) -> Option<NodeIndex> {
    let graph = snapshot.graph();
    let is_it = |edge_name| matches!(edge_name, EdgeName::Text(text) if graph.text(text) == name);
    graph.edges_of(owner).find(|edge| edge.kind == kind && is_it(edge.name)).map(|edge| edge.target)
}

/// Count and bytes of every class in every snapshot. Classes of one name are merged.
fn classes(snapshots: &[Arc<Snapshot>], mode: SizeMode) -> Vec<Series<String>> {
    let mut place: FxHashMap<String, usize> = FxHashMap::default();
    let mut classes: Vec<Series<String>> = Vec::new();
    for (at, snapshot) in snapshots.iter().enumerate() {
        for (index, totals) in snapshot.class_totals(mode).iter() {
            let name = snapshot.classes().name(index);
            let position = place.get(name).copied().unwrap_or_else(|| {
                let zeroes = vec![0; snapshots.len()];
                classes.push(Series {
                    of: name.to_owned(),
                    counts: vec![Some(0); snapshots.len()],
                    bytes: zeroes,
                });
                place.insert(name.to_owned(), classes.len() - 1);
                classes.len() - 1
            });
            let series = &mut classes[position];
            series.counts[at] = series.counts[at].map(|count| count + totals.count);
            series.bytes[at] += totals.shallow;
        }
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slope_and_steadiness_of_a_series() {
        let series = |bytes: &[u64]| Series { of: (), counts: Vec::new(), bytes: bytes.to_vec() };
        assert!((series(&[100, 200, 300]).slope() - 100.0).abs() < 1e-9);
        assert!((series(&[300, 200, 100]).slope() + 100.0).abs() < 1e-9);
        assert_eq!(series(&[7]).slope(), 0.0);
        assert_eq!(series(&[1, 2, 2, 3, 4]).steadiness(), 0.75);
        assert_eq!(series(&[5, 1, 9, 2]).rise(), 8);
        assert_eq!(series(&[5, 4]).rise(), 0);
    }

    #[test]
    fn the_process_with_most_snapshots_tells_who_grew() {
        assert_eq!(main_process(&[0, 0, 1]), (0, 0, 1));
        assert_eq!(main_process(&[0, 1, 1]), (1, 1, 2));
        assert_eq!(main_process(&[0, 1, 0, 2, 2, 2]), (2, 3, 5));
        assert_eq!(main_process(&[0, 1]), (0, 0, 1));
    }
}
