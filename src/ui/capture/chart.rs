//! The heap of a running program over time, with a mark for each capture.

use std::time::{Duration, Instant};

use egui::{Align2, CornerRadius, FontId, Rect, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

use crate::app::HeapMoment;
use crate::model::format;
use crate::ui::theme::Palette;

const HEIGHT: f32 = 72.0;
/// The room of the line of text above the curve.
const HEADROOM: f32 = 14.0;
/// The least time that the width stands for.
const SHORTEST: Duration = Duration::from_secs(30);

/// Draws the chart.
pub(super) fn heap_chart_ui(ui: &mut Ui, history: &[HeapMoment], marks: &[Instant]) {
    let palette = Palette::of(ui);
    let (area, response) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::HOVER);
    ui.painter().rect_filled(area, CornerRadius::same(3), palette.background);
    let (Some(first), Some(last)) = (history.first(), history.last()) else { return };
    let text = format!("Heap used: {}", format::format_size(last.used));
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &text));
    let highest = history.iter().map(|moment| moment.used).max().unwrap_or(1).max(1);
    let span = last.at.duration_since(first.at).max(SHORTEST);
    let inner = area.shrink2(vec2(4.0, 4.0));
    let inner = inner.with_min_y(inner.top() + HEADROOM);
    let x = |at: Instant| {
        let left = last.at.saturating_duration_since(at);
        inner.right() - inner.width() * (left.as_secs_f32() / span.as_secs_f32())
    };
    let y = |used: u64| inner.bottom() - inner.height() * 0.95 * format::share(used, highest);
    for &mark in marks.iter().filter(|&&mark| x(mark) >= inner.left()) {
        ui.painter().vline(x(mark), inner.y_range(), Stroke::new(1.0, palette.accent));
    }
    let points = history.iter().map(|moment| pos2(x(moment.at), y(moment.used))).collect();
    ui.painter().add(Shape::line(points, Stroke::new(1.5, palette.bar)));
    for (at, place, text) in [
        (
            Align2::LEFT_TOP,
            area.left_top() + vec2(4.0, 2.0),
            format!("at most {}", format::format_size(highest)),
        ),
        (Align2::RIGHT_TOP, area.right_top() + vec2(-4.0, 2.0), format!("last {} s", span.as_secs())),
    ] {
        ui.painter().text(place, at, text, FontId::proportional(11.0), palette.muted);
    }
    hover_ui(response, history, x, inner);
}

/// The heap at the moment under the pointer.
fn hover_ui(response: egui::Response, history: &[HeapMoment], x: impl Fn(Instant) -> f32, inner: Rect) {
    let Some(pointer) = response.hover_pos().filter(|at| inner.contains(*at)) else { return };
    let distance = |moment: &&HeapMoment| (x(moment.at) - pointer.x).abs();
    if let Some(nearest) = history.iter().min_by(|a, b| distance(a).total_cmp(&distance(b))) {
        let seconds = nearest.at.elapsed().as_secs();
        response
            .on_hover_text_at_pointer(format!("{} used, {seconds} s ago", format::format_size(nearest.used)));
    }
}
