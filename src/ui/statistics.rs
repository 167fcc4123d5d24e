//! Statistics: how much of the heap is what, as one bar and a table of its parts.

use super::theme::Palette;
use crate::app::AppState;
use crate::model::{Slice, format};
use egui::{
    Align, Color32, CornerRadius, Label, Layout, Rect, Response, RichText, ScrollArea, Sense, Ui, pos2, vec2,
};

/// Draws the figures of the snapshot that is shown.
pub fn statistics_ui(ui: &mut Ui, state: &AppState) {
    let palette = Palette::of(ui);
    let statistics = match state.statistics() {
        Some(Ok(statistics)) => statistics,
        Some(Err(problem)) => {
            ui.centered_and_justified(|ui| ui.label(RichText::new(problem).color(palette.error)));
            return;
        }
        None => {
            ui.centered_and_justified(|ui| ui.label(RichText::new("Adding up…").color(palette.quiet)));
            return;
        }
    };
    let (figures, slices) = (&statistics.figures, &statistics.slices);
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        egui::Frame::NONE.inner_margin(24).show(ui, |ui| {
            ui.set_max_width(760.0);
            ui.label(RichText::new(format::size(figures.total)).size(22.0))
                .on_hover_text(format::exact_bytes(figures.total));
            let native = format!(
                "{} in V8's heap, {} outside it",
                format::size(figures.v8_heap_total),
                format::size(figures.native_total)
            );
            ui.label(RichText::new(native).color(palette.quiet));
            ui.add_space(10.0);
            bar_ui(ui, slices, palette);
            ui.add_space(10.0);
            slices_ui(ui, slices, palette);
        });
    });
}

fn bar_ui(ui: &mut Ui, slices: &[Slice], palette: &Palette) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::hover());
    let mut left = rect.left();
    for (slice, color) in slices.iter().zip(palette.parts) {
        let right = left + rect.width() * slice.share;
        let part = Rect::from_min_max(pos2(left, rect.top()), pos2(right, rect.bottom()));
        if part.width() > 0.5 {
            let shown = part.with_max_x((part.right() - 1.0).max(part.left() + 0.5));
            ui.painter().rect_filled(shown, CornerRadius::same(2), color);
            let text = format!("{}: {}", slice.label, format::exact_bytes(slice.bytes));
            ui.interact(part, ui.scope_id().with(slice.label), Sense::hover()).on_hover_text(text);
        }
        left = right;
    }
}

fn slices_ui(ui: &mut Ui, slices: &[Slice], palette: &Palette) {
    for (slice, color) in slices.iter().zip(palette.parts) {
        ui.horizontal(|ui| {
            swatch_ui(ui, color);
            let (left, right) = (Layout::left_to_right(Align::Center), Layout::right_to_left(Align::Center));
            let percent = RichText::new(format::percent(slice.share)).color(palette.quiet);
            text_ui(ui, 150.0, left, RichText::new(slice.label));
            text_ui(ui, 70.0, right, RichText::new(format::size(slice.bytes)))
                .on_hover_text(format::exact_bytes(slice.bytes));
            text_ui(ui, 50.0, right, percent);
            ui.add_space(12.0);
            ui.add(Label::new(RichText::new(slice.help).color(palette.quiet)).truncate());
        });
    }
}

fn swatch_ui(ui: &mut Ui, color: Color32) {
    let (rect, _) = ui.allocate_exact_size(vec2(12.0, 12.0), Sense::hover());
    ui.painter().rect_filled(rect, CornerRadius::same(2), color);
}

/// A text in a column of its own.
fn text_ui(ui: &mut Ui, width: f32, layout: Layout, text: RichText) -> Response {
    let column = ui.allocate_ui_with_layout(vec2(width, 20.0), layout, |ui| {
        ui.set_min_width(width);
        ui.label(text)
    });
    column.inner
}
