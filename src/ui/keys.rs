//! Keys that work everywhere in the window.

use super::table::focus_id;
use super::window::HOME;
use crate::app::{AppState, COMMANDS, Command, Hold, Shortcut};
use egui::{Event, Key, KeyboardShortcut, Modifiers, Popup, Ui};

/// What egui calls a shortcut.
pub fn egui_shortcut(shortcut: Shortcut) -> Option<KeyboardShortcut> {
    let modifiers = match shortcut.hold {
        Hold::Nothing => Modifiers::NONE,
        Hold::Ctrl => Modifiers::COMMAND,
        Hold::CtrlShift => Modifiers::COMMAND | Modifiers::SHIFT,
        Hold::Shift => Modifiers::SHIFT,
        Hold::Alt => Modifiers::ALT,
    };
    Key::from_name(shortcut.key).map(|key| KeyboardShortcut::new(modifiers, key))
}

/// A shortcut as menus print it.
pub fn shortcut_text(ui: &Ui, command: &Command) -> Option<String> {
    let shortcut = egui_shortcut(command.entry()?.shortcut?)?;
    Some(ui.format_shortcut(&shortcut))
}

/// The tooltip of a command, with its key.
pub fn tooltip(ui: &Ui, command: &Command) -> String {
    match shortcut_text(ui, command) {
        Some(keys) => format!("{} ({keys})", command.tooltip()),
        None => command.tooltip().to_owned(),
    }
}

/// Turns pressed shortcuts into commands.
pub fn shortcuts(ui: &Ui, state: &AppState, commands: &mut Vec<Command>) {
    let mut entries: Vec<_> =
        COMMANDS.iter().filter_map(|entry| Some((egui_shortcut(entry.shortcut?)?, &entry.command))).collect();
    // Ctrl+Shift+O must not be taken for Ctrl+O.
    entries.sort_by_key(|(shortcut, _)| !shortcut.modifiers.shift);
    for (shortcut, command) in entries {
        let lies_over = state.help_shown || state.prompt.is_some();
        if *command == Command::Dismiss && !lies_over {
            continue;
        }
        if ui.input_mut(|input| input.consume_shortcut(&shortcut)) {
            commands.push(command.clone());
        }
    }
    let asks = |event: &Event| matches!(event, Event::Text(text) if text == "?");
    if !ui.text_edit_focused() && ui.input(|input| input.events.iter().any(asks)) {
        commands.push(Command::ToggleHelp);
    }
}

/// Gives the keyboard to the table in the middle when nothing has it, so that arrows always work.
pub fn keep_focus(ui: &Ui, state: &AppState) {
    let nobody = ui.memory(|memory| memory.focused().is_none());
    let free = !state.help_shown && state.prompt.is_none() && !Popup::is_any_open(ui);
    if nobody && free && state.sheet().is_some_and(|sheet| sheet.table.is_some()) {
        ui.memory_mut(|memory| memory.request_focus(focus_id(HOME)));
    }
}
