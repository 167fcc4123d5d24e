//! Several snapshots of one process in order: what every class and every container had in each.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{BitSet, Cancelled, NodeIndex, Progress};
use crate::graph::{EdgeKind, EdgeName};
use crate::growth::{Growth, GrowthRow, Part, growth};
use crate::snapshot::filters::Filter;
use crate::snapshot::{SizeMode, Snapshot};

/// One class or container through all snapshots.
#[derive(Clone, PartialEq, Debug)]
pub struct Series<T> {
    /// Which.
    pub of: T,
    /// Objects of the class or entries of the container; nothing where it is not there or cannot be told.
    pub counts: Vec<Option<u64>>,
    /// Shallow bytes of the class, retained bytes of the container.
    pub bytes: Vec<u64>,
}

impl<T> Series<T> {
    /// Bytes gained from one snapshot to the next: the slope of the straight line with the least squares.
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

    /// How steadily it grows: the part of the steps from one snapshot to the next that go up, 0 to 1.
    pub fn steadiness(&self) -> f32 {
        let steps = self.bytes.len().saturating_sub(1);
        if steps == 0 {
            return 0.0;
        }
        self.bytes.windows(2).filter(|pair| pair[1] > pair[0]).count() as f32 / steps as f32
    }
}

/// All snapshots, and what went through them.
pub struct Trend {
    /// The snapshots, the oldest first.
    pub snapshots: Vec<Arc<Snapshot>>,
    /// Whose shallow sizes.
    pub mode: SizeMode,
    /// Classes by name, in no order.
    pub classes: Vec<Series<String>>,
    /// Who grew from the first to the last.
    pub growth: Growth,
    /// The containers among its rows that grew: each by its position in the rows.
    pub containers: Vec<Series<usize>>,
}

/// Follows classes and containers through `snapshots`, of which there must be at least two.
/// `O(nodes)` of all.
pub fn trend(snapshots: Vec<Arc<Snapshot>>, mode: SizeMode, progress: &Progress) -> Result<Trend, Cancelled> {
    let (first, last) = (&snapshots[0], &snapshots[snapshots.len() - 1]);
    let growth = growth(first, last, mode, progress)?;
    let threshold = growth.threshold.cast_signed();
    let is_all = |row: &GrowthRow| row.owner == growth.current.graph().root && row.part == Part::Whole;
    let is_followed =
        |row: &GrowthRow| row.growth >= threshold && !matches!(row.part, Part::Shared(_)) && !is_all(row);
    let followed: Vec<usize> = (0..growth.rows.len()).filter(|&at| is_followed(&growth.rows[at])).collect();
    let mut containers: Vec<Series<usize>> =
        followed.into_iter().map(|of| Series { of, counts: Vec::new(), bytes: Vec::new() }).collect();
    for snapshot in &snapshots {
        progress.check()?;
        let found = find_containers(snapshot, &growth, &containers);
        let looked_at = snapshot.containers();
        for (series, node) in containers.iter_mut().zip(found) {
            let kind = growth.rows[series.of].kind;
            series.counts.push(node.and_then(|node| looked_at.entries(node, kind)));
            series.bytes.push(node.and_then(|node| snapshot.retained(mode, node)).unwrap_or(0));
        }
    }
    containers.retain(|series| is_its_own(series, &growth.rows[series.of]));
    let classes = classes(&snapshots, mode);
    Ok(Trend { mode, classes, growth, containers, snapshots })
}

/// Whether a container grew by itself: half of what it retains more is its own growth. What is above one that
/// grew retains as much, but says nothing new.
fn is_its_own(series: &Series<usize>, row: &GrowthRow) -> bool {
    match &series.bytes[..] {
        [first, .., last] => u64::try_from(row.growth).unwrap_or(0) * 2 >= last.saturating_sub(*first),
        _ => true,
    }
}

/// The objects allocated between `first` and `second` that are still there in `third`: the classic question
/// to three snapshots.
pub fn allocated_between(
    first: &Snapshot,
    second: &Snapshot,
    third: &Snapshot,
    progress: &Progress,
) -> Result<BitSet, Cancelled> {
    let (after, upto) = (first.max_js_object_id(), second.max_js_object_id());
    third.filter(Filter::Allocated { after, upto }, progress)
}

/// Where each container is in `snapshot`: found by the id of its owner, and the name of its slot.
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

/// Count and bytes of every class in every snapshot. Classes of one name are one.
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
    }
}
