//! Which objects count in each snapshot, the sets worked out for that, and the filters that have to be
//! looked for.

use crate::app::files::open_file::FileId;
use crate::app::tasks::job::{Job, Poll, Waker};
use crate::app::tasks::memo::Memo;
use crate::model::{FilterOption, FilterPreset, Kept, ObjectFilter, context_choices};
use crate::snapshot::{SizeMode, Snapshot};
use std::collections::HashMap;
use std::sync::Arc;

/// A set of objects, whatever constructors are shown of it.
pub type KeptMemo = Memo<(FileId, SizeMode, ObjectFilter), Kept>;

/// The filters of all snapshots.
#[derive(Default)]
pub struct FilterState {
    chosen: HashMap<FileId, FilterPreset>,
    /// The set of the filter used last.
    cell: Option<KeptMemo>,
    contexts: HashMap<FileId, Vec<FilterOption>>,
    finding: Option<(FileId, Job<Option<Vec<FilterOption>>>)>,
}

impl FilterState {
    /// The filter of a snapshot.
    pub fn of(&self, file: FileId) -> FilterPreset {
        self.chosen.get(&file).cloned().unwrap_or_default()
    }

    /// Chooses the filter of a snapshot.
    pub fn choose(&mut self, file: FileId, keep: FilterPreset) {
        self.chosen.insert(file, keep);
    }

    /// The filters for a snapshot's native contexts, once they are known.
    pub fn contexts(&self, file: FileId) -> Option<&[FilterOption]> {
        self.contexts.get(&file).map(Vec::as_slice)
    }

    /// The set that `narrowing` leaves, for the thread that looks into it or finds it.
    pub fn cell(&mut self, file: FileId, sizes: SizeMode, narrowing: &ObjectFilter) -> KeptMemo {
        Memo::of(&mut self.cell, (file, sizes, narrowing.clone()))
    }

    /// The set that `narrowing` leaves, if it is known.
    pub fn kept(&self, file: FileId, sizes: SizeMode, narrowing: &ObjectFilter) -> Option<&Kept> {
        self.cell.as_ref().filter(|cell| *cell.key() == (file, sizes, narrowing.clone()))?.get()
    }

    /// Begins to look for the native contexts of a snapshot.
    pub fn find_contexts(&mut self, file: FileId, snapshot: Arc<Snapshot>, waker: &Waker) {
        let is_at_work = self.finding.as_ref().is_some_and(|(other, _)| *other == file);
        if is_at_work || self.contexts.contains_key(&file) || !snapshot.is_complete() {
            return;
        }
        let job = Job::start("Finding native contexts", waker, move |progress| {
            context_choices(&snapshot, progress).ok()
        });
        self.finding = Some((file, job));
    }

    /// Takes what was found.
    pub fn poll(&mut self) {
        let Some((file, job)) = &self.finding else { return };
        let found = match job.poll() {
            Poll::Pending => return,
            Poll::Ready(found) => found.unwrap_or_default(),
            Poll::Lost(_) => Vec::new(),
        };
        self.contexts.insert(*file, found);
        self.finding = None;
    }

    /// Stops looking; asking again begins anew.
    pub fn stop(&mut self) {
        self.finding = None;
    }

    /// Whether a thread looks for filters.
    pub fn is_busy(&self) -> bool {
        self.finding.is_some()
    }

    /// What it does, once it takes long enough to be told.
    pub fn busy_with(&self) -> Option<&str> {
        self.finding.as_ref().and_then(|(_, job)| job.noticed())
    }

    /// Forgets a snapshot that is closed.
    pub fn forget(&mut self, file: FileId) {
        self.chosen.remove(&file);
        self.contexts.remove(&file);
        self.cell.take_if(|cell| cell.key().0 == file);
        self.finding.take_if(|(other, _)| *other == file);
    }
}
