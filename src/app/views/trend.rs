//! Trend: what grows from snapshot to snapshot.

use crate::app::files::open_file::FileId;
use crate::app::options::{Choice, Options};
use crate::app::state::AppState;
use crate::app::tasks::query_cache::Query;
use crate::app::views::shared_results::TrendQuery;
use crate::app::views::spec::{Needs, RowsTask, TableSpec, ViewGroup, ViewSpec, ctrl};
use crate::app::views::table_pane::TableRows;
use crate::app::views::table_query::TableQuery;
use crate::growth::trend::{allocated_between, trend, trend_as_given};
use crate::model::{ClassFilter, FilteredObjects, Summary, TrendLines, TrendOf, TrendTable};
use crate::snapshot::Snapshot;
use std::sync::Arc;

/// The view of three snapshots or more.
pub(crate) static SPEC: ViewSpec = ViewSpec {
    title: "Trend",
    tooltip: "What grows from snapshot to snapshot, of three or more",
    shortcut: ctrl("4"),
    group: ViewGroup::Find,
    needs: Needs::Series,
    is_available: |state| state.by_age().len() > 2,
    options: &[&TREND_OF],
    empty: |_| "Nothing grows from the first of these snapshots to the last",
    hint: "Select a row to see who holds it",
    table: Some(TableSpec::new(|_| "Following what grows", rows)),
    request: AppState::sync_trend_lines,
    ..ViewSpec::BASE
};

/// What is followed.
pub static TREND_OF: Options<TrendOf> = Options::new(
    "trend of",
    "Trend",
    &[
        Choice::new(
            TrendOf::Containers,
            "Containers",
            "Arrays, Maps and other containers that grow from the first snapshot to the last",
        ),
        Choice::new(
            TrendOf::Classes,
            "Constructors",
            "Constructors whose objects take more bytes from snapshot to snapshot",
        ),
        Choice::new(
            TrendOf::Kept,
            "Still there",
            "What was allocated between the first two snapshots and is still there in the last: the classic question to three snapshots",
        ),
    ],
);

/// The charts above the table.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct TrendLinesQuery(TrendQuery);

impl Query for TrendLinesQuery {
    type Slot = ();
    type Output = TrendLines;
    type Value = Option<TrendLines>;

    fn slot(&self) {}

    fn label(&self) -> &'static str {
        "Drawing what grows"
    }

    fn files(&self) -> Vec<FileId> {
        self.0.files.clone()
    }
}

impl AppState {
    /// The charts above the table, once they are known.
    pub fn trend_lines(&self) -> Option<&TrendLines> {
        let query = TrendLinesQuery(TrendQuery { files: self.by_age(), sizes: self.settings.sizes() });
        let (built, chart) = self.cache.entry::<TrendLinesQuery>(&())?.shown()?;
        (*built == query).then_some(chart)
    }

    /// Requests the charts as soon as the trend is known.
    pub(crate) fn sync_trend_lines(&mut self) {
        let query = TrendQuery { files: self.by_age(), sizes: self.settings.sizes() };
        let known = self.cache.entry::<TrendQuery>(&()).filter(|entry| entry.built_for() == Some(&query));
        if let Some(trend) = known.and_then(|entry| entry.value.known()) {
            self.cache.request(TrendLinesQuery(query), move |_, _| Some(TrendLines::new(&trend)));
        }
    }
}

fn rows(state: &mut AppState, query: &TableQuery) -> Option<RowsTask> {
    let (sizes, of, files) = (query.sizes, state.option(&TREND_OF), query.series.clone());
    let series: Vec<Arc<Snapshot>> = files.iter().filter_map(|&id| state.snapshot(id).cloned()).collect();
    let shared = state.cache.shared(TrendQuery { files, sizes });
    let follow = if state.is_arranged() { trend_as_given } else { trend };
    Some(Box::new(move |progress, _| {
        let (first, second, last) = (series.first()?, series.get(1)?, series.last()?);
        for snapshot in &series {
            snapshot.prepare(sizes);
            progress.check().ok()?;
        }
        // "Allocated between the first two and still there in the last" is a Summary.
        if of == TrendOf::Kept {
            let nodes = allocated_between(first, second, last, progress).ok()?;
            let summary = Summary::new(Arc::clone(last), sizes, ClassFilter::default()).by_number();
            let objects = FilteredObjects::new(last, sizes, nodes, None);
            return Some(TableRows::Source(Arc::new(summary.with_objects(Arc::new(objects)))));
        }
        let found = shared.get_or_try_init(|| follow(&series, sizes, progress)).ok()?;
        Some(TableRows::Source(Arc::new(TrendTable::new(&found, of))))
    }))
}
