//! The figures of all open snapshots: added up one snapshot after the other while somebody looks at them.

use super::files::{FileId, OpenFile};
use super::job::{Job, Poll};
use super::state::AppState;
use super::view::View;
use crate::model::StatisticsView;
use std::collections::HashMap;

/// What is known, and what is being added up.
#[derive(Default)]
pub struct KnownStatistics {
    known: HashMap<FileId, Result<StatisticsView, String>>,
    adding: Option<(FileId, Job<StatisticsView>)>,
}

impl KnownStatistics {
    /// The figures of a snapshot, or why there are none; `None` while they are added up.
    pub fn of(&self, file: FileId) -> Option<&Result<StatisticsView, String>> {
        self.known.get(&file)
    }

    /// Takes what was added up.
    pub(super) fn poll(&mut self) {
        let Some((file, job)) = &self.adding else { return };
        let known = match job.poll() {
            Poll::Pending => return,
            Poll::Ready(statistics) => Ok(statistics),
            Poll::Lost(sentence) => Err(sentence),
        };
        self.known.insert(*file, known);
        self.adding = None;
    }

    /// Whether a thread is at work for it.
    pub fn is_busy(&self) -> bool {
        self.adding.is_some()
    }

    /// What it does, once it takes long enough to be told.
    pub(super) fn busy_with(&self) -> Option<&str> {
        self.adding.as_ref().and_then(|(_, job)| job.noticed())
    }

    /// Stops adding up.
    pub(super) fn stop(&mut self) {
        if let Some((file, _)) = self.adding.take() {
            self.known.insert(file, Err("Stopped".to_owned()));
        }
    }

    /// Forgets a snapshot that is closed.
    pub(super) fn forget(&mut self, file: FileId) {
        self.known.remove(&file);
        self.adding.take_if(|(other, _)| *other == file);
    }
}

impl AppState {
    /// Has the next snapshot's figures added up, the one that is shown first.
    pub(super) fn sync_statistics(&mut self) {
        if self.view != View::Statistics || self.statistics.is_busy() {
            return;
        }
        let is_open = |file: &&OpenFile| file.is_complete() && self.statistics.of(file.id).is_none();
        let current = self.current_file().filter(is_open);
        let Some(file) = current.or_else(|| self.files.iter().find(is_open)) else { return };
        let Some(snapshot) = file.snapshot.clone() else { return };
        let id = file.id;
        let add = move |_: &_| StatisticsView::new(&snapshot);
        self.statistics.adding = Some((id, Job::start("Adding up statistics", &self.waker, add)));
    }
}
