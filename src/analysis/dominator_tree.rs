//! The dominator tree in preorder: every subtree is one run of nodes, so that the retained size of a node
//! is a difference of two prefix sums, and "below" is a comparison of two numbers.

use crate::base::{Column, NodeIndex, SizeColumn};

/// Nodes in preorder of the dominator tree, and how many lie at and below each.
pub struct DominatorTree {
    /// Node at each position.
    order: Box<[u32]>,
    /// Length of the run that begins at each position.
    subtree: Box<[u32]>,
}

impl DominatorTree {
    /// From vertices in any order in which dominators stand first: `idom[w] < w` but for the root at 0.
    pub fn from_preorder(vertex: &[u32], idom: &[u32]) -> Self {
        let count = vertex.len();
        let mut size = vec![1_u32; count];
        for w in (1..count).rev() {
            size[idom[w] as usize] += size[w];
        }
        // Where the next child of each goes; for a node that has been placed, the position after it.
        let mut next = vec![0_u32; count];
        let mut order = vec![0; count].into_boxed_slice();
        let mut subtree = vec![0; count].into_boxed_slice();
        for w in 0..count {
            let position = if w == 0 { 0 } else { next[idom[w] as usize] };
            if w > 0 {
                next[idom[w] as usize] += size[w];
            }
            next[w] = position + 1;
            order[position as usize] = vertex[w];
            subtree[position as usize] = size[w];
        }
        Self { order, subtree }
    }

    /// From each node's dominator alone: for questions asked after loading. `O(nodes)`.
    pub fn from_idom(root: NodeIndex, idom: &Column<NodeIndex, u32>) -> Self {
        const UNPLACED: u32 = u32::MAX;
        let count = idom.len();
        let mut number = vec![UNPLACED; count];
        let mut vertex = Vec::with_capacity(count);
        let mut parents = Vec::with_capacity(count);
        let mut chain = Vec::new();
        let mut place = |node: u32, parent: u32, number: &mut [u32]| {
            number[node as usize] = u32::try_from(vertex.len()).expect("nodes are counted in 32 bits");
            vertex.push(node);
            parents.push(parent);
        };
        place(root.0, 0, &mut number);
        for node in 0..count {
            let mut at = NodeIndex::at(node);
            while number[at.position()] == UNPLACED {
                chain.push(at.0);
                at = NodeIndex(idom[at]);
            }
            let mut parent = number[at.position()];
            while let Some(node) = chain.pop() {
                place(node, parent, &mut number);
                parent = number[node as usize];
            }
        }
        Self::from_preorder(&vertex, &parents)
    }

    /// The nodes in preorder, each with the position behind its subtree.
    pub fn iter(&self) -> impl Iterator<Item = (usize, NodeIndex, usize)> + '_ {
        self.order
            .iter()
            .zip(&*self.subtree)
            .enumerate()
            .map(|(position, (&node, &len))| (position, NodeIndex(node), position + len as usize))
    }

    /// Each node's retained size: its own size and those of all nodes it dominates.
    pub fn retained_sizes(&self, shallow: &SizeColumn<NodeIndex>) -> SizeColumn<NodeIndex> {
        let mut low = vec![0; self.order.len()];
        let mut large = Vec::new();
        let mut close = |node: NodeIndex, retained: u64| {
            low[node.position()] = SizeColumn::<NodeIndex>::low_word(retained);
            if SizeColumn::<NodeIndex>::is_large(retained) {
                large.push((node.0, retained));
            }
        };
        // The bytes passed so far, and the subtrees the walk is in: node, end, bytes passed before it.
        let mut sum = 0_u64;
        let mut open: Vec<(NodeIndex, usize, u64)> = Vec::new();
        for (position, node, end) in self.iter() {
            while let Some((done, _, before)) = open.pop_if(|&mut (_, end, _)| end == position) {
                close(done, sum - before);
            }
            let size = shallow.get(node);
            if end == position + 1 {
                close(node, size);
            } else {
                open.push((node, end, sum));
            }
            sum += size;
        }
        for (done, _, before) in open {
            close(done, sum - before);
        }
        large.sort_unstable();
        SizeColumn::from_parts(low, large)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::test_heap::TestHeap;

    #[test]
    fn dominators_alone_give_the_same_subtrees() {
        let heap = TestHeap::new(
            "a: object A 1
             b: object B 2
             c: object C 4
             d: object D 8
             root -> c shortcut 1
             c -> a property p
             c -> d property p
             d -> b property p",
        );
        let dominators = heap.dominators();
        let again = DominatorTree::from_idom(heap.graph.root, &dominators.idom);
        let retained =
            |tree: &DominatorTree| tree.retained_sizes(&heap.shallow_sizes()).iter().collect::<Vec<_>>();
        assert_eq!(retained(&again), retained(&dominators.tree));
        assert_eq!(retained(&again), [15, 1, 2, 15, 10]);
    }

    #[test]
    fn a_subtree_is_one_run() {
        let idom = [0, 0, 1, 1, 0].to_vec().into();
        let tree = DominatorTree::from_idom(NodeIndex(0), &idom);
        let runs: Vec<_> = tree.iter().map(|(position, node, end)| (position, node.0, end)).collect();
        assert_eq!(runs, [(0, 0, 5), (1, 1, 4), (2, 2, 3), (3, 3, 4), (4, 4, 5)]);
    }
}
