//! The card beside a row under the pointer: what it is, where its code stands, its numbers and first fields.

use crate::app::{AppState, Pane};
use crate::model::{Line, Row, format};
use crate::ui::table::TableView;
use crate::ui::table::cells::clipped;
use crate::ui::theme::Palette;
use egui::{Align, Color32, Grid, Label, Layout, Response, RichText, Ui};

/// The widest that it becomes.
const WIDTH: f32 = 380.0;
/// The room of the size of a field's value.
const SIZE: f32 = 64.0;

/// Shows the card while the pointer rests on the name of `row`.
pub(crate) fn hover_card_ui(
    name: Response,
    (view, state): (&TableView<'_>, &AppState),
    (row, text): (&Row, &str),
    is_clipped: bool,
) {
    let has_more = row.object.is_some() || row.hover.is_some() || row.place.is_some();
    if has_more || is_clipped {
        name.on_hover_ui(|ui| card_ui(ui, (view, state), (row, text)));
    }
}

fn card_ui(ui: &mut Ui, (view, state): (&TableView<'_>, &AppState), (row, text): (&Row, &str)) {
    let palette = Palette::of(ui);
    ui.set_max_width(WIDTH);
    ui.spacing_mut().interact_size.y = 15.0;
    ui.spacing_mut().item_spacing.y = 2.0;
    ui.add(Label::new(RichText::new(format::sanitize(text, 300)).strong()).wrap());
    if let Some(place) = &row.place {
        ui.add(Label::new(RichText::new(place.code.hover()).monospace().color(palette.accent)).wrap());
    }
    if let Some(hover) = &row.hover {
        ui.add(Label::new(RichText::new(hover).color(palette.muted)).wrap());
    }
    let Some((side, node)) = row.object else { return };
    numbers_ui(ui, view, row);
    let file = match view.pane {
        Pane::Main => state.file_of(side),
        Pane::Retainers => state.held_file(),
    };
    let fields = file.map_or_else(Vec::new, |file| state.first_fields(file, node));
    if !fields.is_empty() {
        ui.separator();
        for line in &fields {
            field_ui(ui, line);
        }
    }
}

/// Every column that has a number, in words: exact bytes where there are any.
fn numbers_ui(ui: &mut Ui, view: &TableView<'_>, row: &Row) {
    let palette = Palette::of(ui);
    let titles = view.table.source().columns()[1..].iter().map(|spec| spec.title);
    let numbers = titles.zip(&row.cells).filter(|(_, cell)| !cell.text.is_empty());
    Grid::new("numbers").num_columns(2).spacing([12.0, 1.0]).min_row_height(16.0).show(ui, |ui| {
        for (title, cell) in numbers {
            ui.label(RichText::new(title).color(palette.muted));
            let exact = cell.hover.as_deref().filter(|hover| !hover.contains('\n'));
            ui.label(exact.unwrap_or(&cell.text));
            ui.end_row();
        }
    });
}

/// Name and value, and at the right what the value keeps alive.
fn field_ui(ui: &mut Ui, line: &Line) {
    let palette = Palette::of(ui);
    ui.horizontal(|ui| {
        let spans: Vec<(&str, Color32)> =
            [(line.name.text.as_str(), palette.tone(line.name.tone)), ("  ", palette.text)]
                .into_iter()
                .chain(line.value.iter().map(|span| (span.text.as_str(), palette.tone(span.tone))))
                .collect();
        ui.label(clipped(ui, &spans, WIDTH - SIZE - 20.0));
        if let Some(retained) = line.retained {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.label(RichText::new(format::format_size(retained)).color(palette.muted));
            });
        }
    });
}
