//! The list of open snapshots: what each is, how far its loading is, or why it was refused.

use crate::app::{AppState, Command, Load, LoadFailure, OpenFile};
use crate::model::format;
use crate::ui::sidebar::bookmarks::bookmarks_ui;
use crate::ui::sidebar::file_name::elide_middle;
use crate::ui::sidebar::timeline::{drag_ui, note_ui, process_ui, sizes_ui, time_text};
use crate::ui::theme::Palette;
use crate::ui::views::waiting::remedy;
use egui::{
    Align, Button, CornerRadius, Frame, Label, Layout, Margin, ProgressBar, Response, RichText, ScrollArea,
    Sense, Ui,
};
use egui::{Role, Stroke, UiBuilder, WidgetInfo};

/// Draws the list.
pub(crate) fn files_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    ui.horizontal(|ui| {
        ui.label(RichText::new("Snapshots").color(palette.muted));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let open = ui.add(Button::new("Open…").small()).on_hover_text(Command::OpenDialog.tooltip());
            if open.clicked() {
                commands.push(Command::OpenDialog);
            }
            let fold = ui.add(Button::new("⏴").frame(false)).on_hover_text("Fold this list to a strip");
            fold.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Fold the snapshots"));
            if fold.clicked() {
                commands.push(Command::ToggleFiles);
            }
        });
    });
    ui.add_space(2.0);
    bookmarks_ui(ui, state, commands);
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let files = state.files_in_order();
        sizes_ui(ui, &files);
        let mut cards = Vec::new();
        let mut before = None;
        for file in files {
            process_ui(ui, state, before, file);
            cards.push((file.id, file_ui(ui, file, before, state, commands)));
            before = Some(file);
        }
        drag_ui(ui, &cards, commands);
        if state.is_arranged() {
            let arrange = ui.add(Button::new("Order by time").small());
            if arrange.on_hover_text("Undo the order made by dragging").clicked() {
                commands.push(Command::ArrangeByTime);
            }
        }
    });
}

/// Draws the list as a strip of numbers, while it is folded.
pub(crate) fn rail_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let unfold = ui.add(Button::new("⏵").frame(false)).on_hover_text(Command::ToggleFiles.tooltip());
    unfold.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Unfold the snapshots"));
    if unfold.clicked() {
        commands.push(Command::ToggleFiles);
    }
    for (number, file) in (1..).zip(&state.files) {
        let is_current = state.current == Some(file.id);
        let button = Button::selectable(is_current, format!("{number}"));
        let button = ui.add_enabled(file.snapshot.is_some(), button).on_hover_text(&file.name);
        button.widget_info(|| WidgetInfo::selected(Role::Button, true, is_current, &file.name));
        if button.clicked() {
            commands.push(Command::ShowFile(file.id));
        }
    }
}

fn file_ui(
    ui: &mut Ui,
    file: &OpenFile,
    before: Option<&OpenFile>,
    state: &AppState,
    commands: &mut Vec<Command>,
) -> Response {
    let palette = Palette::of(ui);
    let is_current = state.current == Some(file.id);
    let is_baseline = state.baseline == Some(file.id) && !is_current;
    let builder = UiBuilder::new().id_salt(("file", file.id)).sense(Sense::CLICK | Sense::DRAG);
    let card = ui.scope_builder(builder, |ui| {
        let fill = match (is_current, ui.response().hovered()) {
            (true, _) => palette.selected_elsewhere,
            (false, true) => palette.hovered,
            (false, false) => egui::Color32::TRANSPARENT,
        };
        Frame::NONE
            .fill(fill)
            .corner_radius(CornerRadius::same(5))
            .inner_margin(Margin::symmetric(8, 5))
            .show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.spacing_mut().item_spacing.y = 2.0;
                head_ui(ui, state, file, commands);
                match &file.load {
                    Load::Running(loading) => {
                        let progress = loading.progress();
                        let percent = format::percent(progress.fraction());
                        ui.label(muted(ui, &format!("{} · {percent}", progress.stage().label())));
                        ui.add(
                            ProgressBar::new(progress.fraction())
                                .desired_height(4.0)
                                .fill(palette.accent)
                                .corner_radius(CornerRadius::same(2)),
                        )
                        .widget_info(|| {
                            WidgetInfo::labeled(
                                Role::ProgressIndicator,
                                true,
                                format!("Loading {}", file.name),
                            )
                        });
                        ui.label(muted(ui, &bytes_text(progress.bytes_read(), file.bytes())));
                    }
                    // With nothing else to show, the middle says why.
                    Load::Failed(_) if state.current.is_none() => {
                        ui.label(RichText::new("Not opened").small().color(palette.error));
                    }
                    Load::Failed(refusal) => refusal_ui(ui, file, refusal, commands),
                    Load::Done => facts_ui(ui, (file, before), is_current, is_baseline),
                }
                note_ui(ui, state, file, commands);
            });
    });
    let response = card.response;
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_current, &file.name));
    let response = response.on_hover_text(file.path.display().to_string());
    if response.clicked() {
        commands.push(Command::ShowFile(file.id));
    }
    response.context_menu(|ui| {
        let mut item = |ui: &mut Ui, is_enabled, label: &str, command: Command| {
            if ui.add_enabled(is_enabled, Button::new(label)).clicked() {
                commands.push(command);
                ui.close();
            }
        };
        item(ui, file.snapshot.is_some(), "Show", Command::ShowFile(file.id));
        item(ui, file.is_complete(), "Use as baseline", Command::SetBaseline(file.id));
        item(ui, true, "Label and note…", Command::EditNote(Some(file.id)));
        let place = state.files_in_order().iter().position(|other| other.id == file.id);
        let place = place.unwrap_or(0);
        item(ui, place > 0, "Move up", Command::MoveFile(file.id, place.saturating_sub(1)));
        let is_last = place + 1 == state.files.len();
        item(ui, !is_last, "Move down", Command::MoveFile(file.id, place + 1));
        item(ui, true, "Close", Command::Close(file.id));
    });
    if is_current {
        let rect = response.rect;
        let x = rect.left() + 1.5;
        ui.painter().vline(x, rect.shrink(4.0).y_range(), Stroke::new(3.0, palette.accent));
    }
    response
}

/// Name and the button that closes.
fn head_ui(ui: &mut Ui, state: &AppState, file: &OpenFile, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let (label, hint) = match file.load {
                Load::Running(_) => (format!("Cancel loading {}", file.name), "Stop loading"),
                _ => (format!("Close {}", file.name), "Close this snapshot and free its memory"),
            };
            let icon = RichText::new("✖").small().color(Palette::of(ui).muted);
            let close = ui.add(Button::new(icon).frame(false)).on_hover_text(hint);
            close.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
            if close.clicked() {
                commands.push(Command::Close(file.id));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let label = state.note_of(file.id).map(|note| &note.label).filter(|label| !label.is_empty());
                let shown = label.unwrap_or(&file.name);
                let name = Label::new(elide_middle(ui, shown, ui.available_width()));
                ui.add(name).widget_info(|| WidgetInfo::labeled(Role::Label, true, &file.name));
            });
        });
    });
}

/// Why it is not shown, and a button where something can be done.
fn refusal_ui(ui: &mut Ui, file: &OpenFile, refusal: &LoadFailure, commands: &mut Vec<Command>) {
    let text = RichText::new(&refusal.sentence).small().color(Palette::of(ui).error);
    ui.add(Label::new(text).wrap());
    let Some((label, hint, command)) = remedy(file, refusal) else { return };
    if ui.add(Button::new(label).small()).on_hover_text(hint).clicked() {
        commands.push(command);
    }
}

fn facts_ui(
    ui: &mut Ui,
    (file, before): (&OpenFile, Option<&OpenFile>),
    is_current: bool,
    is_baseline: bool,
) {
    let count = format::format_count(file.object_count);
    ui.label(muted(ui, &format!("{} · {count} objects", format::format_size(file.total_size))))
        .on_hover_text(format::exact_bytes(file.total_size));
    if let Some(time) = time_text(file, before) {
        ui.label(muted(ui, &time));
    }
    if let Some(partial) = file.partial() {
        let text = RichText::new(partial.summary()).small().color(Palette::of(ui).warning);
        ui.add(Label::new(text).wrap()).on_hover_text(partial.sentence());
    }
    let role = match (is_current, is_baseline) {
        (true, _) => "Current",
        (_, true) => "Baseline",
        _ => return,
    };
    ui.label(RichText::new(role).small().color(Palette::of(ui).accent));
}

fn muted(ui: &Ui, text: &str) -> RichText {
    RichText::new(text).small().color(Palette::of(ui).muted)
}

/// How much of a file was read; a pipe has no length.
fn bytes_text(read: u64, length: u64) -> String {
    match length {
        0 => format!("{} read", format::format_size(read)),
        _ => format!("{} of {}", format::format_size(read.min(length)), format::format_size(length)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_has_no_length() {
        assert_eq!(bytes_text(0, 0), "0\u{a0}B read");
        assert_eq!(bytes_text(2000, 1000), "1.0\u{a0}kB of 1.0\u{a0}kB");
    }
}
