//! Commands about files: opening, closing, and which of them are shown.

use crate::app::commands::command::{Command, Effect};
use crate::app::files::open_file::{FileId, OpenFile};
use crate::app::state::AppState;

/// Carries out a command of this topic, or returns it.
pub(super) fn carry_out(state: &mut AppState, command: Command) -> Result<Vec<Effect>, Command> {
    match command {
        Command::OpenPrompt(reason) => state.open_prompt(reason),
        Command::OpenFiles(paths) => state.open(paths),
        Command::SourceFolderPrompt(reason) => state.open_folder_prompt(reason),
        Command::UseSourceFolder(folder) => state.add_source_folder(folder),
        Command::SaveReportTo(path) => state.save_report(path),
        Command::MoveFile(file, to) => state.move_file(file, to),
        Command::ArrangeByTime => state.arrange_by_time(),
        Command::EditNote(file) => state.noted_file = file,
        Command::SetNote(file, note) => state.set_note(file, &note),
        Command::SetFixCounted(texts) => state.set_fix_counted(texts),
        Command::OpenPartly(id) => state.open_partly(id),
        Command::CopyReport(id) => {
            let report = state.file(id).and_then(OpenFile::report);
            return Ok(report.map(Effect::Copy).into_iter().collect());
        }
        Command::TogglePath(path) => {
            if let Some(prompt) = &mut state.prompt {
                prompt.toggle(path);
            }
        }
        Command::EditPath(text) => {
            if let Some(prompt) = &mut state.prompt {
                prompt.edit(text);
            }
        }
        Command::CompletePath => state.complete_path(),
        Command::AcceptPath => state.accept_path(),
        Command::Close(id) => state.close(id),
        Command::CancelLoading => state.cancel_loading(),
        Command::ShowFile(id) => state.show_file(id),
        Command::SetBaseline(id) => state.set_baseline(id),
        Command::SetFixRole(role, file) => state.set_fix_role(role, file),
        Command::SetFixLater(file) => state.set_fix_later(file),
        Command::DismissBanner => state.dismissed_banner = state.baseline.zip(state.current),
        Command::DismissAdded => state.dismiss_added(),
        Command::ShowAdded => {
            if let Some(added) = state.added_file().map(|file| file.id) {
                state.dismiss_added();
                state.show_file(added);
            }
        }
        other => return Err(other),
    }
    Ok(Vec::new())
}

impl AppState {
    fn cancel_loading(&mut self) {
        let loading = self.files.iter().filter(|file| file.is_loading());
        for id in loading.map(|file| file.id).collect::<Vec<_>>() {
            self.close(id);
        }
    }

    fn set_baseline(&mut self, id: FileId) {
        if self.snapshot(id).is_none() || self.baseline == Some(id) {
            return;
        }
        if self.current == Some(id) {
            self.current = self.baseline;
        }
        self.baseline = Some(id);
        self.inspect_selected();
    }

    pub(crate) fn swap_sides(&mut self) {
        if self.baseline.is_some() {
            std::mem::swap(&mut self.baseline, &mut self.current);
            self.inspect_selected();
        }
    }
}
