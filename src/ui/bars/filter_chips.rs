//! The line of chips above the rows: what they are grouped by, and conditions that can be added and taken
//! away.

use crate::app::{AppState, Command, Pane};
use crate::model::{Bound, Condition, Internals, Measure, format};
use crate::snapshot::groups::GroupBy;
use crate::ui::keys::tooltip;
use crate::ui::table::focus_id;
use crate::ui::theme::Palette;
use egui::{Button, ComboBox, Id, Key, Response, RichText, Role, TextEdit, Ui, WidgetInfo};

/// The widest a chip becomes.
const CHIP: f32 = 320.0;

/// Draws the line for Summary and Comparison.
pub fn chips_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    ui.horizontal_wrapped(|ui| {
        group_ui(ui, state.chips.group_by, commands);
        internals_ui(ui, state, commands);
        condition_ui(ui, state, commands);
        ready_ui(ui, commands);
        for (at, condition) in state.chips.conditions.iter().enumerate() {
            chip_ui(ui, (at, condition), commands);
        }
    });
}

fn group_ui(ui: &mut Ui, chosen: GroupBy, commands: &mut Vec<Command>) {
    let label = ui.label(RichText::new("Group by").color(Palette::of(ui).muted));
    let combo =
        ComboBox::from_id_salt("group by").width(110.0).selected_text(Command::GroupBy(chosen).label());
    let combo = combo.show_ui(ui, |ui| {
        for group_by in GroupBy::ALL {
            let command = Command::GroupBy(group_by);
            let button = ui.add(Button::selectable(chosen == group_by, command.label()));
            if button.on_hover_text(command.tooltip()).clicked() {
                commands.push(command);
                ui.close();
            }
        }
    });
    combo.response.labelled_by(label.id).on_hover_text(Command::GroupBy(chosen).tooltip());
}

fn internals_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let command = Command::ToggleInternals;
    let mut is_hidden = state.chips.internals == Internals::Hidden;
    let hint = tooltip(ui, &command);
    let switch = ui.checkbox(&mut is_hidden, command.label()).on_hover_text(hint);
    if switch.changed() {
        commands.push(command);
    }
    if let Some(hidden) = state.hidden() {
        let text = RichText::new(format!("{} hidden", format::size(hidden.bytes)));
        let objects =
            format!("{} objects, {}", format::count(hidden.count), format::exact_bytes(hidden.bytes));
        ui.label(text.color(Palette::of(ui).muted)).on_hover_text(objects);
    }
}

fn condition_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let mut typed = state.chips.typed.clone();
    let palette = Palette::of(ui);
    let color = if state.chips.error.is_some() { palette.error } else { palette.text };
    let field = TextEdit::singleline(&mut typed)
        .id(Id::unique("condition"))
        .hint_text("Add a condition: retained>1MB")
        .text_color(color)
        .desired_width(215.0);
    let field = ui.add(field);
    field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Add a condition"));
    match &state.chips.error {
        Some(error) => field.show_tooltip_text(error),
        None => help(&field),
    }
    if typed != state.chips.typed {
        commands.push(Command::EditCondition(typed.clone()));
    }
    if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) && !typed.trim().is_empty() {
        commands.push(Command::AcceptCondition);
        field.request_focus();
    } else if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Escape)) {
        commands.push(Command::EditCondition(String::new()));
        ui.memory_mut(|memory| memory.request_focus(focus_id(Pane::Main)));
    }
}

fn help(field: &Response) {
    field.clone().on_hover_text(
        "class:text, class:/regex/, kind:string, detached, retained>=1MB, shallow<100, distance<=3\n\
         Enter makes a chip of it; all chips must hold",
    );
}

/// Conditions that are often wanted.
fn ready_ui(ui: &mut Ui, commands: &mut Vec<Command>) {
    let kind = |name: &str| Condition::Kind(name.to_owned());
    let ready = [
        Condition::Bound(Measure::Retained, Bound::AtLeast(1_000_000)),
        Condition::Bound(Measure::Retained, Bound::AtLeast(10_000)),
        Condition::Bound(Measure::Shallow, Bound::AtLeast(1_000)),
        Condition::Bound(Measure::Distance, Bound::AtMost(3)),
        kind("object"),
        kind("closure"),
        kind("string"),
        kind("sliced string"),
        kind("concatenated string"),
        kind("native"),
        Condition::Detached,
    ];
    let menu = ui.menu_button("⏷", |ui| {
        for condition in ready {
            if ui.button(condition.label()).clicked() {
                commands.push(Command::AddCondition(condition));
                ui.close();
            }
        }
    });
    menu.response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Conditions to add"));
    menu.response.on_hover_text("Conditions that are often wanted");
}

fn chip_ui(ui: &mut Ui, (at, condition): (usize, &Condition), commands: &mut Vec<Command>) {
    let label = condition.label();
    ui.scope(|ui| {
        ui.set_max_width(CHIP);
        let chip = Button::new(format!("{label}  ✖")).truncate().small();
        let chip = ui.add(chip.selected(true)).on_hover_text("Take this condition away");
        chip.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Remove {label}")));
        if chip.clicked() {
            commands.push(Command::RemoveCondition(at));
        }
    });
}
