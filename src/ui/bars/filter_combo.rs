//! The object filter, beside the name filter.

use crate::app::{AppState, Command};
use crate::model::{FilterOption, FilterPreset, choices};
use crate::ui::theme::Palette;
use egui::{Button, ComboBox, RichText, Ui};

/// How tall the list may become.
const LIST_HEIGHT: f32 = 420.0;
/// How wide a line of the list may become.
const LIST_WIDTH: f32 = 560.0;

/// Draws the control for the current snapshot.
pub(crate) fn keep_ui(ui: &mut Ui, state: &AppState, width: f32, commands: &mut Vec<Command>) {
    let Some(file) = state.current_file() else { return };
    let open: Vec<(&str, u64)> = state
        .files
        .iter()
        .filter(|file| file.is_complete())
        .filter_map(|file| Some((file.name.as_str(), file.snapshot.as_ref()?.max_js_object_id())))
        .collect();
    let chosen = state.filter_preset(file.id);
    let plain = choices(&open);
    let contexts = state.contexts(file.id);
    let known = plain.iter().chain(contexts.unwrap_or_default()).find(|choice| choice.keep == chosen);
    let name = known.map(|choice| choice.label.clone());
    let fallback = || file.snapshot.as_ref().map_or_else(String::new, |snapshot| chosen.label_in(snapshot));
    let name = name.unwrap_or_else(fallback);
    let color = if chosen == FilterPreset::All { Palette::of(ui).text } else { Palette::of(ui).accent };
    ui.add_enabled_ui(file.is_complete(), |ui| {
        let combo = ComboBox::from_id_salt("objects that count").width(width).height(LIST_HEIGHT).truncate();
        let response = combo.selected_text(RichText::new(&name).color(color)).show_ui(ui, |ui| {
            ui.set_max_width(LIST_WIDTH);
            for choice in &plain {
                choice_ui(ui, choice, &chosen, commands);
            }
            match contexts {
                Some([]) => {}
                Some(contexts) => {
                    ui.separator();
                    for choice in contexts {
                        choice_ui(ui, choice, &chosen, commands);
                    }
                }
                None => {
                    ui.separator();
                    ui.label(RichText::new("Finding native contexts…").color(Palette::of(ui).muted));
                    commands.push(Command::FindContexts);
                }
            }
        });
        response.response.widget_info(|| {
            let mut info = egui::WidgetInfo::labeled(egui::Role::ComboBox, true, "Objects that count");
            info.current_text_value = Some(name.clone());
            info
        });
        response.response.on_hover_text(format!("{name}\nShow only objects that pass a filter"));
    });
}

fn choice_ui(ui: &mut Ui, choice: &FilterOption, chosen: &FilterPreset, commands: &mut Vec<Command>) {
    let button = Button::selectable(*chosen == choice.keep, &choice.label).truncate();
    if ui.add(button).on_hover_text(format!("{}\n{}", choice.label, choice.help)).clicked() {
        commands.push(Command::SetFilterPreset(choice.keep.clone()));
        ui.close();
    }
}
