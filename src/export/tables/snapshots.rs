//! The table `snapshots`: one row per file.

use crate::export::SCHEMA_VERSION;
use crate::export::dataset::ExportError;
use crate::export::row_group::{RowSink, Value};
use crate::export::schema::ColumnType::{Boolean, Integer, Name, Text, Time};
use crate::export::schema::{ColumnSchema, column};
use crate::export::tables::{SNAPSHOT, Table, TableInput};
use crate::model::heap_figures::{detached_nodes, largest_retained};
use crate::snapshot::statistics::statistics;
use crate::snapshot::{CaptureInfo, SizeMode, Snapshot};

pub(super) const TABLE: Table = Table {
    name: "snapshots",
    help: "One row a snapshot: where it comes from, its sizes as `statistics` gives them, and counts.",
    columns: &COLUMNS,
    write,
};

const COLUMNS: [ColumnSchema; 29] = [
    SNAPSHOT,
    column("file_name", Name, "Name of the file, or its path below the exported folder."),
    column("schema_version", Integer, "Version of all tables."),
    column("heaplens_version", Text, "Version of the program that wrote the row."),
    column("taken_at", Time, "When it was taken: the sidecar's time, the one in the name, or the file's.")
        .or_null(),
    column("runtime", Text, "Runtime and version, if the sidecar has them.").or_null(),
    column("process_id", Integer, "The process, if the sidecar has it.").or_null(),
    column("uptime_seconds", Integer, "How long the process had run, if that was given.").or_null(),
    column("requests", Integer, "Requests that the process had answered, if the sidecar has them.").or_null(),
    column("file_bytes", Integer, "Bytes of the file."),
    column("is_partial", Boolean, "Whether the file was cut short and only a part was read."),
    column("warnings", Integer, "Oddities of the file."),
    column("nodes", Integer, "Objects, V8's own among them."),
    column("edges", Integer, "References."),
    column("strings", Integer, "String objects."),
    column("total_bytes", Integer, "Everything, also what V8 reports without objects."),
    column("code_bytes", Integer, "Byte code, machine code, scripts."),
    column("string_bytes", Integer, "Strings of any make."),
    column("array_bytes", Integer, "Arrays and the stores that only they use."),
    column("typed_array_bytes", Integer, "Storage of typed arrays and buffers."),
    column("system_bytes", Integer, "V8's own bookkeeping."),
    column("other_js_bytes", Integer, "Every other object of the JavaScript heap."),
    column(
        "native_bytes",
        Integer,
        "Native objects, typed arrays' storage, and what V8 reports without objects.",
    ),
    column("native_contexts", Integer, "Pages, frames, and realms."),
    column("detached_nodes", Integer, "DOM nodes outside of any document."),
    column("largest_retained", Integer, "What the largest object of the program retains."),
    column("largest_class", Name, "Class of that object.").or_null(),
    column("baseline_seconds", Integer, "Seconds since the baseline was taken.").or_null(),
    column("growth_bytes", Integer, "Growth of the heap since the baseline.").or_null(),
];

fn write(scene: &TableInput<'_>, sink: &mut RowSink<'_>) -> Result<(), ExportError> {
    let snapshot = scene.snapshot();
    let (graph, source) = (snapshot.graph(), snapshot.source());
    let figures = statistics(snapshot);
    let contexts = snapshot.native_contexts(scene.progress)?.contexts.len();
    let strings = graph.node_indices().filter(|&node| graph.nodes.kind(node).is_string()).count();
    let largest = largest_retained(snapshot, SizeMode::Chrome);
    let largest_class = largest.map(|(_, node)| snapshot.classes().name(snapshot.class_of(node)));
    let taken = |capture: &CaptureInfo| capture.taken.or(capture.written);
    let seconds = scene.input.baseline.as_ref().and_then(|baseline| {
        taken(&source.capture)?.checked_sub(taken(&baseline.source().capture)?).map(|time| time / 1000)
    });
    let total = |snapshot: &Snapshot| snapshot.total_size().cast_signed();
    let growth = scene.input.baseline.as_ref().map(|baseline| total(snapshot) - total(baseline));
    sink.row([
        scene.id(),
        Value::from(&scene.input.name),
        SCHEMA_VERSION.into(),
        env!("CARGO_PKG_VERSION").into(),
        taken(&source.capture).into(),
        source.capture.runtime.as_ref().into(),
        source.capture.pid.into(),
        scene.input.uptime.into(),
        source.capture.requests.into(),
        source.bytes.into(),
        snapshot.partial().is_some().into(),
        snapshot.warnings().len().into(),
        graph.node_count().into(),
        graph.edge_count().into(),
        strings.into(),
        figures.total.into(),
        figures.code.into(),
        figures.strings.into(),
        figures.js_arrays.into(),
        figures.typed_arrays.into(),
        figures.system.into(),
        figures.other_js.into(),
        figures.native_total.into(),
        contexts.into(),
        detached_nodes(snapshot).into(),
        largest.map_or(0, |(bytes, _)| bytes).into(),
        largest_class.into(),
        seconds.into(),
        growth.into(),
    ])
}
