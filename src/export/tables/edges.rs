//! The table `edges`: every reference.

use crate::export::dataset::ExportError;
use crate::export::row_group::{RowSink, Value};
use crate::export::schema::ColumnType::{Integer, Name, Text};
use crate::export::schema::{ColumnSchema, column};
use crate::export::tables::{SNAPSHOT, Table, TableInput};
use crate::graph::EdgeName;

pub(super) const TABLE: Table = Table {
    name: "edges",
    help: "Every reference. Only if asked for: it has as many rows as the heap has references.",
    columns: &COLUMNS,
    write,
};

const COLUMNS: [ColumnSchema; 6] = [
    SNAPSHOT,
    column("from_id", Integer, "The object that refers."),
    column("to_id", Integer, "The object that is referred to."),
    column("kind", Text, "V8's type of the reference."),
    column("name", Name, "The property or variable; null for an index.").or_null(),
    column("index", Integer, "The index; null for a name.").or_null(),
];

fn write(scene: &TableInput<'_>, sink: &mut RowSink<'_>) -> Result<(), ExportError> {
    let graph = scene.snapshot().graph();
    for node in graph.node_indices() {
        scene.progress.tick(node.position())?;
        let from = graph.nodes.id(node);
        for edge in graph.edges_of(node) {
            let (name, index) = match edge.name {
                EdgeName::Text(text) => (Value::Symbol(text.0, graph.text(text)), Value::Null),
                EdgeName::Number(index) => (Value::Null, Value::from(index)),
            };
            sink.row([
                scene.id(),
                from.into(),
                graph.nodes.id(edge.target).into(),
                Value::Symbol(edge.kind as u32, edge.kind.name()),
                name,
                index,
            ])?;
        }
    }
    Ok(())
}
