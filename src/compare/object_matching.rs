//! Which objects are in two snapshots of one process: those whose id is in both files.

use rustc_hash::FxHashMap;

use crate::base::{Cancelled, NodeIndex, Progress};
use crate::graph::{Graph, NodeKind};
use crate::snapshot::Snapshot;

const NONE: u32 = u32::MAX;

/// The objects of two snapshots, matched by id.
pub struct ObjectMatching {
    /// For each node of the current snapshot its position in the baseline, if any.
    old_of: Vec<u32>,
    /// For each node of the baseline its position in the current snapshot, if any.
    new_of: Vec<u32>,
}

impl ObjectMatching {
    /// `O(nodes)` of both.
    pub fn find(baseline: &Snapshot, current: &Snapshot, progress: &Progress) -> Result<Self, Cancelled> {
        let (old, new) = (baseline.graph(), current.graph());
        let mut by_id = ById::new(old);
        for (position, id) in old.nodes.ids().enumerate() {
            progress.tick(position)?;
            by_id.insert(id, NodeIndex::at(position));
        }
        let mut survivors =
            Self { old_of: vec![NONE; new.node_count()], new_of: vec![NONE; old.node_count()] };
        for (position, id) in new.nodes.ids().enumerate() {
            progress.tick(position)?;
            if let Some(before) = by_id.take(id) {
                survivors.put(before, NodeIndex::at(position));
            }
        }
        // The roots match whatever their ids are.
        survivors.put(old.root, new.root);
        Ok(survivors)
    }

    fn put(&mut self, old: NodeIndex, new: NodeIndex) {
        self.old_of[new.position()] = old.0;
        self.new_of[old.position()] = new.0;
    }

    /// The position of the current snapshot's `node` in the baseline, if it was there.
    #[inline]
    pub fn before(&self, node: NodeIndex) -> Option<NodeIndex> {
        Some(NodeIndex(self.old_of[node.position()])).filter(|node| node.0 != NONE)
    }

    /// The position of the baseline's `node` in the current snapshot, if it is still alive.
    #[inline]
    pub fn after(&self, node: NodeIndex) -> Option<NodeIndex> {
        Some(NodeIndex(self.new_of[node.position()])).filter(|node| node.0 != NONE)
    }

    /// The survivors of these kinds that are the same object by kind and name.
    pub fn same(&self, old: &Graph, new: &Graph, keep: impl Fn(NodeKind) -> bool) -> Vec<NodeIndex> {
        let mut equal_name = FxHashMap::default();
        let mut same = Vec::new();
        for (node, kind) in new.node_indices().zip(new.nodes.kinds()) {
            if !keep(kind) {
                continue;
            }
            let Some(before) = self.before(node).filter(|&before| self.after(before) == Some(node)) else {
                continue;
            };
            let (was, is) = (old.nodes.name(before), new.nodes.name(node));
            let is_same = old.nodes.kind(before) == kind
                && (equal_name.get(&is) == Some(&was) || old.text(was) == new.text(is));
            if is_same {
                equal_name.insert(is, was);
                same.push(node);
            }
        }
        same
    }
}

/// Nodes by id: in a table where ids are dense, as V8 assigns them, and in a map otherwise.
struct ById {
    /// Position and one more; 0 for none, so that unused entries take no memory.
    dense: Vec<u32>,
    others: FxHashMap<u64, u32>,
}

impl ById {
    fn new(graph: &Graph) -> Self {
        const SPREAD: usize = 16;
        const LEAST: usize = 1 << 16;
        let limit = graph.node_count() * SPREAD + LEAST;
        let largest = graph.nodes.ids().max().unwrap_or(0);
        let dense = usize::try_from(largest).map_or(limit, |largest| limit.min(largest + 1));
        Self { dense: vec![0; dense], others: FxHashMap::default() }
    }

    fn insert(&mut self, id: u64, node: NodeIndex) {
        match usize::try_from(id).ok().and_then(|id| self.dense.get_mut(id)) {
            Some(slot) if *slot == 0 => *slot = node.0 + 1,
            Some(_) => {}
            None => {
                self.others.entry(id).or_insert(node.0 + 1);
            }
        }
    }

    /// Each id is assigned once, so every object has at most one partner.
    fn take(&mut self, id: u64) -> Option<NodeIndex> {
        let found = match usize::try_from(id).ok().and_then(|id| self.dense.get_mut(id)) {
            Some(slot) => std::mem::take(slot),
            None => self.others.remove(&id).unwrap_or(0),
        };
        found.checked_sub(1).map(NodeIndex)
    }
}
