//! Rows as filters: only what is like the selected row, all but that, or groups of what it has in common with
//! others.

use crate::app::commands::command::Effect;
use crate::app::options::AnyOption as _;
use crate::app::state::AppState;
use crate::app::views::View;
use crate::app::views::panes::{Pane, RowFilter};
use crate::app::views::summary::GROUP_BY;
use crate::model::{Condition, completions};
use crate::snapshot::groups::GroupBy;

impl AppState {
    /// The condition that objects like the selected row's meet.
    pub fn selected_condition(&self) -> Option<Condition> {
        let (table, row) = (self.table(self.pane)?, self.selected_row(self.pane)?);
        if let Some(condition) = table.source().condition(&table.path(row)) {
            return Some(condition);
        }
        let (file, node) = self.object_of(self.pane, row)?;
        let snapshot = self.snapshot(file)?;
        Some(Condition::ClassIs(snapshot.classes().name(snapshot.class_of(node)).to_owned()))
    }

    /// Makes a chip of the selected row, in a view that has chips.
    pub(crate) fn filter_by_selected(&mut self, filter: RowFilter) {
        let Some(condition) = self.selected_condition() else { return };
        self.chips.add(match filter {
            RowFilter::Only => condition,
            RowFilter::Exclude => condition.negated(),
        });
        if !self.view.spec().has_chips {
            self.change_view(View::Summary);
        }
    }

    /// Groups rows, and goes to the selected object in its group.
    pub(crate) fn group_by_selected(&mut self, by: GroupBy) -> Vec<Effect> {
        let object = self.selected_object();
        let is_grouped = self.option(&GROUP_BY) == by;
        let at = GroupBy::ALL.iter().position(|&other| other == by).unwrap_or(0);
        GROUP_BY.choose(self, at);
        if let Some((file, node)) = object {
            self.show_file(file);
            self.show(View::Summary);
            self.inspect(file, node);
            if let Some(pane) = self.main_table_mut() {
                if is_grouped {
                    pane.go_to_object(node);
                } else {
                    pane.go_to_object_in_next_rows(node);
                }
            }
        } else if !self.view.spec().has_chips {
            self.show(View::Summary);
        }
        vec![Effect::FocusPane(Pane::Main)]
    }

    /// Takes what was typed of a condition, and finds how it can go on.
    pub(crate) fn edit_condition(&mut self, typed: String) {
        let snapshot = self.current_file().and_then(|file| file.snapshot.as_ref());
        let names = snapshot.into_iter().flat_map(|snapshot| snapshot.classes().iter());
        let offers = completions(&typed, names.map(|(_, class)| class.name.as_str()));
        self.chips.edit(typed);
        self.chips.offers = offers;
    }

    /// Takes the completion that was chosen, and makes a chip of the condition if it is one.
    pub(crate) fn accept_condition(&mut self) {
        if let Some(text) = self.chips.completed().map(str::to_owned) {
            let is_whole = Condition::check(&text).is_ok();
            self.edit_condition(text);
            if !is_whole {
                return;
            }
        }
        self.chips.accept();
    }
}
