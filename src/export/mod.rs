//! Snapshots as tables for other engines: one Parquet dataset per table, in Hive layout.
//!
//! A snapshot is converted to rows once. The rows have the figures of the other commands: `classes` those of
//! `summary` and `compare`, `suspects` those of `suspects`, `strings` those of `strings`.

pub mod dataset;
pub mod input_files;
pub mod memory_budget;
pub mod names;
pub mod partition;
pub mod row_group;
pub mod schema;
pub mod tables;

#[cfg(feature = "fleet")]
mod parquet_file;

use std::path::PathBuf;
use std::sync::Arc;

use crate::base::Progress;
use crate::export::dataset::{ExportError, SnapshotFiles};
use crate::export::names::NameWriter;
use crate::export::partition::DatasetPartition;
use crate::export::row_group::RowSink;
use crate::export::tables::TableKind;
use crate::snapshot::{SizeMode, Snapshot};

/// The version of all tables. It grows by one when a column or a table is added; none is ever removed or
/// changes its meaning.
pub const SCHEMA_VERSION: u32 = 1;

/// Minimum share of the heap for an object in the `dominators` table.
pub const DOMINATOR_SHARE: f64 = 0.005;

/// What to export, and where.
#[derive(Clone, Debug)]
pub struct ExportOptions {
    /// The folder of the datasets.
    pub folder: PathBuf,
    /// Which tables, in the order of [`TableKind::ALL`].
    pub tables: Vec<TableKind>,
    /// How names are written.
    pub names: NameWriter,
    /// Whether the `strings` table and the names of strings hold texts.
    pub texts: bool,
    /// Minimum share of the heap for an object in the `dominators` table.
    pub dominator_share: f64,
    /// Rows per row group: the unit that readers load.
    pub rows_per_group: usize,
}

/// Default number of rows per group.
pub const ROWS_PER_GROUP: usize = 1 << 20;

/// One exported snapshot.
pub struct ExportInput {
    /// It.
    pub snapshot: Arc<Snapshot>,
    /// An older one of the same process.
    pub baseline: Option<Arc<Snapshot>>,
    /// The partition of its rows.
    pub partition: DatasetPartition,
    /// Its name within the partition: its file name, or its path below an exported folder.
    pub name: String,
    /// Uptime of its process in seconds.
    pub uptime: Option<u64>,
}

/// What was written for one snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Table, rows and bytes, in the order of the options' tables.
    pub tables: Vec<(TableKind, u64, u64)>,
}

/// Writes the tables of one snapshot, all or none. Replaces an earlier export of it and nothing else. Rows
/// are written in groups, so memory does not grow with the heap. `O(nodes + edges)`, once per table.
pub fn export(
    input: &ExportInput,
    options: &ExportOptions,
    progress: &Progress,
) -> Result<Exported, ExportError> {
    input.snapshot.prepare(SizeMode::Chrome);
    let mut files = SnapshotFiles::new(&options.folder, &input.partition, &input.name)?;
    let scene = tables::TableInput::new(input, options, progress)?;
    let mut exported = Exported::default();
    for &table in &options.tables {
        let file = files.create(table)?;
        let sink = RowSink::new(table.columns(), &options.names, new_writer(file, table)?);
        let mut sink = sink.with_rows_per_group(options.rows_per_group);
        table.write(&scene, &mut sink)?;
        let (rows, bytes) = sink.finish()?;
        exported.tables.push((table, rows, bytes));
    }
    files.publish()?;
    Ok(exported)
}

#[cfg(feature = "fleet")]
fn new_writer(
    file: dataset::NewFile,
    table: TableKind,
) -> Result<Box<dyn row_group::RowGroupWriter>, ExportError> {
    Ok(Box::new(parquet_file::ParquetFile::create(file, table)?))
}

#[cfg(not(feature = "fleet"))]
fn new_writer(_: dataset::NewFile, _: TableKind) -> Result<Box<dyn row_group::RowGroupWriter>, ExportError> {
    Err(ExportError::NotBuilt)
}
