//! Growth report: which containers grew between two snapshots, each named as the code that owns it would.

use std::sync::Arc;

use crate::base::{NodeIndex, ObjectId, Progress};
use crate::growth::{Branch, Growth, GrowthRow, Part};
use crate::model::format;
use crate::model::format::holder_text::{HolderText, best_holder_text};
use crate::model::format::sanitize;
use crate::model::views::evidence_text::{content_noun, content_text, keeps_text, who_text, why_text};
use crate::snapshot::{ContainerKind, Snapshot};
use crate::suspects::contents::Content;
use crate::suspects::evidence::{Evidence, Who};
use crate::suspects::fingerprint::fingerprint;
use crate::suspects::{Scene, gross};

/// Maximum characters of a class's name.
const NAME_LIMIT: usize = 120;
/// Maximum number of classes of new entries in a line.
const ENTRY_CLASSES: usize = 5;

/// The name of the root: what it holds belongs to V8, or many objects hold it together.
const WHOLE: &str = "the heap as a whole";

/// One container that grew.
#[derive(Clone, Debug, PartialEq)]
pub struct GrowthLine {
    /// The container as code: `leaks`, `server.sessions`.
    pub owner: String,
    /// Where that code is: `seen by bloat in server.js`.
    pub place: Option<String>,
    /// The whole path from a root, as code; for new elements of an array that are objects, including them.
    pub path: String,
    /// What it is.
    pub kind: &'static str,
    /// How many entries it had, if that is known.
    pub entries_before: Option<u64>,
    /// Number of its entries.
    pub entries_after: Option<u64>,
    /// Bytes it held.
    pub bytes_before: u64,
    /// Bytes it holds.
    pub bytes_after: u64,
    /// Its growth in bytes.
    pub growth: i64,
    /// Bytes of each new entry.
    pub bytes_per_entry: Option<u64>,
    /// Its share of all growth, 0 to 1.
    pub share: f32,
    /// The container in the current snapshot.
    pub object: NodeIndex,
    /// Its id.
    pub id: ObjectId,
    /// The container in the baseline.
    pub object_before: Option<NodeIndex>,
    /// The new objects among its entries by class, functions by place.
    pub new_entries: Vec<EntriesLine>,
    /// The new contents, in a sentence each.
    pub what: Vec<String>,
    /// The mechanism that keeps it.
    pub why: Option<String>,
    /// The confidence.
    pub confidence: &'static str,
    /// The same for the same leak in another run or build.
    pub fingerprint: String,
}

/// New objects of one class in a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntriesLine {
    /// The class's name, or `closure sendAgain at retry.js:7`.
    pub class: String,
    /// What each keeps alive: `each keeping Parcel (656 B)`.
    pub keeps: Option<String>,
    /// How many.
    pub count: u64,
    /// Bytes that they retain.
    pub bytes: u64,
    /// An example.
    pub example: NodeIndex,
    /// Its id.
    pub example_id: ObjectId,
}

/// A line of the tree that contains every byte of growth.
#[derive(Clone, Debug, PartialEq)]
pub struct BranchLine {
    /// Its depth.
    pub depth: usize,
    /// Its name, as code.
    pub owner: String,
    /// Growth at and below it.
    pub total: i64,
    /// Its share of all growth.
    pub share: f32,
    /// The object, unless the line stands for the rest.
    pub object: Option<NodeIndex>,
}

/// The lines of a growth.
pub struct GrowthView {
    growth: Arc<Growth>,
    /// The containers that grew, largest growth first, without V8's internal ones.
    pub lines: Vec<GrowthLine>,
    /// Growth and shrinkage of all other rows.
    pub rest: i64,
    /// All growth: the total for shares.
    pub gross: u64,
}

impl GrowthView {
    /// The first `limit` relevant lines. Finds the path to each.
    pub fn new(growth: Arc<Growth>, limit: usize) -> Self {
        let gross = gross(&growth);
        let lines = lines(&growth, limit, gross);
        let rest = growth.delta - lines.iter().map(|line| line.growth).sum::<i64>();
        Self { growth, lines, rest, gross }
    }

    /// The growth.
    pub fn growth(&self) -> &Arc<Growth> {
        &self.growth
    }

    /// Every byte of growth as a tree from the root: at most `limit` branches, and below each its rest, so
    /// that the leaves add up to the growth of the heap.
    pub fn tree(&self, limit: usize) -> Vec<BranchLine> {
        let least = smallest_shown(&self.growth, limit);
        let scene = Scene::of_growth(&self.growth);
        let mut tree = Tree { view: self, scene: &scene, lines: Vec::new(), open: Vec::new() };
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
    scene: &'a Scene<'a>,
    lines: Vec<BranchLine>,
    /// The branches that can still get lines.
    open: Vec<Open>,
}

/// A branch whose lines are not complete.
struct Open {
    /// Its depth among all branches.
    depth: usize,
    /// Its line.
    line: usize,
    /// Growth that is in no line below it.
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
        let owner = owner_text(self.scene, branch.anchor);
        self.push_part(owner, branch.total, Some(branch.anchor));
        self.open.push(Open { depth: branch.depth, line: self.lines.len(), left: branch.total });
        for row in branch.rows.iter().map(|&row| &growth.rows[row]) {
            if row.part != Part::Whole && row.growth.unsigned_abs() >= least {
                self.push_part(row_owner(self.scene, row), row.growth, Some(row.container));
            }
        }
    }

    /// Adds the rest of the branches that are not above one of `depth`.
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

/// The minimum growth of a branch so that at most `limit` of them are shown.
fn smallest_shown(growth: &Growth, limit: usize) -> u64 {
    let mut weights: Vec<u64> = growth.branches.iter().map(|branch| branch.total.unsigned_abs()).collect();
    weights.sort_unstable_by(|a, b| b.cmp(a));
    weights.get(limit).map_or(0, |&weight| weight + 1).max(growth.threshold)
}

/// The first `limit` lines of a growth, in the common ranking; none if ids do not match.
fn lines(growth: &Growth, limit: usize, gross: u64) -> Vec<GrowthLine> {
    let scene = Scene::of_growth(growth);
    let ranked = scene.ranked(limit, &Progress::new()).expect("not cancelled");
    ranked.evidence.iter().take(limit).map(|evidence| line(&scene, evidence, gross)).collect()
}

/// Evidence as text.
pub(crate) fn line(scene: &Scene<'_>, evidence: &Evidence, gross: u64) -> GrowthLine {
    let snapshot = scene.snapshot;
    let HolderText { owner, place, mut path } = who_text(scene, evidence);
    if let Some(range) = new_elements(evidence) {
        path.push_str(&range);
    }
    let what: Vec<String> =
        evidence.contents.iter().take(ENTRY_CLASSES).map(|content| content_text(snapshot, content)).collect();
    let fingerprint = fingerprint(evidence.rule, &owner, place.as_deref());
    GrowthLine {
        owner,
        place,
        path,
        kind: evidence.kind.label(),
        entries_before: evidence.entries_before,
        entries_after: evidence.entries_after,
        bytes_before: evidence.bytes_before,
        bytes_after: evidence.bytes_after,
        growth: evidence.growth,
        bytes_per_entry: evidence.bytes_per_entry(),
        share: format::share(u64::try_from(evidence.growth).unwrap_or(0), gross),
        object: evidence.object,
        id: snapshot.id(evidence.object),
        object_before: evidence.object_before,
        new_entries: evidence
            .contents
            .iter()
            .take(ENTRY_CLASSES)
            .map(|content| entries(snapshot, content))
            .collect(),
        what,
        why: why_text(scene, evidence),
        confidence: evidence.confidence.label(),
        fingerprint,
    }
}

/// `[0…49999]` for an array that objects were pushed to.
fn new_elements(evidence: &Evidence) -> Option<String> {
    let is_array = evidence.kind == ContainerKind::Array
        && !evidence.contents.is_empty()
        && matches!(evidence.who, Who::Container(_));
    let (first, end) = (evidence.entries_before.filter(|_| is_array)?, evidence.entries_after?);
    (first < end)
        .then(|| if first + 1 == end { format!("[{first}]") } else { format!("[{first}…{}]", end - 1) })
}

fn entries(snapshot: &Snapshot, content: &Content) -> EntriesLine {
    EntriesLine {
        class: content_noun(snapshot, content, 1),
        keeps: keeps_text(snapshot, content),
        count: content.count,
        bytes: content.bytes,
        example: content.example,
        example_id: snapshot.id(content.example),
    }
}

/// The owner of a row, as code.
pub(crate) fn row_owner(scene: &Scene<'_>, row: &GrowthRow) -> String {
    let snapshot = scene.snapshot;
    match row.part {
        Part::Whole => owner_text(scene, row.owner),
        Part::Slot(_) => best_holder_text(&scene.holders, row.container).owner,
        Part::Shared(class) => {
            let class = sanitize(snapshot.classes().name(class), NAME_LIMIT);
            let holders: Vec<String> =
                row.holders.iter().map(|&holder| best_holder_text(&scene.holders, holder).owner).collect();
            match holders.split_last() {
                None => format!("{class} below {}", owner_text(scene, row.owner)),
                Some((only, [])) => format!("{class} in {only}"),
                Some((last, others)) => format!("{class} in {} and {last}", others.join(", ")),
            }
        }
    }
}

fn owner_text(scene: &Scene<'_>, node: NodeIndex) -> String {
    if node == scene.graph().root { WHOLE.to_owned() } else { best_holder_text(&scene.holders, node).owner }
}
