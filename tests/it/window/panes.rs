//! The panes below the middle: what follows the focus, and what stays when the view changes.

use crate::support::samples::{AFTER, LEAKS, LEAKS_ID, LEAKS_ROW, sample};
use crate::support::window::{click, compared, rows, select, settled, wait, wait_for_row, window};
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use heaplens::app::View;
use heaplens::ui::Window;

const FINDING: &str = "leaks: declared line 8, grows at line 12";

/// The ids of the objects that Retainers and Object are about.
fn shown(harness: &Harness<'_, Window>) -> [Option<u64>; 2] {
    let state = &harness.state().state;
    let of_pane = state.object_contents().map(|(query, _)| (query.file, query.node));
    let id = |object: Option<_>| object.and_then(|(file, node)| state.object_id(file, node)).map(|id| id.0);
    [id(state.inspected_object), id(of_pane)]
}

fn idle(harness: &mut Harness<'_, Window>) {
    wait(harness, "all work done", |harness| !harness.state().state.is_busy());
}

fn at_the_leak() -> Harness<'static, Window> {
    let mut harness = compared();
    click(&mut harness, Role::Link, "leaks");
    wait_for_row(&mut harness, "leaks in scope {");
    idle(&mut harness);
    harness
}

#[test]
fn object_and_source_follow_the_focus_and_retainers_stay() {
    let mut harness = at_the_leak();
    assert_eq!(shown(&harness), [Some(LEAKS.0), Some(LEAKS.0)]);
    assert!(harness.query_by_label(FINDING).is_some());
    select(&mut harness, "leaks in scope {");
    idle(&mut harness);
    let [retainers, scope] = shown(&harness);
    assert_eq!(retainers, Some(LEAKS.0), "the retainers stay");
    assert_ne!(scope, Some(LEAKS.0));
    assert!(harness.query_by_label_contains("12, grows here: for (let i").is_some());
    harness.key_press(Key::ArrowDown);
    harness.run_ok();
    idle(&mut harness);
    let [retainers, function] = shown(&harness);
    assert_eq!(retainers, Some(LEAKS.0));
    assert!(function != scope && function != Some(LEAKS.0), "the keyboard moves it on");
    assert!(harness.query_by_label_contains("its code is here").is_some());
    harness.key_press_modifiers(Modifiers::NONE, Key::F6);
    harness.run_ok();
    idle(&mut harness);
    assert_eq!(shown(&harness), [Some(LEAKS.0), Some(LEAKS.0)], "back in the middle it is the middle's row");
}

#[test]
fn the_suspects_link_selects_its_row() {
    let harness = at_the_leak();
    let pane = harness.state().state.main_table().unwrap();
    let row = pane.row(pane.selected_row().unwrap()).unwrap();
    assert!(row.text().starts_with(LEAKS_ROW), "{}", row.text());
    assert!(rows(&harness).iter().any(|row| row.starts_with(LEAKS_ROW)));
}

#[test]
fn the_selection_stays_when_the_view_changes() {
    let mut harness = at_the_leak();
    for (key, view, has_row) in [
        (Key::Num6, View::Summary, true),
        (Key::Num7, View::Containment, true),
        (Key::Num8, View::Dominators, true),
        (Key::F, View::Search, false),
        (Key::Num5, View::Comparison, true),
    ] {
        harness.key_press_modifiers(Modifiers::COMMAND, key);
        harness.run_ok();
        idle(&mut harness);
        let state = &harness.state().state;
        assert_eq!(state.view, view);
        assert_eq!(shown(&harness), [Some(LEAKS.0), Some(LEAKS.0)], "{view:?}");
        let pane = state.main_table().filter(|_| has_row);
        let row = pane.map(|pane| pane.row(pane.selected_row().unwrap()).unwrap().text());
        assert!(row.is_none_or(|row| row.contains(LEAKS_ID)), "{view:?}");
    }
}

#[test]
fn a_group_stays_when_the_view_changes() {
    let mut harness = window(vec![sample(AFTER)]);
    settled(&mut harness, View::Summary);
    select(&mut harness, "Array ×");
    idle(&mut harness);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Num7);
    harness.run_ok();
    idle(&mut harness);
    let group = harness.state().state.held_group.as_ref();
    assert!(group.is_some_and(|group| group.title.starts_with("Array ×")));
}

#[test]
fn where_room_is_short_the_source_comes_to_the_front() {
    let mut harness = at_the_leak();
    harness.set_size(vec2(800.0, 600.0));
    harness.run_ok();
    idle(&mut harness);
    assert!(harness.query_by_label(FINDING).is_none());
    click(&mut harness, Role::Button, "Show or hide source");
    idle(&mut harness);
    assert!(harness.query_by_label(FINDING).is_some());
    click(&mut harness, Role::Button, "Show or hide source");
    assert!(harness.query_by_label(FINDING).is_none());
}

#[test]
fn a_place_is_copied_for_an_editor() {
    let mut harness = at_the_leak();
    click(&mut harness, Role::Button, "Copy file:line");
    let status_message = harness.state().state.status_message.clone().unwrap_or_default();
    assert!(
        status_message.starts_with("Copied ") && status_message.contains("server-leaky.js:8"),
        "{status_message}"
    );
}
