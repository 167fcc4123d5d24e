//! The menu of the selected row, opened by the Menu key or Shift+F10.

use crate::app::Pane;
use egui::{Context, Id, Key, Modifiers, Popup, Response, Ui};

fn menu_id(pane: Pane) -> Id {
    Id::unique(("row menu by key", pane))
}

/// Opens the menu if its key is pressed in the table of `pane`, which has the keyboard.
pub(crate) fn open_by_key(ui: &Ui, pane: Pane) {
    let asked = ui.input_mut(|input| {
        input.consume_key(Modifiers::NONE, Key::Menu) || input.consume_key(Modifiers::SHIFT, Key::F10)
    });
    if asked {
        Popup::open_id(ui.ctx(), menu_id(pane));
    }
}

/// Whether it is open.
pub(crate) fn is_key_menu_open(ctx: &Context, pane: Pane) -> bool {
    Popup::is_id_open(ctx, menu_id(pane))
}

/// Draws it below the row. The keyboard goes to its first line: arrows move, Enter chooses, Esc closes.
pub(crate) fn key_menu_ui(row: &Response, pane: Pane, add: impl FnOnce(&mut Ui)) {
    let first = menu_id(pane).with("first line");
    let popup = Popup::menu(row).id(menu_id(pane)).open_memory(None);
    popup.show(|ui| {
        add(ui);
        let is_new = !ui.data(|data| data.get_temp::<bool>(first).unwrap_or(false));
        if is_new {
            ui.data_mut(|data| data.insert_temp(first, true));
            ui.memory_mut(|memory| memory.move_focus(egui::FocusDirection::Next));
        }
    });
    if !Popup::is_id_open(&row.ctx, menu_id(pane)) {
        row.ctx.data_mut(|data| data.remove_temp::<bool>(first));
    }
}
