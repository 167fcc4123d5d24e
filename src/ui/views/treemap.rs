//! Map: what retains how much, drawn to scale. A click selects, a double click goes in, the line above
//! leads back.

use crate::app::{AppState, Command, MAP_LEVEL, MapColours, MapQuery};
use crate::model::{Area, Content, KINDS, MapStyle, MapView, Tile, TileColor, format};
use crate::ui::table::cells::clipped;
use crate::ui::theme::Palette;
use crate::ui::views::main_pane::hint_ui;
use egui::{
    Button, Color32, CornerRadius, Margin, PopupAnchor, Pos2, Rect, Response, RichText, Role, Sense, Stroke,
    StrokeKind, Tooltip, Ui, Vec2, WidgetInfo, pos2, vec2,
};

/// How many tiles screen readers and tests find by name: the largest.
const NAMED: usize = 120;
/// Tiles smaller than this have no text on them.
const TEXT: Vec2 = vec2(34.0, 15.0);
/// The height of a line of text on a tile.
const LINE: f32 = 16.0;
/// From this width on a tile says its size as well.
const WITH_SIZE: f32 = 56.0;
/// How many of the tiles around one are named when it is hovered.
const AROUND: usize = 5;

/// Draws the map of the snapshot that is shown.
pub fn map_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    egui::Frame::NONE.inner_margin(Margin::symmetric(8, 4)).show(ui, |ui| {
        ui.horizontal_wrapped(|ui| choices_ui(ui, state, commands));
        if let Some((key, view)) = state.map_view() {
            ui.horizontal_wrapped(|ui| crumbs_ui(ui, key, view, commands));
        }
    });
    let room = ui.available_rect_before_wrap();
    ui.painter().rect_filled(room, CornerRadius::ZERO, palette.ground);
    let wanted = (points(room.width()), points(room.height()));
    if state.map.size != wanted {
        commands.push(Command::SetMapSize(wanted.0, wanted.1));
    }
    match (state.map_view(), state.map_error()) {
        (_, Some(problem)) => hint_ui(ui, problem),
        (None, None) => {
            hint_ui(ui, if state.is_busy() { "Drawing…" } else { "The map needs a whole snapshot" });
        }
        (Some((key, view)), None) => tiles_ui(ui, state, (key, view), room, commands),
    }
}

/// Whole points; a window is never so large that they do not fit.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a window")]
fn points(length: f32) -> u16 {
    length.max(0.0) as u16
}

fn choices_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    for style in [MapStyle::Treemap, MapStyle::Icicle] {
        let command = Command::SetMapStyle(style);
        let button = Button::selectable(state.map.style == style, command.label());
        if ui.add(button).on_hover_text(command.tooltip()).clicked() {
            commands.push(command);
        }
    }
    ui.add_space(8.0);
    for colours in [MapColours::Kind, MapColours::Growth] {
        let command = Command::SetMapColours(colours);
        let is_chosen = state.map_colours() == colours;
        let button = ui.add_enabled(state.can(&command), Button::selectable(is_chosen, command.label()));
        let button = button.on_disabled_hover_text("Growth needs a second snapshot, as baseline");
        if button.on_hover_text(command.tooltip()).clicked() {
            commands.push(command);
        }
    }
    ui.add_space(8.0);
    let mut mark = |color: Color32, text: &str| {
        let (rect, _) = ui.allocate_exact_size(vec2(10.0, 10.0), Sense::hover());
        ui.painter().rect_filled(rect, CornerRadius::same(2), color);
        ui.label(RichText::new(text).small().color(palette.quiet));
    };
    match state.map_colours() {
        MapColours::Kind => {
            for (kind, color) in KINDS.iter().zip(palette.parts) {
                mark(color, kind);
            }
        }
        MapColours::Growth => {
            for (growth, text) in [(1.0, "grown or new"), (0.0, "the same"), (-1.0, "shrunk")] {
                mark(color(TileColor::Growth(growth), palette), text);
            }
        }
    }
}

/// The way from the root of the heap to what is shown, each step a way back.
fn crumbs_ui(ui: &mut Ui, key: &MapQuery, view: &MapView, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    ui.spacing_mut().item_spacing.x = 4.0;
    for (at, crumb) in view.crumbs.iter().enumerate() {
        if at > 0 {
            ui.label(RichText::new("›").color(palette.quiet));
        }
        let text = format::sanitize(&crumb.name, 32);
        match crumb.node {
            Some(node) if at + 1 < view.crumbs.len() => {
                if ui.link(text).on_hover_text("Show all that this retains").clicked() {
                    commands.push(Command::ZoomMap(key.file, node));
                }
            }
            _ => {
                ui.label(text);
            }
        }
    }
    if let Some(whole) = view.tiles.first() {
        let text = RichText::new(format::size(whole.bytes)).color(palette.quiet);
        ui.label(text).on_hover_text(format::exact_bytes(whole.bytes));
    }
}

fn tiles_ui(
    ui: &mut Ui,
    state: &AppState,
    (key, view): (&MapQuery, &MapView),
    room: Rect,
    commands: &mut Vec<Command>,
) {
    let palette = Palette::of(ui);
    let response = ui.interact(room, ui.scope_id().with("map"), Sense::CLICK);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Map of retained sizes"));
    paint(ui, (key, view), room, palette);
    let mut largest: Vec<usize> = (0..view.tiles.len()).collect();
    if largest.len() > NAMED {
        largest.select_nth_unstable_by_key(NAMED, |&at| std::cmp::Reverse(view.tiles[at].bytes));
        largest.truncate(NAMED);
        largest.sort_unstable();
    }
    for at in largest {
        let tile =
            ui.interact(placed(view.tiles[at].area, room), ui.scope_id().with(("tile", at)), Sense::CLICK);
        let text = format!("{}, {}", view.names[at], format::size(view.tiles[at].bytes));
        tile.widget_info(|| WidgetInfo::labeled(Role::Button, true, &text));
        // A place within it belongs to the innermost tile there.
        let pointed = tile.interact_pointer_pos().and_then(|place| tile_at(view, place, room));
        react(&tile, (key, view), pointed.unwrap_or(at), commands);
    }
    let pointer = ui.input(|input| input.pointer.hover_pos()).filter(|at| room.contains(*at));
    let below = pointer.filter(|_| ui.rect_contains_pointer(room)).and_then(|at| tile_at(view, at, room));
    if let Some(at) = below {
        react(&response, (key, view), at, commands);
        outline(ui, placed(view.tiles[at].area, room), Stroke::new(1.5, palette.text));
        let tooltip =
            Tooltip::always_open(ui.ctx().clone(), ui.layer_id(), response.id, PopupAnchor::Pointer);
        tooltip.gap(14.0).show(|ui| ui.label(hover(view, at)));
    }
    if let Some((file, node)) = state.inspected
        && file == key.file
        && let Some(at) = view.tiles.iter().position(|tile| tile.content == Content::Object(node))
    {
        outline(ui, placed(view.tiles[at].area, room), Stroke::new(2.5, palette.accent));
    }
}

fn tile_at(view: &MapView, at: Pos2, room: Rect) -> Option<usize> {
    view.at(at.x - room.left(), at.y - room.top())
}

/// A click selects the object, another one goes into it.
fn react(response: &Response, (key, view): (&MapQuery, &MapView), at: usize, commands: &mut Vec<Command>) {
    if response.double_clicked() {
        if let Some(node) = view.way_into(at, key.style) {
            commands.push(Command::ZoomMap(key.file, node));
        }
    } else if response.clicked() {
        commands.push(Command::Inspect(key.file, view.tiles[at].content.object()));
    }
}

fn hover(view: &MapView, at: usize) -> String {
    let tile = &view.tiles[at];
    let whole = view.tiles[0].bytes;
    let share = format::percent(format::share(tile.bytes, whole));
    let mut text = format!("{}\n{}, {share} of the map", view.names[at], format::exact_bytes(tile.bytes));
    if let TileColor::Growth(growth) = view.tints[at] {
        text.push_str(&match growth {
            0.0 => "\nas large as before".to_owned(),
            1.0 => "\nnot in the baseline".to_owned(),
            growth if growth > 0.0 => format!("\n{} of it came since the baseline", format::percent(growth)),
            growth => format!("\n{} smaller than in the baseline", format::percent(-growth)),
        });
    }
    for around in view.around(at).take(AROUND) {
        text.push_str(&format!("\nin {}", view.names[around]));
    }
    text
}

/// What can be seen: tiles that others fill are only their border.
fn paint(ui: &Ui, (key, view): (&MapQuery, &MapView), room: Rect, palette: &Palette) {
    let painter = ui.painter().with_clip_rect(room);
    let is_covered = |tile: &Tile| tile.is_open && tile.area.height > f32::from(MAP_LEVEL);
    for (tile, tint) in view.tiles.iter().zip(&view.tints) {
        let rect = placed(tile.area, room);
        let gap = if rect.width() > 6.0 && rect.height() > 6.0 { 0.5 } else { 0.2 };
        let fill = if is_covered(tile) { palette.ground } else { color(*tint, palette) };
        painter.rect_filled(rect.shrink(gap), CornerRadius::ZERO, fill);
    }
    for (at, tile) in view.tiles.iter().enumerate() {
        let rect = placed(tile.area, room);
        // Others fill an open tile of a treemap, however low it is; those of an icicle hang below it.
        let is_filled = tile.is_open && key.style == MapStyle::Treemap;
        if is_filled || is_covered(tile) || rect.width() < TEXT.x || rect.height() < TEXT.y {
            continue;
        }
        let ink = if view.tints[at] == TileColor::Plain { palette.quiet } else { palette.ink };
        let galley = clipped(ui, &[(&view.names[at], ink)], rect.width() - 6.0);
        painter.galley(rect.left_top() + vec2(3.0, 1.0), galley, ink);
        if rect.height() > 2.0 * LINE && rect.width() > WITH_SIZE {
            let size = clipped(ui, &[(&format::size(tile.bytes), ink)], rect.width() - 6.0);
            painter.galley(rect.left_top() + vec2(3.0, LINE), size, ink);
        }
    }
}

fn outline(ui: &Ui, rect: Rect, stroke: Stroke) {
    ui.painter().rect_stroke(rect, CornerRadius::ZERO, stroke, StrokeKind::Inside);
}

fn placed(area: Area, room: Rect) -> Rect {
    Rect::from_min_size(pos2(room.left() + area.x, room.top() + area.y), vec2(area.width, area.height))
}

fn color(tint: TileColor, palette: &Palette) -> Color32 {
    /// The least change that is seen at once.
    const LEAST: f32 = 0.15;
    let shade = |color: Color32, part: f32| palette.same.lerp_to_gamma(color, LEAST + (1.0 - LEAST) * part);
    match tint {
        TileColor::Kind(kind) => palette.parts[kind.min(palette.parts.len() - 1)],
        TileColor::Plain => palette.line,
        TileColor::Growth(0.0) => palette.same,
        TileColor::Growth(growth) if growth > 0.0 => shade(palette.more, growth),
        TileColor::Growth(growth) => shade(palette.less, -growth),
    }
}
