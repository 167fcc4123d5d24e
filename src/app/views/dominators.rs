//! Dominators: what would be freed with each object, from the root down.

use crate::app::options::{Choice, OptionForm, Options};
use crate::app::state::AppState;
use crate::app::views::spec::{Needs, PathTask, Reveal, RowsTask, TableSpec, ViewSpec, ctrl};
use crate::app::views::table_pane::TableRows;
use crate::app::views::table_query::TableQuery;
use crate::model::{DominatorsView, Grouping};
use std::sync::Arc;

/// The view of the dominator tree.
pub(crate) static SPEC: ViewSpec = ViewSpec {
    title: "Dominators",
    tooltip: "What would be freed with what, from the root down",
    shortcut: ctrl("8"),
    needs: Needs::One,
    options: &[&GROUP_DOMINATED],
    table: Some(TableSpec::new(|_| "Listing dominated objects", rows)),
    reveal: Reveal::ByPath(path_to),
    ..ViewSpec::BASE
};

/// Whether dominated objects are grouped.
pub static GROUP_DOMINATED: Options<Grouping> = Options {
    form: OptionForm::CheckBox(0),
    ..Options::new(
        "group dominated",
        "Dominators",
        &[
            Choice::new(
                Grouping::ByClass,
                "Group by constructor",
                "Objects of one constructor below the same object share a row",
            ),
            Choice::new(Grouping::None, "Each object by itself", "Give every object a row of its own"),
        ],
    )
};

fn rows(state: &mut AppState, query: &TableQuery) -> Option<RowsTask> {
    let (snapshot, sizes) = (Arc::clone(state.snapshot(query.current)?), query.sizes);
    let grouping = state.option(&GROUP_DOMINATED);
    Some(Box::new(move |_, _| {
        snapshot.prepare(sizes);
        Some(TableRows::Source(Arc::new(DominatorsView::new(snapshot, sizes, grouping))))
    }))
}

fn path_to(state: &AppState) -> PathTask {
    let (sizes, grouping) = (state.settings.sizes(), state.option(&GROUP_DOMINATED));
    Box::new(move |snapshot, node, progress| {
        DominatorsView::new(Arc::clone(snapshot), sizes, grouping).path_to(node, progress)
    })
}
