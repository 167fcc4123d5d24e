//! The bookmarks of the snapshot that is shown, below the list of snapshots: a click goes there.

use crate::app::{AppState, Bookmark, Command, FileId};
use crate::base::ObjectId;
use crate::ui::theme::Palette;
use egui::{Align, Button, Label, Layout, RichText, Role, ScrollArea, Sense, TextEdit, Ui, WidgetInfo};

/// How tall the list may become, as part of the panel.
const PART: f32 = 0.4;

/// Draws them, if there are any.
pub(crate) fn bookmarks_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let Some(file) = state.current else { return };
    let marks = state.bookmarks(file);
    if marks.is_empty() {
        return;
    }
    let palette = Palette::of(ui);
    let height = (ui.available_height() * PART).max(60.0);
    egui::Panel::bottom("bookmarks").resizable(false).frame(egui::Frame::NONE).show(ui, |ui| {
        ui.add_space(4.0);
        ui.label(RichText::new("Bookmarks").color(palette.muted));
        ScrollArea::vertical().id_salt("bookmarks").max_height(height).auto_shrink([false, true]).show(
            ui,
            |ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                for mark in marks {
                    bookmark_ui(ui, file, mark, commands);
                }
            },
        );
    });
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
