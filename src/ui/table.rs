//! The one tree table of the window: draws the rows in sight of any table, however long, and turns
//! clicks and keys into commands.

use super::columns::Widths;
use super::row_menu::row_menu_ui;
use super::theme::{HEAD_HEIGHT, Palette, ROW_HEIGHT};
use crate::app::{Command, Pane, Step};
use crate::model::format;
use crate::model::{Align, Cell, ColumnSpec, Direction, Disclosure, Row, Sort, TreeTable};
use egui::accesskit::{Action, Role};
use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{
    Align2, Color32, CornerRadius, Event, EventFilter, FontId, Id, Key, Layout, Modifiers, Rect, Response,
    ScrollArea, Sense, Shape, Stroke, TextStyle, Ui, Vec2, WidgetInfo, pos2, vec2,
};
use egui_extras::{Column, TableBuilder, TableRow};
use std::sync::Arc;

/// How far a row stands to the right of its parent.
const INDENT: f32 = 14.0;
/// The room of the triangle.
const TRIANGLE: f32 = 16.0;
/// Space at both ends of a cell.
const PADDING: f32 = 6.0;
/// The room of the arrow in the head of the column that rows are sorted by.
const ARROW: f32 = 14.0;
/// Narrower cells leave the share out.
const SHARE_FROM: f32 = 104.0;
/// The room of a percentage.
const PERCENT: f32 = 44.0;

/// A table to draw.
pub struct TableView<'a> {
    /// Which one.
    pub pane: Pane,
    /// Tells its columns' widths from those of other views.
    pub salt: &'a str,
    /// The rows.
    pub table: &'a TreeTable,
    /// Grows when the selected row should be scrolled to.
    pub reveal: u64,
}

/// The focus of a pane's table.
pub fn focus_id(pane: Pane) -> Id {
    Id::unique(("table focus", pane))
}

/// Draws `view` into all the room there is.
pub fn tree_table_ui(ui: &mut Ui, view: &TableView<'_>, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let area = ui.available_rect_before_wrap();
    ui.painter().rect_filled(area, CornerRadius::ZERO, palette.ground);
    let has_focus = focus_ui(ui, view, area, commands);
    let scroll_to = row_to_reveal(ui, view);
    let columns = view.table.source().columns();
    let sort = view.table.sort();
    let heads: Vec<f32> = columns.iter().map(|spec| head_width(ui, spec)).collect();
    let widths = Widths::of(ui, view.salt, columns, &heads);
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    ui.visuals_mut().widgets.hovered.bg_fill = palette.hovered;
    ScrollArea::horizontal().id_salt(view.salt).auto_shrink(false).show(ui, |ui| {
        let mut builder = TableBuilder::new(ui)
            .id_salt("columns")
            .auto_shrink(false)
            .min_scrolled_height(0.0)
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
                        head_ui(ui, spec, sort, view.pane, commands);
                        if let Some(number) = at.checked_sub(1) {
                            widths.handle_ui(ui, number, ui.max_rect());
                        }
                    });
                }
            })
            .body(|body| {
                body.rows(ROW_HEIGHT, view.table.len(), |mut row| {
                    row_ui(&mut row, view, palette, has_focus, commands);
                });
            });
    });
}

/// The room a title and its arrow need.
fn head_width(ui: &Ui, spec: &ColumnSpec) -> f32 {
    clipped(ui, &[(spec.title, Color32::BLACK)], f32::INFINITY).size().x + ARROW + 2.0 * PADDING
}

/// The table's one place for the keyboard: keys become commands while it has the focus.
fn focus_ui(ui: &Ui, view: &TableView<'_>, area: Rect, commands: &mut Vec<Command>) -> bool {
    let (pane, id) = (view.pane, focus_id(view.pane));
    let response = ui.interact(area, id, Sense::focusable_noninteractive());
    response.widget_info(|| WidgetInfo::labeled(Role::Tree, true, pane.title()));
    if !response.has_focus() {
        return false;
    }
    let filter = EventFilter { vertical_arrows: true, horizontal_arrows: true, tab: false, escape: false };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    let page = page_of(area.height());
    let steps = [
        (Key::ArrowDown, Step::Rows(1)),
        (Key::ArrowUp, Step::Rows(-1)),
        (Key::PageDown, Step::Rows(page)),
        (Key::PageUp, Step::Rows(-page)),
        (Key::Home, Step::First),
        (Key::End, Step::Last),
        (Key::ArrowRight, Step::In),
        (Key::ArrowLeft, Step::Out),
    ];
    ui.input_mut(|input| {
        for (key, step) in steps {
            for _ in 0..input.count_and_consume_key(Modifiers::NONE, key) {
                commands.push(Command::Move(pane, step));
            }
        }
        if input.consume_key(Modifiers::NONE, Key::Enter) {
            commands.push(Command::Activate(pane));
        }
        if input.events.iter().any(|event| matches!(event, Event::Copy)) {
            commands.push(Command::CopySelected(pane));
        }
    });
    true
}

/// How many rows a page has, one kept in sight.
#[expect(clippy::cast_possible_truncation, reason = "a window's height is far below the limit")]
fn page_of(height: f32) -> isize {
    (((height - HEAD_HEIGHT) / ROW_HEIGHT) as isize - 2).max(1)
}

/// The selected row, the first time it is in the table after someone wanted to see it.
fn row_to_reveal(ui: &Ui, view: &TableView<'_>) -> Option<usize> {
    let id = ui.scope_id().with((view.salt, "revealed"));
    let revealed = ui.data(|data| data.get_temp::<u64>(id)).unwrap_or(0);
    let row = view.table.selected_row().filter(|_| revealed != view.reveal)?;
    ui.data_mut(|data| data.insert_temp(id, view.reveal));
    Some(row)
}

/// A column's head: sorts when it is clicked.
fn head_ui(ui: &mut Ui, spec: &ColumnSpec, sort: Sort, pane: Pane, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let rect = ui.max_rect();
    let response = ui.interact(rect, ui.unique_id().with("head"), Sense::CLICK);
    let is_sorted = sort.column == spec.id;
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_sorted, spec.title));
    let painter = ui.painter();
    if response.hovered() {
        painter.rect_filled(rect, CornerRadius::ZERO, ui.visuals().widgets.hovered.weak_bg_fill);
    } else {
        painter.rect_filled(rect, CornerRadius::ZERO, ui.visuals().panel_fill);
    }
    painter.hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, palette.line));
    let arrow_room = if is_sorted { ARROW } else { 0.0 };
    let color = if is_sorted { palette.text } else { palette.quiet };
    let room = rect.width() - 2.0 * PADDING - arrow_room;
    let galley = clipped(ui, &[(spec.title, color)], room);
    let y = rect.center().y - galley.size().y / 2.0;
    let x = match spec.align {
        Align::Left => rect.left() + PADDING,
        Align::Right => rect.right() - PADDING - arrow_room - galley.size().x,
    };
    let end = x + galley.size().x;
    painter.galley(pos2(x, y), galley, color);
    if is_sorted {
        let center = pos2(end + 8.0, rect.center().y);
        painter.add(triangle(
            center,
            3.5,
            if sort.direction == Direction::Ascending { Up } else { Down },
            palette.accent,
        ));
    }
    let help = response.on_hover_text(spec.help);
    if help.clicked() {
        commands.push(Command::SortBy(pane, spec.id));
    }
}

/// Where a small triangle points.
#[derive(Clone, Copy)]
enum Pointing {
    Up,
    Down,
    Right,
}
use Pointing::{Down, Right, Up};

fn triangle(center: egui::Pos2, size: f32, pointing: Pointing, color: Color32) -> Shape {
    let corners = match pointing {
        Up => [vec2(0.0, -size * 0.8), vec2(size, size * 0.8), vec2(-size, size * 0.8)],
        Down => [vec2(-size, -size * 0.8), vec2(size, -size * 0.8), vec2(0.0, size * 0.8)],
        Right => [vec2(-size * 0.8, -size), vec2(size * 0.8, 0.0), vec2(-size * 0.8, size)],
    };
    Shape::convex_polygon(corners.map(|corner| center + corner).to_vec(), color, Stroke::NONE)
}

fn row_ui(
    table_row: &mut TableRow<'_, '_>,
    view: &TableView<'_>,
    palette: &Palette,
    has_focus: bool,
    commands: &mut Vec<Command>,
) {
    let at = table_row.index();
    let row = view.table.row(at);
    let is_selected = view.table.selected_row() == Some(at);
    let ground = if is_selected {
        Some(if has_focus { palette.selected } else { palette.selected_elsewhere })
    } else {
        None
    };
    let mut triangle_end = 0.0;
    let mut is_clipped = false;
    let (_, name) = table_row.col(|ui| {
        paint_ground(ui, ground);
        (triangle_end, is_clipped) = paint_name(ui, &row, palette);
    });
    name_hover(name, &row, is_clipped);
    for (cell, spec) in row.cells.iter().zip(&view.table.source().columns()[1..]) {
        let (_, response) = table_row.col(|ui| {
            paint_ground(ui, ground);
            paint_cell(ui, cell, spec.align, row.is_dimmed, palette);
        });
        if let Some(hover) = &cell.hover {
            response.on_hover_text(hover);
        }
    }
    let response = table_row.response();
    describe(&response, &row, view, at, is_selected);
    react(&response, &row, view.pane, at, triangle_end, commands);
    response.context_menu(|ui| row_menu_ui(ui, view.pane, at, &row, commands));
}

fn paint_ground(ui: &Ui, ground: Option<Color32>) {
    if let Some(color) = ground {
        ui.painter().rect_filled(ui.max_rect(), CornerRadius::ZERO, color);
    }
}

/// Says row and state to screen readers and tests.
fn describe(response: &Response, row: &Row, view: &TableView<'_>, at: usize, is_selected: bool) {
    let text = row.text();
    response.widget_info(|| WidgetInfo::labeled(Role::TreeItem, true, &text));
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
        node.set_value(
            values.map(|(title, cell)| format!("{title} {}", cell.text)).collect::<Vec<_>>().join(", "),
        );
    });
}

fn react(
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
    if asked || (response.clicked() && on_triangle) || (response.double_clicked() && !on_triangle) {
        commands.push(Command::Toggle(pane, at));
    }
}

/// Draws indent, triangle and name; returns where the triangle's room ends, and whether text was cut.
fn paint_name(ui: &Ui, row: &Row, palette: &Palette) -> (f32, bool) {
    let rect = ui.max_rect();
    #[expect(clippy::cast_precision_loss, reason = "a depth beyond the room is cut below")]
    let indent = (row.depth as f32 * INDENT).min((rect.width() - 120.0).max(0.0));
    let start = rect.left() + PADDING / 2.0 + indent;
    let center = pos2(start + TRIANGLE / 2.0, rect.center().y);
    let painter = ui.painter();
    match row.disclosure {
        Disclosure::Leaf => {}
        Disclosure::Closed => {
            painter.add(triangle(center, 4.0, Right, palette.quiet));
        }
        Disclosure::Open => {
            painter.add(triangle(center, 4.0, Down, palette.quiet));
        }
        Disclosure::Busy => {
            painter.text(center, Align2::CENTER_CENTER, "…", font(ui), palette.quiet);
        }
    }
    let left = start + TRIANGLE;
    let spans: Vec<_> = row
        .name
        .iter()
        .map(|span| {
            let color = palette.tone(span.tone);
            (span.text.as_str(), if row.is_dimmed { palette.quiet.gamma_multiply(0.8) } else { color })
        })
        .collect();
    let galley = clipped(ui, &spans, rect.right() - PADDING - left);
    let is_clipped = galley.elided;
    painter.galley(pos2(left, rect.center().y - galley.size().y / 2.0), galley, palette.text);
    (left, is_clipped)
}

fn name_hover(response: Response, row: &Row, is_clipped: bool) {
    match &row.hover {
        Some(hover) => {
            response.on_hover_text(hover);
        }
        None if is_clipped => {
            response.on_hover_text(row.text());
        }
        None => {}
    }
}

/// Draws a number, its share of the whole and the bar behind.
fn paint_cell(ui: &Ui, cell: &Cell, align: Align, is_dimmed: bool, palette: &Palette) {
    let rect = ui.max_rect();
    let painter = ui.painter();
    let mut right = rect.right() - PADDING;
    if let Some(share) = cell.share.filter(|_| rect.width() >= SHARE_FROM) {
        let zone = rect.with_min_x(rect.right() - PERCENT - PADDING / 2.0).shrink2(vec2(PADDING / 2.0, 3.0));
        let width = zone.width() * share.clamp(0.0, 1.0);
        if width >= 1.0 {
            painter.rect_filled(zone.with_max_x(zone.left() + width), CornerRadius::same(2), palette.bar);
        }
        let percent = format::percent(share);
        let color = palette.quiet;
        painter.text(pos2(right, rect.center().y), Align2::RIGHT_CENTER, percent, font(ui), color);
        right -= PERCENT;
    }
    let color = if is_dimmed { palette.quiet } else { palette.text };
    let galley = clipped(ui, &[(cell.text.as_str(), color)], right - rect.left() - PADDING);
    let x = match align {
        Align::Left => rect.left() + PADDING,
        Align::Right => right - galley.size().x,
    };
    painter.galley(pos2(x, rect.center().y - galley.size().y / 2.0), galley, color);
}

fn font(ui: &Ui) -> FontId {
    TextStyle::Body.resolve(ui.style())
}

/// Text in one line, cut with an ellipsis where `room` ends.
fn clipped(ui: &Ui, spans: &[(&str, Color32)], room: f32) -> Arc<egui::Galley> {
    let mut job = LayoutJob { wrap: TextWrapping::truncate_at_width(room.max(1.0)), ..LayoutJob::default() };
    for &(text, color) in spans {
        job.append(text, 0.0, TextFormat { font_id: font(ui), color, ..TextFormat::default() });
    }
    ui.painter().layout_job(job)
}
