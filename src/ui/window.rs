//! The window as a whole: the layout, and the only place where commands are carried out.

use crate::app::apply;
use crate::app::{
    AppState, Command, Effect, Executor, Pane, SettingsFile, SettingsWriter, View, Zoom, find_pair,
};
use crate::ui::bars::{menu, status, toolbar};
use crate::ui::capture::panel::capture_ui;
use crate::ui::overlays::file_dialog::Dialog;
use crate::ui::overlays::frame_times::FrameTimes;
use crate::ui::overlays::{about, command_palette, drop_target, help, path_prompt};
use crate::ui::sidebar::files;
use crate::ui::views::main_pane::main_pane_ui;
use crate::ui::views::retainers::{Extent, in_front_id, retainers_pane_ui};
use crate::ui::views::{search, welcome};
use crate::ui::{keys, table, theme};
use eframe::{CreationContext, Frame, NativeOptions, Storage};
use egui::gui_zoom::{zoom_in, zoom_out};
use egui::{CentralPanel, Context, Margin, Panel, Ui, ViewportBuilder, ViewportCommand};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

const APP_ID: &str = "heaplens";
const ICON: &[u8] = include_bytes!("../../assets/icon.png");

/// From this width of the middle on, the retainers stand beside it.
const RETAINERS_BESIDE: f32 = 1500.0;
/// The height of the retainers' head and two of their rows.
const RETAINERS_AT_LEAST: f32 = 92.0;
/// The height of the main table's head, eight rows and the line of sums.
const MAIN_AT_LEAST: f32 = 208.0;
/// Below this height of the middle there is no room for both: one stands in front of the other.
const BOTH: f32 = 336.0;
/// Below this width of the window the list of snapshots is narrow.
const NARROW: f32 = 900.0;

/// Opens the window with `paths` and returns when it is closed. Source code is looked for in `source_folders` too.
pub fn run(paths: Vec<PathBuf>, source_folders: Vec<PathBuf>) -> Result<(), String> {
    // Warnings of the crates behind the window go to the terminal; `RUST_LOG` asks for more or less.
    let filter = env_logger::Env::default().default_filter_or("warn");
    drop(env_logger::Builder::from_env(filter).try_init());
    let icon = eframe::icon_data::from_png_bytes(ICON).map_err(|error| error.to_string())?;
    let viewport = ViewportBuilder::default()
        .with_title("Heaplens")
        .with_app_id(APP_ID)
        .with_icon(icon)
        .with_inner_size([1280.0, 820.0])
        .with_min_inner_size([560.0, 360.0])
        .with_drag_and_drop(true);
    let options = NativeOptions { viewport, ..NativeOptions::default() };
    let window = |creation: &CreationContext<'_>| {
        let mut window = Window::new(creation, paths);
        window.state.source_folders_of_run = source_folders;
        window
    };
    eframe::run_native(APP_ID, options, Box::new(|creation| Ok(Box::new(window(creation)))))
        .map_err(|error| error.to_string())
}

/// The program's window.
pub struct Window {
    /// What it shows.
    pub state: AppState,
    commands: Vec<Command>,
    dialog: Option<Dialog>,
    /// Where the settings are kept; nowhere in tests.
    saving: Option<SettingsWriter>,
    times: FrameTimes,
    /// The title the window has.
    title: String,
}

impl Window {
    /// A window that opens `paths`, with the tastes of the last time.
    pub fn new(creation: &CreationContext<'_>, paths: Vec<PathBuf>) -> Self {
        let folder = creation.storage.and_then(|_| eframe::storage_dir(APP_ID));
        Self::with_settings(creation, folder.map(SettingsFile::in_folder), paths)
    }

    /// A window that opens `paths`, with the tastes that are kept in `file`.
    pub fn with_settings(
        creation: &CreationContext<'_>,
        mut file: Option<SettingsFile>,
        paths: Vec<PathBuf>,
    ) -> Self {
        let ctx = &creation.egui_ctx;
        theme::install(ctx);
        let (settings, problem) = file.as_mut().map(SettingsFile::read).unwrap_or_default();
        theme::choose(ctx, settings.theme);
        let painted = ctx.clone();
        let executor = Executor::threads(Arc::new(move || painted.request_repaint()));
        let mut state = AppState::new(settings, executor);
        state.samples = find_pair();
        // A file that cannot be opened says so beside its name.
        drop(apply(&mut state, Command::OpenFiles(paths)));
        state.status_message = problem;
        let saving = file.map(SettingsWriter::to);
        Self {
            state,
            commands: Vec::new(),
            dialog: None,
            saving,
            times: FrameTimes::default(),
            title: String::new(),
        }
    }

    /// Carries out the commands of the last frame.
    fn carry_out(&mut self, ctx: &Context, frame: &Frame) {
        for command in std::mem::take(&mut self.commands) {
            for effect in apply(&mut self.state, command) {
                self.carry_out_effect(effect, ctx, frame);
            }
            theme::choose(ctx, self.state.settings.theme);
            ctx.request_repaint();
        }
    }

    /// Performs the effects outside the state.
    fn carry_out_effect(&mut self, effect: Effect, ctx: &Context, frame: &Frame) {
        match effect {
            Effect::OpenDialog => {
                if self.dialog.is_none() {
                    self.dialog = Some(Dialog::open(frame, self.state.settings.recent.first(), ctx));
                }
            }
            Effect::SaveReportDialog(path) => {
                if self.dialog.is_none() {
                    self.dialog = Some(Dialog::save_report(frame, &path, ctx));
                }
            }
            Effect::ChooseCaptureFolder => {
                if self.dialog.is_none() {
                    let folder = self.state.capture_folder();
                    self.dialog = Some(Dialog::choose_folder(frame, &folder, ctx));
                }
            }
            Effect::ChooseSourceFolder => {
                if self.dialog.is_none() {
                    let folder = self.state.settings.source_folders.last();
                    self.dialog = Some(Dialog::choose_source_folder(frame, folder, ctx));
                }
            }
            Effect::Copy(text) => ctx.copy_text(text),
            Effect::Zoom(Zoom::In) => zoom_in(ctx),
            Effect::Zoom(Zoom::Out) => zoom_out(ctx),
            Effect::Zoom(Zoom::Reset) => ctx.set_zoom_factor(1.0),
            Effect::FocusFilter => {
                ctx.memory_mut(|memory| memory.request_focus(toolbar::filter_id()));
            }
            Effect::FocusSearch => {
                ctx.memory_mut(|memory| memory.request_focus(search::search_id()));
            }
            Effect::FocusPane(pane) => {
                ctx.data_mut(|data| data.insert_temp(in_front_id(), pane == Pane::Retainers));
                ctx.memory_mut(|memory| memory.request_focus(table::focus_id(pane)));
            }
            Effect::Quit => ctx.send_viewport_cmd(ViewportCommand::Close),
        }
    }

    fn follow_title(&mut self, ctx: &Context) {
        let title = match (self.state.view, self.state.baseline_file(), self.state.current_file()) {
            (view, Some(older), Some(newer)) if view.is_of_two() => {
                format!("{} → {} – Heaplens", older.name, newer.name)
            }
            (_, _, Some(file)) => format!("{} – Heaplens", file.name),
            _ => "Heaplens".to_owned(),
        };
        if title != self.title {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }
}

impl eframe::App for Window {
    fn logic(&mut self, ctx: &Context, frame: &mut Frame) {
        self.times.begin();
        for effect in self.state.poll() {
            self.carry_out_effect(effect, ctx, frame);
        }
        if let Some(command) = self.dialog.as_ref().and_then(Dialog::poll) {
            self.dialog = None;
            self.commands.extend(command);
        }
        self.carry_out(ctx, frame);
        self.follow_title(ctx);
        if self.state.is_busy() {
            ctx.request_repaint_after(Duration::from_millis(100));
        }
        if let Some(problem) = self.saving.as_mut().and_then(SettingsWriter::poll) {
            self.state.status_message = Some(problem);
        }
        self.times.pause();
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut Frame) {
        self.times.begin();
        let (state, times, commands) = (&self.state, &self.times, &mut self.commands);
        keys::shortcuts(ui, state, commands);
        keys::hide_tooltips(ui, state);
        let bar = egui::Frame::side_top_panel(ui.style()).inner_margin(Margin::symmetric(8, 4));
        Panel::top("menu").frame(bar).show(ui, |ui| menu::menu_ui(ui, state, commands));
        Panel::bottom("status").frame(bar).show(ui, |ui| status::status_ui(ui, state, times, commands));
        capture_ui(ui, state, bar.inner_margin(Margin::same(8)), commands);
        if !state.files.is_empty() {
            Panel::top("toolbar").frame(bar).show(ui, |ui| toolbar::toolbar_ui(ui, state, commands));
        }
        if !state.files.is_empty() && state.settings.files_shown {
            let is_narrow = ui.available_width() < NARROW;
            Panel::left(if is_narrow { "files, narrow" } else { "files" })
                .default_size(if is_narrow { 172.0 } else { 212.0 })
                .size_range(120.0..=(ui.available_width() * 0.3).clamp(130.0, 420.0))
                .frame(bar.inner_margin(Margin::same(6)))
                .show(ui, |ui| files::files_ui(ui, state, commands));
        } else if !state.files.is_empty() {
            Panel::left("files rail")
                .resizable(false)
                .exact_size(30.0)
                .frame(bar.inner_margin(Margin::same(4)))
                .show(ui, |ui| files::rail_ui(ui, state, commands));
        }
        let bare = egui::Frame::NONE;
        // The overview has all the room until something in it is chosen.
        let has_chosen = state.inspected_object.is_some() || state.view != View::Overview;
        let has_retainers = state.current.is_some() && state.view.has_objects() && has_chosen;
        let is_covered = has_retainers && retainers_ui(ui, state, commands);
        CentralPanel::default().frame(bare.fill(theme::Palette::of(ui).background)).show(ui, |ui| {
            if state.files.is_empty() {
                welcome::empty_ui(ui, state, commands);
            } else if !is_covered {
                main_pane_ui(ui, state, commands);
            }
        });
        path_prompt::prompt_ui(ui, state, commands);
        help::help_ui(ui, state, commands);
        about::about_ui(ui, state, commands);
        command_palette::command_palette_ui(ui, state, commands);
        drop_target::drop_ui(ui, commands);
        keys::keep_focus(ui, state);
        let ctx = ui.ctx().clone();
        self.carry_out(&ctx, frame);
        self.times.end();
    }

    fn save(&mut self, _storage: &mut dyn Storage) {
        self.state.remember_session();
        if let Some(saving) = &mut self.saving {
            saving.save(&self.state.settings, self.state.executor());
        }
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.state.remember_session();
        if let Some(saving) = &mut self.saving {
            saving.finish(&self.state.settings);
        }
    }
}

/// Draws the retainers: at the right of a wide window, below the middle otherwise, where the main table keeps
/// room for eight rows; in a low window one of them stands in front of the other. Whether the middle is covered.
fn retainers_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) -> bool {
    let frame = egui::Frame::NONE.fill(ui.visuals().panel_fill);
    let room = ui.available_size();
    if !state.settings.retainers_shown {
        let head = Panel::bottom("retainers head").resizable(false).frame(frame);
        head.show(ui, |ui| retainers_pane_ui(ui, state, Extent::Head, commands));
    } else if room.x >= RETAINERS_BESIDE && room.x > room.y {
        Panel::right("retainers beside")
            .default_size(room.x * 0.45)
            .size_range(480.0..=room.x * 0.65)
            .frame(frame)
            .show(ui, |ui| retainers_pane_ui(ui, state, Extent::Whole, commands));
    } else if room.y < BOTH {
        let is_in_front = ui.data(|data| data.get_temp(in_front_id())).unwrap_or(false);
        let panel = Panel::bottom(("retainers or middle", is_in_front)).resizable(false).frame(frame);
        let panel = if is_in_front { panel.exact_size(room.y) } else { panel };
        let extent = if is_in_front { Extent::TabInFront } else { Extent::TabBehind };
        panel.show(ui, |ui| retainers_pane_ui(ui, state, extent, commands));
        return is_in_front;
    } else {
        let most = (room.y * 0.7).min(room.y - MAIN_AT_LEAST).max(RETAINERS_AT_LEAST);
        Panel::bottom("retainers")
            .default_size((room.y * 0.4).min(most))
            .size_range(RETAINERS_AT_LEAST..=most)
            .frame(frame)
            .show(ui, |ui| retainers_pane_ui(ui, state, Extent::Whole, commands));
    }
    false
}

/// The default focus.
pub(crate) const DEFAULT_PANE: Pane = Pane::Main;
