//! The table `dominators`: the dominator tree down to a share of the heap.

use std::cmp::Reverse;

use crate::base::NodeIndex;
use crate::export::dataset::ExportError;
use crate::export::row_group::{RowSink, Value};
use crate::export::schema::ColumnType::{Integer, Name, Number};
use crate::export::schema::{ColumnSchema, column};
use crate::export::tables::{SNAPSHOT, Table, TableInput};
use crate::snapshot::SizeMode;

pub(super) const TABLE: Table = Table {
    name: "dominators",
    help: "Objects that retain a share of the heap or more, each below the one that alone keeps it alive.",
    columns: &COLUMNS,
    write,
};

const COLUMNS: [ColumnSchema; 9] = [
    SNAPSHOT,
    column("object_id", Integer, "The object."),
    column("dominator_id", Integer, "Its immediate dominator; null for the root.").or_null(),
    column("depth", Integer, "Dominators above it."),
    column("class", Name, "Its constructor."),
    column("name", Name, "Its name; null for a string without --texts.").or_null(),
    column("shallow_bytes", Integer, "Bytes of the object alone."),
    column("retained_bytes", Integer, "Bytes freed were it gone."),
    column("share", Number, "Their part of the heap, 0 to 1."),
];

fn write(scene: &TableInput<'_>, sink: &mut RowSink<'_>) -> Result<(), ExportError> {
    let (snapshot, mode) = (scene.snapshot(), SizeMode::Chrome);
    let graph = snapshot.graph();
    let retained = |node: NodeIndex| snapshot.retained(mode, node).unwrap_or(0);
    let all = retained(graph.root).max(1) as f64;
    let is_large = |node: NodeIndex| retained(node) as f64 >= scene.options.dominator_share * all;
    let mut found: Vec<NodeIndex> = graph.node_indices().filter(|&node| is_large(node)).collect();
    found.sort_by_key(|&node| (Reverse(retained(node)), node));
    for node in found {
        scene.progress.check()?;
        let above = |node: NodeIndex| snapshot.dominator(node).filter(|&above| above != node);
        let depth = std::iter::successors(above(node), |&node| above(node)).count();
        let hides_name = graph.nodes.kind(node).is_string() && !scene.options.texts;
        let name = (!hides_name).then(|| snapshot.display_name(node));
        sink.row([
            scene.id(),
            graph.nodes.id(node).into(),
            above(node).map(|above| graph.nodes.id(above)).into(),
            depth.into(),
            snapshot.classes().name(snapshot.class_of(node)).into(),
            name.as_deref().into(),
            snapshot.shallow(mode, node).into(),
            retained(node).into(),
            Value::Number(retained(node) as f64 / all),
        ])?;
    }
    Ok(())
}
