//! The window with nothing open: what to do first.

use crate::app::{AppState, CaptureCommand, Command, file_name};
use crate::ui::keys::tooltip;
use crate::ui::theme::Palette;
use egui::{Button, RichText, ScrollArea, Ui, vec2};

/// How many recent files are offered.
const RECENT: usize = 5;

/// Draws the invitation.
pub fn empty_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let space = (ui.available_height() - 330.0).max(40.0) * 0.4;
        ui.vertical_centered(|ui| {
            ui.add_space(space);
            ui.label(RichText::new("See what grew, and who holds it").size(22.0));
            ui.add_space(6.0);
            ui.label(
                RichText::new("Open a V8 heap snapshot, or two of the same process to compare them")
                    .color(palette.muted),
            );
            ui.label(
                RichText::new("Drop .heapsnapshot files anywhere in this window; .gz and .zst are fine")
                    .color(palette.muted),
            );
            ui.add_space(16.0);
            ui.scope(|ui| {
                ui.visuals_mut().widgets.inactive.weak_bg_fill = palette.selected;
                button_ui(ui, Command::OpenDialog, commands);
            });
            button_ui(ui, Command::OpenPrompt(None), commands);
            button_ui(ui, Command::Capture(CaptureCommand::Toggle), commands);
            if state.samples.is_some() {
                button_ui(ui, Command::OpenSamples, commands);
            }
            if !state.settings.recent.is_empty() {
                ui.add_space(16.0);
                ui.label(RichText::new("Recent").color(palette.muted));
                for path in state.settings.recent.iter().take(RECENT) {
                    let link = ui.link(file_name(path)).on_hover_text(path.display().to_string());
                    if link.clicked() {
                        commands.push(Command::OpenFiles(vec![path.clone()]));
                    }
                }
            }
            ui.add_space(20.0);
            ui.label(
                RichText::new(
                    "Take one with  node --heapsnapshot-signal=SIGUSR2  or from Chrome's Memory tab",
                )
                .small()
                .color(palette.muted),
            );
        });
    });
}

fn button_ui(ui: &mut Ui, command: Command, commands: &mut Vec<Command>) {
    let hint = tooltip(ui, &command);
    if ui.add(Button::new(command.label()).min_size(vec2(180.0, 28.0))).on_hover_text(hint).clicked() {
        commands.push(command);
    }
}
