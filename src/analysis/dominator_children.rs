//! The children of each node in the dominator tree, as sparse rows.

use crate::base::{Column, Csr, NodeIndex};

/// The children of every node in the dominator tree, in file order.
pub struct Dominated {
    rows: Csr<NodeIndex>,
    children: Box<[u32]>,
}

impl Dominated {
    /// From each node's dominator; the root's is itself. `O(nodes)`.
    pub fn find(root: NodeIndex, idom: &Column<NodeIndex, u32>) -> Self {
        let below_root = || idom.iter().filter(|&(node, _)| node != root);
        let mut first = vec![0_u32; idom.len() + 1];
        for (_, &dominator) in below_root() {
            first[dominator as usize + 1] += 1;
        }
        for row in 1..first.len() {
            first[row] += first[row - 1];
        }
        let mut next = first.clone();
        let mut children = vec![0; below_root().count()].into_boxed_slice();
        for (node, &dominator) in below_root() {
            let slot = &mut next[dominator as usize];
            children[*slot as usize] = node.0;
            *slot += 1;
        }
        Self { rows: Csr::from_borders(&first), children }
    }

    /// The nodes whose immediate dominator is `node`.
    pub fn of(&self, node: NodeIndex) -> impl ExactSizeIterator<Item = NodeIndex> + '_ {
        self.children[self.rows.range(node)].iter().map(|&child| NodeIndex(child))
    }

    /// Bytes of memory it takes.
    pub fn bytes(&self) -> u64 {
        self.rows.bytes() + 4 * self.children.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_are_those_whose_dominator_it_is() {
        let idom = Column::from(vec![2, 2, 2, 0, 0]);
        let dominated = Dominated::find(NodeIndex(2), &idom);
        let of = |node| dominated.of(NodeIndex(node)).map(|child| child.0).collect::<Vec<_>>();
        assert_eq!([of(0), of(1), of(2)], [vec![3, 4], vec![], vec![0, 1]]);
    }
}
