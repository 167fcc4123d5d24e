//! Groups, empty tables, hostile and hashed names, and what a second export touches.

use std::fs::File;
use std::sync::Arc;

use heaplens::base::Progress;
use heaplens::export::names::NameWriter;
use heaplens::export::partition::DatasetPartition;
use heaplens::export::tables::TableKind;
use heaplens::export::{ExportInput, ExportOptions, export};
use heaplens::graph::GraphBuilder;
use heaplens::snapshot::{Snapshot, load_bytes};
use parquet::file::reader::{FileReader, SerializedFileReader};

use crate::export::{exported, files, input, integer, options, rows, text};
use crate::support::samples::{AFTER, START, TINY, load_sample};

fn load(heap: &GraphBuilder) -> Arc<Snapshot> {
    load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap()
}

#[test]
fn many_rows_are_several_groups_and_all_are_read() {
    let snapshot = load_sample(TINY);
    let folder = tempfile::tempdir().unwrap();
    let options = ExportOptions { rows_per_group: 4, ..options(folder.path()) };
    export(&input(&snapshot, None), &options, &Progress::new()).unwrap();
    let file = File::open(&files(folder.path(), TableKind::Nodes)[0]).unwrap();
    let groups = SerializedFileReader::new(file).unwrap().metadata().num_row_groups();
    assert_eq!(groups, snapshot.graph().node_count().div_ceil(4));
    assert!(groups > 2);
    assert_eq!(rows(folder.path(), TableKind::Nodes).len(), snapshot.graph().node_count());
}

#[test]
fn tables_without_rows_are_readable() {
    let mut heap = GraphBuilder::new();
    let only = heap.node("object", "Only", 10);
    heap.edge(0, "shortcut", "1", only);
    let folder = exported(&load(&heap), None);
    assert!(rows(folder.path(), TableKind::Strings).is_empty());
    assert_eq!(rows(folder.path(), TableKind::Snapshots).len(), 1);
}

#[test]
fn hostile_names_come_back_as_they_are() {
    let hostile =
        ["'; DROP TABLE classes; --", "a\u{0}b", "\u{202e}evil", "x,y\n\"z\"", "=cmd|' /C calc'!A0", "😀"];
    let mut heap = GraphBuilder::new();
    for name in hostile {
        let node = heap.node("object", name, 10);
        heap.edge(0, "property", name, node);
    }
    let folder = exported(&load(&heap), None);
    let classes: Vec<String> =
        rows(folder.path(), TableKind::Classes).iter().filter_map(|row| text(row, "class")).collect();
    let edges: Vec<String> =
        rows(folder.path(), TableKind::Edges).iter().filter_map(|row| text(row, "name")).collect();
    for name in hostile {
        assert!(classes.iter().any(|class| class == name), "{name:?} in {classes:?}");
        assert!(edges.iter().any(|edge| edge == name), "{name:?}");
    }
}

/// Whether any file below the folder holds the text.
fn holds(folder: &tempfile::TempDir, text: &str) -> bool {
    TableKind::ALL.iter().flat_map(|&table| files(folder.path(), table)).any(|file| {
        let bytes = std::fs::read(file).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

#[test]
fn by_default_no_text_leaves_and_hashed_names_hide_the_program() {
    let mut heap = GraphBuilder::new();
    for _ in 0..5 {
        let session = heap.node("object", "UserSession", 100);
        let secret = heap.node("string", "alice@example.com", 40);
        heap.edge(0, "property", "sessionTable", session).edge(session, "property", "mailbox", secret);
    }
    let snapshot = load(&heap);
    let written = |names: NameWriter, texts: bool| {
        let folder = tempfile::tempdir().unwrap();
        let options = ExportOptions { names, texts, ..options(folder.path()) };
        export(&input(&snapshot, None), &options, &Progress::new()).unwrap();
        folder
    };
    assert!(holds(&written(NameWriter::Full, true), "alice@example.com"));
    let full = written(NameWriter::Full, false);
    assert!(!holds(&full, "alice@example.com"));
    assert!(holds(&full, "UserSession") && holds(&full, "mailbox"));
    let hashed = written(NameWriter::Hashed("salt".into()), false);
    for name in ["alice", "UserSession", "mailbox", "sessionTable", "salt"] {
        assert!(!holds(&hashed, name), "{name}");
    }
    let of = |salt: &str| {
        let folder = written(NameWriter::Hashed(salt.into()), false);
        let rows = rows(folder.path(), TableKind::Classes);
        rows.iter().filter_map(|row| text(row, "class")).collect::<Vec<_>>()
    };
    assert_eq!(of("salt"), of("salt"));
    assert_ne!(of("salt"), of("other"));
}

#[test]
fn a_second_export_replaces_its_own_rows_and_nothing_else() {
    let [start, after] = [START, AFTER].map(load_sample);
    let folder = tempfile::tempdir().unwrap();
    let write = |snapshot: &Arc<Snapshot>, host: &str| {
        let partition = DatasetPartition::parse(&format!("host={host}")).unwrap();
        let options = ExportOptions { tables: vec![TableKind::Snapshots], ..options(folder.path()) };
        let input = ExportInput { partition, ..input(snapshot, None) };
        export(&input, &options, &Progress::new()).unwrap();
    };
    write(&start, "a");
    write(&start, "b");
    write(&after, "a");
    let bytes: Vec<_> = rows(folder.path(), TableKind::Snapshots)
        .iter()
        .map(|row| integer(row, "file_bytes").unwrap().cast_unsigned())
        .collect();
    assert_eq!(bytes, [after.source().bytes, start.source().bytes]);
}

#[test]
fn what_cannot_be_written_is_told_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("classes"), "in the way").unwrap();
    let snapshot = load_sample(TINY);
    let error = export(&input(&snapshot, None), &options(folder.path()), &Progress::new()).unwrap_err();
    assert!(error.to_string().contains("a file is where a folder has to be"), "{error}");
    assert!(files(folder.path(), TableKind::Snapshots).is_empty(), "all tables or none");
}

#[test]
fn an_export_can_be_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let progress = Progress::new();
    progress.cancel();
    let error = export(&input(&load_sample(TINY), None), &options(folder.path()), &progress).unwrap_err();
    assert_eq!(error.to_string(), "the export was cancelled");
}
