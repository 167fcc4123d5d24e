//! The order of the open snapshots in the list: by the time they were taken or as the user has arranged them,
//! and the process of each.

use std::sync::Arc;

use crate::app::files::open_file::{FileId, OpenFile};
use crate::app::state::AppState;
use crate::app::tasks::query_cache::Query;
use crate::growth::timeline::SnapshotOrder;
use crate::snapshot::Snapshot;

/// Finds when each of these snapshots was taken, and by which process.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct ArrangementQuery {
    files: Vec<FileId>,
}

/// The snapshots, the oldest first, each with the number of its process.
pub(crate) type Arranged = Vec<(FileId, usize)>;

impl Query for ArrangementQuery {
    type Slot = ();
    type Output = Arranged;
    type Value = Option<Arranged>;

    fn slot(&self) {}

    fn label(&self) -> &'static str {
        "Ordering the snapshots"
    }

    fn files(&self) -> Vec<FileId> {
        self.files.clone()
    }
}

/// The order, if it is known.
#[derive(Default)]
pub(crate) struct Arrangement {
    known: Arranged,
    /// The user's own order, if any.
    own: Option<Vec<FileId>>,
}

impl AppState {
    /// All open files in the order of the list: those whose time is not known come last.
    pub fn files_in_order(&self) -> Vec<&OpenFile> {
        let mut files: Vec<&OpenFile> = self.files.iter().collect();
        let place = |file: &&OpenFile| match &self.arrangement.own {
            Some(own) => own.iter().position(|&id| id == file.id).unwrap_or(usize::MAX),
            None => self.arrangement.known.iter().position(|&(id, _)| id == file.id).unwrap_or(usize::MAX),
        };
        files.sort_by_key(place);
        files
    }

    /// The number of the process of a snapshot, if the open snapshots come from several.
    pub fn process_of(&self, file: FileId) -> Option<usize> {
        let known = &self.arrangement.known;
        let of = |wanted: FileId| known.iter().find(|&&(id, _)| id == wanted).map(|&(_, process)| process);
        known.iter().any(|&(_, process)| process > 0).then(|| of(file)).flatten()
    }

    /// Whether the user has set the order.
    pub fn is_arranged(&self) -> bool {
        self.arrangement.own.is_some()
    }

    /// Moves a file to a position in the list, counted from 0.
    pub(crate) fn move_file(&mut self, file: FileId, to: usize) {
        let mut order: Vec<FileId> = self.files_in_order().iter().map(|file| file.id).collect();
        let Some(from) = order.iter().position(|&id| id == file) else { return };
        order.remove(from);
        order.insert(to.min(order.len()), file);
        self.arrangement.own = Some(order);
    }

    /// Orders the snapshots by the time they were taken.
    pub(crate) fn arrange_by_time(&mut self) {
        self.arrangement.own = None;
    }

    /// Finds the order of the snapshots that are completely loaded.
    pub(crate) fn sync_arrangement(&mut self) {
        let complete = self.files.iter().filter(|file| file.is_complete());
        let snapshots: Vec<(FileId, Arc<Snapshot>)> =
            complete.filter_map(|file| Some((file.id, file.snapshot.clone()?))).collect();
        let files: Vec<FileId> = snapshots.iter().map(|&(id, _)| id).collect();
        self.arrangement.known.retain(|(id, _)| files.contains(id));
        if snapshots.len() < 2 {
            return;
        }
        let query = ArrangementQuery { files };
        if let Some((built, arranged)) =
            self.cache.entry::<ArrangementQuery>(&()).and_then(|entry| entry.shown())
            && *built == query
        {
            self.arrangement.known.clone_from(arranged);
            return;
        }
        self.cache.request(query, move |progress, _| {
            let all: Vec<Arc<Snapshot>> =
                snapshots.iter().map(|(_, snapshot)| Arc::clone(snapshot)).collect();
            let timeline = SnapshotOrder::new(&all, progress).ok()?;
            let id = |wanted: &Arc<Snapshot>| {
                snapshots.iter().find(|(_, snapshot)| Arc::ptr_eq(snapshot, wanted)).map(|&(id, _)| id)
            };
            let ids = timeline.snapshots.iter().filter_map(id);
            Some(ids.zip(timeline.processes.iter().copied()).collect())
        });
    }
}
