//! How wide a table's columns are: numbers keep theirs at the right, the tree column takes the rest.

use crate::app::ColumnWidths;
use crate::app::Command;
use crate::model::{ColumnId, ColumnSpec, ColumnWidth};
use egui::{CursorIcon, Id, Rect, Sense, Ui};

/// Less than this, and the table scrolls sideways.
const NAME_AT_LEAST: f32 = 170.0;
/// Less than this, and shares are left out.
const NAME_COMFORTABLE: f32 = 400.0;
/// The narrowest column that the user can drag.
const NUMBER_AT_LEAST: f32 = 40.0;
/// A column that prints a size, a bar and its share.
const SHARED: f32 = 180.0;
/// The same where there is little room: the share is left out.
const SHARED_NARROW: f32 = 74.0;
/// A column that prints a number.
const NUMBER: f32 = 72.0;
/// A column that prints a size before and after.
const PAIR: f32 = 132.0;
/// A column that goes through several snapshots.
const SERIES: f32 = 96.0;
/// The part of a head that can be dragged, to either side of its left border.
const HANDLE: f32 = 3.0;

/// The widths of all columns, the tree column's first.
pub(crate) struct Widths {
    table: &'static str,
    /// One for each column.
    pub all: Vec<f32>,
}

impl Widths {
    /// For `columns` of `table` in the room of `ui`; `heads` are the widths their titles need, `dragged` those
    /// that the user has dragged, by column.
    pub(crate) fn of(
        ui: &Ui,
        table: &'static str,
        columns: &[ColumnSpec],
        heads: &[f32],
        dragged: &ColumnWidths,
    ) -> Self {
        let room = ui.available_width() - ui.spacing().scroll.allocated_width();
        let numbers = |shared: f32| -> Vec<f32> {
            let width = |(spec, head): (&ColumnSpec, &f32)| match dragged.get(spec.id.0) {
                Some(&width) => f32::from(width),
                None => head.max(match spec.width {
                    ColumnWidth::Share => shared,
                    ColumnWidth::Pair => PAIR,
                    ColumnWidth::Series => SERIES,
                    ColumnWidth::Number | ColumnWidth::Rest => NUMBER,
                }),
            };
            columns.iter().zip(heads).skip(1).map(width).collect()
        };
        let wide = numbers(SHARED);
        let numbers =
            if wide.iter().sum::<f32>() + NAME_COMFORTABLE > room { numbers(SHARED_NARROW) } else { wide };
        let name = (room - numbers.iter().sum::<f32>()).max(NAME_AT_LEAST);
        Self { table, all: std::iter::once(name).chain(numbers).collect() }
    }

    /// Lets the left border of the head of `column`, the number column `at`, be dragged; a double click undoes it.
    pub(crate) fn handle_ui(
        &self,
        ui: &Ui,
        (at, column): (usize, ColumnId),
        head: Rect,
        commands: &mut Vec<Command>,
    ) {
        let zone = Rect::from_x_y_ranges(head.left() - HANDLE..=head.left() + HANDLE, head.y_range());
        let id = Id::unique(("column width", self.table, column));
        let handle = ui.interact(zone, id, Sense::DRAG | Sense::CLICK);
        if handle.hovered() || handle.dragged() {
            ui.set_cursor_icon(CursorIcon::ResizeColumn);
        }
        if handle.double_clicked() {
            return commands.push(Command::SetColumnWidth(self.table, column, 0));
        }
        // The border follows the pointer, wherever in whole points it was before.
        let pointer = handle.interact_pointer_pos();
        if handle.drag_started() {
            let from = pointer.map_or(head.left(), |at| at.x - handle.drag_delta().x);
            ui.data_mut(|data| data.insert_temp(id, (from, self.all[at + 1])));
        }
        let begin = ui.data(|data| data.get_temp::<(f32, f32)>(id));
        if let (true, Some(pointer), Some((from, width))) = (handle.dragged(), pointer, begin) {
            let width = points((width + from - pointer.x).max(NUMBER_AT_LEAST));
            if f32::from(width) != self.all[at + 1] {
                commands.push(Command::SetColumnWidth(self.table, column, width));
            }
        }
    }
}

/// Whole points.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the width of a column")]
fn points(width: f32) -> u16 {
    width.round() as u16
}
