//! The bookmarks of all snapshots in one list, below the list of snapshots: a click goes there, or opens the file.

use crate::app::{AppState, Bookmark, Command, FileId, OpenFile, file_name};
use crate::base::ObjectId;
use crate::ui::sidebar::file_name::elide_middle;
use crate::ui::theme::Palette;
use egui::{Align, Button, Label, Layout, RichText, Role, ScrollArea, Sense, TextEdit, Ui, WidgetInfo};
use std::path::Path;

/// How tall the list may become, as part of the panel.
const PART: f32 = 0.55;
/// How tall it may be in any case.
const AT_LEAST: f32 = 120.0;

/// Draws them, if there are any: those of open snapshots first.
pub(crate) fn bookmarks_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let open: Vec<(&OpenFile, &[Bookmark])> = state
        .files_in_order()
        .into_iter()
        .map(|file| (file, state.bookmarks(file.id)))
        .filter(|(_, marks)| !marks.is_empty())
        .collect();
    let closed: Vec<(&Path, usize)> = state.bookmarks_of_closed_files().collect();
    if open.is_empty() && closed.is_empty() {
        return;
    }
    let palette = Palette::of(ui);
    let height = (ui.available_height() * PART).max(AT_LEAST);
    egui::Panel::bottom("bookmarks").resizable(false).frame(egui::Frame::NONE).show(ui, |ui| {
        ui.add_space(4.0);
        ui.label(RichText::new("Bookmarks").color(palette.muted));
        let area = ScrollArea::vertical().id_salt("bookmarks").max_height(height);
        area.auto_shrink([false, true]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            for (file, marks) in open {
                let name = elide_middle(ui, &file.name, ui.available_width());
                ui.label(RichText::new(name).small().color(palette.muted)).on_hover_text(&file.name);
                for mark in marks {
                    bookmark_ui(ui, file.id, mark, commands);
                }
            }
            for (path, count) in closed {
                closed_ui(ui, path, count, commands);
            }
        });
    });
}

/// A file that is not open, and how many bookmarks it has.
fn closed_ui(ui: &mut Ui, path: &Path, count: usize, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let name = file_name(path);
    let shown = elide_middle(ui, &name, ui.available_width() - 40.0);
    let text = RichText::new(format!("★ {count} in {shown}")).small().color(palette.muted);
    let link = ui.add(Label::new(text).truncate().sense(Sense::CLICK));
    link.widget_info(|| WidgetInfo::labeled(Role::Link, true, format!("Open {name} for its bookmarks")));
    if link.on_hover_text(format!("Open {}", path.display())).clicked() {
        commands.push(Command::OpenFiles(vec![path.to_owned()]));
    }
}

fn bookmark_ui(ui: &mut Ui, file: FileId, mark: &Bookmark, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let id = ObjectId(mark.id);
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let icon = RichText::new("✖").small().color(palette.muted);
            let remove = ui.add(Button::new(icon).frame(false)).on_hover_text("Remove this bookmark");
            remove.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Remove bookmark {id}")));
            if remove.clicked() {
                commands.push(Command::RemoveBookmark(file, id));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let name = format!("{} {id}", mark.name);
                let text = RichText::new(format!("★ {name}")).color(palette.accent);
                let link = ui.add(Label::new(text).truncate().sense(Sense::CLICK));
                link.widget_info(|| WidgetInfo::labeled(Role::Link, true, &name));
                if link.on_hover_text(format!("Show {name} in Summary")).clicked() {
                    commands.push(Command::GoToObject(file, id));
                }
            });
        });
    });
    let mut note = mark.note.clone();
    let field = TextEdit::singleline(&mut note).hint_text("Note").desired_width(f32::INFINITY);
    let field = ui.add(field.font(egui::TextStyle::Small).id_salt(("note", mark.id)));
    field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, format!("Note on {id}")));
    if note != mark.note {
        commands.push(Command::NoteBookmark(file, id, note));
    }
}
