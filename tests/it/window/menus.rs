//! Menus of rows and columns, and panes in small and large windows.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use heaplens::app::View;
use heaplens::ui::Window;

use crate::support::samples::{TINY, sample};
use crate::support::window::{click, compared, rows, select, settled, wait_for_row, window};

fn heads(harness: &Harness<'_, Window>) -> Vec<String> {
    ["Distance", "Shallow size", "Retained size"]
        .into_iter()
        .filter(|title| harness.query_by_role_and_label(Role::Button, title).is_some())
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_row_has_its_menu_by_key() {
    let mut harness = window(vec![sample(TINY)]);
    settled(&mut harness, View::Summary);
    harness.key_press(Key::ArrowDown);
    harness.run_ok();
    assert!(harness.query_by_role_and_label(Role::Button, "Copy name").is_none());
    harness.key_press_modifiers(Modifiers::SHIFT, Key::F10);
    harness.run_ok();
    harness.get_by_role_and_label(Role::Button, "Copy name");
    harness.key_press(Key::Escape);
    harness.run_ok();
    assert!(harness.query_by_role_and_label(Role::Button, "Copy name").is_none());
    harness.key_press(Key::Menu);
    harness.run_ok();
    click(&mut harness, Role::Button, "Expand");
    assert!(rows(&harness).len() > 2);
}

#[test]
fn columns_are_hidden_and_shown_again() {
    let mut harness = window(vec![sample(TINY)]);
    settled(&mut harness, View::Summary);
    assert_eq!(heads(&harness).len(), 3);
    harness.get_by_role_and_label(Role::Button, "Distance").click_secondary();
    harness.run_ok();
    click(&mut harness, Role::Button, "Hide column");
    assert_eq!(heads(&harness), ["Shallow size", "Retained size"]);
    harness.get_by_role_and_label(Role::Button, "Constructor").click_secondary();
    harness.run_ok();
    click(&mut harness, Role::Button, "Show Distance");
    assert_eq!(heads(&harness).len(), 3);
    let left = |harness: &Harness<'_, Window>, title: &str| {
        harness.get_by_role_and_label(Role::Button, title).rect().left()
    };
    assert!(left(&harness, "Distance") < left(&harness, "Shallow size"));
    harness.get_by_role_and_label(Role::Button, "Distance").click_secondary();
    harness.run_ok();
    click(&mut harness, Role::Button, "Move right");
    assert!(left(&harness, "Distance") > left(&harness, "Shallow size"));
}

#[test]
fn the_selection_stays_when_the_view_changes() {
    let mut harness = compared();
    select(&mut harness, "Array ×");
    harness.key_press(Key::ArrowRight);
    harness.run_ok();
    wait_for_row(&mut harness, "Array @85127");
    select(&mut harness, "Array @85127");
    let before = harness.state().state.inspected_object;
    assert!(before.is_some());
    click(&mut harness, Role::Button, "Containment");
    settled(&mut harness, View::Containment);
    assert_eq!(harness.state().state.inspected_object, before);
}

#[test]
fn the_object_pane_follows_the_focus_in_the_retainers() {
    let mut harness = compared();
    select(&mut harness, "Array ×");
    harness.key_press(Key::ArrowRight);
    harness.run_ok();
    wait_for_row(&mut harness, "Array @85127");
    select(&mut harness, "Array @85127");
    wait_for_row(&mut harness, "leaks in scope {");
    let held = harness.state().state.inspected_object;
    select(&mut harness, "leaks in scope {");
    let state = &harness.state().state;
    assert_eq!(state.inspected_object, held, "the retainers stay");
    assert!(state.focused.is_some() && state.focused != held);
}

#[test]
fn the_table_has_eight_rows_in_a_low_window_and_retainers_stand_beside_it_in_a_wide_one() {
    let mut harness = compared();
    harness.set_size(vec2(720.0, 450.0));
    harness.run_ok();
    assert!(rows(&harness).len() >= 8, "{:?}", rows(&harness));
    harness.set_size(vec2(2560.0, 1440.0));
    harness.run_ok();
    let head = harness.get_by_role_and_label(Role::Button, "Show or hide retainers").rect();
    assert!(head.left() > 1000.0, "{head:?}");
}
