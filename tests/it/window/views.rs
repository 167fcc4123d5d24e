//! The views of one snapshot in the window: filters, ignored retainers, search, dominators, strings.

use crate::support::samples::{AFTER, CONSTRUCTORS, LEAKS_ID, LEAKS_ROW, START, sample};
use crate::support::window::{click, row, rows, select, settled, wait, wait_for_row, window};
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use heaplens::app::View;
use heaplens::ui::Window;

fn opened(name: &str) -> Harness<'static, Window> {
    let mut harness = window(vec![sample(name)]);
    settled(&mut harness, View::Summary);
    harness
}

fn press(harness: &mut Harness<'_, Window>, key: Key) {
    harness.key_press_modifiers(Modifiers::COMMAND, key);
    harness.run_ok();
}

fn choose(harness: &mut Harness<'_, Window>, choice: &str) {
    click(harness, Role::ComboBox, "Objects that count");
    click(harness, Role::Button, choice);
}

#[test]
fn a_filter_of_objects_leaves_what_passes_and_says_how_much() {
    let mut harness = opened(AFTER);
    choose(&mut harness, "Duplicated strings");
    wait(&mut harness, "strings", |harness| {
        rows(harness)
            .iter()
            .all(|row| row.starts_with("(string)") || row.starts_with("(concatenated string)"))
    });
    assert!(harness.query_by_label_contains("B of 6.7").is_some(), "the status says what part is shown");
    choose(&mut harness, "All objects");
    wait(&mut harness, "all rows", |harness| row(harness, "Array ×").is_some());
}

#[test]
fn other_snapshots_part_the_objects_by_age() {
    let mut harness = window(vec![sample(START), sample(AFTER)]);
    settled(&mut harness, View::Comparison);
    press(&mut harness, Key::Num6);
    settled(&mut harness, View::Summary);
    choose(&mut harness, &format!("Objects allocated between {START} and {AFTER}"));
    wait(&mut harness, "fewer objects", |harness| {
        let table_pane = harness.state().state.main_table();
        let shown = table_pane.and_then(|table_pane| table_pane.table.as_ref()?.source().shown());
        shown.is_some_and(|shown| shown.count < 20_000)
    });
}

#[test]
fn native_contexts_are_found_and_offered() {
    let mut harness = opened(AFTER);
    click(&mut harness, Role::ComboBox, "Objects that count");
    wait(&mut harness, "contexts", |harness| {
        harness.query_by_label_contains("Objects shared between native contexts").is_some()
    });
}

#[test]
fn an_ignored_retainer_is_marked_and_comes_back() {
    let mut harness = opened(AFTER);
    press(&mut harness, Key::F);
    harness.get_by_role_and_label(Role::TextInput, "Search for").type_text(LEAKS_ID);
    wait_for_row(&mut harness, LEAKS_ROW);
    select(&mut harness, LEAKS_ROW);
    wait_for_row(&mut harness, "leaks in scope {");
    row(&harness, "leaks in scope {").unwrap().click_secondary();
    harness.run_ok();
    click(&mut harness, Role::Button, "Ignore this retainer");
    wait(&mut harness, "the mark", |harness| {
        let value = row(harness, "leaks in scope {").and_then(|row| row.value());
        value.is_some_and(|value| value.contains("ignored"))
    });
    click(&mut harness, Role::Button, "Restore ignored retainers");
    wait(&mut harness, "the distance", |harness| {
        let value = row(harness, "leaks in scope {").and_then(|row| row.value());
        value.is_some_and(|value| !value.contains("ignored"))
    });
}

#[test]
fn search_finds_walks_and_jumps() {
    let mut harness = opened(AFTER);
    press(&mut harness, Key::F);
    harness.get_by_role_and_label(Role::TextInput, "Search for").type_text("/^ServerResponse$/");
    wait_for_row(&mut harness, "ServerResponse");
    settled(&mut harness, View::Search);
    harness.key_press(Key::Enter);
    harness.run_ok();
    let first = harness.state().state.inspected_object;
    assert!(first.is_some(), "the first one found is selected");
    harness.key_press(Key::F3);
    harness.run_ok();
    assert_ne!(harness.state().state.inspected_object, first);
    harness.key_press(Key::ArrowDown);
    harness.run_ok();
    harness.key_press(Key::Enter);
    harness.run_ok();
    settled(&mut harness, View::Summary);
}

#[test]
fn dominators_show_who_is_freed_with_whom() {
    let mut harness = opened(AFTER);
    press(&mut harness, Key::Num8);
    settled(&mut harness, View::Dominators);
    let grouped = rows(&harness);
    assert!(grouped.iter().any(|row| row.contains('×')), "{grouped:?}");
    click(&mut harness, Role::CheckBox, "Group by constructor");
    wait(&mut harness, "single objects", |harness| rows(harness).iter().all(|row| !row.contains('×')));
}

#[test]
fn strings_are_listed_by_what_their_copies_waste() {
    let mut harness = opened(AFTER);
    press(&mut harness, Key::Num0);
    settled(&mut harness, View::Strings);
    let before = rows(&harness).len();
    assert!(rows(&harness).iter().all(|row| row.starts_with('"')));
    harness.get_by_role_and_label(Role::TextInput, "Filter rows").focus();
    harness.run_ok();
    harness.get_by_role_and_label(Role::TextInput, "Filter rows").type_text("keep-alive");
    wait(&mut harness, "fewer rows", |harness| {
        let rows = rows(harness);
        rows.len() < before && rows.iter().all(|row| row.to_lowercase().contains("keep-alive"))
    });
}

#[test]
fn strings_are_listed_by_prefix_and_by_slices() {
    let mut harness = opened(AFTER);
    press(&mut harness, Key::Num0);
    settled(&mut harness, View::Strings);
    click(&mut harness, Role::Button, "Prefixes");
    wait(&mut harness, "prefixes", |harness| rows(harness).iter().any(|row| row.ends_with(" texts")));
    let first = rows(&harness)[0].clone();
    select(&mut harness, &first);
    harness.key_press(Key::ArrowRight);
    harness.run_ok();
    wait(&mut harness, "the texts", |harness| {
        rows(harness)[1].starts_with('"') && !rows(harness)[1].ends_with(" texts")
    });
    click(&mut harness, Role::Button, "Kept by slices");
    wait(&mut harness, "sliced texts", |harness| harness.query_by_label("Kept by slices alone").is_some());
}

#[test]
fn a_group_of_dominated_objects_says_who_holds_it() {
    let mut harness = opened(AFTER);
    press(&mut harness, Key::Num8);
    settled(&mut harness, View::Dominators);
    let group = rows(&harness).into_iter().find(|row| row.contains('×')).unwrap();
    select(&mut harness, &group);
    wait(&mut harness, "merged paths", |harness| {
        harness
            .state()
            .state
            .retainers()
            .and_then(|pane| pane.table.as_ref())
            .is_some_and(|table| !table.is_empty())
    });
    assert!(harness.query_by_label("Merged paths").is_some());
}

#[test]
fn the_object_pane_decodes_what_an_object_holds() {
    let mut harness = opened(CONSTRUCTORS);
    press(&mut harness, Key::F);
    harness.get_by_role_and_label(Role::TextInput, "Search for").type_text("@62823");
    wait_for_row(&mut harness, "Map @62823");
    select(&mut harness, "Map @62823");
    wait(&mut harness, "the entries in order", |harness| {
        harness.query_by_label_contains("[1]  \"ERR_AMBIGUOUS_ARGUMENT\" @26787 => ").is_some()
    });
}

#[test]
fn a_timeline_says_who_allocated_what_and_shows_what_lives_of_it() {
    let mut harness = opened("allocation.heaptimeline");
    click(&mut harness, Role::Button, "Allocations");
    settled(&mut harness, View::Allocations);
    let first = rows(&harness)[0].clone();
    row(&harness, &first).unwrap().click_secondary();
    harness.run_ok();
    click(&mut harness, Role::Button, "Show what lives in Summary");
    settled(&mut harness, View::Summary);
    wait(&mut harness, "a part", |harness| harness.query_by_label_contains("B of ").is_some());
}
