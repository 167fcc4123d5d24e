//! The cards of a heap: side by side, as many as there is room for.

use crate::app::{Command, FileId, OpenFile, View};
use crate::model::{HeapCards, HeapPart, NextStep, OverviewCard};
use crate::ui::theme::Palette;
use crate::ui::views::overview::bars::{ROW, bars_ui, wide_bars_ui};
use crate::ui::views::overview::{GAP, card_ui, number_ui, title_ui};
use egui::{Label, Layout, RichText, Ui, vec2};

/// A card is at least so wide.
const CARD: f32 = 330.0;
/// Bars that every card has room for, so that cards beside each other are equally high.
const BARS: f32 = 5.0;
/// The height of the two lines of a sentence.
const SENTENCE: f32 = 34.0;

/// Draws the wide card first, then the others beside each other.
pub(super) fn cards_ui(
    ui: &mut Ui,
    file: &OpenFile,
    parts: &[(HeapPart, &HeapCards)],
    commands: &mut Vec<Command>,
) {
    let of = |wanted: bool| {
        parts
            .iter()
            .filter(move |(part, _)| (*part == HeapPart::Largest) == wanted)
            .flat_map(|(_, cards)| &cards.cards)
    };
    for card in of(true) {
        card_ui(ui, |ui| wide_card_ui(ui, file.id, card, commands));
    }
    let cards: Vec<&OverviewCard> = of(false).collect();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few columns")]
    let columns = ((ui.available_width() + GAP) / (CARD + GAP)).floor().max(1.0) as u16;
    let width = (ui.available_width() - GAP * f32::from(columns - 1)) / f32::from(columns);
    for row in cards.chunks(usize::from(columns)) {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = GAP;
            for card in row {
                ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(egui::Align::Min), |ui| {
                    ui.set_width(width);
                    card_ui(ui, |ui| small_card_ui(ui, file.id, card, commands));
                });
            }
        });
    }
}

fn small_card_ui(ui: &mut Ui, file: FileId, card: &OverviewCard, commands: &mut Vec<Command>) {
    title_ui(ui, card.title);
    number_ui(ui, &card.number, &card.exact);
    let top = ui.cursor().top();
    ui.push_id(card.title, |ui| bars_ui(ui, file, &card.bars, commands));
    ui.add_space((top + BARS * ROW - ui.cursor().top()).max(0.0));
    let top = ui.cursor().top();
    sentence_ui(ui, card);
    ui.add_space((top + SENTENCE - ui.cursor().top()).max(0.0));
    step_ui(ui, file, card, commands);
}

fn wide_card_ui(ui: &mut Ui, file: FileId, card: &OverviewCard, commands: &mut Vec<Command>) {
    title_ui(ui, card.title);
    sentence_ui(ui, card);
    ui.add_space(2.0);
    ui.push_id(card.title, |ui| wide_bars_ui(ui, file, &card.bars, commands));
    ui.add_space(2.0);
    step_ui(ui, file, card, commands);
}

fn sentence_ui(ui: &mut Ui, card: &OverviewCard) {
    ui.add(Label::new(RichText::new(&card.sentence).color(Palette::of(ui).muted)).wrap());
}

/// The link to what to look at next.
fn step_ui(ui: &mut Ui, file: FileId, card: &OverviewCard, commands: &mut Vec<Command>) {
    let (label, next) = match &card.step {
        NextStep::Object(object) => ("Show who holds the largest", vec![Command::Inspect(file, *object)]),
        NextStep::Filter(filter) => (
            "Show these objects in Summary",
            vec![Command::ShowView(View::Summary), Command::SetFilterPreset(filter.clone())],
        ),
        NextStep::Strings => ("Show all strings", vec![Command::ShowView(View::Strings)]),
        NextStep::Statistics => ("Show statistics", vec![Command::ShowView(View::Statistics)]),
        NextStep::Dominators => ("Show dominators", vec![Command::ShowView(View::Dominators)]),
    };
    // Equal links of several cards differ by what they are about.
    ui.push_id(card.title, |ui| {
        if ui.link(label).on_hover_text(card.title).clicked() {
            commands.extend(next);
        }
    });
}
