//! Suspects as cards: who, how much, a line through the snapshots, the line of code and where to go.

use crate::app::{AppState, Command, FileId, View};
use crate::model::{CodeExcerpt, Suspect, SuspectsReport, Tone, format};
use crate::ui::fonts::strong;
use crate::ui::theme::Palette;
use crate::ui::views::overview::bars::one_line;
use crate::ui::views::overview::{card_ui, quiet_ui, title_ui};
use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{
    Button, CornerRadius, Label, Margin, RichText, Role, Sense, Shape, Stroke, TextStyle, Ui, WidgetInfo,
    pos2, vec2,
};

/// Cards of suspects; the others are a click away.
const CARDS: usize = 4;
/// The size of a line through the snapshots.
const SPARK: [f32; 2] = [96.0, 30.0];

/// Draws whom growth accuses, and what also grew.
pub(super) fn growth_suspects_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    match state.suspects_of_growth() {
        None => quiet_ui(ui, "Looking for suspects…"),
        Some(Err(problem)) => quiet_ui(ui, problem),
        Some(Ok(report)) => {
            report_ui(ui, state, report, commands);
            also_ui(ui, state, report, commands);
        }
    }
}

/// Draws who holds much of a heap by itself.
pub(super) fn heap_suspects_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    match state.suspects_of_heap() {
        None => quiet_ui(ui, "Looking for suspects…"),
        Some(Err(problem)) => quiet_ui(ui, problem),
        Some(Ok(report)) => report_ui(ui, state, report, commands),
    }
}

fn report_ui(ui: &mut Ui, state: &AppState, report: &SuspectsReport, commands: &mut Vec<Command>) {
    let Some(file) = state.current else { return };
    let palette = Palette::of(ui);
    ui.add(Label::new(RichText::new(&report.verdict).color(palette.muted)).wrap());
    for (number, suspect) in (1..).zip(report.suspects.iter().take(CARDS)) {
        ui.push_id(("suspect", number), |ui| {
            card_ui(ui, |ui| suspect_ui(ui, state, file, suspect, commands));
        });
    }
    if report.suspects.len() > CARDS {
        let label = format!("Show all {} suspects", report.suspects.len());
        if ui.link(label).clicked() {
            commands.push(Command::ShowView(View::Suspects));
        }
    }
}

fn suspect_ui(ui: &mut Ui, state: &AppState, file: FileId, suspect: &Suspect, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    ui.horizontal_top(|ui| {
        let sizes = sizes(state, suspect);
        let room = ui.available_width() - if sizes.len() > 1 { SPARK[0] + 10.0 } else { 0.0 };
        ui.allocate_ui(vec2(room, 0.0), |ui| {
            ui.set_width(room);
            ui.vertical(|ui| {
                let owner = RichText::new(&suspect.owner).font(strong(14.0)).color(palette.accent);
                let owner = ui.add(Label::new(owner).truncate().sense(Sense::CLICK));
                owner.widget_info(|| WidgetInfo::labeled(Role::Link, true, suspect.owner.as_str()));
                if owner.on_hover_text(format!("Show who holds it\n{}", suspect.path)).clicked() {
                    commands.push(Command::Inspect(file, suspect.object));
                }
                let claim = capitalised(&suspect.claim);
                ui.add(Label::new(claim).wrap());
            });
        });
        if sizes.len() > 1 {
            spark_ui(ui, &sizes);
        }
    });
    match state.code_excerpt(suspect.object) {
        Some(excerpt) => code_ui(ui, excerpt),
        None => {
            if let Some(place) = &suspect.place {
                quiet_ui(ui, &capitalised(place));
            }
        }
    }
    if let Some(what) = &suspect.what {
        let why = suspect.why.as_ref().map_or_else(String::new, |why| format!("; {why}"));
        let text = RichText::new(format!("New in it: {what}{why}")).color(palette.muted);
        let text = if suspect.line.is_some() {
            text
        } else {
            RichText::new(format!("In it: {what}")).color(palette.muted)
        };
        ui.add(Label::new(text).wrap());
    }
    ui.horizontal_wrapped(|ui| {
        let growth = suspect.line.map(|line| ("Show in Growth", Command::ShowGrowthLine(line)));
        let ways = [
            Some(("Show retainers", Command::Inspect(file, suspect.object))),
            growth,
            Some(("Show in Summary", Command::ShowObject(file, suspect.object))),
        ];
        for (label, command) in ways.into_iter().flatten() {
            if ui.add(Button::new(label).small()).clicked() {
                commands.push(command);
            }
        }
    });
}

/// What it held in each snapshot, the oldest first.
fn sizes(state: &AppState, suspect: &Suspect) -> Vec<u64> {
    if let Some(Ok(chart)) = state.trend_chart()
        && let Some(bytes) = chart.bytes_of(suspect.object)
    {
        return bytes.to_vec();
    }
    let at = suspect.line.and_then(|line| usize::try_from(line).ok());
    let Some((Ok(growth), at)) = state.growth_overview().zip(at) else { return Vec::new() };
    growth.sizes.get(at).map_or_else(Vec::new, |&(before, after)| vec![before, after])
}

/// A line from the first size to the last, from 0 to the largest.
fn spark_ui(ui: &mut Ui, sizes: &[u64]) {
    let palette = Palette::of(ui);
    let (rect, response) = ui.allocate_exact_size(SPARK.into(), Sense::HOVER);
    let most = sizes.iter().copied().max().unwrap_or(0).max(1);
    let area = rect.shrink(4.0);
    #[expect(clippy::cast_precision_loss, reason = "a few snapshots")]
    let place = |(at, &bytes): (usize, &u64)| {
        let x = area.left() + area.width() * at as f32 / (sizes.len() - 1) as f32;
        pos2(x, area.bottom() - area.height() * format::share(bytes, most))
    };
    let points: Vec<_> = sizes.iter().enumerate().map(place).collect();
    ui.painter().hline(area.x_range(), area.bottom(), Stroke::new(1.0, palette.line));
    for &point in &points {
        ui.painter().circle_filled(point, 2.5, palette.more);
    }
    ui.painter().add(Shape::line(points, Stroke::new(2.0, palette.more)));
    let texts: Vec<String> = sizes.iter().map(|&bytes| format::format_size(bytes)).collect();
    let text = texts.join(" → ");
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, text.as_str()));
    response.on_hover_text(text);
}

/// The line of code on its ground.
fn code_ui(ui: &mut Ui, excerpt: &CodeExcerpt) {
    let palette = Palette::of(ui);
    let frame = egui::Frame::NONE
        .fill(palette.background)
        .corner_radius(CornerRadius::same(4))
        .inner_margin(Margin::symmetric(8, 5));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            let font = TextStyle::Monospace.resolve(ui.style());
            let said = if excerpt.role.is_empty() { String::new() } else { format!("  {}", excerpt.role) };
            let place = one_line(ui, &format!("{}{said}", excerpt.place), font.clone(), palette.muted, 440.0);
            let height = place.size().y;
            let room = ui.available_width() - place.size().x - 14.0;
            let mut job =
                LayoutJob { wrap: TextWrapping::truncate_at_width(room.max(40.0)), ..Default::default() };
            for span in &excerpt.spans {
                let color = if span.tone == Tone::Plain { palette.text } else { palette.tone(span.tone) };
                job.append(&span.text, 0.0, TextFormat::simple(font.clone(), color));
            }
            let code = ui.painter().layout_job(job);
            let size = vec2(ui.available_width(), height.max(code.size().y));
            let (rect, response) = ui.allocate_exact_size(size, Sense::HOVER);
            let text: String = excerpt.spans.iter().map(|span| span.text.as_str()).collect();
            let spoken = format!("{}{said}: {text}", excerpt.place);
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, spoken.as_str()));
            let right = pos2(rect.right() - place.size().x, rect.center().y - height / 2.0);
            ui.painter().galley(rect.min, code, palette.text);
            ui.painter().galley(right, place, palette.muted);
        });
    });
}

fn also_ui(ui: &mut Ui, state: &AppState, report: &SuspectsReport, commands: &mut Vec<Command>) {
    let Some(file) = state.current.filter(|_| !report.also_growing.is_empty()) else { return };
    card_ui(ui, |ui| {
        title_ui(ui, "Also growing");
        for (at, suspect) in report.also_growing.iter().enumerate() {
            ui.push_id(("also", at), |ui| {
                ui.horizontal(|ui| {
                    ui.label(RichText::new(format::format_size(suspect.bytes)).color(Palette::of(ui).muted));
                    if ui.link(&suspect.owner).on_hover_text(&suspect.path).clicked() {
                        commands.push(Command::Inspect(file, suspect.object));
                    }
                    quiet_ui(ui, &suspect.claim);
                });
            });
        }
    });
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
