//! Immediate dominators over essential edges, by the Semi-NCA algorithm: L. Georgiadis, R. E. Tarjan,
//! R. F. Werneck, "Finding Dominators in Practice" (2006), section 3.
//!
//! Changed from the paper: everything is in preorder numbers, so that the passes walk memory in order, and
//! `label` keeps the smallest semidominator itself instead of the vertex that has it, since only the number
//! is needed; a vertex's label is set when its semidominator is, since it is not read before. Retainers are
//! processed in batches whose memory is fetched together: on a large heap that saves about a fifth. All loops
//! are iterative: a list five million deep is normal.
//!
//! Nodes that the root does not reach are attached to it: nodes without essential edges into them get an edge
//! from the root. What is still unreached then lies on cycles: the root is made to dominate each such node,
//! and their edges are not counted, as in Chrome.

use crate::analysis::dominator_tree::DominatorTree;
use crate::analysis::essential::{is_strong, may_enter_page};
use crate::analysis::retainers::Retainers;
use crate::analysis::weak_maps::WeakMapNames;
use crate::base::{BitSet, Cancelled, Column, EdgeIndex, NodeIndex, Progress, prefetch};
use crate::graph::Graph;

/// The immediate dominator of every node (the root's is itself), and the tree they form.
pub struct Dominators {
    /// Each node's immediate dominator.
    pub idom: Column<NodeIndex, u32>,
    /// The dominator tree.
    pub tree: DominatorTree,
    /// How many nodes the root does not reach.
    pub unreachable: usize,
}

const UNVISITED: u32 = u32::MAX;

/// Depth-first numbering of the nodes.
struct Preorder {
    /// Number of each node.
    number: Vec<u32>,
    /// Node of each number.
    vertex: Vec<u32>,
    /// Number of each number's parent in the spanning tree.
    parent: Vec<u32>,
    unreachable: usize,
}

/// Which edges count.
#[derive(Clone, Copy)]
pub struct EssentialEdges<'a> {
    /// The heap.
    pub graph: &'a Graph,
    /// Names of WeakMap entries.
    pub weak_maps: &'a WeakMapNames,
    /// Page objects.
    pub page: &'a BitSet,
}

impl EssentialEdges<'_> {
    #[inline]
    fn has(&self, source: NodeIndex, edge: EdgeIndex) -> bool {
        let edge = self.graph.edges.get(edge);
        is_strong(self.graph, self.weak_maps, source, &edge)
            && may_enter_page(self.page, self.graph.root, source, edge.target)
    }

    fn sources<'a>(
        &'a self,
        retainers: &'a Retainers,
        target: NodeIndex,
    ) -> impl Iterator<Item = NodeIndex> + 'a {
        retainers
            .strong_sources(target)
            .filter(move |&source| may_enter_page(self.page, self.graph.root, source, target))
    }
}

/// A walk that has started: call [`DepthFirst::finish`] with the retainers to get the dominators. Two steps,
/// so that retainers can be gathered at the same time.
pub struct DepthFirst {
    order: Preorder,
    /// Whether a node has a number: a bit is more likely to be cached than a number.
    seen: BitSet,
}

impl DepthFirst {
    /// Numbers what the root reaches.
    pub fn from_root(edges: EssentialEdges<'_>, progress: &Progress) -> Result<Self, Cancelled> {
        let count = edges.graph.node_count();
        let order = Preorder {
            number: vec![UNVISITED; count],
            vertex: Vec::with_capacity(count),
            parent: Vec::with_capacity(count),
            unreachable: 0,
        };
        let mut walk = Self { order, seen: BitSet::new(count) };
        let root = edges.graph.root;
        walk.enter(root, 0);
        walk.descend(edges, root, progress)?;
        Ok(walk)
    }

    #[inline]
    fn enter(&mut self, node: NodeIndex, parent: u32) {
        let order = &mut self.order;
        order.number[node.position()] =
            u32::try_from(order.vertex.len()).expect("nodes are counted in 32 bits");
        order.vertex.push(node.0);
        order.parent.push(parent);
        self.seen.insert(node.position());
    }

    /// Numbers everything below `start`, which has its number already.
    fn descend(
        &mut self,
        edges: EssentialEdges<'_>,
        start: NodeIndex,
        progress: &Progress,
    ) -> Result<(), Cancelled> {
        let rows = &edges.graph.nodes.edges;
        // Nodes on the path down, and the next edge of each.
        let mut stack = vec![(start, rows.range(start).start)];
        let mut steps = 0;
        while let Some((node, next)) = stack.last_mut() {
            let node = *node;
            let end = rows.range(node).end;
            let mut child = None;
            while *next < end && child.is_none() {
                // Most edges lead to visited nodes, so that is checked first.
                let edge = EdgeIndex::at(*next);
                let target = edges.graph.edges.target(edge);
                if !self.seen.contains(target.position()) && edges.has(node, edge) {
                    child = Some(target);
                }
                *next += 1;
            }
            match child {
                None => {
                    stack.pop();
                }
                Some(child) => {
                    self.enter(child, self.order.number[node.position()]);
                    stack.push((child, rows.range(child).start));
                    steps += 1;
                    progress.tick(steps)?;
                }
            }
        }
        Ok(())
    }

    /// Attaches the remaining nodes to the root and computes dominators.
    pub fn finish(
        mut self,
        edges: EssentialEdges<'_>,
        retainers: &Retainers,
        progress: &Progress,
    ) -> Result<Dominators, Cancelled> {
        let graph = edges.graph;
        if self.order.vertex.len() < graph.node_count() {
            let reached = self.order.vertex.len();
            for node in graph.node_indices() {
                if !self.seen.contains(node.position()) && edges.sources(retainers, node).next().is_none() {
                    self.enter(node, 0);
                    self.descend(edges, node, progress)?;
                }
            }
            self.order.unreachable = graph.node_count() - reached;
        }
        drop(self.seen);
        let mut idom = semi_nca(&edges, retainers, &mut self.order, progress)?;
        let Preorder { mut number, mut vertex, unreachable, .. } = self.order;
        for (node, number) in (0_u32..).zip(&mut number).filter(|(_, number)| **number == UNVISITED) {
            *number = u32::try_from(vertex.len()).expect("nodes are counted in 32 bits");
            vertex.push(node);
            idom.push(0);
        }
        let tree = DominatorTree::from_preorder(&vertex, &idom);
        let mut of_node = number;
        for (number, &node) in vertex.iter().enumerate() {
            of_node[node as usize] = vertex[idom[number] as usize];
        }
        Ok(Dominators { idom: of_node.into(), tree, unreachable })
    }
}

/// Where `v` stands in the forest of processed vertices: the next one up that is not yet jumped over, and
/// the smallest semidominator between.
#[derive(Clone, Copy)]
struct Link {
    ancestor: u32,
    label: u32,
}

/// Steps per batch; the memory of a batch is fetched together.
const AHEAD: usize = 64;

/// A retainer to process: a vertex, and the node that holds it.
struct PendingRetainer {
    vertex: u32,
    source: NodeIndex,
}

/// Semidominators under construction, in numbers.
struct Semidominators<'a> {
    number: &'a [u32],
    forest: Vec<Link>,
    /// Path compression lowers labels; semidominators are needed unchanged.
    semi: Vec<u32>,
    path: Vec<u32>,
}

impl<'a> Semidominators<'a> {
    /// Each vertex's parent is its first candidate.
    fn new(order: &'a Preorder) -> Self {
        let link = |&parent: &u32| Link { ancestor: parent, label: parent };
        let forest = order.parent.iter().map(link).collect();
        Self { number: &order.number, forest, semi: order.parent.clone(), path: Vec::new() }
    }

    /// Applies the candidates in `pending`, which are retainers of the last vertex first, and empties it.
    fn process_batch(&mut self, pending: &mut Vec<PendingRetainer>) {
        let mut numbers = [UNVISITED; AHEAD];
        for (number, look) in numbers.iter_mut().zip(&*pending) {
            *number = self.number[look.source.position()];
        }
        prefetch(numbers.iter().map(|&v| self.forest.get(v as usize).map_or(0, |link| link.ancestor)));
        for (PendingRetainer { vertex: w, .. }, v) in pending.drain(..).zip(numbers) {
            if v == UNVISITED {
                continue;
            }
            let candidate = if v <= w { v } else { eval(&mut self.forest, &mut self.path, v, w) };
            if candidate < self.semi[w as usize] {
                self.semi[w as usize] = candidate;
                self.forest[w as usize].label = candidate;
            }
        }
    }
}

/// Immediate dominators, in numbers: `idom[w] < w` but for the root.
fn semi_nca(
    edges: &EssentialEdges<'_>,
    retainers: &Retainers,
    order: &mut Preorder,
    progress: &Progress,
) -> Result<Vec<u32>, Cancelled> {
    let mut found = Semidominators::new(order);
    let mut pending = Vec::with_capacity(AHEAD);
    let mut end = order.vertex.len();
    while end > 1 {
        progress.check()?;
        let start = end.saturating_sub(AHEAD).max(1);
        let vertices = &order.vertex[start..end];
        retainers.prefetch(vertices);
        for (w, &node) in (start..end).zip(vertices).rev() {
            let node = NodeIndex(node);
            // The root has no dominator; and a vertex with one retainer was reached through it.
            if order.parent[w] == 0 || retainers.count(node) <= 1 {
                continue;
            }
            let vertex = u32::try_from(w).expect("nodes are counted in 32 bits");
            let mut last = None;
            for source in edges.sources(retainers, node) {
                // An array that holds one object ten thousand times is processed once.
                if last.replace(source) == Some(source) {
                    continue;
                }
                pending.push(PendingRetainer { vertex, source });
                if pending.len() == AHEAD {
                    found.process_batch(&mut pending);
                }
            }
        }
        end = start;
    }
    found.process_batch(&mut pending);
    let Semidominators { semi, .. } = found;
    let mut idom = std::mem::take(&mut order.parent);
    for w in 1..idom.len() {
        let mut d = idom[w];
        while d > semi[w] {
            d = idom[d as usize];
        }
        idom[w] = d;
    }
    Ok(idom)
}

/// The smallest semidominator on the way from `v` up to below `w`, with path compression.
#[inline]
fn eval(forest: &mut [Link], path: &mut Vec<u32>, mut v: u32, w: u32) -> u32 {
    while forest[v as usize].ancestor > w {
        path.push(v);
        v = forest[v as usize].ancestor;
    }
    let mut above = forest[v as usize];
    while let Some(u) = path.pop() {
        let link = &mut forest[u as usize];
        link.label = link.label.min(above.label);
        link.ancestor = above.ancestor;
        above = *link;
    }
    above.label
}

#[cfg(test)]
mod tests {
    use crate::analysis::test_heap::TestHeap;

    /// The example of the paper by Lengauer and Tarjan (1979), figure 1.
    #[test]
    fn paper() {
        let nodes = "A B C D E F G H I J K L".split(' ');
        let edges =
            "root A,root B,root C,A D,B A,B D,B E,C F,C G,D L,E H,F I,G I,G J,H E,H K,I K,J I,K I,K root,L H";
        let mut text: String = nodes.map(|node| format!("{node}: object {node} 1\n")).collect();
        for edge in edges.split(',') {
            text += &format!("{} property p\n", edge.replace(' ', " -> "));
        }
        let heap = TestHeap::new(&text);
        let found = |label: &str| heap.dominator(label);
        for node in "A B C D E H I K".split(' ') {
            assert_eq!(found(node), "root", "{node}");
        }
        assert_eq!(["F", "G", "J", "L"].map(found), ["C", "C", "G", "D"]);
        assert_eq!(heap.retained("C"), 4);
    }

    #[test]
    fn a_node_is_dominated_by_what_all_ways_to_it_pass() {
        let heap = TestHeap::new(
            "top: object Top 1
             left: object Left 2
             right: object Right 4
             bottom: object Bottom 8
             root -> top shortcut 1
             top -> left property l
             top -> right property r
             left -> bottom property b
             right -> bottom property b",
        );
        assert_eq!(heap.dominator("bottom"), "top");
        assert_eq!(["top", "left", "right", "bottom"].map(|label| heap.retained(label)), [15, 2, 4, 8]);
    }

    #[test]
    fn what_only_weak_edges_reach_hangs_from_the_root_with_all_below_it() {
        let heap = TestHeap::new(
            "weakly: object Weakly 1
             below: object Below 2
             root -> weakly weak w
             weakly -> below property b",
        );
        assert_eq!(["weakly", "below"].map(|label| heap.dominator(label)), ["root", "weakly"]);
        assert_eq!(heap.dominators().unreachable, 2);
    }

    #[test]
    fn every_node_on_a_cycle_that_nothing_reaches_hangs_from_the_root() {
        let heap = TestHeap::new(
            "a: object A 1
             b: object B 2
             below: object Below 4
             a -> b property p
             b -> a property p
             b -> below property p",
        );
        assert_eq!(["a", "b", "below"].map(|label| heap.dominator(label)), ["root", "root", "root"]);
        assert_eq!(heap.retained("b"), 2);
    }
}
