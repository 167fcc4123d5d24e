//! The window with nothing open: go on where the user was, open a file, or learn how to take one.

use crate::app::{AppState, CaptureCommand, Command, RecentFile, file_name};
use crate::model::format;
use crate::ui::bars::menu::{pair_hint, pair_text};
use crate::ui::fonts::strong;
use crate::ui::keys::tooltip;
use crate::ui::sidebar::file_name::elide_middle;
use crate::ui::theme::Palette;
use crate::ui::views::snippets::snippets_ui;
use egui::{
    Button, CornerRadius, Label, Layout, Margin, RichText, Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo,
    vec2,
};
use std::path::Path;

/// The widest that the page becomes.
const WIDTH: f32 = 1040.0;
/// Below this width the cards stand below each other.
const BESIDE: f32 = 720.0;
/// Space between cards.
const GAP: f32 = 14.0;
/// How many recent files are offered.
const RECENT: usize = 8;
/// How many recent pairs.
const RECENT_PAIRS: usize = 3;
/// The height of a recent file.
const ROW: f32 = 38.0;

const COACH: [&str; 3] = [
    "Open the samples: a server at its start and after five requests.",
    "The overview says what grew. Click leaks: the panes below show what holds it, and the line that fills it.",
    "Open Comparison: Array grew by 50,000 entries. The same steps work for your own files.",
];

/// Draws the page.
pub(crate) fn empty_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let space = ((ui.available_height() - 560.0) * 0.3).clamp(18.0, 90.0);
        ui.add_space(space);
        ui.horizontal_top(|ui| {
            let side = ((ui.available_width() - WIDTH) / 2.0).max(20.0);
            ui.add_space(side);
            ui.vertical(|ui| {
                ui.set_width((ui.available_width() - side).min(WIDTH));
                page_ui(ui, state, commands);
            });
        });
    });
}

fn page_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    ui.label(RichText::new("See what grew, and who holds it").font(strong(22.0)));
    let text = "Open a V8 heap snapshot, or two of the same process to compare them. Drop files anywhere in this \
                window; .gz, .zst and .zip are fine.";
    ui.add(Label::new(RichText::new(text).color(palette.muted)).wrap());
    ui.add_space(8.0);
    ui.horizontal_wrapped(|ui| {
        ui.scope(|ui| {
            ui.visuals_mut().widgets.inactive.weak_bg_fill = palette.selected;
            button_ui(ui, Command::OpenDialog, commands);
        });
        button_ui(ui, Command::OpenPrompt(None), commands);
        button_ui(ui, Command::Capture(CaptureCommand::Toggle), commands);
    });
    ui.add_space(14.0);
    ui.spacing_mut().item_spacing.y = 6.0;
    if ui.available_width() < BESIDE {
        files_ui(ui, state, commands);
        ui.add_space(GAP);
        take_ui(ui, commands);
        return;
    }
    let width = (ui.available_width() - GAP) / 2.0;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        for side in 0..2 {
            ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(egui::Align::Min), |ui| {
                ui.set_width(width);
                if side == 0 { files_ui(ui, state, commands) } else { take_ui(ui, commands) }
            });
        }
    });
}

/// What was open last, recent files and the samples.
fn files_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    if let Some(session) = &state.settings.session {
        card_ui(ui, "Continue where you were", |ui| {
            let names: Vec<String> = session.files.iter().map(|path| file_name(path)).collect();
            let text = format!("{}, in {}", names.join(" and "), session.view);
            ui.add(Label::new(RichText::new(text).color(Palette::of(ui).muted)).wrap());
            button_ui(ui, Command::ContinueSession, commands);
        });
        ui.add_space(GAP - 6.0);
    }
    if !state.settings.recent.is_empty() {
        card_ui(ui, "Recent", |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for pair in state.settings.recent_pairs.iter().take(RECENT_PAIRS) {
                let link = ui.link(pair_text(pair)).on_hover_text(pair_hint(pair));
                if link.clicked() {
                    commands.push(Command::OpenFiles(vec![pair.baseline.clone(), pair.current.clone()]));
                }
                ui.add_space(4.0);
            }
            for path in state.settings.recent.iter().take(RECENT) {
                recent_ui(ui, path, state.recent_file(path), commands);
            }
        });
        ui.add_space(GAP - 6.0);
    }
    if state.samples.is_some() {
        card_ui(ui, "Try it in three steps", |ui| {
            for (number, step) in (1..).zip(COACH) {
                ui.add(Label::new(format!("{number}.  {step}")).wrap());
            }
            button_ui(ui, Command::OpenSamples, commands);
        });
    }
}

fn take_ui(ui: &mut Ui, commands: &mut Vec<Command>) {
    card_ui(ui, "Take a snapshot", |ui| snippets_ui(ui, commands));
}

fn card_ui(ui: &mut Ui, title: &str, add: impl FnOnce(&mut Ui)) {
    let frame = egui::Frame::NONE
        .fill(ui.visuals().panel_fill)
        .stroke(Stroke::new(1.0, Palette::of(ui).line))
        .corner_radius(CornerRadius::same(6))
        .inner_margin(Margin::symmetric(14, 12));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new(title).font(strong(13.0)));
        add(ui);
    });
}

/// Name, size and date; the folder below.
fn recent_ui(ui: &mut Ui, path: &Path, known: Option<&RecentFile>, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let name = file_name(path);
    response.widget_info(|| WidgetInfo::labeled(Role::Link, true, &name));
    if response.clicked() {
        commands.push(Command::OpenFiles(vec![path.to_owned()]));
    }
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect.expand2(vec2(6.0, 0.0)), CornerRadius::same(3), palette.hovered);
    }
    let facts = match known {
        Some(RecentFile { bytes: Some(bytes), modified }) => {
            format!("{} · {modified}", format::format_size(*bytes))
        }
        Some(_) => "not there any more".to_owned(),
        None => String::new(),
    };
    let galley = |text: String, size: f32, color| {
        ui.painter().layout_no_wrap(text, egui::FontId::proportional(size), color)
    };
    let facts = galley(facts, 11.0, palette.muted);
    let room = rect.width() - facts.size().x - 12.0;
    let title = galley(elide_middle(ui, &name, room), 12.5, palette.accent);
    let folder = path.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
    let folder = galley(elide_middle(ui, &format::sanitize(&folder, 300), rect.width()), 11.0, palette.muted);
    let top = rect.top() + 3.0;
    ui.painter().galley(egui::pos2(rect.right() - facts.size().x, top + 2.0), facts, palette.muted);
    ui.painter().galley(egui::pos2(rect.left(), top), title, palette.accent);
    ui.painter().galley(egui::pos2(rect.left(), top + 17.0), folder, palette.muted);
    response.on_hover_text(path.display().to_string());
}

fn button_ui(ui: &mut Ui, command: Command, commands: &mut Vec<Command>) {
    let hint = tooltip(ui, &command);
    if ui.add(Button::new(command.label()).min_size(vec2(130.0, 26.0))).on_hover_text(hint).clicked() {
        commands.push(command);
    }
}
