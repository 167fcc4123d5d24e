//! The line over Retainers that says in a few words who holds the object: `leaks ‹ scope of handler ‹ Layer`.

use crate::app::{AppState, Command};
use crate::ui::theme::Palette;
use egui::scroll_area::ScrollBarVisibility;
use egui::{Button, Frame, Margin, RichText, Role, ScrollArea, Ui, WidgetInfo};

/// Lower panes have no room for the line.
const HEIGHT: f32 = 110.0;

/// Draws the line once the way is known; a click goes to a step, and Object follows.
pub(crate) fn breadcrumbs_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let crumbs = state.breadcrumbs();
    if crumbs.len() < 2 || ui.available_height() < HEIGHT {
        return;
    }
    let palette = Palette::of(ui);
    let frame = Frame::NONE.inner_margin(Margin { left: 8, right: 8, top: 0, bottom: 3 });
    frame.show(ui, |ui| {
        let area = ScrollArea::horizontal().id_salt("breadcrumbs").auto_shrink([false, true]);
        area.scroll_bar_visibility(ScrollBarVisibility::AlwaysHidden).show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 4.0;
                ui.spacing_mut().button_padding.x = 3.0;
                for (at, crumb) in crumbs.iter().enumerate() {
                    if at > 0 {
                        ui.label(RichText::new("‹").color(palette.muted));
                    }
                    let is_here = state.is_at_breadcrumb(crumb);
                    let text = RichText::new(&crumb.text).monospace();
                    let text = if is_here { text.strong() } else { text.color(palette.accent) };
                    let button = ui.add(Button::selectable(is_here, text).small());
                    button.widget_info(|| WidgetInfo::selected(Role::Link, true, is_here, &crumb.text));
                    let id = state.held_file().and_then(|file| state.object_id(file, crumb.node));
                    let hint =
                        id.map_or_else(String::new, |id| format!("Show {id} in Object, and its row below"));
                    if button.on_hover_text(hint).clicked() {
                        commands.push(Command::GoToBreadcrumb(at));
                    }
                }
            });
        });
    });
}
