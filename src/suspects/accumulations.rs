//! Who holds a large part of the heap: single objects, and classes whose objects do so together.
//!
//! An object is one if it retains so large a part and nothing below it does, or if it is a collection of which
//! no entry has half: there the large size breaks into many small ones. A class is one if its objects, apart
//! from those that such an object retains, hold as much together. Code, the text of scripts and licences,
//! and the browser's own objects are none.

use std::cmp::Reverse;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::regions::DominatorRegions;
use crate::base::{BitSet, Cancelled, ClassIndex, NodeIndex, Progress};
use crate::graph::NodeKind;
use crate::graph::engine_objects::{can_be_suspect, is_counted, is_storage};
use crate::growth::ClassEntries;
use crate::snapshot::{ContainerKind, Containers, SizeMode, Snapshot};
use crate::suspects::page::is_browsers_own;

/// Characters in which a licence says that it is one.
const LICENCE_START: usize = 1_000;
/// Fewer objects are not accused as a class.
const FEW: u64 = 5;

/// Something that holds a large part of the heap.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Accumulation {
    /// One object.
    Object(AccumulationPoint),
    /// The objects of a class together.
    Class(ClassAccumulation),
}

/// The objects of a class that hold a large part of the heap together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClassAccumulation {
    /// The class, and what they hold.
    pub entries: ClassEntries,
    /// The objects, in file order.
    pub objects: Vec<NodeIndex>,
}

/// One object that holds a large part of the heap.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccumulationPoint {
    /// The object: the accumulation point.
    pub node: NodeIndex,
    /// What it is.
    pub kind: ContainerKind,
    /// How many entries it has, where that can be told.
    pub entries: Option<u64>,
    /// What it retains.
    pub bytes: u64,
    /// What it dominates immediately, by class, the most bytes first.
    pub holds: Vec<ClassEntries>,
}

impl Accumulation {
    /// Bytes held.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Object(object) => object.bytes,
            Self::Class(class) => class.entries.bytes,
        }
    }
}

impl Snapshot {
    /// What holds more than the `part`th part of the heap, the most first. `O(nodes)`; the snapshot must be
    /// complete.
    pub fn suspects(
        &self,
        mode: SizeMode,
        part: u64,
        progress: &Progress,
    ) -> Result<Vec<Accumulation>, Cancelled> {
        let graph = self.graph();
        let retained = |node: NodeIndex| self.retained(mode, node).unwrap_or(0);
        let least = (retained(graph.root) / part).max(1);
        let idom = self.dominators();
        let mut large: Vec<NodeIndex> = Vec::new();
        for node in graph.node_indices() {
            progress.tick(node.position())?;
            if retained(node) >= least && self.can_be_suspect(node) {
                large.push(node);
            }
        }
        let containers = self.containers();
        let large = self.accumulation_points(&large, containers, retained);
        let mut anchors = BitSet::new(graph.node_count());
        anchors.insert(graph.root.position());
        for node in &large {
            anchors.insert(node.position());
        }
        let at_large = DominatorRegions::cut(idom, &anchors, progress)?;
        let mut below: FxHashMap<(NodeIndex, ClassIndex), Vec<NodeIndex>> = FxHashMap::default();
        for node in graph.node_indices() {
            progress.tick(node.position())?;
            let above = NodeIndex(idom[node]);
            let holder = if self.is_storage(above) { NodeIndex(idom[above]) } else { above };
            let is_held =
                anchors.contains(holder.position()) && holder != graph.root && !self.is_storage(node);
            let class = self.class_of(node);
            if is_held && holder != node {
                below.entry((holder, class)).or_default().push(node);
            } else if at_large.anchor(node) == graph.root
                && self.class_of(above) != class
                && self.is_counted(node)
            {
                below.entry((graph.root, class)).or_default().push(node);
            }
        }
        let entries = |class, nodes: &[NodeIndex]| {
            let bytes = nodes.iter().map(|&node| retained(node)).sum();
            let example = nodes.iter().copied().max_by_key(|&node| (retained(node), Reverse(node)));
            ClassEntries { class, count: nodes.len() as u64, bytes, example: example.unwrap_or_default() }
        };
        let mut by_holder: FxHashMap<NodeIndex, Vec<ClassEntries>> = FxHashMap::default();
        let mut candidates: Vec<Vec<NodeIndex>> = Vec::new();
        for ((holder, class), nodes) in below {
            let entries = entries(class, &nodes);
            if holder != graph.root {
                by_holder.entry(holder).or_default().push(entries);
            } else if entries.bytes >= least {
                candidates.push(nodes);
            }
        }
        // What a class holds counts for the outermost of the classes that hold much.
        for &node in candidates.iter().flatten() {
            anchors.insert(node.position());
        }
        let regions = DominatorRegions::cut(idom, &anchors, progress)?;
        let mut found: Vec<Accumulation> = Vec::new();
        for mut nodes in candidates {
            nodes.retain(|&node| regions.above(node) == graph.root);
            let Some(&first) = nodes.first() else { continue };
            let class = entries(self.class_of(first), &nodes);
            if class.bytes >= least && class.count >= FEW {
                found.push(Accumulation::Class(ClassAccumulation { entries: class, objects: nodes }));
            }
        }
        found.extend(large.into_iter().map(|node| {
            let kind = containers.kind(node);
            let mut holds = by_holder.remove(&node).unwrap_or_default();
            holds.sort_by_key(|class| (Reverse(class.bytes), class.class));
            let entries = containers.entries(node, kind);
            Accumulation::Object(AccumulationPoint { node, kind, entries, bytes: retained(node), holds })
        }));
        found.sort_by_key(|holding| Reverse(holding.bytes()));
        Ok(found)
    }

    /// Of the `large` objects those at which the size breaks up: nothing large hangs below, or it is a
    /// collection and no entry has more than half of it.
    fn accumulation_points(
        &self,
        large: &[NodeIndex],
        containers: Containers,
        retained: impl Fn(NodeIndex) -> u64,
    ) -> Vec<NodeIndex> {
        let idom = self.dominators();
        let root = self.graph().root;
        let is_large: FxHashSet<NodeIndex> = large.iter().copied().collect();
        let mut below: FxHashMap<NodeIndex, Vec<NodeIndex>> = FxHashMap::default();
        for &node in large {
            let mut above = NodeIndex(idom[node]);
            while above != root && !is_large.contains(&above) {
                above = NodeIndex(idom[above]);
            }
            below.entry(above).or_default().push(node);
        }
        let mut found = Vec::new();
        let mut work = below.remove(&root).unwrap_or_default();
        while let Some(node) = work.pop() {
            let Some(parts) = below.remove(&node) else {
                found.push(node);
                continue;
            };
            let kind = containers.kind(node);
            let largest = parts.iter().map(|&part| retained(part)).max().unwrap_or(0);
            let breaks_up = kind == ContainerKind::List || largest < retained(node) / 2;
            if kind.is_collection() && breaks_up {
                found.push(node);
            } else {
                work.extend(parts);
            }
        }
        found
    }

    /// Whether a person can name it, and do something about it: not the global object, not V8's records.
    fn can_be_suspect(&self, node: NodeIndex) -> bool {
        let graph = self.graph();
        let is_source_text = graph.nodes.kind(node).is_string() && self.is_source_text(node);
        let is_global = graph.raw_name(node).starts_with("GlobalObject");
        can_be_suspect(graph, node) && !is_source_text && !is_global && !is_browsers_own(graph, node)
    }

    /// Whether a text is that of a script, which V8 refers to from code, or a licence.
    fn is_source_text(&self, node: NodeIndex) -> bool {
        let graph = self.graph();
        let is_of_code = |source: NodeIndex| {
            graph.nodes.kind(source) == NodeKind::CODE
                || graph.raw_name(source).starts_with("system / Script")
        };
        let start: String = graph.raw_name(node).chars().take(LICENCE_START).collect();
        self.strong_holders(node).any(is_of_code)
            || ["Copyright", "copyright", "LICENSE", "License", "@license"]
                .iter()
                .any(|word| start.contains(word))
    }

    /// Tables and elements stand for the object that has them.
    fn is_storage(&self, node: NodeIndex) -> bool {
        is_storage(self.graph(), node)
    }

    /// Objects that a class may be accused of: those JavaScript makes.
    fn is_counted(&self, node: NodeIndex) -> bool {
        is_counted(self.graph(), node) && !is_browsers_own(self.graph(), node)
    }
}
