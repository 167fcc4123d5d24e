//! The verdict on a fix: what became of each container that leaked.

use egui::{
    Button, Color32, CornerRadius, Grid, Label, Margin, RichText, ScrollArea, Sense, TextEdit, Ui, vec2,
};

use crate::app::{AppState, Command, FileId, FixFiles, View};
use crate::model::{ContainerSize, ContainerVerdict, Verdict, VerifyReport, format};
use crate::ui::sidebar::file_name::without_ending;
use crate::ui::theme::Palette;

/// How wide a line may become.
const WIDTH: f32 = 860.0;
/// The width of the bar of the largest container.
const BAR: f32 = 220.0;

/// Draws the verdict, or why there is none.
pub(crate) fn fix_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    ui.painter().rect_filled(ui.available_rect_before_wrap(), CornerRadius::ZERO, palette.background);
    ScrollArea::vertical().id_salt("fix").auto_shrink(false).show(ui, |ui| {
        egui::Frame::NONE.inner_margin(16).show(ui, |ui| {
            ui.set_max_width(ui.available_width().min(WIDTH));
            match (state.fix_files(), state.fix_report()) {
                (None, _) => {
                    let text =
                        "This needs a pair of snapshots that shows the leak, and one of the fixed program";
                    ui.add(Label::new(RichText::new(text).color(palette.muted)).wrap());
                    if ui.button("Open another…").on_hover_text(Command::OpenDialog.tooltip()).clicked() {
                        commands.push(Command::OpenDialog);
                    }
                }
                (_, None) => {
                    ui.label(RichText::new("Checking the fix…").color(palette.muted));
                }
                (_, Some(Err(sentence))) => {
                    ui.add(Label::new(RichText::new("There is no verdict").size(18.0)).wrap());
                    ui.add(Label::new(capitalised(sentence)).wrap());
                    let hint =
                        "Choose above which snapshots show the leak and which one is of the fixed program.";
                    ui.add(Label::new(RichText::new(hint).color(palette.muted)).wrap());
                }
                (Some(files), Some(Ok(report))) => report_ui(ui, state, files, report, commands),
            }
        });
    });
}

fn report_ui(
    ui: &mut Ui,
    state: &AppState,
    FixFiles { roles: files, later }: FixFiles,
    report: &VerifyReport,
    commands: &mut Vec<Command>,
) {
    let palette = Palette::of(ui);
    let color = if report.is_fixed() { palette.less } else { palette.warning };
    ui.add(Label::new(RichText::new(report.verdict()).size(18.0).color(color)).wrap());
    let name = |id| state.file(id).map_or("", |file| without_ending(&file.name));
    let [before, after, fixed] = files.map(name);
    let text = match later.map(name) {
        Some(later) => {
            format!("The leak grew from {before} to {after}; {fixed} to {later} is checked against it.")
        }
        None => format!("The leak grew from {before} to {after}; {fixed} is checked against it."),
    };
    ui.add(Label::new(RichText::new(text).color(palette.muted)).wrap());
    counted_ui(ui, state, commands);
    ui.add_space(6.0);
    let bytes = |level: Option<ContainerSize>| level.map_or(0, |level| level.bytes);
    let levels = report.containers.iter().flat_map(|container| [container.before, container.after]);
    let largest = levels.map(bytes).max().unwrap_or(0).max(1);
    let unit = report.rates.unit.name();
    let newest = later.unwrap_or(files[2]);
    for (number, container) in report.containers.iter().enumerate() {
        ui.push_id(number, |ui| container_ui(ui, [files[1], newest], container, (largest, unit), commands));
    }
    ui.add_space(8.0);
    let noise = format!("{}.", VerifyReport::noise());
    ui.add(Label::new(RichText::new(noise).small().color(palette.muted)).wrap());
    ui.add_space(4.0);
    let growth = Command::ShowView(View::Growth);
    if ui.button("Show the leaking pair in Growth").on_hover_text(growth.tooltip()).clicked() {
        commands.extend([Command::ShowFile(files[1]), Command::SetBaseline(files[0]), growth]);
    }
}

/// How long each pair ran: growth per request or per minute is told where that is known.
fn counted_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let before = state.fix_counted_texts();
    let mut texts = before.map(str::to_owned);
    let names = ["Requests of each pair", "Minutes of each pair"];
    let hints = ["Growth is then told per request", "Growth is then told per minute"];
    ui.horizontal(|ui| {
        ui.label("Between the snapshots of each pair");
        for (at, unit) in ["requests, or", "minutes"].into_iter().enumerate() {
            let field = TextEdit::singleline(&mut texts[at]).desired_width(70.0).hint_text("unknown");
            let field = ui.add(field).on_hover_text(hints[at]);
            field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, names[at]));
            ui.label(unit);
        }
    });
    if texts != before {
        commands.push(Command::SetFixCounted(texts));
    }
}

fn container_ui(
    ui: &mut Ui,
    [after, fixed]: [FileId; 2],
    container: &ContainerVerdict,
    (largest, unit): (u64, &str),
    commands: &mut Vec<Command>,
) {
    let palette = Palette::of(ui);
    let frame = egui::Frame::NONE
        .fill(palette.stripe)
        .stroke((1.0, palette.line))
        .corner_radius(6)
        .inner_margin(Margin::symmetric(12, 8));
    ui.add_space(6.0);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        let color = if container.verdict.is_fixed() { palette.less } else { palette.warning };
        ui.add(Label::new(RichText::new(&container.text).size(14.5).color(color)).wrap());
        if let Some(rate) = container.leaking_rate {
            // Rates are far below 2^63.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let bytes = rate.max(0.0).round() as u64;
            let text = format!("It leaked {} per {unit}", format::format_size(bytes));
            ui.label(RichText::new(text).color(palette.muted));
        }
        if let Some(place) = &container.place {
            ui.add(Label::new(RichText::new(place).color(palette.muted)).wrap());
        }
        Grid::new("levels").spacing(vec2(10.0, 4.0)).show(ui, |ui| {
            let title = if container.verdict == Verdict::New { "before it grew" } else { "with the leak" };
            level_ui(ui, title, container.before, largest, palette.bar);
            level_ui(ui, "fixed program", container.after, largest, color);
        });
        ui.horizontal_wrapped(|ui| {
            let file = if container.verdict == Verdict::New { fixed } else { after };
            let ways = [
                ("Show retainers", Command::Inspect(file, container.object)),
                ("Show in Summary", Command::ShowObject(file, container.object)),
            ];
            for (label, command) in ways {
                if ui.add(Button::new(label).small()).clicked() {
                    commands.push(command);
                }
            }
        });
    });
}

/// A line with what a container holds, and a bar as long.
fn level_ui(ui: &mut Ui, title: &str, level: Option<ContainerSize>, largest: u64, color: Color32) {
    let palette = Palette::of(ui);
    ui.label(RichText::new(title).color(palette.muted));
    let (rect, _) = ui.allocate_exact_size(vec2(BAR, 10.0), Sense::hover());
    ui.painter().rect_filled(rect, CornerRadius::same(2), palette.track);
    let bytes = level.map_or(0, |level| level.bytes);
    let width = rect.width() * format::share(bytes, largest);
    if width > 0.0 {
        let bar = rect.with_max_x(rect.left() + width.max(1.0));
        ui.painter().rect_filled(bar, CornerRadius::same(2), color);
    }
    let text = match level {
        None => "not there".to_owned(),
        Some(ContainerSize { bytes, entries: None }) => format::format_size(bytes),
        Some(ContainerSize { bytes, entries: Some(entries) }) => {
            let noun = if entries == 1 { "entry" } else { "entries" };
            format!("{} · {} {noun}", format::format_size(bytes), format::format_count(entries))
        }
    };
    ui.label(text);
    ui.end_row();
}

/// A sentence that begins with a capital.
fn capitalised(sentence: &str) -> String {
    let mut chars = sentence.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
