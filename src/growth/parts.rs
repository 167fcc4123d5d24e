//! Splits an anchor's growth by what holds it.

use std::cmp::Reverse;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::regions::DominatorRegions;
use crate::base::{BitSet, Cancelled, ClassIndex, EdgeIndex, NodeIndex, Progress};
use crate::compare::object_matching::ObjectMatching;
use crate::graph::engine_objects::is_nameable_kind;
use crate::graph::{EdgeKind, EdgeName, NodeKind};
use crate::growth::tree::AnchorLine;
use crate::growth::{Branch, ClassEntries, GrowthRow, Part, signed};
use crate::snapshot::{ContainerKind, Containers, SizeMode, Snapshot};

/// Minimum part of its anchor's growth for a slot or class to have its own row.
const SHARE: u64 = 10;
/// Number of objects held together whose holders are looked up.
const SAMPLES: usize = 16;
/// Number of holders that are named.
const HOLDERS: usize = 3;

/// One snapshot, divided into regions.
pub struct SnapshotSide<'a> {
    /// The snapshot.
    pub snapshot: &'a Snapshot,
    mode: SizeMode,
    regions: DominatorRegions<'a>,
    /// Bytes of the subtree of each region root within its region.
    bytes: Vec<u64>,
    containers: Containers<'a>,
}

/// Objects of one class that an anchor dominates without referring to them.
#[derive(Default)]
struct Group {
    bytes: u64,
    nodes: Vec<NodeIndex>,
}

type GroupsOfOwners = FxHashMap<(NodeIndex, ClassIndex), Group>;

impl<'a> SnapshotSide<'a> {
    /// Adds up the regions. `O(nodes)`.
    pub fn new(snapshot: &'a Snapshot, mode: SizeMode, regions: DominatorRegions<'a>) -> Self {
        let bytes = regions.bytes_by_top(snapshot.shallow_sizes(mode));
        Self { snapshot, mode, regions, bytes, containers: snapshot.containers() }
    }

    /// The owner of the growth at a region root: its anchor. Code belongs to the root: it appears when a
    /// function first runs.
    fn owner_of(&self, top: NodeIndex, anchor: NodeIndex) -> NodeIndex {
        let graph = self.snapshot.graph();
        if graph.nodes.kind(top) == NodeKind::CODE { graph.root } else { anchor }
    }

    /// The region roots that are not anchors, each with the owner of its growth.
    fn region_roots(&self) -> impl Iterator<Item = (NodeIndex, NodeIndex)> + '_ {
        self.regions.region_roots().map(|(top, anchor)| (top, self.owner_of(top, anchor)))
    }

    fn is_top_of(&self, node: NodeIndex, anchor: NodeIndex) -> bool {
        !self.regions.is_anchor(node)
            && self.regions.top(node) == node
            && self.owner_of(node, self.regions.anchor(node)) == anchor
    }

    fn retained(&self, node: NodeIndex) -> u64 {
        self.snapshot.retained(self.mode, node).unwrap_or(0)
    }

    fn slot_named(&self, owner: NodeIndex, kind: EdgeKind, name: &str) -> Option<NodeIndex> {
        let graph = self.snapshot.graph();
        let is_it = |&(edge_kind, edge_name): &(EdgeKind, EdgeName)| {
            edge_kind == kind && matches!(edge_name, EdgeName::Text(text) if graph.text(text) == name)
        };
        graph.edges_of(owner).find(|edge| is_it(&(edge.kind, edge.name))).map(|edge| edge.target)
    }

    /// The objects that `owners` dominate without referring to them, by class.
    fn groups(&self, owners: &[NodeIndex], progress: &Progress) -> Result<GroupsOfOwners, Cancelled> {
        let graph = self.snapshot.graph();
        let mut is_owner = BitSet::new(graph.node_count());
        let mut is_linked = BitSet::new(graph.node_count());
        for &owner in owners {
            is_owner.insert(owner.position());
            for edge in graph.edges_of(owner).filter(|edge| self.is_top_of(edge.target, owner)) {
                is_linked.insert(edge.target.position());
            }
        }
        let mut groups = GroupsOfOwners::default();
        for (step, (top, anchor)) in self.region_roots().enumerate() {
            progress.tick(step)?;
            if is_owner.contains(anchor.position()) && !is_linked.contains(top.position()) {
                let group = groups.entry((anchor, self.snapshot.class_of(top))).or_default();
                group.bytes += self.bytes[top.position()];
                group.nodes.push(top);
            }
        }
        Ok(groups)
    }
}

/// Both snapshots.
pub struct Sides<'a> {
    /// The baseline.
    pub old: SnapshotSide<'a>,
    /// The current snapshot.
    pub new: SnapshotSide<'a>,
    /// The objects in both.
    pub survivors: &'a ObjectMatching,
}

impl<'a> Sides<'a> {
    /// How the current snapshot is divided.
    pub fn regions(&self) -> &DominatorRegions<'a> {
        &self.new.regions
    }

    /// The growth of each anchor's region, by the anchor's position in the current snapshot.
    pub fn growth_by_anchor(&self, anchors: &BitSet) -> Vec<i64> {
        let mut growth = vec![0; self.new.bytes.len()];
        for position in anchors.iter() {
            let before = self.survivors.before(NodeIndex::at(position));
            let old = before.map_or(0, |before| self.old.bytes[before.position()]);
            growth[position] = signed(self.new.bytes[position]) - signed(old);
        }
        for (top, anchor) in self.new.region_roots() {
            growth[anchor.position()] += signed(self.new.bytes[top.position()]);
        }
        for (top, anchor) in self.old.region_roots() {
            if let Some(now) = self.survivors.after(anchor) {
                growth[now.position()] -= signed(self.old.bytes[top.position()]);
            }
        }
        growth
    }

    /// The position of `node` in the baseline; the root for a new one.
    pub fn before(&self, node: NodeIndex) -> NodeIndex {
        self.survivors.before(node).unwrap_or(self.old.snapshot.graph().root)
    }

    /// The rows of all shown anchors, and the anchors as branches from the root.
    pub fn rows(
        &self,
        shown: &[AnchorLine],
        threshold: u64,
        progress: &Progress,
    ) -> Result<(Vec<GrowthRow>, Vec<Branch>), Cancelled> {
        let owners: Vec<NodeIndex> = shown.iter().map(|shown| shown.anchor).collect();
        let old_owners: Vec<NodeIndex> = owners.iter().map(|&owner| self.before(owner)).collect();
        let new_groups = self.new.groups(&owners, progress)?;
        let mut old_groups: FxHashMap<(NodeIndex, &str), u64> = FxHashMap::default();
        for ((owner, class), group) in self.old.groups(&old_owners, progress)? {
            let name = self.old.snapshot.classes().name(class);
            *old_groups.entry((owner, name)).or_default() += group.bytes;
        }
        let mut groups_of: FxHashMap<NodeIndex, Vec<(ClassIndex, Group)>> = FxHashMap::default();
        for ((owner, class), group) in new_groups {
            groups_of.entry(owner).or_default().push((class, group));
        }
        let mut rows = Vec::new();
        let mut branches = Vec::new();
        // The root is last.
        let mut work = vec![(shown.len() - 1, 0)];
        while let Some((at, depth)) = work.pop() {
            progress.check()?;
            let branch = &shown[at];
            let mut groups = groups_of.remove(&branch.anchor).unwrap_or_default();
            groups.sort_unstable_by_key(|(class, group)| (Reverse(group.bytes), *class));
            let below: u64 = branch.below.iter().map(|&at| self.new.retained(shown[at].anchor)).sum();
            let first = rows.len();
            self.split(branch, below, groups, &old_groups, threshold, &mut rows);
            branches.push(Branch {
                anchor: branch.anchor,
                depth,
                total: branch.total,
                own: branch.own,
                rows: (first..rows.len()).collect(),
            });
            work.extend(branch.below.iter().rev().map(|&at| (at, depth + 1)));
        }
        Ok((rows, branches))
    }

    /// The rows of one anchor; they add up to its own growth.
    fn split(
        &self,
        branch: &AnchorLine,
        mut below: u64,
        groups: Vec<(ClassIndex, Group)>,
        old_groups: &FxHashMap<(NodeIndex, &str), u64>,
        threshold: u64,
        rows: &mut Vec<GrowthRow>,
    ) {
        let owner = branch.anchor;
        let owner_before = self.before(owner);
        let least = signed(threshold.max(branch.own.unsigned_abs() / SHARE));
        let mut rest = branch.own;
        for (edge, growth) in self.slots(owner, owner_before) {
            if growth >= least {
                let row = self.slot_row(owner, owner_before, edge, growth);
                below += row.bytes_after;
                rest -= growth;
                rows.push(row);
            }
        }
        let mut left = Vec::new();
        for (class, group) in groups {
            let name = self.new.snapshot.classes().name(class);
            let before = old_groups.get(&(owner_before, name)).copied().unwrap_or(0);
            let growth = signed(group.bytes) - signed(before);
            let is_nameable = group.nodes.first().is_some_and(|&node| self.is_nameable(node));
            if growth >= least && is_nameable {
                below += group.bytes;
                rest -= growth;
                rows.push(self.shared_row(owner, owner_before, class, &group, before));
            } else {
                left.push((class, group));
            }
        }
        rows.push(self.whole_row(owner, owner_before, rest, below, left, threshold));
    }

    fn is_nameable(&self, node: NodeIndex) -> bool {
        is_nameable_kind(self.new.snapshot.graph().nodes.kind(node))
    }

    /// Properties and variables of an anchor that lead into its region, each with its growth.
    fn slots(&self, owner: NodeIndex, owner_before: NodeIndex) -> Vec<(EdgeIndex, i64)> {
        let (old, new) = (self.old.snapshot.graph(), self.new.snapshot.graph());
        // A list is one: its first link leads to the others.
        if self.new.containers.kind(owner) == ContainerKind::List {
            return Vec::new();
        }
        let is_slot = |kind| matches!(kind, EdgeKind::Property | EdgeKind::Context);
        let mut before: FxHashMap<&str, u64> = FxHashMap::default();
        for edge in old.edges_of(owner_before).filter(|edge| is_slot(edge.kind)) {
            if let EdgeName::Text(name) = edge.name
                && self.old.is_top_of(edge.target, owner_before)
            {
                *before.entry(old.text(name)).or_default() += self.old.bytes[edge.target.position()];
            }
        }
        let mut seen = FxHashSet::default();
        let mut slots = Vec::new();
        for edge in new.edges_of(owner).filter(|edge| is_slot(edge.kind)) {
            if let EdgeName::Text(name) = edge.name
                && self.new.is_top_of(edge.target, owner)
                && seen.insert(edge.target)
            {
                let was = before.remove(new.text(name)).unwrap_or(0);
                slots.push((edge.index, signed(self.new.bytes[edge.target.position()]) - signed(was)));
            }
        }
        slots.sort_by_key(|&(edge, growth)| (Reverse(growth), edge));
        slots
    }

    fn slot_row(&self, owner: NodeIndex, owner_before: NodeIndex, edge: EdgeIndex, growth: i64) -> GrowthRow {
        let graph = self.new.snapshot.graph();
        let container = graph.edges.target(edge);
        let name = match graph.edges.name(edge) {
            EdgeName::Text(name) => graph.text(name),
            EdgeName::Number(_) => "",
        };
        let container_before = self.old.slot_named(owner_before, graph.edges.kind(edge), name);
        let is_event = self.holder_of_events(owner).is_some();
        let kind = if is_event { ContainerKind::Listeners } else { self.new.containers.kind(container) };
        let bytes_after = self.new.retained(container);
        let old_kind = |node| self.old.snapshot.graph().nodes.kind(node);
        let listening = |kind: ContainerKind| if is_event { ContainerKind::Array } else { kind };
        GrowthRow {
            part: Part::Slot(edge),
            container,
            container_before,
            kind,
            entries_before: match container_before {
                // A single listener is not in a list.
                Some(node) if is_event && old_kind(node) == NodeKind::CLOSURE => Some(1),
                Some(node) => self.old.containers.entries(node, self.old.containers.kind(node)),
                None => Some(0),
            },
            entries_after: self.new.containers.entries(container, listening(kind)),
            new_entries: self.new_entries(container, listening(kind)),
            ..self.row(owner, owner_before, growth, bytes_after)
        }
    }

    fn shared_row(
        &self,
        owner: NodeIndex,
        owner_before: NodeIndex,
        class: ClassIndex,
        group: &Group,
        before: u64,
    ) -> GrowthRow {
        let growth = signed(group.bytes) - signed(before);
        let objects = self.new_ones(&group.nodes);
        let entries = self.entries_of(class, if objects.is_empty() { &group.nodes } else { &objects });
        GrowthRow {
            part: Part::Shared(class),
            container: entries.example,
            container_before: None,
            kind: ContainerKind::Class,
            entries_after: Some(entries.count),
            holders: self.holders(owner, &group.nodes),
            new_entries: vec![entries],
            objects,
            ..self.row(owner, owner_before, growth, group.bytes)
        }
    }

    fn whole_row(
        &self,
        owner: NodeIndex,
        owner_before: NodeIndex,
        growth: i64,
        below: u64,
        left: Vec<(ClassIndex, Group)>,
        threshold: u64,
    ) -> GrowthRow {
        let events_of = self.holder_of_events(owner);
        let kind = match events_of {
            Some(_) => ContainerKind::Listeners,
            None => self.new.containers.kind(owner),
        };
        let row = self.row(owner, owner_before, growth, self.new.retained(owner).saturating_sub(below));
        if growth.unsigned_abs() < threshold {
            return GrowthRow { kind, ..row };
        }
        let emitter = events_of.unwrap_or(owner);
        let mut new_entries = self.new_entries(emitter, kind);
        for (class, group) in left {
            let nodes = self.new_ones(&group.nodes);
            if nodes.first().is_some_and(|&node| self.is_nameable(node)) {
                new_entries.push(self.entries_of(class, &nodes));
            }
        }
        new_entries.sort_by_key(|entries| (Reverse(entries.bytes), entries.class));
        GrowthRow {
            kind,
            entries_before: self.old.containers.entries(self.before(emitter), kind),
            entries_after: self.new.containers.entries(emitter, kind),
            new_entries,
            ..row
        }
    }

    /// Fields common to all rows.
    fn row(&self, owner: NodeIndex, owner_before: NodeIndex, growth: i64, bytes_after: u64) -> GrowthRow {
        GrowthRow {
            owner,
            owner_before,
            part: Part::Whole,
            container: owner,
            container_before: Some(owner_before),
            kind: ContainerKind::Object,
            entries_before: None,
            entries_after: None,
            bytes_before: u64::try_from(signed(bytes_after) - growth).unwrap_or(0),
            bytes_after,
            growth,
            new_entries: Vec::new(),
            holders: Vec::new(),
            objects: Vec::new(),
        }
    }

    /// The EventEmitter whose listeners `node` stores.
    fn holder_of_events(&self, node: NodeIndex) -> Option<NodeIndex> {
        let above = self.new.snapshot.dominator(node)?;
        (self.new.containers.events(above) == Some(node)).then_some(above)
    }

    /// The new objects among a container's entries, by class.
    fn new_entries(&self, container: NodeIndex, kind: ContainerKind) -> Vec<ClassEntries> {
        let mut seen = FxHashSet::default();
        let mut by_class: FxHashMap<ClassIndex, Vec<NodeIndex>> = FxHashMap::default();
        for edge in self.new.containers.entry_edges(container, kind) {
            let node = edge.target;
            if self.survivors.before(node).is_none() && self.is_nameable(node) && seen.insert(node) {
                by_class.entry(self.new.snapshot.class_of(node)).or_default().push(node);
            }
        }
        let mut entries: Vec<ClassEntries> =
            by_class.into_iter().map(|(class, nodes)| self.entries_of(class, &nodes)).collect();
        entries.sort_by_key(|entries| (Reverse(entries.bytes), entries.class));
        entries
    }

    fn new_ones(&self, nodes: &[NodeIndex]) -> Vec<NodeIndex> {
        nodes.iter().copied().filter(|&node| self.survivors.before(node).is_none()).collect()
    }

    fn entries_of(&self, class: ClassIndex, nodes: &[NodeIndex]) -> ClassEntries {
        let bytes = nodes.iter().map(|&node| self.new.retained(node)).sum();
        let largest = nodes.iter().copied().max_by_key(|&node| (self.new.retained(node), Reverse(node)));
        ClassEntries { class, count: nodes.len() as u64, bytes, example: largest.unwrap_or_default() }
    }

    /// The anchors that refer to objects dominated by `owner`, for a sample of them.
    fn holders(&self, owner: NodeIndex, nodes: &[NodeIndex]) -> Vec<NodeIndex> {
        let mut votes: FxHashMap<NodeIndex, usize> = FxHashMap::default();
        for &node in nodes.iter().take(SAMPLES) {
            let sources = self.new.snapshot.retainers(node).into_iter().map(|retainer| retainer.source);
            let mut anchors: Vec<NodeIndex> = sources.map(|source| self.new.regions.anchor(source)).collect();
            anchors.sort_unstable();
            anchors.dedup();
            for anchor in anchors.into_iter().filter(|&anchor| anchor != owner) {
                *votes.entry(anchor).or_default() += 1;
            }
        }
        let mut holders: Vec<_> = votes.into_iter().collect();
        holders.sort_by_key(|&(anchor, votes)| (Reverse(votes), anchor));
        holders.into_iter().take(HOLDERS).map(|(anchor, _)| anchor).collect()
    }
}
