//! Search: the objects that match. They are shown while more are being found.

use crate::app::commands::command::Effect;
use crate::app::state::AppState;
use crate::app::views::shared_results::FilteredObjectsQuery;
use crate::app::views::spec::{RowsTask, TableSpec, ViewSpec, ctrl};
use crate::app::views::table_pane::TableRows;
use crate::app::views::table_query::{TableQuery, opened_table};
use crate::base::Cancelled;
use crate::model::{ClassFilter, FilterPreset, FilteredObjects, ObjectFilter, Summary, TreeSource};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The view of a search.
pub(crate) static SPEC: ViewSpec = ViewSpec {
    title: "Search",
    tooltip: "Find objects by name, text, /regex/ or @id",
    shortcut: ctrl("F"),
    empty: |_| "Nothing was found",
    table: Some(TableSpec {
        object_filter: |state, _| ObjectFilter::of_preset(FilterPreset::Found(state.search.good().clone())),
        ..TableSpec::new(|_| "Searching", rows)
    }),
    on_show: |_| vec![Effect::FocusSearch],
    ..ViewSpec::BASE
};

fn rows(state: &mut AppState, query: &TableQuery) -> Option<RowsTask> {
    let snapshot = Arc::clone(state.snapshot(query.current)?);
    let TableQuery { current: file, sizes, .. } = *query;
    let (search, sort) = (state.search.good().clone(), state.table_sort());
    let found = state.cache.shared(FilteredObjectsQuery { file, sizes, filter: query.object_filter.clone() });
    Some(Box::new(move |progress, early| {
        snapshot.prepare(sizes);
        let summary = |objects| {
            let all = Summary::new(Arc::clone(&snapshot), sizes, ClassFilter::default()).by_number();
            all.with_objects(objects)
        };
        let find = || {
            let mut pace = PublishInterval::new();
            let nodes = search.find_by_parts(&snapshot, progress, |found| {
                if pace.is_due() {
                    let objects = FilteredObjects::partial(&snapshot, sizes, found.clone());
                    let rows = Arc::new(summary(Arc::new(objects)));
                    early.send(TableRows::Table(Box::new(opened_table(rows, sort))));
                }
            })?;
            Ok::<_, Cancelled>(FilteredObjects::new(&snapshot, sizes, nodes, None))
        };
        let rows = summary(found.get_or_try_init(find).ok()?);
        rows.shown();
        Some(TableRows::Table(Box::new(opened_table(Arc::new(rows), sort))))
    }))
}

/// When a growing list of rows is shown again: at once, and then at increasing intervals, so that showing
/// them costs a small part of the search.
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
