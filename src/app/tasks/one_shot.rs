//! One-shot background task whose result is an action (copy text, select a row), not a view. At most one
//! runs; starting another cancels it.

use crate::app::commands::command::Effect;
use crate::app::files::history::HistoryEntry;
use crate::app::files::open_file::FileId;
use crate::app::state::AppState;
use crate::app::tasks::query_cache::Query;
use crate::app::views::panes::Pane;
use crate::base::{NodeIndex, Progress};
use crate::model::{ExpandedRows, Item};

/// The action that a task ends in.
pub(crate) enum TaskResult {
    /// Put the text on the clipboard, and show the message.
    Copy(String, String),
    /// Show an object among its constructor's.
    Found(FileId, NodeIndex),
    /// Show an object and who holds it.
    Inspect(FileId, NodeIndex),
    /// Select a row, in the view that is already shown.
    GoTo(HistoryEntry),
    /// Select a row of a table.
    Select(Pane, Vec<Item>),
    /// Open rows of a table.
    Open(Pane, ExpandedRows),
    /// Show why nothing could be done.
    Refused(String),
}

/// A one-shot task; two are never equal.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct OneShotTask {
    number: u64,
    label: &'static str,
    files: Vec<FileId>,
}

impl Query for OneShotTask {
    type Slot = ();
    type Output = TaskResult;
    type Value = Option<TaskResult>;

    fn slot(&self) {}

    fn label(&self) -> &'static str {
        self.label
    }

    fn files(&self) -> Vec<FileId> {
        self.files.clone()
    }
}

impl AppState {
    /// Starts a task that refers to `files`; `label` is shown in the status bar.
    pub(crate) fn spawn(
        &mut self,
        label: &'static str,
        files: Vec<FileId>,
        task: impl FnOnce(&Progress) -> Option<TaskResult> + Send + 'static,
    ) {
        let number = self.next_task();
        self.cache.request(OneShotTask { number, label, files }, move |progress, _| task(progress));
    }

    /// Carries out the action of a finished task.
    pub(crate) fn take_one_shot(&mut self) -> Vec<Effect> {
        let finished: Vec<(OneShotTask, _)> = self.cache.take_finished();
        let results = finished.into_iter().map(|(_, result)| result.unwrap_or_else(TaskResult::Refused));
        results.collect::<Vec<_>>().into_iter().flat_map(|result| self.act_on(result)).collect()
    }

    fn act_on(&mut self, result: TaskResult) -> Vec<Effect> {
        match result {
            TaskResult::Copy(text, message) => {
                self.status_message = Some(message);
                return vec![Effect::Copy(text)];
            }
            TaskResult::Found(file, node) if self.current == Some(file) => {
                self.reveal_in_summary(file, node);
                return vec![Effect::FocusPane(Pane::Main)];
            }
            TaskResult::Found(..) => {}
            TaskResult::Inspect(file, node) => self.inspect(file, node),
            TaskResult::Refused(message) => self.status_message = Some(message),
            // A user who has navigated elsewhere since then stays there.
            TaskResult::GoTo(place) if (self.view, self.current) == (place.view, Some(place.current)) => {
                self.go_to(place.path.clone());
                self.history.visit(place);
            }
            TaskResult::GoTo(_) => {}
            TaskResult::Select(Pane::Main, path) => {
                if let Some(pane) = self.main_table_mut() {
                    pane.go_to(path);
                }
                self.selected();
            }
            TaskResult::Select(Pane::Retainers, path) => {
                self.retainers_mut().go_to(path);
                self.focus_retainer();
            }
            TaskResult::Open(pane, opened) => {
                let is_cut = opened.is_cut;
                let table = self.pane_mut(pane).and_then(|pane| pane.table.as_mut());
                if table.is_some_and(|table| table.take_opened(opened)) && is_cut {
                    self.status_message =
                        Some("Opened as many rows as fit; the others stay closed".to_owned());
                }
            }
        }
        Vec::new()
    }
}
