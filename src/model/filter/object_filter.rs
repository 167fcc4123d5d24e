//! The objects shown of a snapshot: those that pass one of Chrome's filters, meet all conditions, and are not
//! V8's internal objects if these are hidden; and how they are grouped.

use crate::base::{BitSet, Cancelled, NodeIndex, Progress};
use crate::compare::{AcrossProcesses, CompareOptions, Comparison, Partition, compare_by};
use crate::graph::engine_objects::is_internal_class;
use crate::model::filter::condition::{Condition, Test};
use crate::model::filter::preset::{FilterPreset, FilteredObjects};
use crate::model::table::Tally;
use crate::snapshot::groups::GroupBy;
use crate::snapshot::{Classes, SizeMode, Snapshot};
use std::sync::Arc;

/// Which objects are shown, and how they are grouped.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct ObjectFilter {
    /// Chrome's filter.
    pub keep: FilterPreset,
    /// Conditions that must all hold.
    pub conditions: Vec<Condition>,
    /// Whether V8's internal objects are hidden.
    pub internals: Internals,
    /// What the rows are.
    pub group_by: GroupBy,
}

/// Whether V8's internal objects are shown.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Internals {
    /// Among the rest.
    #[default]
    Shown,
    /// Not at all.
    Hidden,
}

impl ObjectFilter {
    /// Only Chrome's filter.
    pub fn of_preset(keep: FilterPreset) -> Self {
        Self { keep, ..Self::default() }
    }

    /// Whether all objects are shown, grouped by constructor.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// The shown objects. `O(nodes + edges)`.
    pub fn find(
        &self,
        snapshot: &Snapshot,
        mode: SizeMode,
        progress: &Progress,
    ) -> Result<FilteredObjects, Cancelled> {
        let nodes = self.keep.nodes(snapshot, progress)?;
        self.apply(snapshot, mode, nodes, progress)
    }

    /// The shown objects among `nodes`, which have passed another filter.
    pub fn apply(
        &self,
        snapshot: &Snapshot,
        mode: SizeMode,
        nodes: BitSet,
        progress: &Progress,
    ) -> Result<FilteredObjects, Cancelled> {
        let classes = snapshot.classes();
        let Partition { nodes, internals } = self.partition(snapshot, classes, mode, nodes, progress)?;
        let groups = snapshot.grouped(self.group_by, progress)?;
        progress.check()?;
        let kept = FilteredObjects::new(snapshot, mode, nodes, groups);
        if self.internals == Internals::Shown {
            return Ok(kept);
        }
        let hidden = internals.iter().map(|at| snapshot.shallow(mode, NodeIndex::at(at)));
        Ok(kept.with_hidden(hidden.fold(Tally::default(), Tally::and)))
    }

    /// Compares two snapshots in these groups, limited to the shown objects. `O(n log n)` in the objects of
    /// both, and up to `O(nodes + edges)` for the groups.
    pub fn compare(
        &self,
        baseline: Arc<Snapshot>,
        current: Arc<Snapshot>,
        mode: SizeMode,
        progress: &Progress,
    ) -> Result<Comparison, Cancelled> {
        let shows_all = self.keep == FilterPreset::All && self.is_unfiltered();
        let passing = |snapshot: &Snapshot, constructors: &Classes| {
            if shows_all {
                return Ok(None);
            }
            let nodes = self.keep.nodes(snapshot, progress)?;
            self.partition(snapshot, constructors, mode, nodes, progress).map(Some)
        };
        compare_by(
            &CompareOptions {
                mode,
                group_by: self.group_by,
                passing: &passing,
                across: AcrossProcesses::ByClass,
            },
            baseline,
            current,
            progress,
        )
    }

    fn is_unfiltered(&self) -> bool {
        self.conditions.is_empty() && self.internals == Internals::Shown
    }

    /// Removes from `nodes` those that do not meet the conditions, and hidden ones. `O(nodes)`.
    fn partition(
        &self,
        snapshot: &Snapshot,
        constructors: &Classes,
        mode: SizeMode,
        mut nodes: BitSet,
        progress: &Progress,
    ) -> Result<Partition, Cancelled> {
        let mut internals = BitSet::new(snapshot.graph().node_count());
        if self.is_unfiltered() {
            return Ok(Partition { nodes, internals });
        }
        let tests: Vec<Test<'_>> =
            self.conditions.iter().map(|condition| condition.test(snapshot, constructors, mode)).collect();
        let is_hidden = |name: &str| self.internals == Internals::Hidden && is_internal_class(name);
        let is_hidden: Vec<bool> = constructors.iter().map(|(_, class)| is_hidden(&class.name)).collect();
        for node in snapshot.graph().node_indices() {
            progress.tick(node.position())?;
            if !nodes.contains(node.position()) {
                continue;
            }
            if !tests.iter().all(|test| test(node)) {
                nodes.remove(node.position());
            } else if is_hidden[constructors.of(node).position()] {
                nodes.remove(node.position());
                internals.insert(node.position());
            }
        }
        Ok(Partition { nodes, internals })
    }
}

impl Tally {
    /// Counts an object; one without a size is not counted.
    fn and(self, bytes: u64) -> Self {
        Self { count: self.count + u64::from(bytes > 0), bytes: self.bytes + bytes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;

    #[test]
    fn conditions_hold_together_and_hidden_bytes_are_told() {
        let mut heap = GraphBuilder::new();
        let small = heap.node("object", "Cache", 10);
        let large = heap.node("object", "Cache", 1000);
        let other = heap.node("object", "Other", 1000);
        let map = heap.node("hidden", "system / Map", 70);
        for (at, node) in [small, large, other, map].into_iter().enumerate() {
            heap.edge(0, "element", &at.to_string(), node);
        }
        let snapshot = load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap();
        let shown = |conditions: &[&str], internals| -> (Vec<usize>, Option<Tally>) {
            let conditions = conditions.iter().map(|typed| Condition::parse(typed).unwrap()).collect();
            let object_filter = ObjectFilter { conditions, internals, ..ObjectFilter::default() };
            let kept = object_filter.find(&snapshot, SizeMode::Chrome, &Progress::new()).unwrap();
            let nodes = snapshot.graph().node_indices().filter(|&node| kept.contains(node));
            (nodes.map(NodeIndex::position).collect(), kept.hidden())
        };
        let none = None;
        assert_eq!(shown(&["class:Cache", "shallow>=1kB"], Internals::Shown), (vec![large], none));
        assert_eq!(shown(&["kind:object"], Internals::Shown), (vec![small, large, other], none));
        let (nodes, hidden) = shown(&["distance<=1"], Internals::Hidden);
        assert_eq!(hidden, Some(Tally { count: 1, bytes: 70 }));
        assert!(!nodes.contains(&map) && nodes.contains(&other));
    }
}
