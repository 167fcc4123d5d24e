//! The interface of the engine: a heap and everything derived from it, built from finished parts and never
//! changed.

mod code_groups;
pub mod filters;
pub mod groups;
pub mod index_cache;
mod index_file;
mod load;
pub(crate) mod path_queries;
pub mod scripts;
pub mod statistics;

use std::any::Any;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use rustc_hash::FxHashSet;

pub use crate::analysis::aggregates::ClassTotals;
pub use crate::analysis::allocations::{
    AllocationRow, AllocationTotals, Allocations, SampleObjects, live_sizes_by_sample, objects_by_sample,
};
pub use crate::analysis::classes::Classes;
pub use crate::analysis::containers::{ContainerKind, Containers};
pub use crate::analysis::distances::Distance;
pub use crate::analysis::ignored_retainers::{IgnoredRetainers, UNREACHABLE};
pub use crate::analysis::interface_definitions::InterfaceDefinition;
pub use crate::analysis::names::EdgeText;
pub use crate::analysis::native_contexts::{Attribution, NativeContexts};
pub use crate::analysis::nearest_edges::{NearestEdges, edge_readability_rank, is_root_child};
pub use crate::analysis::retainers::Retainer;
pub use crate::analysis::search::NameQuery;
pub use crate::parse::available_bytes;
pub use crate::parse::{CaptureInfo, Completeness, FileStamp, LoadError, Options, PartialLoad, Warning};
pub use crate::snapshot::load::{
    StageTime, bytes_of, load, load_bytes, load_bytes_with, load_cached, load_options, load_partial,
    load_with,
};

use crate::analysis::aggregates::{CountedNodes, add_distances, add_retained, class_totals};
use crate::analysis::containers;
use crate::analysis::distances::DistanceColumn;
use crate::analysis::dom_state::DomStates;
use crate::analysis::dominator_children::Dominated;
use crate::analysis::dominator_tree::DominatorTree;
use crate::analysis::duplicated_strings::strings_by_text;
use crate::analysis::interface_definitions::ObjectShapes;
use crate::analysis::names;
use crate::analysis::retainers::Retainers;
use crate::analysis::search::find_named;
use crate::analysis::weak_maps::WeakMapNames;
use crate::base::{
    BitSet, Cancelled, ClassIndex, Column, EdgeIndex, Memo, NodeIndex, ObjectId, Progress, SizeColumn,
};
use crate::graph::{Detachedness, Graph};
use crate::snapshot::load::Clock;
use crate::snapshot::scripts::ScriptTable;

/// Whose shallow sizes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum SizeMode {
    /// Chrome's: storage that one object owns alone counts for that object.
    #[default]
    Chrome,
    /// V8's: each node keeps its own bytes.
    Raw,
}

impl SizeMode {
    /// One sentence for tooltips and `--help`.
    pub const fn help(self) -> &'static str {
        match self {
            Self::Chrome => {
                "Sizes as Chrome prints them: storage that belongs to one object alone is counted for that object"
            }
            Self::Raw => "Sizes as V8 wrote them: every record keeps its own bytes",
        }
    }

    /// The name on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chrome => "chrome",
            Self::Raw => "raw",
        }
    }
}

/// The file a snapshot came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// As it was opened.
    pub path: PathBuf,
    /// Length of the file on disk.
    pub bytes: u64,
    /// When and how it was taken.
    pub capture: CaptureInfo,
}

impl Source {
    /// The file's name, for display.
    pub fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        name.to_string_lossy().into_owned()
    }
}

/// The data of the file.
struct FileData {
    source: Source,
    warnings: Vec<Warning>,
    partial: Option<PartialLoad>,
    graph: Graph,
    dom: DomStates,
    max_js_object_id: u64,
    total_size: u64,
}

/// What the first rows need.
struct FirstRows {
    definitions: Vec<InterfaceDefinition>,
    classes: Classes,
    /// Chrome's shallow sizes, if they differ from V8's own.
    chrome_sizes: Option<SizeColumn<NodeIndex>>,
    early_totals: Column<ClassIndex, ClassTotals>,
}

/// Data from searching the graph from the roots and backwards.
struct ReachabilityData {
    weak_maps: WeakMapNames,
    retainers: Retainers,
    distances: DistanceColumn,
    idom: Column<NodeIndex, u32>,
    chrome: Sums,
}

/// Sums of one size mode.
struct Sums {
    retained: SizeColumn<NodeIndex>,
    totals: Column<ClassIndex, ClassTotals>,
}

/// Data that a later layer stores with a snapshot.
pub type Companion = Arc<dyn Any + Send + Sync>;

/// A loaded snapshot: thread-safe, cheap to share, and independent of its file.
pub struct Snapshot {
    heap: Arc<FileData>,
    groups: Arc<FirstRows>,
    reached: Option<ReachabilityData>,
    raw: OnceLock<Sums>,
    dominated: OnceLock<Dominated>,
    slot_bytes: OnceLock<u64>,
    scripts: OnceLock<ScriptTable>,
    companion: RwLock<Option<Companion>>,
    memo: Memo,
    timings: Vec<StageTime>,
    seconds: f64,
}

impl Snapshot {
    fn assemble(
        heap: &Arc<FileData>,
        groups: &Arc<FirstRows>,
        reached: Option<ReachabilityData>,
        clock: &Clock,
    ) -> Arc<Self> {
        Arc::new(Self {
            heap: Arc::clone(heap),
            groups: Arc::clone(groups),
            reached,
            raw: OnceLock::new(),
            dominated: OnceLock::new(),
            slot_bytes: OnceLock::new(),
            scripts: OnceLock::new(),
            companion: RwLock::default(),
            memo: Memo::default(),
            timings: clock.times(),
            seconds: clock.seconds(),
        })
    }

    /// Its file.
    pub fn source(&self) -> &Source {
        &self.heap.source
    }

    /// The heap itself.
    pub fn graph(&self) -> &Graph {
        &self.heap.graph
    }

    /// Oddities of the file.
    pub fn warnings(&self) -> &[Warning] {
        &self.heap.warnings
    }

    /// How much was read of a truncated file.
    pub fn partial(&self) -> Option<&PartialLoad> {
        self.heap.partial.as_ref()
    }

    /// How long each stage took.
    pub fn timings(&self) -> &[StageTime] {
        &self.timings
    }

    /// Seconds until the class list with shallow sizes was known.
    pub fn first_rows_seconds(&self) -> f64 {
        self.timings.iter().find(|time| time.stage == load::FIRST_ROWS).map_or(0.0, |time| time.seconds)
    }

    /// Seconds until everything was known.
    pub fn seconds(&self) -> f64 {
        self.seconds
    }

    /// Whether distances, dominators and retained sizes are known.
    pub fn is_complete(&self) -> bool {
        self.reached.is_some()
    }

    /// The total for percentages: all bytes of the heap, including those that V8 reports without objects.
    pub fn total_size(&self) -> u64 {
        self.heap.total_size
    }

    /// The largest odd id: the last one that V8 had assigned when the snapshot was taken.
    pub fn max_js_object_id(&self) -> u64 {
        self.heap.max_js_object_id
    }

    /// Shallow size of every object.
    pub fn shallow_sizes(&self, mode: SizeMode) -> &SizeColumn<NodeIndex> {
        match (mode, &self.groups.chrome_sizes) {
            (SizeMode::Chrome, Some(sizes)) => sizes,
            _ => self.graph().nodes.self_sizes(),
        }
    }

    /// Bytes of the object alone.
    pub fn shallow(&self, mode: SizeMode, node: NodeIndex) -> u64 {
        self.shallow_sizes(mode).get(node)
    }

    /// Retained size; `None` if not known yet.
    pub fn retained(&self, mode: SizeMode, node: NodeIndex) -> Option<u64> {
        self.sums(mode).map(|sums| sums.retained.get(node))
    }

    /// Computes the data that `mode` needs, so that later calls are cheap.
    pub fn prepare(&self, mode: SizeMode) {
        self.sums(mode);
    }

    fn sums(&self, mode: SizeMode) -> Option<&Sums> {
        let reached = self.reached.as_ref()?;
        if mode == SizeMode::Chrome || self.groups.chrome_sizes.is_none() {
            return Some(&reached.chrome);
        }
        Some(self.raw.get_or_init(|| {
            let shallow = self.graph().nodes.self_sizes();
            let counted = CountedNodes { classes: &self.groups.classes, shallow, keep: None };
            let mut totals = class_totals(counted);
            add_distances(&mut totals, counted, &reached.distances);
            Sums::add_up(totals, counted, &self.dominator_tree(reached))
        }))
    }

    /// The data from searching the graph.
    ///
    /// # Panics
    /// If the snapshot is not complete.
    fn all(&self) -> &ReachabilityData {
        self.reached.as_ref().expect("the snapshot is complete")
    }

    /// Every node's immediate dominator, once the snapshot is complete.
    pub(crate) fn dominators(&self) -> &Column<NodeIndex, u32> {
        &self.all().idom
    }

    fn dominator_tree(&self, reached: &ReachabilityData) -> DominatorTree {
        DominatorTree::from_idom(self.graph().root, &reached.idom)
    }

    /// The distance of `node` from the roots; "never reached" if not known yet.
    pub fn distance(&self, node: NodeIndex) -> Distance {
        let unknown = Distance(crate::analysis::distances::NOT_REACHED);
        self.reached.as_ref().map_or(unknown, |reached| reached.distances.get(node))
    }

    /// The immediate dominator (the root's is itself); `None` if not known yet.
    pub fn dominator(&self, node: NodeIndex) -> Option<NodeIndex> {
        self.reached.as_ref().map(|reached| NodeIndex(reached.idom[node]))
    }

    /// The objects whose immediate dominator is `node`, in file order; none if not known yet. The first call
    /// takes `O(nodes)`.
    pub fn dominated(&self, node: NodeIndex) -> Vec<NodeIndex> {
        self.dominator_children().map_or_else(Vec::new, |dominated| dominated.of(node).collect())
    }

    /// Number of objects that [`dominated`](Self::dominated) returns.
    pub fn dominated_count(&self, node: NodeIndex) -> usize {
        self.dominator_children().map_or(0, |dominated| dominated.of(node).len())
    }

    fn dominator_children(&self) -> Option<&Dominated> {
        let reached = self.reached.as_ref()?;
        Some(self.dominated.get_or_init(|| Dominated::find(self.graph().root, &reached.idom)))
    }

    /// Whether a DOM node is attached to a document.
    pub fn detachedness(&self, node: NodeIndex) -> Detachedness {
        self.heap.dom.get(node)
    }

    /// All classes.
    pub fn classes(&self) -> &Classes {
        &self.groups.classes
    }

    /// The class of `node`.
    pub fn class_of(&self, node: NodeIndex) -> ClassIndex {
        self.groups.classes.of(node)
    }

    /// The shapes of plain objects that are classes.
    pub fn definitions(&self) -> &[InterfaceDefinition] {
        &self.groups.definitions
    }

    /// The sums of every class; a class with a count of 0 has no row.
    pub fn class_totals(&self, mode: SizeMode) -> &Column<ClassIndex, ClassTotals> {
        match self.sums(mode) {
            Some(sums) => &sums.totals,
            None => &self.groups.early_totals,
        }
    }

    /// The counted objects of one of `classes`, a grouping of this snapshot, in file order. Scans all nodes.
    pub fn group_nodes(&self, classes: &Classes, mode: SizeMode, class: ClassIndex) -> Vec<NodeIndex> {
        let sizes = self.shallow_sizes(mode);
        self.graph().node_indices().filter(|&node| classes.of(node) == class && sizes.get(node) > 0).collect()
    }

    /// Every edge into `node`, last of the file first, as Chrome lists them; none if not known yet.
    pub fn retainers(&self, node: NodeIndex) -> Vec<Retainer> {
        self.reached.as_ref().map_or_else(Vec::new, |reached| reached.retainers.of(self.graph(), node))
    }

    /// The sources of strong edges into `node`, in file order, lazily.
    pub fn strong_holders(&self, node: NodeIndex) -> impl Iterator<Item = NodeIndex> + '_ {
        self.reached.iter().flat_map(move |reached| reached.retainers.strong_sources(node))
    }

    /// How many edges lead to `node`; 0 if not known yet.
    pub fn retainer_count(&self, node: NodeIndex) -> usize {
        self.reached.as_ref().map_or(0, |reached| reached.retainers.count(node))
    }

    /// Its objects as containers. The first call takes up to `O(nodes)`.
    pub fn containers(&self) -> Containers<'_> {
        let slot_bytes = *self.slot_bytes.get_or_init(|| containers::slot_bytes(self.graph()));
        Containers::new(self.graph(), slot_bytes)
    }

    /// Its scripts. The first call takes `O(nodes)`.
    pub fn scripts(&self) -> &ScriptTable {
        self.scripts.get_or_init(|| ScriptTable::find(self))
    }

    /// Its scripts, if they have been requested before: free of cost.
    pub fn known_scripts(&self) -> Option<&ScriptTable> {
        self.scripts.get()
    }

    /// The data that a later layer stores with it.
    pub fn companion(&self) -> Option<Companion> {
        self.companion.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Stores `companion` with it, replacing the previous one.
    pub fn set_companion(&self, companion: Option<Companion>) {
        *self.companion.write().unwrap_or_else(PoisonError::into_inner) = companion;
    }

    /// Data that later layers derive from it and store with it: one value of each type.
    pub fn memo<T: Any + Send + Sync + Default>(&self) -> Arc<T> {
        self.memo.get()
    }

    /// Chrome's displayed name of the object.
    pub fn display_name(&self, node: NodeIndex) -> Cow<'_, str> {
        names::display_name(self.graph(), &self.heap.dom, node)
    }

    /// The object's name as V8 wrote it, with "Detached " before it if it has become detached.
    pub fn raw_name(&self, node: NodeIndex) -> Cow<'_, str> {
        names::raw_name(self.graph(), &self.heap.dom, node)
    }

    /// Chrome's displayed name of the edge.
    pub fn edge_name(&self, edge: EdgeIndex) -> EdgeText<'_> {
        names::edge_text(self.graph(), &self.graph().edges.get(edge))
    }

    /// The id of an object.
    pub fn id(&self, node: NodeIndex) -> ObjectId {
        ObjectId(self.graph().nodes.id(node))
    }

    /// The first object with this id. Scans all nodes.
    pub fn find(&self, id: ObjectId) -> Option<NodeIndex> {
        self.graph().node_with_id(id)
    }

    /// Distances with some objects ignored, for the Retainers pane. `O(nodes + edges)`.
    pub fn ignoring(
        &self,
        ignored: FxHashSet<NodeIndex>,
        progress: &Progress,
    ) -> Result<IgnoredRetainers, Cancelled> {
        IgnoredRetainers::find(self.graph(), &self.all().weak_maps, ignored, progress)
    }

    /// The distance of a retainer from the roots, with or without ignored objects.
    pub fn retainer_distance(&self, retainer: Retainer, ignoring: Option<&IgnoredRetainers>) -> Distance {
        let ordinary = self.distance(retainer.source);
        ignoring.map_or(ordinary, |ignoring| {
            ignoring.distance(self.graph(), &self.all().weak_maps, retainer, ordinary)
        })
    }

    /// The native contexts and the objects of each. `O(nodes + edges)`.
    pub fn native_contexts(&self, progress: &Progress) -> Result<NativeContexts, Cancelled> {
        NativeContexts::find(self.graph(), &self.heap.dom, self.shallow_sizes(SizeMode::Chrome), progress)
    }

    /// Whether stacks were recorded.
    pub fn has_allocations(&self) -> bool {
        self.graph().trace.as_ref().is_some_and(|trace| trace.nodes.iter().any(|node| node.count > 0))
    }

    /// The allocating functions of living objects, if stacks were recorded. `O(nodes)`.
    pub fn allocations(&self) -> Option<Allocations<'_>> {
        Allocations::find(self.graph(), self.shallow_sizes(SizeMode::Chrome))
    }

    /// The counted objects in `keep` whose displayed name matches, in file order.
    pub fn search(
        &self,
        query: &NameQuery,
        keep: Option<&BitSet>,
        progress: &Progress,
    ) -> Result<Vec<NodeIndex>, Cancelled> {
        let shallow = self.shallow_sizes(SizeMode::Chrome);
        query.find(self.graph(), &self.heap.dom, shallow, keep, progress)
    }

    /// Calls `part` with the counted objects whose displayed name `is_wanted`, in file order, as they are
    /// found.
    pub fn search_by_parts(
        &self,
        is_wanted: impl Fn(&str) -> bool + Sync,
        progress: &Progress,
        part: impl FnMut(&[NodeIndex]),
    ) -> Result<(), Cancelled> {
        let shallow = self.shallow_sizes(SizeMode::Chrome);
        find_named(self.graph(), &self.heap.dom, shallow, None, progress, is_wanted, part).map(drop)
    }

    /// The counted strings in file order, each with the number of its text: equal numbers, equal texts.
    /// `O(nodes)`.
    pub fn strings_by_text(&self, progress: &Progress) -> Result<Vec<(NodeIndex, u32)>, Cancelled> {
        let shallow = self.shallow_sizes(SizeMode::Chrome);
        strings_by_text(self.graph(), &self.heap.dom, shallow, progress)
    }

    /// The sums per class over the nodes in `keep`. `O(nodes)`.
    pub fn class_totals_of(&self, mode: SizeMode, keep: &BitSet) -> Column<ClassIndex, ClassTotals> {
        self.group_totals_of(self.classes(), mode, keep)
    }

    /// The same for any grouping of this snapshot.
    pub fn group_totals_of(
        &self,
        classes: &Classes,
        mode: SizeMode,
        keep: &BitSet,
    ) -> Column<ClassIndex, ClassTotals> {
        self.totals_over(classes, mode, Some(keep))
    }

    /// Classes of this snapshot's objects by the shapes of another, for a comparison.
    pub(crate) fn classes_by(
        &self,
        definitions: &[InterfaceDefinition],
        progress: &Progress,
    ) -> Result<Classes, Cancelled> {
        let shapes = ObjectShapes::find(self.graph(), progress)?;
        Classes::group(self.graph(), &self.heap.dom, &shapes, definitions, progress)
    }

    /// The sums per class for another grouping of this snapshot's objects.
    pub(crate) fn totals_by(&self, classes: &Classes, mode: SizeMode) -> Column<ClassIndex, ClassTotals> {
        self.totals_over(classes, mode, None)
    }

    fn totals_over(
        &self,
        classes: &Classes,
        mode: SizeMode,
        keep: Option<&BitSet>,
    ) -> Column<ClassIndex, ClassTotals> {
        let counted = CountedNodes { classes, shallow: self.shallow_sizes(mode), keep };
        let mut totals = class_totals(counted);
        if let (Some(reached), Some(sums)) = (&self.reached, self.sums(mode)) {
            add_distances(&mut totals, counted, &reached.distances);
            add_retained(&mut totals, counted, &self.dominator_tree(reached), &sums.retained);
        }
        totals
    }

    /// Bytes of memory it takes.
    pub fn memory_bytes(&self) -> u64 {
        let groups = &self.groups;
        let early = self.graph().bytes()
            + groups.classes.bytes()
            + groups.chrome_sizes.as_ref().map_or(0, SizeColumn::bytes);
        let late = self.reached.as_ref().map_or(0, |reached| {
            reached.retainers.bytes()
                + reached.distances.bytes()
                + reached.idom.bytes()
                + reached.chrome.retained.bytes()
        });
        early
            + late
            + self.raw.get().map_or(0, |sums| sums.retained.bytes())
            + self.dominated.get().map_or(0, Dominated::bytes)
    }
}

impl Sums {
    /// From the sums that are known already.
    fn add_up(
        mut totals: Column<ClassIndex, ClassTotals>,
        counted: CountedNodes<'_>,
        tree: &DominatorTree,
    ) -> Self {
        let retained = tree.retained_sizes(counted.shallow);
        add_retained(&mut totals, counted, tree, &retained);
        Self { retained, totals }
    }
}

/// The largest odd id.
fn max_js_object_id(graph: &Graph) -> u64 {
    graph.nodes.ids().filter(|id| id % 2 == 1).max().unwrap_or(0)
}

fn total_size(graph: &Graph) -> u64 {
    graph.nodes.self_sizes().iter().sum::<u64>() + graph.extra_native_bytes
}

/// Opens `path` in any notation that users write.
fn source_of(path: &Path) -> Source {
    let bytes = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    Source { path: path.to_owned(), bytes, capture: CaptureInfo::of(path) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Progress;
    use crate::graph::GraphBuilder;

    #[test]
    fn both_modes_add_up_to_the_same_and_differ_below() {
        let mut builder = GraphBuilder::new();
        let owner = builder.node("object", "Owner", 10);
        let store = builder.node("array", "", 100);
        builder.edge(0, "shortcut", "global", owner).edge(owner, "internal", "elements", store);
        let file = builder.to_json().replace("\"node_count\"", "\"extra_native_bytes\":1000,\"node_count\"");
        let snapshot = load_bytes("test", file.as_bytes(), &Progress::new()).unwrap();
        let [owner, store] = [owner, store].map(NodeIndex::at);
        let sizes =
            |mode| [owner, store].map(|node| (snapshot.shallow(mode, node), snapshot.retained(mode, node)));
        assert_eq!(sizes(SizeMode::Chrome), [(110, Some(110)), (0, Some(0))]);
        assert_eq!(sizes(SizeMode::Raw), [(10, Some(110)), (100, Some(100))]);
        assert_eq!(snapshot.total_size(), 1110);
        let class = snapshot.class_of(store);
        assert_eq!(snapshot.class_totals(SizeMode::Chrome)[class].count, 0);
        assert_eq!(snapshot.class_totals(SizeMode::Raw)[class].count, 1);
        assert_eq!(snapshot.group_nodes(snapshot.classes(), SizeMode::Chrome, class), []);
    }
}
