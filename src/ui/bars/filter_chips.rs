//! The line of chips above the rows: what they are grouped by, and conditions that can be added and taken
//! away.

use crate::app::{AnyOption, AppState, Command, GROUP_BY, INTERNALS, OptionChange};
use crate::model::{Bound, Condition, Measure, format};
use crate::ui::bars::condition_field::condition_ui;
use crate::ui::bars::options::{ButtonSize, option_ui};
use crate::ui::theme::Palette;
use egui::{Button, ComboBox, RichText, Role, Ui, WidgetInfo};

/// The widest a chip becomes.
const CHIP: f32 = 320.0;

/// Draws the line for Summary and Comparison.
pub(crate) fn chips_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    ui.horizontal_wrapped(|ui| {
        group_ui(ui, state, commands);
        internals_ui(ui, state, commands);
        condition_ui(ui, state, commands);
        ready_ui(ui, commands);
        for (at, condition) in state.chips.conditions.iter().enumerate() {
            chip_ui(ui, (at, condition), commands);
        }
    });
}

fn group_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let chosen = GROUP_BY.chosen(state);
    let label = ui.label(RichText::new("Group by").color(Palette::of(ui).muted));
    let combo = ComboBox::from_id_salt("group by").width(110.0).selected_text(GROUP_BY.label(chosen));
    let combo = combo.show_ui(ui, |ui| {
        for at in 0..GROUP_BY.count() {
            let button = ui.add(Button::selectable(chosen == at, GROUP_BY.label(at)));
            if button.on_hover_text(GROUP_BY.tooltip(at)).clicked() {
                commands.push(Command::SetOption(&GROUP_BY, OptionChange::To(at)));
                ui.close();
            }
        }
    });
    combo.response.labelled_by(label.id).on_hover_text(GROUP_BY.tooltip(chosen));
}

fn internals_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    option_ui(ui, state, &INTERNALS, ButtonSize::Normal, commands);
    if let Some(hidden) = state.hidden() {
        let text = RichText::new(format!("{} hidden", format::format_size(hidden.bytes)));
        let objects =
            format!("{} objects, {}", format::format_count(hidden.count), format::exact_bytes(hidden.bytes));
        ui.label(text.color(Palette::of(ui).muted)).on_hover_text(objects);
    }
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
