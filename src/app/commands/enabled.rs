//! Which commands of the table do anything now: menus grey out the others, the palette leaves them away.

use crate::app::commands::command::{Command, OptionChange};
use crate::app::files::open_file::OpenFile;
use crate::app::options::window_options::WINDOW_OPTIONS;
use crate::app::state::AppState;
use crate::app::views::View;
use crate::app::views::panes::CopyWhat;

impl AppState {
    /// Whether `command` does anything now.
    pub fn is_enabled(&self, command: &Command) -> bool {
        match command {
            Command::OpenSamples => self.samples.is_some(),
            Command::ContinueSession => self.files.is_empty() && self.settings.session.is_some(),
            Command::SaveReport => self.current_file().is_some_and(OpenFile::is_complete),
            Command::CloseCurrent | Command::FocusFilter => self.current.is_some(),
            Command::ShowView(view) => self.current.is_some() && self.is_view_available(*view),
            Command::NextHit(_) => self.view == View::Search,
            Command::SwapSides => self.baseline.is_some(),
            Command::Back => self.history.can_go_back(),
            Command::Forward => self.history.can_go_forward(),
            Command::RestoreRetainers => {
                self.inspected_object.is_some_and(|(file, _)| self.ignored_count(file) > 0)
            }
            Command::CopySelected(CopyWhat::Row | CopyWhat::Name) | Command::OpenRecursively => {
                self.selected_row(self.pane).is_some()
            }
            Command::CopySelected(CopyWhat::Place) => self.selected_place().is_some(),
            Command::CopySelected(CopyWhat::ObjectId | CopyWhat::Path)
            | Command::BookmarkSelected
            | Command::RevealSelected(_) => self.selected_object().is_some(),
            Command::SetFilter(_) => !self.filter().typed.is_empty(),
            Command::SetFilterPreset(_) => self.view == View::Summary && self.current.is_some(),
            Command::CopySuspects(_) => self.view == View::Suspects,
            Command::SetOption(option, change) => {
                let at = match change {
                    OptionChange::To(at) => *at,
                    OptionChange::Next => 0,
                };
                let is_here = WINDOW_OPTIONS.contains(option) || self.view.spec().options.contains(option);
                is_here && option.is_enabled(self, at)
            }
            Command::StopWork => self.is_busy(),
            Command::CopyTable(_) => self.table(self.pane).is_some_and(|table| !table.is_empty()),
            _ => true,
        }
    }
}
