//! Navigation in the window: the palette, menus, keys.

use crate::support::samples::{AFTER, LEAKS_ROW, TINY, sample};
use crate::support::window::{click, labels, row, rows, select, settled, wait, wait_for_row, window};
use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Key, Modifiers, OutputCommand};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use heaplens::app::View;
use heaplens::graph::GraphBuilder;
use heaplens::model::{ColumnId, Direction};
use heaplens::ui::Window;

fn opened(name: &str) -> Harness<'static, Window> {
    let mut harness = window(vec![sample(name)]);
    settled(&mut harness, View::Summary);
    harness
}

/// The text put on the clipboard in the last frame.
fn clipboard(harness: &Harness<'_, Window>) -> Option<String> {
    harness.output().platform_output.commands.iter().find_map(|command| match command {
        OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    })
}

/// Steps until something is put on the clipboard.
fn wait_for_copy(harness: &mut Harness<'_, Window>) -> String {
    for _ in 0..2000 {
        harness.step();
        if let Some(text) = clipboard(harness) {
            return text;
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    panic!("nothing was copied; there are {:?}", labels(harness));
}

#[test]
fn the_palette_opens_by_two_keys_and_runs_what_is_chosen() {
    let mut harness = opened(AFTER);
    for (modifiers, key) in [(Modifiers::COMMAND, Key::K), (Modifiers::COMMAND | Modifiers::SHIFT, Key::P)] {
        harness.key_press_modifiers(modifiers, key);
        harness.run_ok();
        harness.get_by_role_and_label(Role::TextInput, "Type a command");
        harness.key_press(Key::Escape);
        harness.run_ok();
        assert!(harness.query_by_role_and_label(Role::TextInput, "Type a command").is_none());
    }
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    harness.run_ok();
    harness.get_by_role_and_label(Role::TextInput, "Type a command").type_text("con");
    harness.run_ok();
    harness.get_by_role_and_label(Role::ListBoxOption, "Containment");
    harness.key_press(Key::ArrowDown);
    harness.run_ok();
    assert_eq!(harness.state().state.command_palette.as_ref().unwrap().chosen, 1);
    harness.key_press(Key::ArrowUp);
    harness.run_ok();
    harness.key_press(Key::Enter);
    harness.run_ok();
    settled(&mut harness, View::Containment);
}

#[test]
fn a_line_of_the_palette_can_be_clicked() {
    let mut harness = opened(AFTER);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    harness.run_ok();
    harness.get_by_role_and_label(Role::TextInput, "Type a command").type_text("strings");
    harness.run_ok();
    click(&mut harness, Role::ListBoxOption, "Strings");
    settled(&mut harness, View::Strings);
    assert!(harness.state().state.command_palette.is_none());
}

#[test]
fn the_row_menu_reveals_and_copies() {
    let mut harness = opened(AFTER);
    select(&mut harness, "Array ×");
    harness.key_press(Key::ArrowRight);
    wait_for_row(&mut harness, LEAKS_ROW);
    row(&harness, LEAKS_ROW).unwrap().click_secondary();
    harness.run_ok();
    click(&mut harness, Role::Button, "Reveal in Dominators");
    wait(&mut harness, "the row in Dominators", |harness| {
        let state = &harness.state().state;
        state.view == View::Dominators && rows(harness).iter().any(|row| row.starts_with(LEAKS_ROW))
    });
    row(&harness, LEAKS_ROW).unwrap().click_secondary();
    harness.run_ok();
    harness.get_by_role_and_label(Role::Button, "Copy path").click();
    let text = wait_for_copy(&mut harness);
    assert!(text.lines().next().unwrap().contains("leaks"), "{text}");
}

#[test]
fn the_edit_menu_copies_the_table() {
    let mut harness = opened(TINY);
    let count = rows(&harness).len();
    click(&mut harness, Role::Button, "Edit");
    harness.get_by_role_and_label(Role::Button, "Copy table as Markdown").click();
    let text = wait_for_copy(&mut harness);
    assert_eq!(text.lines().count(), count + 2, "{text}");
    harness.step();
    wait(&mut harness, "a word about it", |harness| {
        harness.query_by_label_contains(&format!("Copied {count} rows")).is_some()
    });
}

#[test]
fn letters_and_arrows_move_in_a_table() {
    let mut harness = opened(AFTER);
    harness.key_press(Key::ArrowDown);
    harness.run_ok();
    harness.event(Event::Text("Server".to_owned()));
    let selected = |harness: &Harness<'_, Window>| {
        let table_pane = harness.state().state.main_table()?;
        table_pane.row(table_pane.selected_row()?).map(|row| row.text())
    };
    wait(&mut harness, "a row that begins so", |harness| {
        selected(harness).is_some_and(|name| name.starts_with("Server"))
    });
    let before = rows(&harness).len();
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowRight);
    wait(&mut harness, "the rows below", |harness| {
        !harness.state().state.is_busy() && rows(harness).len() != before
            || harness.state().state.main_table().unwrap().table.as_ref().unwrap().len() > before
    });
}

#[test]
fn ids_in_the_name_of_a_weak_maps_entry_are_links() {
    let mut heap = GraphBuilder::new();
    let [key, value, table] = [("Foo", 3), ("Bar", 5), ("Table", 7)].map(|(name, id)| {
        let node = heap.node("object", name, 16);
        heap.id(node, id);
        node
    });
    let entry = "2 / part of key (Foo @3) -> value (Bar @5) pair in WeakMap (table @7)";
    heap.edge(0, "element", "1", key).edge(0, "element", "2", table);
    heap.edge(key, "internal", entry, value);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("weak.heapsnapshot");
    std::fs::write(&file, heap.to_json()).unwrap();
    let mut harness = window(vec![file]);
    settled(&mut harness, View::Summary);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Num7);
    harness.run_ok();
    settled(&mut harness, View::Containment);
    harness.key_press(Key::ArrowDown);
    harness.run_ok();
    harness.key_press(Key::ArrowRight);
    wait_for_row(&mut harness, "2 / part of key");
    click(&mut harness, Role::Link, "Go to @7");
    wait(&mut harness, "the table", |harness| {
        let state = &harness.state().state;
        let shown = state.inspected_object.and_then(|(file, node)| state.object_id(file, node));
        state.view == View::Summary && shown.is_some_and(|id| id.0 == 7)
    });
}

#[test]
fn the_keyboard_sorts_by_any_column_and_turns_the_order_round() {
    let mut harness = opened(AFTER);
    let sort = |harness: &Harness<'_, Window>| {
        let table =
            harness.state().state.main_table().and_then(|table_pane| table_pane.table.as_ref()).unwrap();
        (table.sort().column, table.sort().direction)
    };
    let mut press = |key| {
        harness.key_press_modifiers(Modifiers::COMMAND, key);
        harness.run_ok();
        sort(&harness)
    };
    assert_eq!(press(Key::ArrowLeft).0, ColumnId::SHALLOW);
    let (column, direction) = press(Key::ArrowUp);
    assert_eq!((column, direction), (ColumnId::SHALLOW, Direction::Ascending));
    assert_eq!(press(Key::ArrowRight).0, ColumnId::RETAINED);
    assert_eq!(press(Key::ArrowRight).0, ColumnId::NAME, "after the last comes the first");
}

#[test]
fn one_key_leads_to_the_retainers_and_back() {
    let mut harness = opened(AFTER);
    let has_keyboard = |harness: &Harness<'_, Window>, tree: &str| {
        harness.get_by_role_and_label(Role::Tree, tree).accesskit_node().is_focused()
    };
    harness.key_press(Key::ArrowDown);
    wait(&mut harness, "retainers", |harness| {
        harness.query_by_role_and_label(Role::Tree, "Retainers").is_some()
    });
    assert!(has_keyboard(&harness, "Objects"));
    harness.key_press(Key::F6);
    harness.run_ok();
    assert!(has_keyboard(&harness, "Retainers"));
    harness.key_press(Key::F6);
    harness.run_ok();
    assert!(has_keyboard(&harness, "Objects"));
}
