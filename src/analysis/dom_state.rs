//! Whether DOM nodes are attached to a document: what the file says of some of them, spread to the others.
//!
//! Only native nodes take part. *Attached* spreads first, from native to native over all edges but hidden
//! and weak ones, then *detached* likewise to natives still unknown. Files without the field say it in
//! the name ("Detached HTMLDivElement"), and nothing spreads.

use std::io;

use crate::base::{BitSet, Damaged, NodeIndex, StoreReader, StoreWriter, Stored};
use crate::graph::{Detachedness, EdgeKind, Graph, NodeKind};

/// What a detached native node's name begins with.
pub const DETACHED_PREFIX: &str = "Detached ";

/// Two bits per node.
pub struct DomStates {
    attached: BitSet,
    detached: BitSet,
    /// Whether names need [`DETACHED_PREFIX`] put before them.
    adds_prefix: bool,
}

impl DomStates {
    /// `O(nodes + edges of native nodes)`.
    pub fn find(graph: &Graph) -> Self {
        let mut attached = BitSet::new(graph.node_count());
        let mut detached = BitSet::new(graph.node_count());
        let adds_prefix = graph.nodes.has_detachedness;
        let is_native = |node: NodeIndex| graph.nodes.kind(node) == NodeKind::NATIVE;
        let mut natives = Vec::new();
        for (position, kind) in graph.nodes.kinds().enumerate() {
            let node = NodeIndex::at(position);
            match graph.nodes.file_detachedness(node) {
                Detachedness::Attached if adds_prefix => attached.insert(position),
                Detachedness::Detached if adds_prefix => detached.insert(position),
                _ => false,
            };
            if kind == NodeKind::NATIVE {
                natives.push(node);
            }
        }
        if !adds_prefix {
            for node in natives {
                if graph.raw_name(node).starts_with(DETACHED_PREFIX) {
                    detached.insert(node.position());
                }
            }
            return Self { attached, detached, adds_prefix };
        }
        spread(graph, &natives, is_native, &mut attached, &detached);
        spread(graph, &natives, is_native, &mut detached, &attached);
        Self { attached, detached, adds_prefix }
    }

    /// The state of `node`.
    pub fn get(&self, node: NodeIndex) -> Detachedness {
        if self.detached.contains(node.position()) {
            Detachedness::Detached
        } else if self.attached.contains(node.position()) {
            Detachedness::Attached
        } else {
            Detachedness::Unknown
        }
    }

    /// Whether Chrome prints "Detached " before the name of `node`.
    #[inline]
    pub fn has_prefix(&self, graph: &Graph, node: NodeIndex) -> bool {
        self.adds_prefix
            && self.detached.contains(node.position())
            && graph.nodes.kind(node) == NodeKind::NATIVE
    }
}

fn spread(
    graph: &Graph,
    natives: &[NodeIndex],
    is_native: impl Fn(NodeIndex) -> bool,
    set: &mut BitSet,
    other: &BitSet,
) {
    let mut work: Vec<NodeIndex> =
        natives.iter().copied().filter(|node| set.contains(node.position())).collect();
    while let Some(node) = work.pop() {
        for edge in graph.edges_of(node) {
            if !matches!(edge.kind, EdgeKind::Hidden | EdgeKind::Weak)
                && is_native(edge.target)
                && !other.contains(edge.target.position())
                && set.insert(edge.target.position())
            {
                work.push(edge.target);
            }
        }
    }
}

impl Stored for DomStates {
    fn store(&self, out: &mut StoreWriter<'_>) -> io::Result<()> {
        self.attached.store(out)?;
        self.detached.store(out)?;
        out.number(u64::from(self.adds_prefix));
        Ok(())
    }

    fn restore(input: &mut StoreReader<'_>) -> Result<Self, Damaged> {
        let (attached, detached) = (BitSet::restore(input)?, BitSet::restore(input)?);
        Ok(Self { attached, detached, adds_prefix: input.number()? != 0 })
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::test_heap::TestHeap;
    use crate::graph::{Detachedness, GraphBuilder};

    const NODES: &str = "attached: native Document 1
        detached: native Detached 1
        a: native A 1
        b: native B 1
        both: native Both 1
        object: object O 1
        behind: native Behind 1";

    fn states(edges: &str) -> String {
        let mark = |builder: &mut GraphBuilder| {
            builder.detachedness(1, 1).detachedness(2, 2);
        };
        let heap = TestHeap::changed(&format!("{NODES}\n{edges}"), mark);
        let dom = heap.dom();
        let shown = |label: &&str| dom.get(heap.node(label)) as u8;
        ["a", "b", "both", "object", "behind"].iter().map(shown).map(|state| state.to_string()).collect()
    }

    #[test]
    fn both_states_spread_and_attached_goes_first() {
        assert_eq!(
            states(
                "attached -> a property p\na -> both property p\ndetached -> b property p\nb -> both property p"
            ),
            "12100"
        );
    }

    #[test]
    fn neither_spreads_along_hidden_and_weak_edges() {
        assert_eq!(states("attached -> a hidden 1\ndetached -> b weak w"), "00000");
    }

    #[test]
    fn neither_spreads_through_objects() {
        assert_eq!(states("detached -> object property p\nobject -> behind property p"), "00000");
    }

    #[test]
    fn what_the_file_calls_detached_stays_so() {
        let mark = |builder: &mut GraphBuilder| {
            builder.detachedness(1, 1).detachedness(2, 2);
        };
        let heap = TestHeap::changed(&format!("{NODES}\nattached -> detached property p"), mark);
        assert_eq!(heap.dom().get(heap.node("detached")), Detachedness::Detached);
        assert!(heap.dom().has_prefix(&heap.graph, heap.node("detached")));
    }

    #[test]
    fn without_the_field_the_name_tells() {
        let heap = TestHeap::without_detachedness(
            "named: native Detached HTMLDivElement 1
             below: native Text 1
             named -> below property p",
        );
        let dom = heap.dom();
        assert_eq!(dom.get(heap.node("named")), Detachedness::Detached);
        assert_eq!(dom.get(heap.node("below")), Detachedness::Unknown);
        assert!(!dom.has_prefix(&heap.graph, heap.node("named")), "it is in the name already");
    }
}
