//! Strings: all texts, their copies and the waste of these.

use crate::app::options::{Choice, Options};
use crate::app::state::AppState;
use crate::app::views::shared_results::StringTextsQuery;
use crate::app::views::spec::{RowsTask, TableSpec, ViewSpec, ctrl};
use crate::app::views::table_pane::TableRows;
use crate::app::views::table_query::TableQuery;
use crate::app::views::text_filter::FilterField;
use crate::model::{SlicedStrings, StringList, StringPrefixes, StringTexts, StringsView, TreeSource};
use std::sync::Arc;

/// The view of strings.
pub(crate) static SPEC: ViewSpec = ViewSpec {
    title: "Strings",
    tooltip: "All texts, their copies and what these waste",
    shortcut: ctrl("0"),
    options: &[&STRING_LIST],
    filter: Some(FilterField::Strings),
    empty: |state| {
        if state.filter().typed.is_empty() { "There are no objects" } else { "No string matches the filter" }
    },
    table: Some(TableSpec::new(|_| "Comparing strings", rows)),
    ..ViewSpec::BASE
};

/// How strings are listed.
pub static STRING_LIST: Options<StringList> = Options::new(
    "string list",
    "Strings",
    &[
        Choice::new(StringList::Texts, "Texts", "Every text with its copies"),
        Choice::new(StringList::Prefixes, "Prefixes", "Texts that begin alike share a row"),
        Choice::new(StringList::Sliced, "Kept by slices", "Texts that a part of them keeps whole"),
    ],
);

fn rows(state: &mut AppState, query: &TableQuery) -> Option<RowsTask> {
    let snapshot = Arc::clone(state.snapshot(query.current)?);
    let (sizes, names, list) = (query.sizes, query.class_filter(), state.option(&STRING_LIST));
    let texts = state.cache.shared(StringTextsQuery { file: query.current, sizes });
    Some(Box::new(move |progress, _| {
        snapshot.prepare(sizes);
        if list == StringList::Sliced {
            let sliced = SlicedStrings::find(snapshot, sizes, &names, progress).ok()?;
            return Some(TableRows::Source(Arc::new(sliced)));
        }
        let find = || StringTexts::find(&snapshot, sizes, progress);
        let texts = texts.get_or_try_init(find).ok()?;
        let strings = StringsView::new(snapshot, sizes, texts, &names);
        strings.shown();
        let source: Arc<dyn TreeSource> = match list {
            StringList::Prefixes => Arc::new(StringPrefixes::new(strings)),
            _ => Arc::new(strings),
        };
        Some(TableRows::Source(source))
    }))
}
