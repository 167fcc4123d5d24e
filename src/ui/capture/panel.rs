//! The pane: programs to choose from, or the connection to one of them.

use std::time::Duration;

use egui::{Align, Button, Layout, Panel, RichText, ScrollArea, Ui};

use crate::app::{AppState, CaptureCommand, Command};
use crate::ui::capture::help::help_ui;
use crate::ui::capture::session::session_ui;
use crate::ui::capture::targets::targets_ui;
use crate::ui::theme::Palette;

/// The list of programs and the heap's size are looked at that often.
const FOLLOW: Duration = Duration::from_millis(500);

/// Draws the pane at the right edge while it is shown.
pub(crate) fn capture_ui(ui: &mut Ui, state: &AppState, frame: egui::Frame, commands: &mut Vec<Command>) {
    if !state.capture.is_shown {
        return;
    }
    ui.ctx().request_repaint_after(FOLLOW);
    Panel::right("capture")
        .default_size(300.0)
        .size_range(220.0..=(ui.available_width() * 0.5).clamp(230.0, 480.0))
        .frame(frame)
        .show(ui, |ui| {
            head_ui(ui, commands);
            ScrollArea::vertical().id_salt("capture").auto_shrink(false).show(ui, |ui| {
                match &state.capture.session {
                    Some(session) => session_ui(ui, state, session, commands),
                    None => targets_ui(ui, state, commands),
                }
                ui.add_space(10.0);
                let label = match state.capture.is_help_shown {
                    true => "Hide how to reach a process",
                    false => "How to reach a process elsewhere…",
                };
                if ui.button(label).clicked() {
                    commands.push(Command::Capture(CaptureCommand::ToggleHelp));
                }
                if state.capture.is_help_shown {
                    help_ui(ui, commands);
                }
            });
        });
}

fn head_ui(ui: &mut Ui, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    ui.horizontal(|ui| {
        ui.label(RichText::new("Capture").color(palette.muted));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let icon = RichText::new("✖").small().color(palette.muted);
            let close = ui.add(Button::new(icon).frame(false));
            close.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "Hide captures"));
            if close.on_hover_text("Hide this pane; a connection stays open").clicked() {
                commands.push(Command::Capture(CaptureCommand::Toggle));
            }
        });
    });
}
