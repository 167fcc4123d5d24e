//! What a row offers: conditions and groups from its menu and by key, the card beside it, the steps over its
//! retainers, and bookmarks of all files in one list.

use crate::support::samples::{AFTER, START, TINY, sample};
use crate::support::window::{
    click, compared, labels, row, rows, select, settled, wait, wait_for_row, window,
};
use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use heaplens::app::{Command, View, apply};
use heaplens::model::Condition;
use heaplens::ui::Window;

const CTRL_SHIFT: Modifiers = Modifiers { ctrl: true, command: true, ..Modifiers::SHIFT };

fn summary() -> Harness<'static, Window> {
    let mut harness = window(vec![sample(AFTER)]);
    settled(&mut harness, View::Summary);
    harness
}

fn conditions(harness: &Harness<'_, Window>) -> Vec<String> {
    harness.state().state.chips.conditions.iter().map(Condition::label).collect()
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
fn a_row_becomes_a_condition_from_its_menu() {
    let mut harness = summary();
    row(&harness, "Array ×").unwrap().click_secondary();
    harness.run_ok();
    click(&mut harness, Role::Button, "Add as condition");
    assert_eq!(conditions(&harness), ["Constructor is Array"]);
    wait(&mut harness, "arrays alone", |harness| rows(harness).iter().all(|row| row.starts_with("Array")));
}

#[test]
fn a_row_is_excluded_by_key() {
    let mut harness = summary();
    select(&mut harness, "Array ×");
    harness.key_press_modifiers(CTRL_SHIFT, Key::E);
    harness.run_ok();
    assert_eq!(conditions(&harness), ["Constructor is not Array"]);
    wait(&mut harness, "no arrays", |harness| row(harness, "Array ×").is_none() && !rows(harness).is_empty());
}

#[test]
fn rows_are_grouped_by_what_the_selected_object_is() {
    let mut harness = at_the_leak();
    harness.key_press_modifiers(CTRL_SHIFT, Key::G);
    harness.run_ok();
    settled(&mut harness, View::Summary);
    idle(&mut harness);
    let pane = harness.state().state.main_table().unwrap();
    let table = pane.table.as_ref().unwrap();
    assert_eq!(table.source().columns()[0].title, "Function");
    let at = pane.selected_row().expect("the object is selected in its group");
    assert!(pane.row(at).unwrap().text().contains("@85127"), "{}", pane.row(at).unwrap().text());
}

#[test]
fn the_steps_over_the_retainers_lead_to_their_rows() {
    let mut harness = at_the_leak();
    let texts: Vec<String> =
        harness.state().state.breadcrumbs().iter().map(|step| step.text.clone()).collect();
    assert_eq!(texts[0], "leaks", "{texts:?}");
    assert!(texts[1].starts_with("scope of "), "{texts:?}");
    let held = harness.state().state.inspected_object;
    click(&mut harness, Role::Link, &texts[1]);
    let state = &harness.state().state;
    assert_eq!(state.inspected_object, held, "the retainers stay");
    let pane = state.retainers().unwrap();
    assert!(pane.row(pane.selected_row().unwrap()).unwrap().text().starts_with("leaks in scope {"));
    assert!(state.focused.is_some() && state.focused != held);
}

#[test]
fn enter_shows_who_holds_a_retainer_and_back_returns() {
    let mut harness = at_the_leak();
    let held = harness.state().state.inspected_object;
    select(&mut harness, "leaks in scope {");
    harness.key_press(Key::Enter);
    harness.run_ok();
    idle(&mut harness);
    let now = harness.state().state.inspected_object;
    assert!(now.is_some() && now != held);
    harness.key_press_modifiers(Modifiers::ALT, Key::ArrowLeft);
    harness.run_ok();
    assert_eq!(harness.state().state.inspected_object, held);
}

#[test]
fn a_card_beside_the_pointer_tells_sizes_and_first_fields() {
    let mut harness = at_the_leak();
    idle(&mut harness);
    // The card belongs to the name, which stands at the left.
    let place = row(&harness, "leaks in scope {").unwrap().rect().left_center() + vec2(60.0, 0.0);
    harness.event(Event::PointerMoved(place));
    for _ in 0..90 {
        harness.step();
    }
    let said = labels(&harness);
    assert!(said.iter().any(|label| label.contains("leaks  ")), "{said:?}");
    assert!(said.iter().any(|label| label.contains("407,128")), "exact bytes: {said:?}");
    harness.key_press(Key::F1);
    harness.run_ok();
    harness.step();
    let said = labels(&harness);
    assert!(!said.iter().any(|label| label.contains("leaks  ")), "it vanishes under the help: {said:?}");
}

#[test]
fn a_condition_is_completed_and_its_mistake_is_said() {
    let mut harness = summary();
    let field = |harness: &mut Harness<'_, Window>, text: &str| {
        harness.get_by_role_and_label(Role::TextInput, "Add a condition").focus();
        harness.run_ok();
        harness.get_by_role_and_label(Role::TextInput, "Add a condition").type_text(text);
        harness.run_ok();
    };
    field(&mut harness, "kind:clo");
    harness.get_by_role_and_label(Role::ListBoxOption, "kind:closure");
    harness.key_press(Key::ArrowDown);
    harness.run_ok();
    harness.key_press(Key::Enter);
    harness.run_ok();
    assert_eq!(conditions(&harness), ["Kind is closure"]);
    field(&mut harness, "retained>lots");
    let error = harness.state().state.chips.error.clone().unwrap();
    assert_eq!(error.at, 9..13);
    harness.get_by_label(&error.message);
}

#[test]
fn alt_and_a_letter_open_a_menu() {
    let mut harness = summary();
    harness.key_press_modifiers(Modifiers::ALT, Key::F);
    harness.run_ok();
    harness.get_by_role_and_label(Role::Button, "Open path…");
    harness.key_press(Key::Escape);
    harness.run_ok();
    assert!(harness.query_by_role_and_label(Role::Button, "Open path…").is_none());
}

#[test]
fn bookmarks_of_all_files_stand_in_one_list() {
    let mut harness = window(vec![sample(START), sample(TINY)]);
    settled(&mut harness, View::Comparison);
    let files: Vec<_> = harness.state().state.files.iter().map(|file| file.id).collect();
    for file in files {
        let state = &mut harness.state_mut().state;
        drop(apply(state, Command::ShowFile(file)));
        drop(apply(state, Command::ShowView(View::Summary)));
        wait(&mut harness, "rows", |harness| !harness.state().state.is_busy() && !rows(harness).is_empty());
        harness.key_press(Key::Home);
        harness.run_ok();
        harness.key_press(Key::ArrowRight);
        harness.run_ok();
        idle(&mut harness);
        harness.key_press(Key::ArrowDown);
        harness.run_ok();
        harness.key_press_modifiers(Modifiers::COMMAND, Key::D);
        harness.run_ok();
    }
    let removers = labels(&harness).into_iter().filter(|label| label.starts_with("Remove bookmark "));
    assert_eq!(removers.count(), 2);
}
