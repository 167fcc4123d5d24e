//! The way from the size of the baseline to the size now, a step for each owner.

use crate::app::{AppState, Command, FileId, Pair, View};
use crate::model::{GrowthOverview, GrowthStep, StepKind, format};
use crate::ui::sidebar::file_name::without_ending;
use crate::ui::theme::Palette;
use crate::ui::views::overview::bars::text;
use crate::ui::views::overview::{card_ui, title_ui};
use egui::{Color32, CornerRadius, Label, Rect, RichText, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

/// The height of a row.
const ROW: f32 = 24.0;
/// The height of a bar.
const BAR: f32 = 14.0;
/// The part of the width that labels take at most, and in points.
const LABEL: (f32, f32) = (0.38, 400.0);
/// The room of the numbers.
const NUMBER: f32 = 88.0;
/// The least room beside a label for the place of its code.
const PLACE_FROM: f32 = 90.0;
/// The part of what changes that is left empty below the lowest size, where the axis does not begin at 0.
const BELOW: f64 = 0.3;

/// A row of the chart: from one size to another.
struct Row<'a> {
    label: &'a str,
    place: &'a str,
    number: String,
    hover: &'a str,
    from: i64,
    to: i64,
    color: Color32,
    /// The whole heap, as opposed to a step.
    is_total: bool,
    next: Option<Command>,
}

/// Draws the chart.
pub(super) fn waterfall_ui(
    ui: &mut Ui,
    state: &AppState,
    pair: Pair,
    growth: &GrowthOverview,
    commands: &mut Vec<Command>,
) {
    let name = |id: FileId| state.file(id).map_or("", |file| without_ending(&file.name));
    card_ui(ui, |ui| {
        title_ui(ui, "What grew");
        let palette = Palette::of(ui);
        ui.add(Label::new(RichText::new(&growth.sentence).color(palette.muted)).wrap());
        ui.add_space(4.0);
        let rows = rows(growth, [name(pair.baseline), name(pair.current)], pair.current, palette);
        let axis = Axis::of(&rows);
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for (at, row) in rows.iter().enumerate() {
                row_ui(ui, row, rows.get(at + 1), &axis, commands);
            }
        });
        ui.add_space(2.0);
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 14.0;
            for view in [View::Growth, View::Comparison] {
                let command = Command::ShowView(view);
                let label = format!("Show {}", view.title());
                if ui.link(label).on_hover_text(command.tooltip()).clicked() {
                    commands.push(command);
                }
            }
            if axis.low > 0.0 {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "bytes of a heap"
                )]
                let begin = format::format_size(axis.low as u64);
                ui.label(RichText::new(format!("The scale begins at {begin}")).color(palette.muted));
            }
        });
    });
}

fn rows<'a>(
    growth: &'a GrowthOverview,
    [before, now]: [&'a str; 2],
    file: FileId,
    palette: &Palette,
) -> Vec<Row<'a>> {
    let total = |label: &'a str, bytes: u64| Row {
        label,
        place: "",
        number: format::format_size(bytes),
        hover: label,
        from: 0,
        to: bytes.cast_signed(),
        color: palette.bar,
        is_total: true,
        next: None,
    };
    let mut rows = vec![total(before, growth.before)];
    let mut at = growth.before.cast_signed();
    for step in &growth.steps {
        rows.push(step_row(step, at, file, palette));
        at += step.bytes;
    }
    rows.push(total(now, growth.after));
    rows
}

fn step_row<'a>(step: &'a GrowthStep, at: i64, file: FileId, palette: &Palette) -> Row<'a> {
    let (color, next) = match step.kind {
        StepKind::Owner(object, _) => (palette.more, Some(Command::Inspect(file, object))),
        StepKind::Constructor if step.bytes > 0 => (palette.more, None),
        StepKind::Rest => (palette.same, None),
        StepKind::Constructor | StepKind::Freed => (palette.less, None),
    };
    Row {
        label: &step.label,
        place: step.place.as_deref().unwrap_or_default(),
        number: format::signed_size(step.bytes),
        hover: &step.hover,
        from: at,
        to: at + step.bytes,
        color,
        is_total: false,
        next,
    }
}

/// What lengths mean.
struct Axis {
    low: f64,
    high: f64,
}

impl Axis {
    /// From 0, or from a little below the lowest size where only a small part changes.
    fn of(rows: &[Row<'_>]) -> Self {
        let ends = || rows.iter().flat_map(|row| [row.from, row.to]).filter(|&end| end > 0);
        #[expect(clippy::cast_precision_loss, reason = "a place on the screen")]
        let (least, most) = (ends().min().unwrap_or(0) as f64, ends().max().unwrap_or(1) as f64);
        let low = least - (most - least) * BELOW;
        // A scale that leaves out little would be hard to read for nothing.
        Self { low: if low > most / 3.0 { low } else { 0.0 }, high: most.max(1.0) }
    }

    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a place on the screen")]
    fn place(&self, bytes: i64, area: Rect) -> f32 {
        let part = (bytes as f64 - self.low) / (self.high - self.low).max(1.0);
        area.left() + area.width() * part.clamp(0.0, 1.0) as f32
    }
}

fn row_ui(ui: &mut Ui, row: &Row<'_>, next: Option<&Row<'_>>, axis: &Axis, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui);
    let sense = if row.next.is_some() { Sense::CLICK } else { Sense::HOVER };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), sense);
    let role = if row.next.is_some() { Role::Button } else { Role::Label };
    response.widget_info(|| WidgetInfo::labeled(role, true, format!("{}, {}", row.label, row.number)));
    if response.clicked() {
        commands.extend(row.next.clone());
    }
    if !ui.is_rect_visible(rect) {
        return;
    }
    if row.next.is_some() && (response.hovered() || response.has_focus()) {
        ui.painter().rect_filled(rect.expand2(vec2(6.0, 0.0)), CornerRadius::same(3), palette.hovered);
    }
    let label_width = (rect.width() * LABEL.0).min(LABEL.1);
    let label = text(ui, row.label, palette.text, label_width - 12.0);
    let place = text(ui, row.place, palette.muted, label_width - label.size().x - 22.0);
    let number = text(ui, &row.number, if row.is_total { palette.text } else { palette.muted }, NUMBER);
    let area = Rect::from_min_max(
        pos2(rect.left() + label_width, rect.center().y - BAR / 2.0),
        pos2(rect.right() - NUMBER, rect.center().y + BAR / 2.0),
    );
    let at = pos2(rect.left(), rect.center().y - label.size().y / 2.0);
    let beside = pos2(at.x + label.size().x + 10.0, at.y);
    let has_room = label_width - label.size().x > PLACE_FROM;
    ui.painter().galley(at, label, palette.text);
    if has_room {
        ui.painter().galley(beside, place, palette.muted);
    }
    let at = pos2(rect.right() - number.size().x, rect.center().y - number.size().y / 2.0);
    ui.painter().galley(at, number, palette.text);
    let from = if row.is_total { area.left() } else { axis.place(row.from, area) };
    let (left, right) = (from.min(axis.place(row.to, area)), from.max(axis.place(row.to, area)));
    let bar = Rect::from_min_max(pos2(left, area.top()), pos2(right.max(left + 2.0), area.bottom()));
    ui.painter().rect_filled(bar, CornerRadius::same(2), row.color);
    if row.is_total && axis.low > 0.0 {
        torn(ui, area);
    }
    if next.is_some() {
        let x = axis.place(row.to, area);
        let line = [pos2(x, area.bottom()), pos2(x, rect.bottom() + (ROW - BAR) / 2.0)];
        ui.painter().line_segment(line, Stroke::new(1.0, palette.muted));
    }
    response.on_hover_text(row.hover);
}

/// The mark of a bar whose beginning is left out.
fn torn(ui: &Ui, area: Rect) {
    let ground = Stroke::new(3.0, ui.visuals().panel_fill);
    for shift in [14.0, 22.0] {
        let x = area.left() + shift;
        let line = [pos2(x - 4.0, area.bottom() + 2.0), pos2(x + 4.0, area.top() - 2.0)];
        ui.painter().line_segment(line, ground);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::DARK;

    fn overview(before: u64, steps: &[i64]) -> GrowthOverview {
        let sum: i64 = steps.iter().sum();
        GrowthOverview {
            before,
            after: before.checked_add_signed(sum).unwrap(),
            steps: steps
                .iter()
                .map(|&bytes| GrowthStep {
                    label: String::new(),
                    place: None,
                    hover: String::new(),
                    bytes,
                    kind: StepKind::Rest,
                })
                .collect(),
            sentence: String::new(),
            is_by_owner: true,
            sizes: Vec::new(),
        }
    }

    #[test]
    fn every_step_begins_where_the_one_before_ends() {
        let growth = overview(1_000, &[500, -200, 40]);
        let rows = rows(&growth, ["before", "now"], FileId(0), &DARK);
        let ends: Vec<(i64, i64)> = rows.iter().map(|row| (row.from, row.to)).collect();
        assert_eq!(ends, [(0, 1000), (1000, 1500), (1500, 1300), (1300, 1340), (0, 1340)]);
    }

    #[test]
    fn a_small_change_of_a_large_heap_can_be_seen() {
        let axis = |before, steps: &[i64]| {
            let growth = overview(before, steps);
            Axis::of(&rows(&growth, ["", ""], FileId(0), &DARK)).low
        };
        assert!(axis(100_000_000, &[1_000_000]) > 99_000_000.0);
        assert!(axis(1_000, &[5_000]).abs() < 1e-9, "where most of it changes, the scale begins at 0");
    }
}
