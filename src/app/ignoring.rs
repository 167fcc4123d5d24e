//! The retainers a person has imagined away in each snapshot, and the distances without them.

use super::files::FileId;
use crate::base::{Cancelled, NodeIndex, Progress};
use crate::snapshot::{IgnoredRetainers, Snapshot};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

/// Ignored objects in order.
pub type IgnoredNodes = BTreeSet<NodeIndex>;

/// The ignored retainers of all snapshots.
#[derive(Default)]
pub struct Ignoring {
    nodes: HashMap<FileId, IgnoredNodes>,
    /// The distances used last.
    cell: Option<IgnoredCell>,
}

impl Ignoring {
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

    /// The distances without `nodes`, for the thread that looks into them or finds them.
    pub fn cell(&mut self, file: FileId, nodes: &IgnoredNodes) -> IgnoredCell {
        let known = self.cell.take().filter(|cell| cell.file == file && cell.nodes == *nodes);
        let cell = known.unwrap_or_else(|| IgnoredCell { file, nodes: nodes.clone(), known: Arc::default() });
        self.cell.insert(cell).clone()
    }
}

/// Distances that are measured once, whoever's retainers are looked at.
#[derive(Clone)]
pub struct IgnoredCell {
    file: FileId,
    nodes: IgnoredNodes,
    known: Arc<OnceLock<Arc<IgnoredRetainers>>>,
}

impl IgnoredCell {
    /// The distances; nothing where nobody is ignored.
    pub fn get(
        &self,
        snapshot: &Snapshot,
        progress: &Progress,
    ) -> Result<Option<Arc<IgnoredRetainers>>, Cancelled> {
        if self.nodes.is_empty() {
            return Ok(None);
        }
        if let Some(known) = self.known.get() {
            return Ok(Some(Arc::clone(known)));
        }
        let found = snapshot.ignoring(self.nodes.iter().copied().collect(), progress)?;
        Ok(Some(Arc::clone(self.known.get_or_init(|| Arc::new(found)))))
    }
}
