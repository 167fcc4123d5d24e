//! The list of snapshots as a timeline: sizes, times, processes, labels, and the order by dragging.

use std::time::{SystemTime, UNIX_EPOCH};

use egui::{
    Button, CornerRadius, Id, Key, Label, Pos2, Rect, Response, RichText, Role, Sense, Shape, Stroke,
    TextEdit, Ui, WidgetInfo, pos2, vec2,
};

use crate::app::{AppState, Command, FileId, FileNote, OpenFile};
use crate::model::format;
use crate::ui::theme::Palette;

/// The height of the line of sizes.
const LINE: f32 = 26.0;

/// Draws the sizes of all snapshots as a line, once there are three.
pub(super) fn sizes_ui(ui: &mut Ui, files: &[&OpenFile]) {
    let palette = Palette::of(ui);
    let sizes: Vec<u64> =
        files.iter().filter(|file| file.is_complete()).map(|file| file.total_size).collect();
    if sizes.len() < 3 {
        return;
    }
    let (area, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::HOVER);
    let highest = sizes.iter().copied().max().unwrap_or(0).max(1);
    let inner = area.shrink2(vec2(6.0, 4.0));
    #[expect(clippy::cast_precision_loss, reason = "a few snapshots")]
    let x = |at: usize| inner.left() + inner.width() * at as f32 / (sizes.len() - 1) as f32;
    let point = |(at, &bytes): (usize, &u64)| {
        pos2(x(at), inner.bottom() - inner.height() * format::share(bytes, highest))
    };
    let points: Vec<Pos2> = sizes.iter().enumerate().map(point).collect();
    ui.painter().rect_filled(area, CornerRadius::same(3), palette.background);
    for &point in &points {
        ui.painter().circle_filled(point, 2.0, palette.accent);
    }
    ui.painter().add(Shape::line(points, Stroke::new(1.5, palette.bar)));
    let texts: Vec<String> = sizes.iter().map(|&bytes| format::format_size(bytes)).collect();
    let text = format!("Sizes in this order: {}", texts.join(" → "));
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &text));
    response.on_hover_text(text);
}

/// A heading where another process begins.
pub(super) fn process_ui(ui: &mut Ui, state: &AppState, before: Option<&OpenFile>, file: &OpenFile) {
    let process = state.process_of(file.id);
    let is_other = before.is_none_or(|before| state.process_of(before.id) != process);
    if let Some(process) = process.filter(|_| is_other) {
        let capture = file.snapshot.as_ref().map(|snapshot| &snapshot.source().capture);
        let pid = capture.and_then(|capture| capture.pid).map_or_else(String::new, |pid| format!(" ({pid})"));
        let text = format!("Process {}{pid}", process + 1);
        ui.add_space(3.0);
        ui.label(RichText::new(text).small().color(Palette::of(ui).muted));
    }
}

/// When a snapshot was taken, in milliseconds since 1970.
fn taken(file: &OpenFile) -> Option<u64> {
    let capture = &file.snapshot.as_ref()?.source().capture;
    capture.taken.or(capture.written)
}

/// How long ago it was taken and how long after the one before it; nothing where that is not known.
pub(super) fn time_text(file: &OpenFile, before: Option<&OpenFile>) -> Option<String> {
    let own = taken(file)?;
    let since = before.and_then(taken).and_then(|before| own.checked_sub(before)).filter(|&gap| gap >= 1000);
    if let Some(gap) = since {
        return Some(format!("{} later", duration(gap)));
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let age = u64::try_from(now.as_millis()).ok()?.checked_sub(own)?;
    Some(format!("{} ago", duration(age)))
}

/// A time in its two largest units.
fn duration(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        3600..86_400 => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// The label and note of a file, or the fields to edit them.
pub(super) fn note_ui(ui: &mut Ui, state: &AppState, file: &OpenFile, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let known = state.note_of(file.id);
    if state.noted_file != Some(file.id) {
        if let Some(note) = known.filter(|note| !note.note.is_empty()) {
            ui.add(Label::new(RichText::new(&note.note).small().color(palette.muted)).wrap());
        }
        return;
    }
    let mut edited = known.cloned().unwrap_or_default();
    let field = |ui: &mut Ui, text: &mut String, name: &str| {
        let field = TextEdit::singleline(text).hint_text(name).desired_width(f32::INFINITY);
        let field = ui.add(field.id(Id::unique(("note", name, file.id))));
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, name));
        field
    };
    let label = field(ui, &mut edited.label, "Label");
    if has_appeared(ui, label.id) {
        label.request_focus();
    }
    let note = field(ui, &mut edited.note, "Note");
    let is_entered = [&label, &note].iter().any(|field| field.lost_focus())
        && ui.input(|input| input.key_pressed(Key::Enter));
    if ui.add(Button::new("Done").small()).clicked() || is_entered {
        commands.push(Command::EditNote(None));
    }
    if known.map_or(edited != FileNote::default(), |known| *known != edited) {
        commands.push(Command::SetNote(file.id, edited));
    }
}

/// Whether a widget was not there in the frame before.
fn has_appeared(ui: &Ui, id: Id) -> bool {
    let frame = ui.ctx().cumulative_frame_nr();
    let last = ui.data_mut(|data| std::mem::replace(data.get_temp_mut_or(id, 0), frame));
    last + 1 < frame
}

/// Moves a card that is dragged to where it is let go, and shows where that is.
pub(super) fn drag_ui(ui: &Ui, cards: &[(FileId, Response)], commands: &mut Vec<Command>) {
    let Some((file, response)) = cards.iter().find(|(_, card)| card.dragged() || card.drag_stopped()) else {
        return;
    };
    let Some(pointer) = ui.input(|input| input.pointer.latest_pos()) else { return };
    let others: Vec<Rect> =
        cards.iter().filter(|(id, _)| id != file).map(|(_, response)| response.rect).collect();
    let to = others.iter().filter(|rect| rect.center().y < pointer.y).count();
    if response.drag_stopped() {
        if cards.iter().position(|(id, _)| id == file) != Some(to) {
            commands.push(Command::MoveFile(*file, to));
        }
        return;
    }
    let y = match others.get(to) {
        Some(below) => below.top() - 2.0,
        None => others.last().map_or(pointer.y, |last| last.bottom() + 2.0),
    };
    ui.painter().hline(response.rect.x_range(), y, Stroke::new(2.0, Palette::of(ui).accent));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_two_units() {
        for (milliseconds, text) in [
            (999, "0 s"),
            (59_000, "59 s"),
            (75_000, "1 min 15 s"),
            (3_720_000, "1 h 2 min"),
            (200_000_000, "2 days"),
        ] {
            assert_eq!(duration(milliseconds), text);
        }
    }
}
