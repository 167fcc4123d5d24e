//! The heap divided into regions: every node belongs to the nearest of some chosen nodes, its *anchors*, that
//! dominates it. An anchor's region would be freed with the anchor, and regions do not overlap.

use crate::base::{BitSet, Cancelled, Column, NodeIndex, Progress, SizeColumn};

const UNKNOWN: u32 = u32::MAX;

/// Regions of a heap.
pub struct DominatorRegions<'a> {
    anchors: &'a BitSet,
    idom: &'a Column<NodeIndex, u32>,
    /// The node of the region that the anchor dominates immediately; an anchor's is itself.
    region_roots: Vec<u32>,
}

impl<'a> DominatorRegions<'a> {
    /// Divides at `anchors`, of which the root must be one. `O(nodes)`.
    pub fn cut(
        idom: &'a Column<NodeIndex, u32>,
        anchors: &'a BitSet,
        progress: &Progress,
    ) -> Result<Self, Cancelled> {
        let mut region_roots = vec![UNKNOWN; idom.len()];
        let mut chain: Vec<NodeIndex> = Vec::new();
        for position in 0..idom.len() {
            progress.tick(position)?;
            let mut at = NodeIndex::at(position);
            let top = loop {
                let known = region_roots[at.position()];
                if known != UNKNOWN {
                    break known;
                }
                let above = idom[at] as usize;
                if anchors.contains(at.position()) || anchors.contains(above) {
                    region_roots[at.position()] = at.0;
                    break at.0;
                }
                chain.push(at);
                at = NodeIndex::at(above);
            };
            for below in chain.drain(..) {
                region_roots[below.position()] = top;
            }
        }
        Ok(Self { anchors, idom, region_roots })
    }

    /// The node on the path to `node` that its anchor dominates immediately; for an anchor itself.
    #[inline]
    pub fn top(&self, node: NodeIndex) -> NodeIndex {
        NodeIndex(self.region_roots[node.position()])
    }

    /// Whether `node` is an anchor.
    #[inline]
    pub fn is_anchor(&self, node: NodeIndex) -> bool {
        self.anchors.contains(node.position())
    }

    /// The anchor of the region of `node`.
    #[inline]
    pub fn anchor(&self, node: NodeIndex) -> NodeIndex {
        let top = self.top(node);
        if self.is_anchor(top) { top } else { NodeIndex(self.idom[top]) }
    }

    /// The anchor above `anchor`; the root's is itself.
    #[inline]
    pub fn above(&self, anchor: NodeIndex) -> NodeIndex {
        self.anchor(NodeIndex(self.idom[anchor]))
    }

    /// Bytes of the subtree of each region root; 0 for other nodes.
    pub fn bytes_by_top(&self, sizes: &SizeColumn<NodeIndex>) -> Vec<u64> {
        let mut bytes = vec![0; self.region_roots.len()];
        for (&top, size) in self.region_roots.iter().zip(sizes.iter()) {
            bytes[top as usize] += size;
        }
        bytes
    }

    /// The roots of regions that are not anchors, each with the anchor that dominates it.
    pub fn region_roots(&self) -> impl Iterator<Item = (NodeIndex, NodeIndex)> + '_ {
        self.region_roots.iter().enumerate().filter_map(|(position, &top)| {
            let node = NodeIndex::at(position);
            (node.0 == top && !self.is_anchor(node)).then(|| (node, NodeIndex(self.idom[node])))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_belongs_to_the_nearest_anchor_above() {
        // 0 ← 1 ← 2 ← 3, 1 ← 4, 0 ← 5; anchors 0, 1 and 3.
        let idom: Column<NodeIndex, u32> = vec![0, 0, 1, 2, 1, 0].into();
        let mut anchors = BitSet::new(6);
        for anchor in [0, 1, 3] {
            anchors.insert(anchor);
        }
        let regions = DominatorRegions::cut(&idom, &anchors, &Progress::new()).unwrap();
        let anchor_of: Vec<u32> = (0..6).map(|node| regions.anchor(NodeIndex(node)).0).collect();
        assert_eq!(anchor_of, [0, 1, 1, 3, 1, 0]);
        assert_eq!(regions.above(NodeIndex(3)), NodeIndex(1));
        let sizes: SizeColumn<NodeIndex> = [1, 10, 100, 1000, 10_000, 100_000].into_iter().collect();
        assert_eq!(regions.bytes_by_top(&sizes), [1, 10, 100, 1000, 10_000, 100_000]);
        let region_roots: Vec<_> = regions.region_roots().map(|(top, anchor)| (top.0, anchor.0)).collect();
        assert_eq!(region_roots, [(2, 1), (4, 1), (5, 0)]);
    }
}
