//! The line of chips in the window: conditions, hidden internals, other groups than constructors.

use crate::support::samples::{AFTER, sample};
use crate::support::window::{click, compared, row, rows, settled, wait, window};
use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use heaplens::app::View;
use heaplens::ui::Window;

fn opened() -> Harness<'static, Window> {
    let mut harness = window(vec![sample(AFTER)]);
    settled(&mut harness, View::Summary);
    harness
}

fn add(harness: &mut Harness<'_, Window>, condition: &str) {
    harness.get_by_role_and_label(Role::TextInput, "Add a condition").focus();
    harness.run_ok();
    harness.get_by_role_and_label(Role::TextInput, "Add a condition").type_text(condition);
    harness.run_ok();
    harness.key_press(Key::Enter);
    harness.run_ok();
}

#[test]
fn chips_hold_together_and_go_one_by_one() {
    let mut harness = opened();
    add(&mut harness, "kind:closure");
    wait(&mut harness, "closures alone", |harness| {
        rows(harness).iter().all(|row| row.starts_with("Function"))
    });
    add(&mut harness, "retained>=10kB");
    wait(&mut harness, "fewer", |harness| {
        let shown = harness
            .state()
            .state
            .main_table()
            .and_then(|table_pane| table_pane.table.as_ref()?.source().shown());
        shown.is_some_and(|shown| shown.count < 500)
    });
    click(&mut harness, Role::Button, "Remove Kind is closure");
    wait(&mut harness, "others again", |harness| row(harness, "Array ×").is_some());
    assert_eq!(harness.state().state.chips.conditions.len(), 1);
}

#[test]
fn a_condition_that_is_none_is_explained() {
    let mut harness = opened();
    add(&mut harness, "retained>lots");
    assert!(harness.state().state.chips.error.is_some());
    assert!(harness.state().state.chips.conditions.is_empty());
}

#[test]
fn hidden_internals_say_how_much_they_are() {
    let mut harness = opened();
    assert!(row(&harness, "(compiled code)").is_some());
    click(&mut harness, Role::CheckBox, "Hide engine internals");
    wait(&mut harness, "no code", |harness| row(harness, "(compiled code)").is_none());
    assert!(harness.query_by_label_contains("MB hidden").is_some());
    click(&mut harness, Role::CheckBox, "Hide engine internals");
    wait(&mut harness, "code", |harness| row(harness, "(compiled code)").is_some());
}

#[test]
fn a_comparison_hides_internals_too() {
    let mut harness = compared();
    let is_internal = |harness: &Harness<'_, Window>| row(harness, "(compiled code)").is_some();
    assert!(is_internal(&harness));
    click(&mut harness, Role::CheckBox, "Hide engine internals");
    wait(&mut harness, "no code", |harness| !is_internal(harness) && !rows(harness).is_empty());
}

#[test]
fn objects_can_be_grouped_by_other_things_than_constructors() {
    let mut harness = opened();
    for (group, begin) in [("kind", "object ×"), ("script", "("), ("shape", "(no shape)")] {
        harness.get_by_role_and_label(Role::ComboBox, "Group by").click();
        harness.run_ok();
        click(&mut harness, Role::Button, group);
        wait(&mut harness, group, |harness| row(harness, begin).is_some());
    }
}

#[test]
fn a_comparison_is_grouped_by_other_things_and_meets_conditions() {
    let mut harness = compared();
    for (group, begin) in [("kind", "object"), ("script", "("), ("native context", "(")] {
        harness.get_by_role_and_label(Role::ComboBox, "Group by").click();
        harness.run_ok();
        click(&mut harness, Role::Button, group);
        wait(&mut harness, group, |harness| {
            let state = &harness.state().state;
            let table = state.main_table().and_then(|table_pane| table_pane.table.as_ref());
            let head = table.map_or("", |table| table.source().columns()[0].title);
            head.to_lowercase() == group && !state.is_busy() && row(harness, begin).is_some()
        });
        harness.get_by_label("Total, equal to the change of the heap");
    }
    add(&mut harness, "kind:closure");
    wait(&mut harness, "a part", |harness| {
        harness.query_by_label_contains("Total of what is shown").is_some()
    });
}
