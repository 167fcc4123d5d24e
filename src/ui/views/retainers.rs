//! The retainers below the middle: whose they are, the ways to show them, their table, and the object beside.

use crate::app::{AppState, ColumnLayout, Command, Pane, PaneLayout};
use crate::model::ColumnId;
use crate::ui::bars::options::{ButtonSize, option_ui};
use crate::ui::keys::tooltip;
use crate::ui::sidebar::file_name::without_ending;
use crate::ui::table::{TableView, tree_table_ui};
use crate::ui::theme::Palette;
use crate::ui::views::breadcrumbs::breadcrumbs_ui;
use crate::ui::views::main_pane::placeholder_ui;
use crate::ui::views::object::object_ui;
use crate::ui::views::source::source_ui;
use egui::{Align, Button, Id, Label, Layout, Margin, Panel, RichText, Ui};

/// Another pane has a place beside the retainers from this width on, and two have from the second on.
const TWO_PANES: f32 = 640.0;
const THREE_PANES: f32 = 940.0;
/// With less room, names are worth more than the shallow size.
const ALL_COLUMNS: f32 = 540.0;
/// The part of the head that the name of what is held may take, and the room from which on it is said.
const WHOSE: f32 = 0.3;
const WHOSE_FROM: f32 = 430.0;
/// The room of the ways to show holders; with less they are in a menu.
const WAYS: f32 = 330.0;

/// How much of the pane is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// The head, from which the rest is opened.
    Head,
    /// All of it.
    Whole,
    /// All of it in front of the middle, which the head leads back to.
    TabInFront,
    /// The head, which brings the rest in front of the middle.
    TabBehind,
}

/// Whether the retainers stand in front of the middle where there is no room for both.
pub(crate) fn in_front_id() -> Id {
    Id::unique("retainers in front")
}

/// Draws the head of the retainers and, where they are shown, their table.
pub(crate) fn retainers_pane_ui(ui: &mut Ui, state: &AppState, extent: Extent, commands: &mut Vec<Command>) {
    let is_open = matches!(extent, Extent::Whole | Extent::TabInFront);
    let head = egui::Frame::NONE.inner_margin(Margin::symmetric(8, 3));
    head.show(ui, |ui| {
        ui.horizontal(|ui| {
            title_ui(ui, state, extent, commands);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if is_open || extent == Extent::Head {
                    let (object, source) = (state.is_object_shown(), state.is_source_shown());
                    let label = "Show or hide object";
                    switch_ui(ui, is_open && object, Command::ToggleObject, label, commands);
                    let label = "Show or hide source";
                    switch_ui(ui, is_open && source, Command::ToggleSource, label, commands);
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    // Where there is no room, the last of them ends before the switch.
                    ui.shrink_clip_rect(ui.max_rect());
                    whose_ui(ui, state);
                    if is_open && ui.available_width() >= WAYS {
                        ways_ui(ui, state, commands);
                    } else if is_open && !state.retainers_options().is_empty() {
                        ui.menu_button("Show as ⏷", |ui| ways_ui(ui, state, commands));
                    }
                    ignored_ui(ui, state, commands);
                });
            });
        });
    });
    if !is_open {
        return;
    }
    breadcrumbs_ui(ui, state, commands);
    let room = ui.available_width();
    let layout = match room {
        room if room < TWO_PANES => PaneLayout::One,
        room if room < THREE_PANES => PaneLayout::Two,
        _ => PaneLayout::Three,
    };
    if state.layout != layout {
        commands.push(Command::SetPaneLayout(layout));
    }
    match layout {
        PaneLayout::One if state.is_source_shown() => source_ui(ui, state, commands),
        PaneLayout::One if state.is_object_shown() => object_ui(ui, state, commands),
        _ => {
            side_panes_ui(ui, room, state, commands);
            table_ui(ui, state, commands);
        }
    }
}

/// The object and its source, to the right of the table.
fn side_panes_ui(ui: &mut Ui, room: f32, state: &AppState, commands: &mut Vec<Command>) {
    let (has_object, has_source) = (state.is_object_shown(), state.is_source_shown());
    let (object_part, source_part) = if has_object && has_source { (0.21, 0.33) } else { (0.4, 0.48) };
    if has_object {
        Panel::right("object")
            .default_size((room * object_part).min(460.0))
            .size_range((room * 0.2).min(180.0)..=room * 0.5)
            .frame(egui::Frame::NONE)
            .show(ui, |ui| object_ui(ui, state, commands));
    }
    if has_source {
        Panel::right("source")
            .default_size((room * source_part).min(640.0))
            .size_range((room * 0.2).min(180.0)..=room * 0.5)
            .frame(egui::Frame::NONE)
            .show(ui, |ui| source_ui(ui, state, commands));
    }
}

fn table_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let pane = state.retainers();
    match (pane.and_then(|pane| Some((pane, pane.table.as_ref()?))), state.held_file()) {
        (_, None) => placeholder_ui(ui, state.view.spec().hint),
        (Some((_, table)), Some(_)) if table.is_empty() && !table.is_busy() => {
            placeholder_ui(
                ui,
                match state.inspected_object {
                    Some(_) => "Nothing holds this object: it is a root, or only weak references lead to it",
                    None => {
                        "There is nothing of it in the current snapshot, or only weak references lead to it"
                    }
                },
            );
        }
        (Some((pane, table)), Some(_)) => {
            let chosen = state.settings.columns("Retainers");
            let is_narrow = ui.available_width() < ALL_COLUMNS && *chosen == ColumnLayout::default();
            let narrow = ColumnLayout::default().without(ColumnId::SHALLOW);
            let view = TableView {
                state,
                pane: Pane::Retainers,
                id_salt: "Retainers",
                table,
                reveal: pane.reveal,
                row_action: None,
                extra_menu_items: Vec::new(),
                widths: state.settings.widths("Retainers"),
                columns: if is_narrow { &narrow } else { chosen },
                is_in_use: state.pane == Pane::Retainers,
            };
            tree_table_ui(ui, &view, commands);
        }
        (None, Some(_)) => placeholder_ui(ui, state.retainers_error().unwrap_or("Finding retainers…")),
    }
}

/// The pane's name, which opens and closes it; or the names of both tabs.
fn title_ui(ui: &mut Ui, state: &AppState, extent: Extent, commands: &mut Vec<Command>) {
    let command = Command::ToggleRetainers;
    if let Extent::TabInFront | Extent::TabBehind = extent {
        let is_in_front = extent == Extent::TabInFront;
        for (is_retainers, name) in [(false, state.view.title()), (true, command.label())] {
            let is_shown = is_in_front == is_retainers;
            let tab = ui.add(Button::selectable(is_shown, name).small());
            let label = if is_retainers { "Show or hide retainers" } else { "Show the table" };
            tab.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, is_shown, label));
            if tab.clicked() {
                ui.data_mut(|data| data.insert_temp(in_front_id(), is_retainers));
            }
        }
        return;
    }
    let sign = if extent == Extent::Whole { "⏷" } else { "⏵" };
    let button = Button::new(format!("{sign} {}", command.label())).frame(false);
    let button = ui.add(button).on_hover_text(command.tooltip());
    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "Show or hide retainers"));
    if button.clicked() {
        commands.push(command);
    }
}

/// Whose retainers these are, where there is room to say it.
fn whose_ui(ui: &mut Ui, state: &AppState) {
    if ui.available_width() < WHOSE_FROM {
        return;
    }
    let object = state
        .inspected_object
        .and_then(|(file, node)| Some((state.object_id(file, node)?, state.file(file)?)));
    let text = match (object, &state.held_group) {
        (Some((id, file)), _) => format!("of {id} in {}", without_ending(&file.name)),
        (None, Some(group)) => format!("of {}", group.title),
        (None, None) => return,
    };
    let room = (ui.available_width() * WHOSE).max(60.0);
    ui.scope(|ui| {
        ui.set_max_width(room);
        let label = Label::new(RichText::new(&text).color(Palette::of(ui).muted)).truncate();
        ui.add(label).on_hover_text(text);
    });
}

/// The number of ignored retainers, and a button that restores them.
fn ignored_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let ignored = state.held_file().map_or(0, |file| state.ignored_count(file));
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
    for option in state.retainers_options() {
        option_ui(ui, state, option, ButtonSize::Small, commands);
    }
}

/// Shows and hides a pane beside the retainers, or in front of them where there is no room for both.
fn switch_ui(
    ui: &mut Ui,
    is_shown: bool,
    command: Command,
    label: &'static str,
    commands: &mut Vec<Command>,
) {
    let button = ui.add(Button::selectable(is_shown, command.label()).small());
    button.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, is_shown, label));
    if button.on_hover_text(tooltip(ui, &command)).clicked() {
        commands.push(command);
    }
}
