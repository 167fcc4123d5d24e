//! The pane about the selected object: facts, text and lists of its contents, each a link to another object.

use crate::app::{AppState, Command, FileId, ObjectContents};
use crate::base::NodeIndex;
use crate::model::{Line, ObjectCard, PathTexts, Section, Span, format, ids_in};
use crate::ui::table::cells::clipped;
use crate::ui::theme::Palette;
use crate::ui::views::main_pane::placeholder_ui;
use egui::{
    Align, Button, CornerRadius, Grid, Label, Layout, Margin, RichText, ScrollArea, Sense, TextEdit, Ui,
    WidgetInfo, vec2,
};
use egui::{Role, pos2};

/// The height of a line.
const LINE: f32 = 19.0;
/// The room of a retained size.
const SIZE: f32 = 70.0;
/// How tall the text of a string may be.
const TEXT: f32 = 160.0;
/// How many characters of a text are laid out.
const CHARACTERS: usize = 20_000;

/// Draws the pane.
pub(crate) fn object_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    ui.painter().rect_filled(ui.available_rect_before_wrap(), CornerRadius::ZERO, palette.background);
    if state.shown_object().is_none() {
        return placeholder_ui(ui, "Select an object to see what it holds");
    }
    let (key, contents) = match (state.object_contents(), state.object_error()) {
        (_, Some(problem)) => return placeholder_ui(ui, problem),
        (None, None) => return placeholder_ui(ui, "Reading the object…"),
        (Some(shown), None) => shown,
    };
    let file = key.file;
    let rows = flattened(&contents.card);
    let spans: Vec<_> =
        contents.card.title.iter().map(|span| (span.text.as_str(), palette.tone(span.tone))).collect();
    ScrollArea::vertical().id_salt("object").auto_shrink(false).show_viewport(ui, |ui, viewport| {
        egui::Frame::NONE.inner_margin(Margin::symmetric(8, 6)).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let galley = clipped(ui, &spans, ui.available_width());
            ui.label(galley);
            facts_ui(ui, &contents.card);
            elsewhere_ui(ui, state, contents, commands);
            way_ui(ui, &contents.card.way);
            text_ui(ui, &contents.card);
            // Only the lines in sight are laid out.
            let begin = ui.cursor().top() - ui.min_rect().top();
            #[expect(clippy::cast_precision_loss, reason = "a few thousand lines")]
            let height = rows.len() as f32 * LINE;
            let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
            for (at, row) in (0_u16..).zip(&rows) {
                let top = begin + f32::from(at) * LINE;
                if top + 2.0 * LINE < viewport.top() || top - LINE > viewport.bottom() {
                    continue;
                }
                let place = egui::Rect::from_min_size(
                    pos2(rect.left(), rect.top() + f32::from(at) * LINE),
                    vec2(rect.width(), LINE),
                );
                match row {
                    CardRow::Head(section) => head_ui(ui, place, section),
                    CardRow::Line(line) => line_ui(ui, place, (file, at), line, commands),
                    CardRow::More(more) => more_ui(ui, place, *more),
                }
            }
        });
    });
}

/// A line of the lists, one after the other.
enum CardRow<'a> {
    Head(&'a Section),
    Line(&'a Line),
    More(usize),
}

fn flattened(card: &ObjectCard) -> Vec<CardRow<'_>> {
    let mut rows = Vec::new();
    for section in &card.sections {
        rows.push(CardRow::Head(section));
        rows.extend(section.lines.iter().map(CardRow::Line));
        if section.count > section.lines.len() {
            rows.push(CardRow::More(section.count - section.lines.len()));
        }
    }
    rows
}

fn facts_ui(ui: &mut Ui, card: &ObjectCard) {
    let palette = Palette::of(ui);
    let room = ui.available_width();
    ui.spacing_mut().interact_size.y = 17.0;
    Grid::new("facts").num_columns(2).spacing([10.0, 1.0]).show(ui, |ui| {
        for fact in &card.facts {
            ui.label(RichText::new(fact.label).color(palette.muted));
            ui.scope(|ui| {
                ui.set_max_width((room - 110.0).max(60.0));
                let hover = fact.hover.as_ref().map_or(&fact.value, |hover| hover);
                ui.add(Label::new(&fact.value).truncate().selectable(true)).on_hover_text(hover);
            });
            ui.end_row();
        }
    });
}

/// Ways to the same object in the other snapshots.
fn elsewhere_ui(ui: &mut Ui, state: &AppState, contents: &ObjectContents, commands: &mut Vec<Command>) {
    if contents.elsewhere.is_empty() {
        return;
    }
    let palette = Palette::of(ui);
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new("Also in").color(palette.muted));
        for &(file, node) in &contents.elsewhere {
            let Some(other) = state.file(file) else { continue };
            let link = ui.link(&other.name).on_hover_text("Show the same object as it is in this snapshot");
            handle_response(&link, (file, node), "", commands);
        }
    });
}

/// Puts the way to the object on the clipboard.
fn way_ui(ui: &mut Ui, way: &PathTexts) {
    if way.code.is_empty() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        for (label, text, hint) in [
            ("Copy this path", &way.code, "The path from a root as JavaScript, in one line"),
            (
                "Copy this path as Markdown",
                &way.markdown,
                "The same with all its steps, for an issue or a chat",
            ),
        ] {
            if ui.add(Button::new(label).small()).on_hover_text(hint).clicked() {
                ui.copy_text(text.clone());
            }
        }
    });
}

fn text_ui(ui: &mut Ui, card: &ObjectCard) {
    let Some(text) = &card.text else { return };
    let cut = text.char_indices().nth(CHARACTERS).map_or(text.as_str(), |(end, _)| &text[..end]);
    ScrollArea::vertical().id_salt("text").max_height(TEXT).auto_shrink([false, true]).show(ui, |ui| {
        let mut shown = cut;
        let field = TextEdit::multiline(&mut shown).desired_width(f32::INFINITY).desired_rows(1);
        ui.add(field)
            .widget_info(|| WidgetInfo::labeled(Role::MultilineTextInput, true, "Text of the string"));
    });
    if ui.add(Button::new("Copy text").small()).clicked() {
        ui.copy_text(text.clone());
    }
}

fn head_ui(ui: &Ui, place: egui::Rect, section: &Section) {
    let palette = Palette::of(ui);
    let count = u64::try_from(section.count).unwrap_or(u64::MAX);
    let spans =
        [(section.title, palette.text), ("  ", palette.text), (&*format::format_count(count), palette.muted)];
    let galley = clipped(ui, &spans, place.width());
    ui.painter().galley(pos2(place.left(), place.bottom() - galley.size().y - 1.0), galley, palette.text);
}

fn more_ui(ui: &Ui, place: egui::Rect, more: usize) {
    let palette = Palette::of(ui);
    let text = format!("… and {} more", format::format_count(u64::try_from(more).unwrap_or(u64::MAX)));
    let galley = clipped(ui, &[(&text, palette.muted)], place.width());
    ui.painter().galley(pos2(place.left() + 12.0, place.top()), galley, palette.muted);
}

fn line_ui(
    ui: &mut Ui,
    place: egui::Rect,
    (file, at): (FileId, u16),
    line: &Line,
    commands: &mut Vec<Command>,
) {
    let palette = Palette::of(ui);
    let sense = if line.object.is_some() { Sense::CLICK } else { Sense::hover() };
    let response = ui.interact(place, ui.scope_id().with(("line", at)), sense);
    if response.hovered() && line.object.is_some() {
        ui.painter().rect_filled(place, CornerRadius::same(3), palette.hovered);
    }
    let text = |span: &Span| (span.text.clone(), palette.tone(span.tone));
    let spans: Vec<_> = std::iter::once(text(&line.name))
        .chain([("  ".to_owned(), palette.text)])
        .chain(line.value.iter().map(text))
        .collect();
    let spans: Vec<_> = spans.iter().map(|(text, color)| (text.as_str(), *color)).collect();
    let room = if line.retained.is_some() { SIZE } else { 0.0 };
    let galley = clipped(ui, &spans, place.width() - 12.0 - room);
    let whole: String = spans.iter().map(|&(text, _)| text).collect();
    ui.painter().galley(pos2(place.left() + 12.0, place.top() + 1.0), galley.clone(), palette.text);
    if let Some(retained) = line.retained {
        let size = clipped(ui, &[(&*format::format_size(retained), palette.muted)], SIZE);
        ui.painter().galley(
            pos2(place.right() - size.size().x - 4.0, place.top() + 1.0),
            size,
            palette.muted,
        );
    }
    let role = if line.object.is_some() { Role::Link } else { Role::Label };
    response.widget_info(|| WidgetInfo::labeled(role, true, &whole));
    let Some(node) = line.object else { return };
    handle_response(&response, (file, node), &whole, commands);
    match line.retained.map(format::exact_bytes) {
        Some(bytes) => response.on_hover_text(format!("{whole}\n{bytes} retained")),
        None if galley.elided => response.on_hover_text(whole),
        None => response,
    };
}

/// A click goes on to the object, here; twice shows it in the Summary.
fn handle_response(
    response: &egui::Response,
    (file, node): (FileId, NodeIndex),
    text: &str,
    commands: &mut Vec<Command>,
) {
    if response.double_clicked() {
        commands.push(Command::ShowObject(file, node));
    } else if response.clicked() {
        commands.push(Command::Inspect(file, node));
    }
    response.context_menu(|ui| {
        ui.with_layout(Layout::top_down_justified(Align::LEFT), |ui| {
            let ways = [
                ("Show its retainers".to_owned(), Command::Inspect(file, node)),
                ("Reveal in Summary".to_owned(), Command::ShowObject(file, node)),
            ];
            let go_to = |id| (format!("Go to {id}"), Command::GoToObject(file, id));
            let ids = ids_in(text).into_iter().map(go_to);
            for (label, command) in ways.into_iter().chain(ids) {
                if ui.button(label).clicked() {
                    commands.push(command);
                    ui.close();
                }
            }
        });
    });
}
