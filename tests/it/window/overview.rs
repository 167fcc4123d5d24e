//! The overview as it is read and clicked.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use heaplens::app::View;
use heaplens::ui::Window;

use crate::support::samples::{AFTER, START, sample};
use crate::support::window::{click, labels, wait, window};

/// Waits until all parts of the page are there.
fn landed(paths: &[&str]) -> Harness<'static, Window> {
    let mut harness = window(paths.iter().map(|name| sample(name)).collect());
    wait(&mut harness, "the overview", |harness| {
        let state = &harness.state().state;
        state.current.is_some() && !state.is_busy() && state.view == View::Overview
    });
    harness
}

#[test]
fn one_click_leads_from_the_culprit_to_its_retainers() {
    let mut harness = landed(&[START, AFTER]);
    assert!(harness.query_by_label_contains("server-leaky.js:12").is_some(), "{:?}", labels(&harness));
    assert!(harness.query_by_label("Show or hide retainers").is_none(), "the page has all the room");
    click(&mut harness, Role::Link, "leaks");
    assert!(harness.state().state.inspected_object.is_some());
    harness.get_by_role_and_label(Role::Button, "Show or hide retainers");
}

#[test]
fn cards_lead_to_the_views_with_more() {
    let mut harness = landed(&[AFTER]);
    for title in ["What retains most", "Duplicated strings", "Largest strings", "Typed arrays and buffers"] {
        harness.get_by_label(title);
    }
    harness.get_by_label_contains("Looked for and not found: ");
    harness.get_by_label_contains("Node.js v20");
    click(&mut harness, Role::Link, "Show dominators");
    assert_eq!(harness.state().state.view, View::Dominators);
}

#[test]
fn arrows_go_from_tab_to_tab() {
    let mut harness = landed(&[START, AFTER]);
    harness.get_by_role_and_label(Role::Button, "Overview").focus();
    harness.run_ok();
    for view in [View::Suspects, View::Growth] {
        harness.key_press(Key::ArrowRight);
        harness.run_ok();
        assert_eq!(harness.state().state.view, view);
    }
    harness.key_press(Key::Home);
    harness.run_ok();
    assert_eq!(harness.state().state.view, View::Overview);
}

#[test]
fn tabs_without_room_are_in_a_menu() {
    let mut harness = landed(&[AFTER]);
    harness.set_size(vec2(640.0, 480.0));
    harness.run_ok();
    assert!(harness.query_by_role_and_label(Role::Button, "Statistics").is_none());
    click(&mut harness, Role::Button, "More views");
    click(&mut harness, Role::Button, "Statistics");
    assert_eq!(harness.state().state.view, View::Statistics);
    harness.set_size(vec2(3840.0, 2160.0));
    harness.run_ok();
    harness.get_by_role_and_label(Role::Button, "Statistics");
    assert!(harness.query_by_role_and_label(Role::Button, "More views").is_none());
}
