//! The widgets of options: a button for each value, or a check box.

use crate::app::{AnyOption, AppState, Command, OptionChange, OptionForm};
use crate::ui::keys::tooltip;
use egui::{Button, Ui};

/// The size of an option's buttons.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ButtonSize {
    /// As in the toolbar.
    Normal,
    /// As beside a pane's title.
    Small,
}

/// Draws an option as its form says.
pub(crate) fn option_ui(
    ui: &mut Ui,
    state: &AppState,
    option: &'static dyn AnyOption,
    size: ButtonSize,
    commands: &mut Vec<Command>,
) {
    match option.form() {
        OptionForm::Buttons => {
            for at in 0..option.count() {
                choice_ui(ui, state, (option, at), size, commands);
            }
        }
        OptionForm::CheckBox(on) => {
            let off = usize::from(on == 0);
            let change = |is_on: bool| OptionChange::To(if is_on { on } else { off });
            check_box_ui(ui, state, (option, on), change, commands);
        }
        OptionForm::Switch(on) => check_box_ui(ui, state, (option, on), |_| OptionChange::Next, commands),
        OptionForm::Elsewhere => {}
    }
}

/// One of several ways to show the same.
fn choice_ui(
    ui: &mut Ui,
    state: &AppState,
    (option, at): (&'static dyn AnyOption, usize),
    size: ButtonSize,
    commands: &mut Vec<Command>,
) {
    let button = Button::selectable(option.chosen(state) == at, option.label(at));
    let button = if size == ButtonSize::Small { button.small() } else { button };
    if ui.add(button).on_hover_text(option.tooltip(at)).clicked() {
        commands.push(Command::SetOption(option, OptionChange::To(at)));
    }
}

fn check_box_ui(
    ui: &mut Ui,
    state: &AppState,
    (option, on): (&'static dyn AnyOption, usize),
    change: impl Fn(bool) -> OptionChange,
    commands: &mut Vec<Command>,
) {
    let mut is_on = option.chosen(state) == on;
    let hint = tooltip(ui, &Command::SetOption(option, change(true)));
    if ui.checkbox(&mut is_on, option.label(on)).on_hover_text(hint).changed() {
        commands.push(Command::SetOption(option, change(is_on)));
    }
}
