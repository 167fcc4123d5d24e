//! The rows have the figures of the models.

use std::collections::BTreeMap;
use std::sync::Arc;

use heaplens::base::Progress;
use heaplens::compare::compare;
use heaplens::export::DOMINATOR_SHARE;
use heaplens::export::tables::TableKind;
use heaplens::growth::growth;
use heaplens::model::{GrowthView, StringTexts, SuspectsReport};
use heaplens::snapshot::statistics::statistics;
use heaplens::snapshot::{SizeMode, Snapshot};

use crate::export::{exported, integer, integers, rows, text};
use crate::support::random_heap::Heap;
use crate::support::samples::{AFTER, CONSTRUCTORS, DETACHED_DOM, START, load_sample};

const MODE: SizeMode = SizeMode::Chrome;

fn check_classes(snapshot: &Snapshot, folder: &std::path::Path) {
    let mut expected: Vec<(String, [u64; 3])> = Vec::new();
    for (class, _) in snapshot.classes().iter() {
        let total = &snapshot.class_totals(MODE)[class];
        if total.count > 0 {
            let numbers = [total.count, total.shallow, total.retained.unwrap()];
            expected.push((snapshot.classes().key(class).to_string(), numbers));
        }
    }
    let found: Vec<(String, [u64; 3])> = rows(folder, TableKind::Classes)
        .iter()
        .map(|row| {
            let numbers = integers(row, ["count", "shallow_bytes", "retained_bytes"]);
            (text(row, "class_key").unwrap(), numbers)
        })
        .filter(|(_, numbers)| numbers[0] > 0)
        .collect();
    assert_eq!(found, expected);
}

fn check_nodes(snapshot: &Snapshot, folder: &std::path::Path) {
    let graph = snapshot.graph();
    let rows = rows(folder, TableKind::Nodes);
    assert_eq!(rows.len(), graph.node_count());
    for (node, row) in graph.node_indices().zip(&rows) {
        let dominator = graph.nodes.id(snapshot.dominator(node).unwrap());
        let expected = [
            graph.nodes.id(node),
            snapshot.shallow(MODE, node),
            snapshot.retained(MODE, node).unwrap(),
            snapshot.detachedness(node) as u64,
            dominator,
        ];
        let names = ["object_id", "shallow_bytes", "retained_bytes", "detachedness", "dominator_id"];
        assert_eq!(integers(row, names), expected);
        assert_eq!(integer(row, "distance"), snapshot.distance(node).raw().map(i64::from));
        assert_eq!(text(row, "class").unwrap(), snapshot.classes().name(snapshot.class_of(node)));
        let name: String = graph.raw_name(node).chars().take(4096).collect();
        assert_eq!(text(row, "name").unwrap(), name);
    }
}

fn check_edges(snapshot: &Snapshot, folder: &std::path::Path) {
    let graph = snapshot.graph();
    let rows = rows(folder, TableKind::Edges);
    assert_eq!(rows.len(), graph.edge_count());
    let edges = graph.node_indices().flat_map(|node| graph.edges_of(node).map(move |edge| (node, edge)));
    for ((from, edge), row) in edges.zip(&rows) {
        let ids = [graph.nodes.id(from), graph.nodes.id(edge.target)];
        assert_eq!(integers(row, ["from_id", "to_id"]), ids);
        assert_eq!(text(row, "kind").unwrap(), edge.kind.name());
        assert!(text(row, "name").is_some() != integer(row, "index").is_some());
    }
}

#[test]
fn classes_nodes_and_edges_of_random_heaps_are_those_of_the_engine() {
    for seed in 0..40 {
        let snapshot = Heap::random(seed).load();
        let folder = exported(&snapshot, None);
        check_classes(&snapshot, folder.path());
        check_nodes(&snapshot, folder.path());
        check_edges(&snapshot, folder.path());
    }
}

#[test]
fn the_figures_of_samples_are_those_of_the_models() {
    for name in [CONSTRUCTORS, DETACHED_DOM] {
        let snapshot = load_sample(name);
        let folder = exported(&snapshot, None);
        check_classes(&snapshot, folder.path());
        check_nodes(&snapshot, folder.path());
        let all = rows(folder.path(), TableKind::Snapshots);
        let figures = statistics(&snapshot);
        let expected = [figures.total, figures.code, figures.strings, figures.native_total];
        let names = ["total_bytes", "code_bytes", "string_bytes", "native_bytes"];
        assert_eq!((all.len(), integers(&all[0], names)), (1, expected));
        check_strings(&snapshot, folder.path());
        check_dominators(&snapshot, folder.path());
    }
}

fn check_strings(snapshot: &Snapshot, folder: &std::path::Path) {
    let texts = StringTexts::find(snapshot, MODE, &Progress::new()).unwrap();
    let mut expected: BTreeMap<String, [u64; 3]> = BTreeMap::new();
    for text in texts.texts().iter().filter(|text| text.wasted > 0) {
        let contents: String = snapshot.display_name(text.first).chars().take(4096).collect();
        expected.insert(contents, [text.copies as u64, text.bytes, text.wasted]);
    }
    let rows = rows(folder, TableKind::Strings);
    assert_eq!(rows.len(), expected.len().min(1000));
    for row in &rows {
        let numbers = integers(row, ["copies", "bytes", "wasted_bytes"]);
        assert_eq!(expected[&text(row, "text").unwrap()], numbers);
    }
}

fn check_dominators(snapshot: &Snapshot, folder: &std::path::Path) {
    let graph = snapshot.graph();
    let all = snapshot.retained(MODE, graph.root).unwrap() as f64;
    let is_large = |&node: &heaplens::base::NodeIndex| {
        snapshot.retained(MODE, node).unwrap() as f64 >= DOMINATOR_SHARE * all
    };
    let mut expected: Vec<u64> =
        graph.node_indices().filter(is_large).map(|node| graph.nodes.id(node)).collect();
    let rows = rows(folder, TableKind::Dominators);
    let mut found: Vec<u64> = rows.iter().map(|row| integers(row, ["object_id"])[0]).collect();
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected);
    let ids: std::collections::BTreeSet<i64> =
        rows.iter().map(|row| integer(row, "object_id").unwrap()).collect();
    let is_tree = |row| integer(row, "dominator_id").is_none_or(|above| ids.contains(&above));
    assert!(rows.iter().all(is_tree), "whatever dominates a large object is large");
}

#[test]
fn with_a_baseline_the_figures_are_those_of_compare_growth_and_suspects() {
    let [start, after] = [START, AFTER].map(load_sample);
    let folder = exported(&after, Some(&start));
    check_classes(&after, folder.path());
    let comparison = compare(start.clone(), after.clone(), MODE, &Progress::new()).unwrap();
    let classes = rows(folder.path(), TableKind::Classes);
    let delta: i64 = classes.iter().map(|row| integer(row, "delta_bytes").unwrap()).sum();
    assert_eq!(delta, comparison.totals.delta);
    let by_key: BTreeMap<String, _> =
        classes.iter().map(|row| (text(row, "class_key").unwrap(), row)).collect();
    for row in &comparison.rows {
        let found = integers(by_key[&row.key], ["new_count", "new_bytes", "deleted_count", "grown_bytes"]);
        assert_eq!(found, [row.new_count, row.new_size, row.deleted_count, row.grown_size], "{}", row.key);
    }
    let found = Arc::new(growth(&start, &after, MODE, &Progress::new()).unwrap());
    let lines = GrowthView::new(found.clone(), 300).lines;
    let containers = rows(folder.path(), TableKind::Containers);
    let owners: Vec<_> =
        containers.iter().map(|row| (text(row, "owner"), integer(row, "growth_bytes"))).collect();
    assert_eq!(owners[0], (Some("leaks".into()), Some(lines[0].growth)));
    for line in &lines {
        assert!(owners.iter().any(|(owner, _)| owner.as_ref() == Some(&line.owner)), "{}", line.owner);
    }
    let report = SuspectsReport::of_growth(&found);
    let suspects = rows(folder.path(), TableKind::Suspects);
    assert_eq!(suspects.len(), report.suspects.len() + report.also_growing.len());
    for (row, suspect) in suspects.iter().zip(report.suspects.iter().chain(&report.also_growing)) {
        let expected = (Some(suspect.owner.clone()), Some(suspect.fingerprint.clone()), suspect.bytes);
        assert_eq!((text(row, "owner"), text(row, "fingerprint"), integers(row, ["bytes"])[0]), expected);
    }
    assert_eq!(text(&suspects[0], "script").as_deref(), Some("server-leaky.js"));
    assert_eq!(integer(&suspects[0], "source_line"), Some(12));
}

#[test]
fn a_container_keeps_its_key_with_and_without_a_baseline() {
    let [start, after] = [START, AFTER].map(load_sample);
    let key = |folder: &tempfile::TempDir| {
        let all = rows(folder.path(), TableKind::Containers);
        let leaks = all.iter().find(|row| text(row, "owner").as_deref() == Some("leaks"));
        leaks.and_then(|row| text(row, "container"))
    };
    let found = key(&exported(&after, None));
    assert!(found.is_some());
    assert_eq!(found, key(&exported(&after, Some(&start))));
}
