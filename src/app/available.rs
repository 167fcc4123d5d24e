//! Which commands of the table do anything now: menus grey out the others, the palette leaves them away.

use super::command::Command;
use super::map_pane::MapColours;
use super::state::AppState;
use super::view::{Copied, View};

impl AppState {
    /// Whether `command` does anything now.
    pub fn can(&self, command: &Command) -> bool {
        match command {
            Command::OpenSamples => self.samples.is_some(),
            Command::CloseCurrent | Command::FocusFilter | Command::SetSizes(_) => self.current.is_some(),
            Command::ShowView(view) => self.current.is_some() && self.offers(*view),
            Command::NextHit(_) => self.view == View::Search,
            Command::SwapSides => self.baseline.is_some(),
            Command::Back => self.history.can_go_back(),
            Command::Forward => self.history.can_go_forward(),
            Command::RestoreRetainers => {
                self.inspected.is_some_and(|(file, _)| self.ignoring.count(file) > 0)
            }
            Command::CopySelected(Copied::Row | Copied::Name) | Command::OpenRecursively => {
                self.selected_row(self.pane).is_some()
            }
            Command::CopySelected(Copied::ObjectId | Copied::Path)
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
            Command::KeepObjects(_) => self.view == View::Summary && self.current.is_some(),
            Command::CountAs(_) => self.view == View::Comparison,
            Command::GrowBy(_) => self.view == View::Growth,
            Command::FollowTrend(_) => self.view == View::Trend,
            Command::GroupDominated(_) => self.view == View::Dominators,
            Command::ListStrings(_) => self.view == View::Strings,
            Command::CopySuspects(_) => self.view == View::Suspects,
            Command::LookAtObject(_) => self.inspected.is_some(),
            Command::LookAtGroup(_) => self.held_group.is_some(),
            Command::ToggleFolding => self.held_file().is_some(),
            Command::StopWork => self.is_busy(),
            Command::CopyTable(_) => self.table(self.pane).is_some_and(|table| !table.is_empty()),
            _ => true,
        }
    }
}
