//! Tables over a synthetic source, whose items are all classes, ordered by number.

use crate::base::{ClassIndex, Progress};
use crate::model::table::tree::*;
use crate::model::table::{Cell, ColumnSpec, Span, Tone};

const DOWN: Sort = Sort { column: ColumnId::SHALLOW, direction: Direction::Descending };
const UP: Sort = Sort { column: ColumnId::SHALLOW, direction: Direction::Ascending };

/// Has `width` children below every item; numbers below `hidden` are filtered out. Leaves end in 9.
struct Numbers {
    width: u32,
    hidden: u32,
}

const COLUMNS: [ColumnSpec; 2] = [ColumnSpec::name("Name"), ColumnId::SHALLOW.size("Size", "")];

fn item(number: u32) -> Item {
    Item::Class(ClassIndex(number))
}

impl TreeSource for Numbers {
    fn columns(&self) -> &[ColumnSpec] {
        &COLUMNS
    }

    fn default_sort(&self) -> Sort {
        UP
    }

    fn child_count(&self, item: Option<Item>) -> usize {
        match item {
            Some(Item::Class(class)) if class.0 % 10 == 9 => 0,
            _ => self.width as usize,
        }
    }

    fn children(&self, _path: &[Item], sort: Sort) -> Vec<Item> {
        let mut all: Vec<Item> = (self.hidden..self.width).map(item).collect();
        if sort.direction == Direction::Descending {
            all.reverse();
        }
        all
    }

    fn row(&self, path: &[Item], disclosure: Disclosure) -> Row {
        let text = path
            .iter()
            .map(|item| match item {
                Item::Class(class) => class.0.to_string(),
                other => panic!("{other:?}"),
            })
            .collect::<Vec<_>>()
            .join(".");
        Row {
            item: *path.last().unwrap(),
            depth: path.len() - 1,
            disclosure,
            name: vec![Span { text, tone: Tone::Plain }],
            hover: None,
            cells: vec![Cell::default()],
            object: None,
            is_dimmed: false,
            kind: None,
            place: None,
        }
    }
}

fn table(width: u32) -> TreeTable {
    TreeTable::filled(Arc::new(Numbers { width, hidden: 0 }))
}

fn settle(table: &mut TreeTable, work: Option<Work>) {
    if let Some(work) = work {
        assert!(table.apply(work.run()));
    }
}

fn open(table: &mut TreeTable, row: usize) {
    let work = table.toggle(row);
    assert!(work.is_some());
    settle(table, work);
}

/// All rows: expanded ones marked `-`, collapsed ones `+`, waiting ones `?`.
fn rows(table: &TreeTable) -> String {
    let rows = (0..table.len()).map(|row| {
        let row = table.row(row);
        let mark = match row.disclosure {
            Disclosure::Open => "-",
            Disclosure::Closed => "+",
            Disclosure::Busy => "?",
            Disclosure::Leaf => "",
        };
        row.text() + mark
    });
    rows.collect::<Vec<_>>().join(" ")
}

#[test]
fn rows_open_and_close() {
    let mut table = table(3);
    assert_eq!(rows(&table), "0+ 1+ 2+");
    open(&mut table, 1);
    assert_eq!(rows(&table), "0+ 1- 1.0+ 1.1+ 1.2+ 2+");
    open(&mut table, 3);
    open(&mut table, 0);
    assert_eq!(rows(&table), "0- 0.0+ 0.1+ 0.2+ 1- 1.0+ 1.1- 1.1.0+ 1.1.1+ 1.1.2+ 1.2+ 2+");
    for row in 0..table.len() {
        assert_eq!(table.position_of(&table.path(row)), Some(row));
    }
    assert_eq!(table.parent(8), Some(6));
    assert_eq!(table.parent(6), Some(4));
    assert_eq!(table.parent(4), None);
    assert!(table.toggle(4).is_none());
    assert_eq!(rows(&table), "0- 0.0+ 0.1+ 0.2+ 1+ 2+");
}

#[test]
fn a_row_opened_again_shows_what_was_open_below_it() {
    let mut table = table(2);
    open(&mut table, 0);
    open(&mut table, 2);
    let before = rows(&table);
    table.collapse(0);
    let work = table.click_column(ColumnId::NAME);
    settle(&mut table, work);
    open(&mut table, 0);
    assert_eq!(rows(&table), before);
}

#[test]
fn a_leaf_does_not_open() {
    let mut table = table(10);
    assert!(table.toggle(9).is_none());
    assert_eq!(table.len(), 10);
}

#[test]
fn sorting_keeps_what_is_open_and_selected() {
    let mut table = table(3);
    open(&mut table, 0);
    table.select(Some(table.path(2)));
    assert_eq!(table.selected_row(), Some(2));
    let work = table.sort_by(DOWN);
    assert_eq!(rows(&table), "0- 0.0+ 0.1+ 0.2+ 1+ 2+");
    settle(&mut table, work);
    assert_eq!(rows(&table), "2+ 1+ 0- 0.2+ 0.1+ 0.0+");
    assert_eq!(table.selected_row(), Some(4));
    table.collapse(2);
    assert_eq!(table.selected_row(), None);
    assert_eq!(table.selection(), Some([item(0), item(1)].as_slice()));
}

#[test]
fn a_filter_hides_open_rows_and_brings_them_back() {
    let mut table = table(3);
    open(&mut table, 0);
    let before = rows(&table);
    let work = table.set_source(Arc::new(Numbers { width: 3, hidden: 1 }));
    settle(&mut table, Some(work));
    assert_eq!(rows(&table), "1+ 2+");
    let work = table.set_source(Arc::new(Numbers { width: 3, hidden: 0 }));
    settle(&mut table, Some(work));
    assert_eq!(rows(&table), before);
}

#[test]
fn a_head_turns_its_order_round_and_another_begins_with_its_own() {
    let mut table = table(3);
    let work = table.click_column(ColumnId::SHALLOW);
    settle(&mut table, work);
    assert_eq!(table.sort(), DOWN);
    let work = table.click_column(ColumnId::NAME);
    settle(&mut table, work);
    assert_eq!(table.sort(), Sort { column: ColumnId::NAME, direction: Direction::Ascending });
    let work = table.click_column(ColumnId::SHALLOW);
    settle(&mut table, work);
    assert_eq!(table.sort(), DOWN);
    assert!(table.sort_by(DOWN).is_none());
}

#[test]
fn work_begun_before_a_change_is_dropped() {
    let mut table = table(3);
    let stale = table.toggle(0);
    assert_eq!(rows(&table), "0? 1+ 2+");
    let stale_too = table.sort_by(DOWN);
    let fresh = table.sort_by(UP);
    assert!(table.is_busy());
    for work in [stale, stale_too] {
        assert!(!table.apply(work.unwrap().run()));
        assert_eq!(rows(&table), "0? 1+ 2+");
    }
    settle(&mut table, fresh);
    assert!(!table.is_busy());
    assert_eq!(rows(&table), "0- 0.0+ 0.1+ 0.2+ 1+ 2+");
}

#[test]
fn a_row_closed_while_it_was_being_sorted_stays_closed() {
    let mut table = table(3);
    let work = table.toggle(0);
    assert!(table.toggle(0).is_none());
    table.apply(work.unwrap().run());
    assert_eq!(rows(&table), "0+ 1+ 2+");
}

#[test]
fn a_row_opened_while_all_rows_are_being_sorted_opens_with_them() {
    let mut table = table(3);
    let stale = table.sort_by(DOWN);
    let work = table.toggle(1);
    assert!(!table.apply(stale.unwrap().run()));
    settle(&mut table, work);
    assert_eq!(rows(&table), "2+ 1- 1.2+ 1.1+ 1.0+ 0+");
}

#[test]
fn a_path_is_opened_at_once() {
    let mut table = table(3);
    let path = [item(2), item(0), item(1), item(1)];
    assert_eq!(table.position_of(&path), None);
    let work = table.reveal(&path);
    settle(&mut table, work);
    assert_eq!(table.path(table.position_of(&path).unwrap()), path);
    assert_eq!(table.len(), 12);
    assert!(table.reveal(&path).is_none());
    let work = table.expand_path(&path);
    settle(&mut table, work);
    assert_eq!(table.len(), 15);
}

#[test]
fn a_million_children_cost_one_list() {
    let mut table = table(1_000_000);
    open(&mut table, 500_000);
    assert_eq!(table.len(), 2_000_000);
    assert_eq!(table.row(1_500_000).text(), "500000.999999");
    assert_eq!(table.row(1_500_001).text(), "500001");
    assert_eq!(table.branches.open_from(BranchId::ROOT).len(), 2);
    let work = table.sort_by(DOWN).unwrap();
    assert_eq!(work.cost, 2_000_000);
    assert!(!work.is_small());
    let work = table.run_if_small(Some(work));
    settle(&mut table, work);
    assert_eq!(table.row(0).text(), "999999");
    assert_eq!(table.row(500_000).text(), "500000.999999");
}

#[test]
fn a_path_may_be_thousands_deep() {
    let mut table = table(2);
    let path = vec![item(1); 3_000];
    let work = table.expand_path(&path);
    settle(&mut table, work);
    assert_eq!(table.len(), 2 + 2 * 3_000);
    assert_eq!(table.row(6_001).depth, 3_000);
    table.collapse(1);
    assert_eq!(table.len(), 2);
}

#[test]
fn random_changes_leave_every_row_where_its_path_says() {
    let mut table = table(4);
    let mut seed = 1_u64;
    for _ in 0..300 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let random = usize::try_from(seed >> 40).unwrap();
        let work = match random % 8 {
            0 => table.sort_by(if table.sort() == UP { DOWN } else { UP }),
            1 if table.len() > 200 => table.toggle(0),
            _ => table.toggle(random % table.len()),
        };
        settle(&mut table, work);
        for row in 0..table.len() {
            assert_eq!(table.position_of(&table.path(row)), Some(row));
            assert_eq!(table.path(row).len(), table.row(row).depth + 1);
        }
    }
}

#[test]
fn a_row_opens_with_all_below_it_as_far_as_there_is_room() {
    let mut table = table(2);
    let progress = Progress::new();
    let opened = table.deep(1).unwrap().run(6, &progress).unwrap();
    assert!(opened.is_cut);
    assert!(table.take_opened(opened));
    assert_eq!(rows(&table), "0+ 1- 1.0- 1.0.0+ 1.0.1+ 1.1- 1.1.0+ 1.1.1+");
    let stale = table.deep(1).unwrap().run(6, &progress).unwrap();
    let work = table.sort_by(DOWN);
    settle(&mut table, work);
    assert!(!table.take_opened(stale), "the order is another one now");
}

#[test]
fn what_finds_no_room_stays_closed() {
    let mut table = table(2);
    open(&mut table, 0);
    open(&mut table, 1);
    table.collapse(0);
    let opened = table.deep(0).unwrap().run(2, &Progress::new()).unwrap();
    assert!(table.take_opened(opened));
    assert_eq!(rows(&table), "0- 0.0+ 0.1+ 1+");
}

#[test]
fn a_row_is_found_by_the_beginning_of_its_name() {
    let mut table = table(3);
    open(&mut table, 1);
    let find = |word: &str, from| table.find_beginning(word, from, &Progress::new()).unwrap();
    assert_eq!(find("1", 0), Some(vec![item(1)]));
    assert_eq!(find("1", 2), Some(vec![item(1), item(0)]));
    assert_eq!(find("0", 3), Some(vec![item(0)]), "round at the end");
    assert_eq!(find("x", 0), None);
}
