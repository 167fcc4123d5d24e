//! The contents of a report on one or more snapshots.

use std::sync::Arc;

use serde::Serialize;

use crate::base::{Cancelled, NodeIndex, Progress};
use crate::compare::ComparisonRow;
use crate::growth::growth;
use crate::model::format::{format_count, format_size, percent, signed_count, signed_size};
use crate::model::{
    GrowthLine, GrowthView, ObjectFilter, Suspect, SuspectsReport, VerifyReport, fingerprint_of,
    reported_code,
};
use crate::report::drawings::{MapTile, PathDrawing, heap_map, path_drawing};
use crate::report::plain;
use crate::snapshot::{SizeMode, Snapshot};

/// Maximum rows of each table.
const ROWS: usize = 40;

/// A report, ready to be formatted as HTML: all texts are for the reader.
#[derive(Serialize, Default)]
pub struct ReportContents {
    /// What the report is about.
    pub title: String,
    /// The result, one sentence.
    pub verdict: String,
    /// Whether the result is good; `None` without a question.
    pub is_good: Option<bool>,
    /// The snapshots, the oldest first.
    pub snapshots: Vec<SnapshotLine>,
    /// Warnings to show first.
    pub notes: Vec<String>,
    /// Budgets of a gate.
    pub budgets: Vec<BudgetLine>,
    /// Suspects.
    pub suspects: Vec<SuspectLine>,
    /// The map of the last snapshot.
    pub map: Vec<MapTile>,
    /// The verdict on the containers of a leak.
    pub verdicts: Vec<String>,
    /// Containers that grew; the last line is the rest, and all add up to the total.
    pub growth: Vec<ReportContainer>,
    /// Growth of the heap.
    pub growth_total: String,
    /// Constructors.
    pub classes: Vec<ClassLine>,
    /// Whether the numbers of constructors are changes.
    pub is_comparison: bool,
}

/// One snapshot.
#[derive(Serialize)]
pub struct SnapshotLine {
    /// Its file.
    pub name: String,
    /// Bytes as text.
    pub size: String,
    /// Objects.
    pub objects: String,
    /// References.
    pub references: String,
    /// Bytes, for the chart.
    pub bytes: u64,
}

/// One budget.
#[derive(Serialize)]
pub struct BudgetLine {
    /// Key in the file.
    pub key: String,
    /// What is.
    pub value: String,
    /// What may be.
    pub limit: String,
    /// Name.
    pub who: String,
    /// Whether it is kept.
    pub held: bool,
}

/// One suspect.
#[derive(Serialize)]
pub struct SuspectLine {
    /// Who, as code.
    pub who: String,
    /// What it holds or has grown by.
    pub claim: String,
    /// What else is known.
    pub facts: Vec<String>,
    /// The path to it, from a root.
    pub path: PathDrawing,
    /// Its code.
    pub code: Option<CodeLines>,
    /// `new` or `known`, with a gate.
    pub state: String,
    /// Identical in another run or build.
    pub fingerprint: String,
}

/// A few lines of code.
#[derive(Serialize)]
pub struct CodeLines {
    /// The source position, and facts about the variable.
    pub title: String,
    /// The lines.
    pub lines: Vec<ReportCodeLine>,
}

/// A line of code.
#[derive(Serialize)]
pub struct ReportCodeLine {
    /// Its number.
    pub number: u32,
    /// Its text.
    pub text: String,
    /// Whether the suspect is on this line.
    pub is_marked: bool,
}

/// One container.
#[derive(Serialize)]
pub struct ReportContainer {
    /// Who, as code.
    pub who: String,
    /// Source position.
    pub place: String,
    /// Bytes, signed.
    pub growth: String,
    /// Share of all growth.
    pub share: String,
    /// The same, 0 to 100, for a bar.
    pub width: u8,
    /// Bytes before and after.
    pub size: String,
    /// Entries before and after.
    pub entries: String,
}

/// One constructor.
#[derive(Serialize)]
pub struct ClassLine {
    /// Its name.
    pub name: String,
    /// Objects, or their change.
    pub count: String,
    /// Shallow bytes, or their change.
    pub shallow: String,
    /// Retained bytes, or their change.
    pub retained: String,
}

impl ReportContents {
    /// A report on one snapshot, or on the growth from the first to the last of several.
    pub fn new(snapshots: &[Arc<Snapshot>], mode: SizeMode, progress: &Progress) -> Result<Self, Cancelled> {
        let mut contents =
            Self { snapshots: snapshots.iter().map(|of| snapshot_line(of)).collect(), ..Self::default() };
        match snapshots {
            [] => {}
            [only] => contents.describe_heap(only, mode, progress)?,
            [first, .., last] => contents.describe_growth(first, last, mode, progress)?,
        }
        Ok(contents)
    }

    fn describe_heap(
        &mut self,
        heap: &Arc<Snapshot>,
        mode: SizeMode,
        progress: &Progress,
    ) -> Result<(), Cancelled> {
        let report = SuspectsReport::of_heap(heap, mode, progress)?;
        self.title = plain(&heap.source().name());
        self.verdict = plain(&report.verdict);
        self.suspects = suspect_lines(heap, &report.suspects, progress)?;
        self.map = heap_map(heap, None, mode, progress)?;
        let mut classes: Vec<_> =
            heap.class_totals(mode).iter().filter(|(_, totals)| totals.count > 0).collect();
        classes.sort_by_key(|&(class, totals)| (std::cmp::Reverse(totals.retained), class));
        let lines = classes.into_iter().take(ROWS).map(|(class, totals)| ClassLine {
            name: plain(heap.classes().name(class)),
            count: format_count(totals.count),
            shallow: format_size(totals.shallow),
            retained: format_size(totals.retained.unwrap_or(0)),
        });
        self.classes = lines.collect();
        Ok(())
    }

    fn describe_growth(
        &mut self,
        first: &Arc<Snapshot>,
        last: &Arc<Snapshot>,
        mode: SizeMode,
        progress: &Progress,
    ) -> Result<(), Cancelled> {
        self.title = plain(&format!("{} → {}", first.source().name(), last.source().name()));
        let grown = growth(first, last, mode, progress)?;
        let report = SuspectsReport::of_growth(&grown);
        self.verdict = plain(&report.verdict);
        self.suspects = suspect_lines(last, &report.suspects, progress)?;
        let baseline = grown.ids.is_one_process().then_some(first);
        self.map = heap_map(last, baseline, mode, progress)?;
        self.growth_total = signed_size(grown.delta);
        if grown.ids.is_one_process() {
            let view = GrowthView::new(Arc::new(grown), ROWS);
            self.growth = view.lines.iter().map(growth_row).collect();
            self.growth.push(ReportContainer {
                who: "everything else".into(),
                place: String::new(),
                growth: signed_size(view.rest),
                share: String::new(),
                width: 0,
                size: String::new(),
                entries: String::new(),
            });
        }
        self.is_comparison = true;
        let filter = ObjectFilter::default();
        let found = filter.compare(Arc::clone(first), Arc::clone(last), mode, progress)?;
        let has_changed = |row: &&ComparisonRow| {
            row.delta_count() != 0 || row.size_delta() != 0 || row.retained_delta() != 0
        };
        let mut rows: Vec<_> = found.rows.iter().filter(has_changed).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.size_delta()));
        let lines = rows.into_iter().take(ROWS).map(|row| ClassLine {
            name: plain(&row.name),
            count: signed_count(row.delta_count()),
            shallow: signed_size(row.size_delta()),
            retained: signed_size(row.retained_delta()),
        });
        self.classes = lines.collect();
        self.notes.extend(found.ids.order_note().into_iter().chain(found.note).map(plain));
        Ok(())
    }

    /// Adds the verdict on a leak.
    pub fn add_verdicts(&mut self, verify: &VerifyReport) {
        self.verdict = plain(&verify.verdict());
        self.is_good = Some(verify.is_fixed());
        self.verdicts = verify.containers.iter().map(|container| plain(&container.text)).collect();
        self.notes.push(plain(&VerifyReport::noise()));
    }
}

fn snapshot_line(snapshot: &Snapshot) -> SnapshotLine {
    SnapshotLine {
        name: plain(&snapshot.source().name()),
        size: format_size(snapshot.total_size()),
        objects: format_count(snapshot.graph().node_count() as u64),
        references: format_count(snapshot.graph().edge_count() as u64),
        bytes: snapshot.total_size(),
    }
}

fn suspect_lines(
    snapshot: &Snapshot,
    suspects: &[Suspect],
    progress: &Progress,
) -> Result<Vec<SuspectLine>, Cancelled> {
    suspects.iter().map(|suspect| suspect_line(snapshot, suspect, progress)).collect()
}

fn suspect_line(
    snapshot: &Snapshot,
    suspect: &Suspect,
    progress: &Progress,
) -> Result<SuspectLine, Cancelled> {
    Ok(SuspectLine {
        who: plain(&suspect.owner),
        claim: plain(&suspect.claim),
        facts: suspect.facts.iter().map(|fact| plain(fact)).collect(),
        path: path_drawing(&steps(&suspect.path)),
        code: code_lines(snapshot, suspect.object, progress)?,
        state: String::new(),
        fingerprint: fingerprint_of(snapshot, suspect),
    })
}

/// The code of an object.
pub fn code_lines(
    snapshot: &Snapshot,
    object: NodeIndex,
    progress: &Progress,
) -> Result<Option<CodeLines>, Cancelled> {
    let found = reported_code(snapshot, object, progress)?.map(|excerpt| {
        let line = |(number, text, is_marked): (u32, String, bool)| ReportCodeLine {
            number,
            text: plain(&text),
            is_marked,
        };
        CodeLines { title: plain(&excerpt.title), lines: excerpt.lines.into_iter().map(line).collect() }
    });
    Ok(found)
}

/// The path to an object, one step per line.
pub fn steps(path: &str) -> Vec<String> {
    path.split(" → ").map(plain).collect()
}

fn growth_row(line: &GrowthLine) -> ReportContainer {
    let number = |number: Option<u64>| number.map_or_else(|| "−".to_owned(), format_count);
    let entries = match (line.entries_before, line.entries_after) {
        (None, None) => String::new(),
        (before, after) => format!("{} → {}", number(before), number(after)),
    };
    // A share is between 0 and 1.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let width = (line.share.clamp(0.0, 1.0) * 100.0) as u8;
    ReportContainer {
        who: plain(&line.owner),
        place: plain(line.place.as_deref().unwrap_or_default()),
        growth: signed_size(line.growth),
        share: percent(line.share),
        width,
        size: format!("{} → {}", format_size(line.bytes_before), format_size(line.bytes_after)),
        entries,
    }
}
