//! The menu of a table's row.

use crate::app::{Command, CopyWhat, Pane, RowAction, View};
use crate::model::{Disclosure, Row, TextFormat, ids_in};
use egui::Ui;

/// What can be done with row `at`.
pub(crate) fn row_menu_ui(
    ui: &mut Ui,
    (pane, action, ways): (Pane, Option<RowAction>, &[(String, Command)]),
    at: usize,
    row: &Row,
    commands: &mut Vec<Command>,
) {
    let is_open = matches!(row.disclosure, Disclosure::Open | Disclosure::Busy);
    let can_open = row.disclosure != Disclosure::Leaf;
    let is_object = row.object.is_some();
    let mut item = |ui: &mut Ui, is_enabled: bool, label: &str, command: Command| {
        if ui.add_enabled(is_enabled, egui::Button::new(label)).clicked() {
            commands.push(command);
            ui.close();
        }
    };
    item(ui, can_open, if is_open { "Collapse" } else { "Expand" }, Command::Toggle(pane, at));
    item(ui, can_open, Command::OpenRecursively.label(), Command::OpenRecursively);
    ui.separator();
    for view in [View::Summary, View::Containment, View::Dominators] {
        let label = Command::RevealSelected(view).label();
        item(ui, is_object, label, Command::Reveal(view, pane, at));
    }
    item(ui, is_object, "Show retainers", Command::ShowRetainers(pane, at));
    for (label, command) in ways {
        item(ui, true, label, command.clone());
    }
    if pane == Pane::Retainers {
        item(ui, is_object, "Ignore this retainer", Command::IgnoreRetainer(at));
    }
    if let Some((label, command)) = action {
        item(ui, true, label, command(at));
    }
    for id in ids_in(&row.text()) {
        item(ui, is_object, &format!("Go to {id}"), Command::FollowId(pane, at, id));
    }
    item(ui, is_object, Command::BookmarkSelected.label(), Command::Bookmark(pane, at));
    ui.separator();
    for what in [CopyWhat::Row, CopyWhat::Name, CopyWhat::ObjectId, CopyWhat::Path] {
        let is_enabled = is_object || matches!(what, CopyWhat::Row | CopyWhat::Name);
        item(ui, is_enabled, Command::CopySelected(what).label(), Command::Copy(pane, at, what));
    }
    if row.place.is_some() {
        item(
            ui,
            true,
            Command::CopySelected(CopyWhat::Place).label(),
            Command::Copy(pane, at, CopyWhat::Place),
        );
    }
    for format in [TextFormat::Tsv, TextFormat::Markdown] {
        let command = Command::CopyTable(format);
        item(ui, true, command.label(), command);
    }
}
