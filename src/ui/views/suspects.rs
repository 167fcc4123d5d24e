//! The suspects page: each statement links to a view.

use crate::app::{AppState, Command, FileId, OpenFile, ReportFormat};
use crate::model::{Suspect, SuspectsReport};
use crate::ui::bars::banner::note_ui;
use crate::ui::theme::Palette;
use egui::{Button, CornerRadius, Label, RichText, ScrollArea, Ui};

/// How wide a line may become.
const WIDTH: f32 = 860.0;

/// Draws who grew since the baseline, if there is one, and who holds much of the snapshot.
pub(crate) fn suspects_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    ui.painter().rect_filled(ui.available_rect_before_wrap(), CornerRadius::ZERO, palette.background);
    let Some(file) = state.current_file() else { return };
    ScrollArea::vertical().id_salt("suspects").auto_shrink(false).show(ui, |ui| {
        egui::Frame::NONE.inner_margin(16).show(ui, |ui| {
            ui.set_max_width(ui.available_width().min(WIDTH));
            let baseline = state.baseline_file().filter(|older| older.is_complete() && older.id != file.id);
            if let Some(baseline) = baseline {
                note_ui(ui, state);
                let title = format!("What grew since {}", baseline.name);
                report_ui(ui, (&title, file), state.suspects_of_growth(), commands);
                ui.add_space(14.0);
            }
            let title = format!("What holds the heap of {}", file.name);
            report_ui(ui, (&title, file), state.suspects_of_heap(), commands);
            ui.add_space(14.0);
            copies_ui(ui, commands);
        });
    });
}

/// Takes the page elsewhere.
fn copies_ui(ui: &mut Ui, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        for form in [ReportFormat::Text, ReportFormat::Markdown] {
            let command = Command::CopySuspects(form);
            let button = Button::new(command.label());
            if ui.add(button).on_hover_text(command.tooltip()).clicked() {
                commands.push(command);
            }
        }
    });
}

fn report_ui(
    ui: &mut Ui,
    (title, file): (&str, &OpenFile),
    report: Option<Result<&SuspectsReport, &str>>,
    commands: &mut Vec<Command>,
) {
    let palette = Palette::of(ui);
    ui.add(Label::new(RichText::new(title).size(16.0)).wrap());
    match report {
        None => {
            ui.label(RichText::new("Looking for suspects…").color(palette.muted));
        }
        Some(Err(problem)) => {
            ui.label(RichText::new(problem).color(palette.error));
        }
        Some(Ok(report)) => {
            ui.add(Label::new(RichText::new(&report.verdict).color(palette.muted)).wrap());
            for (number, suspect) in (1..).zip(&report.suspects) {
                ui.push_id((title, number), |ui| suspect_ui(ui, number, suspect, file.id, commands));
            }
        }
    }
}

fn suspect_ui(ui: &mut Ui, number: usize, suspect: &Suspect, file: FileId, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    ui.add_space(8.0);
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(format!("{number}.")).size(14.5).color(palette.muted));
        ui.spacing_mut().item_spacing.x = 0.0;
        let owner =
            ui.link(RichText::new(&suspect.owner).size(14.5)).on_hover_text("Show who holds it, below");
        if owner.clicked() {
            commands.push(Command::Inspect(file, suspect.object));
        }
        ui.label(RichText::new(format!(": {}", suspect.claim)).size(14.5));
    });
    ui.indent("facts", |ui| {
        for fact in &suspect.facts {
            ui.add(Label::new(fact).wrap());
        }
        if suspect.path != suspect.owner {
            let path = RichText::new(&suspect.path).monospace().color(palette.muted);
            ui.add(Label::new(path).wrap().selectable(true));
            ui.add_space(2.0);
        }
        ui.horizontal_wrapped(|ui| {
            let growth = suspect.line.map(|line| ("Show in Growth", Command::ShowGrowthLine(line)));
            let ways = [
                Some(("Show retainers", Command::Inspect(file, suspect.object))),
                growth,
                Some(("Show in Summary", Command::ShowObject(file, suspect.object))),
            ];
            for (label, command) in ways.into_iter().flatten() {
                if ui.add(Button::new(label).small()).clicked() {
                    commands.push(command);
                }
            }
        });
    });
}
