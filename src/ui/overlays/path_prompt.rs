//! The path field over the window.

use crate::app::{AppState, Command};
use crate::ui::theme::Palette;
use egui::text::{CCursor, CCursorRange};
use egui::{Button, Frame, Id, Key, Modal, Modifiers, RichText, ScrollArea, TextEdit, Ui};

/// Draws the field while there is one.
pub(crate) fn prompt_ui(ui: &Ui, state: &AppState, commands: &mut Vec<Command>) {
    let Some(prompt) = &state.prompt else { return };
    let palette = Palette::of(ui);
    let modal = Modal::new(Id::unique("path prompt")).frame(Frame::window(ui.style())).show(ui, |ui| {
        ui.set_width((ui.content_rect().width() - 80.0).clamp(240.0, 560.0));
        ui.label(RichText::new("Open path").strong());
        if let Some(reason) = &prompt.reason {
            ui.label(RichText::new(reason).color(palette.warning));
        }
        let id = Id::unique("path prompt text");
        let completes = ui.memory(|memory| memory.has_focus(id))
            && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Tab));
        let mut text = prompt.text.clone();
        let field = TextEdit::singleline(&mut text).id(id).lock_focus(true).desired_width(f32::INFINITY);
        let field = field.hint_text("Path of a heap snapshot").show(ui);
        field.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Path"));
        if !ui.memory(|memory| memory.has_focus(id)) && !field.response.lost_focus() {
            field.response.request_focus();
        }
        // After a completion the text is longer than what was typed: go on at its end.
        let length = text.chars().count();
        let shown = ui.data(|data| data.get_temp::<usize>(id)).unwrap_or(0);
        if shown != length {
            if text == prompt.text {
                let mut state = field.state;
                state.cursor.set_char_range(Some(CCursorRange::one(CCursor::new(length))));
                state.store(ui, id);
            }
            ui.data_mut(|data| data.insert_temp(id, length));
        }
        if field.response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
            commands.push(Command::AcceptPath);
        }
        if text != prompt.text {
            commands.push(Command::EditPath(text));
        }
        if completes {
            commands.push(Command::CompletePath);
        }
        if let Some(error) = &prompt.error {
            ui.label(RichText::new(error).color(palette.error));
        }
        ScrollArea::vertical().max_height(180.0).show(ui, |ui| {
            for offer in &prompt.offers {
                if ui.add(Button::new(offer).frame(false).truncate()).clicked() {
                    commands.push(Command::EditPath(offer.clone()));
                    ui.memory_mut(|memory| memory.request_focus(id));
                }
            }
        });
        ui.add_space(4.0);
        ui.horizontal(|ui| {
            if ui.button("Open").clicked() {
                commands.push(Command::AcceptPath);
            }
            if ui.button("Cancel").clicked() {
                commands.push(Command::Dismiss);
            }
            ui.label(RichText::new("Tab completes, Enter opens").small().color(palette.muted));
        });
    });
    if modal.should_close() {
        commands.push(Command::Dismiss);
    }
}
