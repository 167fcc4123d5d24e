//! The menu bar.

use crate::app::{
    AnyOption, AppState, Command, CopyWhat, EDITOR, OptionChange, SIZES, THEME, View, Zoom, file_name,
};
use crate::app::{CaptureCommand, RecentPair, RowFilter};
use crate::model;
use crate::snapshot::groups::GroupBy;
use crate::ui::keys::shortcut_text;
use crate::ui::theme::menu_style;
use egui::text::{LayoutJob, TextFormat};
use egui::{
    Align, Button, FocusDirection, Id, Key, Layout, MenuBar, Modifiers, Popup, Role, ScrollArea, Stroke,
    TextStyle, Ui, WidgetInfo,
};

/// The room above an open menu, and a little below it.
const MENU_ABOVE: f32 = 60.0;
/// Windows lower than this have no room for the longest menu.
const MENU_BELOW: f32 = 640.0;

/// Draws the menus, and the switch of sizes at their right.
pub(crate) fn menu_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    MenuBar::new().style(menu_style).ui(ui, |ui| {
        top_menu_ui(ui, Key::F, "File", |ui| file_menu_ui(ui, state, commands));
        top_menu_ui(ui, Key::E, "Edit", |ui| edit_menu_ui(ui, state, commands));
        top_menu_ui(ui, Key::V, "View", |ui| {
            // It is long: in a low window it scrolls.
            let height = ui.content_rect().height();
            if height < MENU_BELOW {
                let area = ScrollArea::vertical().max_height(height - MENU_ABOVE);
                area.show(ui, |ui| view_menu_ui(ui, state, commands));
            } else {
                view_menu_ui(ui, state, commands);
            }
        });
        top_menu_ui(ui, Key::G, "Go", |ui| go_menu_ui(ui, state, commands));
        top_menu_ui(ui, Key::H, "Help", |ui| {
            item_ui(ui, state, Command::ToggleHelp, commands);
            item_ui(ui, state, Command::CopyFaults, commands);
            item_ui(ui, state, Command::ToggleAbout, commands);
        });
        if state.current.is_some() {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| sizes_ui(ui, state, commands));
        }
    });
}

/// A menu that Alt and the first letter of its title open; the letter is underlined while Alt is held. The
/// keyboard goes to its first line.
fn top_menu_ui(ui: &mut Ui, key: Key, title: &'static str, add: impl FnOnce(&mut Ui)) {
    let opened = Id::unique(("menu by key", title));
    let is_held = ui.input(|input| input.modifiers.alt);
    let (first, rest) = title.split_at(1);
    let font = TextStyle::Button.resolve(ui.style());
    let color = ui.visuals().widgets.inactive.text_color();
    let plain = TextFormat::simple(font, color);
    let line = Stroke::new(if is_held { 1.0 } else { 0.0 }, color);
    let mut label =
        LayoutJob::single_section(first.to_owned(), TextFormat { underline: line, ..plain.clone() });
    label.append(rest, 0.0, plain);
    let menu = ui.menu_button(label, |ui| {
        add(ui);
        if ui.data_mut(|data| data.remove_temp::<bool>(opened)).is_some() {
            ui.memory_mut(|memory| memory.move_focus(FocusDirection::Next));
        }
    });
    menu.response.widget_info(|| WidgetInfo::labeled(Role::Button, true, title));
    if ui.input_mut(|input| input.consume_key(Modifiers::ALT, key)) {
        menu.response.request_focus();
        Popup::open_id(ui.ctx(), Popup::default_response_id(&menu.response));
        ui.data_mut(|data| data.insert_temp(opened, true));
    }
}

fn go_menu_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    for command in [Command::Back, Command::Forward] {
        item_ui(ui, state, command, commands);
    }
    ui.separator();
    for command in [Command::ShowView(View::Search), Command::NextHit(1), Command::NextHit(-1)] {
        item_ui(ui, state, command, commands);
    }
    ui.separator();
    item_ui(ui, state, Command::FocusFilter, commands);
    item_ui(ui, state, Command::FilterBySelected(RowFilter::Only), commands);
    item_ui(ui, state, Command::FilterBySelected(RowFilter::Exclude), commands);
    item_ui(ui, state, Command::GroupBySelected(GroupBy::Function), commands);
    ui.separator();
    item_ui(ui, state, Command::ShowSelectedRetainers, commands);
    for view in [View::Summary, View::Containment, View::Dominators] {
        item_ui(ui, state, Command::RevealSelected(view), commands);
    }
    item_ui(ui, state, Command::OpenRecursively, commands);
    ui.separator();
    item_ui(ui, state, Command::TogglePalette, commands);
}

fn file_menu_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    item_ui(ui, state, Command::OpenDialog, commands);
    item_ui(ui, state, Command::OpenPrompt(None), commands);
    ui.add_enabled_ui(!state.settings.recent.is_empty(), |ui| {
        ui.menu_button("Open recent", |ui| {
            for pair in &state.settings.recent_pairs {
                let item = ui.button(pair_text(pair)).on_hover_text(pair_hint(pair));
                if item.clicked() {
                    commands.push(Command::OpenFiles(vec![pair.baseline.clone(), pair.current.clone()]));
                    ui.close();
                }
            }
            for path in &state.settings.recent {
                let item = ui.button(file_name(path)).on_hover_text(path.display().to_string());
                if item.clicked() {
                    commands.push(Command::OpenFiles(vec![path.clone()]));
                    ui.close();
                }
            }
        });
    });
    item_ui(ui, state, Command::ContinueSession, commands);
    item_ui(ui, state, Command::OpenSamples, commands);
    ui.separator();
    item_ui(ui, state, Command::Capture(CaptureCommand::Toggle), commands);
    item_ui(ui, state, Command::SaveReport, commands);
    ui.separator();
    item_ui(ui, state, Command::CloseCurrent, commands);
    item_ui(ui, state, Command::Quit, commands);
}

/// `start ⇄ after, leaks +407 kB`.
pub(crate) fn pair_text(pair: &RecentPair) -> String {
    format!("{} ⇄ {}, {}", file_name(&pair.baseline), file_name(&pair.current), pair.found)
}

/// The paths of a pair.
pub(crate) fn pair_hint(pair: &RecentPair) -> String {
    format!("{}\n{}", pair.baseline.display(), pair.current.display())
}

fn edit_menu_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    for what in [CopyWhat::Row, CopyWhat::Name, CopyWhat::ObjectId, CopyWhat::Path, CopyWhat::Place] {
        item_ui(ui, state, Command::CopySelected(what), commands);
    }
    ui.separator();
    for format in [model::TextFormat::Tsv, model::TextFormat::Markdown] {
        item_ui(ui, state, Command::CopyTable(format), commands);
    }
    ui.separator();
    item_ui(ui, state, Command::BookmarkSelected, commands);
}

fn view_menu_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    for view in View::ALL {
        choice_ui(ui, state.view == view, Command::ShowView(view), commands);
    }
    ui.separator();
    item_ui(ui, state, Command::SwapSides, commands);
    option_menu_ui(ui, state, &SIZES, commands);
    ui.separator();
    choice_ui(ui, state.settings.files_shown, Command::ToggleFiles, commands);
    choice_ui(ui, state.settings.retainers_shown, Command::ToggleRetainers, commands);
    choice_ui(ui, state.is_object_shown(), Command::ToggleObject, commands);
    choice_ui(ui, state.is_source_shown(), Command::ToggleSource, commands);
    ui.menu_button("Source code", |ui| {
        choice_ui(ui, state.settings.generated_shown, Command::ToggleGenerated, commands);
        item_ui(ui, state, Command::AddSourceFolder, commands);
        item_ui(ui, state, Command::ForgetSourceFolders, commands);
        ui.separator();
        item_ui(ui, state, Command::OpenInEditor, commands);
        ui.menu_button("Editor", |ui| option_menu_ui(ui, state, &EDITOR, commands));
    });
    choice_ui(ui, state.settings.frame_times_shown, Command::ToggleFrameTimes, commands);
    choice_ui(ui, state.settings.index_kept, Command::ToggleIndex, commands);
    ui.separator();
    ui.menu_button("Theme", |ui| {
        option_menu_ui(ui, state, &THEME, commands);
    });
    for zoom in [Zoom::In, Zoom::Out, Zoom::Reset] {
        item_ui(ui, state, Command::Zoom(zoom), commands);
    }
}

/// A line of a menu for a command that has a name.
fn item_ui(ui: &mut Ui, state: &AppState, command: Command, commands: &mut Vec<Command>) {
    let button = Button::new(command.label()).shortcut_text(shortcut_text(ui, &command).unwrap_or_default());
    let is_enabled = state.is_enabled(&command);
    let response = ui.add_enabled(is_enabled, button);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, is_enabled, command.label()));
    if response.on_hover_text(command.tooltip()).clicked() {
        commands.push(command);
        ui.close();
    }
}

/// The same for one of several, or for a thing that is on or off.
fn choice_ui(ui: &mut Ui, is_chosen: bool, command: Command, commands: &mut Vec<Command>) {
    let button = Button::selectable(is_chosen, command.label())
        .shortcut_text(shortcut_text(ui, &command).unwrap_or_default());
    let response = ui.add(button);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_chosen, command.label()));
    if response.on_hover_text(command.tooltip()).clicked() {
        commands.push(command);
        ui.close();
    }
}

/// A line for each value of an option.
fn option_menu_ui(
    ui: &mut Ui,
    state: &AppState,
    option: &'static dyn AnyOption,
    commands: &mut Vec<Command>,
) {
    for at in 0..option.count() {
        let command = Command::SetOption(option, OptionChange::To(at));
        choice_ui(ui, option.chosen(state) == at, command, commands);
    }
}

fn sizes_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    // From the right to the left.
    for at in (0..SIZES.count()).rev() {
        let button = Button::selectable(SIZES.chosen(state) == at, SIZES.label(at));
        if ui.add(button).on_hover_text(SIZES.tooltip(at)).clicked() {
            commands.push(Command::SetOption(&SIZES, OptionChange::To(at)));
        }
    }
}
