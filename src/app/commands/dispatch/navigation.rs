//! Commands for navigation: views, history and lines of growth.

use crate::app::commands::command::{Command, Effect};
use crate::app::files::history::HistoryEntry;
use crate::app::state::AppState;
use crate::app::views::View;
use crate::app::views::growth::GROWTH_BY;
use crate::app::views::panes::Pane;
use crate::model::Item;

/// Carries out a command of this topic, or returns it.
pub(super) fn carry_out(state: &mut AppState, command: Command) -> Result<Vec<Effect>, Command> {
    Ok(match command {
        Command::ShowView(view) => state.go_to_view(view),
        Command::ShowGrowthLine(line) => {
            state.reset_option(&GROWTH_BY);
            state.show(View::Growth);
            state.go_to(vec![Item::Group(line)]);
            state.inspect_selected();
            vec![Effect::FocusPane(Pane::Main)]
        }
        Command::FocusPane(pane) => {
            state.pane = pane;
            match pane {
                Pane::Main => state.focused = None,
                Pane::Retainers => state.focus_retainer(),
            }
            Vec::new()
        }
        other => return Err(other),
    })
}

impl AppState {
    /// Shows a view. What was selected in the map is selected in the trees as well.
    fn go_to_view(&mut self, view: View) -> Vec<Effect> {
        let selected = self.inspected_object.filter(|&(file, _)| Some(file) == self.current);
        if let (View::Map, true, Some((file, node))) = (self.view, view.is_of_objects(), selected) {
            self.reveal(view, file, node);
            return vec![Effect::FocusPane(Pane::Main)];
        }
        self.change_view(view);
        (view.spec().on_show)(self)
    }

    /// Whether the retainers are of another object than the selected row's.
    pub(crate) fn is_off_selection(&self) -> bool {
        let row = self.selected_row(Pane::Main);
        let selected = row.and_then(|row| self.object_of(Pane::Main, row));
        selected.is_some() && selected != self.inspected_object
    }

    pub(crate) fn go_back(&mut self) -> Vec<Effect> {
        // After a change of view, Back first returns to the row of the previous view.
        let left = |place: &&HistoryEntry| place.view != self.view || Some(place.current) != self.current;
        let place = self.history.present().filter(left).cloned();
        if place.is_none() && self.is_off_selection() {
            self.inspect_selected();
            return vec![Effect::FocusPane(Pane::Main)];
        }
        let place = place.or_else(|| self.history.back());
        self.revisit(place)
    }

    pub(crate) fn go_forward(&mut self) -> Vec<Effect> {
        let place = self.history.forward();
        self.revisit(place)
    }

    fn revisit(&mut self, place: Option<HistoryEntry>) -> Vec<Effect> {
        let Some(place) = place else { return Vec::new() };
        self.show(place.view);
        if place.baseline.is_some() {
            self.baseline = place.baseline;
        } else if self.baseline == Some(place.current) {
            self.baseline = self.current;
        }
        self.current = Some(place.current);
        self.go_to(place.path);
        self.inspect_selected();
        vec![Effect::FocusPane(Pane::Main)]
    }
}
