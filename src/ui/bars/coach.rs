//! The line that leads through the samples in three steps.

use crate::app::{AppState, CoachStep, Command};
use crate::ui::fonts::strong;
use crate::ui::theme::Palette;
use egui::{Align, Button, Frame, Label, Layout, Margin, RichText, Role, Ui, WidgetInfo};

/// Draws the step that comes next.
pub(crate) fn coach_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let Some(step) = state.coach else { return };
    let palette = Palette::of(ui);
    let frame = Frame::NONE.fill(palette.selected_elsewhere).inner_margin(Margin::symmetric(8, 4));
    frame.show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let close = ui.add(Button::new("✖").frame(false)).on_hover_text("End the tour");
                close.widget_info(|| WidgetInfo::labeled(Role::Button, true, "End the tour"));
                if close.clicked() {
                    commands.push(Command::EndCoach);
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let head = match step {
                        CoachStep::Done => "Done".to_owned(),
                        step => format!("Step {} of {}", step.number(), CoachStep::COUNT),
                    };
                    ui.label(RichText::new(head).font(strong(12.5)).color(palette.accent));
                    ui.add(Label::new(step.text()).truncate()).on_hover_text(step.text());
                });
            });
        });
    });
}
