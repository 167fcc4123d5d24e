//! Lines through three or more snapshots: the whole heap, and the containers that grow most.

use crate::app::{AppState, Command, View};
use crate::model::{ChartLine, TrendChart, format};
use crate::ui::theme::Palette;
use crate::ui::views::overview::bars::{one_line, text};
use crate::ui::views::overview::{card_ui, title_ui};
use egui::{
    Color32, CornerRadius, Label, Pos2, Rect, RichText, Role, Sense, Shape, Stroke, TextStyle, Ui,
    WidgetInfo, pos2, vec2,
};

/// The height of a chart's area.
const HEIGHT: f32 = 132.0;
/// The room of the sizes at the left.
const SCALE: f32 = 66.0;
/// Below this width the charts stand below each other.
const BESIDE: f32 = 760.0;
/// The height of a line of the legend.
const LEGEND: f32 = 20.0;

/// Draws the charts.
pub(super) fn chart_ui(
    ui: &mut Ui,
    state: &AppState,
    chart: Result<&TrendChart, &str>,
    commands: &mut Vec<Command>,
) {
    card_ui(ui, |ui| {
        title_ui(ui, "Through all snapshots");
        let palette = Palette::of(ui);
        let chart = match chart {
            Ok(chart) => chart,
            Err(problem) => {
                ui.add(Label::new(RichText::new(problem).color(palette.error)).wrap());
                return;
            }
        };
        if let Some(note) = &chart.note {
            ui.add(Label::new(RichText::new(format!("⚠ {note}")).color(palette.warning)).wrap());
        }
        ui.add(Label::new(RichText::new(&chart.sentence).color(palette.muted)).wrap());
        ui.add_space(4.0);
        let whole = [ChartLine { label: "Whole heap".to_owned(), bytes: chart.totals.clone(), object: None }];
        let colors = |at: usize| palette.parts[at % palette.parts.len()];
        let containers = |ui: &mut Ui, commands: &mut Vec<Command>| {
            lines_ui(ui, &chart.lines, &chart.names, colors);
            legend_ui(ui, state, chart, colors, commands);
        };
        if chart.lines.is_empty() {
            lines_ui(ui, &whole, &chart.names, |_| palette.bar);
        } else if ui.available_width() >= BESIDE {
            ui.columns_const(|[left, right]| {
                lines_ui(left, &whole, &chart.names, |_| palette.bar);
                containers(right, commands);
            });
        } else {
            lines_ui(ui, &whole, &chart.names, |_| palette.bar);
            containers(ui, commands);
        }
        let command = Command::ShowView(View::Trend);
        if ui.link("Show Trend").on_hover_text(command.tooltip()).clicked() {
            commands.push(command);
        }
    });
}

/// Draws lines over the snapshots, on a scale from 0.
fn lines_ui(ui: &mut Ui, lines: &[ChartLine], names: &[String], color: impl Fn(usize) -> Color32) {
    let palette = Palette::of(ui);
    let small = TextStyle::Small.resolve(ui.style());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT + 20.0), Sense::HOVER);
    let area = Rect::from_min_max(
        pos2(rect.left() + SCALE, rect.top() + 8.0),
        pos2(rect.right() - 14.0, rect.top() + HEIGHT),
    );
    let most = lines.iter().flat_map(|line| &line.bytes).copied().max().unwrap_or(0).max(1);
    for part in 0..=2_u8 {
        let y = area.bottom() - area.height() * f32::from(part) / 2.0;
        ui.painter().hline(area.x_range(), y, Stroke::new(1.0, palette.line));
        let label = text(ui, &format::format_size(most / 2 * u64::from(part)), palette.muted, SCALE - 8.0);
        let at = pos2(area.left() - 8.0 - label.size().x, y - label.size().y / 2.0);
        ui.painter().galley(at, label, palette.muted);
    }
    let count = names.len().max(2);
    #[expect(clippy::cast_precision_loss, reason = "a few snapshots")]
    let x = |at: usize| area.left() + area.width() * at as f32 / (count - 1) as f32;
    #[expect(clippy::cast_precision_loss, reason = "a few snapshots")]
    let room = area.width() / (count - 1) as f32 - 8.0;
    let first_and_last = if count == 2 { 0.5 } else { 2.0 / 3.0 };
    for (at, name) in names.iter().enumerate() {
        let label =
            one_line(ui, stem(name), small.clone(), palette.muted, (room * first_and_last).min(180.0));
        let width = label.size().x;
        let left = (x(at) - width / 2.0).clamp(area.left(), area.right() - width);
        ui.painter().galley(pos2(left, area.bottom() + 4.0), label, palette.muted);
    }
    for (number, line) in lines.iter().enumerate() {
        let place = |(at, &bytes): (usize, &u64)| {
            pos2(x(at), area.bottom() - area.height() * format::share(bytes, most))
        };
        let points: Vec<Pos2> = line.bytes.iter().enumerate().map(place).collect();
        for &point in &points {
            ui.painter().circle_filled(point, 3.0, color(number));
        }
        ui.painter().add(Shape::line(points, Stroke::new(2.0, color(number))));
    }
    let spoken: Vec<String> = lines.iter().map(spoken).collect();
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, spoken.join("; ")));
    if let Some(pointer) = response.hover_pos() {
        let nearest =
            (0..names.len()).min_by(|&a, &b| (x(a) - pointer.x).abs().total_cmp(&(x(b) - pointer.x).abs()));
        if let Some(at) = nearest {
            ui.painter().vline(x(at), area.y_range(), Stroke::new(1.0, palette.muted));
            let values = lines.iter().filter_map(|line| {
                Some(format!("{}: {}", line.label, format::format_size(*line.bytes.get(at)?)))
            });
            let text: Vec<String> = std::iter::once(names[at].clone()).chain(values).collect();
            response.show_tooltip_text(text.join("\n"));
        }
    }
}

/// A file's name without its extension, which all of them share.
fn stem(name: &str) -> &str {
    name.strip_suffix(".heapsnapshot").filter(|stem| !stem.is_empty()).unwrap_or(name)
}

/// `leaks: 32 B → 407 kB`.
fn spoken(line: &ChartLine) -> String {
    let sizes: Vec<String> = line.bytes.iter().map(|&bytes| format::format_size(bytes)).collect();
    format!("{}: {}", line.label, sizes.join(" → "))
}

/// What the colours of the containers mean.
fn legend_ui(
    ui: &mut Ui,
    state: &AppState,
    chart: &TrendChart,
    color: impl Fn(usize) -> Color32,
    commands: &mut Vec<Command>,
) {
    let last = state.by_age().last().copied();
    for (at, line) in chart.lines.iter().enumerate() {
        ui.horizontal(|ui| {
            ui.set_min_height(LEGEND);
            let (rect, _) = ui.allocate_exact_size(vec2(9.0, 9.0), Sense::HOVER);
            ui.painter().rect_filled(rect, CornerRadius::same(2), color(at));
            let bytes = line.bytes.last().copied().unwrap_or(0);
            let owner = ui.add(egui::Link::new(&line.label)).on_hover_text(spoken(line));
            if let (true, Some(file), Some(object)) = (owner.clicked(), last, line.object) {
                commands.push(Command::Inspect(file, object));
            }
            ui.label(RichText::new(format::format_size(bytes)).color(Palette::of(ui).muted));
        });
    }
}
