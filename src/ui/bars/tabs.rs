//! The tabs of the views on one line: what has no room is in a menu at its end. Tab reaches the bar once, arrows
//! go from view to view.

use crate::app::{AppState, Command, View};
use crate::ui::keys::tooltip;
use crate::ui::theme::Palette;
use egui::{
    Button, EventFilter, Id, Key, Modifiers, Response, Role, Sense, Stroke, TextStyle, Ui, WidgetInfo, vec2,
};

/// Space between tabs.
const GAP: f32 = 4.0;
/// Space between the two groups, with a line in it.
const GROUP_GAP: f32 = 17.0;
/// The room of the menu of further views.
const MORE: f32 = 72.0;

/// Draws the tabs in `room` points of the line.
pub(crate) fn tabs_ui(ui: &mut Ui, state: &AppState, room: f32, commands: &mut Vec<Command>) {
    let is_offered = |view: &View| state.is_view_available(*view) || state.view == *view;
    let views: Vec<View> = View::ALL.into_iter().filter(is_offered).collect();
    let widths: Vec<f32> = views.iter().map(|view| width(ui, view.title())).collect();
    let shown = shown(&views, &widths, state.view, room);
    ui.spacing_mut().item_spacing.x = GAP;
    let mut before: Option<View> = None;
    for view in views.iter().copied().filter(|view| shown.contains(view)) {
        if before.is_some_and(|before| before.group() != view.group()) {
            group_line_ui(ui);
        }
        before = Some(view);
        tab_ui(ui, state, view, &views, commands);
    }
    let hidden: Vec<View> = views.into_iter().filter(|view| !shown.contains(view)).collect();
    if !hidden.is_empty() {
        let more = ui.menu_button("More ⏷", |ui| {
            for view in hidden {
                let command = Command::ShowView(view);
                if ui.button(view.title()).on_hover_text(tooltip(ui, &command)).clicked() {
                    commands.push(command);
                    ui.close();
                }
            }
        });
        more.response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "More views"));
    }
}

/// The views that fit, in their order; the current one is always among them.
fn shown(views: &[View], widths: &[f32], current: View, room: f32) -> Vec<View> {
    let whole: f32 = widths.iter().map(|width| width + GAP).sum::<f32>() + GROUP_GAP;
    if whole <= room {
        return views.to_vec();
    }
    let of_current = views.iter().position(|&view| view == current).map_or(0.0, |at| widths[at] + GAP);
    let mut left = room - MORE - GROUP_GAP - of_current;
    let mut shown = Vec::new();
    for (&view, width) in views.iter().zip(widths) {
        if view == current {
            shown.push(view);
            continue;
        }
        left -= width + GAP;
        if left >= 0.0 {
            shown.push(view);
        }
    }
    shown
}

fn width(ui: &Ui, title: &str) -> f32 {
    let font = TextStyle::Button.resolve(ui.style());
    let text = ui.painter().layout_no_wrap(title.to_owned(), font, egui::Color32::WHITE);
    text.size().x + ui.spacing().button_padding.x * 2.0
}

fn group_line_ui(ui: &mut Ui) {
    let size = vec2(GROUP_GAP - GAP * 2.0, ui.spacing().interact_size.y);
    let (rect, _) = ui.allocate_exact_size(size, Sense::HOVER);
    let line = Stroke::new(1.0, Palette::of(ui).line);
    ui.painter().vline(rect.center().x, rect.shrink(3.0).y_range(), line);
}

fn tab_ui(ui: &mut Ui, state: &AppState, view: View, all: &[View], commands: &mut Vec<Command>) {
    let is_current = state.view == view;
    let command = Command::ShowView(view);
    let hint = tooltip(ui, &command);
    // The others are reached with the arrows.
    let sense = if is_current { Sense::click() } else { Sense::CLICK };
    let tab = ui.add(Button::selectable(is_current, view.title()).sense(sense));
    tab.widget_info(|| WidgetInfo::selected(Role::Button, true, is_current, view.title()));
    if is_current {
        follow_arrows(ui, &tab, view, all, commands);
    }
    if tab.on_hover_text(hint).clicked() {
        commands.push(command);
    }
}

/// While the current tab has the keyboard, arrows show the views beside it, and the keyboard goes with them.
fn follow_arrows(ui: &Ui, tab: &Response, view: View, all: &[View], commands: &mut Vec<Command>) {
    let moving = Id::unique("arrows in the tabs");
    if ui.data_mut(|data| data.remove_temp::<View>(moving)) == Some(view) {
        tab.request_focus();
    }
    if !tab.has_focus() {
        return;
    }
    let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(tab.id, filter));
    let at = all.iter().position(|&other| other == view).unwrap_or(0);
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let to = if pressed(Key::ArrowRight) {
        at + 1
    } else if pressed(Key::ArrowLeft) {
        at + all.len() - 1
    } else if pressed(Key::Home) {
        0
    } else if pressed(Key::End) {
        all.len() - 1
    } else {
        return;
    };
    let next = all[to % all.len()];
    ui.data_mut(|data| data.insert_temp(moving, next));
    commands.push(Command::ShowView(next));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_that_have_no_room_are_left_out_but_never_the_current_one() {
        let views = [View::Overview, View::Suspects, View::Summary, View::Search];
        let widths = [80.0; 4];
        assert_eq!(shown(&views, &widths, View::Overview, 400.0), views);
        let few = shown(&views, &widths, View::Search, 300.0);
        assert_eq!(few, [View::Overview, View::Search]);
        assert_eq!(shown(&views, &widths, View::Summary, 10.0), [View::Summary]);
    }
}
