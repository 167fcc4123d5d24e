//! The menu of a table's row.

use crate::app::{Command, Copied, Pane};
use crate::model::{Disclosure, Row, ids_in};
use egui::Ui;

/// What can be done with row `at`.
pub fn row_menu_ui(
    ui: &mut Ui,
    (pane, is_allocations): (Pane, bool),
    at: usize,
    row: &Row,
    commands: &mut Vec<Command>,
) {
    let mut item = |ui: &mut Ui, is_enabled: bool, label: &str, command: Command| {
        if ui.add_enabled(is_enabled, egui::Button::new(label)).clicked() {
            commands.push(command);
            ui.close();
        }
    };
    let is_object = row.object.is_some();
    let is_open = matches!(row.disclosure, Disclosure::Open | Disclosure::Busy);
    let can_open = row.disclosure != Disclosure::Leaf;
    item(ui, can_open, if is_open { "Collapse" } else { "Expand" }, Command::Toggle(pane, at));
    ui.separator();
    item(ui, is_object, "Show in Summary", Command::ShowInSummary(pane, at));
    item(ui, is_object, "Show retainers", Command::ShowRetainers(pane, at));
    if pane == Pane::Retainers {
        item(ui, is_object, "Ignore this retainer", Command::IgnoreRetainer(at));
    }
    if is_allocations {
        item(ui, true, "Show what lives in Summary", Command::ShowAllocated(at));
    }
    for id in ids_in(&row.text()) {
        item(ui, true, &format!("Find {id}"), Command::GoToId(id));
    }
    ui.separator();
    item(ui, true, "Copy name", Command::Copy(pane, at, Copied::Name));
    item(ui, is_object, "Copy @id", Command::Copy(pane, at, Copied::ObjectId));
    item(ui, true, "Copy row", Command::Copy(pane, at, Copied::Row));
}
