//! The pane of retainers for constructors and objects: merged paths, dominators, independent paths.

use crate::support::samples::{AFTER, LEAKS_ROW, sample};
use crate::support::window::{click, compared, row, select, settled, wait, wait_for_row, window};
use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use heaplens::app::View;
use heaplens::ui::Window;

fn type_filter(harness: &mut Harness<'_, Window>, text: &str) {
    harness.get_by_role_and_label(Role::TextInput, "Filter rows").focus();
    harness.run_ok();
    harness.get_by_role_and_label(Role::TextInput, "Filter rows").type_text(text);
    harness.run_ok();
    // Rows that are about to move must not be clicked.
    settled(harness, View::Summary);
}

#[test]
fn a_constructor_says_by_what_its_objects_are_held() {
    let mut harness = window(vec![sample(AFTER)]);
    settled(&mut harness, View::Summary);
    type_filter(&mut harness, "/^Object$/");
    wait_for_row(&mut harness, "Object ×");
    select(&mut harness, "Object ×");
    wait_for_row(&mut harness, "[…] in Array");
    click(&mut harness, Role::Button, "Kept alive by");
    wait(&mut harness, "dominators", |harness| {
        row(harness, "[…] in Array").is_none()
            && harness
                .state()
                .state
                .retainers()
                .and_then(|pane| pane.table.as_ref())
                .is_some_and(|table| !table.is_empty())
    });
}

#[test]
fn what_is_new_of_a_constructor_is_held_through_the_leak() {
    let mut harness = compared();
    select(&mut harness, "Array ×");
    wait(&mut harness, "merged paths", |harness| harness.query_by_label("Merged paths").is_some());
    wait_for_row(&mut harness, "leaks in scope");
}

#[test]
fn an_object_is_held_in_separate_ways() {
    let mut harness = compared();
    select(&mut harness, "Array ×");
    harness.key_press(Key::ArrowRight);
    harness.run_ok();
    wait_for_row(&mut harness, LEAKS_ROW);
    select(&mut harness, LEAKS_ROW);
    wait_for_row(&mut harness, "leaks in scope");
    click(&mut harness, Role::Button, "Separate paths");
    wait_for_row(&mut harness, "1.  leaks in scope");
    click(&mut harness, Role::CheckBox, "Fold engine internals");
    settled(&mut harness, View::Comparison);
    wait_for_row(&mut harness, "1.  leaks in scope");
    click(&mut harness, Role::Button, "All retainers");
    wait_for_row(&mut harness, "leaks in scope");
}
