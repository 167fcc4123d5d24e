//! The ids that a row's name tells, as links: underlined below the pointer; a click goes to the object.

use crate::app::{Command, Pane};
use crate::model::id_places;
use crate::ui::table::cells::PaintedName;
use crate::ui::theme::Palette;
use egui::{CursorIcon, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2};
use std::ops::Range;

/// Makes links of the ids in `text`, the name painted in this cell.
pub(crate) fn id_links_ui(
    ui: &Ui,
    text: &str,
    painted: &PaintedName,
    (pane, row): (Pane, usize),
    commands: &mut Vec<Command>,
) {
    for (at, (id, letters)) in id_places(text).into_iter().enumerate() {
        let Some(place) = place(painted, &letters) else { continue };
        let link = ui.interact(place, ui.unique_id().with(("id", row, at)), Sense::CLICK);
        link.widget_info(|| WidgetInfo::labeled(Role::Link, true, format!("Go to {id}")));
        if link.hovered() {
            let palette = Palette::of(ui);
            ui.painter().hline(place.x_range(), place.bottom() - 1.0, Stroke::new(1.0, palette.accent));
            ui.set_cursor_icon(CursorIcon::PointingHand);
        }
        if link.clicked() {
            commands.push(Command::FollowId(pane, row, id));
        }
    }
}

/// Where these letters of a name stand; nothing where they were cut off.
fn place(PaintedName { galley, begin, .. }: &PaintedName, letters: &Range<usize>) -> Option<Rect> {
    let row = galley.rows.first()?;
    let shown = row.glyphs.len() - usize::from(galley.elided).min(row.glyphs.len());
    let glyphs = row.glyphs[..shown].get(letters.clone())?;
    let (first, last) = (glyphs.first()?, glyphs.last()?);
    let left = begin.x + row.pos.x;
    Some(Rect::from_min_max(
        pos2(left + first.pos.x, begin.y),
        pos2(left + last.max_x(), begin.y + galley.size().y),
    ))
}
