//! Statistics: how much of the heap is what, as one bar and a table of its parts.

use super::theme::Palette;
use crate::app::AppState;
use crate::model::format;
use egui::{Align, Color32, CornerRadius, Grid, Layout, Rect, RichText, ScrollArea, Sense, Ui, pos2, vec2};

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
    let parts = [
        ("Code", statistics.code),
        ("Strings", statistics.strings),
        ("JS arrays", statistics.js_arrays),
        ("Typed arrays", statistics.typed_arrays),
        ("Other JS objects", statistics.other_js),
        ("System", statistics.system),
        ("Other, not JS", statistics.other_non_js),
    ];
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        egui::Frame::NONE.inner_margin(24).show(ui, |ui| {
            ui.set_max_width(760.0);
            ui.label(RichText::new(format::size(statistics.total)).size(22.0))
                .on_hover_text(format::exact_bytes(statistics.total));
            let native = format!(
                "{} in V8's heap, {} outside it",
                format::size(statistics.v8_heap_total),
                format::size(statistics.native_total)
            );
            ui.label(RichText::new(native).color(palette.quiet));
            ui.add_space(10.0);
            bar_ui(ui, &parts, statistics.total, palette);
            ui.add_space(10.0);
            parts_ui(ui, &parts, statistics.total, palette);
        });
    });
}

fn bar_ui(ui: &mut Ui, parts: &[(&str, u64)], total: u64, palette: &Palette) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::hover());
    let mut left = rect.left();
    for (&(name, bytes), color) in parts.iter().zip(palette.parts) {
        let right = left + rect.width() * format::share(bytes, total);
        let part = Rect::from_min_max(pos2(left, rect.top()), pos2(right, rect.bottom()));
        if part.width() > 0.5 {
            let shown = part.with_max_x((part.right() - 1.0).max(part.left() + 0.5));
            ui.painter().rect_filled(shown, CornerRadius::same(2), color);
            ui.interact(part, ui.scope_id().with(name), Sense::hover()).on_hover_text(format!(
                "{name}: {}, {}",
                format::exact_bytes(bytes),
                format::percent(format::share(bytes, total))
            ));
        }
        left = right;
    }
}

fn parts_ui(ui: &mut Ui, parts: &[(&str, u64)], total: u64, palette: &Palette) {
    Grid::new("parts of the heap").num_columns(4).spacing([16.0, 5.0]).show(ui, |ui| {
        for (&(name, bytes), color) in parts.iter().zip(palette.parts) {
            swatch_ui(ui, color);
            ui.label(name);
            number_ui(ui, RichText::new(format::size(bytes))).on_hover_text(format::exact_bytes(bytes));
            number_ui(ui, RichText::new(format::percent(format::share(bytes, total))).color(palette.quiet));
            ui.end_row();
        }
    });
}

fn swatch_ui(ui: &mut Ui, color: Color32) {
    let (rect, _) = ui.allocate_exact_size(vec2(12.0, 12.0), Sense::hover());
    ui.painter().rect_filled(rect, CornerRadius::same(2), color);
}

fn number_ui(ui: &mut Ui, text: RichText) -> egui::Response {
    ui.allocate_ui_with_layout(vec2(80.0, 18.0), Layout::right_to_left(Align::Center), |ui| ui.label(text))
        .inner
}
