//! Retainers of a group of objects, or of one object: merged paths, immediate dominators, independent paths,
//! folding.

use heaplens::base::{NodeIndex, Progress};
use heaplens::graph::GraphBuilder;
use heaplens::model::{
    ImmediateDominators, IndependentPaths, Internals, MergedPaths, Objects, RetainersView, Side, TreeTable,
};
use heaplens::snapshot::{SizeMode, Snapshot, load_bytes};
use std::sync::Arc;

fn heap(build: impl FnOnce(&mut GraphBuilder) -> Vec<usize>) -> (Arc<Snapshot>, Vec<NodeIndex>) {
    let mut builder = GraphBuilder::new();
    let nodes = build(&mut builder).into_iter().map(NodeIndex::at).collect();
    (load_bytes("test", builder.to_json().as_bytes(), &Progress::new()).unwrap(), nodes)
}

fn merged(snapshot: &Arc<Snapshot>, objects: &[NodeIndex]) -> TreeTable {
    let nearest = Arc::new(snapshot.nearest_edges(&Progress::new()).unwrap().unwrap());
    TreeTable::filled(Arc::new(MergedPaths::new(snapshot.clone(), SizeMode::Raw, nearest, objects)))
}

fn objects(snapshot: &Arc<Snapshot>) -> Objects {
    Objects::new(snapshot.clone(), SizeMode::Raw, Side::Current)
}

/// Every row as depth, name and second column.
fn rows(source: &TreeTable) -> Vec<String> {
    (0..source.len())
        .map(|at| {
            let row = source.row(at);
            format!("{}{}: {}", "  ".repeat(row.depth), row.text(), row.cells[0].text)
        })
        .collect()
}

/// Two hundred items in one array, ten in the variables of a function.
fn leaks_and_others(heap: &mut GraphBuilder) -> Vec<usize> {
    let global = heap.node("object", "global", 10);
    let scope = heap.node("object", "system / Context", 10);
    let leaks = heap.node("object", "Array", 10);
    heap.edge(0, "element", "1", global).edge(global, "property", "scope", scope);
    heap.edge(scope, "context", "leaks", leaks);
    let mut items = Vec::new();
    for at in 0..200 {
        let item = heap.node("object", "Item", 5);
        heap.edge(leaks, "element", &at.to_string(), item);
        items.push(item);
    }
    for at in 0..10 {
        let item = heap.node("object", "Item", 5);
        heap.edge(global, "property", &format!("item{}", at % 2), item);
        items.push(item);
    }
    items
}

#[test]
fn the_paths_of_many_objects_are_one_tree() {
    let (snapshot, items) = heap(leaks_and_others);
    let rows = rows(&merged(&snapshot, &items));
    assert_eq!(
        rows,
        [
            "[…] in Array @7: 200 of 210",
            "  leaks in scope @5: 200 of 210",
            "    scope in global @3: 200 of 210",
            "      […] in (root): 200 of 210",
            "item0 in global @3: 5 of 210",
            "item1 in global @3: 5 of 210",
        ]
    );
}

#[test]
fn a_list_is_one_step_however_long_it_is() {
    let (snapshot, items) = heap(|heap| {
        let list = heap.node("object", "List", 10);
        heap.edge(0, "element", "1", list);
        let mut last = list;
        let mut name = "head";
        let mut items = Vec::new();
        for _ in 0..1000 {
            let item = heap.node("object", "Entry", 8);
            heap.edge(last, "property", name, item);
            (last, name) = (item, "next");
            items.push(item);
        }
        items
    });
    let table = merged(&snapshot, &items);
    let shown = rows(&table);
    assert_eq!(shown[0], "next in Entry @5, over and over: 999 of 1,000");
    assert_eq!(shown[1], "  head in List @3: 999 of 1,000");
    assert!(shown.contains(&"head in List @3: 1 of 1,000".to_owned()), "{shown:?}");
    let retained: Vec<_> = (0..table.len()).map(|at| table.row(at).cells[2].number).collect();
    assert_eq!(retained.iter().flatten().max(), Some(&8000), "the first entry keeps all others");
    assert_eq!(retained[0], Some(0), "nothing is counted twice");
}

#[test]
fn merged_paths_step_over_folded_machinery() {
    let (snapshot, held) = heap(held_in_a_map);
    let nearest = Arc::new(snapshot.nearest_edges(&Progress::new()).unwrap().unwrap());
    let paths = MergedPaths::new(snapshot.clone(), SizeMode::Raw, nearest, &held).folding(Internals::Hidden);
    let shown = rows(&TreeTable::filled(Arc::new(paths)));
    assert_eq!(shown[0], "table in Map @5: 3 of 3");
}

/// Three objects in a Map, whose table is V8's own.
fn held_in_a_map(heap: &mut GraphBuilder) -> Vec<usize> {
    let global = heap.node("object", "global", 10);
    let map = heap.node("object", "Map", 10);
    let table = heap.node("array", "", 10);
    heap.edge(0, "element", "1", global).edge(global, "property", "cache", map);
    heap.edge(map, "internal", "table", table);
    let mut add = |slot: &str| {
        let held = heap.node("object", "Held", 10);
        heap.edge(table, "internal", slot, held);
        held
    };
    vec![add("7"), add("10"), add("13")]
}

#[test]
fn the_dominators_of_a_group_say_who_keeps_it_alive() {
    let (snapshot, items) = heap(leaks_and_others);
    let source = ImmediateDominators::new(objects(&snapshot), &items, Internals::Shown);
    let table = TreeTable::filled(Arc::new(source));
    assert_eq!(rows(&table), ["Array: 200 of 210", "global: 10 of 210"]);
}

/// An object in a Map, whose table is V8's own, and again in a list.
fn held_twice(heap: &mut GraphBuilder) -> Vec<usize> {
    let global = heap.node("object", "global", 10);
    let map = heap.node("object", "Map", 10);
    let table = heap.node("array", "", 10);
    let list = heap.node("object", "List", 10);
    let held = heap.node("object", "Held", 10);
    heap.edge(0, "element", "1", global);
    heap.edge(global, "property", "cache", map).edge(global, "property", "list", list);
    heap.edge(map, "internal", "table", table).edge(table, "internal", "7", held);
    heap.edge(list, "property", "first", held).edge(held, "property", "back", map);
    vec![held]
}

#[test]
fn separate_paths_share_no_reference() {
    let (snapshot, held) = heap(held_twice);
    let shown = |internals| {
        let paths = IndependentPaths::find(objects(&snapshot), held[0], internals, &Progress::new()).unwrap();
        let mut table = TreeTable::filled(Arc::new(paths));
        for row in (0..table.len()).rev() {
            let work = table.expand(row).unwrap();
            table.apply(work.run());
        }
        (0..table.len()).map(|at| table.row(at).text()).collect::<Vec<_>>()
    };
    let all = shown(Internals::Shown);
    assert_eq!(all[0], "1.  first in List @9");
    assert!(all.contains(&"2.  7 in (internal array)[] @7".to_owned()), "{all:?}");
    let folded = shown(Internals::Hidden);
    assert!(folded.contains(&"2.  table in Map @5".to_owned()), "{folded:?}");
}

#[test]
fn folded_machinery_gives_way_to_its_holder_and_cycles_are_marked() {
    let (snapshot, held) = heap(held_twice);
    let source = RetainersView::new(objects(&snapshot), held[0]).folding(Internals::Hidden);
    let mut table = TreeTable::filled(Arc::new(source));
    let at =
        |table: &TreeTable, text: &str| (0..table.len()).find(|&at| table.row(at).text().starts_with(text));
    let map = at(&table, "table in Map").expect("the Map instead of its table");
    if let Some(work) = table.expand(map) {
        table.apply(work.run());
    }
    let cycle = at(&table, "back in Held").expect("who holds the Map");
    assert!(table.row(cycle).text().ends_with("(a cycle: it is listed above)"));
    assert!(table.row(cycle).is_dimmed);
}
