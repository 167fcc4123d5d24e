//! A Parquet file with the rows of one table.

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;
use std::sync::Arc;

use parquet::basic::{Compression, Encoding, LogicalType, Repetition, TimeUnit, Type as PhysicalType};
use parquet::column::writer::ColumnWriterImpl;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{ColumnPath, Type};

use crate::export::SCHEMA_VERSION;
use crate::export::dataset::{ExportError, NewFile};
use crate::export::row_group::{ColumnBuffer, RowGroupWriter, Values};
use crate::export::schema::{ColumnSchema, ColumnType};
use crate::export::tables::TableKind;

/// Size of the write buffer in bytes.
const BUFFER: usize = 1 << 20;
/// Maximum bytes of one column's dictionary; a column with more distinct values is written plainly.
const DICTIONARY: usize = 1 << 20;

/// A file that accepts row groups.
pub(super) struct ParquetFile {
    writer: SerializedFileWriter<BufWriter<File>>,
    file: File,
    path: PathBuf,
}

impl ParquetFile {
    /// Creates the file of a table.
    pub(super) fn create(new: NewFile, table: TableKind) -> Result<Self, ExportError> {
        let failed = |error: ParquetError| failure(&new.path, &error);
        let schema = schema(table).map_err(failed)?;
        let file = new.file.try_clone().map_err(|error| ExportError::of_file(&new.path, "write", &error))?;
        let properties = Arc::new(properties(table));
        let writer =
            SerializedFileWriter::new(BufWriter::with_capacity(BUFFER, new.file), schema, properties);
        Ok(Self { writer: writer.map_err(failed)?, file, path: new.path })
    }

    fn write_columns(&mut self, columns: &[ColumnBuffer]) -> Result<(), ParquetError> {
        let mut group = self.writer.next_row_group()?;
        for column in columns {
            if let Some(mut writer) = group.next_column()? {
                write_column(column, &mut writer)?;
                writer.close()?;
            }
        }
        group.close()?;
        Ok(())
    }
}

impl RowGroupWriter for ParquetFile {
    fn write(&mut self, columns: &[ColumnBuffer]) -> Result<(), ExportError> {
        self.write_columns(columns).map_err(|error| failure(&self.path, &error))
    }

    fn finish(mut self: Box<Self>) -> Result<u64, ExportError> {
        self.writer.finish().map_err(|error| failure(&self.path, &error))?;
        let length = self.file.sync_all().and_then(|()| self.file.metadata()).map(|metadata| metadata.len());
        length.map_err(|error| ExportError::of_file(&self.path, "write", &error))
    }
}

/// Converts an error of the crate; most of them wrap an error of the file system.
fn failure(path: &std::path::Path, error: &ParquetError) -> ExportError {
    if let ParquetError::External(inner) = error
        && let Some(inner) = inner.downcast_ref::<std::io::Error>()
    {
        return ExportError::of_file(path, "write", inner);
    }
    ExportError::File { path: path.to_owned(), action: "write", reason: error.to_string() }
}

fn write_column(column: &ColumnBuffer, writer: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
    let present = column.column.is_optional.then_some(&*column.is_present);
    match &column.values {
        Values::Integers(values) => write_values(writer.typed::<Int64Type>(), values, present),
        Values::Numbers(values) => write_values(writer.typed::<DoubleType>(), values, present),
        Values::Booleans(values) => write_values(writer.typed::<BoolType>(), values, present),
        Values::Texts { bytes, spans } => {
            let all = ByteArray::from(bytes.clone());
            let value = |&(start, end): &(u32, u32)| all.slice(start as usize, (end - start) as usize);
            let values: Vec<ByteArray> = spans.iter().map(value).collect();
            write_values(writer.typed::<ByteArrayType>(), &values, present)
        }
    }
}

fn write_values<T: DataType>(
    writer: &mut ColumnWriterImpl<'_, T>,
    values: &[T::T],
    present: Option<&[i16]>,
) -> Result<(), ParquetError> {
    writer.write_batch(values, present, None).map(drop)
}

/// The table's schema in Parquet.
fn schema(table: TableKind) -> Result<Arc<Type>, ParquetError> {
    let fields: Result<Vec<_>, ParquetError> = table.columns().iter().map(field).collect();
    Ok(Arc::new(Type::group_type_builder(table.name()).with_fields(fields?).build()?))
}

fn field(column: &ColumnSchema) -> Result<Arc<Type>, ParquetError> {
    let (physical, logical) = match column.kind {
        ColumnType::Text | ColumnType::Name => (PhysicalType::BYTE_ARRAY, Some(LogicalType::String)),
        ColumnType::Integer => (PhysicalType::INT64, None),
        ColumnType::Number => (PhysicalType::DOUBLE, None),
        ColumnType::Boolean => (PhysicalType::BOOLEAN, None),
        ColumnType::Time => {
            let milliseconds = LogicalType::timestamp(false, TimeUnit::MILLIS);
            (PhysicalType::INT64, Some(milliseconds))
        }
    };
    let repetition = if column.is_optional { Repetition::OPTIONAL } else { Repetition::REQUIRED };
    let built = Type::primitive_type_builder(column.name, physical)
        .with_logical_type(logical)
        .with_repetition(repetition)
        .build()?;
    Ok(Arc::new(built))
}

/// Names compress well as dictionaries, ids and sizes as small differences.
fn properties(table: TableKind) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_created_by(format!("heaplens version {}", env!("CARGO_PKG_VERSION")))
        .set_key_value_metadata(Some(vec![KeyValue::new(
            "heaplens.schema_version".to_owned(),
            SCHEMA_VERSION.to_string(),
        )]))
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_dictionary_page_size_limit(DICTIONARY);
    for column in table.columns().iter().filter(|column| column.kind == ColumnType::Integer) {
        let path = ColumnPath::from(column.name);
        properties = properties
            .set_column_dictionary_enabled(path.clone(), false)
            .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
    }
    properties.build()
}
