//! Commands about the rows of the two tables: selecting, expanding, sorting and moving.

use crate::app::commands::command::{Command, Effect};
use crate::app::state::AppState;
use crate::app::views::View;
use crate::app::views::panes::{Pane, SelectionStep};

/// Carries out a command of this topic, or returns it.
pub(super) fn carry_out(state: &mut AppState, command: Command) -> Result<Vec<Effect>, Command> {
    match command {
        Command::Select(pane, row) => state.select_row(pane, row),
        Command::Toggle(pane, row) => state.toggle_row(pane, row),
        Command::SortBy(pane, column) => {
            if let Some(table_pane) = state.pane_mut(pane) {
                table_pane.click_column(column);
            }
        }
        Command::Move(pane, step) => state.move_selection(pane, step),
        Command::Activate(pane) => return Ok(state.activate(pane)),
        Command::TypeAhead(pane, letters) => state.type_ahead(pane, &letters),
        Command::CopyTable(format) => state.copy_table(format),
        other => return Err(other),
    }
    Ok(Vec::new())
}

impl AppState {
    fn select_row(&mut self, pane: Pane, row: usize) {
        self.pane = pane;
        if let Some(table_pane) = self.pane_mut(pane) {
            table_pane.select(row);
        }
        self.selection_moved(pane);
    }

    fn move_selection(&mut self, pane: Pane, step: SelectionStep) {
        if let Some(table_pane) = self.pane_mut(pane) {
            table_pane.step(step);
        }
        self.selection_moved(pane);
    }

    fn selection_moved(&mut self, pane: Pane) {
        match pane {
            Pane::Main => self.selected(),
            Pane::Retainers => self.focus_retainer(),
        }
    }

    fn toggle_row(&mut self, pane: Pane, row: usize) {
        if let Some(table_pane) = self.pane_mut(pane) {
            table_pane.toggle(row);
        }
    }

    /// Opens or closes the selected row; shows a found object among its constructor's, and who holds a
    /// retainer.
    fn activate(&mut self, pane: Pane) -> Vec<Effect> {
        let Some(row) = self.selected_row(pane) else { return Vec::new() };
        if let (Pane::Retainers, Some((file, node))) = (pane, self.object_of(pane, row)) {
            self.inspect(file, node);
            return vec![Effect::FocusPane(Pane::Retainers)];
        }
        let hit = self.object_of(pane, row).filter(|_| self.view == View::Search && pane == Pane::Main);
        let Some((file, node)) = hit else {
            self.toggle_row(pane, row);
            return Vec::new();
        };
        self.reveal_in_summary(file, node);
        vec![Effect::FocusPane(Pane::Main)]
    }
}
