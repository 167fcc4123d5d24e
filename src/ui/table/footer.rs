//! The footer of a table: the sums of its rows, column by column.

use crate::model::{ColumnSpec, Total};
use crate::ui::table::cells::{PADDING, TRIANGLE, clipped, paint_cell};
use crate::ui::theme::Palette;
use egui::accesskit::Role;
use egui::{CornerRadius, Rect, Sense, Stroke, Ui, UiBuilder, WidgetInfo, pos2};

/// Draws the line into `place`; `order` are the positions of `columns` among all, `widths` theirs.
pub(crate) fn total_ui(
    ui: &mut Ui,
    place: Rect,
    total: &Total,
    (columns, order): (&[ColumnSpec], &[usize]),
    widths: &[f32],
) {
    let palette = Palette::of(ui);
    ui.painter().rect_filled(place, CornerRadius::ZERO, ui.visuals().panel_fill);
    ui.painter().hline(place.x_range(), place.top() + 0.5, Stroke::new(1.0, palette.line));
    let (name, cells) = (widths.first().copied().unwrap_or(0.0), widths.get(1..).unwrap_or_default());
    let indent = PADDING / 2.0 + TRIANGLE;
    let galley = clipped(ui, &[(&total.name, palette.text)], name - indent - PADDING);
    let top = place.center().y - galley.size().y / 2.0;
    ui.painter().galley(pos2(place.left() + indent, top), galley, palette.text);
    let mut left = place.left() + name;
    for ((&at, spec), &width) in order.iter().zip(columns).skip(1).zip(cells) {
        let Some(cell) = total.cells.get(at - 1) else { continue };
        let rect = Rect::from_x_y_ranges(left..=left + width, place.y_range());
        let cell_ui = ui.new_child(UiBuilder::new().max_rect(rect));
        paint_cell(&cell_ui, cell, spec.align, false, palette);
        left += width;
    }
    let response = ui.interact(place, ui.unique_id().with("total"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Row, true, &total.name));
    response.ctx.accesskit_node_builder(response.id, |node| {
        let said = order
            .iter()
            .zip(columns)
            .skip(1)
            .filter_map(|(&at, spec)| Some((spec, total.cells.get(at - 1)?)));
        let said = said.filter(|(_, cell)| !cell.text.is_empty());
        let said: Vec<String> = said.map(|(spec, cell)| format!("{} {}", spec.title, cell.text)).collect();
        node.set_value(said.join(", "));
    });
    response.on_hover_text(&total.hover);
}
