//! The middle while files are loaded, and when none of them could be.

use crate::app::{AppState, Command, Load, LoadFailure, Loading, OpenFile, RecoveryAction};
use crate::model::format;
use crate::ui::fonts::strong;
use crate::ui::theme::Palette;
use egui::{Button, CornerRadius, Label, ProgressBar, RichText, Role, ScrollArea, Ui, WidgetInfo};

/// The width of what stands in the middle.
const WIDTH: f32 = 520.0;

/// Draws how far each file is.
pub(crate) fn loading_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    centered_ui(ui, |ui| {
        for file in &state.files {
            if let Load::Running(loading) = &file.load {
                progress_ui(ui, file, loading, commands);
                ui.add_space(16.0);
            }
        }
    });
}

fn progress_ui(ui: &mut Ui, file: &OpenFile, loading: &Loading, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let progress = loading.progress();
    let fraction = progress.fraction();
    ui.add(Label::new(RichText::new(&file.name).font(strong(14.0))).truncate());
    let bar = ProgressBar::new(fraction)
        .desired_height(8.0)
        .fill(palette.accent)
        .corner_radius(CornerRadius::same(4));
    ui.add(bar).widget_info(|| {
        WidgetInfo::labeled(Role::ProgressIndicator, true, format!("Progress of {}", file.name))
    });
    ui.horizontal(|ui| {
        let mut text = format!("{} · {}", progress.stage().label(), format::percent(fraction));
        if let Some(seconds) = loading.seconds_left() {
            text.push_str(&format!(" · {}", seconds_text(seconds)));
        }
        ui.label(RichText::new(text).color(palette.muted));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let cancel =
                ui.add(Button::new("Cancel").shortcut_text("Esc")).on_hover_text("Stop loading this file");
            cancel.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Cancel {}", file.name)));
            if cancel.clicked() {
                commands.push(Command::Close(file.id));
            }
        });
    });
}

/// `about 12 seconds left`.
fn seconds_text(seconds: u64) -> String {
    match seconds {
        0 | 1 => "about a second left".to_owned(),
        2..=89 => format!("about {seconds} seconds left"),
        _ => format!("about {} minutes left", seconds.div_ceil(60)),
    }
}

/// Draws why each file was refused, and what can be done.
pub(crate) fn refused_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    centered_ui(ui, |ui| {
        for file in &state.files {
            let Load::Failed(refusal) = &file.load else { continue };
            ui.add(Label::new(RichText::new(&file.name).font(strong(15.0))).wrap());
            let text = RichText::new(&refusal.sentence).size(14.0).color(palette.error);
            ui.add(Label::new(text).wrap().selectable(true));
            ui.add_space(4.0);
            ui.horizontal(|ui| {
                if let Some((label, hint, command)) = remedy(file, refusal)
                    && ui.button(label).on_hover_text(hint).clicked()
                {
                    commands.push(command);
                }
                if ui.button("Open another…").on_hover_text(Command::OpenDialog.tooltip()).clicked() {
                    commands.push(Command::OpenDialog);
                }
                let close = ui.button("Close").on_hover_text("Take this file off the list");
                close.widget_info(|| {
                    WidgetInfo::labeled(Role::Button, true, format!("Put away {}", file.name))
                });
                if close.clicked() {
                    commands.push(Command::Close(file.id));
                }
            });
            ui.add_space(18.0);
        }
    });
}

/// What can be done with a file that was refused: a label, a tooltip and a command.
pub(crate) fn remedy(
    file: &OpenFile,
    refusal: &LoadFailure,
) -> Option<(&'static str, &'static str, Command)> {
    match refusal.remedy {
        RecoveryAction::Nothing => None,
        RecoveryAction::OpenPartly => Some((
            "Open what is there",
            "All whole objects, the references between them and the names known so far",
            Command::OpenPartly(file.id),
        )),
        RecoveryAction::Report => Some((
            "Copy report",
            "Put the error and the version on the clipboard, to send to the authors of Heaplens",
            Command::CopyReport(file.id),
        )),
    }
}

fn centered_ui(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    let room = ui.available_size();
    ScrollArea::vertical().id_salt("waiting").auto_shrink(false).show(ui, |ui| {
        ui.add_space(room.y * 0.28);
        ui.horizontal_top(|ui| {
            let width = WIDTH.min(room.x - 40.0).max(100.0);
            ui.add_space((room.x - width) / 2.0);
            ui.vertical(|ui| {
                ui.set_width(width);
                add(ui);
            });
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_said_roughly() {
        assert_eq!(seconds_text(0), "about a second left");
        assert_eq!(seconds_text(45), "about 45 seconds left");
        assert_eq!(seconds_text(150), "about 3 minutes left");
    }
}
