//! The overview: a page of cards on one heap, the steps of growth between two, and lines through more. It is
//! there at once; what is still being looked for says so in its place.

mod bars;
mod cards;
mod chart;
mod suspects;
mod total;
mod waterfall;

use crate::app::{AppState, Command, OpenFile};
use crate::model::{HeapCards, HeapPart};
use crate::ui::bars::banner::note_ui;
use crate::ui::fonts::strong;
use crate::ui::theme::Palette;
use egui::{CornerRadius, Label, Margin, RichText, ScrollArea, Stroke, Ui};

/// The widest that the page becomes.
const WIDTH: f32 = 1320.0;
/// Space between cards.
const GAP: f32 = 12.0;

/// Draws the page.
pub(crate) fn overview_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    ui.painter().rect_filled(ui.available_rect_before_wrap(), CornerRadius::ZERO, palette.background);
    let Some(file) = state.current_file() else { return };
    ScrollArea::vertical().id_salt("overview").auto_shrink(false).show(ui, |ui| {
        egui::Frame::NONE.inner_margin(Margin::symmetric(16, 14)).show(ui, |ui| {
            ui.set_width(ui.available_width().min(WIDTH));
            ui.spacing_mut().item_spacing.y = GAP;
            if state.overview_pair().is_some() {
                note_ui(ui, state);
            }
            if let Some(chart) = state.trend_chart() {
                chart::chart_ui(ui, state, chart, commands);
            }
            growth_ui(ui, state, commands);
            total::total_ui(ui, state, file, commands);
            if state.overview_pair().is_none() && file.is_complete() {
                suspects::heap_suspects_ui(ui, state, commands);
            }
            let parts: Vec<(HeapPart, &HeapCards)> = HeapPart::ALL
                .iter()
                .filter_map(|&part| Some((part, state.heap_cards(part)?.ok()?)))
                .collect();
            cards::cards_ui(ui, file, &parts, commands);
            absent_ui(ui, state, file, &parts);
        });
    });
}

/// The steps from the baseline, and whom they accuse.
fn growth_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let Some(pair) = state.overview_pair() else { return };
    match state.growth_overview() {
        None => card_ui(ui, |ui| {
            title_ui(ui, "What grew");
            quiet_ui(ui, "Adding up growth…");
        }),
        Some(Err(problem)) => card_ui(ui, |ui| {
            title_ui(ui, "What grew");
            ui.add(Label::new(RichText::new(problem).color(Palette::of(ui).error)).wrap());
        }),
        Some(Ok(growth)) => waterfall::waterfall_ui(ui, state, pair, growth, commands),
    }
    suspects::growth_suspects_ui(ui, state, commands);
}

/// What was looked for and not found, and what is still being looked for.
fn absent_ui(ui: &mut Ui, state: &AppState, file: &OpenFile, parts: &[(HeapPart, &HeapCards)]) {
    let palette = Palette::of(ui);
    let absent: Vec<&str> = parts.iter().flat_map(|(_, cards)| cards.absent.iter().copied()).collect();
    if !absent.is_empty() {
        let text = format!("Looked for and not found: {}", absent.join(", "));
        ui.add(Label::new(RichText::new(text).color(palette.muted)).wrap());
    }
    for part in HeapPart::ALL {
        if let Some(Err(problem)) = state.heap_cards(part) {
            let text = format!("{}: {problem}", part.activity());
            ui.add(Label::new(RichText::new(text).color(palette.error)).wrap());
        }
    }
    let next = HeapPart::ALL.iter().find(|&&part| state.heap_cards(part).is_none());
    if let Some(part) = next.filter(|_| file.is_complete()) {
        quiet_ui(ui, &format!("{}…", part.activity()));
    }
}

/// A card as wide as there is room.
fn card_ui(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    let frame = egui::Frame::NONE
        .fill(ui.visuals().panel_fill)
        .stroke(Stroke::new(1.0, Palette::of(ui).line))
        .corner_radius(CornerRadius::same(6))
        .inner_margin(Margin::symmetric(14, 12));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 4.0;
        add(ui);
    });
}

fn title_ui(ui: &mut Ui, text: &str) {
    ui.add(Label::new(RichText::new(text).font(strong(13.0))).truncate());
}

fn quiet_ui(ui: &mut Ui, text: &str) {
    ui.add(Label::new(RichText::new(text).color(Palette::of(ui).muted)).truncate());
}

/// The large number of a card.
fn number_ui(ui: &mut Ui, text: &str, exact: &str) {
    ui.add(Label::new(RichText::new(text).font(strong(22.0))).truncate()).on_hover_text(exact);
}
