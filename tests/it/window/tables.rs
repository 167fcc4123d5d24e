//! Every table of the window, one after the other: its headers sort both ways, its rows are selected,
//! expanded and collapsed.

use crate::support::samples::{AFTER, LEAKS_ID, START, sample};
use crate::support::window::{label, settled, wait, window};
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, Rect};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use heaplens::app::{Command, GroupRetainersMode, ObjectRetainersMode, Pane, View};
use heaplens::app::{GROUP_RETAINERS, GROWTH_BY, OBJECT_RETAINERS, STRING_LIST, TREND_OF, apply};
use heaplens::model::{
    ColumnWidth, Direction, Disclosure, GrowthBy, Row, Search, StringList, TreeTable, TrendOf,
};
use heaplens::ui::Window;

/// A table, and how to get there.
struct Page {
    name: &'static str,
    pane: Pane,
    commands: Vec<Command>,
}

const TIMELINE: &str = "allocation.heaptimeline";

/// The tables of two snapshots, or of three.
fn pages() -> Vec<Page> {
    let main = |name, commands| Page { name, pane: Pane::Main, commands };
    let below = |name, commands| Page { name, pane: Pane::Retainers, commands };
    let show = Command::ShowView;
    let search = Search { text: "Array".into(), ..Search::default() };
    let array = Search { text: LEAKS_ID.into(), ..Search::default() };
    vec![
        main("Summary", vec![show(View::Summary)]),
        main("Comparison", vec![show(View::Comparison)]),
        main("Growth", vec![show(View::Growth), GROWTH_BY.set(GrowthBy::Containers)]),
        main("Owners", vec![show(View::Growth), GROWTH_BY.set(GrowthBy::Owners)]),
        main("Trend", vec![show(View::Trend), TREND_OF.set(TrendOf::Containers)]),
        main("Trend of constructors", vec![show(View::Trend), TREND_OF.set(TrendOf::Classes)]),
        main("Containment", vec![show(View::Containment)]),
        main("Dominators", vec![show(View::Dominators)]),
        main("Strings", vec![show(View::Strings), STRING_LIST.set(StringList::Texts)]),
        main("Prefixes", vec![show(View::Strings), STRING_LIST.set(StringList::Prefixes)]),
        main("Slices", vec![show(View::Strings), STRING_LIST.set(StringList::Sliced)]),
        main("Search", vec![Command::SetSearch(search), show(View::Search)]),
        below("Merged paths", vec![show(View::Summary), Command::Select(Pane::Main, 0)]),
        below("Kept alive by", vec![GROUP_RETAINERS.set(GroupRetainersMode::Dominators)]),
        below("Retainers", vec![Command::SetSearch(array), show(View::Search)]),
        below("Separate paths", vec![OBJECT_RETAINERS.set(ObjectRetainersMode::Paths)]),
    ]
}

fn table<'a>(harness: &'a Harness<'_, Window>, pane: Pane) -> Option<&'a TreeTable> {
    let state = &harness.state().state;
    match pane {
        Pane::Main => state.main_table()?.table.as_ref(),
        Pane::Retainers => state.retainers().and_then(|pane| pane.table.as_ref()),
    }
}

fn muted(harness: &mut Harness<'_, Window>, what: &str, pane: Pane) {
    wait(harness, what, |harness| {
        !harness.state().state.is_busy() && table(harness, pane).is_some_and(|table| !table.is_empty())
    });
}

fn go(harness: &mut Harness<'_, Window>, page: &Page) {
    for command in &page.commands {
        apply(&mut harness.state_mut().state, command.clone());
        muted(harness, page.name, Pane::Main);
    }
    if page.name == "Retainers" {
        // The only object found.
        apply(&mut harness.state_mut().state, Command::Select(Pane::Main, 1));
    }
    muted(harness, page.name, page.pane);
}

/// The timeline, and three snapshots of one process.
fn windows(mut check: impl FnMut(&mut Harness<'static, Window>, &Page)) {
    let mut timeline = window(vec![sample(TIMELINE)]);
    settled(&mut timeline, View::Summary);
    let allocations = vec![Command::ShowView(View::Allocations)];
    let allocations = Page { name: "Allocations", pane: Pane::Main, commands: allocations };
    go(&mut timeline, &allocations);
    check(&mut timeline, &allocations);
    let third = tempfile::tempdir().unwrap();
    let copy = third.path().join("third.heapsnapshot");
    std::fs::copy(sample(AFTER), &copy).unwrap();
    let mut three = window(vec![sample(START), sample(AFTER), copy]);
    settled(&mut three, View::Comparison);
    // The heads of many columns want room.
    three.set_size([1900.0, 1000.0].into());
    for page in pages() {
        go(&mut three, &page);
        check(&mut three, &page);
    }
}

/// The outermost rows.
fn outer(table: &TreeTable) -> Vec<Row> {
    (0..table.len()).map(|at| table.row(at)).filter(|row| row.depth == 0).collect()
}

/// Where the head of a column stands: a button right above the rows.
fn head(harness: &Harness<'_, Window>, page: &Page, title: &str) -> Rect {
    let tree = harness.get_by_role_and_label(Role::Tree, page.pane.title()).rect();
    let heads = harness.query_all_by_role_and_label(Role::Button, title).map(|node| node.rect());
    let mut heads: Vec<Rect> = heads.filter(|rect| tree.contains(rect.center())).collect();
    heads.sort_by(|a, b| a.top().total_cmp(&b.top()));
    *heads.first().unwrap_or_else(|| panic!("{} has no head {title}", page.name))
}

fn click_head(harness: &mut Harness<'static, Window>, page: &Page, title: &str) {
    let center = head(harness, page, title).center();
    harness.hover_at(center);
    harness.run_ok();
    harness.drag_at(center);
    harness.drop_at(center);
    harness.run_ok();
    muted(harness, title, page.pane);
}

/// What is wrong with the order of a table whose head has just been clicked.
fn disorder(table: &TreeTable, at: usize) -> Option<String> {
    let (columns, sort) = (table.source().columns(), table.sort());
    if sort.column != columns[at].id {
        return Some(format!("sorted by {:?}", sort.column));
    }
    // Bars are in the order of what they end with; names have orders of their own.
    if at == 0 || columns[at].width == ColumnWidth::Series {
        return None;
    }
    let numbers = outer(table).into_iter().map(|row| row.cells[at - 1].number);
    let numbers: Vec<i64> = numbers.map(Option::unwrap_or_default).collect();
    let is_wrong = |pair: &&[i64]| match sort.direction {
        Direction::Ascending => pair[0] > pair[1],
        Direction::Descending => pair[0] < pair[1],
    };
    numbers.windows(2).find(is_wrong).map(|pair| format!("{:?}: {pair:?}", sort.direction))
}

#[test]
fn every_head_sorts_both_ways() {
    let mut problems = Vec::new();
    windows(|harness, page| {
        let columns = table(harness, page.pane).unwrap().source().columns().to_vec();
        for (at, spec) in columns.iter().enumerate() {
            let mut orders = Vec::new();
            for _ in 0..2 {
                click_head(harness, page, spec.title);
                let table = table(harness, page.pane).unwrap();
                let found = disorder(table, at);
                problems.extend(found.map(|found| format!("{} by {}: {found}", page.name, spec.title)));
                orders.push((table.sort().direction, outer(table)));
            }
            let [(first, rows), (second, turned)] = &orders[..] else { panic!("two clicks") };
            if first == second || at == 0 && rows.len() > 2 && rows == turned {
                problems.push(format!("{} by {} is not turned round", page.name, spec.title));
            }
        }
    });
    assert!(problems.is_empty(), "{problems:#?}");
}

/// A row that is shut; the first one where all are open.
fn shut_row(harness: &mut Harness<'static, Window>, page: &Page) -> usize {
    let len = table(harness, page.pane).unwrap().len();
    let is_shut = |at: &usize| table(harness, page.pane).unwrap().row(*at).disclosure == Disclosure::Closed;
    if let Some(shut) = (0..len).find(is_shut) {
        return shut;
    }
    apply(&mut harness.state_mut().state, Command::Toggle(page.pane, 0));
    0
}

#[test]
fn every_table_is_walked_opened_and_left() {
    windows(|harness, page| {
        let shut = shut_row(harness, page);
        let text = table(harness, page.pane).unwrap().row(shut).text();
        apply(&mut harness.state_mut().state, Command::Select(page.pane, shut));
        harness.get_by_role_and_label(Role::Tree, page.pane.title()).focus();
        harness.run_ok();
        let before = table(harness, page.pane).unwrap().len();
        harness.key_press(Key::ArrowRight);
        muted(harness, page.name, page.pane);
        let opened = table(harness, page.pane).unwrap();
        assert!(opened.len() > before, "{} opens {text}", page.name);
        harness.key_press(Key::ArrowDown);
        muted(harness, page.name, page.pane);
        let walked = table(harness, page.pane).unwrap();
        assert_eq!(walked.selected_row(), Some(shut + 1), "{} walks on from {text}", page.name);
        if page.pane == Pane::Main {
            let view = harness.state().state.view;
            apply(&mut harness.state_mut().state, Command::ShowView(View::Statistics));
            harness.run_ok();
            harness.key_press_modifiers(Modifiers::ALT, Key::ArrowLeft);
            muted(harness, page.name, page.pane);
            assert_eq!(harness.state().state.view, view, "back to {}", page.name);
        }
    });
}

#[test]
fn every_line_of_the_menus_is_in_the_palette() {
    let mut harness = window(vec![sample(START), sample(AFTER)]);
    settled(&mut harness, View::Comparison);
    let buttons = |harness: &Harness<'_, Window>| -> Vec<String> {
        harness.query_all_by_role(Role::Button).map(|node| label(&node)).collect()
    };
    let shut = buttons(&harness);
    let mut found = 0;
    let menus = [
        &["File"][..],
        &["Edit"],
        &["View"],
        &["View", "Source code"],
        &["View", "Theme"],
        &["Go"],
        &["Help"],
    ];
    for path in menus {
        for name in path {
            harness.get_by_role_and_label(Role::Button, name).click();
            harness.run_ok();
        }
        for line in buttons(&harness).into_iter().filter(|line| !shut.contains(line)) {
            let is_menu =
                ["Open recent", "Source code", "Editor", "Theme"].iter().any(|menu| line.starts_with(menu));
            let is_known = heaplens::app::entries().any(|entry| entry.label == line);
            assert!(is_menu || is_known, "{line:?} of {path:?} is not in the palette");
            found += 1;
        }
        harness.key_press(Key::Escape);
        harness.run_ok();
        harness.key_press(Key::Escape);
        harness.run_ok();
    }
    assert!(found > 40, "{found}");
}
