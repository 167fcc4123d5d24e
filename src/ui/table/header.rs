//! The heads of a table's columns: buttons that sort.

use crate::app::{ColumnLayout, Command};
use crate::model::{Align, ColumnSpec, Direction, Sort};
use crate::ui::table::TableView;
use crate::ui::table::cells::{ARROW, PADDING, Pointing, clipped, triangle};
use crate::ui::theme::Palette;
use egui::accesskit::{Role, SortDirection};
use egui::{Button, Color32, CornerRadius, Sense, Stroke, Ui, WidgetInfo, pos2};

/// The room a title and its arrow need.
pub(crate) fn head_width(ui: &Ui, spec: &ColumnSpec) -> f32 {
    clipped(ui, &[(spec.title, Color32::BLACK)], f32::INFINITY).size().x + ARROW + 2.0 * PADDING
}

/// A direction in terms of screen readers.
fn said(direction: Direction) -> SortDirection {
    match direction {
        Direction::Ascending => SortDirection::Ascending,
        Direction::Descending => SortDirection::Descending,
    }
}

/// What can be done with a column, and with those that are hidden.
fn column_menu_ui(ui: &mut Ui, spec: &ColumnSpec, view: &TableView<'_>, commands: &mut Vec<Command>) {
    let (table, layout) = (view.id_salt, view.columns);
    let columns = view.table.source().columns();
    let set = |layout: ColumnLayout| Command::SetColumns(table, layout);
    let mut item = |ui: &mut Ui, is_enabled: bool, label: &str, command: Command| {
        if ui.add_enabled(is_enabled, Button::new(label)).clicked() {
            commands.push(command);
            ui.close();
        }
    };
    let shown = layout.shown(columns);
    let at = shown.iter().position(|&at| columns[at].id == spec.id).unwrap_or(0);
    item(ui, at > 0, "Hide column", set(layout.without(spec.id)));
    item(ui, at > 1, "Move left", set(layout.moved(columns, spec.id, -1)));
    item(ui, at > 0 && at + 1 < shown.len(), "Move right", set(layout.moved(columns, spec.id, 1)));
    item(ui, at > 0, "Automatic width", Command::SetColumnWidth(table, spec.id, 0));
    ui.separator();
    for hidden in columns.iter().filter(|column| layout.hidden.iter().any(|key| key == column.id.0)) {
        item(ui, true, &format!("Show {}", hidden.title), set(layout.with(hidden.id)));
    }
    item(ui, !view.widths.is_empty(), "Automatic widths of all", Command::ResetColumnWidths(table));
    item(ui, *layout != ColumnLayout::default(), "Reset columns", set(ColumnLayout::default()));
}

/// A column's head: sorts when it is clicked.
pub(crate) fn head_ui(
    ui: &mut Ui,
    spec: &ColumnSpec,
    sort: Sort,
    view: &TableView<'_>,
    commands: &mut Vec<Command>,
) {
    let palette = Palette::of(ui);
    let rect = ui.max_rect();
    let response = ui.interact(rect, ui.unique_id().with("head"), Sense::CLICK);
    let is_sorted = sort.column == spec.id;
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_sorted, spec.title));
    if is_sorted {
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_sort_direction(said(sort.direction)));
    }
    let painter = ui.painter();
    if response.hovered() {
        painter.rect_filled(rect, CornerRadius::ZERO, ui.visuals().widgets.hovered.weak_bg_fill);
    } else {
        painter.rect_filled(rect, CornerRadius::ZERO, ui.visuals().panel_fill);
    }
    painter.hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, palette.line));
    let arrow_room = if is_sorted { ARROW } else { 0.0 };
    let color = if is_sorted { palette.text } else { palette.muted };
    let room = rect.width() - 2.0 * PADDING - arrow_room;
    let galley = clipped(ui, &[(spec.title, color)], room);
    let y = rect.center().y - galley.size().y / 2.0;
    let x = match spec.align {
        Align::Left => rect.left() + PADDING,
        Align::Right => rect.right() - PADDING - galley.size().x,
    };
    // Before a title at the right, so that it stays above its numbers.
    let arrow = match spec.align {
        Align::Left => x + galley.size().x + ARROW / 2.0 + 1.0,
        Align::Right => x - ARROW / 2.0 - 1.0,
    };
    painter.galley(pos2(x, y), galley, color);
    if is_sorted {
        let center = pos2(arrow, rect.center().y);
        painter.add(triangle(
            center,
            3.5,
            if sort.direction == Direction::Ascending { Pointing::Up } else { Pointing::Down },
            palette.accent,
        ));
    }
    let help = response.on_hover_text(spec.help);
    if help.clicked() {
        commands.push(Command::SortBy(view.pane, spec.id));
    }
    help.context_menu(|ui| column_menu_ui(ui, spec, view, commands));
}
