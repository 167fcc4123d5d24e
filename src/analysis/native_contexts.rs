//! Native contexts: which page, frame or realm an object belongs to.
//!
//! A native context belongs to itself, and an object whose map's map names one belongs to that. From these it
//! spreads along all edges but shortcuts and weak ones to undecided nodes, until two different contexts meet:
//! then the node is shared.

use crate::analysis::dom_state::{DETACHED_PREFIX, DomStates};
use crate::analysis::names::raw_name;
use crate::base::{BitSet, Cancelled, Column, NodeIndex, Progress, SizeColumn, StringIndex};
use crate::graph::{EdgeKind, EdgeName, Graph};

/// The owner of a node.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Attribution {
    /// No context.
    None,
    /// Several contexts.
    Shared,
    /// This context only.
    Context(NodeIndex),
}

const NONE: u32 = u32::MAX;
const SHARED: u32 = u32::MAX - 1;

/// The native contexts, and what belongs to each.
pub struct NativeContexts {
    of_node: Column<NodeIndex, u32>,
    /// Each context with the bytes that only it owns, largest first.
    pub contexts: Vec<(NodeIndex, u64)>,
    /// Bytes that several contexts share.
    pub shared_size: u64,
    /// Bytes that belong to no context.
    pub unattributed_size: u64,
}

impl NativeContexts {
    /// A fixed point over none < one context < shared; `O(nodes + edges)`.
    pub fn find(
        graph: &Graph,
        dom: &DomStates,
        shallow: &SizeColumn<NodeIndex>,
        progress: &Progress,
    ) -> Result<Self, Cancelled> {
        let contexts = context_nodes(graph, dom);
        let links = Links::find(graph);
        let mut owners = vec![NONE; graph.node_count()];
        let mut work = Vec::new();
        for node in graph.node_indices() {
            progress.tick(node.position())?;
            let fixed = if contexts.contains(node.position()) {
                Some(node)
            } else {
                links.context_of(graph, node, &contexts)
            };
            if let Some(context) = fixed {
                owners[node.position()] = context.0;
                work.push(node);
            }
        }
        let mut fixed = BitSet::new(graph.node_count());
        work.iter().for_each(|node| {
            fixed.insert(node.position());
        });
        let mut steps = 0;
        while let Some(node) = work.pop() {
            steps += 1;
            progress.tick(steps)?;
            let owner = owners[node.position()];
            for edge in graph.edges_of(node) {
                let target = edge.target.position();
                if matches!(edge.kind, EdgeKind::Shortcut | EdgeKind::Weak) || fixed.contains(target) {
                    continue;
                }
                let before = owners[target];
                let after = if before == NONE || before == owner { owner } else { SHARED };
                if after != before {
                    owners[target] = after;
                    work.push(edge.target);
                }
            }
        }
        Ok(Self::add_up(owners.into(), &contexts, shallow))
    }

    fn add_up(of_node: Column<NodeIndex, u32>, contexts: &BitSet, shallow: &SizeColumn<NodeIndex>) -> Self {
        let mut size_of = rustc_hash::FxHashMap::default();
        for (&owner, size) in of_node.as_slice().iter().zip(shallow.iter()) {
            *size_of.entry(owner).or_insert(0) += size;
        }
        let size = |owner: u32| size_of.get(&owner).copied().unwrap_or(0);
        let mut contexts: Vec<_> =
            contexts.iter().map(NodeIndex::at).map(|context| (context, size(context.0))).collect();
        contexts.sort_by_key(|&(_, size)| std::cmp::Reverse(size));
        Self { contexts, shared_size: size(SHARED), unattributed_size: size(NONE), of_node }
    }

    /// The owner of `node`.
    pub fn of(&self, node: NodeIndex) -> Attribution {
        match self.of_node[node] {
            NONE => Attribution::None,
            SHARED => Attribution::Shared,
            context => Attribution::Context(NodeIndex(context)),
        }
    }

    /// The nodes of one owner.
    pub fn nodes_of(&self, attribution: Attribution) -> BitSet {
        let mut nodes = BitSet::new(self.of_node.len());
        for (node, _) in self.of_node.iter().filter(|(node, _)| self.of(*node) == attribution) {
            nodes.insert(node.position());
        }
        nodes
    }
}

/// `system / NativeContext` and `system / NativeContext / …`, detached or not.
fn context_nodes(graph: &Graph, dom: &DomStates) -> BitSet {
    let mut nodes = BitSet::new(graph.node_count());
    let mut candidates = BitSet::new(graph.strings.len());
    for (index, text) in graph.strings.iter() {
        if text.contains("system / NativeContext") {
            candidates.insert(index.position());
        }
    }
    for node in graph.node_indices().filter(|&node| candidates.contains(graph.nodes.name(node).position())) {
        let name = raw_name(graph, dom, node);
        let name = name.strip_prefix(DETACHED_PREFIX).unwrap_or(&name);
        let rest = name.strip_prefix("system / NativeContext");
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" / ")) {
            nodes.insert(node.position());
        }
    }
    nodes
}

/// The names of the links from an object to its context.
struct Links {
    map: Vec<StringIndex>,
    native_context: Vec<StringIndex>,
}

impl Links {
    fn find(graph: &Graph) -> Self {
        let [map, native_context] = graph.strings.named(["map", "native_context"]);
        Self { map, native_context }
    }

    /// The context that the map of the node's map names.
    fn context_of(&self, graph: &Graph, node: NodeIndex, contexts: &BitSet) -> Option<NodeIndex> {
        let follow = |node: NodeIndex, names: &[StringIndex], accepts: &dyn Fn(NodeIndex) -> bool| {
            graph
                .edges_of(node)
                .find(|edge| {
                    edge.kind == EdgeKind::Internal
                        && matches!(edge.name, EdgeName::Text(name) if names.contains(&name))
                        && accepts(edge.target)
                })
                .map(|edge| edge.target)
        };
        let map = follow(node, &self.map, &|_| true)?;
        let meta_map = follow(map, &self.map, &|_| true)?;
        follow(meta_map, &self.native_context, &|target| contexts.contains(target.position()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::test_heap::TestHeap;

    #[test]
    fn what_two_contexts_reach_is_shared_and_what_none_reaches_is_nobodys() {
        let heap = TestHeap::new(
            "one: object system / NativeContext 1
             two: object system / NativeContext / http://x 2
             own: object Own 4
             shared: object Shared 8
             nobodys: object Nobodys 16
             map: hidden system / Map 0
             meta: hidden system / Map 0
             tied: object Tied 32
             one -> own property p
             one -> shared property p
             two -> shared property p
             own -> nobodys weak w
             own -> nobodys shortcut 1
             tied -> map internal map
             map -> meta internal map
             meta -> two internal native_context
             one -> tied property p",
        );
        let contexts =
            NativeContexts::find(&heap.graph, &heap.dom(), &heap.shallow_sizes(), &Progress::new()).unwrap();
        let of = |label: &str| match contexts.of(heap.node(label)) {
            Attribution::None => "nobody",
            Attribution::Shared => "shared",
            Attribution::Context(node) => heap.label(node),
        };
        let found = ["one", "two", "own", "shared", "nobodys", "tied"].map(of);
        assert_eq!(found, ["one", "two", "one", "shared", "nobody", "two"]);
        assert_eq!(contexts.contexts, [(heap.node("two"), 34), (heap.node("one"), 5)]);
        assert_eq!((contexts.shared_size, contexts.unattributed_size), (8, 16));
    }
}
