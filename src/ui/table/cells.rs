//! What stands in a cell: painted, not laid out, so that thousands of cells cost next to nothing.

use crate::model::{Align, Cell, Disclosure, Row, format};
use crate::ui::theme::Palette;
use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{
    Align2, Color32, CornerRadius, FontId, Galley, Pos2, Rect, Shape, Stroke, TextStyle, Ui, pos2, vec2,
};
use std::sync::Arc;

/// How far a row stands to the right of its parent.
const INDENT: f32 = 14.0;
/// The room of the triangle.
pub const TRIANGLE: f32 = 16.0;
/// Space at both ends of a cell.
pub const PADDING: f32 = 6.0;
/// The room of the arrow in the head of the column that rows are sorted by.
pub const ARROW: f32 = 8.0;
/// Narrower cells leave the share out.
const SHARE_FROM: f32 = 104.0;
/// The room of a percentage.
const PERCENT: f32 = 44.0;

/// A name that stands in its cell.
pub struct PaintedName {
    /// Its letters; cut where there was no room.
    pub galley: Arc<Galley>,
    /// Where they begin: right of the triangle's room.
    pub begin: Pos2,
}

/// Draws indent, triangle and name.
pub fn paint_name(ui: &Ui, row: &Row, palette: &Palette) -> PaintedName {
    let rect = ui.max_rect();
    #[expect(clippy::cast_precision_loss, reason = "a depth beyond the room is cut below")]
    let indent = (row.depth as f32 * INDENT).min((rect.width() - 120.0).max(0.0));
    let start = rect.left() + PADDING / 2.0 + indent;
    let center = pos2(start + TRIANGLE / 2.0, rect.center().y);
    let painter = ui.painter();
    match row.disclosure {
        Disclosure::Leaf => {}
        Disclosure::Closed => {
            painter.add(triangle(center, 4.0, Pointing::Right, palette.quiet));
        }
        Disclosure::Open => {
            painter.add(triangle(center, 4.0, Pointing::Down, palette.quiet));
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
            (span.text.as_str(), if row.is_dimmed { palette.quiet } else { color })
        })
        .collect();
    let galley = clipped(ui, &spans, rect.right() - PADDING - left);
    let begin = pos2(left, rect.center().y - galley.size().y / 2.0);
    painter.galley(begin, Arc::clone(&galley), palette.text);
    PaintedName { galley, begin }
}

/// Draws a number, its share of the whole and the bar behind.
pub fn paint_cell(ui: &Ui, cell: &Cell, align: Align, is_dimmed: bool, palette: &Palette) {
    let rect = ui.max_rect();
    let painter = ui.painter();
    if !cell.bars.is_empty() {
        return paint_bars(ui, &cell.bars, palette);
    }
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

/// Draws a bar for every number, the largest as tall as the row.
fn paint_bars(ui: &Ui, bars: &[u64], palette: &Palette) {
    const WIDEST: f32 = 14.0;
    let area = ui.max_rect().shrink2(vec2(PADDING, 4.0));
    #[expect(clippy::cast_precision_loss, reason = "a few dozen snapshots")]
    let step = (area.width() / bars.len() as f32).min(WIDEST);
    let most = bars.iter().copied().max().unwrap_or(0);
    let mut left = area.left();
    for &bytes in bars {
        let height = (area.height() * format::share(bytes, most)).max(1.0);
        let bar = Rect::from_min_max(
            pos2(left, area.bottom() - height),
            pos2(left + (step - 1.0).max(1.0), area.bottom()),
        );
        ui.painter().rect_filled(bar, CornerRadius::ZERO, palette.accent);
        left += step;
    }
}

fn font(ui: &Ui) -> FontId {
    TextStyle::Body.resolve(ui.style())
}

/// Text in one line, cut with an ellipsis where `room` ends.
pub fn clipped(ui: &Ui, spans: &[(&str, Color32)], room: f32) -> Arc<Galley> {
    let mut job = LayoutJob { wrap: TextWrapping::truncate_at_width(room.max(1.0)), ..LayoutJob::default() };
    for &(text, color) in spans {
        job.append(text, 0.0, TextFormat { font_id: font(ui), color, ..TextFormat::default() });
    }
    ui.painter().layout_job(job)
}

/// Where a small triangle points.
#[derive(Clone, Copy)]
pub enum Pointing {
    /// To the top.
    Up,
    /// To the bottom.
    Down,
    /// To the right.
    Right,
}

/// A triangle around `center`, `size` to each side.
pub fn triangle(center: Pos2, size: f32, pointing: Pointing, color: Color32) -> Shape {
    let corners = match pointing {
        Pointing::Up => [vec2(0.0, -size * 0.8), vec2(size, size * 0.8), vec2(-size, size * 0.8)],
        Pointing::Down => [vec2(-size, -size * 0.8), vec2(size, -size * 0.8), vec2(0.0, size * 0.8)],
        Pointing::Right => [vec2(-size * 0.8, -size), vec2(size * 0.8, 0.0), vec2(-size * 0.8, size)],
    };
    Shape::convex_polygon(corners.map(|corner| center + corner).to_vec(), color, Stroke::NONE)
}
