//! Comparison: new, deleted and grown objects between two snapshots, by constructor.

use crate::app::options::{Choice, OptionForm, Options};
use crate::app::state::AppState;
use crate::app::views::shared_results::{ComparisonQuery, Pair};
use crate::app::views::spec::{Needs, RowsTask, TableSpec, ViewGroup, ViewSpec, ctrl};
use crate::app::views::summary::{GROUP_BY, INTERNALS};
use crate::app::views::table_pane::TableRows;
use crate::app::views::table_query::TableQuery;
use crate::app::views::text_filter::FilterField;
use crate::compare::GrowthAccounting;
use crate::model::{ComparisonView, FilterPreset, ObjectFilter};
use std::sync::Arc;

/// The view of two snapshots side by side.
pub(crate) static SPEC: ViewSpec = ViewSpec {
    title: "Comparison",
    tooltip: "What came, went and grew between two snapshots",
    shortcut: ctrl("5"),
    group: ViewGroup::Find,
    needs: Needs::Pair,
    options: &[&GROUP_BY, &INTERNALS, &ACCOUNTING],
    filter: Some(FilterField::Constructors),
    has_chips: true,
    empty: |state| {
        if !state.filter().typed.is_empty() {
            "No constructor matches the filter"
        } else if !state.lets_all_pass() {
            "Nothing that meets the conditions differs between these two snapshots"
        } else {
            "Nothing differs between these two snapshots"
        }
    },
    table: Some(TableSpec {
        object_filter: |state, file| ObjectFilter { keep: FilterPreset::All, ..state.object_filter(file) },
        ..TableSpec::new(|_| "Comparing", rows)
    }),
    request: AppState::sync_suspects,
    ..ViewSpec::BASE
};

/// How bytes are counted.
pub static ACCOUNTING: Options<GrowthAccounting> = Options {
    form: OptionForm::CheckBox(1),
    ..Options::new(
        "accounting",
        "Comparison",
        &[
            Choice::new(
                GrowthAccounting::EveryByte,
                "Count every byte",
                "What grew and shrank in place counts too, so that the rows add up to the change of the heap",
            ),
            Choice::new(
                GrowthAccounting::AsChrome,
                "As Chrome counts",
                "Chrome leaves out objects that are in both snapshots, whatever they have grown to: with this its figures, to the byte; without it what grew and shrank in place counts too, so that the rows add up to the change of the heap",
            ),
        ],
    )
};

fn rows(state: &mut AppState, query: &TableQuery) -> Option<RowsTask> {
    let (older, newer) = state.table_pair(query)?;
    let (sizes, counting) = (query.sizes, state.option(&ACCOUNTING));
    let (names, filter) = (query.class_filter(), query.object_filter.clone());
    let pair = Pair { baseline: query.baseline?, current: query.current, sizes };
    let comparison = state.cache.shared(ComparisonQuery { pair, filter: filter.clone() });
    Some(Box::new(move |progress, _| {
        newer.prepare(sizes);
        older.prepare(sizes);
        let find = || filter.compare(older, newer, sizes, progress);
        let comparison = comparison.get_or_try_init(find).ok()?;
        Some(TableRows::Source(Arc::new(ComparisonView::new(comparison, counting, names).by_number())))
    }))
}
