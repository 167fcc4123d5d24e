//! Statistics: how much of each open heap is what, as rings side by side and a table of exact figures.

use crate::app::{AppState, Command, FileId, OpenFile};
use crate::model::{StatisticsView, format};
use crate::ui::sidebar::file_name::without_ending;
use crate::ui::theme::Palette;
use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{
    Align, Align2, Color32, CornerRadius, FontId, Grid, Label, Layout, Pos2, RichText, Role, ScrollArea,
    Sense, Shape, Ui, Vec2, WidgetInfo, pos2, vec2,
};
use std::f32::consts::TAU;

/// The diameter of the largest heap's ring; others are as much smaller as their area says.
const RING: f32 = 190.0;
/// The least diameter.
const RING_AT_LEAST: f32 = 70.0;
/// How thick a ring is, as part of its radius.
const THICKNESS: f32 = 0.38;
/// The width of a snapshot's column.
const COLUMN: f32 = 230.0;
/// Straight pieces of a whole ring.
const PIECES: f32 = 180.0;

/// A snapshot with its figures.
type Figures<'a> = (&'a OpenFile, &'a StatisticsView);

/// Draws the figures of all open snapshots.
pub(crate) fn statistics_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let known: Vec<Figures<'_>> =
        state.files.iter().filter_map(|file| Some((file, state.statistics(file.id)?.ok()?))).collect();
    let problem = state.current.and_then(|id| state.statistics(id)?.err());
    if known.is_empty() {
        let (text, color) = match problem {
            Some(problem) => (problem, palette.error),
            None => ("Adding up…", palette.muted),
        };
        ui.centered_and_justified(|ui| ui.label(RichText::new(text).color(color)));
        return;
    }
    let largest = known.iter().map(|(_, statistics)| statistics.figures.total).max().unwrap_or(1);
    ScrollArea::both().auto_shrink(false).show(ui, |ui| {
        egui::Frame::NONE.inner_margin(20).show(ui, |ui| {
            ui.horizontal(|ui| {
                for known in &known {
                    snapshot_ui(ui, *known, largest, state.current, commands);
                }
            });
            ui.add_space(14.0);
            table_ui(ui, &known, palette);
        });
    });
}

/// A ring, the total in its middle, and whose it is.
fn snapshot_ui(
    ui: &mut Ui,
    (file, statistics): Figures<'_>,
    largest: u64,
    current: Option<FileId>,
    commands: &mut Vec<Command>,
) {
    let palette = Palette::of(ui);
    ui.allocate_ui_with_layout(vec2(COLUMN, RING + 60.0), Layout::top_down(Align::Center), |ui| {
        ui.set_width(COLUMN);
        let (rect, response) = ui.allocate_exact_size(Vec2::splat(RING), Sense::hover());
        let radius =
            (RING * format::share(statistics.figures.total, largest).sqrt()).max(RING_AT_LEAST) / 2.0;
        ring(ui, rect.center(), radius, statistics, palette);
        let total = format::format_size(statistics.figures.total);
        let font = FontId::proportional((radius * 0.25).clamp(12.0, 20.0));
        ui.painter().text(rect.center(), Align2::CENTER_CENTER, &total, font, palette.text);
        response.widget_info(|| {
            WidgetInfo::labeled(Role::Image, true, format!("What {} is made of: {total}", file.name))
        });
        if let Some(slice) = hovered(ui, rect.center(), radius, statistics) {
            let slice = &statistics.slices[slice];
            let percent = format::percent(slice.share);
            response.show_tooltip_text(format!(
                "{}: {}, {percent}\n{}",
                slice.label,
                format::exact_bytes(slice.bytes),
                slice.help
            ));
        }
        let is_current = current == Some(file.id);
        let color = if is_current { palette.accent } else { palette.text };
        let name = RichText::new(without_ending(&file.name)).color(color);
        let name = Label::new(name).truncate().show_tooltip_when_elided(false).sense(Sense::CLICK);
        if ui.add(name).on_hover_text(file.path.display().to_string()).clicked() {
            commands.push(Command::ShowFile(file.id));
        }
        let native = format!(
            "{} in V8's heap, {} outside",
            format::format_size(statistics.figures.v8_heap_total),
            format::format_size(statistics.figures.native_total)
        );
        ui.add(Label::new(RichText::new(native).small().color(palette.muted)).truncate());
    });
}

fn ring(ui: &Ui, center: Pos2, radius: f32, statistics: &StatisticsView, palette: &Palette) {
    let mut begin = 0.0;
    for (slice, color) in statistics.slices.iter().zip(palette.parts) {
        let end = begin + slice.share;
        if slice.bytes > 0 {
            ui.painter().add(Shape::mesh(sector(center, radius, (begin, end), color)));
        }
        begin = end;
    }
    // Thin gaps between the slices.
    let mut at = 0.0;
    for slice in statistics.slices.iter().filter(|slice| slice.bytes > 0) {
        let (outer, inner) = (place(center, radius, at), place(center, radius * (1.0 - THICKNESS), at));
        ui.painter().line_segment([inner, outer], (1.0, palette.background));
        at += slice.share;
    }
}

/// A part of a ring; 0 is above, 1 once round.
fn sector(center: Pos2, radius: f32, (begin, end): (f32, f32), color: Color32) -> Mesh {
    let mut mesh = Mesh::default();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small whole number")]
    let pieces = ((end - begin) * PIECES).ceil().max(1.0) as u16;
    for piece in 0..=pieces {
        let at = begin + (end - begin) * f32::from(piece) / f32::from(pieces);
        for radius in [radius * (1.0 - THICKNESS), radius] {
            mesh.vertices.push(Vertex { pos: place(center, radius, at), uv: WHITE_UV, color });
        }
    }
    for piece in 0..u32::from(pieces) {
        let first = piece * 2;
        mesh.add_triangle(first, first + 1, first + 2);
        mesh.add_triangle(first + 1, first + 2, first + 3);
    }
    mesh
}

fn place(center: Pos2, radius: f32, at: f32) -> Pos2 {
    let (sin, cos) = (at * TAU).sin_cos();
    pos2(center.x + radius * sin, center.y - radius * cos)
}

/// The slice under the pointer.
fn hovered(ui: &Ui, center: Pos2, radius: f32, statistics: &StatisticsView) -> Option<usize> {
    let from = ui.input(|input| input.pointer.hover_pos())? - center;
    if !(radius * (1.0 - THICKNESS)..=radius).contains(&from.length())
        || !ui.rect_contains_pointer(ui.clip_rect())
    {
        return None;
    }
    let at = (from.x.atan2(-from.y) / TAU).rem_euclid(1.0);
    let mut end = 0.0;
    statistics.slices.iter().position(|slice| {
        end += slice.share;
        at < end
    })
}

/// A line for each slice, a pair of columns for each snapshot.
fn table_ui(ui: &mut Ui, known: &[Figures<'_>], palette: &Palette) {
    let Some((_, first)) = known.first() else { return };
    let right = Layout::right_to_left(Align::Center);
    Grid::new("figures").striped(true).min_row_height(22.0).spacing(vec2(18.0, 2.0)).show(ui, |ui| {
        ui.label("");
        for (file, _) in known {
            ui.with_layout(right, |ui| {
                ui.label(
                    RichText::new(format::sanitize(without_ending(&file.name), 30))
                        .small()
                        .color(palette.muted),
                );
            });
        }
        ui.end_row();
        for (at, (slice, color)) in first.slices.iter().zip(palette.parts).enumerate() {
            ui.horizontal(|ui| {
                let (rect, _) = ui.allocate_exact_size(vec2(12.0, 12.0), Sense::hover());
                ui.painter().rect_filled(rect, CornerRadius::same(2), color);
                ui.label(slice.label).on_hover_text(slice.help);
            });
            for (_, statistics) in known {
                let slice = &statistics.slices[at];
                figure_ui(ui, slice.bytes, slice.share, palette);
            }
            ui.end_row();
        }
        ui.label(RichText::new("Total").strong());
        for (_, statistics) in known {
            figure_ui(ui, statistics.figures.total, 1.0, palette);
        }
        ui.end_row();
    });
}

fn figure_ui(ui: &mut Ui, bytes: u64, share: f32, palette: &Palette) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let column = Layout::right_to_left(Align::Center);
        ui.allocate_ui_with_layout(vec2(44.0, 20.0), column, |ui| {
            ui.set_min_width(44.0);
            ui.label(RichText::new(format::percent(share)).color(palette.muted));
        });
        ui.label(format::exact_bytes(bytes)).on_hover_text(format::format_size(bytes));
    });
}
