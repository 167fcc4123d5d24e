//! The tree table of the window: draws the visible rows of any table, however long, and turns clicks and keys
//! into commands.

pub(crate) mod cells;
pub(crate) mod column_widths;
pub(crate) mod footer;
pub(crate) mod header;
pub(crate) mod hover_card;
pub(crate) mod id_links;
pub(crate) mod key_menu;
pub(crate) mod keys;
pub(crate) mod row_menu;

use crate::app::{AppState, ColumnLayout, ColumnWidths, Command, Pane, RowAction};
use crate::model::{ColumnSpec, Disclosure, Row, Sort, TreeTable};
use crate::ui::table::cells::{PADDING, TRIANGLE, paint_cell, paint_name};
use crate::ui::table::column_widths::Widths;
use crate::ui::table::footer::total_ui;
use crate::ui::table::header::{head_ui, head_width};
use crate::ui::table::hover_card::hover_card_ui;
use crate::ui::table::id_links::id_links_ui;
use crate::ui::table::key_menu::{is_key_menu_open, key_menu_ui};
use crate::ui::table::keys::focus_ui;
use crate::ui::table::row_menu::row_menu_ui;
use crate::ui::theme::{HEAD_HEIGHT, Palette, ROW_HEIGHT};
use egui::accesskit::{Action, Role};
use egui::{
    Color32, CornerRadius, Id, Layout, Rect, Response, ScrollArea, Sense, Stroke, Ui, UiBuilder, Vec2,
    WidgetInfo, pos2, vec2,
};
use egui_extras::{Column, TableBuilder, TableRow};

/// Rows are striped where a wider tree column lies between names and numbers, in points.
const STRIPED_FROM: f32 = 560.0;

/// A table to draw.
pub struct TableView<'a> {
    /// What it is shown with.
    pub state: &'a AppState,
    /// Which one.
    pub pane: Pane,
    /// Distinguishes its column widths from those of other views.
    pub id_salt: &'static str,
    /// The rows.
    pub table: &'a TreeTable,
    /// Grows when the selected row should be scrolled to.
    pub reveal: u64,
    /// What else the menu of every row offers.
    pub row_action: Option<RowAction>,
    /// What else the menu of the selected row offers.
    pub extra_menu_items: Vec<(String, Command)>,
    /// The widths of columns that the user has dragged.
    pub widths: &'a ColumnWidths,
    /// The shown columns.
    pub columns: &'a ColumnLayout,
    /// Whether the keyboard was here last.
    pub is_in_use: bool,
}

/// The shown columns.
struct VisibleColumns<'a> {
    widths: &'a Widths,
    columns: &'a [ColumnSpec],
    /// The position of each among all columns.
    order: &'a [usize],
    sort: Sort,
}

/// The focus of a pane's table.
pub fn focus_id(pane: Pane) -> Id {
    Id::unique(("table focus", pane))
}

/// Draws `view` into all available space.
pub fn tree_table_ui(ui: &mut Ui, view: &TableView<'_>, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let area = ui.available_rect_before_wrap();
    ui.painter().rect_filled(area, CornerRadius::ZERO, palette.background);
    // The heads' strip goes on above the scroll bar.
    let strip = area.with_max_y(area.top() + HEAD_HEIGHT);
    ui.painter().rect_filled(strip, CornerRadius::ZERO, ui.visuals().panel_fill);
    ui.painter().hline(strip.x_range(), strip.bottom() - 0.5, Stroke::new(1.0, palette.line));
    let has_focus = focus_ui(ui, view, area, commands);
    let scroll_to = row_to_reveal(ui, view);
    let all = view.table.source().columns();
    let order = view.columns.shown(all);
    let columns: Vec<ColumnSpec> = order.iter().map(|&at| all[at]).collect();
    let columns = &columns[..];
    let sort = view.table.sort();
    let heads: Vec<f32> = columns.iter().map(|spec| head_width(ui, spec)).collect();
    let widths = Widths::of(ui, view.id_salt, columns, &heads, view.widths);
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    ui.visuals_mut().widgets.hovered.bg_fill = palette.hovered;
    let total = view.table.source().total();
    ScrollArea::horizontal().id_salt(view.id_salt).auto_shrink(false).show(ui, |ui| {
        let room = ui.available_rect_before_wrap();
        let foot = room.bottom() - if total.is_some() { ROW_HEIGHT } else { 0.0 };
        ui.scope_builder(UiBuilder::new().max_rect(room.with_max_y(foot)), |ui| {
            rows_ui(
                ui,
                view,
                &VisibleColumns { widths: &widths, columns, order: &order, sort },
                scroll_to,
                has_focus,
                commands,
            );
        });
        if let Some(total) = total {
            let width = widths.all.iter().sum::<f32>().max(area.width());
            let place = Rect::from_min_size(pos2(room.left(), foot), vec2(width, ROW_HEIGHT));
            total_ui(ui, place, total, (columns, &order), &widths.all);
        }
    });
}

/// Draws the heads and the rows in sight.
fn rows_ui(
    ui: &mut Ui,
    view: &TableView<'_>,
    shown: &VisibleColumns<'_>,
    scroll_to: Option<usize>,
    has_focus: bool,
    commands: &mut Vec<Command>,
) {
    let palette = Palette::of(ui);
    let &VisibleColumns { widths, columns, sort, .. } = shown;
    let mut builder = TableBuilder::new(ui)
        .id_salt("columns")
        .auto_shrink(false)
        .min_scrolled_height(0.0)
        .striped(widths.all[0] > STRIPED_FROM)
        .sense(Sense::CLICK)
        .cell_layout(Layout::left_to_right(egui::Align::Center))
        .animate_scrolling(false);
    for &width in &widths.all {
        builder = builder.column(Column::exact(width).clip(true));
    }
    if let Some(row) = scroll_to {
        builder = builder.scroll_to_row(row, None);
    }
    builder
        .header(HEAD_HEIGHT, |mut row| {
            for (at, spec) in columns.iter().enumerate() {
                row.col(|ui| {
                    head_ui(ui, spec, sort, view, commands);
                    if let Some(number) = at.checked_sub(1) {
                        widths.handle_ui(ui, (number, spec.id), ui.max_rect(), commands);
                    }
                });
            }
        })
        .body(|body| {
            body.rows(ROW_HEIGHT, view.table.len(), |mut row| {
                row_ui(&mut row, view, shown, palette, has_focus, commands);
            });
        });
}

/// The selected row, the first time it is in the table after a request to reveal it.
fn row_to_reveal(ui: &Ui, view: &TableView<'_>) -> Option<usize> {
    let id = ui.scope_id().with((view.id_salt, "revealed"));
    let revealed = ui.data(|data| data.get_temp::<u64>(id)).unwrap_or(0);
    let row = view.table.selected_row().filter(|_| revealed != view.reveal)?;
    ui.data_mut(|data| data.insert_temp(id, view.reveal));
    Some(row)
}

fn row_ui(
    table_row: &mut TableRow<'_, '_>,
    view: &TableView<'_>,
    shown: &VisibleColumns<'_>,
    palette: &Palette,
    has_focus: bool,
    commands: &mut Vec<Command>,
) {
    let at = table_row.index();
    let row = view.table.row(at);
    let is_selected = view.table.selected_row() == Some(at);
    let background = if is_selected {
        Some(if has_focus { palette.selected } else { palette.selected_elsewhere })
    } else {
        None
    };
    let text = row.text();
    let mut triangle_end = 0.0;
    let mut is_clipped = false;
    let (_, name) = table_row.col(|ui| {
        paint_ground(ui, background);
        let painted = paint_name(ui, &row, palette);
        (triangle_end, is_clipped) = (painted.triangle_end, painted.galley.elided);
        id_links_ui(ui, &text, &painted, (view.pane, at), commands);
    });
    hover_card_ui(name, (view, view.state), (&row, &text), is_clipped);
    for (&position, spec) in shown.order.iter().zip(shown.columns).skip(1) {
        let Some(cell) = row.cells.get(position - 1) else { continue };
        let (_, response) = table_row.col(|ui| {
            paint_ground(ui, background);
            paint_cell(ui, cell, spec.align, row.is_dimmed, palette);
        });
        if let Some(hover) = &cell.hover {
            response.on_hover_text(hover);
        }
    }
    let response = table_row.response();
    describe(&response, (&row, &text), view, at, is_selected);
    handle_response(&response, &row, view.pane, at, triangle_end, commands);
    let menu = |ui: &mut Ui| row_menu_ui(ui, (view, view.state), (at, &row, is_selected), commands);
    if is_selected && is_key_menu_open(&response.ctx, view.pane) {
        key_menu_ui(&response, view.pane, menu);
    } else {
        response.context_menu(menu);
    }
}

fn paint_ground(ui: &Ui, background: Option<Color32>) {
    if let Some(color) = background {
        ui.painter().rect_filled(ui.max_rect(), CornerRadius::ZERO, color);
    }
}

/// Says row and state to screen readers and tests.
fn describe(
    response: &Response,
    (row, text): (&Row, &str),
    view: &TableView<'_>,
    at: usize,
    is_selected: bool,
) {
    response.widget_info(|| WidgetInfo::labeled(Role::TreeItem, true, text));
    response.ctx.accesskit_node_builder(response.id, |node| {
        node.set_level(row.depth + 1);
        node.set_row_index(at);
        node.set_selected(is_selected);
        match row.disclosure {
            Disclosure::Leaf => {}
            Disclosure::Closed => {
                node.set_expanded(false);
                node.add_action(Action::Expand);
            }
            Disclosure::Open | Disclosure::Busy => {
                node.set_expanded(true);
                node.add_action(Action::Collapse);
            }
        }
        let titles = view.table.source().columns()[1..].iter().map(|spec| spec.title);
        let values = titles.zip(&row.cells).filter(|(_, cell)| !cell.text.is_empty());
        let place = row.place_text().map(|place| format!("Code {place}"));
        let values = place.into_iter().chain(values.map(|(title, cell)| format!("{title} {}", cell.text)));
        node.set_value(values.collect::<Vec<_>>().join(", "));
    });
}

fn handle_response(
    response: &Response,
    row: &Row,
    pane: Pane,
    at: usize,
    triangle_end: f32,
    commands: &mut Vec<Command>,
) {
    let (id, ctx) = (response.id, &response.ctx);
    let is_open = matches!(row.disclosure, Disclosure::Open | Disclosure::Busy);
    let asked = ctx.input(|input| {
        let wanted = if is_open { Action::Collapse } else { Action::Expand };
        input.has_accesskit_action_request(id, wanted)
    });
    let on_triangle = row.disclosure != Disclosure::Leaf
        && response
            .interact_pointer_pos()
            .is_some_and(|pointer| pointer.x < triangle_end && pointer.x > triangle_end - TRIANGLE - PADDING);
    if response.clicked() || response.secondary_clicked() {
        ctx.memory_mut(|memory| memory.request_focus(focus_id(pane)));
        if !(on_triangle && response.clicked()) {
            commands.push(Command::Select(pane, at));
        }
    }
    if asked || (response.clicked() && on_triangle) {
        commands.push(Command::Toggle(pane, at));
    } else if response.double_clicked() {
        commands.push(match (pane, row.object) {
            (Pane::Retainers, Some(_)) => Command::ShowRetainers(pane, at),
            _ => Command::Toggle(pane, at),
        });
    }
}
