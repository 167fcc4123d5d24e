//! Commands about one object: showing, inspecting, revealing, bookmarking and copying it.

use crate::app::commands::command::{Command, Effect};
use crate::app::state::AppState;
use crate::app::views::View;
use crate::app::views::panes::{CopyWhat, Pane};

/// Carries out a command of this topic, or returns it.
pub(super) fn carry_out(state: &mut AppState, command: Command) -> Result<Vec<Effect>, Command> {
    match command {
        Command::GoToObject(file, id) => state.go_to_object(file, id),
        Command::FollowId(pane, row, id) => {
            if let Some((file, _)) = state.object_of(pane, row) {
                state.go_to_object(file, id);
            }
        }
        Command::ShowObject(file, node) => {
            state.reveal_in_summary(file, node);
            return Ok(vec![Effect::FocusPane(Pane::Main)]);
        }
        Command::Inspect(file, node) => state.inspect(file, node),
        Command::ShowSuspect(file, node) => {
            state.inspect(file, node);
            if let Some(pane) = state.main_table_mut() {
                pane.go_to_object(node);
            }
        }
        Command::Reveal(view, pane, row) => {
            if let Some((file, node)) = state.object_of(pane, row) {
                state.reveal(view, file, node);
                return Ok(vec![Effect::FocusPane(Pane::Main)]);
            }
        }
        Command::RevealSelected(view) => return Ok(state.reveal_selected(view)),
        Command::GoToBreadcrumb(at) => return Ok(state.go_to_breadcrumb(at)),
        Command::ShowRetainers(pane, row) => state.show_retainers(pane, row),
        Command::ZoomMap(file, root) => state.zoom_map(file, root),
        Command::Bookmark(pane, row) => {
            if let Some((file, node)) = state.object_of(pane, row) {
                state.toggle_bookmark(file, node);
            }
        }
        Command::RemoveBookmark(file, id) => state.remove_bookmark(file, id),
        Command::NoteBookmark(file, id, note) => state.note_bookmark(file, id, &note),
        Command::Copy(pane, row, what) => return Ok(state.copy(pane, row, what)),
        Command::CopySelected(what) => return Ok(state.copy_selected(what)),
        Command::CopyText(text) => return Ok(state.copied(text)),
        Command::IgnoreRetainer(row) => {
            if let Some((file, node)) = state.object_of(Pane::Retainers, row) {
                state.ignore_retainer(file, node);
            }
        }
        other => return Err(other),
    }
    Ok(Vec::new())
}

impl AppState {
    /// Shows the selected object in Summary, Containment or Dominators.
    pub(crate) fn reveal_selected(&mut self, view: View) -> Vec<Effect> {
        let Some((file, node)) = self.selected_object() else { return Vec::new() };
        self.reveal(view, file, node);
        vec![Effect::FocusPane(Pane::Main)]
    }

    /// Copies a part of the selected row of the focused table.
    pub(crate) fn copy_selected(&mut self, what: CopyWhat) -> Vec<Effect> {
        match what {
            CopyWhat::ObjectId | CopyWhat::Path => {
                let object = self.selected_object();
                object.map_or_else(Vec::new, |(file, node)| self.copy_object(file, node, what))
            }
            CopyWhat::Place => {
                let place = self.selected_place();
                place.map_or_else(Vec::new, |text| self.copied(text))
            }
            CopyWhat::Row | CopyWhat::Name => {
                let row = self.selected_row(self.pane);
                row.map_or_else(Vec::new, |row| self.copy(self.pane, row, what))
            }
        }
    }

    /// Shows who holds what is selected in the table in use, and puts the keyboard there.
    pub(crate) fn show_selected_retainers(&mut self) -> Vec<Effect> {
        match self.selected_row(self.pane).filter(|&row| self.object_of(self.pane, row).is_some()) {
            Some(row) => self.show_retainers(self.pane, row),
            None => self.settings.retainers_shown = true,
        }
        vec![Effect::FocusPane(Pane::Retainers)]
    }

    fn show_retainers(&mut self, pane: Pane, row: usize) {
        let Some((file, node)) = self.object_of(pane, row) else { return };
        self.settings.retainers_shown = true;
        if pane == Pane::Main
            && let Some(table_pane) = self.main_table_mut()
        {
            table_pane.select(row);
            self.selected();
        }
        self.inspect(file, node);
    }
}
