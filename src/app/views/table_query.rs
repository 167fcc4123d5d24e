//! What the rows of a table depend on, and how they are made from that on a thread.

use crate::app::files::open_file::FileId;
use crate::app::state::TableKey;
use crate::app::tasks::entry::PartialResults;
use crate::app::tasks::query_cache::Query;
use crate::app::tasks::shared::Shared;
use crate::app::views::table_pane::{TablePane, TableRows};
use crate::app::views::view::View;
use crate::base::Progress;
use crate::compare::{Comparison, GrowthAccounting};
use crate::growth::trend::{Trend, allocated_between, trend};
use crate::growth::{Growth, growth};
use crate::model::{
    AllocationView, ClassFilter, ComparisonView, Containment, Dominators, FilterPreset, FilteredObjects,
    Grouping, GrowthBy, ObjectFilter, SlicedStrings, Sort, StringList, StringPrefixes, StringTexts, Strings,
    Summary, Timeline, TreeSource, TreeTable, TrendOf, TrendTable,
};
use crate::snapshot::{SizeMode, Snapshot};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What the middle's table depends on: where this differs, the rows are built again.
#[derive(Clone, PartialEq, Debug)]
pub struct TableQuery {
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
    pub object_filter: ObjectFilter,
    /// Whether dominated objects share rows.
    pub grouping: Grouping,
    /// Which bytes a comparison counts.
    pub counting: GrowthAccounting,
    /// How Growth groups its rows.
    pub growth_by: GrowthBy,
    /// The snapshots that a trend goes through, and what of them.
    pub trend: Option<(Vec<FileId>, TrendOf)>,
    /// How strings are listed.
    pub strings: StringList,
}

impl Query for TableQuery {
    type Slot = TableKey;
    type Output = TableRows;
    type Value = TablePane;

    fn slot(&self) -> TableKey {
        (self.view, self.current, self.baseline)
    }

    fn label(&self) -> &'static str {
        match self.view {
            View::Comparison => "Comparing",
            View::Growth => "Looking for what grew",
            View::Trend => "Following what grows",
            View::Dominators => "Listing dominated objects",
            View::Strings => "Comparing strings",
            View::Allocations => "Adding up allocations",
            View::Search => "Searching",
            _ if !self.object_filter.is_default() => "Filtering objects",
            _ => "Listing",
        }
    }

    fn files(&self) -> Vec<FileId> {
        let series = self.trend.iter().flat_map(|(files, _)| files.iter().copied());
        series.chain(self.baseline).chain([self.current]).collect()
    }
}

impl TableQuery {
    /// Finds the rows. `None` if the task was cancelled.
    pub fn run(
        self,
        snapshot: Arc<Snapshot>,
        older: Option<Arc<Snapshot>>,
        inputs: QueryInputs,
        (progress, early): (&Progress, &PartialResults<TableRows>),
    ) -> Option<TableRows> {
        snapshot.prepare(self.sizes);
        let filter = ClassFilter::parse(&self.filter).unwrap_or_default();
        let source: Arc<dyn TreeSource> = match (self.view, older) {
            (View::Growth, Some(older)) => {
                older.prepare(self.sizes);
                let find = || growth(&older, &snapshot, self.sizes, progress);
                let growth = inputs.growth?.get_or_try_init(find).ok()?;
                return Some(TableRows::Table(Box::new(self.growth_by.table(growth, inputs.sort))));
            }
            (View::Comparison, Some(older)) => {
                older.prepare(self.sizes);
                let find = || self.object_filter.compare(older, snapshot, self.sizes, progress);
                let comparison = inputs.comparison?.get_or_try_init(find).ok()?;
                Arc::new(ComparisonView::new(comparison, self.counting, filter))
            }
            (View::Trend, _) => {
                let (_, of) = self.trend?;
                return trends(of, self.sizes, &inputs, progress).map(TableRows::Source);
            }
            (View::Containment, ..) => Arc::new(Containment::new(snapshot, self.sizes)),
            (View::Dominators, ..) => Arc::new(Dominators::new(snapshot, self.sizes, self.grouping)),
            (View::Allocations, ..) => {
                // That a snapshot has no timeline is a result as well.
                drop(inputs.timeline.get_or_try_init(|| Ok::<_, ()>(Timeline::new(&snapshot))));
                Arc::new(AllocationView::new(snapshot))
            }
            (View::Strings, ..) if self.strings == StringList::Sliced => {
                Arc::new(SlicedStrings::find(snapshot, self.sizes, &filter, progress).ok()?)
            }
            (View::Strings, ..) => {
                let find = || StringTexts::find(&snapshot, self.sizes, progress);
                let texts = inputs.texts.get_or_try_init(find).ok()?;
                let strings = Strings::new(snapshot, self.sizes, texts, &filter);
                strings.shown();
                match self.strings {
                    StringList::Prefixes => Arc::new(StringPrefixes::new(strings)),
                    _ => Arc::new(strings),
                }
            }
            _ => {
                let summary = Summary::new(snapshot.clone(), self.sizes, filter);
                let summary = if self.object_filter.is_default() {
                    summary
                } else {
                    let find = || match &self.object_filter.keep {
                        FilterPreset::Found(search) => {
                            let mut pace = PublishInterval::new();
                            let nodes = search.find_by_parts(&snapshot, progress, |found| {
                                if pace.is_due() {
                                    let kept = FilteredObjects::partial(&snapshot, self.sizes, found.clone());
                                    let rows =
                                        Summary::new(snapshot.clone(), self.sizes, ClassFilter::default());
                                    let rows = Arc::new(rows.with_objects(Arc::new(kept)));
                                    early.send(TableRows::Table(Box::new(opened_table(rows, inputs.sort))));
                                }
                            })?;
                            Ok(FilteredObjects::new(&snapshot, self.sizes, nodes, None))
                        }
                        _ => self.object_filter.find(&snapshot, self.sizes, progress),
                    };
                    summary
                        .with_objects(inputs.kept.get_or_try_init(find).ok()?)
                        .grouped_by(self.object_filter.group_by)
                };
                summary.shown();
                Arc::new(summary)
            }
        };
        if self.view == View::Search {
            return Some(TableRows::Table(Box::new(opened_table(source, inputs.sort))));
        }
        Some(TableRows::Source(source))
    }
}

/// When rows that are still growing in number are shown again: at once, and then at longer and longer times,
/// so that showing them costs a small part of finding them.
struct PublishInterval {
    due: Instant,
    pause: Duration,
}

impl PublishInterval {
    fn new() -> Self {
        Self { due: Instant::now(), pause: Duration::from_millis(50) }
    }

    fn is_due(&mut self) -> bool {
        let now = Instant::now();
        if now < self.due {
            return false;
        }
        self.due = now + self.pause;
        self.pause = (self.pause * 2).min(Duration::from_secs(1));
        true
    }
}

/// A table in which the groups are open where they are few.
pub fn opened_table(source: Arc<dyn TreeSource>, sort: Option<Sort>) -> TreeTable {
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

/// The rows of a trend; what was allocated between the first two and is in the last is a Summary.
fn trends(
    of: TrendOf,
    sizes: SizeMode,
    inputs: &QueryInputs,
    progress: &Progress,
) -> Option<Arc<dyn TreeSource>> {
    let (first, second) = (inputs.series.first()?, inputs.series.get(1)?);
    let last = inputs.series.last()?;
    for snapshot in &inputs.series {
        snapshot.prepare(sizes);
        progress.check().ok()?;
    }
    if of == TrendOf::Kept {
        let nodes = allocated_between(first, second, last, progress).ok()?;
        let summary = Summary::new(Arc::clone(last), sizes, ClassFilter::default());
        return Some(Arc::new(
            summary.with_objects(Arc::new(FilteredObjects::new(last, sizes, nodes, None))),
        ));
    }
    let trend = inputs.trend.get_or_try_init(|| trend(&inputs.series, sizes, progress)).ok()?;
    Some(Arc::new(TrendTable::new(&trend, of)))
}

/// What the task needs besides the snapshots.
pub struct QueryInputs {
    /// The comparison of the two snapshots.
    pub comparison: Option<Shared<Comparison>>,
    /// The attribution of growth between the two snapshots.
    pub growth: Option<Shared<Growth>>,
    /// What grows through several snapshots.
    pub trend: Shared<Trend>,
    /// These snapshots, the oldest first.
    pub series: Vec<Arc<Snapshot>>,
    /// The objects that pass the filter.
    pub kept: Shared<FilteredObjects>,
    /// The strings.
    pub texts: Shared<StringTexts>,
    /// The bars of a timeline.
    pub timeline: Shared<Option<Timeline>>,
    /// The order of the previous rows.
    pub sort: Option<Sort>,
}
