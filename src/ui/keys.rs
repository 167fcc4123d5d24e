//! Keys that work everywhere in the window.

use crate::app::{AppState, COMMANDS, Command, KeyModifiers, MORE_KEYS, OpenFile, Pane, Shortcut};
use crate::ui::table::focus_id;
use crate::ui::window::DEFAULT_PANE;
use egui::{Event, Id, Key, KeyboardShortcut, Modifiers, PointerButton, Popup, PopupAnchor, Ui};

/// The egui form of a shortcut.
pub(super) fn egui_shortcut(shortcut: Shortcut) -> Option<KeyboardShortcut> {
    let modifiers = match shortcut.hold {
        KeyModifiers::Nothing => Modifiers::NONE,
        KeyModifiers::Ctrl => Modifiers::COMMAND,
        KeyModifiers::CtrlShift => Modifiers::COMMAND | Modifiers::SHIFT,
        KeyModifiers::Shift => Modifiers::SHIFT,
        KeyModifiers::Alt => Modifiers::ALT,
    };
    Key::from_name(shortcut.key).map(|key| KeyboardShortcut::new(modifiers, key))
}

/// A shortcut as menus print it.
pub(super) fn shortcut_text(ui: &Ui, command: &Command) -> Option<String> {
    let shortcut = egui_shortcut(command.entry()?.shortcut?)?;
    Some(ui.format_shortcut(&shortcut))
}

/// The tooltip of a command, with its key.
pub(super) fn tooltip(ui: &Ui, command: &Command) -> String {
    match shortcut_text(ui, command) {
        Some(keys) => format!("{} ({keys})", command.tooltip()),
        None => command.tooltip().to_owned(),
    }
}

/// Turns pressed shortcuts into commands.
pub(super) fn shortcuts(ui: &Ui, state: &AppState, commands: &mut Vec<Command>) {
    let table = COMMANDS.iter().filter_map(|entry| Some((entry.shortcut?, &entry.command)));
    let more = MORE_KEYS.iter().map(|(shortcut, command)| (*shortcut, command));
    let named = table.chain(more).filter_map(|(shortcut, command)| Some((egui_shortcut(shortcut)?, command)));
    let mut entries: Vec<_> = named.collect();
    // Ctrl+Shift+O must not be taken for Ctrl+O.
    entries.sort_by_key(|(shortcut, _)| !shortcut.modifiers.shift);
    for (shortcut, command) in entries {
        // In a field for text, Shift and an arrow mark letters.
        let is_text = *command == Command::OpenRecursively && ui.text_edit_focused();
        if is_text || (*command == Command::Dismiss && !has_overlay(state)) {
            continue;
        }
        if ui.input_mut(|input| input.consume_shortcut(&shortcut)) {
            // Where nothing lies ahead, the key for it opens rows, as in Chrome's tables.
            let opens = *command == Command::Forward && !state.history.can_go_forward();
            commands.push(if opens { Command::OpenRecursively } else { command.clone() });
        }
    }
    let is_waiting = state.current.is_none() && state.files.iter().any(OpenFile::is_loading);
    if is_waiting
        && !has_overlay(state)
        && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape))
    {
        commands.push(Command::CancelLoading);
    }
    let asks = |event: &Event| matches!(event, Event::Text(text) if text == "?");
    if !ui.text_edit_focused() && ui.input(|input| input.events.iter().any(asks)) {
        commands.push(Command::ToggleHelp);
    }
    if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::F6)) {
        go_to_other_pane(ui);
    }
    for (button, command) in
        [(PointerButton::Extra1, Command::Back), (PointerButton::Extra2, Command::Forward)]
    {
        if ui.input(|input| input.pointer.button_clicked(button)) {
            commands.push(command);
        }
    }
}

/// From the main table to the retainers, and from anywhere else to the main table.
fn go_to_other_pane(ui: &Ui) {
    ui.memory_mut(|memory| {
        let is_home = memory.has_focus(focus_id(DEFAULT_PANE));
        memory.request_focus(focus_id(if is_home { Pane::Retainers } else { DEFAULT_PANE }));
    });
}

/// Hides the tooltips of the window while an overlay is open: egui keeps them while the pointer rests, but hides
/// those of a layer with an open popup. This popup has no position, so nothing is drawn.
pub(super) fn hide_tooltips(ui: &Ui, state: &AppState) {
    if has_overlay(state) {
        let id = Id::unique("popup that hides tooltips");
        let popup = Popup::new(id, ui.ctx().clone(), PopupAnchor::PointerFixed, ui.layer_id());
        drop(popup.show(|_| {}));
    }
}

/// Whether an overlay is open.
fn has_overlay(state: &AppState) -> bool {
    state.help_shown || state.about_shown || state.prompt.is_some() || state.command_palette.is_some()
}

/// Focuses the main table if nothing has the focus, so that arrow keys always work.
pub(super) fn keep_focus(ui: &Ui, state: &AppState) {
    let nobody = ui.memory(|memory| memory.focused().is_none());
    let free = !has_overlay(state) && !Popup::is_any_open(ui);
    if nobody && free && state.main_table().is_some_and(|pane| pane.table.is_some()) {
        ui.memory_mut(|memory| memory.request_focus(focus_id(DEFAULT_PANE)));
    }
}
