//! The content of a cell: painted, not laid out, so that thousands of cells cost next to nothing.

use crate::model::{Align, Cell, Disclosure, ObjectKind, Row, Span, Tone, format};
use crate::ui::theme::Palette;
use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{
    Align2, Color32, CornerRadius, FontId, Galley, Pos2, Rect, Shape, Stroke, TextStyle, Ui, pos2, vec2,
};
use std::ops::RangeInclusive;
use std::sync::Arc;

/// How far a row stands to the right of its parent.
const INDENT: f32 = 14.0;
/// The room of the triangle.
pub(crate) const TRIANGLE: f32 = 16.0;
/// Space at both ends of a cell.
pub(crate) const PADDING: f32 = 6.0;
/// The room of the arrow in the head of the column that rows are sorted by.
pub(crate) const ARROW: f32 = 8.0;
/// Narrower cells have a line below the number instead of the percentage.
const SHARE_FROM: f32 = 104.0;
/// The room of a percentage.
const PERCENT: f32 = 44.0;
/// The room of a size, which is never cut for a bar.
const SIZE: f32 = 64.0;
/// The narrowest and the widest bar between size and percentage.
const BAR: RangeInclusive<f32> = 20.0..=160.0;
/// The height of a bar between two numbers, and of one below them.
const BAR_HEIGHT: (f32, f32) = (8.0, 2.5);

/// The part of a name's room that the place of its code may take, and what stands between the two.
const PLACE: f32 = 0.5;
/// The room of a name from which on there is some for the place.
const PLACE_FROM: f32 = 150.0;
const PLACE_GAP: f32 = 10.0;

/// The room of the glyph of an object's kind.
const GLYPH: f32 = 20.0;

/// Draws the glyph of the object's kind, and returns the room that it takes.
fn glyph_width(ui: &Ui, row: &Row, middle: Pos2, palette: &Palette) -> f32 {
    let Some(kind) = row.kind else { return 0.0 };
    let (glyph, tone) = match kind {
        ObjectKind::Function => ("ƒ", Tone::Function),
        ObjectKind::Array => ("[]", Tone::Value),
        ObjectKind::Map => ("⇒", Tone::Value),
        ObjectKind::Text => ("\"\"", Tone::StringText),
        ObjectKind::Value => ("#", Tone::Value),
        ObjectKind::Element => ("<>", Tone::Property),
        ObjectKind::Scope => ("{}", Tone::Property),
        ObjectKind::Native => ("◆", Tone::Quiet),
        ObjectKind::Internal => ("·", Tone::Quiet),
        ObjectKind::Object => ("○", Tone::Quiet),
    };
    let color = if row.is_dimmed { palette.muted } else { palette.tone(tone) };
    let center = pos2(middle.x + GLYPH / 2.0 - 2.0, middle.y);
    ui.painter().text(center, Align2::CENTER_CENTER, glyph, FontId::monospace(10.0), color);
    GLYPH
}

/// A name painted in its cell.
pub(crate) struct PaintedName {
    /// Its letters; cut where there was no room.
    pub galley: Arc<Galley>,
    /// Where they begin: right of the triangle's room, and of the glyph's.
    pub begin: Pos2,
    /// Where the triangle's room ends.
    pub triangle_end: f32,
}

/// Draws indent, triangle and name.
pub(crate) fn paint_name(ui: &Ui, row: &Row, palette: &Palette) -> PaintedName {
    let rect = ui.max_rect();
    #[expect(clippy::cast_precision_loss, reason = "a depth beyond the room is cut below")]
    let indent = (row.depth as f32 * INDENT).min((rect.width() - 120.0).max(0.0));
    let start = rect.left() + PADDING / 2.0 + indent;
    let center = pos2(start + TRIANGLE / 2.0, rect.center().y);
    let painter = ui.painter();
    match row.disclosure {
        Disclosure::Leaf => {}
        Disclosure::Closed => {
            painter.add(triangle(center, 4.0, Pointing::Right, palette.muted));
        }
        Disclosure::Open => {
            painter.add(triangle(center, 4.0, Pointing::Down, palette.muted));
        }
        Disclosure::Busy => {
            painter.text(center, Align2::CENTER_CENTER, "…", font(ui), palette.muted);
        }
    }
    let left = start + TRIANGLE + glyph_width(ui, row, pos2(start + TRIANGLE, rect.center().y), palette);
    let room = rect.right() - PADDING - left;
    // A place is shown whole or, where the name needs the room, not at all.
    let place = row.place_text().filter(|_| room >= PLACE_FROM);
    let place = place.map(|text| clipped(ui, &[(text, palette.muted)], room));
    let place = place.filter(|place| place.size().x <= room * PLACE);
    let place_room = place.as_ref().map_or(0.0, |place| place.size().x + PLACE_GAP);
    let mut job = one_line(room - place_room);
    for span in &row.name {
        let color = if row.is_dimmed { palette.muted } else { palette.tone(span.tone) };
        job.append(&span.text, 0.0, TextFormat::simple(span_font(ui, span), color));
    }
    let galley = ui.painter().layout_job(job);
    let begin = pos2(left, rect.center().y - galley.size().y / 2.0);
    painter.galley(begin, Arc::clone(&galley), palette.text);
    if let Some(place) = place {
        let at = pos2(left + galley.size().x + PLACE_GAP, rect.center().y - place.size().y / 2.0);
        painter.galley(at, place, palette.muted);
    }
    PaintedName { galley, begin, triangle_end: start + TRIANGLE }
}

/// Draws a number with a bar for its share of the whole; a change is red where it grows, green where it
/// shrinks.
pub(crate) fn paint_cell(ui: &Ui, cell: &Cell, align: Align, is_dimmed: bool, palette: &Palette) {
    let rect = ui.max_rect();
    let painter = ui.painter();
    if !cell.bars.is_empty() {
        return paint_bars(ui, &cell.bars, palette);
    }
    let change = change_tone(&cell.text).map(|tone| palette.tone(tone));
    let mut right = rect.right() - PADDING;
    if let Some(share) = cell.share {
        let bar = change.unwrap_or(palette.bar);
        if rect.width() >= SHARE_FROM {
            let (place, percent) = (pos2(right, rect.center().y), format::percent(share));
            painter.text(place, Align2::RIGHT_CENTER, percent, font(ui), palette.muted);
            right -= PERCENT;
            let width = right - rect.left() - SIZE - 2.0 * PADDING;
            if width >= *BAR.start() {
                let left = right - width.min(*BAR.end());
                let zone = Rect::from_x_y_ranges(left..=right, rect.y_range());
                paint_share(ui, zone.shrink2(vec2(0.0, (zone.height() - BAR_HEIGHT.0) / 2.0)), share, bar);
                right = left - PADDING;
            }
        } else {
            let zone = rect.shrink2(vec2(PADDING, 0.0));
            let below = zone.with_max_y(rect.bottom() - 1.0).with_min_y(rect.bottom() - 1.0 - BAR_HEIGHT.1);
            paint_share(ui, below, share, bar);
        }
    }
    let color = if is_dimmed { palette.muted } else { change.unwrap_or(palette.text) };
    let galley = clipped(ui, &[(cell.text.as_str(), color)], right - rect.left() - PADDING);
    let x = match align {
        Align::Left => rect.left() + PADDING,
        Align::Right => right - galley.size().x,
    };
    painter.galley(pos2(x, rect.center().y - galley.size().y / 2.0), galley, color);
}

/// Which way a number with a sign goes.
fn change_tone(text: &str) -> Option<Tone> {
    let mut letters = text.chars();
    let sign = letters.next()?;
    let is_number = letters.next().is_some_and(|next| next.is_ascii_digit());
    match sign {
        '+' if is_number => Some(Tone::Grown),
        '-' | '−' if is_number => Some(Tone::Shrunk),
        _ => None,
    }
}

/// Draws a part of a whole; the smallest part is still seen.
fn paint_share(ui: &Ui, zone: Rect, share: f32, color: Color32) {
    let radius = CornerRadius::same(2);
    ui.painter().rect_filled(zone, radius, Palette::of(ui).track);
    if share > 0.0 {
        let width = (zone.width() * share.min(1.0)).max(1.0);
        ui.painter().rect_filled(zone.with_max_x(zone.left() + width), radius, color);
    }
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

/// Code and ids in the face of code, the rest as text.
fn span_font(ui: &Ui, span: &Span) -> FontId {
    let is_code = match span.tone {
        Tone::Property | Tone::StringText | Tone::Value | Tone::Function => true,
        Tone::Quiet => span.text.trim_start().starts_with('@'),
        _ => false,
    };
    if is_code { TextStyle::Monospace.resolve(ui.style()) } else { font(ui) }
}

/// One line, cut with an ellipsis where `room` ends.
fn one_line(room: f32) -> LayoutJob {
    LayoutJob { wrap: TextWrapping::truncate_at_width(room.max(1.0)), ..LayoutJob::default() }
}

/// Text in one line, cut with an ellipsis where `room` ends.
pub(crate) fn clipped(ui: &Ui, spans: &[(&str, Color32)], room: f32) -> Arc<Galley> {
    let mut job = one_line(room);
    for &(text, color) in spans {
        job.append(text, 0.0, TextFormat::simple(font(ui), color));
    }
    ui.painter().layout_job(job)
}

/// Where a small triangle points.
#[derive(Clone, Copy)]
pub(crate) enum Pointing {
    /// To the top.
    Up,
    /// To the bottom.
    Down,
    /// To the right.
    Right,
}

/// A triangle around `center`, `size` to each side.
pub(crate) fn triangle(center: Pos2, size: f32, pointing: Pointing, color: Color32) -> Shape {
    let corners = match pointing {
        Pointing::Up => [vec2(0.0, -size * 0.8), vec2(size, size * 0.8), vec2(-size, size * 0.8)],
        Pointing::Down => [vec2(-size, -size * 0.8), vec2(size, -size * 0.8), vec2(0.0, size * 0.8)],
        Pointing::Right => [vec2(-size * 0.8, -size), vec2(size * 0.8, 0.0), vec2(-size * 0.8, size)],
    };
    Shape::convex_polygon(corners.map(|corner| center + corner).to_vec(), color, Stroke::NONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_number_with_a_sign_is_a_change() {
        assert_eq!(change_tone("+1.2 MB"), Some(Tone::Grown));
        assert_eq!(change_tone("−13"), Some(Tone::Shrunk));
        for plain in ["", "0", "12", "–", "+", "−", "– → 3", "+∞", "-x"] {
            assert_eq!(change_tone(plain), None, "{plain}");
        }
    }
}
