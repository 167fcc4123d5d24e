//! The figures of all open snapshots: computed one snapshot after the other while the view is shown.

use crate::app::commands::registry::{KeyModifiers, Shortcut};
use crate::app::files::open_file::{FileId, OpenFile};
use crate::app::state::AppState;
use crate::app::tasks::query_cache::Query;
use crate::app::views::spec::ViewSpec;
use crate::model::StatisticsView;

/// The view of figures.
pub(crate) static SPEC: ViewSpec = ViewSpec {
    title: "Statistics",
    tooltip: "The share of code, strings, arrays… in the heap",
    shortcut: Shortcut { hold: KeyModifiers::CtrlShift, key: "9" },
    hint: "",
    request: AppState::sync_statistics,
    ..ViewSpec::BASE
};

/// The figures of one snapshot.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct StatisticsQuery(pub FileId);

impl Query for StatisticsQuery {
    type Slot = FileId;
    type Output = StatisticsView;
    type Value = Option<StatisticsView>;

    fn slot(&self) -> FileId {
        self.0
    }

    fn label(&self) -> &'static str {
        "Adding up statistics"
    }

    fn files(&self) -> Vec<FileId> {
        vec![self.0]
    }
}

impl AppState {
    /// The figures of a snapshot, or why they are missing; `None` until one of them is known.
    pub fn statistics(&self, file: FileId) -> Option<Result<&StatisticsView, &str>> {
        self.cache.entry::<StatisticsQuery>(&file)?.result()
    }

    /// Requests the figures of the next snapshot, starting with the current one.
    pub(crate) fn sync_statistics(&mut self) {
        if self.cache.is_pending::<StatisticsQuery>() {
            return;
        }
        let is_open = |file: &&OpenFile| file.is_complete() && self.statistics(file.id).is_none();
        let current = self.current_file().filter(is_open);
        let Some(file) = current.or_else(|| self.files.iter().find(is_open)) else { return };
        let (id, Some(snapshot)) = (file.id, file.snapshot.clone()) else { return };
        self.cache.request(StatisticsQuery(id), move |_, _| Some(StatisticsView::new(&snapshot)));
    }
}
