//! Opening and closing files: files opened together are compared; when a shown file is closed, another one is
//! shown.

use crate::app::files::open_file::{FileId, Load, OpenFile, RecoveryAction, file_name};
use crate::app::state::AppState;
use crate::app::views::View;
use crate::snapshot::FileStamp;
use crate::snapshot::index_cache::IndexCache;
use std::path::PathBuf;

impl AppState {
    /// Adds files and starts to load them. Two or more are compared once they are loaded. A file that may
    /// already be open comes with its stamp.
    pub(crate) fn open_stamped(&mut self, paths: Vec<(PathBuf, Option<FileStamp>)>) {
        let mut files: Vec<FileId> = paths.into_iter().map(|(path, stamp)| self.add(path, stamp)).collect();
        files.dedup();
        if let [only] = files[..]
            && self.is_pair_compared()
            && self.file(only).is_some_and(OpenFile::is_complete)
        {
            return self.show_file(only);
        }
        if let Some(&last) = files.last() {
            self.pending_groups.push(files);
            self.on_load_finished(last);
        }
    }

    /// Adds one file, unless it is already open and has not changed.
    fn add(&mut self, path: PathBuf, stamp: Option<FileStamp>) -> FileId {
        let is_same = |file: &&OpenFile| file.path == path && stamp.is_none_or(|stamp| file.stamp() == stamp);
        let same = self.files.iter().find(is_same);
        if let Some(file) = same.filter(|file| !matches!(file.load, Load::Failed(_))) {
            return file.id;
        }
        if let Some(id) = same.map(|file| file.id) {
            self.close(id);
        }
        let plain = file_name(&path);
        let is_taken = |name: &str| self.files.iter().any(|file| file.name == name);
        let name = std::iter::once(plain.clone())
            .chain((2..).map(|number| format!("{plain} ({number})")))
            .find(|name| !is_taken(name))
            .unwrap_or(plain);
        let id = FileId(self.next_file_id);
        self.next_file_id += 1;
        self.files.push(OpenFile::open(id, path, name, self.index_cache(), self.executor()));
        id
    }

    fn index_cache(&self) -> Option<IndexCache> {
        if self.settings.index_kept { IndexCache::from_environment() } else { None }
    }

    /// Loads the readable part of a file that was refused because it was cut short.
    pub(crate) fn open_partly(&mut self, id: FileId) {
        let executor = self.executor().clone();
        let Some(file) = self.files.iter_mut().find(|file| file.id == id) else { return };
        if matches!(&file.load, Load::Failed(refusal) if refusal.remedy == RecoveryAction::OpenPartly) {
            let (path, name) = (file.path.clone(), file.name.clone());
            *file = OpenFile::open_partly(id, path, name, &executor);
            self.pending_groups.push(vec![id]);
        }
    }

    /// The first rows of a snapshot are known: shows it, if no other is shown.
    pub(crate) fn on_first_rows(&mut self, id: FileId) {
        if self.current.is_none() {
            self.current = Some(id);
        }
        let file = self.file(id).filter(|file| file.is_complete()).map(|file| file.path.clone());
        if let Some(path) = file {
            self.settings.remember(&path);
        }
    }

    /// The load of `id` has ended, successfully or not. Files that were opened together are compared when the
    /// last of them is loaded, the oldest as baseline; so are the first two that were opened separately. A
    /// file added to a compared pair does not change what is shown: the window offers actions for it.
    pub(crate) fn on_load_finished(&mut self, id: FileId) {
        self.show_loaded(id);
        let is_timeline = self.snapshot(id).is_some_and(|snapshot| !snapshot.graph().samples.is_empty());
        if is_timeline && self.files.len() == 1 && self.view == View::default() {
            self.show(View::Allocations);
        }
    }

    /// Chooses the shown snapshots after a load has ended.
    fn show_loaded(&mut self, id: FileId) {
        let Some(at) = self.pending_groups.iter().position(|files| files.contains(&id)) else { return };
        let is_loading = |&id: &FileId| self.file(id).is_some_and(OpenFile::is_loading);
        if self.pending_groups[at].iter().any(is_loading) {
            return;
        }
        let files = self.pending_groups.remove(at);
        let complete = |id: &FileId| self.file(*id).is_some_and(OpenFile::is_complete);
        let mut new: Vec<FileId> = files.into_iter().filter(complete).collect();
        let all: Vec<FileId> = self.files.iter().map(|file| file.id).filter(complete).collect();
        if let ([_], [_, _]) = (&new[..], &all[..]) {
            new = all;
        }
        let oldest = new.iter().copied().reduce(|a, b| if self.is_older(b, a) { b } else { a });
        let newest = new.iter().copied().reduce(|a, b| if self.is_older(a, b) { b } else { a });
        match (oldest, newest) {
            (Some(older), Some(newer)) if older != newer => {
                let compared = self.baseline.zip(self.current).filter(|_| self.is_pair_compared());
                let is_other =
                    |compared: &[FileId; 2]| ![older, newer].iter().any(|new| compared.contains(new));
                if let Some(compared) = compared.map(|(older, newer)| [older, newer]).filter(is_other) {
                    self.add_pair_beside(compared, newer);
                }
                (self.baseline, self.current) = (Some(older), Some(newer));
                // A user who is comparing stays in Comparison.
                if self.view != View::Comparison {
                    self.show(View::Overview);
                }
                self.inspect_selected();
            }
            (Some(only), _)
                if self.is_pair_compared() && ![self.baseline, self.current].contains(&Some(only)) =>
            {
                self.add_beside_pair(only);
            }
            (Some(only), _) if self.current != Some(only) => {
                if self.baseline.is_none_or(|baseline| baseline == only) {
                    self.baseline = self.current;
                }
                self.current = Some(only);
                self.inspect_selected();
            }
            _ => {}
        }
    }

    /// Whether two different, completely loaded snapshots are chosen for a comparison.
    fn is_pair_compared(&self) -> bool {
        let is_known = |id: FileId| self.file(id).is_some_and(OpenFile::is_complete);
        let pair = self.baseline.zip(self.current);
        pair.is_some_and(|(older, newer)| older != newer && is_known(older) && is_known(newer))
    }

    fn is_older(&self, a: FileId, b: FileId) -> bool {
        match (self.file(a), self.file(b)) {
            (Some(a), Some(b)) => a.is_older_than(b),
            _ => false,
        }
    }

    /// Closes a file, or stops loading it.
    pub(crate) fn close(&mut self, id: FileId) {
        self.files.retain(|file| file.id != id);
        self.on_file_closed(id);
        self.on_load_finished(id);
    }

    /// A snapshot can no longer be shown: shows another one instead.
    pub(crate) fn on_file_closed(&mut self, id: FileId) {
        if self.baseline == Some(id) {
            self.baseline = None;
        }
        if self.current == Some(id) {
            let next = self.files.iter().rev().find(|file| file.id != id && file.snapshot.is_some());
            self.current = self.baseline.or(next.map(|file| file.id));
        }
        if self.baseline.is_none() || self.baseline == self.current {
            let other =
                |file: &&OpenFile| file.is_complete() && Some(file.id) != self.current && file.id != id;
            self.baseline = self.files.iter().find(other).map(|file| file.id);
        }
        let is_too_few =
            self.view == View::Fix && self.by_age().iter().filter(|&&other| other != id).count() < 3;
        if is_too_few || self.baseline.is_none() && self.view.is_of_two() {
            self.show(View::Summary);
        }
        if self.held_file() == Some(id) {
            self.forget_inspected();
        }
        self.forget_fix(id);
        if self.focused.is_some_and(|(file, _)| file == id) {
            self.focused = None;
        }
        self.cache.forget(id);
        self.history.forget(id);
    }
}
