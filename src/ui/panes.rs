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
use egui::{Button, Margin, Panel, RichText, Ui};

/// The object has a place beside the retainers from this width on.
const WIDE: f32 = 640.0;

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
                (true, View::Comparison) if !state.chips.lets_all_pass() => {
                    "Nothing that meets the conditions differs between these two snapshots"
                }
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
        return hint_ui(ui, "None of these files could be opened");
    }
    if !state.view.is_of_two() && state.view != View::Trend {
        return hint_ui(ui, "Listing…");
    }
    ui.vertical_centered(|ui| {
        ui.add_space(ui.available_height() * 0.35);
        ui.label(RichText::new("This needs a second snapshot of the same process").size(15.0));
        ui.add_space(6.0);
        if ui.add(Button::new("Open another…")).on_hover_text(Command::OpenDialog.tooltip()).clicked() {
            commands.push(Command::OpenDialog);
        }
    });
}

/// Draws the head of the retainers and, where they are shown, their table.
pub fn retainers_pane_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
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
            object_switch_ui(ui, state, commands);
            ways_ui(ui, state, commands);
            let ignored = state.held_file().map_or(0, |file| state.ignoring.count(file));
            if ignored > 0 {
                let command = Command::RestoreRetainers;
                let count = if ignored == 1 { "1 ignored".to_owned() } else { format!("{ignored} ignored") };
                ui.label(RichText::new(count).color(palette.warning));
                if ui.add(Button::new(command.label()).small()).on_hover_text(command.tooltip()).clicked() {
                    commands.push(command);
                }
            }
            if let Some(id) = state.inspected.and_then(|(file, node)| state.object_id(file, node)) {
                let name =
                    state.inspected.and_then(|(file, _)| state.file(file)).map_or("", |file| &file.name);
                let text = RichText::new(format!("of {id} in {name}")).color(palette.quiet);
                ui.add(egui::Label::new(text).truncate());
            } else if let Some(group) = &state.held_group {
                let text = RichText::new(format!("of {}", group.title)).color(palette.quiet);
                ui.add(egui::Label::new(text).truncate());
            }
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
        (_, None) => hint_ui(ui, "Select an object or a constructor to see who holds it"),
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

/// The ways in which holders can be shown.
fn ways_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let HoldingView { object, group, internals } = state.holding;
    let mut way_ui = |ui: &mut Ui, is_chosen: bool, command: Command| {
        let button = Button::selectable(is_chosen, command.label()).small();
        if ui.add(button).on_hover_text(command.tooltip()).clicked() {
            commands.push(command);
        }
    };
    if state.inspected.is_some() {
        for way in [ObjectWay::Retainers, ObjectWay::Paths] {
            way_ui(ui, object == way, Command::LookAtObject(way));
        }
    } else if state.held_group.is_some() {
        for way in [GroupWay::MergedPaths, GroupWay::Dominators] {
            way_ui(ui, group == way, Command::LookAtGroup(way));
        }
    }
    if state.held_file().is_some() {
        way_ui(ui, internals == Internals::Hidden, Command::ToggleFolding);
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
