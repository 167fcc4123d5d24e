//! Leak suspects: of each compared pair, and of each snapshot whose page is shown.

use crate::app::files::open_file::{FileId, OpenFile};
use crate::app::state::AppState;
use crate::app::tasks::query_cache::Query;
use crate::app::views::View;
use crate::app::views::panes::ReportFormat;
use crate::app::views::shared_results::{GrowthQuery, Pair};
use crate::app::views::spec::{Needs, ViewGroup, ViewSpec, ctrl};
use crate::growth::growth;
use crate::model::SuspectsReport;
use crate::snapshot::SizeMode;
use std::sync::Arc;

/// The view of causes.
pub(crate) static SPEC: ViewSpec = ViewSpec {
    title: "Suspects",
    tooltip: "The likely causes of growth, in plain words",
    shortcut: ctrl("2"),
    group: ViewGroup::Find,
    needs: Needs::OneOrPair,
    hint: "Click the name of a suspect to see who holds it",
    request: AppState::sync_suspects,
    ..ViewSpec::BASE
};

/// The suspects of a snapshot, by its growth since a baseline or by itself.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct SuspectsQuery {
    /// The snapshot.
    pub file: FileId,
    /// The snapshot that growth is relative to.
    pub baseline: Option<FileId>,
    /// Chrome's sizes or V8's.
    pub sizes: SizeMode,
}

impl Query for SuspectsQuery {
    type Slot = Self;
    type Output = SuspectsReport;
    type Value = Option<SuspectsReport>;

    fn slot(&self) -> Self {
        self.clone()
    }

    fn label(&self) -> &'static str {
        "Looking for suspects"
    }

    fn files(&self) -> Vec<FileId> {
        self.baseline.into_iter().chain([self.file]).collect()
    }
}

impl AppState {
    /// The growth since the baseline, or why it is not known; `None` while the task runs.
    pub fn suspects_of_growth(&self) -> Option<Result<&SuspectsReport, &str>> {
        self.suspects(Some(self.baseline?))
    }

    /// What holds a large part of the current snapshot.
    pub fn suspects_of_heap(&self) -> Option<Result<&SuspectsReport, &str>> {
        self.suspects(None)
    }

    fn suspects(&self, baseline: Option<FileId>) -> Option<Result<&SuspectsReport, &str>> {
        let query = SuspectsQuery { file: self.current?, baseline, sizes: self.settings.sizes() };
        self.cache.entry::<SuspectsQuery>(&query)?.result()
    }

    /// Whether the line above the comparison is shown.
    pub fn has_banner(&self) -> bool {
        let pair = self.baseline.zip(self.current);
        self.view == View::Comparison && pair.is_some() && pair != self.dismissed_banner
    }

    /// The shown reports, in order.
    pub(crate) fn suspects_text(&self, form: ReportFormat) -> String {
        let reports = [self.suspects_of_growth(), self.suspects_of_heap()];
        let known = reports.into_iter().filter_map(|report| report?.ok());
        let texts = known.map(|report| match form {
            ReportFormat::Text => report.text(),
            ReportFormat::Markdown => report.markdown(),
        });
        texts.collect::<Vec<_>>().join("\n")
    }

    /// Requests the suspects that are shown but not known yet: those of growth first.
    pub(crate) fn sync_suspects(&mut self) {
        let sizes = self.settings.sizes();
        let Some(current) = self.current_file().filter(|file| file.is_complete()) else { return };
        let (file, Some(snapshot)) = (current.id, current.snapshot.clone()) else { return };
        let baseline = self.baseline_file().filter(|older| older.is_complete() && older.id != file);
        let older = baseline.and_then(|file: &OpenFile| Some((file.id, file.snapshot.clone()?)));
        if let Some((baseline, older)) = older {
            let query = SuspectsQuery { file, baseline: Some(baseline), sizes };
            let shared = self.cache.shared(GrowthQuery(Pair { baseline, current: file, sizes }));
            let snapshot = Arc::clone(&snapshot);
            self.cache.request(query, move |progress, _| {
                older.prepare(sizes);
                snapshot.prepare(sizes);
                let growth = shared.get_or_try_init(|| growth(&older, &snapshot, sizes, progress)).ok()?;
                let mut report = SuspectsReport::of_growth(&growth);
                report.add_code_facts(&snapshot);
                Some(report)
            });
        }
        if matches!(self.view, View::Overview | View::Suspects) && !self.cache.is_pending::<SuspectsQuery>() {
            self.cache.request(SuspectsQuery { file, baseline: None, sizes }, move |progress, _| {
                snapshot.prepare(sizes);
                let mut report = SuspectsReport::of_heap(&snapshot, sizes, progress).ok()?;
                report.add_code_facts(&snapshot);
                Some(report)
            });
        }
    }
}
