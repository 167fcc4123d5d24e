//! Folders with source maps and source code that the user adds.

use std::path::PathBuf;

use crate::app::state::AppState;

/// Folders that are kept.
const KEPT: usize = 32;

impl AppState {
    /// Looks for source maps and source code in `folder` too, from now on.
    pub(crate) fn add_source_folder(&mut self, folder: PathBuf) {
        self.status_message = Some(format!("Source code is looked for in {} too", folder.display()));
        let known = &mut self.settings.source_folders;
        known.retain(|other| *other != folder);
        known.push(folder);
        let surplus = known.len().saturating_sub(KEPT);
        known.drain(..surplus);
        self.read_names_again();
    }

    /// Looks for source maps and source code beside the scripts alone.
    pub(crate) fn forget_source_folders(&mut self) {
        self.settings.source_folders.clear();
        self.source_folders_of_run.clear();
        self.status_message = Some("Source code is looked for at the scripts' own paths alone".to_owned());
        self.read_names_again();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::commands::command::Command;
    use crate::app::commands::dispatch::apply;
    use crate::app::settings::Settings;
    use crate::app::tasks::executor::Executor;

    fn state() -> AppState {
        AppState::new(Settings::default(), Executor::inline())
    }

    #[test]
    fn folders_are_kept_once_and_the_oldest_makes_way() {
        let mut state = state();
        for number in 0..KEPT + 2 {
            state.add_source_folder(PathBuf::from(format!("/{number}")));
        }
        state.add_source_folder(PathBuf::from("/9"));
        let kept = &state.settings.source_folders;
        assert_eq!((kept.len(), kept.first(), kept.last()), (KEPT, Some(&"/2".into()), Some(&"/9".into())));
        drop(apply(&mut state, Command::ForgetSourceFolders));
        assert!(state.source_folders().is_empty());
    }

    #[test]
    fn a_folder_that_is_dropped_has_source_code_and_a_file_beside_it_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.heapsnapshot");
        std::fs::write(&file, include_bytes!("../../../sample-snapshots/tiny.heapsnapshot")).unwrap();
        let sources = folder.path().join("dist");
        std::fs::create_dir(&sources).unwrap();
        let mut state = state();
        drop(apply(&mut state, Command::OpenFiles(vec![sources.clone(), file.clone()])));
        drop(state.poll());
        drop(state.poll());
        assert_eq!(state.source_folders(), [sources]);
        assert_eq!(state.files.iter().map(|file| &file.path).collect::<Vec<_>>(), [&file]);
    }

    #[test]
    fn a_folder_may_be_typed_where_the_system_has_no_dialog() {
        let folder = tempfile::tempdir().unwrap();
        let mut state = state();
        drop(apply(&mut state, Command::SourceFolderPrompt(String::new())));
        drop(apply(&mut state, Command::EditPath(folder.path().display().to_string())));
        drop(apply(&mut state, Command::AcceptPath));
        drop(state.poll());
        drop(state.poll());
        assert_eq!((state.source_folders(), state.prompt), (vec![folder.path().to_owned()], None));
    }
}
