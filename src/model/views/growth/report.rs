//! Growth: which containers grew between two snapshots, each said as the code that owns it would.

use std::sync::Arc;

use crate::base::{NodeIndex, ObjectId, Progress};
use crate::growth::{Branch, ClassEntries, Growth, GrowthRow, Part};
use crate::model::format;
use crate::model::format::javascript_path::JavaScriptPath;
use crate::model::format::path_text::shortest_path;
use crate::model::format::sanitize;
use crate::model::object::function_names::located;
use crate::model::object_label;
use crate::snapshot::{ContainerKind, Snapshot};

/// Characters of a class's name.
const NAME_LIMIT: usize = 120;
/// Classes of new entries that a line lists.
const ENTRY_CLASSES: usize = 5;

/// What the root is called: what it holds is V8's own, or many objects hold it together.
const WHOLE: &str = "the heap as a whole";

/// One container that grew.
#[derive(Clone, Debug, PartialEq)]
pub struct GrowthLine {
    /// The container as code: `leaks`, `server.sessions`.
    pub owner: String,
    /// Where that code stands: `seen by bloat in server.js`.
    pub place: Option<String>,
    /// The whole way from a root, as code; to an array's new elements, where they are objects.
    pub path: String,
    /// What it is.
    pub kind: &'static str,
    /// How many entries it had, where that can be told.
    pub entries_before: Option<u64>,
    /// How many it has.
    pub entries_after: Option<u64>,
    /// Bytes it held.
    pub bytes_before: u64,
    /// Bytes it holds.
    pub bytes_after: u64,
    /// By how much it grew.
    pub growth: i64,
    /// What each new entry takes.
    pub bytes_per_entry: Option<u64>,
    /// Its part of all that grew, 0 to 1.
    pub share: f32,
    /// The container in the current snapshot.
    pub object: NodeIndex,
    /// Its id.
    pub id: ObjectId,
    /// The container in the baseline.
    pub object_before: Option<NodeIndex>,
    /// The new objects among its entries by class.
    pub new_entries: Vec<EntriesLine>,
}

/// New objects of one class in a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntriesLine {
    /// The class's name.
    pub class: String,
    /// How many.
    pub count: u64,
    /// What they retain.
    pub bytes: u64,
    /// One of them.
    pub example: NodeIndex,
    /// Its id.
    pub example_id: ObjectId,
}

/// A line of the tree in which every byte of growth has a place.
#[derive(Clone, Debug, PartialEq)]
pub struct BranchLine {
    /// How many lines it hangs below.
    pub depth: usize,
    /// Who: as code.
    pub owner: String,
    /// Growth at and below it.
    pub total: i64,
    /// Its part of all that grew.
    pub share: f32,
    /// The object, unless the line stands for what is left over.
    pub object: Option<NodeIndex>,
}

/// The lines of a growth.
pub struct GrowthView {
    growth: Arc<Growth>,
    /// The containers that grew, most first. What is V8's own matter is none.
    pub lines: Vec<GrowthLine>,
    /// What all other rows grew and shrank by together.
    pub rest: i64,
    /// All that grew: what shares are of.
    pub gross: u64,
}

impl GrowthView {
    /// The first `limit` lines that matter. Looks for the way to each.
    pub fn new(growth: Arc<Growth>, limit: usize) -> Self {
        let gross = gross(&growth);
        let matters =
            |row: &&GrowthRow| row.growth >= growth.threshold.cast_signed() && !is_engines_own(&growth, row);
        let lines: Vec<GrowthLine> =
            growth.rows.iter().filter(matters).take(limit).map(|row| line(&growth, row, gross)).collect();
        let rest = growth.delta - lines.iter().map(|line| line.growth).sum::<i64>();
        Self { growth, lines, rest, gross }
    }

    /// What the lines are of.
    pub fn growth(&self) -> &Arc<Growth> {
        &self.growth
    }

    /// Every byte of growth as a tree from the root: at most `limit` branches, and below each what it has
    /// left over, so that the leaves add up to the growth of the heap.
    pub fn tree(&self, limit: usize) -> Vec<BranchLine> {
        let least = smallest_shown(&self.growth, limit);
        let mut tree = Tree { view: self, lines: Vec::new(), open: Vec::new() };
        for branch in &self.growth.branches {
            tree.close_down_to(branch.depth);
            if branch.total.unsigned_abs() >= least || branch.depth == 0 {
                tree.open(branch, least);
            }
        }
        tree.close_down_to(0);
        tree.lines
    }
}

/// A tree under construction.
struct Tree<'a> {
    view: &'a GrowthView,
    lines: Vec<BranchLine>,
    /// The branches that the next line may hang below.
    open: Vec<Open>,
}

/// A branch whose lines are not complete.
struct Open {
    /// Its depth among all branches.
    depth: usize,
    /// Its line.
    line: usize,
    /// Growth that no line below it says.
    left: i64,
}

impl Tree<'_> {
    fn push(&mut self, owner: String, total: i64, object: Option<NodeIndex>) {
        let share = format::share(u64::try_from(total).unwrap_or(0), self.view.gross);
        self.lines.push(BranchLine { depth: self.open.len(), owner, total, share, object });
    }

    /// A line below the last open branch, whose growth it explains.
    fn push_part(&mut self, owner: String, total: i64, object: Option<NodeIndex>) {
        self.push(owner, total, object);
        if let Some(above) = self.open.last_mut() {
            above.left -= total;
        }
    }

    fn open(&mut self, branch: &Branch, least: u64) {
        let growth = &*self.view.growth;
        let (owner, _) = said(&growth.current, branch.anchor);
        self.push_part(owner, branch.total, Some(branch.anchor));
        self.open.push(Open { depth: branch.depth, line: self.lines.len(), left: branch.total });
        for row in branch.rows.iter().map(|&row| &growth.rows[row]) {
            if row.part != Part::Whole && row.growth.unsigned_abs() >= least {
                self.push_part(owner_of(growth, row).0, row.growth, Some(row.container));
            }
        }
    }

    /// Says what is left over of the branches that are not above one of `depth`.
    fn close_down_to(&mut self, depth: usize) {
        while self.open.last().is_some_and(|open| open.depth >= depth) {
            let Some(open) = self.open.last() else { return };
            let (line, left) = (open.line, open.left);
            if left != 0 && line < self.lines.len() {
                self.push("everything else".into(), left, None);
            }
            self.open.pop();
        }
    }
}

/// All that grew, without what shrank.
pub fn gross(growth: &Growth) -> u64 {
    growth.rows.iter().filter_map(|row| u64::try_from(row.growth).ok()).sum()
}

/// What a branch has to weigh for at most `limit` of them to be shown.
fn smallest_shown(growth: &Growth, limit: usize) -> u64 {
    let mut weights: Vec<u64> = growth.branches.iter().map(|branch| branch.total.unsigned_abs()).collect();
    weights.sort_unstable_by(|a, b| b.cmp(a));
    weights.get(limit).map_or(0, |&weight| weight + 1).max(growth.threshold)
}

/// One row in words.
pub fn line(growth: &Growth, row: &GrowthRow, gross: u64) -> GrowthLine {
    let snapshot = &*growth.current;
    let (owner, place, mut path) = owner_of(growth, row);
    if let Some(range) = new_elements(row) {
        path.push_str(&range);
    }
    GrowthLine {
        owner,
        place,
        path,
        kind: row.kind.label(),
        entries_before: row.entries_before,
        entries_after: row.entries_after,
        bytes_before: row.bytes_before,
        bytes_after: row.bytes_after,
        growth: row.growth,
        bytes_per_entry: row.bytes_per_entry(),
        share: format::share(u64::try_from(row.growth).unwrap_or(0), gross),
        object: row.container,
        id: ObjectId(snapshot.graph().nodes.id(row.container)),
        object_before: row.container_before,
        new_entries: row.new_entries.iter().take(ENTRY_CLASSES).map(|of| entries(snapshot, *of)).collect(),
    }
}

/// `[0…49999]` for an array that objects were pushed to.
fn new_elements(row: &GrowthRow) -> Option<String> {
    let is_array = row.kind == ContainerKind::Array && !row.new_entries.is_empty();
    let (first, end) = (row.entries_before.filter(|_| is_array)?, row.entries_after?);
    (first < end)
        .then(|| if first + 1 == end { format!("[{first}]") } else { format!("[{first}…{}]", end - 1) })
}

fn entries(snapshot: &Snapshot, of: ClassEntries) -> EntriesLine {
    EntriesLine {
        class: sanitize(snapshot.classes().name(of.class), NAME_LIMIT),
        count: of.count,
        bytes: of.bytes,
        example: of.example,
        example_id: ObjectId(snapshot.graph().nodes.id(of.example)),
    }
}

/// Owner, place and path of a row.
fn owner_of(growth: &Growth, row: &GrowthRow) -> (String, Option<String>, String) {
    let snapshot = &*growth.current;
    match row.part {
        Part::Whole => {
            let (owner, path) = said(snapshot, row.owner);
            (owner, place(snapshot, &path), path.text().to_owned())
        }
        Part::Slot(edge) => {
            let mut edges = shortest_path(snapshot, row.owner, &Progress::new()).expect("nobody stops it");
            edges.push(edge);
            let path = JavaScriptPath::along(snapshot, &edges);
            (path.owner().to_owned(), place(snapshot, &path), path.text().to_owned())
        }
        Part::Shared(class) => {
            let class = sanitize(snapshot.classes().name(class), NAME_LIMIT);
            let path = JavaScriptPath::new(snapshot, row.container);
            let holders: Vec<String> = row.holders.iter().map(|&holder| said(snapshot, holder).0).collect();
            let owner = match holders.split_last() {
                None => format!("{class} below {}", said(snapshot, row.owner).0),
                Some((only, [])) => format!("{class} in {only}"),
                Some((last, others)) => format!("{class} in {} and {last}", others.join(", ")),
            };
            (owner, place(snapshot, &path), path.text().to_owned())
        }
    }
}

/// An object as code, or by its name where no code leads to it; and the way to it.
pub fn said(snapshot: &Snapshot, node: NodeIndex) -> (String, JavaScriptPath) {
    let path = JavaScriptPath::new(snapshot, node);
    let is_scope = snapshot.graph().raw_name(node).starts_with("system / Context");
    let owner = match path.steps.last() {
        None => WHOLE.to_owned(),
        Some(_) if is_scope => scope(snapshot, node),
        Some(last) if path.owner().is_empty() || last.said.is_none() => {
            let label = object_label(snapshot, node);
            if path.owner().is_empty() { label } else { format!("{} → {label}", path.owner()) }
        }
        Some(_) => path.owner().to_owned(),
    };
    (owner, path)
}

/// `variables seen by bloat`.
fn scope(snapshot: &Snapshot, context: NodeIndex) -> String {
    let graph = snapshot.graph();
    let sources = snapshot.retainers(context).into_iter().map(|retainer| retainer.source);
    let functions =
        sources.filter(|&source| snapshot.graph().internal_target(source, "context") == Some(context));
    let named = functions.max_by_key(|&function| (!graph.raw_name(function).is_empty(), function));
    match named {
        Some(function) => format!("variables seen by {}", located(snapshot, function)),
        None => "variables of a function".into(),
    }
}

fn place(snapshot: &Snapshot, path: &JavaScriptPath) -> Option<String> {
    path.seen_by().map(|function| format!("seen by {}", located(snapshot, function)))
}

/// Whether a row is V8's own matter, in which nobody's code has a part.
pub fn is_engines_own(growth: &Growth, row: &GrowthRow) -> bool {
    let is_root = row.owner == growth.current.graph().root || row.kind == ContainerKind::Roots;
    is_root && row.part == Part::Whole
}
