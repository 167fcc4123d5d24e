//! Queries for paths and dominators, run after loading.

use crate::analysis::independent_paths::PathSearch;
use crate::analysis::nearest_edges::NearestEdges;
use crate::base::{BitSet, Cancelled, EdgeIndex, NodeIndex, Progress};
use crate::snapshot::Snapshot;

impl Snapshot {
    /// One shortest path to every object; `None` if distances are not known yet. `O(edges)`.
    pub fn nearest_edges(&self, progress: &Progress) -> Result<Option<NearestEdges>, Cancelled> {
        let Some(reached) = &self.reached else { return Ok(None) };
        NearestEdges::find(self.graph(), &reached.distances, progress).map(Some)
    }

    /// At most `most` paths to `node`, each from the edge into it to the root's: first those of which no two
    /// share a reference, then one for each other holder. Empty if distances are not known yet.
    pub fn independent_paths(
        &self,
        node: NodeIndex,
        most: usize,
        progress: &Progress,
    ) -> Result<Vec<Vec<EdgeIndex>>, Cancelled> {
        let Some(reached) = &self.reached else { return Ok(Vec::new()) };
        let search =
            PathSearch { graph: self.graph(), retainers: &reached.retainers, distances: &reached.distances };
        search.find(node, most, progress)
    }

    /// Those of `nodes` that no other of them dominates: their retained sizes do not overlap. Empty if
    /// dominators are not known yet. `O(nodes)`.
    pub fn outermost(&self, nodes: &[NodeIndex]) -> BitSet {
        let mut outermost = BitSet::new(self.graph().node_count());
        let Some(reached) = &self.reached else { return outermost };
        let mut group = BitSet::new(self.graph().node_count());
        for node in nodes {
            group.insert(node.position());
        }
        let mut covered = 0;
        for (position, node, end) in self.dominator_tree(reached).iter() {
            if position >= covered && group.contains(node.position()) {
                outermost.insert(node.position());
                covered = end;
            }
        }
        outermost
    }
}
