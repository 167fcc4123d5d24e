//! Leak suspects: of each pair that is compared, and of each snapshot whose page is looked at.

use crate::app::files::open_file::{FileId, OpenFile};
use crate::app::state::AppState;
use crate::app::tasks::memo::Memo;
use crate::app::tasks::query_cache::QueryCache;
use crate::app::views::table_query::GrowthMemo;
use crate::app::views::view::{CopyAs, View};
use crate::growth::growth;
use crate::model::SuspectsReport;
use crate::snapshot::SizeMode;
use std::sync::Arc;

/// Whose suspects: a snapshot, since a baseline or by itself.
pub type SuspectsKey = (FileId, Option<FileId>, SizeMode);

/// The reports that are known.
pub type SuspectsPane = QueryCache<SuspectsKey, SuspectsReport>;

impl AppState {
    /// Who grew since the baseline, or why that is not known; nothing as long as it is looked for.
    pub fn suspects_of_growth(&self) -> Option<&Result<SuspectsReport, String>> {
        self.suspecting.get(&(self.current?, Some(self.baseline?), self.settings.sizes()))
    }

    /// Who holds much of the snapshot that is shown.
    pub fn suspects_of_heap(&self) -> Option<&Result<SuspectsReport, String>> {
        self.suspecting.get(&(self.current?, None, self.settings.sizes()))
    }

    /// Whether the line above the comparison is to be shown.
    pub fn has_banner(&self) -> bool {
        let pair = self.baseline.zip(self.current);
        self.view == View::Comparison && pair.is_some() && pair != self.dismissed_banner
    }

    /// The reports that are shown, one below the other.
    pub(crate) fn suspects_written(&self, form: CopyAs) -> String {
        let reports = [self.suspects_of_growth(), self.suspects_of_heap()];
        let known = reports.into_iter().filter_map(|report| report?.as_ref().ok());
        let written = known.map(|report| match form {
            CopyAs::Text => report.text(),
            CopyAs::Markdown => report.markdown(),
        });
        written.collect::<Vec<_>>().join("\n")
    }

    /// Has the suspects found that are shown and not known yet: those of growth first.
    pub(crate) fn sync_suspects(&mut self) {
        let sizes = self.settings.sizes();
        let Some(current) = self.current_file().filter(|file| file.is_complete()) else { return };
        let Some(snapshot) = current.snapshot.clone() else { return };
        let current = current.id;
        let baseline = self.baseline_file().filter(|file| file.is_complete() && file.id != current);
        let is_wanted = self.view.is_of_two() || self.view == View::Suspects;
        let waker = Arc::clone(&self.waker);
        let older = baseline
            .filter(|_| is_wanted)
            .and_then(|file: &OpenFile| Some((file.id, file.snapshot.clone()?)));
        if let Some((baseline, older)) = older {
            let cell: GrowthMemo = Memo::of(&mut self.growth, (baseline, current, sizes));
            let snapshot = Arc::clone(&snapshot);
            self.suspecting.ask(
                (current, Some(baseline), sizes),
                "Looking for suspects",
                &waker,
                move |progress| {
                    older.prepare(sizes);
                    snapshot.prepare(sizes);
                    let growth = cell.get_or(|| growth(&older, &snapshot, sizes, progress)).ok()?;
                    Some(SuspectsReport::of_growth(&growth))
                },
            );
        }
        if self.view == View::Suspects {
            self.suspecting.ask((current, None, sizes), "Looking for suspects", &waker, move |progress| {
                snapshot.prepare(sizes);
                SuspectsReport::of_heap(&snapshot, sizes, progress).ok()
            });
        }
    }
}
