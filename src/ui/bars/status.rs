//! The status bar: totals, warnings, and running tasks.

use crate::app::{AppState, Command, Load, View};
use crate::model::{FilterPreset, Tally, format};
use crate::ui::overlays::frame_times::{FrameTimes, frame_times_ui};
use crate::ui::theme::Palette;
use egui::containers::menu::MenuButton;
use egui::{Align, Button, Label, Layout, RichText, Ui};

/// Where the lines of an opened list of warnings break.
const WARNING_WIDTH: f32 = 480.0;

/// Draws the line.
pub(crate) fn status_ui(ui: &mut Ui, state: &AppState, times: &FrameTimes, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if state.settings.frame_times_shown {
                frame_times_ui(ui, times);
            }
            work_ui(ui, state, commands);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let line = Label::new(RichText::new(totals(state)).color(palette.muted)).truncate();
                ui.add(line).on_hover_text(exact(state));
                warnings_ui(ui, state);
            });
        });
    });
}

/// The open files, in one line.
fn totals(state: &AppState) -> String {
    if let Some(status_message) = &state.status_message {
        return status_message.clone();
    }
    let Some(file) = state.current_file() else {
        return match state.files.iter().filter(|file| file.is_loading()).count() {
            0 => "No snapshot open".to_owned(),
            1 => "Loading a snapshot".to_owned(),
            many => format!("Loading {many} snapshots"),
        };
    };
    // A single warning is shown in full beside this line, including its kind.
    let warnings = file.snapshot.as_ref().map_or(0, |snapshot| snapshot.warnings().len());
    let partial = if file.partial().is_some() && warnings != 1 { "Partial: " } else { "" };
    let (count, size) = (format::format_count(file.object_count), format::format_size(file.total_size));
    let whole = format!("{partial}{count} objects, {size}");
    match (state.view, state.comparison()) {
        (view, Some(comparison)) if view.is_of_two() => {
            let change = format::signed_size(comparison.totals.delta);
            format!("{whole}, {change} since the baseline")
        }
        _ => match part(state, file.total_size) {
            Some(shown) => format!(
                "{} {}, {} of {}",
                format::format_count(shown.count),
                if shown.count == 1 { "object" } else { "objects" },
                format::format_size(shown.bytes),
                format::format_size(file.total_size)
            ),
            None => whole,
        },
    }
}

/// The same to the byte.
fn exact(state: &AppState) -> String {
    let whole = state.current_file().map_or(0, |file| file.total_size);
    match part(state, whole).filter(|_| !state.view.is_of_two()) {
        Some(shown) => format!("{} of {}", format::exact_bytes(shown.bytes), format::exact_bytes(whole)),
        None => format::exact_bytes(whole),
    }
}

/// The shown part of the heap, if it is not all of it.
fn part(state: &AppState, whole: u64) -> Option<Tally> {
    let is_part = match state.view {
        View::Summary => {
            let by_object = state.current.is_some_and(|file| state.filter_preset(file) != FilterPreset::All);
            by_object || !state.filter().good().is_empty() || !state.lets_all_pass()
        }
        View::Search => !state.search.good().is_empty(),
        _ => true,
    };
    let shown = state.main_table()?.table.as_ref()?.source().shown();
    shown.filter(|shown| is_part && shown.bytes < whole)
}

fn warnings_ui(ui: &mut Ui, state: &AppState) {
    let snapshot = state.current_file().and_then(|file| file.snapshot.as_ref());
    let warnings = snapshot.map_or(&[][..], |snapshot| snapshot.warnings());
    if warnings.is_empty() {
        return;
    }
    let text = match warnings {
        [only] => format!("⚠ {}", only.0),
        many => format!("⚠ {} warnings", many.len()),
    };
    let button = Button::new(RichText::new(text).color(Palette::of(ui).warning)).frame(false).truncate();
    MenuButton::from_button(button).ui(ui, |ui| {
        ui.set_max_width(WARNING_WIDTH);
        for warning in warnings {
            ui.add(Label::new(&warning.0).wrap());
        }
    });
}

/// Running tasks and loads, at the right.
fn work_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    if let Some(label) = state.activity() {
        if ui.add(Button::new("Stop").small()).on_hover_text("Stop this work; what is shown stays").clicked()
        {
            commands.push(Command::StopWork);
        }
        ui.label(RichText::new(format!("{label}…")).color(palette.accent));
    }
    let loading = state.files.iter().filter_map(|file| match &file.load {
        Load::Running(loading) => Some((file, loading)),
        _ => None,
    });
    for (file, loading) in loading.take(2) {
        let percent = format::percent(loading.progress().fraction());
        ui.label(RichText::new(format!("{} {percent}", file.name)).color(palette.muted));
    }
}
