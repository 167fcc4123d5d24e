//! The window without a screen: opened, clicked and read by the names of its widgets.

use crate::support::samples::{AFTER, LEAKS_ROW, START, TINY, sample};
use crate::support::window::{click, compared, row, rows, select, settled, wait, wait_for_row, window};
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use heaplens::app::{TablePane, View};
use heaplens::ui::Window;

#[test]
fn an_empty_window_says_what_to_do() {
    let mut harness = window(Vec::new());
    harness.run_ok();
    for button in ["Open…", "Open path…", "Open the samples"] {
        harness.get_by_role_and_label(Role::Button, button);
    }
    harness.get_by_label("No snapshot open");
}

#[test]
fn the_samples_open_as_a_comparison() {
    let mut harness = window(Vec::new());
    harness.run_ok();
    click(&mut harness, Role::Button, "Open the samples");
    settled(&mut harness, View::Comparison);
}

#[test]
fn the_story_ends_at_the_variable_that_leaks() {
    let mut harness = compared();
    let state = &harness.state().state;
    assert_eq!(state.baseline_file().unwrap().name, START, "the older one, whichever was named first");
    click(&mut harness, Role::Button, "Alloc. size");
    click(&mut harness, Role::Button, "Alloc. size");
    assert!(rows(&harness)[0].starts_with("Array ×"), "{:?}", rows(&harness));
    select(&mut harness, "Array ×");
    harness.key_press(Key::ArrowRight);
    harness.run_ok();
    assert!(rows(&harness)[1].starts_with("Grown ×"), "{:?}", rows(&harness));
    assert!(rows(&harness)[2].starts_with(LEAKS_ROW), "{:?}", rows(&harness));
    select(&mut harness, LEAKS_ROW);
    wait_for_row(&mut harness, "leaks in scope {");
    wait_for_row(&mut harness, "context in ");
}

#[test]
fn heads_sort_both_ways() {
    let mut harness = window(vec![sample(TINY)]);
    settled(&mut harness, View::Summary);
    click(&mut harness, Role::Button, "Constructor");
    let up = rows(&harness);
    click(&mut harness, Role::Button, "Constructor");
    let mut down = rows(&harness);
    assert_ne!(up, down);
    down.reverse();
    assert_eq!(up, down);
}

#[test]
fn a_filter_keeps_constructors_that_match() {
    let mut harness = compared();
    harness.get_by_role_and_label(Role::TextInput, "Filter rows").focus();
    harness.run_ok();
    harness.get_by_role_and_label(Role::TextInput, "Filter rows").type_text("/^Arr/");
    harness.run_ok();
    wait(&mut harness, "fewer rows", |harness| rows(harness).len() < 5);
    assert!(rows(&harness).iter().all(|row| row.starts_with("Arr")), "{:?}", rows(&harness));
    click(&mut harness, Role::Button, "Clear the filter");
    wait(&mut harness, "all rows", |harness| rows(harness).len() > 5);
}

#[test]
fn a_filter_that_is_no_pattern_is_explained() {
    let mut harness = compared();
    harness.get_by_role_and_label(Role::TextInput, "Filter rows").focus();
    harness.run_ok();
    harness.get_by_role_and_label(Role::TextInput, "Filter rows").type_text("/(/");
    harness.run_ok();
    assert!(harness.state().state.class_filter.error.is_some());
    assert!(!rows(&harness).is_empty(), "the last good filter stays");
}

#[test]
fn sizes_can_be_those_v8_wrote() {
    let mut harness = window(vec![sample(AFTER)]);
    settled(&mut harness, View::Summary);
    let value = |harness: &Harness<'_, Window>| row(harness, "Array ×").and_then(|row| row.value());
    let chrome = value(&harness);
    click(&mut harness, Role::Button, "Raw sizes");
    wait(&mut harness, "other sizes", |harness| value(harness).is_some_and(|raw| Some(raw) != chrome));
    click(&mut harness, Role::Button, "Chrome sizes");
    wait(&mut harness, "the first sizes", |harness| value(harness) == chrome);
}

#[test]
fn keys_walk_through_the_rows() {
    let mut harness = window(vec![sample(TINY)]);
    settled(&mut harness, View::Summary);
    let selected =
        |harness: &Harness<'_, Window>| harness.state().state.main_table().and_then(TablePane::selected_row);
    for (key, expected) in [
        (Key::ArrowDown, 0),
        (Key::ArrowDown, 1),
        (Key::ArrowRight, 1),
        (Key::ArrowRight, 2),
        (Key::ArrowLeft, 1),
        (Key::ArrowLeft, 1),
        (Key::ArrowUp, 0),
    ] {
        harness.key_press(key);
        harness.run_ok();
        assert_eq!(selected(&harness), Some(expected), "after {key:?}");
    }
    harness.key_press(Key::End);
    harness.run_ok();
    assert_eq!(selected(&harness), Some(rows(&harness).len() - 1));
}

#[test]
fn views_have_keys_and_show_themselves() {
    let mut harness = compared();
    for (key, view) in [
        (Key::Num1, View::Overview),
        (Key::Num6, View::Summary),
        (Key::Num7, View::Containment),
        (Key::Num5, View::Comparison),
    ] {
        harness.key_press_modifiers(Modifiers::COMMAND, key);
        harness.run_ok();
        assert_eq!(harness.state().state.view, view);
        match view {
            View::Overview => {
                wait(&mut harness, "steps", |harness| harness.query_by_label("What grew").is_some());
            }
            _ => wait(&mut harness, "rows", |harness| !rows(harness).is_empty()),
        }
    }
}

#[test]
fn closing_leaves_the_other_one_and_then_the_empty_window() {
    let mut harness = compared();
    click(&mut harness, Role::Button, &format!("Close {START}"));
    assert_eq!(harness.state().state.view, View::Summary);
    wait(&mut harness, "rows", |harness| !rows(harness).is_empty());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::W);
    harness.run_ok();
    harness.get_by_role_and_label(Role::Button, "Open the samples");
}

#[test]
fn help_opens_and_closes_by_key() {
    let mut harness = window(Vec::new());
    harness.run_ok();
    harness.key_press(Key::F1);
    harness.run_ok();
    harness.get_by_label("Finding a leak");
    harness.key_press(Key::Escape);
    harness.run_ok();
    assert!(harness.query_by_label("Finding a leak").is_none());
}

#[test]
fn a_path_can_be_typed() {
    let mut harness = window(Vec::new());
    harness.run_ok();
    click(&mut harness, Role::Button, "Open path…");
    let wanted = sample(TINY).display().to_string();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run_ok();
    harness.get_by_role_and_label(Role::TextInput, "Path").type_text(&wanted);
    harness.run_ok();
    harness.key_press(Key::Enter);
    settled(&mut harness, View::Summary);
}
