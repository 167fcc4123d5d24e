//! The command palette over the window: a field, and the commands that match its text.

use crate::app::{AppState, Command, CommandPalette, Hit};
use crate::ui::keys::shortcut_text;
use crate::ui::theme::Palette;
use egui::text::{LayoutJob, TextFormat};
use egui::{
    Align2, Button, Color32, Frame, Id, Key, Modal, Modifiers, Role, ScrollArea, TextEdit, TextStyle, Ui,
    WidgetInfo, vec2,
};

/// How wide it becomes.
const WIDTH: f32 = 520.0;
/// How tall its list becomes.
const HEIGHT: f32 = 340.0;

/// Draws the palette while it is shown.
pub(crate) fn command_palette_ui(ui: &Ui, state: &AppState, commands: &mut Vec<Command>) {
    let Some(palette) = &state.command_palette else { return };
    let room = ui.content_rect();
    let id = Id::unique("command palette");
    let area = Modal::default_area(id).anchor(Align2::CENTER_TOP, vec2(0.0, room.height() * 0.12));
    let modal = Modal::new(id).area(area).frame(Frame::window(ui.style()).inner_margin(8));
    let modal = modal.show(ui, |ui| {
        ui.set_width((room.width() - 60.0).clamp(220.0, WIDTH));
        field_ui(ui, palette, commands);
        ui.add_space(4.0);
        if palette.hits.is_empty() {
            ui.label("No command has these letters");
        }
        let height = (room.height() * 0.7).min(HEIGHT);
        ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            for (at, hit) in palette.hits.iter().enumerate() {
                hit_ui(ui, hit, at == palette.chosen, commands);
            }
        });
    });
    if modal.should_close() {
        commands.push(Command::Dismiss);
    }
}

fn field_ui(ui: &mut Ui, palette: &CommandPalette, commands: &mut Vec<Command>) {
    let id = Id::unique("command palette text");
    for (key, by) in [(Key::ArrowDown, 1), (Key::ArrowUp, -1), (Key::PageDown, 8), (Key::PageUp, -8)] {
        if ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
            commands.push(Command::StepPalette(by));
        }
    }
    if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter)) {
        commands.push(Command::AcceptPalette);
    }
    let mut text = palette.typed.clone();
    let field = TextEdit::singleline(&mut text).id(id).hint_text("Type a command").lock_focus(true);
    let field = ui.add(field.desired_width(f32::INFINITY));
    field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Type a command"));
    if !field.has_focus() {
        field.request_focus();
    }
    if text != palette.typed {
        commands.push(Command::EditPalette(text));
    }
}

fn hit_ui(ui: &mut Ui, hit: &Hit, is_chosen: bool, commands: &mut Vec<Command>) {
    let command = &hit.entry.command;
    let keys = shortcut_text(ui, command).unwrap_or_default();
    let button = Button::selectable(is_chosen, label(ui, hit)).shortcut_text(keys);
    let response =
        ui.add_sized(vec2(ui.available_width(), 22.0), button.wrap_mode(egui::TextWrapMode::Truncate));
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_chosen, &*hit.title));
    if is_chosen {
        response.scroll_to_me(None);
    }
    if response.on_hover_text(hit.entry.tooltip).clicked() {
        commands.push(Command::Dismiss);
        commands.push(command.clone());
    }
}

/// The command's text, with the typed letters in the accent colour.
fn label(ui: &Ui, hit: &Hit) -> LayoutJob {
    let palette = Palette::of(ui);
    let font_id = TextStyle::Body.resolve(ui.style());
    let mut job = LayoutJob::default();
    for (at, letter) in hit.title.chars().enumerate() {
        let color: Color32 = if hit.matched.at.contains(&at) { palette.accent } else { palette.text };
        let format = TextFormat { font_id: font_id.clone(), color, ..TextFormat::default() };
        job.append(letter.encode_utf8(&mut [0; 4]), 0.0, format);
    }
    job
}
