//! The path field over the window, and below it the folder: several files can be chosen and opened together.

use crate::app::{AppState, Command, Offer, PathPrompt};
use crate::model::format;
use crate::ui::theme::Palette;
use egui::text::{CCursor, CCursorRange};
use egui::{
    Align, Button, Frame, Id, Key, Layout, Modal, Modifiers, RichText, Role, ScrollArea, TextEdit, Ui,
    WidgetInfo, vec2,
};

/// The height of the list.
const LIST: f32 = 300.0;
/// The room of a file's size and date.
const FACTS: f32 = 190.0;

/// Draws the field while there is one.
pub(crate) fn prompt_ui(ui: &Ui, state: &AppState, commands: &mut Vec<Command>) {
    let Some(prompt) = &state.prompt else { return };
    let palette = Palette::of(ui);
    let modal = Modal::new(Id::unique("path prompt")).frame(Frame::window(ui.style())).show(ui, |ui| {
        ui.set_width((ui.content_rect().width() - 80.0).clamp(240.0, 680.0));
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
        field.response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Path"));
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
        folder_ui(ui, prompt, commands);
        buttons_ui(ui, prompt, commands);
    });
    if modal.should_close() {
        commands.push(Command::Dismiss);
    }
}

/// What lies in the folder of the text.
fn folder_ui(ui: &mut Ui, prompt: &PathPrompt, commands: &mut Vec<Command>) {
    let height = LIST.min(ui.content_rect().height() * 0.5);
    ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        if let Some(parent) = prompt.parent() {
            let up = ui.add(Button::new("↑  folder above").frame(false)).on_hover_text(&parent);
            if up.clicked() {
                commands.push(Command::EditPath(parent));
            }
        }
        for offer in &prompt.offers {
            offer_ui(ui, prompt, offer, commands);
        }
    });
}

fn buttons_ui(ui: &mut Ui, prompt: &PathPrompt, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        let open = match prompt.chosen.len() {
            0 => "Open".to_owned(),
            1 => "Open 1 file".to_owned(),
            count => format!("Open {count} files"),
        };
        if ui.button(open).clicked() {
            commands.push(Command::AcceptPath);
        }
        if ui.button("Cancel").clicked() {
            commands.push(Command::Dismiss);
        }
        let hint = "Tab completes, Enter opens; a click chooses a file, a double click opens it";
        ui.label(RichText::new(hint).small().color(palette.muted));
    });
}

/// A folder, which a click goes into, or a file, which a click chooses.
fn offer_ui(ui: &mut Ui, prompt: &PathPrompt, offer: &Offer, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let separator = std::path::MAIN_SEPARATOR;
    let end = offer.path.trim_end_matches(separator);
    let name = format::sanitize(end.rsplit(separator).next().unwrap_or(end), 200);
    let is_chosen = prompt.chosen.contains(&offer.path);
    ui.horizontal(|ui| {
        let room = vec2((ui.available_width() - FACTS).max(80.0), 20.0);
        let sign = match (&offer.facts, is_chosen) {
            (None, _) => "📂",
            (Some(_), true) => "☑",
            (Some(_), false) => "☐",
        };
        let button = Button::selectable(is_chosen, format!("{sign}  {name}")).truncate();
        let line = ui.allocate_ui_with_layout(room, Layout::left_to_right(Align::Center), |ui| {
            ui.set_width(room.x);
            ui.add(button)
        });
        let line = line.inner;
        line.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_chosen, &name));
        if let Some(facts) = &offer.facts {
            let size = facts.bytes.map_or_else(String::new, format::format_size);
            let text = format!("{size} · {}", facts.modified);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.label(RichText::new(text).color(palette.muted));
            });
        }
        match &offer.facts {
            Some(_) if line.double_clicked() => {
                if !is_chosen {
                    commands.push(Command::TogglePath(offer.path.clone()));
                }
                commands.push(Command::AcceptPath);
            }
            Some(_) if line.clicked() => commands.push(Command::TogglePath(offer.path.clone())),
            None if line.clicked() => commands.push(Command::EditPath(offer.path.clone())),
            _ => {}
        }
    });
}
