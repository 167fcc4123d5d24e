//! The bars of a timeline, with a brush: what is drawn over shows in Summary what was allocated there.

use super::theme::Palette;
use crate::app::{Command, View};
use crate::model::{Timeline, format};
use egui::{Align2, CornerRadius, FontId, Id, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

/// How tall the bars may become.
const HEIGHT: f32 = 64.0;
/// The room of the axis below.
const AXIS: f32 = 16.0;
/// Marks on the axis.
const MARKS: u8 = 5;

/// Draws the bars; a range that is drawn over them becomes a filter of the Summary.
pub fn timeline_ui(ui: &mut Ui, timeline: &Timeline, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let size = vec2(ui.available_width(), HEIGHT + AXIS);
    let (whole, response) = ui.allocate_exact_size(size, Sense::DRAG | Sense::HOVER);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Allocation timeline"));
    let area = whole.shrink2(vec2(8.0, 0.0)).with_max_y(whole.bottom() - AXIS);
    bars(ui, timeline, area, palette);
    axis(ui, timeline, area, palette);
    let time = |x: f32| time_at(timeline, area, x);
    let begin_id = Id::unique("timeline brush");
    if response.drag_started() {
        let begin = ui.input(|input| input.pointer.press_origin()).map(|at| at.x);
        ui.data_mut(|data| data.insert_temp(begin_id, begin));
    }
    let begin: Option<f32> = ui.data(|data| data.get_temp::<Option<f32>>(begin_id)).flatten();
    let now = response.interact_pointer_pos().map(|at| at.x);
    if let (Some(begin), Some(now)) = (begin, now) {
        let (left, right) = (begin.min(now), begin.max(now));
        let brushed = Rect::from_x_y_ranges(left.max(area.left())..=right.min(area.right()), area.y_range());
        ui.painter().rect_filled(brushed, CornerRadius::ZERO, palette.accent.gamma_multiply(0.25));
        let bytes = timeline.live_bytes(time(left), time(right));
        response.show_tooltip_text(format!("{} of what was allocated here live", format::size(bytes)));
        if response.drag_stopped() {
            ui.data_mut(|data| data.insert_temp::<Option<f32>>(begin_id, None));
            if let Some(keep) = timeline.between(time(left), time(right)) {
                commands.push(Command::KeepObjects(keep));
                commands.push(Command::ShowView(View::Summary));
            }
        }
        return;
    }
    if let Some(hovered) = response.hover_pos() {
        let text = format!(
            "{} s\nDraw over a range to see in Summary what was allocated there and lives",
            seconds(time(hovered.x))
        );
        response.on_hover_text_at_pointer(text);
    }
}

fn bars(ui: &Ui, timeline: &Timeline, area: Rect, palette: &Palette) {
    ui.painter().rect_filled(area, CornerRadius::ZERO, palette.ground);
    let highest = timeline.bars.iter().map(|bar| bar.live_bytes).max().unwrap_or(0).max(1);
    for bar in timeline.bars.iter().filter(|bar| bar.live_bytes > 0) {
        let x = area.left() + area.width() * format::share(bar.time_us, timeline.length_us());
        let height = (area.height() * format::share(bar.live_bytes, highest)).max(1.0);
        let rect = Rect::from_min_max(pos2(x - 1.0, area.bottom() - height), pos2(x + 1.0, area.bottom()));
        ui.painter().rect_filled(rect, CornerRadius::ZERO, palette.accent);
    }
    let text = format::size(highest);
    let at = area.right_top() + vec2(-2.0, 2.0);
    ui.painter().text(at, Align2::RIGHT_TOP, text, FontId::proportional(11.0), palette.quiet);
}

fn axis(ui: &Ui, timeline: &Timeline, area: Rect, palette: &Palette) {
    for mark in 0..=MARKS {
        let part = f32::from(mark) / f32::from(MARKS);
        let time_us = timeline.length_us() / u64::from(MARKS) * u64::from(mark);
        let align = match mark {
            0 => Align2::LEFT_TOP,
            MARKS => Align2::RIGHT_TOP,
            _ => Align2::CENTER_TOP,
        };
        let at = pos2(area.left() + area.width() * part, area.bottom() + 2.0);
        let text = format!("{} s", seconds(time_us));
        ui.painter().text(at, align, text, FontId::proportional(11.0), palette.quiet);
    }
}

/// The moment below a place on the screen.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place between two pixels need not be exact"
)]
fn time_at(timeline: &Timeline, area: Rect, x: f32) -> u64 {
    let part = ((x - area.left()) / area.width().max(1.0)).clamp(0.0, 1.0);
    (f64::from(part) * timeline.length_us() as f64) as u64
}

/// Seconds with tenths.
fn seconds(time_us: u64) -> String {
    let tenths = time_us / 100_000;
    format!("{}.{}", tenths / 10, tenths % 10)
}
