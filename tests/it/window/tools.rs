//! The map, statistics, bookmarks, partial search results, and the saved session.

use crate::support::samples::{AFTER, LEAKS, LEAKS_ROW, START, sample};
use crate::support::window::{click, compared, row, rows, select, settled, wait, wait_for_row, window};
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use heaplens::app::{Command, MapColours, SettingsFile, View};
use heaplens::app::{MAP_STYLE, apply};
use heaplens::model::{ColumnId, MapStyle, TileColor, TileContent};
use heaplens::ui::Window;
use std::path::Path;

fn press(harness: &mut Harness<'_, Window>, key: Key) {
    harness.key_press_modifiers(Modifiers::COMMAND, key);
    harness.run_ok();
}

fn wait_for_map(harness: &mut Harness<'_, Window>) {
    wait(harness, "a map", |harness| {
        let state = &harness.state().state;
        state.map_view().is_some_and(|(query, _)| query.style == state.option(&MAP_STYLE)) && !state.is_busy()
    });
}

/// A window with a folder for its settings.
fn with_settings(folder: &Path, names: &'static [&str], width: f32) -> Harness<'static, Window> {
    let file = SettingsFile::in_folder(folder.to_owned());
    Harness::builder().with_size([width, 820.0]).with_max_steps(20).build_eframe(move |creation| {
        Window::with_settings(creation, Some(file), names.iter().map(|name| sample(name)).collect())
    })
}

#[test]
fn the_map_is_drawn_selected_in_and_gone_into() {
    let mut harness = compared();
    press(&mut harness, Key::Num9);
    wait_for_map(&mut harness);
    harness.get_by_role_and_label(Role::Image, "Map of retained sizes");
    let whole = harness.state().state.map_view().unwrap().1.tiles.len();
    assert!((100..=5000).contains(&whole), "{whole}");
    click(&mut harness, Role::Button, "Icicle");
    wait_for_map(&mut harness);
    assert_eq!(harness.state().state.option(&MAP_STYLE), MapStyle::Icicle);
    let (label, node) = {
        let (_, map) = harness.state().state.map_view().unwrap();
        let at = map
            .tiles
            .iter()
            .position(|tile| matches!(tile.content, TileContent::Object(_)) && tile.depth >= 2)
            .unwrap();
        let node = map.tiles[at].content.object();
        (map.names[at].clone(), node)
    };
    harness
        .get_by(|tile| {
            tile.role() == Role::Button && tile.label().is_some_and(|text| text.starts_with(&label))
        })
        .click();
    harness.run_ok();
    assert_eq!(harness.state().state.inspected_object.map(|(_, node)| node), Some(node));
    let file = harness.state().state.current.unwrap();
    apply(&mut harness.state_mut().state, Command::ZoomMap(file, node.into()));
    wait(&mut harness, "less of the map", |harness| {
        harness.state().state.map_view().is_some_and(|(key, _)| key.root == node.into())
    });
    harness.get_by_role_and_label(Role::Link, "(root)").click();
    harness.run_ok();
    wait(&mut harness, "all of the map", |harness| {
        harness.state().state.map_view().is_some_and(|(key, _)| key.root != node.into())
    });
}

#[test]
fn a_click_on_a_group_shows_only_its_objects() {
    let mut harness = compared();
    press(&mut harness, Key::Num9);
    wait_for_map(&mut harness);
    let (label, root) = {
        let (_, map) = harness.state().state.map_view().unwrap();
        let is_closed_group = |at: &usize| {
            matches!(map.tiles[*at].content, TileContent::Group { .. }) && !map.tiles[*at].is_open
        };
        let at = (0..map.tiles.len()).filter(is_closed_group).max_by_key(|&at| map.tiles[at].bytes).unwrap();
        assert!(map.names[at].contains('×'), "{}", map.names[at]);
        (map.names[at].clone(), map.tiles[at].content.root().unwrap())
    };
    harness
        .get_all_by(|tile| {
            tile.role() == Role::Button && tile.label().is_some_and(|text| text.starts_with(&label))
        })
        .next()
        .unwrap()
        .click();
    harness.run_ok();
    wait(&mut harness, "the group alone", |harness| {
        harness.state().state.map_view().is_some_and(|(query, _)| query.root == root)
    });
    let (_, map) = harness.state().state.map_view().unwrap();
    assert_eq!(map.names[0], label);
    harness.get_by_role_and_label(Role::Link, "(root)");
}

#[test]
fn what_is_selected_in_the_map_is_selected_in_the_trees() {
    let mut harness = compared();
    press(&mut harness, Key::Num9);
    wait_for_map(&mut harness);
    let (file, leak) = {
        let state = &harness.state().state;
        let file = state.current.unwrap();
        let snapshot = state.snapshot(file).unwrap();
        (file, snapshot.find(LEAKS).unwrap())
    };
    apply(&mut harness.state_mut().state, Command::Inspect(file, leak));
    press(&mut harness, Key::Num8);
    settled(&mut harness, View::Dominators);
    wait_for_row(&mut harness, LEAKS_ROW);
}

#[test]
fn the_map_says_what_grew_where_there_is_a_baseline() {
    let mut harness = compared();
    press(&mut harness, Key::Num9);
    wait_for_map(&mut harness);
    click(&mut harness, Role::Button, "Colour by growth");
    wait(&mut harness, "colours of growth", |harness| {
        harness.state().state.map_view().is_some_and(|(key, _)| key.baseline.is_some())
    });
    let (_, map) = harness.state().state.map_view().unwrap();
    assert!(map.tints.iter().any(|tint| matches!(tint, TileColor::Growth(growth) if *growth > 0.9)));
    assert!(map.tints.contains(&TileColor::Growth(0.0)));
    click(&mut harness, Role::Button, &format!("Close {START}"));
    assert_eq!(harness.state().state.map_colours(), MapColours::Kind);
}

#[test]
fn statistics_stand_side_by_side_for_all_snapshots() {
    let mut harness = compared();
    click(&mut harness, Role::Button, "Statistics");
    wait(&mut harness, "both rings", |harness| {
        [START, AFTER]
            .into_iter()
            .all(|name| harness.query_by_label_contains(&format!("What {name} is made of")).is_some())
    });
    harness.get_by_label("Typed arrays");
    harness.get_by_label("Total");
}

#[test]
fn bookmarks_are_noted_kept_and_gone_to() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = with_settings(folder.path(), &[AFTER], 1280.0);
    settled(&mut harness, View::Summary);
    select(&mut harness, "Array ×");
    harness.key_press(Key::ArrowRight);
    wait_for_row(&mut harness, LEAKS_ROW);
    select(&mut harness, LEAKS_ROW);
    press(&mut harness, Key::D);
    harness.get_by_role_and_label(Role::TextInput, "Note on @85127").focus();
    harness.run_ok();
    harness.get_by_role_and_label(Role::TextInput, "Note on @85127").type_text("grows");
    harness.run_ok();
    let settings = harness.state().state.settings.clone();
    SettingsFile::in_folder(folder.path().to_owned()).write(&settings).unwrap();
    let mut again = with_settings(folder.path(), &[AFTER], 1280.0);
    settled(&mut again, View::Summary);
    assert_eq!(again.state().state.bookmarks(again.state().state.current.unwrap())[0].note, "grows");
    press(&mut again, Key::Num7);
    settled(&mut again, View::Containment);
    click(&mut again, Role::Link, LEAKS_ROW);
    wait(&mut again, "the object", |harness| {
        harness.state().state.view == View::Summary && row(harness, LEAKS_ROW).is_some()
    });
    click(&mut again, Role::Button, "Remove bookmark @85127");
    assert!(again.query_by_role_and_label(Role::Link, LEAKS_ROW).is_none());
}

#[test]
fn damaged_settings_are_said_to_be_and_the_window_opens() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("settings.json"), "{\"theme\":").unwrap();
    let mut harness = with_settings(folder.path(), &[], 1280.0);
    harness.run_ok();
    assert!(harness.query_by_label_contains("The settings were damaged").is_some());
    assert!(folder.path().join("settings.json.damaged").is_file());
}

#[test]
fn widths_of_columns_are_kept() {
    let mut harness = compared();
    apply(&mut harness.state_mut().state, Command::SetColumnWidth("Comparison", ColumnId("new_count"), 200));
    harness.run_ok();
    let head = |harness: &Harness<'_, Window>, title: &str| {
        harness.query_all_by_role_and_label(Role::Button, title).next().unwrap().rect()
    };
    let first =
        harness.state().state.main_table().unwrap().table.as_ref().unwrap().source().columns()[1].title;
    assert!((head(&harness, first).width() - 200.0).abs() < 1.0, "{:?}", head(&harness, first));
    let edge = head(&harness, first).left_center();
    let left = edge - vec2(30.0, 0.0);
    harness.drag_at(edge);
    harness.run_ok();
    harness.hover_at(left);
    harness.run_ok();
    harness.drop_at(left);
    harness.run_ok();
    let width = harness.state().state.settings.widths("Comparison")["new_count"];
    assert!((225..=235).contains(&width), "{width}");
}

#[test]
fn the_time_of_a_frame_can_be_shown() {
    let mut harness = compared();
    assert!(harness.query_by_label_contains("worst of 120").is_none());
    click(&mut harness, Role::Button, "View");
    click(&mut harness, Role::Button, "Frame times");
    assert!(harness.query_by_label_contains("worst of 120").is_some());
}

#[test]
fn in_a_narrow_window_the_object_stands_in_front_of_the_retainers() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = with_settings(folder.path(), &[AFTER], 600.0);
    settled(&mut harness, View::Summary);
    select(&mut harness, "Array ×");
    harness.key_press(Key::ArrowRight);
    wait_for_row(&mut harness, LEAKS_ROW);
    select(&mut harness, LEAKS_ROW);
    wait_for_row(&mut harness, "leaks in scope {");
    click(&mut harness, Role::Button, "Show or hide object");
    wait(&mut harness, "the object's facts", |harness| harness.query_by_label("Kind").is_some());
    assert!(row(&harness, "leaks in scope {").is_none());
    press(&mut harness, Key::I);
    wait_for_row(&mut harness, "leaks in scope {");
}

#[test]
fn a_search_shows_what_it_has_found_so_far_and_then_all() {
    let mut harness = window(vec![sample(AFTER)]);
    settled(&mut harness, View::Summary);
    press(&mut harness, Key::F);
    harness.get_by_role_and_label(Role::TextInput, "Search for").type_text("a");
    settled(&mut harness, View::Search);
    let count = |harness: &Harness<'_, Window>| {
        let table_pane = harness.state().state.main_table()?;
        table_pane.table.as_ref()?.source().shown().map(|shown| shown.count)
    };
    let all = count(&harness).unwrap();
    assert!(all > 10_000, "{all}");
    harness.get_by_role_and_label(Role::TextInput, "Search for").type_text("rray");
    wait(&mut harness, "fewer", |harness| count(harness).is_some_and(|count| count < all));
    wait(&mut harness, "retained sizes", |harness| {
        rows(harness)
            .first()
            .and_then(|first| row(harness, first)?.value())
            .is_some_and(|text| !text.contains('…'))
    });
}
