//! The line below the menus: view, snapshots and filter.

use crate::app::{AppState, Command, FileId, FixRole, Needs, OpenFile, OptionForm, Pane, View};
use crate::ui::bars::filter_chips::chips_ui;
use crate::ui::bars::filter_combo::keep_ui;
use crate::ui::bars::options::{ButtonSize, option_ui};
use crate::ui::bars::tabs::tabs_ui;
use crate::ui::keys::tooltip;
use crate::ui::sidebar::file_name::elide_middle;
use crate::ui::table::focus_id;
use crate::ui::theme::Palette;
use crate::ui::views::search::search_ui;
use egui::{Align, Button, ComboBox, Id, Key, Layout, Margin, Modifiers, RichText, TextEdit, Ui};

/// Below this width the filter and the snapshots stand on a line of their own.
const WIDE: f32 = 1500.0;
/// Below this width the filter stands at the end of the views, where a line is begun anyway.
const NARROW: f32 = 900.0;
/// The room that snapshots, options and filter need beside the tabs.
const CHOICES: f32 = 620.0;
/// The width of the filter.
const FILTER: f32 = 240.0;
/// The room for clearing it, at its right.
const CLEAR: i8 = 22;
/// The room of a list's arrow and of the space around its text.
const ARROW: f32 = 38.0;

/// The filter's text field.
pub(crate) fn filter_id() -> Id {
    Id::unique("constructor filter")
}

/// Draws the views, and below them what they show.
pub(crate) fn toolbar_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    if ui.available_width() >= WIDE {
        ui.horizontal(|ui| {
            let room = ui.available_width() - CHOICES;
            ui.scope(|ui| tabs_ui(ui, state, room, commands));
            ui.add_space(10.0);
            choices_ui(ui, state, commands);
        });
    } else {
        ui.horizontal(|ui| {
            let is_narrow = state.view.has_filter() && ui.max_rect().width() < NARROW;
            let room = ui.available_width() - if is_narrow { FILTER * 0.6 } else { 0.0 };
            ui.scope(|ui| tabs_ui(ui, state, room, commands));
            if is_narrow {
                filter_ui(ui, state, commands);
            }
        });
        ui.horizontal(|ui| choices_ui(ui, state, commands));
    }
    if state.view.spec().has_chips {
        chips_ui(ui, state, commands);
    }
    if state.view == View::Search {
        ui.horizontal_wrapped(|ui| search_ui(ui, &state.search, commands));
    }
}

fn choices_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let width = ((ui.available_width() - 340.0) / 2.0).clamp(90.0, 250.0);
    match state.view.needs() {
        Needs::Series => {
            let count = state.by_age().len();
            let text = RichText::new(format!("{count} snapshots, the oldest first"));
            ui.label(text.color(Palette::of(ui).muted));
        }
        Needs::Roles => {
            for role in FixRole::ALL {
                let chosen = state.fix_files().map(|files| files.roles[role as usize]);
                let command = |file| Command::SetFixRole(role, file);
                snapshot_choice_ui(ui, role.title(), chosen, width * 0.6, state, commands, command);
            }
            let later = state.fix_files().and_then(|files| files.later);
            let command = |file| Command::SetFixLater(Some(file).filter(|_| later != Some(file)));
            snapshot_choice_ui(ui, "Fixed, later", later, width * 0.6, state, commands, command);
        }
        Needs::Pair => pair_ui(ui, state, width, commands),
        Needs::OneOrPair if state.baseline.is_some() => pair_ui(ui, state, width, commands),
        Needs::FirstRows | Needs::One | Needs::OneOrPair => {
            snapshot_choice_ui(ui, "Snapshot", state.current, width, state, commands, Command::ShowFile);
        }
    }
    if state.view == View::Summary {
        keep_ui(ui, state, width, commands);
    }
    let in_toolbar = |form| matches!(form, OptionForm::Buttons | OptionForm::CheckBox(_));
    for &option in state.view.spec().options.iter().filter(|option| in_toolbar(option.form())) {
        option_ui(ui, state, option, ButtonSize::Normal, commands);
    }
    if state.view.has_filter() && ui.max_rect().width() >= NARROW {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| filter_ui(ui, state, commands));
    }
}

/// The two sides of a comparison.
fn pair_ui(ui: &mut Ui, state: &AppState, width: f32, commands: &mut Vec<Command>) {
    snapshot_choice_ui(ui, "Baseline", state.baseline, width, state, commands, Command::SetBaseline);
    let hint = tooltip(ui, &Command::SwapSides);
    let swap = ui.add_enabled(state.baseline.is_some(), Button::new("⇄")).on_hover_text(hint);
    swap.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, Command::SwapSides.label()));
    if swap.clicked() {
        commands.push(Command::SwapSides);
    }
    snapshot_choice_ui(ui, "Current", state.current, width, state, commands, Command::ShowFile);
}

fn snapshot_choice_ui(
    ui: &mut Ui,
    title: &'static str,
    chosen: Option<FileId>,
    width: f32,
    state: &AppState,
    commands: &mut Vec<Command>,
    command: impl Fn(FileId) -> Command,
) {
    let name = chosen.and_then(|id| state.file(id)).map_or("None", |file| &file.name);
    let label = ui.label(RichText::new(title).color(Palette::of(ui).muted));
    let choice = ui.scope(|ui| {
        ui.set_max_width(width);
        let shown = elide_middle(ui, name, width - ARROW);
        ComboBox::from_id_salt(title).width(width).truncate().selected_text(shown).show_ui(ui, |ui| {
            for file in state.files.iter().filter(|file| file.snapshot.is_some()) {
                if ui.add(Button::selectable(chosen == Some(file.id), &file.name)).clicked() {
                    commands.push(command(file.id));
                    ui.close();
                }
            }
        })
    });
    let choice = choice.inner;
    choice.response.labelled_by(label.id).on_hover_text(
        chosen
            .and_then(|id| state.file(id))
            .map_or_else(String::new, |file: &OpenFile| file.path.display().to_string()),
    );
}

fn filter_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let hint = tooltip(ui, &Command::FocusFilter);
    let mut text = state.filter().typed.clone();
    let color = if state.filter().error.is_some() { palette.error } else { palette.text };
    let field = TextEdit::singleline(&mut text)
        .id(filter_id())
        .hint_text("Filter by text or /regex/")
        .text_color(color)
        .margin(Margin { left: 8, right: CLEAR, top: 2, bottom: 2 })
        .desired_width(ui.available_width().min(FILTER) - f32::from(CLEAR));
    let field = ui.add(field).on_hover_text(state.filter().error.as_ref().unwrap_or(&hint));
    field
        .widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, Command::FocusFilter.label()));
    if let Some(error) = state.filter().error.as_ref().filter(|_| field.has_focus()) {
        field.show_tooltip_text(error);
    }
    if field.has_focus() && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::ArrowDown)) {
        ui.memory_mut(|memory| memory.request_focus(focus_id(Pane::Main)));
    }
    if field.lost_focus() {
        if ui.input(|input| input.key_pressed(Key::Escape)) {
            text.clear();
        }
        if ui.input(|input| input.key_pressed(Key::Enter) || input.key_pressed(Key::Escape)) {
            ui.memory_mut(|memory| memory.request_focus(focus_id(Pane::Main)));
        }
    }
    if text != state.filter().typed {
        commands.push(Command::SetFilter(text));
    }
    if !state.filter().typed.is_empty() {
        let place = field.rect.with_min_x(field.rect.right() - f32::from(CLEAR));
        let clear = ui.put(place, Button::new("✖").frame(false)).on_hover_text("Show all rows");
        clear.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "Clear the filter"));
        if clear.clicked() {
            commands.push(Command::SetFilter(String::new()));
        }
    }
}
