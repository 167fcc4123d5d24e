//! Size and time of files when they were opened: a file that is already open is only loaded again if it has
//! changed. A task reads the file system.

use crate::app::files::open_file::FileId;
use crate::app::files::path_prompt::may_be_snapshot;
use crate::app::state::AppState;
use crate::app::tasks::query_cache::Query;
use crate::snapshot::FileStamp;
use std::path::{Path, PathBuf};

/// What lies at a path that is opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Opened {
    /// A folder, which has source code.
    Folder,
    /// A file, or nothing.
    File(FileStamp),
}

impl Opened {
    /// May wait for the file system.
    fn at(path: &Path) -> Self {
        if path.is_dir() { Self::Folder } else { Self::File(FileStamp::read(path)) }
    }
}

/// Looks at paths of which some are open already or may be folders.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct StampsQuery {
    number: u64,
    paths: Vec<PathBuf>,
}

impl Query for StampsQuery {
    type Slot = u64;
    type Output = Vec<Opened>;
    type Value = Option<Vec<Opened>>;

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
    /// Opens files, except those that are already open and have not changed. Folders become source folders.
    pub(crate) fn open(&mut self, paths: Vec<PathBuf>) {
        let is_open = |path: &PathBuf| self.files.iter().any(|file| file.path == *path);
        let is_file =
            |path: &PathBuf| path.file_name().is_some_and(|name| may_be_snapshot(&name.to_string_lossy()));
        if paths.iter().all(|path| is_file(path) && !is_open(path)) {
            return self.open_stamped(paths.into_iter().map(|path| (path, None)).collect());
        }
        let number = self.next_task();
        self.cache.request(StampsQuery { number, paths: paths.clone() }, move |_, _| {
            Some(paths.iter().map(|path| Opened::at(path)).collect())
        });
    }

    /// Opens the files that have been looked at.
    pub(crate) fn take_stamps(&mut self) {
        for (query, opened) in self.cache.take_finished::<Vec<Opened>, StampsQuery>() {
            // If the file system failed, the load reports the error.
            let opened = opened.unwrap_or_default().into_iter().map(Some).chain(std::iter::repeat(None));
            let mut files = Vec::new();
            for (path, opened) in query.paths.into_iter().zip(opened) {
                match opened {
                    Some(Opened::Folder) => self.add_source_folder(path),
                    Some(Opened::File(stamp)) => files.push((path, Some(stamp))),
                    None => files.push((path, None)),
                }
            }
            self.open_stamped(files);
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
