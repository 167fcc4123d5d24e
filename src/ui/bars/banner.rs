//! The line above the comparison: the first suspect in words, and the way to all of them.

use crate::app::{AppState, Command, View};
use crate::model::{Suspect, SuspectsReport};
use crate::ui::theme::Palette;
use egui::{Align, Button, Label, Layout, Margin, RichText, Role, Ui, WidgetInfo};

/// Draws the line, and above it what has to be known of how the objects were matched.
pub(crate) fn banner_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    // The heads of the table follow without a gap.
    ui.spacing_mut().item_spacing.y = 0.0;
    let frame = egui::Frame::NONE.fill(ui.visuals().panel_fill).inner_margin(Margin::symmetric(8, 3));
    if state.matching_note().is_some() {
        frame.show(ui, |ui| note_ui(ui, state));
    }
    if state.has_banner() {
        frame.show(ui, |ui| ui.horizontal(|ui| line_ui(ui, state, commands)));
    }
}

/// What has to be known of how the objects were matched; what it rests on for whoever hovers it.
pub(crate) fn note_ui(ui: &mut Ui, state: &AppState) {
    let Some((note, evidence)) = state.matching_note() else { return };
    let text = RichText::new(format!("⚠ {note}")).color(Palette::of(ui).warning);
    ui.set_min_width(ui.available_width());
    ui.add(Label::new(text).wrap()).on_hover_text(evidence);
}

/// Draws what can be done with a snapshot that was added while a pair is compared.
pub(crate) fn added_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let Some(added) = state.added_file() else { return };
    let frame = egui::Frame::NONE.fill(ui.visuals().panel_fill).inner_margin(Margin::symmetric(8, 3));
    frame.show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        ui.horizontal_wrapped(|ui| {
            ui.label(format!("{} was added.", added.name));
            let check = Command::ShowView(View::Fix);
            if ui.button(check.label()).on_hover_text(check.tooltip()).clicked() {
                commands.push(check);
            }
            let hint = "Show this snapshot beside the same baseline";
            let is_shown = state.current == Some(added.id);
            if !is_shown && ui.button("Show it").on_hover_text(hint).clicked() {
                commands.push(Command::ShowAdded);
            }
            let dismiss = ui.button("Not now").on_hover_text("It stays in the list of snapshots");
            if dismiss.clicked() {
                commands.push(Command::DismissAdded);
            }
        });
    });
}

fn line_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let close = ui.add(Button::new("✖").frame(false)).on_hover_text("Put this line away");
        close.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Put the suspects away"));
        if close.clicked() {
            commands.push(Command::DismissBanner);
        }
        let all = Command::ShowView(View::Suspects);
        if ui.link("All suspects").on_hover_text(all.tooltip()).clicked() {
            commands.push(all);
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| match state.suspects_of_growth() {
            None => quiet_ui(ui, "Looking for suspects…"),
            Some(Err(problem)) => quiet_ui(ui, problem),
            Some(Ok(SuspectsReport { verdict, suspects, .. })) => match suspects.first() {
                None => quiet_ui(ui, verdict),
                Some(suspect) => suspect_ui(ui, state, suspect, commands),
            },
        });
    });
}

fn quiet_ui(ui: &mut Ui, text: &str) {
    ui.add(Label::new(RichText::new(text).color(Palette::of(ui).muted)).truncate()).on_hover_text(text);
}

fn suspect_ui(ui: &mut Ui, state: &AppState, suspect: &Suspect, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    ui.label(RichText::new("Suspect:").color(palette.warning));
    ui.spacing_mut().item_spacing.x = 0.0;
    let link = ui.link(&suspect.owner).on_hover_text(format!("Show who holds it\n{}", suspect.path));
    if let Some(file) = state.current.filter(|_| link.clicked()) {
        commands.push(Command::ShowSuspect(file, suspect.object));
    }
    let place = suspect.place.as_ref().map(|place| format!(" {place}")).unwrap_or_default();
    let text = format!("{place}: {}", suspect.claim);
    let said = Label::new(RichText::new(&text).color(palette.text)).truncate();
    ui.add(said).on_hover_text(format!("{}{text}", suspect.owner));
}
