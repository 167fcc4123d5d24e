//! The figures of all open snapshots: added up one snapshot after the other while somebody looks at them.

use crate::app::files::open_file::OpenFile;
use crate::app::state::AppState;
use crate::app::views::view::View;
use crate::base::Progress;
use crate::model::StatisticsView;

impl AppState {
    /// Has the next snapshot's figures added up, the one that is shown first.
    pub(crate) fn sync_statistics(&mut self) {
        if self.view != View::Statistics || self.statistics.is_busy() {
            return;
        }
        let is_open = |file: &&OpenFile| file.is_complete() && self.statistics.get(&file.id).is_none();
        let current = self.current_file().filter(is_open);
        let Some(file) = current.or_else(|| self.files.iter().find(is_open)) else { return };
        let Some(snapshot) = file.snapshot.clone() else { return };
        let add = move |_: &Progress| Some(StatisticsView::new(&snapshot));
        self.statistics.ask(file.id, "Adding up statistics", &self.waker, add);
    }
}
