//! The retainers a person has imagined away in each snapshot, and the distances without them.

use crate::app::files::open_file::FileId;
use crate::app::tasks::memo::Memo;
use crate::base::NodeIndex;
use crate::snapshot::IgnoredRetainers;
use std::collections::{BTreeSet, HashMap};

/// Ignored objects in order.
pub type IgnoredNodes = BTreeSet<NodeIndex>;

/// Distances without some objects, whoever's retainers are looked at.
pub type IgnoredMemo = Memo<(FileId, IgnoredNodes), IgnoredRetainers>;

/// The ignored retainers of all snapshots.
#[derive(Default)]
pub struct IgnoredRetainersState {
    nodes: HashMap<FileId, IgnoredNodes>,
    /// The distances used last.
    cell: Option<IgnoredMemo>,
}

impl IgnoredRetainersState {
    /// What is ignored in a snapshot.
    pub fn of(&self, file: FileId) -> IgnoredNodes {
        self.nodes.get(&file).cloned().unwrap_or_default()
    }

    /// How many are ignored in a snapshot.
    pub fn count(&self, file: FileId) -> usize {
        self.nodes.get(&file).map_or(0, BTreeSet::len)
    }

    /// Ignores one more.
    pub fn ignore(&mut self, file: FileId, node: NodeIndex) {
        self.nodes.entry(file).or_default().insert(node);
    }

    /// Ignores none any more.
    pub fn restore(&mut self, file: FileId) {
        self.nodes.remove(&file);
        self.cell = None;
    }

    /// The distances without `nodes`, for the thread that looks into them or measures them.
    pub fn cell(&mut self, file: FileId, nodes: &IgnoredNodes) -> IgnoredMemo {
        Memo::of(&mut self.cell, (file, nodes.clone()))
    }
}
