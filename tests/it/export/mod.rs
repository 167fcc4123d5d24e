//! Tables in Parquet: read back, and compared with the models.

mod command;
mod figures;
mod files;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use heaplens::base::Progress;
use heaplens::export::names::NameWriter;
use heaplens::export::partition::DatasetPartition;
use heaplens::export::tables::TableKind;
use heaplens::export::{DOMINATOR_SHARE, ExportInput, ExportOptions, ROWS_PER_GROUP, export};
use heaplens::snapshot::Snapshot;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};

/// Everything, with texts.
fn options(folder: &Path) -> ExportOptions {
    ExportOptions {
        folder: folder.to_owned(),
        tables: TableKind::ALL.to_vec(),
        names: NameWriter::Full,
        texts: true,
        dominator_share: DOMINATOR_SHARE,
        rows_per_group: ROWS_PER_GROUP,
    }
}

fn input(snapshot: &Arc<Snapshot>, baseline: Option<&Arc<Snapshot>>) -> ExportInput {
    ExportInput {
        snapshot: snapshot.clone(),
        baseline: baseline.cloned(),
        partition: DatasetPartition::parse("service=api,host=web-7").unwrap(),
        name: "a.heapsnapshot".into(),
        uptime: Some(3600),
    }
}

/// Exports everything into a folder that goes with the value.
fn exported(snapshot: &Arc<Snapshot>, baseline: Option<&Arc<Snapshot>>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    export(&input(snapshot, baseline), &options(folder.path()), &Progress::new()).unwrap();
    folder
}

/// The files of a table, in the order of their paths.
fn files(folder: &Path, table: TableKind) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.join(table.name())];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// All rows of a table.
fn rows(folder: &Path, table: TableKind) -> Vec<Row> {
    let mut all = Vec::new();
    for file in files(folder, table) {
        let reader = SerializedFileReader::new(std::fs::File::open(file).unwrap()).unwrap();
        all.extend(reader.get_row_iter(None).unwrap().map(Result::unwrap));
    }
    all
}

fn field<'a>(row: &'a Row, name: &str) -> &'a Field {
    row.get_column_iter().find(|(column, _)| *column == name).unwrap_or_else(|| panic!("no column {name}")).1
}

fn text(row: &Row, name: &str) -> Option<String> {
    match field(row, name) {
        Field::Str(text) => Some(text.clone()),
        Field::Null => None,
        other => panic!("{name} is {other:?}"),
    }
}

fn integer(row: &Row, name: &str) -> Option<i64> {
    match field(row, name) {
        Field::Long(number) | Field::TimestampMillis(number) => Some(*number),
        Field::Null => None,
        other => panic!("{name} is {other:?}"),
    }
}

/// Several whole numbers of a row that are not null.
fn integers<const N: usize>(row: &Row, names: [&str; N]) -> [u64; N] {
    names.map(|name| u64::try_from(integer(row, name).unwrap()).unwrap())
}
