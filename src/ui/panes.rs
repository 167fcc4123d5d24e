//! The middle of the window and the retainers below it: a table, or a sentence why there is none.

use super::banner::banner_ui;
use super::keys::tooltip;
use super::map::map_ui;
use super::object::object_ui;
use super::statistics::statistics_ui;
use super::suspects::suspects_ui;
use super::table::{TableView, tree_table_ui};
use super::theme::Palette;
use super::timeline::timeline_ui;
use crate::app::{AppState, Command, GroupWay, HoldingView, Load, ObjectWay, Pane, Sheet, View};
use crate::model::Internals;
use egui::{Align, Button, Label, Layout, Margin, Panel, RichText, Ui};

/// The object has a place beside the retainers from this width on.
const WIDE: f32 = 640.0;
/// The part of the head that the name of what is held may take.
const WHOSE: f32 = 0.4;

/// Draws the view.
pub fn main_pane_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    if state.view == View::Statistics && state.current.is_some() {
        return statistics_ui(ui, state, commands);
    }
    if state.view == View::Map && state.current.is_some() {
        return map_ui(ui, state, commands);
    }
    if state.view == View::Search && state.search.good().is_empty() && state.current.is_some() {
        return hint_ui(ui, "Type a name, a text, /a pattern/ or @id above");
    }
    if state.view == View::Allocations
        && let Some(timeline) = state.timeline()
    {
        timeline_ui(ui, timeline, commands);
    }
    if state.view == View::Suspects && state.current.is_some() {
        return suspects_ui(ui, state, commands);
    }
    let Some(sheet) = state.sheet() else {
        return waiting_ui(ui, state, commands);
    };
    banner_ui(ui, state, commands);
    match (&sheet.table, &sheet.problem) {
        (None, Some(problem)) => hint_ui(ui, problem),
        (Some(table), None) if table.is_empty() && !table.is_busy() && !sheet.is_busy() => {
            let text = match (state.filter().typed.is_empty(), state.view) {
                (_, View::Search) => "Nothing was found",
                (_, View::Growth) => match state.suspects_of_growth() {
                    Some(Ok(report)) => report.verdict.as_str(),
                    _ => "Nothing grew that matters",
                },
                (_, View::Trend) => "Nothing grows from the first of these snapshots to the last",
                (_, View::Allocations) => {
                    "No stacks were recorded: this needs a timeline with allocation stacks"
                }
                (false, View::Strings) => "No string matches the filter",
                (false, _) => "No constructor matches the filter",
                (true, View::Summary) => "No object passes the filter",
                (true, View::Comparison) => "Nothing differs between these two snapshots",
                (true, _) => "There are no objects",
            };
            hint_ui(ui, text);
        }
        (Some(table), problem) => {
            if let Some(problem) = problem {
                let text = RichText::new(format!("{problem}: {}", sheet.rows_instead()))
                    .color(Palette::of(ui).warning);
                egui::Frame::NONE.inner_margin(Margin::symmetric(8, 3)).show(ui, |ui| ui.label(text));
            }
            let view = TableView {
                pane: Pane::Main,
                salt: state.view.title(),
                table,
                reveal: sheet.reveal,
                ways: ways_elsewhere(state),
                widths: state.settings.widths(state.view.title()),
                is_in_use: state.pane == Pane::Main,
            };
            tree_table_ui(ui, &view, commands);
        }
        (None, None) => hint_ui(ui, &format!("{}…", sheet.busy_with().unwrap_or("Listing"))),
    }
}

/// Ways from the selected object to the same one in other snapshots, as soon as they are known.
fn ways_elsewhere(state: &AppState) -> Vec<(String, Command)> {
    let of_selected =
        state.object_pane.shown().filter(|(key, _)| state.inspected == Some((key.file, key.node)));
    let elsewhere = of_selected.map_or(&[][..], |(_, contents)| &contents.elsewhere);
    elsewhere
        .iter()
        .filter_map(|&(file, node)| {
            let name = &state.file(file)?.name;
            Some((format!("Show the same object in {name}"), Command::Inspect(file, node)))
        })
        .collect()
}

/// Why there is no table yet.
fn waiting_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let is_loading = state.files.iter().any(|file| matches!(file.load, Load::Running(_)));
    if is_loading {
        return hint_ui(ui, "Loading…");
    }
    if state.current.is_none() {
        let why = "The list of snapshots says of each why, and what can be done";
        return invite_ui(ui, "None of these files could be opened", why, commands);
    }
    if !state.view.is_of_two() && state.view != View::Trend {
        return hint_ui(ui, "Listing…");
    }
    invite_ui(ui, "This needs a second snapshot of the same process", "", commands);
}

/// A sentence, some more in small, and a button to open another file.
fn invite_ui(ui: &mut Ui, text: &str, more: &str, commands: &mut Vec<Command>) {
    ui.vertical_centered(|ui| {
        ui.add_space(ui.available_height() * 0.35);
        ui.label(RichText::new(text).size(15.0));
        if !more.is_empty() {
            ui.label(RichText::new(more).color(Palette::of(ui).quiet));
        }
        ui.add_space(6.0);
        if ui.add(Button::new("Open another…")).on_hover_text(Command::OpenDialog.tooltip()).clicked() {
            commands.push(Command::OpenDialog);
        }
    });
}

/// Draws the head of the retainers and, where they are shown, their table.
pub fn retainers_pane_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let head = egui::Frame::NONE.inner_margin(Margin::symmetric(8, 3));
    head.show(ui, |ui| {
        ui.horizontal(|ui| {
            let command = Command::ToggleRetainers;
            let sign = if state.settings.retainers_shown { "⏷" } else { "⏵" };
            let button = Button::new(format!("{sign} {}", command.label())).frame(false);
            let button = ui.add(button).on_hover_text(command.tooltip());
            button.widget_info(|| {
                egui::WidgetInfo::labeled(egui::Role::Button, true, "Show or hide retainers")
            });
            if button.clicked() {
                commands.push(command);
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                object_switch_ui(ui, state, commands);
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    whose_ui(ui, state);
                    ways_ui(ui, state, commands);
                    ignored_ui(ui, state, commands);
                });
            });
        });
    });
    if !state.settings.retainers_shown {
        return;
    }
    let room = ui.available_width();
    if state.is_narrow != (room < WIDE) {
        commands.push(Command::Narrow(room < WIDE));
    }
    if state.is_narrow && state.object_in_front {
        return object_ui(ui, state, commands);
    }
    if state.settings.object_shown && room >= WIDE {
        Panel::right("object")
            .default_size((room * 0.38).min(460.0))
            .size_range((room * 0.25).min(180.0)..=room * 0.65)
            .frame(egui::Frame::NONE)
            .show(ui, |ui| object_ui(ui, state, commands));
    }
    let sheet: &Sheet<_> = state.retainers();
    match (&sheet.table, state.held_file()) {
        (_, None) => hint_ui(ui, invitation(state.view)),
        (Some(table), Some(_)) if table.is_empty() && !sheet.is_busy() => {
            hint_ui(
                ui,
                match state.inspected {
                    Some(_) => "Nothing holds this object: it is a root, or only weak references lead to it",
                    None => {
                        "There is nothing of it in the current snapshot, or only weak references lead to it"
                    }
                },
            );
        }
        (Some(table), Some(_)) => {
            let view = TableView {
                pane: Pane::Retainers,
                salt: "Retainers",
                table,
                reveal: sheet.reveal,
                ways: Vec::new(),
                widths: state.settings.widths("Retainers"),
                is_in_use: state.pane == Pane::Retainers,
            };
            tree_table_ui(ui, &view, commands);
        }
        (None, Some(_)) => hint_ui(ui, sheet.problem.as_deref().unwrap_or("Finding retainers…")),
    }
}

/// What to do to see retainers.
fn invitation(view: View) -> &'static str {
    match view {
        View::Suspects => "Click the name of a suspect to see who holds it",
        View::Map => "Click a rectangle to see who holds it",
        View::Growth => "Select a container to see who holds it",
        View::Trend => "Select a row to see who holds it",
        _ => "Select an object or a constructor to see who holds it",
    }
}

/// Whose retainers these are.
fn whose_ui(ui: &mut Ui, state: &AppState) {
    let object =
        state.inspected.and_then(|(file, node)| Some((state.object_id(file, node)?, state.file(file)?)));
    let text = match (object, &state.held_group) {
        (Some((id, file)), _) => format!("of {id} in {}", file.name),
        (None, Some(group)) => format!("of {}", group.title),
        (None, None) => return,
    };
    let room = (ui.available_width() * WHOSE).max(60.0);
    ui.scope(|ui| {
        ui.set_max_width(room);
        let label = Label::new(RichText::new(&text).color(Palette::of(ui).quiet)).truncate();
        ui.add(label).on_hover_text(text);
    });
}

/// How many retainers are left out by wish, and the way back.
fn ignored_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let ignored = state.held_file().map_or(0, |file| state.ignoring.count(file));
    if ignored == 0 {
        return;
    }
    let command = Command::RestoreRetainers;
    ui.label(RichText::new(format!("{ignored} ignored")).color(Palette::of(ui).warning));
    if ui.add(Button::new(command.label()).small()).on_hover_text(command.tooltip()).clicked() {
        commands.push(command);
    }
}

/// The ways in which holders can be shown.
fn ways_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let HoldingView { object, group, internals } = state.holding;
    let mut way = |ui: &mut Ui, is_chosen: bool, text: &str, help: &str, command: Command| {
        if ui.add(Button::selectable(is_chosen, text).small()).on_hover_text(help).clicked() {
            commands.push(command);
        }
    };
    if state.inspected.is_some() {
        for (other, text, help) in [
            (ObjectWay::Retainers, "All retainers", "Every object with a reference to it"),
            (
                ObjectWay::Paths,
                "Separate paths",
                "Different ways to the roots: first those that share no reference, each to be cut by itself; then one for each other holder",
            ),
        ] {
            way(ui, object == other, text, help, Command::LookAtObject(other));
        }
    } else if state.held_group.is_some() {
        for (other, text, help) in [
            (
                GroupWay::MergedPaths,
                "Merged paths",
                "By what the objects are held, along the shortest way of each",
            ),
            (
                GroupWay::Dominators,
                "Kept alive by",
                "The immediate dominators: what would have to go for the objects to be freed",
            ),
        ] {
            way(ui, group == other, text, help, Command::LookAtGroup(other));
        }
    }
    let command = Command::ToggleFolding;
    let mut is_folded = internals == Internals::Hidden;
    if state.held_file().is_some()
        && ui.checkbox(&mut is_folded, command.label()).on_hover_text(command.tooltip()).changed()
    {
        commands.push(command);
    }
}

/// Shows and hides the pane beside the retainers, or in front of them where there is no room for both.
fn object_switch_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let command = Command::ToggleObject;
    let is_shown = state.is_object_shown() && state.settings.retainers_shown;
    let button = ui.add(Button::selectable(is_shown, command.label()).small());
    button.widget_info(|| {
        egui::WidgetInfo::selected(egui::Role::Button, true, is_shown, "Show or hide object")
    });
    if button.on_hover_text(tooltip(ui, &command)).clicked() {
        commands.push(command);
    }
}

/// A sentence where there is nothing to show.
pub fn hint_ui(ui: &mut Ui, text: &str) {
    let palette = Palette::of(ui);
    ui.painter().rect_filled(ui.available_rect_before_wrap(), egui::CornerRadius::ZERO, palette.ground);
    ui.centered_and_justified(|ui| {
        ui.label(RichText::new(text).color(palette.quiet));
    });
}
