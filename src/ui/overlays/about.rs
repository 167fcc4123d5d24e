//! What this program is: version, system and licences.

use crate::app::{AppState, Command, program};
use crate::ui::fonts::strong;
use crate::ui::theme::Palette;
use egui::{Frame, Id, Label, Modal, RichText, Ui};

const TEXT: &str = "Explores V8 heap snapshots: what grew, which code keeps it, and whether a fix worked. Files stay \
                    on this computer.";
const LICENCES: &str = "Licensed under MIT or Apache-2.0. Typefaces: Inter and JetBrains Mono, both under the SIL Open \
                        Font License.";

/// Draws it while it is shown.
pub(crate) fn about_ui(ui: &Ui, state: &AppState, commands: &mut Vec<Command>) {
    if !state.about_shown {
        return;
    }
    let modal = Modal::new(Id::unique("about")).frame(Frame::window(ui.style())).show(ui, |ui| {
        ui.set_width(380.0);
        ui.label(RichText::new("Heaplens").font(strong(18.0)));
        let build = if cfg!(debug_assertions) { "debug build" } else { "release build" };
        let version = format!("{}, {build}", program());
        ui.add(Label::new(RichText::new(&version).color(Palette::of(ui).muted)).selectable(true));
        ui.add_space(6.0);
        ui.add(Label::new(TEXT).wrap());
        ui.add_space(4.0);
        ui.add(Label::new(RichText::new(LICENCES).small().color(Palette::of(ui).muted)).wrap());
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            if ui.button("Copy version").on_hover_text("Put this line on the clipboard").clicked() {
                commands.push(Command::CopyText(version));
            }
            if ui.button("Close").clicked() {
                commands.push(Command::Dismiss);
            }
        });
    });
    if modal.should_close() {
        commands.push(Command::Dismiss);
    }
}
