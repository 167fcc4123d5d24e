//! Which commands of the table do anything now: menus grey out the others, the palette leaves them away.

use crate::app::commands::command::Command;
use crate::app::state::AppState;
use crate::app::views::map_pane::MapColours;
use crate::app::views::view::{CopyWhat, View};

impl AppState {
    /// Whether `command` does anything now.
    pub fn is_enabled(&self, command: &Command) -> bool {
        match command {
            Command::OpenSamples => self.samples.is_some(),
            Command::CloseCurrent | Command::FocusFilter | Command::SetSizes(_) => self.current.is_some(),
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
            Command::SetMapStyle(_) => self.view == View::Map,
            Command::SetMapColours(MapColours::Kind) => self.view == View::Map,
            Command::SetMapColours(MapColours::Growth) => {
                self.view == View::Map && self.map_baseline().is_some()
            }
            Command::SetFilter(_) => !self.filter().typed.is_empty(),
            Command::GroupBy(_) | Command::ToggleInternals => {
                matches!(self.view, View::Summary | View::Comparison)
            }
            Command::SetFilterPreset(_) => self.view == View::Summary && self.current.is_some(),
            Command::SetAccounting(_) => self.view == View::Comparison,
            Command::SetGrowthMode(_) => self.view == View::Growth,
            Command::SetTrendMode(_) => self.view == View::Trend,
            Command::GroupDominated(_) => self.view == View::Dominators,
            Command::SetStringsMode(_) => self.view == View::Strings,
            Command::CopySuspects(_) => self.view == View::Suspects,
            Command::SetObjectRetainersMode(_) => self.inspected_object.is_some(),
            Command::SetGroupRetainersMode(_) => {
                self.held_group.as_ref().is_some_and(|group| group.view == self.view)
            }
            Command::ToggleFolding => self.held_file().is_some(),
            Command::StopWork => self.is_busy(),
            Command::CopyTable(_) => self.table(self.pane).is_some_and(|table| !table.is_empty()),
            _ => true,
        }
    }
}
