//! The pane with source code: the lines around an object's place in a monospaced face, with numbers and marks.

use crate::app::{AppState, Command, FileId};
use crate::model::format::format_size;
use crate::model::{CapturedLine, LineMark, SourceLine, SourceView, Tone};
use crate::ui::theme::Palette;
use crate::ui::views::main_pane::placeholder_ui;
use egui::text::{LayoutJob, TextFormat};
use egui::{
    Button, Color32, CornerRadius, Label, Margin, Rect, RichText, Role, ScrollArea, Sense, TextStyle, Ui,
    WidgetInfo, pos2, vec2,
};

/// The height of a line.
const LINE: f32 = 17.0;
/// Space around numbers and text.
const GAP: f32 = 8.0;
/// Variables of a scope that are listed.
const CAPTURED: usize = 6;
/// The width of the mark at the left edge.
const MARK: f32 = 3.0;
/// How much of its colour a marked line's ground takes.
const TINT: f32 = 0.16;

/// Draws the pane.
pub(crate) fn source_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    ui.painter().rect_filled(ui.available_rect_before_wrap(), CornerRadius::ZERO, palette.background);
    if state.shown_object().is_none() {
        return placeholder_ui(ui, "Select an object to see its source code");
    }
    let (file, view) = match (state.source_contents(), state.source_error()) {
        (_, Some(problem)) => return placeholder_ui(ui, problem),
        (None, None) => return placeholder_ui(ui, "Reading source code…"),
        (Some((_, None)), None) => return placeholder_ui(ui, "No script is known for this object"),
        (Some((query, Some(view))), None) => (query.file, view),
    };
    ui.spacing_mut().item_spacing.y = 2.0;
    egui::Frame::NONE.inner_margin(Margin::symmetric(8, 4)).show(ui, |ui| {
        head_ui(ui, view, commands);
        captured_ui(ui, (file, &view.captured), commands);
    });
    if !view.lines.is_empty() {
        lines_ui(ui, view);
    }
}

/// Whose code it is, what is known of it and what can be done with it.
fn head_ui(ui: &mut Ui, view: &SourceView, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    ui.horizontal(|ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let copy = Command::CopyText(place_text(view));
            if ui.add(Button::new("Copy file:line").small()).on_hover_text(place_text(view)).clicked() {
                commands.push(copy);
            }
            let open = ui.add_enabled(view.path.is_some(), Button::new("Open in editor").small());
            let open =
                open.on_disabled_hover_text("The text is the snapshot's own: no file on this disk has it");
            if open.clicked() {
                commands.push(Command::OpenInEditor);
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                let name = RichText::new(&view.place.text).color(palette.text).monospace();
                ui.add(Label::new(name).truncate()).on_hover_text(view.place.hover());
            });
        });
    });
    if let Some(finding) = &view.finding {
        let finding_label = RichText::new(finding).color(palette.tone(Tone::Grown));
        ui.add(Label::new(finding_label).wrap());
    }
    let is_warning = view.lines.is_empty()
        || !["same text", "functions found", "same debug id"].iter().any(|end| view.note.ends_with(end));
    let color = if is_warning { palette.warning } else { palette.muted };
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(&view.note).color(color).small());
        let hint = "Choose a folder that has the code of scripts whose paths are of another machine";
        if view.is_lacking && ui.add(Button::new("Add folder…").small()).on_hover_text(hint).clicked() {
            commands.push(Command::AddSourceFolder);
        }
    });
}

/// The variables of the scope: a line for each that is kept for nothing, and one for the largest others.
fn captured_ui(ui: &mut Ui, (file, captured): (FileId, &[CapturedLine]), commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let mut link = |ui: &mut Ui, variable: &CapturedLine| {
        let name = RichText::new(&variable.name).monospace().small();
        let hint = "Show what the variable holds";
        if ui.link(name).on_hover_text(hint).clicked() {
            commands.push(Command::Inspect(file, variable.object));
        }
        ui.label(RichText::new(format_size(variable.retained)).color(palette.muted).small());
    };
    let (unread, read): (Vec<_>, Vec<_>) = captured.iter().partition(|variable| variable.is_unread);
    for variable in unread.iter().take(CAPTURED) {
        ui.horizontal_wrapped(|ui| {
            link(ui, variable);
            let said = "kept for nothing: no living function reads it";
            ui.label(RichText::new(said).color(palette.warning).small());
        });
    }
    if read.is_empty() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 5.0;
        ui.label(RichText::new("Variables of the scope:").color(palette.muted).small());
        read.iter().take(CAPTURED).for_each(|variable| link(ui, variable));
        if let Some(more) = read.len().checked_sub(CAPTURED).filter(|&more| more > 0) {
            ui.label(RichText::new(format!("and {more} more")).color(palette.muted).small());
        }
    });
}

/// The place for an editor; of a script as a whole, with the line that is seen first.
fn place_text(view: &SourceView) -> String {
    match view.place.place.position {
        Some(_) => view.place.full.clone(),
        None => format!("{}:{}", view.place.full, view.focus),
    }
}

/// The lines in sight; the first time, around the one of interest.
fn lines_ui(ui: &mut Ui, view: &SourceView) {
    let id = ui.scope_id().with("source shown");
    let shown = (view.place.full.clone(), view.focus, view.lines.len());
    let is_new = ui.data(|data| data.get_temp::<(String, u32, usize)>(id)).as_ref() != Some(&shown);
    let mut area = ScrollArea::both().id_salt("source").auto_shrink(false);
    if is_new {
        ui.data_mut(|data| data.insert_temp(id, shown));
        let at = view.focus.saturating_sub(view.first);
        #[expect(clippy::cast_precision_loss, reason = "a few thousand lines")]
        let top = (at as f32 + 0.5) * LINE - ui.available_height() / 2.0;
        area = area.scroll_offset(vec2(0.0, top.max(0.0)));
    }
    let font = TextStyle::Monospace.resolve(ui.style());
    let last = view.first as usize + view.lines.len();
    let digits = ui.painter().layout_no_wrap(last.to_string(), font.clone(), Color32::WHITE).size().x;
    let gutter = MARK + GAP + digits + GAP;
    ui.spacing_mut().item_spacing.y = 0.0;
    let width_id = ui.scope_id().with("source width");
    area.show_rows(ui, LINE, view.lines.len(), |ui, rows| {
        let known = ui.data(|data| data.get_temp::<f32>(width_id)).filter(|_| !is_new).unwrap_or(0.0);
        let mut widest: f32 = known;
        for at in rows {
            let Some(line) = view.lines.get(at) else { continue };
            let number = at + view.first as usize;
            let size = vec2(ui.available_width().max(known), LINE);
            let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
            widest = widest.max(line_ui(ui, rect, (number, gutter), line));
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, spoken(number, line)));
        }
        ui.data_mut(|data| data.insert_temp(width_id, widest));
    });
}

/// Draws one line and returns the width that it takes.
fn line_ui(ui: &Ui, rect: Rect, (number, gutter): (usize, f32), line: &SourceLine) -> f32 {
    let palette = Palette::of(ui);
    let painter = ui.painter();
    if let Some(color) = mark_color(line.mark, palette) {
        painter.rect_filled(rect, CornerRadius::ZERO, color.gamma_multiply(TINT));
        painter.rect_filled(rect.with_max_x(rect.left() + MARK), CornerRadius::ZERO, color);
    }
    let font = TextStyle::Monospace.resolve(ui.style());
    let number_color = if line.mark == LineMark::None { palette.muted } else { palette.text };
    let right = pos2(rect.left() + gutter - GAP, rect.center().y);
    painter.text(right, egui::Align2::RIGHT_CENTER, number, font.clone(), number_color);
    let mut job = LayoutJob::default();
    for span in &line.spans {
        let color = if span.tone == Tone::Plain { palette.text } else { palette.tone(span.tone) };
        job.append(&span.text, 0.0, TextFormat::simple(font.clone(), color));
    }
    let galley = painter.layout_job(job);
    let width = gutter + galley.size().x + GAP;
    let top = rect.center().y - galley.size().y / 2.0;
    painter.galley(pos2(rect.left() + gutter, top), galley, palette.text);
    width
}

fn mark_color(mark: LineMark, palette: &Palette) -> Option<Color32> {
    match mark {
        LineMark::None => None,
        LineMark::Place => Some(palette.accent),
        LineMark::Declared => Some(palette.tone(Tone::Property)),
        LineMark::Grows => Some(palette.tone(Tone::Grown)),
    }
}

/// `12, grows here: leaks.push(1)`.
fn spoken(number: usize, line: &SourceLine) -> String {
    let what = match line.mark {
        LineMark::None => "",
        LineMark::Place => ", its code is here",
        LineMark::Declared => ", declared here",
        LineMark::Grows => ", grows here",
    };
    let text: String = line.spans.iter().map(|span| span.text.as_str()).collect();
    format!("{number}{what}: {}", text.trim())
}
