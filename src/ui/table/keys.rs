//! The keyboard in a table: keys become commands while it has the focus.

use crate::app::{Command, CopyWhat, SelectionStep};
use crate::model::{ColumnId, TreeTable};
use crate::ui::table::key_menu::open_by_key;
use crate::ui::table::{TableView, focus_id};
use crate::ui::theme::{HEAD_HEIGHT, ROW_HEIGHT};
use egui::accesskit::Role;
use egui::{Event, EventFilter, Key, Modifiers, Rect, Sense, Ui, WidgetInfo};

/// The table's one place for the keyboard: keys become commands while it has the focus.
pub(crate) fn focus_ui(ui: &Ui, view: &TableView<'_>, area: Rect, commands: &mut Vec<Command>) -> bool {
    let (pane, id) = (view.pane, focus_id(view.pane));
    let response = ui.interact(area, id, Sense::focusable_noninteractive());
    response.widget_info(|| WidgetInfo::labeled(Role::Tree, true, pane.title()));
    if !response.has_focus() {
        return false;
    }
    if !view.is_in_use {
        commands.push(Command::FocusPane(pane));
    }
    let filter = EventFilter { vertical_arrows: true, horizontal_arrows: true, tab: false, escape: false };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    open_by_key(ui, pane);
    let page = page_of(area.height());
    let steps = [
        (Key::ArrowDown, SelectionStep::Rows(1)),
        (Key::ArrowUp, SelectionStep::Rows(-1)),
        (Key::PageDown, SelectionStep::Rows(page)),
        (Key::PageUp, SelectionStep::Rows(-page)),
        (Key::Home, SelectionStep::First),
        (Key::End, SelectionStep::Last),
        (Key::ArrowRight, SelectionStep::In),
        (Key::ArrowLeft, SelectionStep::Out),
    ];
    ui.input_mut(|input| {
        for (key, step) in steps {
            for _ in 0..input.count_and_consume_key(Modifiers::NONE, key) {
                commands.push(Command::Move(pane, step));
            }
        }
        for (key, by) in [(Key::ArrowRight, 1), (Key::ArrowLeft, -1), (Key::ArrowUp, 0), (Key::ArrowDown, 0)]
        {
            if input.consume_key(Modifiers::COMMAND, key) {
                commands.push(Command::SortBy(pane, sorted_after(view.table, by)));
            }
        }
        if input.consume_key(Modifiers::NONE, Key::Enter) {
            commands.push(Command::Activate(pane));
        }
        for event in &input.events {
            // A question mark asks for help.
            if let Event::Text(letters) = event
                && letters != "?"
            {
                commands.push(Command::TypeAhead(pane, letters.clone()));
            }
        }
        if input.events.iter().any(|event| matches!(event, Event::Copy)) {
            // The system's word for copying comes without the key that was held beside it.
            let what = if input.modifiers.shift { CopyWhat::Path } else { CopyWhat::Row };
            commands.push(Command::CopySelected(what));
        }
    });
    true
}

/// How many rows a page has, one kept in sight.
#[expect(clippy::cast_possible_truncation, reason = "a window's height is far below the limit")]
fn page_of(height: f32) -> isize {
    (((height - HEAD_HEIGHT) / ROW_HEIGHT) as isize - 2).max(1)
}

/// The column that is `by` columns to the right of the sort column, cyclically. Sorting by the same column
/// again reverses the order.
fn sorted_after(table: &TreeTable, by: isize) -> ColumnId {
    let columns = table.source().columns();
    let sorted = columns.iter().position(|spec| spec.id == table.sort().column).unwrap_or(0);
    let count = columns.len().cast_signed();
    columns[(sorted.cast_signed() + by).rem_euclid(count).cast_unsigned()].id
}
