//! Distances from the roots: breadth first, first from all user roots, then from the root itself.
//!
//! The root stands [`SYSTEM`] away if there are user roots, so that what only the engine holds is told
//! apart. Weak edges are not followed, and neither are, in this order and only if the target has no
//! distance yet:
//! 1. `sloppy_function_map` out of a native context,
//! 2. elements of `(map descriptors)` from 2 on with index mod 3 = 1 (the others pass at once),
//! 3. of the two edges to the value of a WeakMap entry the one met first: a value is as far as the
//!    farther of key and table.

use std::io;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::names::leading_integer;
use crate::analysis::roots::user_roots;
use crate::analysis::weak_maps::WeakMapNames;
use crate::base::{
    BitSet, Cancelled, Damaged, NodeIndex, Progress, StoreReader, StoreWriter, Stored, StringIndex,
};
use crate::graph::{Edge, EdgeKind, EdgeName, Graph, NodeKind};

/// Distance of the root if there are user roots.
pub const SYSTEM: i32 = 100_000_000;
/// Distance of nodes that are not reached.
pub const NOT_REACHED: i32 = -5;

/// Chrome's raw number: -5 for never reached, 100,000,000 and more for what only system roots reach.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Distance(pub i32);

impl Distance {
    /// The distance as displayed; `None` for nodes that only the engine reaches, and for unreached nodes.
    pub fn shown(self) -> Option<u32> {
        (self.0 < SYSTEM).then(|| u32::try_from(self.0).ok()).flatten()
    }

    /// The raw number, if the node was reached.
    pub fn raw(self) -> Option<i32> {
        (self.0 >= 0).then_some(self.0)
    }
}

/// Everything the rules above need to know about a graph.
pub struct DistanceRules<'a> {
    graph: &'a Graph,
    weak_maps: &'a WeakMapNames,
    sloppy_function_map: Vec<StringIndex>,
    native_context: Vec<StringIndex>,
    map_descriptors: Vec<StringIndex>,
}

impl<'a> DistanceRules<'a> {
    /// Looks the names up: one pass over the strings.
    pub fn new(graph: &'a Graph, weak_maps: &'a WeakMapNames) -> Self {
        let [sloppy_function_map, native_context, map_descriptors] =
            graph.strings.named(["sloppy_function_map", "system / NativeContext", "(map descriptors)"]);
        Self { graph, weak_maps, sloppy_function_map, native_context, map_descriptors }
    }

    fn source_rule(&self, source: NodeIndex) -> SourceRule {
        let name = self.graph.nodes.name(source);
        match self.graph.nodes.kind(source) {
            NodeKind::HIDDEN if self.native_context.contains(&name) => SourceRule::NativeContext,
            NodeKind::ARRAY if self.map_descriptors.contains(&name) => SourceRule::MapDescriptors,
            _ => SourceRule::None,
        }
    }

    #[inline]
    fn follows(&self, rule: SourceRule, edge: &Edge, met: &mut FxHashSet<u32>) -> bool {
        match rule {
            SourceRule::NativeContext if matches!(edge.name, EdgeName::Text(name) if self.sloppy_function_map.contains(&name)) =>
            {
                return false;
            }
            SourceRule::MapDescriptors => {
                let index = match edge.name {
                    EdgeName::Number(number) => Some(i64::from(number)),
                    EdgeName::Text(text) => leading_integer(self.graph.text(text)),
                };
                return index.is_none_or(|index| index < 2 || index % 3 != 1);
            }
            _ => {}
        }
        match self.weak_maps.entry(edge) {
            None => true,
            Some(entry) if met.remove(&entry.pair) => true,
            Some(entry) => {
                met.insert(entry.pair);
                false
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum SourceRule {
    None,
    NativeContext,
    MapDescriptors,
}

/// The distance of every node, without entering `ignored` nodes (user roots count all the same).
pub fn distances(
    rules: &DistanceRules<'_>,
    ignored: &FxHashSet<NodeIndex>,
    progress: &Progress,
) -> Result<DistanceColumn, Cancelled> {
    let graph = rules.graph;
    let mut search = Search {
        rules,
        ignored,
        distances: DistanceColumn::unreached(graph.node_count()),
        reached: BitSet::new(graph.node_count()),
        met: FxHashSet::default(),
    };
    // A root that is listed twice is visited twice, as in Chrome: it matters to rule 3.
    let roots = user_roots(graph);
    let system = if roots.is_empty() { 0 } else { SYSTEM };
    search.run(roots, 1, progress)?;
    search.run(vec![graph.root], system, progress)?;
    Ok(search.distances)
}

struct Search<'a> {
    rules: &'a DistanceRules<'a>,
    ignored: &'a FxHashSet<NodeIndex>,
    distances: DistanceColumn,
    /// Whether a node has a distance: a bit is more likely to be cached than a number.
    reached: BitSet,
    /// Pairs of rule 3 of which one edge was met.
    met: FxHashSet<u32>,
}

impl Search<'_> {
    /// Searches from `ring`, whose nodes are all at `distance`, ring by ring.
    fn run(&mut self, mut ring: Vec<NodeIndex>, distance: i32, progress: &Progress) -> Result<(), Cancelled> {
        for &root in &ring {
            self.reached.insert(root.position());
            self.distances.set(root, Distance(distance));
        }
        let mut next_ring = Vec::new();
        let mut steps = 0;
        let graph = self.rules.graph;
        for next in distance + 1.. {
            for &node in &ring {
                steps += 1;
                progress.tick(steps)?;
                let rule = self.rules.source_rule(node);
                for index in graph.edge_indices_of(node) {
                    let target = graph.edges.target(index).position();
                    // Most edges lead to visited nodes, so that is checked first.
                    if self.reached.contains(target) {
                        continue;
                    }
                    let edge = graph.edges.get(index);
                    if edge.kind == EdgeKind::Weak
                        || (!self.ignored.is_empty() && self.ignored.contains(&edge.target))
                        || !self.rules.follows(rule, &edge, &mut self.met)
                    {
                        continue;
                    }
                    self.reached.insert(target);
                    self.distances.set(edge.target, Distance(next));
                    next_ring.push(edge.target);
                }
            }
            if next_ring.is_empty() {
                break;
            }
            ring.clear();
            std::mem::swap(&mut ring, &mut next_ring);
        }
        Ok(())
    }
}

/// A distance per node in two bytes: small ones, those of system roots, and a side table for the tail of a
/// list of thirty thousand and more.
pub struct DistanceColumn {
    low: Box<[u16]>,
    far: FxHashMap<NodeIndex, Distance>,
}

/// Set for distances from [`SYSTEM`] on.
const SYSTEM_BIT: u16 = 1 << 15;
const FAR: u16 = u16::MAX - 1;
const UNREACHED: u16 = u16::MAX;

impl DistanceColumn {
    fn unreached(count: usize) -> Self {
        Self { low: vec![UNREACHED; count].into_boxed_slice(), far: FxHashMap::default() }
    }

    fn set(&mut self, node: NodeIndex, distance: Distance) {
        let (bit, offset) =
            if distance.0 < SYSTEM { (0, distance.0) } else { (SYSTEM_BIT, distance.0 - SYSTEM) };
        self.low[node.position()] = match u16::try_from(offset) {
            Ok(offset) if offset < FAR & !SYSTEM_BIT => offset | bit,
            _ => {
                self.far.insert(node, distance);
                FAR
            }
        };
    }

    /// How far `node` is from the roots.
    #[inline]
    pub fn get(&self, node: NodeIndex) -> Distance {
        match self.low[node.position()] {
            UNREACHED => Distance(NOT_REACHED),
            FAR => self.far[&node],
            low if low & SYSTEM_BIT == 0 => Distance(i32::from(low)),
            low => Distance(SYSTEM + i32::from(low & !SYSTEM_BIT)),
        }
    }

    /// All distances in file order.
    pub fn iter(&self) -> impl Iterator<Item = (NodeIndex, Distance)> + '_ {
        (0..self.low.len()).map(NodeIndex::at).map(|node| (node, self.get(node)))
    }

    /// Bytes of the rows.
    pub fn bytes(&self) -> u64 {
        size_of_val(&*self.low) as u64 + 16 * self.far.len() as u64
    }
}

impl Stored for DistanceColumn {
    fn store(&self, out: &mut StoreWriter<'_>) -> io::Result<()> {
        out.values(&self.low)?;
        out.pairs(&self.far.iter().map(|(node, distance)| (node.0, distance.0)).collect::<Vec<_>>())
    }

    fn restore(input: &mut StoreReader<'_>) -> Result<Self, Damaged> {
        let low = input.values()?.into();
        let far = input.pairs()?.into_iter().map(|(node, distance)| (NodeIndex(node), Distance(distance)));
        Ok(Self { low, far: far.collect() })
    }
}

#[cfg(test)]
mod column_tests {
    use super::*;
    use crate::analysis::test_heap::TestHeap;

    #[test]
    fn every_distance_reads_back() {
        let far = [
            0,
            1,
            32_765,
            32_766,
            32_767,
            5_000_000,
            SYSTEM,
            SYSTEM + 32_765,
            SYSTEM + 32_766,
            SYSTEM + 40_000,
        ];
        let mut column = DistanceColumn::unreached(far.len() + 1);
        for (at, &distance) in far.iter().enumerate() {
            column.set(NodeIndex::at(at), Distance(distance));
        }
        let read: Vec<i32> = column.iter().map(|(_, distance)| distance.0).collect();
        assert_eq!(read[..far.len()], far);
        assert_eq!(read[far.len()], NOT_REACHED);
    }

    const WEAK_MAP: &str = "window: object Window 1
        table: array - 1
        middle: object Middle 1
        key: object Key 1
        value: object Value 1
        root -> window shortcut global
        window -> table property t
        window -> middle property m
        middle -> key property k";

    #[test]
    fn user_roots_stand_at_one_and_the_root_far_away() {
        let heap = TestHeap::new(
            "window: object Window 1
             below: object Below 1
             group: synthetic (GC roots) 0
             in-group: object Internal 1
             never: object Never 1
             root -> window shortcut global
             root -> group element 1
             window -> below property b
             group -> in-group element 1
             group -> below element 2
             below -> never weak w",
        );
        let found =
            ["root", "window", "below", "group", "in-group", "never"].map(|label| heap.distance(label));
        assert_eq!(found, [SYSTEM, 1, 2, SYSTEM + 1, SYSTEM + 2, NOT_REACHED]);
        assert_eq!([SYSTEM, 1, NOT_REACHED].map(|raw| Distance(raw).shown()), [None, Some(1), None]);
    }

    #[test]
    fn without_user_roots_the_root_stands_at_zero() {
        let heap = TestHeap::new(
            "group: synthetic (GC roots) 0
             object: object Foo 1
             root -> group element 1
             group -> object element 1",
        );
        assert_eq!(["root", "group", "object"].map(|label| heap.distance(label)), [0, 1, 2]);
    }

    #[test]
    fn a_value_in_a_weak_map_is_as_far_as_the_farther_of_key_and_table() {
        let entry = "/ part of key (Key @9) -> value (Value @11) pair in WeakMap (table @5)";
        let both = format!("{WEAK_MAP}\ntable -> value internal 1 {entry}\nkey -> value internal 2 {entry}");
        assert_eq!(TestHeap::new(&both).distance("value"), 4);
        let table_alone = format!("{WEAK_MAP}\ntable -> value internal 1 {entry}");
        assert_eq!(TestHeap::new(&table_alone).distance("value"), NOT_REACHED);
    }

    #[test]
    fn the_sloppy_function_map_of_a_native_context_is_passed_over() {
        let heap = |kind: &str| {
            TestHeap::new(&format!(
                "context: {kind} system / NativeContext 1
                 map: hidden system / Map 1
                 root -> context shortcut 1
                 context -> map internal sloppy_function_map"
            ))
        };
        assert_eq!(heap("hidden").distance("map"), NOT_REACHED);
        assert_eq!(heap("object").distance("map"), 2);
    }

    #[test]
    fn every_third_descriptor_is_passed_over_from_the_second_on() {
        let text: String =
            (0..8).map(|n| format!("d{n}: object D{n} 1\ndescriptors -> d{n} internal {n}\n")).collect();
        let heap = TestHeap::new(&format!(
            "descriptors: array (map descriptors) 1
             root -> descriptors shortcut 1
             named: object Named 1
             descriptors -> named internal 4th
             other: object Other 1
             descriptors -> other internal other
             {text}"
        ));
        let reached = |label: &str| heap.distance(label) == 2;
        let found = ["d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "named", "other"].map(reached);
        assert_eq!(found, [true, true, true, true, false, true, true, false, false, true]);
    }

    #[test]
    fn an_ignored_node_is_not_entered() {
        let heap = TestHeap::new(
            "window: object Window 1
             short: object Short 1
             a: object A 1
             b: object B 1
             held: object Held 1
             root -> window shortcut global
             window -> short property s
             short -> held property h
             window -> a property a
             a -> b property b
             b -> held property h",
        );
        assert_eq!(heap.distance("held"), 3);
        let ignored = [heap.node("short"), heap.node("window")].into_iter().collect();
        let distances = heap.distances_ignoring(&ignored);
        assert_eq!(distances.get(heap.node("held")).0, 4);
        assert_eq!(distances.get(heap.node("window")).0, 1, "a user root counts all the same");
    }
}
