//! How wide a table's columns are: numbers keep theirs at the right, the tree column takes the rest.

use crate::model::{ColumnId, ColumnSpec};
use egui::{CursorIcon, Id, Rect, Sense, Ui};

/// Less than this, and the table scrolls sideways.
const NAME_AT_LEAST: f32 = 170.0;
/// Less than this, and shares are left out.
const NAME_COMFORTABLE: f32 = 280.0;
/// The narrowest column a person can drag.
const NUMBER_AT_LEAST: f32 = 40.0;
/// A column that prints a size and its share.
const SHARED: f32 = 130.0;
/// The same where there is little room: the share is left out.
const SHARED_NARROW: f32 = 74.0;
/// A column that prints a number.
const NUMBER: f32 = 72.0;
/// A column that prints a size before and after.
const PAIR: f32 = 132.0;
/// The part of a head that can be dragged, to either side of its left border.
const HANDLE: f32 = 3.0;

/// What was dragged; 0 for a column that was not.
type Dragged = Vec<f32>;

/// The widths of all columns, the tree column's first.
pub struct Widths {
    id: Id,
    /// One for each column.
    pub all: Vec<f32>,
}

impl Widths {
    /// For `columns` in the room of `ui`; `heads` are the widths their titles need.
    pub fn of(ui: &Ui, salt: &str, columns: &[ColumnSpec], heads: &[f32]) -> Self {
        let id = Id::unique(("column widths", salt));
        let dragged: Dragged = ui.data(|data| data.get_temp(id)).unwrap_or_default();
        let room = ui.available_width() - ui.spacing().scroll.allocated_width();
        let numbers = |shared: f32| -> Vec<f32> {
            let own = columns.iter().zip(heads).skip(1).enumerate();
            own.map(|(at, (spec, head))| match dragged.get(at) {
                Some(&width) if width > 0.0 => width,
                _ if matches!(
                    spec.id,
                    ColumnId::Shallow
                        | ColumnId::Retained
                        | ColumnId::KeptBySlices
                        | ColumnId::Wasted
                        | ColumnId::LiveSize
                ) =>
                {
                    head.max(shared)
                }
                _ if matches!(spec.id, ColumnId::HeldSize | ColumnId::Through) => head.max(PAIR),
                _ if spec.id == ColumnId::Growth => head.max(shared),
                _ => head.max(NUMBER),
            })
            .collect()
        };
        let wide = numbers(SHARED);
        let numbers =
            if wide.iter().sum::<f32>() + NAME_COMFORTABLE > room { numbers(SHARED_NARROW) } else { wide };
        let name = (room - numbers.iter().sum::<f32>()).max(NAME_AT_LEAST);
        Self { id, all: std::iter::once(name).chain(numbers).collect() }
    }

    /// Lets the left border of the head of number column `at` be dragged; a double click undoes it.
    pub fn handle_ui(&self, ui: &Ui, at: usize, head: Rect) {
        let zone = Rect::from_x_y_ranges(head.left() - HANDLE..=head.left() + HANDLE, head.y_range());
        let handle = ui.interact(zone, self.id.with(at), Sense::DRAG | Sense::CLICK);
        if handle.hovered() || handle.dragged() {
            ui.set_cursor_icon(CursorIcon::ResizeColumn);
        }
        let by = handle.drag_delta().x;
        if by == 0.0 && !handle.double_clicked() {
            return;
        }
        let count = self.all.len() - 1;
        ui.data_mut(|data| {
            let dragged: &mut Dragged = data.get_temp_mut_or_default(self.id);
            dragged.resize(count, 0.0);
            dragged[at] = match handle.double_clicked() {
                true => 0.0,
                false => (self.all[at + 1] - by).max(NUMBER_AT_LEAST),
            };
        });
    }
}
