//! Distances from the roots: breadth first, first from all user roots, then from the root itself.
//!
//! The root stands [`SYSTEM`] away if there are user roots, so that what only the engine holds is told
//! apart. Weak edges are not followed, and neither are, in this order and only if the target has no
//! distance yet:
//! 1. `sloppy_function_map` out of a native context,
//! 2. elements of `(map descriptors)` from 2 on with index mod 3 = 1 (the others pass at once),
//! 3. of the two edges to the value of a WeakMap entry the one met first: a value is as far as the
//!    farther of key and table.

use rustc_hash::FxHashSet;

use super::names::leading_integer;
use super::roots::user_roots;
use super::weak_maps::WeakMapNames;
use crate::base::{BitSet, Cancelled, Column, NodeIndex, Progress, StringIndex};
use crate::graph::{Edge, EdgeKind, EdgeName, Graph, NodeKind};

/// Where the root stands if there are user roots.
pub const SYSTEM: i32 = 100_000_000;
/// What was never reached.
pub const NOT_REACHED: i32 = -5;

/// Chrome's raw number: -5 for never reached, 100,000,000 and more for what only system roots reach.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Distance(pub i32);

impl Distance {
    /// The number a person sees; nothing for what only the engine reaches, or nobody.
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
        let mut rules = Self {
            graph,
            weak_maps,
            sloppy_function_map: Vec::new(),
            native_context: Vec::new(),
            map_descriptors: Vec::new(),
        };
        for (index, text) in graph.strings.iter() {
            match text {
                "sloppy_function_map" => rules.sloppy_function_map.push(index),
                "system / NativeContext" => rules.native_context.push(index),
                "(map descriptors)" => rules.map_descriptors.push(index),
                _ => {}
            }
        }
        rules
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

/// The distance of every node; `ignored` ones are not entered (user roots count all the same).
pub fn distances(
    rules: &DistanceRules<'_>,
    ignored: &FxHashSet<NodeIndex>,
    progress: &Progress,
) -> Result<Column<NodeIndex, Distance>, Cancelled> {
    let graph = rules.graph;
    let mut search = Search {
        rules,
        ignored,
        distances: vec![Distance(NOT_REACHED); graph.node_count()],
        reached: BitSet::new(graph.node_count()),
        met: FxHashSet::default(),
    };
    // A root that is listed twice is visited twice, as in Chrome: it matters to rule 3.
    let roots = user_roots(graph);
    for &root in &roots {
        search.start_at(root, Distance(1));
    }
    let system = Distance(if roots.is_empty() { 0 } else { SYSTEM });
    search.run(roots, progress)?;
    search.start_at(graph.root, system);
    search.run(vec![graph.root], progress)?;
    Ok(search.distances.into())
}

struct Search<'a> {
    rules: &'a DistanceRules<'a>,
    ignored: &'a FxHashSet<NodeIndex>,
    distances: Vec<Distance>,
    /// Whether a node has a distance: a bit is nearer than a number.
    reached: BitSet,
    /// Pairs of rule 3 of which one edge was met.
    met: FxHashSet<u32>,
}

impl Search<'_> {
    fn start_at(&mut self, root: NodeIndex, distance: Distance) {
        self.distances[root.position()] = distance;
        self.reached.insert(root.position());
    }

    fn run(&mut self, mut queue: Vec<NodeIndex>, progress: &Progress) -> Result<(), Cancelled> {
        let mut at = 0;
        while let Some(&node) = queue.get(at) {
            progress.tick(at)?;
            at += 1;
            let next = Distance(self.distances[node.position()].0.saturating_add(1));
            let rule = self.rules.source_rule(node);
            for edge in self.rules.graph.edges_of(node) {
                let target = edge.target.position();
                if self.reached.contains(target)
                    || edge.kind == EdgeKind::Weak
                    || (!self.ignored.is_empty() && self.ignored.contains(&edge.target))
                    || !self.rules.follows(rule, &edge, &mut self.met)
                {
                    continue;
                }
                self.reached.insert(target);
                self.distances[target] = next;
                queue.push(edge.target);
            }
        }
        Ok(())
    }
}
