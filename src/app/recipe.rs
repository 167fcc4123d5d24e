//! What the rows of a table depend on, and how they are made from that on a thread.

use super::files::FileId;
use super::keeping::KeptCell;
use super::known::Known;
use super::sheet::Made;
use super::view::View;
use crate::base::Progress;
use crate::model::{
    AllocationView, ClassFilter, ComparisonView, Containment, Dominators, Grouping, GrowthTable, Narrowing,
    SlicedStrings, Sort, StringList, StringPrefixes, StringTexts, Strings, Summary, Timeline, TreeSource,
    TreeTable,
};
use crate::snapshot::comparison::{Comparison, compare};
use crate::snapshot::{SizeMode, Snapshot};
use std::sync::{Arc, OnceLock};

/// What the middle's table depends on: where this differs, the rows are made anew.
#[derive(Clone, PartialEq, Debug)]
pub struct Recipe {
    /// The view.
    pub view: View,
    /// The snapshot, or the newer one.
    pub current: FileId,
    /// The older one of a comparison.
    pub baseline: Option<FileId>,
    /// Whether retained sizes are known.
    pub is_complete: bool,
    /// Which sizes.
    pub sizes: SizeMode,
    /// Which constructors, as typed; a filter that parses.
    pub filter: String,
    /// Which objects, in which groups.
    pub narrowing: Narrowing,
    /// Whether dominated objects share rows.
    pub grouping: Grouping,
    /// How strings are listed.
    pub strings: StringList,
}

impl Recipe {
    /// What making it is called on the screen.
    pub fn label(&self) -> &'static str {
        match self.view {
            View::Comparison => "Comparing",
            View::Growth => "Looking for what grew",
            View::Dominators => "Listing dominated objects",
            View::Strings => "Comparing strings",
            View::Allocations => "Adding up allocations",
            View::Search => "Searching",
            _ if !self.narrowing.is_nothing() => "Filtering objects",
            _ => "Listing",
        }
    }

    /// Finds the rows. `None` if the work was stopped.
    pub fn make(
        self,
        snapshot: Arc<Snapshot>,
        older: Option<Arc<Snapshot>>,
        known: Shared,
        progress: &Progress,
    ) -> Option<Made> {
        snapshot.prepare(self.sizes);
        let filter = ClassFilter::parse(&self.filter).unwrap_or_default();
        let source: Arc<dyn TreeSource> = match (self.view, older, known.comparison) {
            (view, Some(older), Some(known)) if view.is_of_two() => {
                older.prepare(self.sizes);
                let comparison = match known.get() {
                    Some(comparison) => Arc::clone(comparison),
                    None => {
                        let fresh = Arc::new(compare(older, snapshot, self.sizes, progress).ok()?);
                        Arc::clone(known.get_or_init(|| fresh))
                    }
                };
                if view == View::Growth {
                    Arc::new(GrowthTable::new(Arc::new(comparison.growth(progress).ok()?)))
                } else {
                    let view = ComparisonView::new(comparison, filter).narrowed(&self.narrowing);
                    view.hidden();
                    Arc::new(view)
                }
            }
            (View::Containment, ..) => Arc::new(Containment::new(snapshot, self.sizes)),
            (View::Dominators, ..) => Arc::new(Dominators::new(snapshot, self.sizes, self.grouping)),
            (View::Allocations, ..) => {
                // A timeline that is none is known, too.
                drop(known.timeline.get_or(|| Ok::<_, ()>(Timeline::new(&snapshot))));
                Arc::new(AllocationView::new(snapshot))
            }
            (View::Strings, ..) if self.strings == StringList::Sliced => {
                Arc::new(SlicedStrings::find(snapshot, self.sizes, &filter, progress).ok()?)
            }
            (View::Strings, ..) => {
                let find = || StringTexts::find(&snapshot, self.sizes, progress);
                let texts = known.texts.get_or(find).ok()?;
                let strings = Strings::new(snapshot, self.sizes, texts, &filter);
                strings.shown();
                match self.strings {
                    StringList::Prefixes => Arc::new(StringPrefixes::new(strings)),
                    _ => Arc::new(strings),
                }
            }
            _ => {
                let summary = Summary::new(snapshot.clone(), self.sizes, filter);
                let summary = if self.narrowing.is_nothing() {
                    summary
                } else {
                    let find = || self.narrowing.find(&snapshot, self.sizes, progress);
                    summary.keeping(known.kept.get_or(find).ok()?).grouped_by(self.narrowing.group_by)
                };
                summary.shown();
                Arc::new(summary)
            }
        };
        if self.view == View::Search {
            return Some(Made::Table(Box::new(opened(source, known.sort))));
        }
        Some(Made::Source(source))
    }
}

/// A table in which the groups are open where they are few.
pub fn opened(source: Arc<dyn TreeSource>, sort: Option<Sort>) -> TreeTable {
    const FEW: usize = 4;
    let mut table = TreeTable::filled(source);
    if let Some(work) = sort.and_then(|sort| table.sort_by(sort)) {
        table.apply(work.run());
    }
    if table.len() <= FEW {
        for row in (0..table.len()).rev() {
            if let Some(work) = table.expand(row) {
                table.apply(work.run());
            }
        }
    }
    table
}

/// The strings of a snapshot, however they are filtered.
pub type TextsCell = Known<(FileId, SizeMode), StringTexts>;

/// The bars of a timeline; nothing for other snapshots.
pub type TimelineCell = Known<FileId, Option<Timeline>>;

/// What a table shares with others, or takes over from the one before.
pub struct Shared {
    /// The comparison of the two snapshots.
    pub comparison: Option<Arc<OnceLock<Arc<Comparison>>>>,
    /// The objects that count.
    pub kept: KeptCell,
    /// The strings.
    pub texts: TextsCell,
    /// The bars of a timeline.
    pub timeline: TimelineCell,
    /// The order of the rows before.
    pub sort: Option<Sort>,
}

/// A comparison that is worked out once, however often its rows are filtered.
pub struct ComparisonCell {
    /// The older snapshot.
    pub baseline: FileId,
    /// The newer snapshot.
    pub current: FileId,
    sizes: SizeMode,
    known: Arc<OnceLock<Arc<Comparison>>>,
}

impl ComparisonCell {
    /// For these two, nothing known yet.
    pub fn new(baseline: FileId, current: FileId, sizes: SizeMode) -> Self {
        Self { baseline, current, sizes, known: Arc::default() }
    }

    /// Whether it is that of these two.
    pub fn is_of(&self, baseline: FileId, current: FileId, sizes: SizeMode) -> bool {
        (self.baseline, self.current, self.sizes) == (baseline, current, sizes)
    }

    /// For the thread that looks into it or fills it.
    pub fn share(&self) -> Arc<OnceLock<Arc<Comparison>>> {
        Arc::clone(&self.known)
    }

    /// The comparison, once it is known.
    pub fn get(&self) -> Option<&Comparison> {
        self.known.get().map(AsRef::as_ref)
    }
}
