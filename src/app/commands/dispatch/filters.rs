//! Commands about which rows are shown: filters, conditions and searches.

use crate::app::commands::command::{Command, Effect};
use crate::app::state::AppState;
use crate::app::views::View;
use crate::model::{FilterPreset, functions_of};

/// Carries out a command of this topic, or returns it.
pub(super) fn carry_out(state: &mut AppState, command: Command) -> Result<Vec<Effect>, Command> {
    match command {
        Command::SetFilter(text) => state.filter_mut().set(text),
        Command::SetSearch(search) => state.search.set(search),
        Command::NextHit(by) => state.next_hit(by),
        Command::SetFilterPreset(keep) => {
            if let Some(file) = state.current {
                state.set_filter_preset(file, keep);
            }
        }
        Command::EditCondition(typed) => state.edit_condition(typed),
        Command::StepCompletion(by) => state.chips.step(by),
        Command::AcceptCondition => state.accept_condition(),
        Command::AddCondition(condition) => state.chips.add(condition),
        Command::GroupBySelected(by) => return Ok(state.group_by_selected(by)),
        Command::RemoveCondition(at) => state.chips.remove(at),
        Command::ShowAllocated(row) => state.show_allocated(row),
        Command::FindContexts => state.find_contexts(),
        other => return Err(other),
    }
    Ok(Vec::new())
}

impl AppState {
    /// Goes `by` search hits forward, or back where negative.
    pub(crate) fn next_hit(&mut self, by: isize) {
        self.show(View::Search);
        if let Some(table_pane) = self.main_table_mut() {
            table_pane.step_to_hit(by);
        }
        self.selected();
    }

    /// Shows in Summary the living objects that the function of a row allocated.
    fn show_allocated(&mut self, row: usize) {
        let path = self.main_table().and_then(|table_pane| Some(table_pane.table.as_ref()?.path(row)));
        if let (Some(path), Some(file)) = (path, self.current) {
            self.set_filter_preset(file, FilterPreset::AllocatedBy(functions_of(&path)));
            self.class_filter.set(String::new());
            self.show(View::Summary);
            self.inspect_selected();
        }
    }
}
