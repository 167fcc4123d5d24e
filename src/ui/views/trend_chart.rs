//! The charts above a trend's table: the whole heap, and the containers that grew most.

use egui::{
    Align2, Color32, CornerRadius, FontId, Pos2, Rect, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2,
};

use crate::app::{AppState, Command};
use crate::model::{TrendLines, format};
use crate::ui::theme::Palette;

const HEIGHT: f32 = 150.0;
/// The room for the numbers of the snapshots below, and for a chart's name above.
const MARGIN: f32 = 20.0;
/// The room for names right of the containers' lines.
const NAMES: f32 = 190.0;

/// Draws both charts, once they are known.
pub(crate) fn trend_chart_ui(ui: &mut Ui, state: &AppState, _commands: &mut Vec<Command>) {
    let Some(chart) = state.trend_lines().filter(|chart| chart.totals.len() > 1) else { return };
    let palette = Palette::of(ui);
    let (area, response) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::HOVER);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, description(chart)));
    ui.painter().rect_filled(area, CornerRadius::ZERO, palette.background);
    let middle = area.left() + area.width() * 0.4;
    let total = [("Whole heap".to_owned(), chart.totals.clone())];
    let left = Plot { area: area.with_max_x(middle).shrink2(vec2(10.0, 2.0)), title: "Whole heap", chart };
    left.draw(ui, &total, &[palette.accent]);
    let right = area.with_min_x(middle).shrink2(vec2(10.0, 2.0));
    let right = Plot { area: right.with_max_x(right.right() - NAMES), title: "Containers", chart };
    right.draw(ui, &chart.containers, &palette.parts);
    right.name_lines(ui, &palette.parts);
    let Some(pointer) = response.hover_pos() else { return };
    let plot = if pointer.x < middle { &left } else { &right };
    if let Some(text) = plot.at(pointer) {
        response.on_hover_text_at_pointer(text);
    }
}

/// What a screen reader says.
fn description(chart: &TrendLines) -> String {
    let sizes: Vec<String> = chart.totals.iter().map(|&bytes| format::format_size(bytes)).collect();
    format!("Size of the heap in each snapshot: {}", sizes.join(", "))
}

/// One chart.
struct Plot<'a> {
    area: Rect,
    title: &'static str,
    chart: &'a TrendLines,
}

impl Plot<'_> {
    fn lines_area(&self) -> Rect {
        let area = self.area.with_min_y(self.area.top() + MARGIN);
        area.with_max_y(area.bottom() - MARGIN).shrink2(vec2(8.0, 2.0))
    }

    /// Where a snapshot stands.
    #[expect(clippy::cast_precision_loss, reason = "a few snapshots")]
    fn x(&self, at: usize) -> f32 {
        let area = self.lines_area();
        area.left() + area.width() * at as f32 / (self.chart.totals.len() - 1) as f32
    }

    fn draw(&self, ui: &Ui, lines: &[(String, Vec<u64>)], colors: &[Color32]) {
        let (palette, area) = (Palette::of(ui), self.lines_area());
        let font = FontId::proportional(11.0);
        let painter = ui.painter();
        painter.text(self.area.left_top(), Align2::LEFT_TOP, self.title, font.clone(), palette.muted);
        painter.hline(area.x_range(), area.bottom(), Stroke::new(1.0, palette.line));
        let highest = lines.iter().flat_map(|(_, bytes)| bytes).copied().max().unwrap_or(0).max(1);
        let text = format::format_size(highest);
        painter.text(self.area.right_top(), Align2::RIGHT_TOP, text, font.clone(), palette.muted);
        let is_crowded = self.chart.totals.len() > 12;
        for at in 0..self.chart.totals.len() {
            if !is_crowded || at == 0 || at + 1 == self.chart.totals.len() {
                let place = pos2(self.x(at), area.bottom() + 3.0);
                painter.text(place, Align2::CENTER_TOP, at + 1, font.clone(), palette.muted);
            }
            // Another process begins.
            if at > 0 && self.chart.processes.get(at) != self.chart.processes.get(at - 1) {
                let x = (self.x(at - 1) + self.x(at)) / 2.0;
                let ends = [pos2(x, area.top()), pos2(x, area.bottom())];
                painter.extend(Shape::dashed_line(&ends, Stroke::new(1.0, palette.warning), 3.0, 3.0));
            }
        }
        for ((_, bytes), &color) in lines.iter().zip(colors) {
            let y = |bytes: u64| area.bottom() - area.height() * format::share(bytes, highest);
            let points: Vec<Pos2> =
                bytes.iter().enumerate().map(|(at, &bytes)| pos2(self.x(at), y(bytes))).collect();
            for &point in &points {
                painter.circle_filled(point, 2.5, color);
            }
            painter.add(Shape::line(points, Stroke::new(1.5, color)));
        }
    }

    /// The names of the containers in the colours of their lines.
    fn name_lines(&self, ui: &Ui, colors: &[Color32]) {
        let palette = Palette::of(ui);
        let mut place = pos2(self.area.right() + 12.0, self.area.top() + MARGIN);
        for ((name, bytes), &color) in self.chart.containers.iter().zip(colors) {
            let last = bytes.last().map_or_else(String::new, |&bytes| format::format_size(bytes));
            let painter = ui.painter().with_clip_rect(Rect::from_min_size(place, vec2(NAMES - 14.0, 18.0)));
            painter.circle_filled(place + vec2(4.0, 8.0), 4.0, color);
            let text = format!("{last}  {name}");
            let font = FontId::proportional(12.0);
            painter.text(place + vec2(13.0, 1.0), Align2::LEFT_TOP, text, font, palette.text);
            place.y += 18.0;
        }
    }

    /// What is known of the snapshot that is nearest to the pointer.
    fn at(&self, pointer: Pos2) -> Option<String> {
        let distance = |at: &usize| (self.x(*at) - pointer.x).abs();
        let at = (0..self.chart.totals.len()).min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
        let mut text = format!(
            "{}. {}: {}",
            at + 1,
            self.chart.snapshots[at],
            format::format_size(self.chart.totals[at])
        );
        for (name, bytes) in &self.chart.containers {
            text.push_str(&format!("\n{name}: {}", format::format_size(bytes[at])));
        }
        Some(text)
    }
}
