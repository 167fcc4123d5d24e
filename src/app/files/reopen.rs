//! Size and time of files when they were opened: a file that is already open is only loaded again if it has
//! changed. A task reads the file system.

use crate::app::files::open_file::FileId;
use crate::app::state::AppState;
use crate::app::tasks::query_cache::Query;
use crate::snapshot::FileStamp;
use std::path::PathBuf;

/// Reads the stamps of files some of which are already open.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct StampsQuery {
    number: u64,
    paths: Vec<PathBuf>,
}

impl Query for StampsQuery {
    type Slot = u64;
    type Output = Vec<FileStamp>;
    type Value = Option<Vec<FileStamp>>;

    fn slot(&self) -> u64 {
        self.number
    }

    fn label(&self) -> &'static str {
        "Looking for changed files"
    }

    fn files(&self) -> Vec<FileId> {
        Vec::new()
    }
}

impl AppState {
    /// Opens files, except those that are already open and have not changed.
    pub(crate) fn open(&mut self, paths: Vec<PathBuf>) {
        let is_open = |path: &PathBuf| self.files.iter().any(|file| file.path == *path);
        if !paths.iter().any(is_open) {
            return self.open_stamped(paths.into_iter().map(|path| (path, None)).collect());
        }
        let number = self.next_task();
        self.cache.request(StampsQuery { number, paths: paths.clone() }, move |_, _| {
            Some(paths.iter().map(|path| FileStamp::read(path)).collect())
        });
    }

    /// Opens the files whose stamps have been read.
    pub(crate) fn take_stamps(&mut self) {
        for (query, stamps) in self.cache.take_finished::<Vec<FileStamp>, StampsQuery>() {
            // If the file system failed, the load reports the error.
            let stamps = stamps.unwrap_or_default().into_iter().map(Some).chain(std::iter::repeat(None));
            self.open_stamped(query.paths.into_iter().zip(stamps).collect());
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::app::commands::command::Command;
    use crate::app::commands::dispatch::apply;
    use crate::app::settings::Settings;
    use crate::app::state::AppState;
    use crate::app::tasks::executor::Executor;

    #[test]
    fn a_file_is_loaded_again_only_after_it_has_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.heapsnapshot");
        std::fs::write(&path, include_bytes!("../../../sample-snapshots/tiny.heapsnapshot")).unwrap();
        let mut state = AppState::new(Settings::default(), Executor::inline());
        let open = |state: &mut AppState| {
            drop(apply(state, Command::OpenFiles(vec![path.clone()])));
            drop(state.poll());
            drop(state.poll());
            state.files.iter().map(|file| (file.id.0, file.is_complete())).collect::<Vec<_>>()
        };
        assert_eq!(open(&mut state), [(0, true)]);
        assert_eq!(open(&mut state), [(0, true)], "it is the same");
        let mut bytes = std::fs::read(&path).unwrap();
        bytes.push(b'\n');
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(open(&mut state), [(0, true), (1, true)], "it is another one");
    }
}
