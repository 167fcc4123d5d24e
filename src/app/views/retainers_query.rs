//! The table of retainers: its target, its mode, and how it is built.

use crate::app::files::open_file::FileId;
use crate::app::tasks::query_cache::Query;
use crate::app::tasks::shared::Shared;
use crate::app::views::View;
use crate::app::views::table_pane::{TablePane, TableRows};
use crate::app::views::table_query::{TableQuery, opened_table};
use crate::base::{NodeIndex, Progress};
use crate::model::{
    ImmediateDominators, IndependentPaths, Internals, Item, MergedPaths, Objects, RetainersView, Side, Sort,
    TreeSource, TreeTable,
};
use crate::snapshot::{IgnoredRetainers, NearestEdges, SizeMode, Snapshot};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Ignored objects in order.
pub(crate) type IgnoredNodes = BTreeSet<NodeIndex>;

/// The target of the retainers.
#[derive(Clone, PartialEq, Debug)]
pub enum RetainersTarget {
    /// One object.
    Object(NodeIndex),
    /// The objects of a row that stands for several, such as a constructor's: the query of its table, and the
    /// row's path.
    Group(Box<TableQuery>, Vec<Item>),
}

/// How one object's retainers are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ObjectRetainersMode {
    /// All retainers, as in Chrome.
    #[default]
    Retainers,
    /// Different paths to the root.
    Paths,
}

/// How a group's retainers are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum GroupRetainersMode {
    /// The shortest paths of all its objects, merged.
    #[default]
    MergedPaths,
    /// The objects that must be released for the group to be freed.
    Dominators,
}

/// How retainers are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RetainersOptions {
    /// Of one object.
    pub object: ObjectRetainersMode,
    /// Of a group.
    pub group: GroupRetainersMode,
    /// Whether V8's internal objects are shown between retainer and object.
    pub internals: Internals,
}

/// A group whose retainers are shown.
#[derive(Clone, PartialEq, Debug)]
pub struct SelectedGroup {
    /// The snapshot.
    pub file: FileId,
    /// The view of its row.
    pub view: View,
    /// The path of its row in the main table.
    pub path: Vec<Item>,
    /// The text of its row.
    pub title: String,
}

/// The query of the retainers' table.
#[derive(Clone, PartialEq, Debug)]
pub struct RetainersQuery {
    /// The snapshot.
    pub file: FileId,
    /// The object or group.
    pub target: RetainersTarget,
    /// Whether distances are known.
    pub is_complete: bool,
    /// Which sizes.
    pub sizes: SizeMode,
    /// The retainers that are ignored.
    pub ignored: IgnoredNodes,
    /// In which mode it is shown.
    pub options: RetainersOptions,
}

/// Where the objects of a group come from.
pub(crate) type GroupSource = Arc<dyn TreeSource>;

/// Inputs of the task besides the snapshot.
pub struct RetainersInputs {
    /// Where the group's objects come from.
    pub rows: Option<GroupSource>,
    /// Distances without the ignored retainers.
    pub ignored: Shared<IgnoredRetainers>,
    /// Shortest paths.
    pub nearest: Shared<Option<Arc<NearestEdges>>>,
    /// The order of the previous rows.
    pub sort: Option<Sort>,
}

impl Query for RetainersQuery {
    type Slot = ();
    type Output = TableRows;
    type Value = TablePane;

    fn slot(&self) {}

    fn label(&self) -> &'static str {
        match (&self.target, self.options.object, self.options.group) {
            (RetainersTarget::Object(_), ObjectRetainersMode::Retainers, _) => "Finding retainers",
            (RetainersTarget::Object(_), ObjectRetainersMode::Paths, _) => "Finding paths",
            (RetainersTarget::Group(..), _, GroupRetainersMode::MergedPaths) => "Merging paths",
            (RetainersTarget::Group(..), _, GroupRetainersMode::Dominators) => "Finding dominators",
        }
    }

    fn files(&self) -> Vec<FileId> {
        match &self.target {
            RetainersTarget::Object(_) => vec![self.file],
            RetainersTarget::Group(rows, _) => rows.files().into_iter().chain([self.file]).collect(),
        }
    }
}

impl RetainersQuery {
    /// Whether a table of `other` has the same columns, so that its order can be kept.
    pub fn looks_like(&self, other: &Self) -> bool {
        self.label() == other.label()
    }

    /// Builds the table, with the most relevant rows expanded. `None` if the task was cancelled.
    pub fn run(
        self,
        snapshot: &Arc<Snapshot>,
        inputs: RetainersInputs,
        progress: &Progress,
    ) -> Option<TableRows> {
        snapshot.prepare(self.sizes);
        let objects = Objects::new(Arc::clone(snapshot), self.sizes, Side::Current);
        let table = match (&self.target, self.options.object, self.options.group) {
            (&RetainersTarget::Object(node), ObjectRetainersMode::Retainers, _) => {
                self.retainers(objects, node, &inputs.ignored, inputs.sort, progress)?
            }
            (&RetainersTarget::Object(node), ObjectRetainersMode::Paths, _) => {
                let paths = IndependentPaths::find(objects, node, self.options.internals, progress).ok()?;
                opened_table(Arc::new(paths), inputs.sort)
            }
            (RetainersTarget::Group(_, path), _, mode) => {
                let group = inputs.rows.map_or_else(Vec::new, |rows| rows.objects(path));
                let source: Arc<dyn TreeSource> = match mode {
                    GroupRetainersMode::MergedPaths => {
                        let find = || snapshot.nearest_edges(progress).map(|nearest| nearest.map(Arc::new));
                        let nearest = inputs.nearest.get_or_try_init(find).ok()?;
                        let nearest = Option::clone(&nearest)?;
                        let paths = MergedPaths::new(Arc::clone(snapshot), self.sizes, nearest, &group);
                        Arc::new(paths.folding(self.options.internals))
                    }
                    GroupRetainersMode::Dominators => {
                        Arc::new(ImmediateDominators::new(objects, &group, self.options.internals))
                    }
                };
                sorted(source, inputs.sort)
            }
        };
        Some(TableRows::Table(Box::new(table)))
    }

    /// A table in which the shortest path from a root is expanded; with ignored objects, the shortest
    /// remaining one.
    fn retainers(
        &self,
        objects: Objects,
        node: NodeIndex,
        ignored: &Shared<IgnoredRetainers>,
        sort: Option<Sort>,
        progress: &Progress,
    ) -> Option<TreeTable> {
        let snapshot = Arc::clone(&objects.snapshot);
        let retainers = RetainersView::new(objects, node).folding(self.options.internals);
        let (retainers, path) = if self.ignored.is_empty() {
            let path = retainers.path_to_root(progress).ok()?;
            (retainers, path)
        } else {
            let measure = || snapshot.ignoring(self.ignored.iter().copied().collect(), progress);
            (retainers.ignoring(ignored.get_or_try_init(measure).ok()?), Vec::new())
        };
        let mut table = sorted(Arc::new(retainers), sort);
        if let Some(work) = table.expand_path(&path) {
            table.apply(work.run());
        }
        Some(table)
    }
}

fn sorted(source: Arc<dyn TreeSource>, sort: Option<Sort>) -> TreeTable {
    let mut table = TreeTable::filled(source);
    if let Some(work) = sort.and_then(|sort| table.sort_by(sort)) {
        table.apply(work.run());
    }
    table
}
