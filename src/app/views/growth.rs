//! Growth: which containers grew between two snapshots, and by which objects.

use crate::app::options::{Choice, Options};
use crate::app::state::AppState;
use crate::app::views::shared_results::{GrowthQuery, Pair};
use crate::app::views::spec::{Needs, RowsTask, TableSpec, ViewGroup, ViewSpec, ctrl};
use crate::app::views::table_pane::TableRows;
use crate::app::views::table_query::TableQuery;
use crate::growth::growth;
use crate::model::GrowthBy;

/// The view of growth.
pub(crate) static SPEC: ViewSpec = ViewSpec {
    title: "Growth",
    tooltip: "Which arrays, maps and other containers grew between two snapshots, and by what",
    shortcut: ctrl("3"),
    group: ViewGroup::Find,
    needs: Needs::Pair,
    options: &[&GROWTH_BY],
    empty: |state| match state.suspects_of_growth() {
        Some(Ok(report)) => report.verdict.as_str(),
        _ => "Nothing grew that matters",
    },
    hint: "Select a container to see who holds it",
    table: Some(TableSpec::new(|_| "Looking for what grew", rows)),
    request: AppState::sync_suspects,
    ..ViewSpec::BASE
};

/// How the rows are grouped.
pub static GROWTH_BY: Options<GrowthBy> = Options::new(
    "growth by",
    "Growth",
    &[
        Choice::new(
            GrowthBy::Containers,
            "Containers",
            "The arrays, Maps, texts and other containers that grew, each with what came into it",
        ),
        Choice::new(
            GrowthBy::Owners,
            "Owners",
            "Every byte of growth below the nearest object that was there before, as a tree from the roots",
        ),
    ],
);

fn rows(state: &mut AppState, query: &TableQuery) -> Option<RowsTask> {
    let (older, newer) = state.table_pair(query)?;
    let (sizes, by, sort) = (query.sizes, state.option(&GROWTH_BY), state.table_sort());
    let pair = Pair { baseline: query.baseline?, current: query.current, sizes };
    let shared = state.cache.shared(GrowthQuery(pair));
    Some(Box::new(move |progress, _| {
        newer.prepare(sizes);
        older.prepare(sizes);
        let found = shared.get_or_try_init(|| growth(&older, &newer, sizes, progress)).ok()?;
        Some(TableRows::Table(Box::new(by.table(found, sort))))
    }))
}
