//! The field for a condition: completions below it as one types, and what is wrong marked at its place.

use crate::app::{AppState, Command, FilterChips, Pane};
use crate::model::Condition;
use crate::ui::table::focus_id;
use crate::ui::theme::Palette;
use egui::text::{CCursor, CCursorRange, LayoutJob, TextFormat};
use egui::{
    Area, Button, FontSelection, Frame, Id, Key, Modifiers, Order, Response, RichText, Role, Stroke,
    TextEdit, Ui, WidgetInfo, vec2,
};

/// The width of the field, and of the list below it.
const FIELD: f32 = 215.0;
const LIST: f32 = 380.0;

const HELP: &str = "class:text, class:/regex/, class=Name, kind:string, detached, retained>=1MB, shallow<100, \
                    distance<=3; with ! before it, the opposite\nEnter makes a chip of it; all chips must hold";

fn field_id() -> Id {
    Id::unique("condition")
}

/// Draws the field, and the list while it has the keyboard.
pub(crate) fn condition_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let chips = &state.chips;
    let id = field_id();
    if ui.memory(|memory| memory.has_focus(id)) {
        keys(ui, chips, commands);
    }
    let mut typed = chips.typed.clone();
    let mut layout = |ui: &Ui, text: &dyn egui::TextBuffer, _: f32| {
        ui.painter().layout_job(marked(ui, text.as_str(), chips))
    };
    let field = TextEdit::singleline(&mut typed)
        .id(id)
        .hint_text("Add a condition: retained>1MB")
        .lock_focus(!chips.offers.is_empty() && !chips.typed.is_empty())
        .layouter(&mut layout)
        .desired_width(FIELD);
    let mut field = field.show(ui);
    let response = field.response.response.clone();
    response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Add a condition"));
    // After a completion the text is another than what was typed: go on at its end.
    let length = chips.typed.chars().count();
    if ui.data_mut(|data| data.remove_temp::<bool>(id)).is_some() {
        field.state.cursor.set_char_range(Some(CCursorRange::one(CCursor::new(length))));
        field.state.store(ui, id);
    }
    if typed != chips.typed || response.gained_focus() {
        commands.push(Command::EditCondition(typed.clone()));
    }
    if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
        if !typed.trim().is_empty() || chips.chosen.is_some() {
            commands.push(Command::AcceptCondition);
            ui.data_mut(|data| data.insert_temp(id, true));
        }
        response.request_focus();
    } else if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Escape)) {
        commands.push(Command::EditCondition(String::new()));
        ui.memory_mut(|memory| memory.request_focus(focus_id(Pane::Main)));
    }
    if response.has_focus() {
        list_ui(ui, &response, chips, commands);
    } else {
        response.on_hover_text(chips.error.as_ref().map_or(HELP, |error| &error.message));
    }
}

/// Arrows choose a completion, and Tab takes it.
fn keys(ui: &Ui, chips: &FilterChips, commands: &mut Vec<Command>) {
    for (key, by) in [(Key::ArrowDown, 1), (Key::ArrowUp, -1)] {
        if ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
            commands.push(Command::StepCompletion(by));
        }
    }
    let taken = chips.completed().or_else(|| chips.offers.first().map(|offer| offer.text.as_str()));
    if let Some(text) = taken.filter(|_| !chips.typed.is_empty())
        && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Tab))
    {
        commands.push(Command::EditCondition(text.to_owned()));
        ui.data_mut(|data| data.insert_temp(field_id(), true));
    }
}

/// The text, with a line below what is wrong.
fn marked(ui: &Ui, text: &str, chips: &FilterChips) -> LayoutJob {
    let palette = Palette::of(ui);
    let font = FontSelection::default().resolve(ui.style());
    let plain = TextFormat::simple(font.clone(), palette.text);
    let error = chips.error.as_ref().filter(|_| text == chips.typed);
    let at = error.map_or(0..0, |error| error.at.clone());
    let wrong =
        TextFormat { underline: Stroke::new(1.5, palette.error), ..TextFormat::simple(font, palette.error) };
    let mut job = LayoutJob::default();
    let pieces = match (text.get(..at.start), text.get(at.clone()), text.get(at.end..)) {
        (Some(before), Some(inside), Some(behind)) => [before, inside, behind],
        _ => [text, "", ""],
    };
    for (piece, format) in pieces.into_iter().zip([&plain, &wrong, &plain]) {
        job.append(piece, 0.0, format.clone());
    }
    job
}

/// What is wrong or what Enter does, and the completions.
fn list_ui(ui: &Ui, field: &Response, chips: &FilterChips, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let said = match (&chips.error, Condition::check(&chips.typed)) {
        (Some(error), _) => Some((error.message.clone(), palette.error)),
        (None, Ok(condition)) => Some((format!("Enter: {}", condition.label()), palette.muted)),
        (None, Err(_)) => None,
    };
    if said.is_none() && chips.offers.is_empty() {
        return;
    }
    let area = Area::new(field_id().with("completions")).order(Order::Foreground);
    let place = field.rect.left_bottom() + vec2(0.0, 4.0);
    let shown = area.fixed_pos(place).constrain(true).show(ui.ctx(), |ui| {
        Frame::popup(ui.style()).inner_margin(6).show(ui, |ui| {
            ui.set_width(LIST.min(ui.content_rect().width() - 20.0));
            ui.spacing_mut().item_spacing.y = 1.0;
            if let Some((text, color)) = said {
                ui.label(RichText::new(text).color(color));
            }
            for (at, offer) in chips.offers.iter().enumerate() {
                let button =
                    Button::selectable(chips.chosen == Some(at), RichText::new(&offer.text).monospace());
                let button = button.truncate().shortcut_text(RichText::new(offer.help).small());
                let line = ui.add_sized(vec2(ui.available_width(), 20.0), button);
                line.widget_info(|| WidgetInfo::labeled(Role::ListBoxOption, true, &offer.text));
                if line.clicked() {
                    commands.push(Command::EditCondition(offer.text.clone()));
                    ui.data_mut(|data| data.insert_temp(field_id(), true));
                    field.request_focus();
                }
            }
        });
    });
    ui.ctx().move_to_top(shown.response.layer_id);
}
