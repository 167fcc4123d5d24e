//! The views' rows on real heaps: the story of the leaking server, from Comparison to the variable.

use heaplens::base::{NodeIndex, Progress};
use heaplens::compare::{GrowthAccounting, compare};
use heaplens::graph::GraphBuilder;
use heaplens::model::{
    ClassFilter, ColumnId, ComparisonView, Containment, Disclosure, Item, Objects, RetainersView, Row, Side,
    Summary, TreeSource, TreeTable,
};
use heaplens::snapshot::{SizeMode, Snapshot, load, load_bytes};
use std::sync::Arc;

use crate::support::samples::{AFTER, LEAKS, LEAKS_HOLDER, START, TINY, load_sample, sample};

fn heap(build: impl FnOnce(&mut GraphBuilder)) -> Arc<Snapshot> {
    let mut builder = GraphBuilder::new();
    build(&mut builder);
    load_bytes("test", builder.to_json().as_bytes(), &Progress::new()).unwrap()
}

fn story() -> ComparisonView {
    let (start, after) = (load_sample(START), load_sample(AFTER));
    let comparison = compare(start, after, SizeMode::Chrome, &Progress::new()).unwrap();
    ComparisonView::new(Arc::new(comparison), GrowthAccounting::EveryByte, ClassFilter::All)
}

fn toggle(table: &mut TreeTable, row: usize) {
    let work = table.toggle(row).unwrap();
    assert!(table.apply(work.run()));
}

/// A column's text, with plain blanks.
fn cell(table: &TreeTable, row: &Row, column: ColumnId) -> String {
    let at = table.source().columns().iter().position(|spec| spec.id == column).unwrap();
    row.cells[at - 1].text.replace('\u{a0}', " ")
}

fn texts(table: &TreeTable) -> Vec<String> {
    (0..table.len()).map(|row| table.row(row).text()).collect()
}

/// The retainers of an object, all of whose paths open as far as they do by themselves.
fn retainers(snapshot: &Arc<Snapshot>, node: NodeIndex) -> (RetainersView, TreeTable) {
    let make = || RetainersView::new(Objects::new(snapshot.clone(), SizeMode::Chrome, Side::Current), node);
    (make(), TreeTable::filled(Arc::new(make())))
}

#[test]
fn the_array_that_grew_is_the_first_row_and_the_first_below_it() {
    let mut table = TreeTable::filled(Arc::new(story()));
    let class = table.row(0);
    assert_eq!(class.text(), "Array ×1,609");
    assert_eq!(cell(&table, &class, ColumnId("alloc_size")), "408 kB");
    assert_eq!(cell(&table, &class, ColumnId("new_count")), "12");
    assert!(class.cells[3].hover.as_ref().unwrap().contains("which is what Chrome shows"));
    toggle(&mut table, 0);
    assert_eq!(cell(&table, &table.row(1), ColumnId("grown_size")), "407 kB");
    let leaks = table.row(2);
    let text = leaks.text().replace('\u{a0}', " ");
    assert_eq!(text, "Array @85127 0 → 50,000 elements, 32 B → 407 kB");
    assert_eq!(cell(&table, &leaks, ColumnId("alloc_size")), "407 kB");
    assert_eq!(cell(&table, &leaks, ColumnId("grown_count")), "•");
    toggle(&mut table, 2);
    assert_eq!(table.row(3).depth, 3);
    assert_eq!(table.row(3).object.unwrap().0, Side::Current);
}

#[test]
fn deleted_objects_are_looked_at_in_the_baseline() {
    let mut table = TreeTable::filled(Arc::new(story()));
    let work = table.click_column(ColumnId("freed_size")).unwrap();
    table.apply(work.run());
    toggle(&mut table, 0);
    let deleted = table.row(2);
    assert!(deleted.text().contains(" deleted"), "{}", deleted.text());
    assert_eq!(deleted.object.unwrap().0, Side::Baseline);
    toggle(&mut table, 2);
    assert_eq!(table.row(3).object.unwrap().0, Side::Baseline);
}

#[test]
fn the_retainers_of_the_leak_open_to_the_variable_and_on() {
    let snapshot = load_sample(AFTER);
    let node = snapshot.find(LEAKS).unwrap();
    let (source, mut table) = retainers(&snapshot, node);
    let first = table.row(0);
    assert_eq!(first.text(), LEAKS_HOLDER);
    assert_eq!(first.disclosure, Disclosure::Open);
    assert!(first.hover.unwrap().contains("variables"));
    let opened = (0..table.len()).filter(|&row| table.row(row).disclosure == Disclosure::Open).count();
    assert!((10..=20).contains(&opened), "{opened}");
    let path = source.path_to_root(&Progress::new()).unwrap();
    if let Some(work) = table.expand_path(&path) {
        table.apply(work.run());
    }
    let last = table.row(table.position_of(&path).unwrap());
    assert!(last.text().contains(" in global @"), "{}", last.text());
}

#[test]
fn a_retainer_that_is_above_already_is_grey_and_stays_closed() {
    let snapshot = heap(|heap| {
        let first = heap.node("object", "First", 10);
        let second = heap.node("object", "Second", 10);
        let global = heap.node("object", "Global", 10);
        heap.edge(0, "shortcut", "1", global);
        heap.edge(global, "property", "first", first);
        heap.edge(first, "property", "next", second);
        heap.edge(second, "property", "back", first);
    });
    let (_, mut table) = retainers(&snapshot, NodeIndex(1));
    assert_eq!(texts(&table), ["first in Global @7", "back in Second @5"]);
    toggle(&mut table, 1);
    assert_eq!(table.row(2).text(), "next in First @3  (a cycle: it is listed above)");
    assert!(table.row(2).is_dimmed);
    assert_eq!(table.row(2).disclosure, Disclosure::Leaf);
    assert_eq!(table.row(0).disclosure, Disclosure::Leaf);
}

#[test]
fn weak_edges_and_the_root_hold_nothing() {
    let snapshot = heap(|heap| {
        let held = heap.node("object", "Held", 10);
        let weak = heap.node("object", "WeakRef", 10);
        heap.edge(0, "property", "held", held);
        heap.edge(0, "property", "weak", weak);
        heap.edge(weak, "weak", "target", held);
    });
    assert!(retainers(&snapshot, NodeIndex(1)).1.is_empty());
}

#[test]
fn an_ignored_retainer_gives_way_to_the_next() {
    let snapshot = heap(|heap| {
        let global = heap.node("object", "Global", 10);
        let near = heap.node("object", "Near", 10);
        let far = heap.node("object", "Far", 10);
        let farther = heap.node("object", "Farther", 10);
        let held = heap.node("object", "Held", 10);
        heap.edge(0, "shortcut", "1", global);
        heap.edge(global, "property", "near", near);
        heap.edge(global, "property", "far", far);
        heap.edge(far, "property", "next", farther);
        heap.edge(near, "property", "a", held);
        heap.edge(farther, "property", "b", held);
    });
    let objects = Objects::new(snapshot.clone(), SizeMode::Chrome, Side::Current);
    let ignored = snapshot.ignoring([NodeIndex(2)].into_iter().collect(), &Progress::new()).unwrap();
    let source = RetainersView::new(objects, NodeIndex(5)).ignoring(Arc::new(ignored));
    let table = TreeTable::filled(Arc::new(source));
    assert_eq!(table.row(0).text(), "b in Farther @9");
    let last = table.row(table.len() - 1);
    assert_eq!((last.text().as_str(), last.cells[0].text.as_str()), ("a in Near @5", "ignored"));
    assert!(last.is_dimmed);
}

#[test]
fn a_summary_prints_objects_as_chrome_does() {
    let summary = Summary::new(load_sample(TINY), SizeMode::Chrome, ClassFilter::All);
    let mut table = TreeTable::filled(Arc::new(summary));
    assert_eq!(table.row(0).text(), "Window");
    for row in (0..table.len()).rev() {
        toggle(&mut table, row);
    }
    let texts = texts(&table);
    for expected in ["greet() @21", "\"Hello, \\\"world\\\" 👋\" @27", "User ×2"] {
        let expected = expected.replace("\\\"", "\"");
        assert!(texts.contains(&expected), "{expected} in {texts:?}");
    }
}

#[test]
fn a_filter_by_name_keeps_what_is_open() {
    let snapshot = load_sample(TINY);
    let summary = |filter: &str| -> Arc<dyn TreeSource> {
        let filter = ClassFilter::parse(filter).unwrap();
        Arc::new(Summary::new(snapshot.clone(), SizeMode::Chrome, filter))
    };
    let mut table = TreeTable::filled(summary(""));
    let user = texts(&table).iter().position(|text| text == "User ×2").unwrap();
    toggle(&mut table, user);
    table.select(Some(table.path(user + 1)));
    let work = table.set_source(summary("use"));
    table.apply(work.run());
    assert_eq!(texts(&table)[0], "User ×2");
    assert_eq!((table.len(), table.selected_row()), (3, Some(1)));
    assert_eq!(table.row(0).disclosure, Disclosure::Open);
}

#[test]
fn containment_begins_below_the_root() {
    let table = TreeTable::filled(Arc::new(Containment::new(load_sample(TINY), SizeMode::Chrome)));
    let texts = texts(&table);
    assert!(texts.iter().any(|text| text.ends_with(" :: Window @5")), "{texts:?}");
    assert!(texts.iter().any(|text| text.ends_with(" :: (GC roots) @3")), "{texts:?}");
}

#[test]
fn sizes_wait_until_they_are_known() {
    let path = sample(TINY);
    let mut early = None;
    let complete = load(&path, &Progress::new(), |snapshot| early = Some(snapshot)).unwrap();
    let summary = |snapshot| Arc::new(Summary::new(snapshot, SizeMode::Chrome, ClassFilter::All));
    let mut table = TreeTable::filled(summary(early.unwrap()));
    assert_eq!(cell(&table, &table.row(0), ColumnId::RETAINED), "…");
    assert_eq!(cell(&table, &table.row(0), ColumnId::DISTANCE), "…");
    let work = table.set_source(summary(complete));
    table.apply(work.run());
    assert_eq!(table.row(0).text(), "Window");
    assert_eq!(cell(&table, &table.row(0), ColumnId::RETAINED), "412 B");
    assert!(matches!(table.row(0).item, Item::Class(_)));
}
