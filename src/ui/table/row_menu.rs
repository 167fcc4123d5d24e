//! The menu of a table's row.

use crate::app::{AppState, Command, CopyWhat, Pane, RowFilter, View};
use crate::model::{Disclosure, Row, TextFormat, ids_in};
use crate::snapshot::groups::GroupBy;
use crate::ui::keys::shortcut_text;
use crate::ui::table::TableView;
use egui::{Button, Role, Ui, WidgetInfo};

/// Adds a line: whether it can be chosen, its text, and what it does.
type Add<'a> = dyn FnMut(&mut Ui, bool, &str, Command) + 'a;

/// What can be done with row `at`. The click that opened the menu has selected it.
pub(crate) fn row_menu_ui(
    ui: &mut Ui,
    (view, state): (&TableView<'_>, &AppState),
    (at, row, is_selected): (usize, &Row, bool),
    commands: &mut Vec<Command>,
) {
    let mut add = |ui: &mut Ui, is_enabled: bool, label: &str, command: Command| {
        let keys = shortcut_text(ui, &command).unwrap_or_default();
        let line = ui.add_enabled(is_enabled, Button::new(label).shortcut_text(keys));
        line.widget_info(|| WidgetInfo::labeled(Role::Button, is_enabled, label));
        if line.clicked() {
            commands.push(command);
            ui.close();
        }
    };
    let is_open = matches!(row.disclosure, Disclosure::Open | Disclosure::Busy);
    let can_open = row.disclosure != Disclosure::Leaf;
    add(ui, can_open, if is_open { "Collapse" } else { "Expand" }, Command::Toggle(view.pane, at));
    add(ui, can_open, Command::OpenRecursively.label(), Command::OpenRecursively);
    ui.separator();
    rows_ui(ui, state, &mut add);
    ui.separator();
    object_ui(ui, view, (at, row, is_selected), &mut add);
    ui.separator();
    copy_ui(ui, view.pane, (at, row), &mut add);
}

/// Which rows are shown.
fn rows_ui(ui: &mut Ui, state: &AppState, add: &mut Add<'_>) {
    for filter in [RowFilter::Only, RowFilter::Exclude] {
        let command = Command::FilterBySelected(filter);
        add(ui, state.is_enabled(&command), command.label(), command);
    }
    ui.menu_button("Group by this", |ui| {
        for by in GroupBy::ALL {
            let command = Command::GroupBySelected(by);
            add(ui, true, command.label(), command);
        }
    });
}

/// Where the row's object is, and what holds it.
fn object_ui(
    ui: &mut Ui,
    view: &TableView<'_>,
    (at, row, is_selected): (usize, &Row, bool),
    add: &mut Add<'_>,
) {
    let is_object = row.object.is_some();
    let retainers = Command::ShowSelectedRetainers;
    add(ui, is_object || view.table.source().is_group(&view.table.path(at)), retainers.label(), retainers);
    for target in [View::Summary, View::Containment, View::Dominators] {
        let command = Command::RevealSelected(target);
        add(ui, is_object, command.label(), command);
    }
    for (label, command) in view.extra_menu_items.iter().filter(|_| is_selected) {
        add(ui, true, label, command.clone());
    }
    if view.pane == Pane::Retainers {
        add(ui, is_object, "Ignore this retainer", Command::IgnoreRetainer(at));
    }
    if let Some((label, command)) = view.row_action {
        add(ui, true, label, command(at));
    }
    for id in ids_in(&row.text()) {
        add(ui, is_object, &format!("Go to {id}"), Command::FollowId(view.pane, at, id));
    }
    add(ui, is_object, Command::BookmarkSelected.label(), Command::BookmarkSelected);
}

fn copy_ui(ui: &mut Ui, pane: Pane, (at, row): (usize, &Row), add: &mut Add<'_>) {
    let mut parts = vec![CopyWhat::Row, CopyWhat::Name, CopyWhat::ObjectId, CopyWhat::Path];
    parts.extend(row.place.is_some().then_some(CopyWhat::Place));
    for what in parts {
        let is_enabled = row.object.is_some() || matches!(what, CopyWhat::Row | CopyWhat::Name);
        add(ui, is_enabled, Command::CopySelected(what).label(), Command::Copy(pane, at, what));
    }
    for format in [TextFormat::Tsv, TextFormat::Markdown] {
        let command = Command::CopyTable(format);
        add(ui, true, command.label(), command);
    }
}
