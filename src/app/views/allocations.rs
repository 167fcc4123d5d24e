//! Allocations: what each function allocated, in timelines with stacks.

use crate::app::commands::command::Command;
use crate::app::commands::registry::{KeyModifiers, Shortcut};
use crate::app::state::AppState;
use crate::app::views::shared_results::TimelineQuery;
use crate::app::views::spec::{RowsTask, TableSpec, ViewSpec};
use crate::app::views::table_pane::TableRows;
use crate::app::views::table_query::TableQuery;
use crate::model::{AllocationTimeline, AllocationView};
use std::sync::Arc;

/// The view of a timeline.
pub(crate) static SPEC: ViewSpec = ViewSpec {
    title: "Allocations",
    tooltip: "Which functions allocated what, in a timeline with stacks",
    shortcut: Shortcut { hold: KeyModifiers::CtrlShift, key: "0" },
    is_available: |state| {
        let snapshot = state.current.and_then(|current| state.snapshot(current));
        snapshot.is_some_and(|snapshot| snapshot.has_allocations() || !snapshot.graph().samples.is_empty())
    },
    empty: |_| "No stacks were recorded: this needs a timeline with allocation stacks",
    hint: "",
    table: Some(TableSpec::new(|_| "Adding up allocations", rows)),
    row_action: Some(("Show what lives in Summary", Command::ShowAllocated)),
    ..ViewSpec::BASE
};

fn rows(state: &mut AppState, query: &TableQuery) -> Option<RowsTask> {
    let (snapshot, sizes) = (Arc::clone(state.snapshot(query.current)?), query.sizes);
    let timeline = state.cache.shared(TimelineQuery(query.current));
    Some(Box::new(move |_, _| {
        snapshot.prepare(sizes);
        // "No timeline" is a result as well.
        drop(timeline.get_or_try_init(|| Ok::<_, ()>(AllocationTimeline::new(&snapshot))));
        Some(TableRows::Source(Arc::new(AllocationView::new(snapshot))))
    }))
}
