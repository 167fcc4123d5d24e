//! Who holds what is selected: what the pane of retainers looks at and in which way, and how its table is
//! made.

use crate::app::files::open_file::FileId;
use crate::app::tasks::memo::Memo;
use crate::app::views::ignored_retainers::{IgnoredMemo, IgnoredNodes};
use crate::app::views::table_pane::Made;
use crate::app::views::table_query::{TableQuery, opened};
use crate::base::{NodeIndex, Progress};
use crate::model::{
    ImmediateDominators, IndependentPaths, Internals, Item, MergedPaths, Objects, Retainers, Side, Sort,
    TreeSource, TreeTable,
};
use crate::snapshot::{NearestEdges, SizeMode, Snapshot};
use std::sync::Arc;

/// What is held.
#[derive(Clone, PartialEq, Debug)]
pub enum Held {
    /// One object.
    Object(NodeIndex),
    /// The objects of a row that is none itself, such as a constructor's: what the rows are made from, and
    /// the row's path.
    Group(Box<TableQuery>, Vec<Item>),
}

/// How one object's holders are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ObjectRetainersMode {
    /// All that hold it, as Chrome does.
    #[default]
    Retainers,
    /// Different paths to the root.
    Paths,
}

/// How a group's holders are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum GroupRetainersMode {
    /// The shortest paths of all its objects, merged.
    #[default]
    MergedPaths,
    /// Whoever would have to go for them to be freed.
    Dominators,
}

/// How holders are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RetainersOptions {
    /// Of one object.
    pub object: ObjectRetainersMode,
    /// Of a group.
    pub group: GroupRetainersMode,
    /// Whether V8's own machinery stands between holder and held.
    pub internals: Internals,
}

/// A group whose holders are shown.
#[derive(Clone, PartialEq, Debug)]
pub struct SelectedGroup {
    /// The snapshot.
    pub file: FileId,
    /// The path of its row in the middle.
    pub path: Vec<Item>,
    /// What its row says.
    pub title: String,
}

/// One shortest path for every object of a snapshot; nothing if distances are not known.
pub type NearestMemo = Memo<FileId, Option<Arc<NearestEdges>>>;

/// What the table of retainers depends on.
#[derive(Clone, PartialEq, Debug)]
pub struct RetainersQuery {
    /// The snapshot.
    pub file: FileId,
    /// What is held.
    pub held: Held,
    /// Whether distances are known.
    pub is_complete: bool,
    /// Which sizes.
    pub sizes: SizeMode,
    /// Who is imagined away.
    pub ignored: IgnoredNodes,
    /// How it is shown.
    pub view: RetainersOptions,
}

/// Where the objects of a group come from.
pub type GroupSource = Arc<dyn TreeSource>;

/// What the table shares with others, or takes over from the one before.
pub struct RetainersInputs {
    /// Where the group's objects come from.
    pub rows: Option<GroupSource>,
    /// Distances without those imagined away.
    pub ignored: IgnoredMemo,
    /// Shortest paths.
    pub nearest: NearestMemo,
    /// The order of the rows before.
    pub sort: Option<Sort>,
}

impl RetainersQuery {
    /// What making it is called on the screen.
    pub fn label(&self) -> &'static str {
        match (&self.held, self.view.object, self.view.group) {
            (Held::Object(_), ObjectRetainersMode::Retainers, _) => "Finding retainers",
            (Held::Object(_), ObjectRetainersMode::Paths, _) => "Finding paths",
            (Held::Group(..), _, GroupRetainersMode::MergedPaths) => "Merging paths",
            (Held::Group(..), _, GroupRetainersMode::Dominators) => "Finding dominators",
        }
    }

    /// Whether a table of `other` has the same columns, so that its order can be taken over.
    pub fn looks_like(&self, other: &Self) -> bool {
        self.label() == other.label()
    }

    /// The table, with the most telling rows open. `None` if the work was stopped.
    pub fn make(self, snapshot: &Arc<Snapshot>, known: RetainersInputs, progress: &Progress) -> Option<Made> {
        snapshot.prepare(self.sizes);
        let objects = Objects::new(Arc::clone(snapshot), self.sizes, Side::Current);
        let table = match (&self.held, self.view.object, self.view.group) {
            (&Held::Object(node), ObjectRetainersMode::Retainers, _) => {
                self.retainers(objects, node, &known.ignored, known.sort, progress)?
            }
            (&Held::Object(node), ObjectRetainersMode::Paths, _) => {
                let paths = IndependentPaths::find(objects, node, self.view.internals, progress).ok()?;
                opened(Arc::new(paths), known.sort)
            }
            (Held::Group(_, path), _, way) => {
                let group = known.rows.map_or_else(Vec::new, |rows| rows.objects(path));
                let source: Arc<dyn TreeSource> = match way {
                    GroupRetainersMode::MergedPaths => {
                        let find = || snapshot.nearest_edges(progress).map(|nearest| nearest.map(Arc::new));
                        let nearest = known.nearest.get_or(find).ok()?;
                        let nearest = Option::clone(&nearest)?;
                        let paths = MergedPaths::new(Arc::clone(snapshot), self.sizes, nearest, &group);
                        Arc::new(paths.folding(self.view.internals))
                    }
                    GroupRetainersMode::Dominators => {
                        Arc::new(ImmediateDominators::new(objects, &group, self.view.internals))
                    }
                };
                sorted(source, known.sort)
            }
        };
        Some(Made::Table(Box::new(table)))
    }

    /// A table in which the shortest path from a root is open; with somebody ignored, the shortest that is
    /// left.
    fn retainers(
        &self,
        objects: Objects,
        node: NodeIndex,
        ignored: &IgnoredMemo,
        sort: Option<Sort>,
        progress: &Progress,
    ) -> Option<TreeTable> {
        let snapshot = Arc::clone(&objects.snapshot);
        let retainers = Retainers::new(objects, node).folding(self.view.internals);
        let (retainers, path) = if self.ignored.is_empty() {
            let path = retainers.path_to_root(progress).ok()?;
            (retainers, path)
        } else {
            let measure = || snapshot.ignoring(self.ignored.iter().copied().collect(), progress);
            (retainers.ignoring(ignored.get_or(measure).ok()?), Vec::new())
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
