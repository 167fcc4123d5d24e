//! The main pane: a table, or the reason why it is empty.

use crate::app::{AppState, Command, Load, Needs, Pane, View};
use crate::ui::bars::banner::{added_ui, banner_ui};
use crate::ui::bars::coach::coach_ui;
use crate::ui::table::{TableView, tree_table_ui};
use crate::ui::theme::Palette;
use crate::ui::views::waiting::{loading_ui, refused_ui};
use crate::ui::views::{Body, body};
use egui::{Button, Margin, RichText, Ui};

/// Draws the view.
pub(crate) fn main_pane_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    coach_ui(ui, state, commands);
    added_ui(ui, state, commands);
    match body(state.view) {
        Body::Own(draw) if state.current.is_some() => return draw(ui, state, commands),
        Body::AboveTable(draw) => draw(ui, state, commands),
        Body::Own(_) | Body::Table => {}
    }
    if state.view == View::Search && state.search.good().is_empty() && state.current.is_some() {
        return placeholder_ui(ui, "Type a name, a text, /a pattern/ or @id above");
    }
    let Some(entry) = state.main_entry() else {
        return waiting_ui(ui, state, commands);
    };
    banner_ui(ui, state, commands);
    let pane = &entry.value;
    match (&pane.table, entry.error()) {
        (None, Some(error)) => placeholder_ui(ui, error),
        (Some(table), Some(error)) if table.is_empty() => placeholder_ui(ui, error),
        (Some(table), None) if table.is_empty() && !table.is_busy() && !entry.is_pending() => {
            placeholder_ui(ui, (state.view.spec().empty)(state));
        }
        (Some(table), error) => {
            if let Some(error) = error {
                let text = match (entry.is_partial(), entry.is_outdated()) {
                    (true, _) => format!("{error}: these are the first rows"),
                    (false, true) => format!("{error}: these rows are older"),
                    (false, false) => error.to_owned(),
                };
                let text = RichText::new(text).color(Palette::of(ui).warning);
                egui::Frame::NONE.inner_margin(Margin::symmetric(8, 3)).show(ui, |ui| ui.label(text));
            }
            let view = TableView {
                state,
                pane: Pane::Main,
                id_salt: state.view.title(),
                table,
                reveal: pane.reveal,
                row_action: state.view.spec().row_action,
                extra_menu_items: links_in_other_snapshots(state),
                widths: state.settings.widths(state.view.title()),
                columns: state.settings.columns(state.view.title()),
                is_in_use: state.pane == Pane::Main,
            };
            tree_table_ui(ui, &view, commands);
        }
        (None, None) => placeholder_ui(ui, &format!("{}…", entry.activity().unwrap_or("Listing"))),
    }
}

/// Ways from the selected object to the same one in other snapshots, as soon as they are known.
fn links_in_other_snapshots(state: &AppState) -> Vec<(String, Command)> {
    let of_selected =
        state.object_contents().filter(|(key, _)| state.inspected_object == Some((key.file, key.node)));
    let elsewhere = of_selected.map_or(&[][..], |(_, contents)| &contents.elsewhere);
    elsewhere
        .iter()
        .filter_map(|&(file, node)| {
            let name = &state.file(file)?.name;
            Some((format!("Show the same object in {name}"), Command::Inspect(file, node)))
        })
        .collect()
}

/// Why there is no table yet.
fn waiting_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let is_loading = state.files.iter().any(|file| matches!(file.load, Load::Running(_)));
    if is_loading {
        return loading_ui(ui, state, commands);
    }
    if state.current.is_none() {
        return refused_ui(ui, state, commands);
    }
    if !matches!(state.view.needs(), Needs::Pair | Needs::Series | Needs::Roles) {
        return placeholder_ui(ui, "Listing…");
    }
    empty_state_ui(ui, "This needs a second snapshot of the same process", "", commands);
}

/// A sentence, some more in small, and a button to open another file.
fn empty_state_ui(ui: &mut Ui, text: &str, more: &str, commands: &mut Vec<Command>) {
    ui.vertical_centered(|ui| {
        ui.add_space(ui.available_height() * 0.35);
        ui.label(RichText::new(text).size(15.0));
        if !more.is_empty() {
            ui.label(RichText::new(more).color(Palette::of(ui).muted));
        }
        ui.add_space(6.0);
        if ui.add(Button::new("Open another…")).on_hover_text(Command::OpenDialog.tooltip()).clicked() {
            commands.push(Command::OpenDialog);
        }
    });
}

/// A sentence where there is nothing to show.
pub(crate) fn placeholder_ui(ui: &mut Ui, text: &str) {
    let palette = Palette::of(ui);
    ui.painter().rect_filled(ui.available_rect_before_wrap(), egui::CornerRadius::ZERO, palette.background);
    ui.centered_and_justified(|ui| {
        ui.label(RichText::new(text).color(palette.muted));
    });
}
