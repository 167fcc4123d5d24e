//! The table `containers`: what grew since the baseline, and the collections that hold much.

use std::cmp::Reverse;

use rustc_hash::FxHashSet;

use crate::base::NodeIndex;
use crate::export::dataset::ExportError;
use crate::export::row_group::{RowSink, Value};
use crate::export::schema::ColumnType::{Integer, Name, Number, Text};
use crate::export::schema::{ColumnSchema, column};
use crate::export::tables::{SNAPSHOT, Table, TableInput, script_and_line};
use crate::graph::NodeKind;
use crate::model::format::holder_text::best_holder_text;
use crate::model::views::growth::report::{GrowthLine, GrowthView};
use crate::snapshot::{ContainerKind, SizeMode};
use crate::suspects::Scene as SuspectsScene;
use crate::suspects::fingerprint::fingerprint;

pub(super) const TABLE: Table = Table {
    name: "containers",
    help: "With a baseline the rows of Growth; and the collections that hold a two-thousandth of the heap or more. \
           `container` is the key over snapshots, hosts and builds.",
    columns: &COLUMNS,
    write,
};

/// Growth rows of a snapshot.
const GROWING: usize = 300;
/// Maximum number of collections that are listed for their size.
const LARGE: usize = 200;
/// Minimum part of the heap for a collection to be listed.
const PART: u64 = 2000;

const COLUMNS: [ColumnSchema; 16] = [
    SNAPSHOT,
    column("container", Text, "The container: equal for the same path and script in any snapshot."),
    column(
        "fingerprint",
        Text,
        "The leak, if it grew: as in `suspects`, and equal for the same leak in any snapshot.",
    )
    .or_null(),
    column("owner", Name, "The container as JavaScript."),
    column("path", Name, "The path to it from a root, as JavaScript."),
    column("place", Name, "The function that sees it.").or_null(),
    column("script", Name, "The script of that function.").or_null(),
    column("line", Integer, "Its line.").or_null(),
    column("kind", Text, "What it is: array, Map, dictionary."),
    column("entries", Integer, "Entries, where they can be counted.").or_null(),
    column("bytes", Integer, "Bytes that it holds."),
    column("baseline_entries", Integer, "Entries in the baseline.").or_null(),
    column("baseline_bytes", Integer, "Bytes that it held in the baseline.").or_null(),
    column("growth_bytes", Integer, "By how much it grew; null where it has no row in Growth.").or_null(),
    column("growth_share", Number, "Its part of all growth, 0 to 1.").or_null(),
    column("object_id", Integer, "Its object id in this snapshot."),
];

fn write(scene: &TableInput<'_>, sink: &mut RowSink<'_>) -> Result<(), ExportError> {
    let snapshot = scene.snapshot();
    let mut known: FxHashSet<String> = FxHashSet::default();
    if let Some(growth) = scene.growth()? {
        for line in &GrowthView::new(growth.clone(), GROWING).lines {
            let container = fingerprint("container", &line.owner, line.place.as_deref());
            if known.insert(container.clone()) {
                sink.row(growth_row(scene, &container, line))?;
            }
        }
    }
    let holders = SuspectsScene::of_heap(snapshot, SizeMode::Chrome).holders;
    let containers = snapshot.containers();
    for (bytes, node, kind) in large(scene)? {
        scene.progress.check()?;
        let text = best_holder_text(&holders, node);
        let container = fingerprint("container", &text.owner, text.place.as_deref());
        if !known.insert(container.clone()) {
            continue;
        }
        let (script, line) = text.place.as_deref().map_or((None, None), script_and_line);
        sink.row([
            scene.id(),
            Value::from(&container),
            Value::Null,
            Value::from(&text.owner),
            Value::from(&text.path),
            text.place.as_deref().into(),
            script.into(),
            line.into(),
            kind.label().into(),
            containers.entries(node, kind).into(),
            bytes.into(),
            Value::Null,
            Value::Null,
            Value::Null,
            Value::Null,
            snapshot.graph().nodes.id(node).into(),
        ])?;
    }
    Ok(())
}

fn growth_row<'a>(scene: &'a TableInput<'_>, container: &'a str, line: &'a GrowthLine) -> [Value<'a>; 16] {
    let (script, number) = line.place.as_deref().map_or((None, None), script_and_line);
    [
        scene.id(),
        Value::from(container),
        Value::from(&line.fingerprint),
        Value::from(&line.owner),
        Value::from(&line.path),
        line.place.as_deref().into(),
        script.into(),
        number.into(),
        line.kind.into(),
        line.entries_after.into(),
        line.bytes_after.into(),
        line.entries_before.into(),
        line.bytes_before.into(),
        line.growth.into(),
        f64::from(line.share).into(),
        line.id.0.into(),
    ]
}

/// The largest collections, in order of size.
fn large(scene: &TableInput<'_>) -> Result<Vec<(u64, NodeIndex, ContainerKind)>, ExportError> {
    let snapshot = scene.snapshot();
    let graph = snapshot.graph();
    let retained = |node: NodeIndex| snapshot.retained(SizeMode::Chrome, node).unwrap_or(0);
    let least = (retained(graph.root) / PART).max(1);
    let containers = snapshot.containers();
    let mut found = Vec::new();
    for node in graph.node_indices() {
        scene.progress.tick(node.position())?;
        let bytes = retained(node);
        if bytes < least || graph.nodes.kind(node) != NodeKind::OBJECT {
            continue;
        }
        let kind = containers.kind(node);
        if kind.is_collection() && kind != ContainerKind::Text {
            found.push((bytes, node, kind));
        }
    }
    found.sort_by_key(|&(bytes, node, _)| (Reverse(bytes), node));
    found.truncate(LARGE);
    Ok(found)
}
