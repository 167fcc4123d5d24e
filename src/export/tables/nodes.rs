//! The table `nodes`: every object, with the figures of `nodes`.

use crate::export::dataset::ExportError;
use crate::export::row_group::{RowSink, Value};
use crate::export::schema::ColumnType::{Integer, Name, Text};
use crate::export::schema::{ColumnSchema, column};
use crate::export::tables::{SNAPSHOT, Table, TableInput};
use crate::snapshot::SizeMode;

pub(super) const TABLE: Table = Table {
    name: "nodes",
    help: "Every object. Only if asked for: it has as many rows as the heap has objects.",
    columns: &COLUMNS,
    write,
};

const COLUMNS: [ColumnSchema; 10] = [
    SNAPSHOT,
    column("object_id", Integer, "The object: the same in all snapshots of one process."),
    column("kind", Text, "V8's type of it."),
    column("class", Name, "Its constructor."),
    column("name", Name, "V8's name of it; null for a string without --texts.").or_null(),
    column("shallow_bytes", Integer, "Bytes of the object alone, as Chrome counts them."),
    column("retained_bytes", Integer, "Bytes freed were it gone."),
    column("distance", Integer, "Distance from a root.").or_null(),
    column("detachedness", Integer, "0 unknown, 1 in a document, 2 detached."),
    column("dominator_id", Integer, "The object that alone keeps it alive; the root's is its own."),
];

fn write(scene: &TableInput<'_>, sink: &mut RowSink<'_>) -> Result<(), ExportError> {
    let (snapshot, mode) = (scene.snapshot(), SizeMode::Chrome);
    let (graph, classes) = (snapshot.graph(), snapshot.classes());
    for node in graph.node_indices() {
        scene.progress.tick(node.position())?;
        let (kind, class) = (graph.nodes.kind(node), snapshot.class_of(node));
        let name = graph.nodes.name(node);
        let shows_name = scene.options.texts || !kind.is_string();
        sink.row([
            scene.id(),
            graph.nodes.id(node).into(),
            Value::Symbol(u32::from(kind.code()), graph.nodes.kind_name(kind)),
            Value::Symbol(class.0, classes.name(class)),
            if shows_name { Value::Symbol(name.0, graph.text(name)) } else { Value::Null },
            snapshot.shallow(mode, node).into(),
            snapshot.retained(mode, node).unwrap_or(0).into(),
            snapshot.distance(node).raw().map(i64::from).into(),
            Value::Integer(snapshot.detachedness(node) as i64),
            graph.nodes.id(snapshot.dominator(node).unwrap_or(node)).into(),
        ])?;
    }
    Ok(())
}
