//! The search bar: what to look for and where, and the way from one object found to the next.

use crate::app::{Command, Pane, SearchBar};
use crate::ui::keys::tooltip;
use crate::ui::table::focus_id;
use crate::ui::theme::Palette;
use egui::{Button, Id, Key, Modifiers, Role, TextEdit, Ui, WidgetInfo};

/// The search's text field.
pub(crate) fn search_id() -> Id {
    Id::unique("search")
}

/// Draws the bar.
pub(crate) fn search_ui(ui: &mut Ui, bar: &SearchBar, commands: &mut Vec<Command>) {
    let mut search = bar.typed.clone();
    field_ui(ui, bar, &mut search.text, commands);
    for (by, sign) in [(-1, "⏶"), (1, "⏷")] {
        let command = Command::NextHit(by);
        let button =
            ui.add_enabled(!bar.good().is_empty(), Button::new(sign)).on_hover_text(tooltip(ui, &command));
        button.widget_info(|| WidgetInfo::labeled(Role::Button, true, command.label()));
        if button.clicked() {
            commands.push(command);
        }
    }
    ui.toggle_value(&mut search.matches_case, "Aa")
        .on_hover_text("Match case")
        .widget_info(|| WidgetInfo::selected(Role::Button, true, bar.typed.matches_case, "Match case"));
    ui.label("in");
    ui.checkbox(&mut search.in_names, "names and texts")
        .on_hover_text("What Chrome searches: the names of objects and the text of strings");
    ui.checkbox(&mut search.in_classes, "constructors")
        .on_hover_text("All objects of constructors that match");
    ui.checkbox(&mut search.in_properties, "properties, variables")
        .on_hover_text("Objects that have a property or variable of this name, and the values of variables");
    if search != bar.typed {
        commands.push(Command::SetSearch(search));
    }
}

fn field_ui(ui: &mut Ui, bar: &SearchBar, text: &mut String, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let color = if bar.error.is_some() { palette.error } else { palette.text };
    // Enter must not take the keyboard away: it goes from one object to the next.
    let enter = [(Modifiers::SHIFT, -1), (Modifiers::NONE, 1)];
    if ui.memory(|memory| memory.has_focus(search_id())) {
        for (modifiers, by) in enter {
            if ui.input_mut(|input| input.consume_key(modifiers, Key::Enter)) {
                commands.push(Command::NextHit(by));
            }
        }
        if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::ArrowDown)) {
            ui.memory_mut(|memory| memory.request_focus(focus_id(Pane::Main)));
        }
    }
    let field = TextEdit::singleline(text)
        .id(search_id())
        .hint_text("Text, /regex/ or @id")
        .text_color(color)
        .desired_width((ui.available_width() * 0.4).clamp(160.0, 360.0));
    let field = ui.add(field);
    field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Search for"));
    if let Some(error) = &bar.error {
        field.show_tooltip_text(error);
    }
    if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Escape)) {
        ui.memory_mut(|memory| memory.request_focus(focus_id(Pane::Main)));
    }
}
