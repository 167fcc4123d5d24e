//! Summary: all objects of a snapshot, grouped.

use crate::app::options::{Choice, OptionForm, Options};
use crate::app::state::AppState;
use crate::app::views::shared_results::FilteredObjectsQuery;
use crate::app::views::spec::{Reveal, RowsTask, TableSpec, ViewSpec, ctrl};
use crate::app::views::table_pane::TableRows;
use crate::app::views::table_query::TableQuery;
use crate::app::views::text_filter::FilterField;
use crate::model::{Internals, ObjectFilter, Summary, TreeSource};
use crate::snapshot::groups::GroupBy;
use std::sync::Arc;

/// The view of constructors.
pub(crate) static SPEC: ViewSpec = ViewSpec {
    title: "Summary",
    tooltip: "All objects, grouped by constructor",
    shortcut: ctrl("6"),
    options: &[&GROUP_BY, &INTERNALS],
    filter: Some(FilterField::Constructors),
    has_chips: true,
    empty: |state| {
        if state.filter().typed.is_empty() {
            "No object passes the filter"
        } else {
            "No constructor matches the filter"
        }
    },
    table: Some(TableSpec {
        object_filter: |state, file| {
            let is_complete = state.snapshot(file).is_some_and(|snapshot| snapshot.is_complete());
            if is_complete { state.object_filter(file) } else { ObjectFilter::default() }
        },
        ..TableSpec::new(
            |query| if query.object_filter.is_default() { "Listing" } else { "Filtering objects" },
            rows,
        )
    }),
    reveal: Reveal::ByConstructor,
    ..ViewSpec::BASE
};

/// The grouping of the rows.
pub static GROUP_BY: Options<GroupBy> = Options {
    form: OptionForm::Elsewhere,
    ..Options::new(
        "group by",
        "Group by",
        &[
            Choice::new(GroupBy::Constructor, "constructor", GroupBy::Constructor.help()),
            Choice::new(GroupBy::Script, "script", GroupBy::Script.help()),
            Choice::new(GroupBy::Function, "function", GroupBy::Function.help()),
            Choice::new(GroupBy::Package, "package", GroupBy::Package.help()),
            Choice::new(GroupBy::Kind, "kind", GroupBy::Kind.help()),
            Choice::new(GroupBy::Shape, "shape", GroupBy::Shape.help()),
            Choice::new(GroupBy::NativeContext, "native context", GroupBy::NativeContext.help()),
        ],
    )
};

/// Whether V8's internal objects are shown.
pub static INTERNALS: Options<Internals> = Options {
    form: OptionForm::Switch(1),
    ..Options::new(
        "hide engine internals",
        "",
        &[
            Choice::new(
                Internals::Shown,
                "Show engine internals",
                "Count V8's own objects: bookkeeping, compiled code, shapes and backing stores",
            ),
            Choice::new(
                Internals::Hidden,
                "Hide engine internals",
                "Leave out V8's own objects: bookkeeping, compiled code, shapes and backing stores",
            ),
        ],
    )
};

fn rows(state: &mut AppState, query: &TableQuery) -> Option<RowsTask> {
    let snapshot = Arc::clone(state.snapshot(query.current)?);
    let TableQuery { current: file, sizes, .. } = *query;
    let (names, filter) = (query.class_filter(), query.object_filter.clone());
    let kept = state.cache.shared(FilteredObjectsQuery { file, sizes, filter: filter.clone() });
    Some(Box::new(move |progress, _| {
        snapshot.prepare(sizes);
        let mut summary = Summary::new(Arc::clone(&snapshot), sizes, names).by_number();
        if !filter.is_default() {
            let find = || filter.find(&snapshot, sizes, progress);
            let objects = kept.get_or_try_init(find).ok()?;
            summary = summary.with_objects(objects).grouped_by(filter.group_by);
        }
        summary.shown();
        Some(TableRows::Source(Arc::new(summary)))
    }))
}
