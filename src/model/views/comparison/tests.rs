//! A comparison's rows on a small heap made by hand.

use crate::base::Progress;
use crate::compare::compare;
use crate::graph::GraphBuilder;
use crate::model::TreeTable;
use crate::model::table::ColumnId;
use crate::model::views::comparison::*;
use crate::model::{Condition, ObjectFilter};
use crate::snapshot::{SizeMode, Snapshot, load_bytes};

/// A list of so many users, an object that is deleted after `is_old`, and one that shrinks.
fn heap(users: u64, is_old: bool) -> Arc<Snapshot> {
    let mut heap = GraphBuilder::new();
    heap.id(0, 1);
    let mut node = |kind: &str, name: &str, size: u64, id: u64| {
        let node = heap.node(kind, name, size);
        heap.id(node, id);
        node
    };
    let list = node("object", "Array", 32, 3);
    let store = node("array", "(object elements)", 16 + 8 * users, 5 + 1000 * users);
    let shrinking = node("object", "User", if is_old { 90 } else { 50 }, 7);
    let gone = if is_old { Some(node("object", "User", 70, 9)) } else { None };
    let name = node("string", "gone", 0, 11);
    let users: Vec<usize> = (0..users).map(|user| node("object", "User", 40, 101 + 2 * user)).collect();
    heap.edge(0, "shortcut", "1", list).edge(0, "shortcut", "2", shrinking);
    heap.edge(list, "internal", "elements", store);
    for (at, &user) in users.iter().enumerate() {
        heap.edge(list, "element", &at.to_string(), user);
    }
    if let Some(gone) = gone {
        heap.edge(0, "shortcut", "3", gone).edge(gone, "property", "name", name);
    }
    load_bytes("heap", heap.to_json().as_bytes(), &Progress::new()).unwrap()
}

fn table(counting: GrowthAccounting) -> TreeTable {
    let comparison = compare(heap(2, true), heap(5, false), SizeMode::Chrome, &Progress::new()).unwrap();
    TreeTable::filled(Arc::new(ComparisonView::new(Arc::new(comparison), counting, ClassFilter::All)))
}

/// Name and cells of every row, with plain blanks, between bars.
fn rows(table: &TreeTable) -> Vec<String> {
    let cells = |row: &Row| row.cells.iter().map(|cell| format!("|{}", cell.text)).collect::<String>();
    let rows = (0..table.len()).map(|row| table.row(row));
    rows.map(|row| format!("{}{}", row.text(), cells(&row)).replace('\u{a0}', " ")).collect()
}

fn open(table: &mut TreeTable, begin: &str) {
    let row = (0..table.len()).find(|&row| table.row(row).text().starts_with(begin)).unwrap();
    let work = table.toggle(row);
    assert!(table.run_if_small(work).is_none());
}

#[test]
fn a_constructor_opens_with_its_first_group() {
    let mut table = table(GrowthAccounting::EveryByte);
    assert_eq!(
        rows(&table),
        ["User ×6|3|1|+2|120 B|110 B|+10 B|||+10 B", "Array|||0|24 B||+24 B|1|24 B|+144 B"]
    );
    open(&mut table, "Array");
    assert_eq!(rows(&table)[2], "Grown ×1||||24 B||+24 B|1|24 B|");
    assert_eq!(rows(&table)[3], "Array @3 2 → 5 elements, 64 B → 88 B||||24 B||+24 B|•|24 B|+144 B");
    open(&mut table, "User");
    assert_eq!(
        rows(&table)[..7],
        [
            "User ×6|3|1|+2|120 B|110 B|+10 B|||+10 B",
            "New ×3|3|||120 B||+120 B|||",
            "User @105 new|•|||40 B||+40 B|||+40 B",
            "User @107 new|•|||40 B||+40 B|||+40 B",
            "User @109 new|•|||40 B||+40 B|||+40 B",
            "Shrunk ×1|||||40 B|−40 B|||",
            "Deleted ×1||1|||70 B|−70 B|||",
        ]
    );
}

#[test]
fn what_is_gone_is_read_in_the_baseline() {
    let mut table = table(GrowthAccounting::EveryByte);
    for row in ["User", "Deleted", "User @9"] {
        open(&mut table, row);
    }
    let gone = (0..table.len()).map(|row| table.row(row)).find(|row| row.text().starts_with("name"));
    let gone = gone.expect("a field of the object that is gone");
    assert_eq!((gone.text().as_str(), gone.depth), ("name :: \"gone\" @11", 3));
    assert_eq!(gone.object.map(|(side, _)| side), Some(Side::Baseline));
}

#[test]
fn chrome_counts_no_growth_and_has_no_columns_for_it() {
    let mut table = table(GrowthAccounting::AsChrome);
    assert_eq!(rows(&table), ["User ×6|3|1|+2|120 B|70 B|+50 B"]);
    open(&mut table, "User");
    let groups: Vec<String> = rows(&table).into_iter().filter(|row| row.contains(" ×1|")).collect();
    assert_eq!(groups, ["Deleted ×1||1|||70 B|−70 B"]);
}

#[test]
fn the_total_is_the_change_of_the_heap() {
    let line = |counting| {
        let table = table(counting);
        let total = table.source().total().unwrap();
        let cells: Vec<String> = total.cells.iter().map(|cell| cell.text.replace('\u{a0}', " ")).collect();
        (total.name.replace('\u{a0}', " "), cells.join("|"))
    };
    let (name, cells) = line(GrowthAccounting::EveryByte);
    assert_eq!(name, "Total, equal to the change of the heap");
    assert_eq!(cells, "3|1|+2|144 B|110 B|+34 B|1|24 B|");
    let (name, cells) = line(GrowthAccounting::AsChrome);
    assert_eq!(name, "Total as Chrome counts; the heap changed by +34 B");
    assert_eq!(cells, "3|1|+2|120 B|70 B|+50 B");
}

#[test]
fn columns_sort_groups_and_what_is_in_them() {
    let mut table = table(GrowthAccounting::EveryByte);
    open(&mut table, "User");
    let work = table.click_column(ColumnId("freed_size"));
    assert!(table.run_if_small(work).is_none());
    let groups: Vec<String> = rows(&table).into_iter().filter(|row| !row.contains('@')).collect();
    let begins: Vec<&str> = groups.iter().filter_map(|row| row.split([' ', '|']).next()).collect();
    assert_eq!(begins, ["User", "Deleted", "Shrunk", "New", "Array"]);
}

/// Name, new, deleted and grown objects of every row with these options.
fn narrowed(conditions: &[&str], group_by: GroupBy) -> Vec<(String, [usize; 3])> {
    let conditions = conditions.iter().map(|typed| Condition::parse(typed).unwrap()).collect();
    let object_filter = ObjectFilter { conditions, group_by, ..ObjectFilter::default() };
    let found = object_filter.compare(heap(2, true), heap(5, false), SizeMode::Chrome, &Progress::new());
    let counts = |row: &ComparisonRow| [row.new.len(), row.deleted.len(), row.grown.len()];
    found.unwrap().rows.iter().map(|row| (row.name.clone(), counts(row))).collect()
}

#[test]
fn rows_can_be_other_groups_than_constructors() {
    assert_eq!(narrowed(&[], GroupBy::Kind), [("object".into(), [3, 1, 1])]);
    assert_eq!(narrowed(&[], GroupBy::Script), [("(no script)".into(), [3, 1, 1])]);
    let mut table = {
        let object_filter = ObjectFilter { group_by: GroupBy::Kind, ..ObjectFilter::default() };
        let found = object_filter.compare(heap(2, true), heap(5, false), SizeMode::Chrome, &Progress::new());
        let view =
            ComparisonView::new(Arc::new(found.unwrap()), GrowthAccounting::EveryByte, ClassFilter::All);
        TreeTable::filled(Arc::new(view))
    };
    open(&mut table, "object");
    assert_eq!(table.source().columns()[0].title, "Kind");
    assert!(rows(&table)[1].starts_with("New ×3"), "{:?}", rows(&table));
}

#[test]
fn what_is_in_both_snapshots_meets_conditions_as_it_is_now() {
    let named = |name: &str, counts| vec![(name.to_owned(), counts)];
    assert_eq!(narrowed(&["class:User"], GroupBy::Kind), named("object", [3, 1, 0]));
    assert_eq!(
        narrowed(&["class:User", "shallow>=70"], GroupBy::Kind),
        named("object", [0, 1, 0]),
        "90 → 50"
    );
    assert_eq!(narrowed(&["class:Array", "shallow>=80"], GroupBy::Constructor), named("Array", [0, 0, 1]));
}
