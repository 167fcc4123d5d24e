//! Labelled bars: the picture of a card.

use crate::app::{Command, FileId};
use crate::model::OverviewBar;
use crate::ui::theme::Palette;
use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{Color32, CornerRadius, FontId, Galley, Rect, Role, Sense, TextStyle, Ui, WidgetInfo, pos2, vec2};
use std::sync::Arc;

/// The height of a row of a card.
pub(super) const ROW: f32 = 27.0;
/// The height of the bar in it.
const BAR: f32 = 5.0;
/// The height of a row that has its bar beside its label.
const WIDE_ROW: f32 = 22.0;
/// The part of a wide row that the label takes at most, and in points.
const LABEL: (f32, f32) = (0.42, 430.0);
/// The room of the number in a wide row.
const NUMBER: f32 = 118.0;

/// Draws bars below their labels: for narrow cards.
pub(super) fn bars_ui(ui: &mut Ui, file: FileId, bars: &[OverviewBar], commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    ui.spacing_mut().item_spacing.y = 0.0;
    for bar in bars {
        let Some(rect) = row_ui(ui, file, bar, ROW, commands) else { continue };
        let middle = rect.bottom() - BAR - 5.0;
        let number = text(ui, &bar.number, palette.muted, f32::INFINITY);
        let room = rect.width() - number.size().x - 10.0;
        let label = text(ui, &bar.label, palette.text, room);
        let baseline = middle - 2.0 - label.size().y.max(number.size().y);
        ui.painter().galley(pos2(rect.left(), baseline), label, palette.text);
        let left = rect.right() - number.size().x;
        ui.painter().galley(pos2(left, baseline), number, palette.muted);
        let track = Rect::from_min_size(pos2(rect.left(), middle), vec2(rect.width(), BAR));
        fill(ui, track, bar.length, palette.bar);
    }
}

/// Draws bars beside their labels: for a card as wide as the page.
pub(super) fn wide_bars_ui(ui: &mut Ui, file: FileId, bars: &[OverviewBar], commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    ui.spacing_mut().item_spacing.y = 0.0;
    for bar in bars {
        let Some(rect) = row_ui(ui, file, bar, WIDE_ROW, commands) else { continue };
        let label_width = (rect.width() * LABEL.0).min(LABEL.1);
        let label = text(ui, &bar.label, palette.text, label_width - 10.0);
        let number = text(ui, &bar.number, palette.muted, NUMBER);
        let top = |galley: &Galley| rect.center().y - galley.size().y / 2.0;
        let at = pos2(rect.left(), top(&label));
        ui.painter().galley(at, label, palette.text);
        let at = pos2(rect.right() - number.size().x, top(&number));
        ui.painter().galley(at, number, palette.muted);
        let track = Rect::from_min_max(
            pos2(rect.left() + label_width, rect.center().y - 6.0),
            pos2(rect.right() - NUMBER, rect.center().y + 6.0),
        );
        fill(ui, track, bar.length, palette.bar);
    }
}

/// The place of a row, which selects its object when it is clicked; `None` out of sight.
fn row_ui(
    ui: &mut Ui,
    file: FileId,
    bar: &OverviewBar,
    height: f32,
    commands: &mut Vec<Command>,
) -> Option<Rect> {
    let sense = if bar.object.is_some() { Sense::CLICK } else { Sense::HOVER };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), sense);
    let role = if bar.object.is_some() { Role::Button } else { Role::Label };
    response.widget_info(|| WidgetInfo::labeled(role, true, format!("{}, {}", bar.label, bar.number)));
    if response.clicked() {
        commands.extend(bar.object.map(|object| Command::Inspect(file, object)));
    }
    let is_marked = bar.object.is_some() && (response.hovered() || response.has_focus());
    if is_marked && ui.is_rect_visible(rect) {
        let palette = Palette::of(ui);
        ui.painter().rect_filled(rect.expand2(vec2(6.0, 0.0)), CornerRadius::same(3), palette.hovered);
    }
    response.on_hover_text(&bar.hover);
    ui.is_rect_visible(rect).then_some(rect)
}

/// A bar on its track.
fn fill(ui: &Ui, track: Rect, length: f32, color: Color32) {
    let palette = Palette::of(ui);
    let radius = CornerRadius::same(2);
    ui.painter().rect_filled(track, radius, palette.track);
    let width = (track.width() * length.clamp(0.0, 1.0)).max(2.0).min(track.width());
    ui.painter().rect_filled(Rect::from_min_size(track.min, vec2(width, track.height())), radius, color);
}

/// One line of text, cut where there is no room.
pub(super) fn text(ui: &Ui, text: &str, color: Color32, room: f32) -> Arc<Galley> {
    one_line(ui, text, TextStyle::Body.resolve(ui.style()), color, room)
}

/// The same in a font.
pub(super) fn one_line(ui: &Ui, text: &str, font: FontId, color: Color32, room: f32) -> Arc<Galley> {
    let mut job = LayoutJob::single_section(text.to_owned(), TextFormat::simple(font, color));
    job.wrap = TextWrapping::truncate_at_width(room.max(10.0));
    ui.painter().layout_job(job)
}
