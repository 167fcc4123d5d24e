//! Comparisons of small hand-made heaps.

use crate::compare::*;
use crate::graph::GraphBuilder;
use crate::snapshot::load_bytes;

/// Objects of these ids, names and sizes; those named Object have a property.
fn heap(objects: &[(u64, &str, u64)]) -> Arc<Snapshot> {
    let mut builder = GraphBuilder::new();
    let leaf = builder.node("number", "leaf", 0);
    for &(id, name, size) in objects {
        let (name, property) = name.split_once('.').unwrap_or((name, ""));
        let node = builder.node("object", name, size);
        builder.id(node, id);
        if !property.is_empty() {
            builder.edge(node, "property", property, leaf);
        }
    }
    load_bytes("test", builder.to_json().as_bytes(), &Progress::new()).unwrap()
}

#[test]
fn without_lasting_ids_classes_are_compared_and_no_object_is_listed() {
    let objects = |first: u64, count: u64| -> Vec<(u64, &str, u64)> {
        (0..count).map(|n| (first + 2 * n, if n % 2 == 0 { "A" } else { "B" }, 8 + n % 3)).collect()
    };
    let compared = |before: &[(u64, &str, u64)], after: &[(u64, &str, u64)]| {
        compare(heap(before), heap(after), SizeMode::Chrome, &Progress::new()).unwrap()
    };
    let found = compared(&objects(1001, 300), &objects(5001, 306));
    assert_eq!(found.matching, Matching::Classes);
    let rows: Vec<_> = found.rows.iter().map(|row| (&*row.name, row.new_count, row.deleted_count)).collect();
    assert_eq!(rows, [("A", 3, 0), ("B", 3, 0)]);
    assert!(found.rows.iter().all(|row| row.new.is_empty() && row.deleted.is_empty()));
    assert_eq!(found.rows.iter().map(ComparisonRow::size_delta).sum::<i64>(), found.totals.delta);
    let by_shape = CompareOptions {
        mode: SizeMode::Chrome,
        group_by: GroupBy::Shape,
        passing: &|_, _| Ok(None),
        across: AcrossProcesses::ByClass,
    };
    let sides = (heap(&objects(1001, 300)), heap(&objects(5001, 306)));
    let by_shape = compare_by(&by_shape, sides.0, sides.1, &Progress::new()).unwrap();
    assert_eq!(
        (by_shape.group_by, by_shape.note),
        (GroupBy::Constructor, Some(note(IdStability::IdsNotStable, true)))
    );
    let same = compared(&objects(1001, 300), &objects(1001, 306));
    assert_eq!(same.matching, Matching::Ids);
    assert_eq!(same.rows.len(), 2);
}

#[test]
fn objects_of_another_process_are_matched_by_id_only_where_chrome_is_asked_for() {
    let objects = |text: &'static str, at: u64, count: u64| -> Vec<(u64, &str, u64)> {
        (0..count)
            .map(|n| (1001 + 2 * n, if (n + at).is_multiple_of(2) { "A" } else { text }, 8 + (n + at) % 3))
            .collect()
    };
    let (before, after) = (heap(&objects("B", 0, 300)), heap(&objects("B", 1, 306)));
    let compared = |across| {
        let passing: &ObjectPredicate<'_> = &|_, _| Ok(None);
        let terms =
            CompareOptions { mode: SizeMode::Chrome, group_by: GroupBy::Constructor, passing, across };
        compare_by(&terms, Arc::clone(&before), Arc::clone(&after), &Progress::new()).unwrap()
    };
    let found = compared(AcrossProcesses::ByClass);
    assert_eq!((found.ids.stability, found.matching), (IdStability::DifferentProcess, Matching::Classes));
    let rows: Vec<_> = found.rows.iter().map(|row| (&*row.name, row.new_count, row.deleted_count)).collect();
    assert_eq!(rows, [("A", 3, 0), ("B", 3, 0)]);
    assert_eq!(found.rows.iter().map(ComparisonRow::size_delta).sum::<i64>(), found.totals.delta);
    let by_id = compared(AcrossProcesses::ById);
    assert_eq!((by_id.matching, by_id.note), (Matching::Ids, None));
    assert!(by_id.rows.iter().all(|row| row.new_count > 100));
}

type Numbers = (usize, usize, i64, i64);

/// Name, new and deleted objects, Chrome's size delta and ours.
fn rows(before: &[(u64, &str, u64)], after: &[(u64, &str, u64)]) -> Vec<(String, Numbers)> {
    let found = compare(heap(before), heap(after), SizeMode::Chrome, &Progress::new()).unwrap();
    let row = |row: &ComparisonRow| {
        let chromes = difference(row.new_size, row.deleted_size);
        (row.name.clone(), (row.new.len(), row.deleted.len(), chromes, row.size_delta()))
    };
    found.rows.iter().map(row).collect()
}

#[test]
fn objects_are_told_by_their_ids() {
    let found =
        rows(&[(11, "A", 8), (13, "A", 8), (15, "B", 5)], &[(13, "A", 8), (15, "B", 5), (17, "A", 9)]);
    assert_eq!(found, [("A".into(), (1, 1, 1, 1))]);
}

#[test]
fn growth_in_place_has_a_row_that_chrome_leaves_out() {
    assert_eq!(rows(&[(11, "A", 8)], &[(11, "A", 20)]), [("A".into(), (0, 0, 0, 12))]);
}

#[test]
fn a_survivor_of_another_class_is_gone_from_one_and_new_in_the_other() {
    let found = rows(&[(11, "A", 8)], &[(11, "B", 10)]);
    assert_eq!(found, [("A".into(), (0, 1, -8, -8)), ("B".into(), (1, 0, 10, 10))]);
}

#[test]
fn what_has_no_size_is_not_there() {
    assert_eq!(rows(&[(11, "A", 0)], &[(11, "A", 7)]), [("A".into(), (1, 0, 7, 7))]);
    assert_eq!(rows(&[(11, "A", 0)], &[]), []);
}

#[test]
fn the_baseline_is_grouped_by_the_shapes_of_the_current_snapshot() {
    let shaped = [(11, "Object.x", 8), (13, "Object.x", 8)];
    assert_eq!(rows(&shaped[..1], &shaped), [("{x}".into(), (1, 0, 8, 8))], "one was no shape before");
}

#[test]
fn an_objects_class_that_is_gone_is_named_as_the_baseline_named_it() {
    let found = rows(&[(11, "Object.x", 8), (13, "Object.x", 8)], &[]);
    assert_eq!(found, [("{x}".into(), (0, 2, -16, -16))]);
}
