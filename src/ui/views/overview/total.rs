//! The size of the heap, what it is made of and where it is from.

use crate::app::{AppState, Command, OpenFile, View};
use crate::model::{HeapPart, StatisticsView, format};
use crate::ui::sidebar::file_name::without_ending;
use crate::ui::theme::Palette;
use crate::ui::views::overview::bars::text;
use crate::ui::views::overview::{card_ui, number_ui, quiet_ui, title_ui};
use egui::{CornerRadius, Label, Rect, RichText, Role, Sense, Ui, Vec2, WidgetInfo, pos2, vec2};

/// The height of the bar.
const BAR: f32 = 18.0;

/// Draws the card.
pub(super) fn total_ui(ui: &mut Ui, state: &AppState, file: &OpenFile, commands: &mut Vec<Command>) {
    card_ui(ui, |ui| {
        title_ui(ui, without_ending(&file.name));
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 10.0;
            number_ui(ui, &format::format_size(file.total_size), &format::exact_bytes(file.total_size));
            let objects = if file.object_count == 1 { "object" } else { "objects" };
            quiet_ui(ui, &format!("in {} {objects}", format::format_count(file.object_count)));
            facts_ui(ui, state);
        });
        match state.statistics(file.id) {
            Some(Ok(statistics)) => {
                parts_ui(ui, statistics);
                legend_ui(ui, statistics);
                ui.add_space(2.0);
                if ui.link("Show statistics").on_hover_text("All slices to the byte").clicked() {
                    commands.push(Command::ShowView(View::Statistics));
                }
            }
            Some(Err(problem)) => {
                ui.add(Label::new(RichText::new(problem).color(Palette::of(ui).error)).wrap());
            }
            None if file.is_complete() => quiet_ui(ui, "Adding up what it is made of…"),
            None => quiet_ui(ui, "Finding out who holds what…"),
        }
    });
}

/// Runtime, native contexts and the like.
fn facts_ui(ui: &mut Ui, state: &AppState) {
    let Some(Ok(origin)) = state.heap_cards(HeapPart::Origin) else { return };
    if !origin.facts.is_empty() {
        let text = RichText::new(origin.facts.join("  ·  ")).color(Palette::of(ui).muted);
        ui.add(Label::new(text).wrap().selectable(true));
    }
}

/// One bar of all bytes.
fn parts_ui(ui: &mut Ui, statistics: &StatisticsView) {
    let palette = Palette::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), BAR), Sense::HOVER);
    let total = format::format_size(statistics.figures.total);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("What {total} is made of")));
    let pointer = response.hover_pos();
    let mut left = rect.left();
    let mut hover = None;
    for (slice, color) in statistics.slices.iter().zip(palette.parts) {
        let right = left + rect.width() * slice.share;
        let part = Rect::from_min_max(pos2(left, rect.top()), pos2(right, rect.bottom()));
        if slice.bytes > 0 {
            let gap = if part.width() > 3.0 { 1.0 } else { 0.0 };
            ui.painter().rect_filled(part.with_max_x(right - gap), CornerRadius::ZERO, color);
        }
        if pointer.is_some_and(|pointer| part.contains(pointer)) {
            hover = Some(slice);
        }
        left = right;
    }
    if let Some(slice) = hover {
        response.show_tooltip_text(format!(
            "{}: {}, {}\n{}",
            slice.label,
            format::exact_bytes(slice.bytes),
            format::percent(slice.share),
            slice.help
        ));
    }
}

/// What the colours mean; an item is never broken between two lines.
fn legend_ui(ui: &mut Ui, statistics: &StatisticsView) {
    const SQUARE: f32 = 9.0;
    const GAP: f32 = 5.0;
    let palette = Palette::of(ui);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(16.0, 2.0);
        let slices = statistics.slices.iter().zip(palette.parts).filter(|(slice, _)| slice.bytes > 0);
        for (slice, color) in slices {
            let label = text(ui, slice.label, palette.text, f32::INFINITY);
            let number = text(ui, &format::format_size(slice.bytes), palette.muted, f32::INFINITY);
            let size = vec2(SQUARE + GAP + label.size().x + GAP + number.size().x, label.size().y + 4.0);
            let (rect, response) = ui.allocate_exact_size(size, Sense::HOVER);
            let spoken = format!("{}: {}", slice.label, format::format_size(slice.bytes));
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, spoken.as_str()));
            let middle = rect.center().y;
            let square =
                Rect::from_center_size(pos2(rect.left() + SQUARE / 2.0, middle), Vec2::splat(SQUARE));
            ui.painter().rect_filled(square, CornerRadius::same(2), color);
            let at = pos2(rect.left() + SQUARE + GAP, middle - label.size().y / 2.0);
            let beside = pos2(at.x + label.size().x + GAP, at.y);
            ui.painter().galley(at, label, palette.text);
            ui.painter().galley(beside, number, palette.muted);
            response.on_hover_text(format!("{}: {}", slice.help, format::exact_bytes(slice.bytes)));
        }
    });
}
