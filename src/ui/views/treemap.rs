//! Map: what retains how much, drawn to scale. A click selects an object or goes into a group, a double
//! click goes into an object, the line above leads back.

use crate::app::{
    AnyOption, AppState, Command, MAP_COLOURS, MAP_LEVEL, MAP_STYLE, MapColours, MapQuery, OptionChange,
};
use crate::model::{Area, KINDS, MapRoot, MapStyle, MapView, Tile, TileColor, TileContent, format};
use crate::ui::fonts;
use crate::ui::table::cells::clipped;
use crate::ui::theme::Palette;
use crate::ui::views::main_pane::placeholder_ui;
use egui::{
    Button, Color32, CornerRadius, Margin, PopupAnchor, Pos2, Rect, Response, RichText, Role, Sense, Stroke,
    StrokeKind, Tooltip, Ui, Vec2, WidgetInfo, pos2, vec2,
};
use std::sync::Arc;

/// How many tiles screen readers and tests find by name: the largest.
const NAMED: usize = 120;
/// Tiles smaller than this have no text on them.
const TEXT: Vec2 = vec2(34.0, 15.0);
/// The height of a line of text on a tile.
const LINE: f32 = 16.0;
/// From this width on a tile says its size as well.
const WITH_SIZE: f32 = 56.0;
/// Seconds that the way into a tile takes.
const ZOOM: f32 = 0.18;
/// The coloured edge of a strip above what lies in a tile.
const EDGE: f32 = 3.0;
/// How many of the tiles around one are named when it is hovered.
const AROUND: usize = 5;

/// Draws the map of the snapshot that is shown.
pub(crate) fn map_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    egui::Frame::NONE.inner_margin(Margin::symmetric(8, 4)).show(ui, |ui| {
        ui.horizontal_wrapped(|ui| choices_ui(ui, state, commands));
        if let Some((key, view)) = state.map_view() {
            ui.horizontal_wrapped(|ui| crumbs_ui(ui, key, view, commands));
        }
    });
    let room = ui.available_rect_before_wrap();
    ui.painter().rect_filled(room, CornerRadius::ZERO, palette.background);
    let wanted = (points(room.width()), points(room.height()));
    if state.map_size != wanted {
        commands.push(Command::SetMapSize(wanted.0, wanted.1));
    }
    match (state.map_view(), state.map_error()) {
        (_, Some(problem)) => placeholder_ui(ui, problem),
        (None, None) => {
            placeholder_ui(ui, if state.is_busy() { "Drawing…" } else { "The map needs a whole snapshot" });
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
    for at in 0..MAP_STYLE.count() {
        let button = Button::selectable(MAP_STYLE.chosen(state) == at, MAP_STYLE.label(at));
        if ui.add(button).on_hover_text(MAP_STYLE.tooltip(at)).clicked() {
            commands.push(Command::SetOption(&MAP_STYLE, OptionChange::To(at)));
        }
    }
    ui.add_space(8.0);
    for colours in [MapColours::Kind, MapColours::Growth] {
        let command = MAP_COLOURS.set(colours);
        let is_chosen = state.map_colours() == colours;
        let button =
            ui.add_enabled(state.is_enabled(&command), Button::selectable(is_chosen, command.label()));
        let button = button.on_disabled_hover_text("Growth needs a second snapshot, as baseline");
        if button.on_hover_text(command.tooltip()).clicked() {
            commands.push(command);
        }
    }
    ui.add_space(8.0);
    let mut mark = |color: Color32, text: &str| {
        let (rect, _) = ui.allocate_exact_size(vec2(10.0, 10.0), Sense::hover());
        ui.painter().rect_filled(rect, CornerRadius::same(2), color);
        ui.label(RichText::new(text).small().color(palette.muted));
    };
    match state.map_colours() {
        MapColours::Kind => {
            for (kind, color) in KINDS.iter().zip(palette.parts) {
                mark(color, kind);
            }
        }
        MapColours::Growth => {
            scale_ui(ui, palette);
        }
    }
}

/// The scale of the colours of growth, from shrunk over unchanged to new.
fn scale_ui(ui: &mut Ui, palette: &Palette) {
    const STEPS: i8 = 6;
    let muted = |ui: &mut Ui, text: &str| ui.label(RichText::new(text).small().color(palette.muted));
    muted(ui, "all gone");
    let (rect, _) = ui.allocate_exact_size(vec2(130.0, 10.0), Sense::hover());
    let step = rect.width() / f32::from(2 * STEPS + 1);
    for at in -STEPS..=STEPS {
        let left = rect.left() + step * f32::from(at + STEPS);
        let part = Rect::from_x_y_ranges(left..=left + step, rect.y_range());
        let growth = TileColor::Growth(f32::from(at) / f32::from(STEPS));
        ui.painter().rect_filled(part, CornerRadius::ZERO, color(growth, palette));
    }
    muted(ui, "all new (grey: the same)");
}

/// The way from the root of the heap to what is shown, each step a way back.
fn crumbs_ui(ui: &mut Ui, key: &MapQuery, view: &MapView, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    ui.spacing_mut().item_spacing.x = 4.0;
    for (at, crumb) in view.crumbs.iter().enumerate() {
        if at > 0 {
            ui.label(RichText::new("›").color(palette.muted));
        }
        let text = format::sanitize(&crumb.name, 32);
        match crumb.root {
            Some(root) if at + 1 < view.crumbs.len() => {
                if ui.link(text).on_hover_text("Show all that this retains").clicked() {
                    commands.push(Command::ZoomMap(key.file, root));
                }
            }
            _ => {
                ui.label(RichText::new(text).font(fonts::strong(12.5)));
            }
        }
    }
    if let Some(whole) = view.tiles.first() {
        let text = RichText::new(format::format_size(whole.bytes)).color(palette.muted);
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
    let lens = Lens::of(ui, (key, view), room);
    let response = ui.interact(room, ui.scope_id().with("map"), Sense::CLICK);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Map of retained sizes"));
    paint(ui, (key, view), &lens, palette);
    let mut largest: Vec<usize> = (0..view.tiles.len()).collect();
    if largest.len() > NAMED {
        largest.select_nth_unstable_by_key(NAMED, |&at| std::cmp::Reverse(view.tiles[at].bytes));
        largest.truncate(NAMED);
        largest.sort_unstable();
    }
    for at in largest {
        let tile =
            ui.interact(lens.place(view.tiles[at].area), ui.scope_id().with(("tile", at)), Sense::CLICK);
        let text = format!("{}, {}", view.names[at], format::format_size(view.tiles[at].bytes));
        tile.widget_info(|| WidgetInfo::labeled(Role::Button, true, &text));
        // A place within it belongs to the innermost tile there.
        let pointed = tile.interact_pointer_pos().and_then(|place| lens.tile_at(view, place));
        handle_response(&tile, (key, view), pointed.unwrap_or(at), commands);
    }
    let pointer = ui.input(|input| input.pointer.hover_pos()).filter(|at| room.contains(*at));
    let below = pointer.filter(|_| ui.rect_contains_pointer(room)).and_then(|at| lens.tile_at(view, at));
    if let Some(at) = below {
        handle_response(&response, (key, view), at, commands);
        outline(ui, lens.place(view.tiles[at].area), Stroke::new(1.5, palette.text));
        let tooltip =
            Tooltip::always_open(ui.ctx().clone(), ui.layer_id(), response.id, PopupAnchor::Pointer);
        tooltip.gap(14.0).show(|ui| ui.label(hover(view, at)));
    }
    if let Some((file, node)) = state.inspected_object
        && file == key.file
        && let Some(at) = view.tiles.iter().position(|tile| tile.content == TileContent::Object(node))
    {
        outline(ui, lens.place(view.tiles[at].area), Stroke::new(2.5, palette.accent));
    }
}

/// A click selects the object, another one goes into it.
fn handle_response(
    response: &Response,
    (key, view): (&MapQuery, &MapView),
    at: usize,
    commands: &mut Vec<Command>,
) {
    if response.double_clicked() {
        if let Some(root) = view.way_into(at, key.style) {
            commands.push(Command::ZoomMap(key.file, root));
        }
    } else if response.clicked() {
        if let (TileContent::Group { .. }, Some(root)) =
            (view.tiles[at].content, view.tiles[at].content.root())
            && root != key.root
        {
            return commands.push(Command::ZoomMap(key.file, root));
        }
        commands.push(Command::Inspect(key.file, view.tiles[at].content.object()));
    }
}

fn hover(view: &MapView, at: usize) -> String {
    let tile = &view.tiles[at];
    let whole = view.tiles[0].bytes;
    let share = format::percent(format::share(tile.bytes, whole));
    let mut text = format!("{}\n{}, {share} of the map", view.names[at], format::exact_bytes(tile.bytes));
    if matches!(tile.content, TileContent::Group { .. }) {
        text.push_str("\nClick to show only these");
    }
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

/// What can be seen: tiles that others fill are only their border and the strip with their name.
fn paint(ui: &Ui, (key, view): (&MapQuery, &MapView), lens: &Lens, palette: &Palette) {
    let painter = ui.painter().with_clip_rect(lens.room);
    let is_covered = |tile: &Tile| tile.is_open && tile.area.height > f32::from(MAP_LEVEL);
    for (tile, tint) in view.tiles.iter().zip(&view.tints) {
        let rect = lens.place(tile.area);
        let gap = if rect.width() > 6.0 && rect.height() > 6.0 { 0.5 } else { 0.2 };
        let fill = match (is_covered(tile), tile.header > 0.0) {
            (false, _) => color(*tint, palette),
            (true, true) => palette.track,
            (true, false) => palette.background,
        };
        painter.rect_filled(rect.shrink(gap), CornerRadius::ZERO, fill);
    }
    for (at, tile) in view.tiles.iter().enumerate() {
        let rect = lens.place(tile.area);
        // Others fill an open tile of a treemap, however low it is; those of an icicle hang below it.
        let is_filled = tile.is_open && key.style == MapStyle::Treemap;
        if rect.width() < TEXT.x || rect.height() < TEXT.y || !rect.intersects(lens.room) {
            continue;
        }
        if tile.header > 0.0 {
            let edge = rect.with_max_x(rect.left() + EDGE).with_max_y(rect.top() + tile.header).shrink(0.5);
            painter.rect_filled(edge, CornerRadius::ZERO, color(view.tints[at], palette));
            let size = format!(" · {}", format::format_size(tile.bytes));
            let texts = [(view.names[at].as_str(), palette.text), (size.as_str(), palette.muted)];
            let galley = clipped(ui, &texts, rect.width() - EDGE - 6.0);
            painter.galley(rect.left_top() + vec2(EDGE + 3.0, 1.0), galley, palette.text);
        } else if !is_filled && !is_covered(tile) {
            let on_accent = if view.tints[at] == TileColor::Plain { palette.text } else { palette.on_accent };
            let galley = clipped(ui, &[(&view.names[at], on_accent)], rect.width() - 6.0);
            painter.galley(rect.left_top() + vec2(3.0, 1.0), galley, on_accent);
            if rect.height() > 2.0 * LINE && rect.width() > WITH_SIZE {
                let size = clipped(ui, &[(&format::format_size(tile.bytes), on_accent)], rect.width() - 6.0);
                painter.galley(rect.left_top() + vec2(3.0, LINE), size, on_accent);
            }
        }
    }
}

fn outline(ui: &Ui, rect: Rect, stroke: Stroke) {
    ui.painter().rect_stroke(rect, CornerRadius::ZERO, stroke, StrokeKind::Inside);
}

/// Where the map is drawn: all of the room, except on the way into or out of a tile.
struct Lens {
    room: Rect,
    map: Rect,
    /// Points on the screen for one of the layout.
    scale: Vec2,
}

/// The map that was drawn last, kept until the next frame.
#[derive(Clone)]
struct Before {
    root: MapRoot,
    /// Where each object and group of it was.
    places: Arc<Vec<(MapRoot, Rect)>>,
    /// Where the map begins that replaced another one, and since when.
    from: Option<(Rect, f64)>,
}

impl Lens {
    fn of(ui: &Ui, (key, view): (&MapQuery, &MapView), room: Rect) -> Self {
        let id = ui.scope_id().with("zoom");
        let now = ui.input(|input| input.time);
        let before: Option<Before> = ui.data(|data| data.get_temp(id));
        let from = match before {
            Some(before) if before.root == key.root => before.from,
            Some(before) => zoom_from(&before, (key.root, &places(view, room)), room).map(|from| (from, now)),
            None => None,
        };
        #[expect(clippy::cast_possible_truncation, reason = "a part of a second")]
        let part = from.map_or(1.0, |(_, begun)| ((now - begun) as f32 / ZOOM).clamp(0.0, 1.0));
        let from = from.filter(|_| part < 1.0);
        let map = from.map_or(room, |(from, _)| {
            ui.request_repaint();
            from.lerp_towards(&room, 1.0 - (1.0 - part).powi(3))
        });
        let places = Arc::new(places(view, room));
        ui.data_mut(|data| data.insert_temp(id, Before { root: key.root, places, from }));
        let (width, height) = (f32::from(key.size.0).max(1.0), f32::from(key.size.1).max(1.0));
        let stretch = vec2(map.width() / room.width().max(1.0), map.height() / room.height().max(1.0));
        let fit = vec2(room.width().floor() / width, room.height().floor() / height);
        Self { room, map, scale: stretch * fit }
    }

    fn place(&self, area: Area) -> Rect {
        let begin = self.map.left_top() + vec2(area.x, area.y) * self.scale;
        Rect::from_min_size(begin, vec2(area.width, area.height) * self.scale)
    }

    fn tile_at(&self, view: &MapView, at: Pos2) -> Option<usize> {
        let place = (at - self.map.left_top()) / self.scale;
        view.at(place.x, place.y)
    }
}

/// Where the larger tiles of a map are.
fn places(view: &MapView, room: Rect) -> Vec<(MapRoot, Rect)> {
    let place = |tile: &Tile| {
        let Area { x, y, width, height } = tile.area;
        let rect = Rect::from_min_size(pos2(room.left() + x, room.top() + y), vec2(width, height));
        tile.content.root().filter(|_| width > TEXT.x && height > TEXT.y / 2.0).map(|root| (root, rect))
    };
    view.tiles.iter().filter_map(place).collect()
}

/// Where a map begins that replaces another: in the tile it was, or so that the other one is where it was.
fn zoom_from(before: &Before, (root, places): (MapRoot, &[(MapRoot, Rect)]), room: Rect) -> Option<Rect> {
    let find = |places: &[(MapRoot, Rect)], root| {
        places.iter().find(|&&(other, _)| other == root).map(|&(_, rect)| rect)
    };
    if let Some(tile) = find(&before.places, root) {
        return Some(tile);
    }
    let tile = find(places, before.root)?;
    let scale = vec2(room.width() / tile.width(), room.height() / tile.height());
    let begin = room.left_top() - (tile.left_top() - room.left_top()) * scale;
    Some(Rect::from_min_size(begin, room.size() * scale))
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
