//! The bars of a timeline, bytes that live above and objects, living and freed, below; with a brush: what is drawn
//! over shows in Summary what was allocated there.

use crate::app::{AppState, Command, View};
use crate::model::{AllocationTimeline, Bar, format};
use crate::snapshot::SampleObjects;
use crate::ui::theme::Palette;
use egui::{Align2, CornerRadius, FontId, Id, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

/// How tall the bars may become.
const HEIGHT: f32 = 72.0;
/// The room above them, for what is higher.
const HEADROOM: f32 = 14.0;
/// How tall the bars of objects become, and the space above them.
const OBJECTS: f32 = 26.0;
const GAP: f32 = 5.0;
/// The room of the axis below.
const AXIS: f32 = 20.0;
/// Marks on the axis.
const MARKS: u8 = 5;
/// What the bars are for.
const HINT: &str = "Draw over the bars: Summary then shows what was allocated there and still lives";

/// Draws the bars once they are known; a range that is drawn over them becomes a filter of the Summary.
pub(crate) fn timeline_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let Some(timeline) = state.timeline() else { return };
    let palette = Palette::of(ui);
    let size = vec2(ui.available_width(), HEIGHT + GAP + OBJECTS + AXIS);
    let (whole, response) = ui.allocate_exact_size(size, Sense::DRAG | Sense::HOVER);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Allocation timeline"));
    let zone = whole.shrink2(vec2(8.0, 0.0)).with_max_y(whole.bottom() - AXIS);
    ui.painter().rect_filled(zone.expand2(vec2(8.0, 0.0)), CornerRadius::ZERO, palette.background);
    let area = zone.with_max_y(zone.bottom() - OBJECTS - GAP);
    bars(ui, timeline, area, palette);
    objects(ui, timeline, zone.with_min_y(zone.bottom() - OBJECTS), palette);
    axis(ui, timeline, zone, palette);
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
        let brushed = Rect::from_x_y_ranges(left.max(zone.left())..=right.min(zone.right()), zone.y_range());
        ui.painter().rect_filled(brushed, CornerRadius::ZERO, palette.accent.gamma_multiply(0.25));
        let bytes = timeline.live_bytes(time(left), time(right));
        let (from, to) = (seconds(time(left)), seconds(time(right)));
        let counts = counts_text(timeline.objects(time(left), time(right)));
        response.show_tooltip_text(format!(
            "{from} s to {to} s: {} allocated here still live\n{counts}",
            format::format_size(bytes)
        ));
        if response.drag_stopped() {
            ui.data_mut(|data| data.insert_temp::<Option<f32>>(begin_id, None));
            if let Some(keep) = timeline.between(time(left), time(right)) {
                commands.push(Command::SetFilterPreset(keep));
                commands.push(Command::ShowView(View::Summary));
            }
        }
        return;
    }
    let hovered = response.hover_pos().and_then(|at| nearest(timeline, area, at.x));
    if let Some(bar) = hovered {
        let counts = counts_text(bar.objects);
        let bytes = format::exact_bytes(bar.live_bytes);
        let text = format!("{} s: {bytes} live\n{counts}", seconds(bar.time_us));
        response.on_hover_text_at_pointer(text);
    }
}

fn bars(ui: &Ui, timeline: &AllocationTimeline, area: Rect, palette: &Palette) {
    let painter = ui.painter();
    painter.hline(area.x_range(), area.bottom() + 0.5, Stroke::new(1.0, palette.line));
    let highest = highest(timeline);
    let room = area.with_min_y(area.top() + HEADROOM);
    let width = width(timeline, area);
    for bar in timeline.bars.iter().filter(|bar| bar.live_bytes > 0) {
        let left = place_of(timeline, area, bar).min(area.right() - width);
        let height = (room.height() * format::share(bar.live_bytes, highest)).max(2.0);
        let is_cut = height > room.height();
        let top = if is_cut { area.top() } else { room.bottom() - height };
        let rect = Rect::from_min_max(pos2(left, top), pos2(left + width, area.bottom()));
        painter.rect_filled(rect, CornerRadius::ZERO, palette.accent);
        if is_cut {
            // It goes on beyond the room.
            let gap = Rect::from_x_y_ranges(rect.x_range(), room.top() - 4.0..=room.top() - 1.0);
            painter.rect_filled(gap.expand2(vec2(1.0, 0.0)), CornerRadius::ZERO, palette.background);
            let text = format!("{} from before the recording", format::format_size(bar.live_bytes));
            let at = pos2(rect.right() + 4.0, area.top() + 2.0);
            painter.text(at, Align2::LEFT_TOP, text, FontId::proportional(11.0), palette.muted);
        }
    }
    let text = format::format_size(highest);
    let at = area.right_top() + vec2(-2.0, 2.0);
    painter.text(at, Align2::RIGHT_TOP, text, FontId::proportional(11.0), palette.muted);
    let at = area.center_top() + vec2(0.0, 2.0);
    painter.text(at, Align2::CENTER_TOP, HINT, FontId::proportional(11.0), palette.muted);
}

/// Draws for each sample the objects that there were: those that live in colour, those that were freed in grey.
fn objects(ui: &Ui, timeline: &AllocationTimeline, area: Rect, palette: &Palette) {
    let painter = ui.painter();
    painter.hline(area.x_range(), area.bottom() + 0.5, Stroke::new(1.0, palette.line));
    let width = width(timeline, area);
    // How many had died before the recording began is not known.
    let bars = timeline.bars.get(1..).unwrap_or_default();
    let most = bars.iter().map(|bar| bar.objects.all).max().unwrap_or(0).max(1);
    for bar in bars.iter().filter(|bar| bar.objects.all > 0) {
        let left = place_of(timeline, area, bar).min(area.right() - width);
        let height = |count| (area.height() * format::share(count, most)).max(1.0);
        let column = Rect::from_x_y_ranges(left..=left + width, area.y_range());
        let all = column.with_min_y(area.bottom() - height(bar.objects.all));
        painter.rect_filled(all, CornerRadius::ZERO, palette.muted.gamma_multiply(0.6));
        if bar.objects.live > 0 {
            let live = column.with_min_y(area.bottom() - height(bar.objects.live));
            painter.rect_filled(live, CornerRadius::ZERO, palette.accent);
        }
    }
    let font = FontId::proportional(11.0);
    let at = area.right_top() + vec2(-2.0, 1.0);
    let freed = painter.text(at, Align2::RIGHT_TOP, "objects freed", font.clone(), palette.muted);
    painter.text(freed.left_top() - vec2(8.0, 0.0), Align2::RIGHT_TOP, "live", font, palette.accent);
}

/// What died before any sample saw it is in no count, as in Chrome's own timeline.
fn counts_text(objects: SampleObjects) -> String {
    let freed = objects.all - objects.live;
    format!(
        "{} objects seen alive, {} of them freed since",
        format::format_count(objects.all),
        format::format_count(freed)
    )
}

/// The width of a bar.
fn width(timeline: &AllocationTimeline, area: Rect) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a few thousand bars")]
    let step = area.width() / timeline.bars.len() as f32;
    (step * 0.6).clamp(2.0, 10.0)
}

/// What the height of the room stands for: the first bar is the heap as it was when recording began, and
/// would leave nothing to see of the others.
fn highest(timeline: &AllocationTimeline) -> u64 {
    let later = timeline.bars.iter().skip(1).map(|bar| bar.live_bytes).max().filter(|&bytes| bytes > 0);
    later.or_else(|| timeline.bars.first().map(|bar| bar.live_bytes)).unwrap_or(0).max(1)
}

/// The left edge of a bar.
fn place_of(timeline: &AllocationTimeline, area: Rect, bar: &Bar) -> f32 {
    area.left() + area.width() * format::share(bar.time_us, timeline.length_us())
}

/// The bar nearest to a place on the screen.
fn nearest(timeline: &AllocationTimeline, area: Rect, x: f32) -> Option<&Bar> {
    let apart = |bar: &&Bar| (place_of(timeline, area, bar) - x).abs();
    timeline.bars.iter().min_by(|a, b| apart(a).total_cmp(&apart(b)))
}

fn axis(ui: &Ui, timeline: &AllocationTimeline, area: Rect, palette: &Palette) {
    for mark in 0..=MARKS {
        let part = f32::from(mark) / f32::from(MARKS);
        let time_us = timeline.length_us() / u64::from(MARKS) * u64::from(mark);
        let align = match mark {
            0 => Align2::LEFT_TOP,
            MARKS => Align2::RIGHT_TOP,
            _ => Align2::CENTER_TOP,
        };
        let at = pos2(area.left() + area.width() * part, area.bottom() + 4.0);
        let text = format!("{} s", seconds(time_us));
        ui.painter().text(at, align, text, FontId::proportional(11.0), palette.muted);
    }
}

/// The moment below a place on the screen.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place between two pixels need not be exact"
)]
fn time_at(timeline: &AllocationTimeline, area: Rect, x: f32) -> u64 {
    let part = ((x - area.left()) / area.width().max(1.0)).clamp(0.0, 1.0);
    (f64::from(part) * timeline.length_us() as f64) as u64
}

/// Seconds with tenths.
fn seconds(time_us: u64) -> String {
    let tenths = time_us / 100_000;
    format!("{}.{}", tenths / 10, tenths % 10)
}
