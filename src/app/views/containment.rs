//! Containment: the heap as a tree, from the roots down.

use crate::app::state::AppState;
use crate::app::views::spec::{PathTask, Reveal, RowsTask, TableSpec, ViewSpec, ctrl};
use crate::app::views::table_pane::TableRows;
use crate::app::views::table_query::TableQuery;
use crate::model::Containment;
use std::sync::Arc;

/// The view of what the roots hold.
pub(crate) static SPEC: ViewSpec = ViewSpec {
    title: "Containment",
    tooltip: "The heap as a tree, from the roots down",
    shortcut: ctrl("7"),
    table: Some(TableSpec::new(|_| "Listing", rows)),
    reveal: Reveal::ByPath(path_to),
    ..ViewSpec::BASE
};

fn rows(state: &mut AppState, query: &TableQuery) -> Option<RowsTask> {
    let (snapshot, sizes) = (Arc::clone(state.snapshot(query.current)?), query.sizes);
    Some(Box::new(move |_, _| {
        snapshot.prepare(sizes);
        Some(TableRows::Source(Arc::new(Containment::new(snapshot, sizes).by_number())))
    }))
}

fn path_to(state: &AppState) -> PathTask {
    let sizes = state.settings.sizes();
    Box::new(move |snapshot, node, progress| {
        Containment::new(Arc::clone(snapshot), sizes).path_to(node, progress)
    })
}
