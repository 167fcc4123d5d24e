//! Comparison, Growth, Suspects and Trend in the window: what grew, said and shown.

use crate::support::samples::{AFTER, LEAKS_ROW, START, sample};
use crate::support::window::{
    click, compared, label, row, rows, select, settled, wait, wait_for_row, window,
};
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use heaplens::app::View;
use heaplens::ui::Window;

/// The line below the rows: its name, and what it says column by column.
fn total(harness: &Harness<'_, Window>) -> (String, String) {
    let total = harness.get_by_role(Role::Row);
    (label(&total), total.value().unwrap_or_default().replace('\u{a0}', " "))
}

fn press(harness: &mut Harness<'_, Window>, key: Key) {
    harness.key_press_modifiers(Modifiers::COMMAND, key);
    harness.run_ok();
}

#[test]
fn the_total_is_the_change_of_the_heap_unless_chrome_counts() {
    let mut harness = compared();
    let (name, ours) = total(&harness);
    assert_eq!(name, "Total, equal to the change of the heap");
    assert!(ours.contains("Size delta +713 kB"), "{ours}");
    click(&mut harness, Role::CheckBox, "As Chrome counts");
    wait(&mut harness, "Chrome's total", |harness| total(harness).0.starts_with("Total as Chrome counts"));
    let (_, chromes) = total(&harness);
    assert!(chromes.contains("Size delta +312 kB") && !chromes.contains("Grown"), "{chromes}");
    assert!(harness.query_by_role_and_label(Role::Button, "Grown size").is_none());
    click(&mut harness, Role::CheckBox, "As Chrome counts");
    wait(&mut harness, "every byte", |harness| total(harness).1 == ours);
}

#[test]
fn the_suspect_stands_above_the_comparison_and_can_be_put_away() {
    let mut harness = compared();
    harness.get_by_label_contains("this array grew by 407");
    click(&mut harness, Role::Link, "leaks");
    wait_for_row(&mut harness, "leaks in scope {");
    click(&mut harness, Role::Button, "Put the suspects away");
    assert!(harness.query_by_label_contains("this array grew by 407").is_none());
    press(&mut harness, Key::Num6);
    press(&mut harness, Key::Num5);
    settled(&mut harness, View::Comparison);
    assert!(harness.query_by_label_contains("this array grew by 407").is_none(), "it stays away");
}

#[test]
fn the_page_of_suspects_leads_into_the_views() {
    let mut harness = compared();
    click(&mut harness, Role::Link, "All suspects");
    wait(&mut harness, "both reports", |harness| {
        harness.query_by_label_contains("and there is one suspect").is_some()
            && harness.query_by_label_contains("a tenth of the heap's").is_some()
    });
    click(&mut harness, Role::Button, "Show in Growth");
    settled(&mut harness, View::Growth);
    let table_pane = harness.state().state.main_table().expect("a table of growth");
    assert_eq!(table_pane.selected_row(), Some(0));
    assert!(rows(&harness)[0].starts_with("leaks @85127"), "{:?}", rows(&harness));
}

#[test]
fn growth_is_told_by_owners_too() {
    let mut harness = compared();
    press(&mut harness, Key::Num3);
    settled(&mut harness, View::Growth);
    assert!(total(&harness).1.contains("Growth +713 kB"));
    click(&mut harness, Role::Button, "Owners");
    wait_for_row(&mut harness, "the heap as a whole");
    assert!(rows(&harness).iter().any(|row| row.starts_with("leaks @85127")), "{:?}", rows(&harness));
    assert!(total(&harness).1.contains("Growth +713 kB"));
    click(&mut harness, Role::Button, "Containers");
    wait(&mut harness, "containers", |harness| rows(harness)[0].starts_with("leaks"));
}

#[test]
fn the_same_object_is_one_click_away_in_the_other_snapshot() {
    let mut harness = compared();
    select(&mut harness, "Array ×");
    harness.key_press(Key::ArrowRight);
    harness.run_ok();
    select(&mut harness, LEAKS_ROW);
    wait(&mut harness, "the way", |harness| harness.query_by_role_and_label(Role::Link, START).is_some());
    row(&harness, LEAKS_ROW).expect("the array").click_secondary();
    harness.run_ok();
    click(&mut harness, Role::Button, &format!("Show the same object in {START}"));
    let name = START.trim_end_matches(".heapsnapshot");
    wait(&mut harness, "the other side", |harness| {
        harness.query_by_label_contains(&format!("of @85127 in {name}")).is_some()
    });
}

#[test]
fn a_third_snapshot_brings_a_trend() {
    let third = tempfile::tempdir().unwrap();
    let copy = third.path().join("third.heapsnapshot");
    std::fs::copy(sample(AFTER), &copy).unwrap();
    let mut harness = window(vec![sample(START), sample(AFTER), copy]);
    settled(&mut harness, View::Comparison);
    press(&mut harness, Key::Num4);
    settled(&mut harness, View::Trend);
    assert!(rows(&harness)[0].starts_with("leaks"), "{:?}", rows(&harness));
    select(&mut harness, "leaks");
    harness.key_press(Key::ArrowRight);
    harness.run_ok();
    assert!(row(&harness, &format!("1  {START}")).is_some(), "{:?}", rows(&harness));
    click(&mut harness, Role::Button, "Constructors");
    wait_for_row(&mut harness, "Array");
    click(&mut harness, Role::Button, "Still there");
    wait(&mut harness, "objects by constructor", |harness| {
        harness.query_all_by_label("Shallow size").count() > 1
    });
}
