//! *Save report…*: the current view's data as one HTML file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::commands::command::Effect;
use crate::app::files::open_file::FileId;
use crate::app::state::AppState;
use crate::app::tasks::one_shot::TaskResult;
use crate::app::views::View;
use crate::app::views::spec::Needs;
use crate::base::{Progress, describe_io_error};
use crate::model::VerifyReport;
use crate::report::contents::ReportContents;
use crate::report::html::html;
use crate::snapshot::{SizeMode, Snapshot};
use crate::verify::rate::Counted;

impl AppState {
    /// The snapshots of a report, the oldest first.
    fn reported_files(&self) -> Vec<FileId> {
        let pair = || self.baseline.into_iter().chain(self.current).collect();
        match self.view.needs() {
            Needs::Pair | Needs::OneOrPair => pair(),
            Needs::Series => self.by_age(),
            Needs::Roles => self.fix_files().map_or_else(Vec::new, |files| files.all()),
            Needs::FirstRows | Needs::One => self.current.into_iter().collect(),
        }
    }

    /// The default path of a report: beside the snapshot.
    pub fn report_path(&self) -> Option<PathBuf> {
        let path = &self.current_file()?.path;
        Some(path.with_extension("report.html"))
    }

    /// Shows the dialog for saving the report.
    pub(crate) fn ask_for_report_path(&self) -> Vec<Effect> {
        self.report_path().map(Effect::SaveReportDialog).into_iter().collect()
    }

    /// Writes the report to `path` in a task.
    pub(crate) fn save_report(&mut self, path: PathBuf) {
        let files = self.reported_files();
        let snapshots: Vec<Arc<Snapshot>> =
            files.iter().filter_map(|&id| self.snapshot(id).cloned()).collect();
        let (sizes, is_fix) = (self.settings.sizes(), self.view == View::Fix);
        let counted = self.fix_counted();
        if snapshots.is_empty() {
            return;
        }
        self.spawn("Saving the report", files, move |progress| {
            snapshots.iter().for_each(|snapshot| snapshot.prepare(sizes));
            let page = page(&snapshots, is_fix, counted, sizes, progress)?;
            Some(TaskResult::Refused(match write(&path, page) {
                Ok(()) => format!("The report is in {}", path.display()),
                Err(sentence) => sentence,
            }))
        });
    }
}

/// The page, or an error message; `None` if it was cancelled.
fn page(
    snapshots: &[Arc<Snapshot>],
    is_fix: bool,
    counted: Option<Counted>,
    sizes: SizeMode,
    progress: &Progress,
) -> Option<Result<String, String>> {
    let [before, after, fixed @ ..] = snapshots else {
        return Some(html(&ReportContents::new(snapshots, sizes, progress).ok()?));
    };
    if !is_fix {
        return Some(html(&ReportContents::new(snapshots, sizes, progress).ok()?));
    }
    let pair = [before, after];
    let mut contents = ReportContents::new(&pair.map(Arc::clone), sizes, progress).ok()?;
    // Without a verdict the report is of the pair.
    if let Ok(verify) = VerifyReport::new(pair, fixed, counted, sizes, progress) {
        contents.add_verdicts(&verify);
    }
    Some(html(&contents))
}

fn write(path: &Path, page: Result<String, String>) -> Result<(), String> {
    let page = page?;
    std::fs::write(path, page)
        .map_err(|error| format!("{} cannot be written: {}", path.display(), describe_io_error(&error)))
}
