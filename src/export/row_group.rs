//! Buffers the rows of a table, column by column, until there are enough for a row group.

use rustc_hash::FxHashMap;

use crate::export::ROWS_PER_GROUP;
use crate::export::dataset::ExportError;
use crate::export::names::NameWriter;
use crate::export::schema::{ColumnSchema, ColumnType};

/// Maximum bytes of a group, before encoding.
const BYTES: usize = 48 << 20;
/// Maximum characters of a text; longer texts are cut.
const TEXT_LIMIT: usize = 4096;

/// One value of a row.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Value<'a> {
    /// None.
    Null,
    /// A whole number, or a time.
    Integer(i64),
    /// A number.
    Number(f64),
    /// True or false.
    Boolean(bool),
    /// Text or a name.
    Text(&'a str),
    /// Text that repeats under this number.
    Symbol(u32, &'a str),
}

impl From<u64> for Value<'_> {
    /// Bytes and counts are below 2^63.
    fn from(number: u64) -> Self {
        Self::Integer(number.cast_signed())
    }
}

impl From<usize> for Value<'_> {
    fn from(number: usize) -> Self {
        Self::from(number as u64)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Integer(i64::from(number))
    }
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The non-null values of one column, and which rows have one.
pub struct ColumnBuffer {
    /// The column.
    pub column: ColumnSchema,
    /// For a column that may be null: 1 where a row has a value, else 0.
    pub is_present: Vec<i16>,
    /// The values of rows that have one.
    pub values: Values,
    symbols: FxHashMap<u32, (u32, u32)>,
}

/// Values of one type.
pub enum Values {
    /// Whole numbers and times.
    Integers(Vec<i64>),
    /// Numbers.
    Numbers(Vec<f64>),
    /// True or false.
    Booleans(Vec<bool>),
    /// Texts.
    Texts {
        /// All of them, concatenated.
        bytes: Vec<u8>,
        /// Start and end of each value.
        spans: Vec<(u32, u32)>,
    },
}

impl ColumnBuffer {
    fn new(column: ColumnSchema) -> Self {
        let values = match column.kind {
            ColumnType::Integer | ColumnType::Time => Values::Integers(Vec::new()),
            ColumnType::Number => Values::Numbers(Vec::new()),
            ColumnType::Boolean => Values::Booleans(Vec::new()),
            ColumnType::Text | ColumnType::Name => Values::Texts { bytes: Vec::new(), spans: Vec::new() },
        };
        Self { column, is_present: Vec::new(), values, symbols: FxHashMap::default() }
    }

    fn clear(&mut self) {
        self.is_present.clear();
        self.symbols.clear();
        match &mut self.values {
            Values::Integers(values) => values.clear(),
            Values::Numbers(values) => values.clear(),
            Values::Booleans(values) => values.clear(),
            Values::Texts { bytes, spans } => {
                bytes.clear();
                spans.clear();
            }
        }
    }

    /// Adds a value and returns by how many bytes the column grew.
    fn push(&mut self, value: Value, names: &NameWriter) -> usize {
        if self.column.is_optional {
            self.is_present.push(i16::from(value != Value::Null));
            if value == Value::Null {
                return 2;
            }
        }
        match (&mut self.values, value) {
            (Values::Integers(values), Value::Integer(value)) => {
                values.push(value);
                8
            }
            (Values::Numbers(values), Value::Number(value)) => {
                values.push(value);
                8
            }
            (Values::Booleans(values), Value::Boolean(value)) => {
                values.push(value);
                1
            }
            (Values::Texts { bytes, spans }, Value::Text(text)) => {
                let span = add_text(bytes, text, self.column.kind, names);
                spans.push(span);
                8 + (span.1 - span.0) as usize
            }
            (Values::Texts { bytes, spans }, Value::Symbol(number, text)) => {
                let before = bytes.len();
                let kind = self.column.kind;
                let span = *self.symbols.entry(number).or_insert_with(|| add_text(bytes, text, kind, names));
                spans.push(span);
                8 + bytes.len() - before
            }
            (_, value) => panic!("the column {} cannot hold {value:?}", self.column.name),
        }
    }
}

/// Appends a text and returns its position.
fn add_text(bytes: &mut Vec<u8>, text: &str, kind: ColumnType, names: &NameWriter) -> (u32, u32) {
    let start = offset(bytes);
    let end = text.char_indices().nth(TEXT_LIMIT).map_or(text.len(), |(at, _)| at);
    let text = &text[..end];
    match kind {
        ColumnType::Name => bytes.extend_from_slice(names.name(text).as_bytes()),
        _ => bytes.extend_from_slice(text.as_bytes()),
    }
    (start, offset(bytes))
}

/// Where the next text starts.
fn offset(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).expect("a group of rows is far smaller than 4 GB")
}

/// Writes row groups to a file.
pub trait RowGroupWriter {
    /// Writes a group.
    fn write(&mut self, columns: &[ColumnBuffer]) -> Result<(), ExportError>;
    /// Completes and syncs the file, and returns its length in bytes.
    fn finish(self: Box<Self>) -> Result<u64, ExportError>;
}

/// Takes the rows of a table and writes them in groups.
pub struct RowSink<'a> {
    columns: Vec<ColumnBuffer>,
    names: &'a NameWriter,
    writer: Box<dyn RowGroupWriter + 'a>,
    rows_per_group: usize,
    rows: usize,
    bytes: usize,
    written: u64,
}

impl<'a> RowSink<'a> {
    /// For rows of these columns.
    pub fn new(
        columns: &[ColumnSchema],
        names: &'a NameWriter,
        writer: Box<dyn RowGroupWriter + 'a>,
    ) -> Self {
        let columns = columns.iter().copied().map(ColumnBuffer::new).collect();
        Self { columns, names, writer, rows_per_group: ROWS_PER_GROUP, rows: 0, bytes: 0, written: 0 }
    }

    /// With so many rows in a group.
    #[must_use]
    pub fn with_rows_per_group(self, rows_per_group: usize) -> Self {
        Self { rows_per_group, ..self }
    }

    /// Adds a row: a value for each column.
    pub fn row<const COLUMNS: usize>(&mut self, values: [Value; COLUMNS]) -> Result<(), ExportError> {
        assert_eq!(COLUMNS, self.columns.len(), "a row has a value for each column");
        for (column, value) in self.columns.iter_mut().zip(values) {
            self.bytes += column.push(value, self.names);
        }
        self.rows += 1;
        if self.rows >= self.rows_per_group || self.bytes >= BYTES {
            self.write_group()?;
        }
        Ok(())
    }

    fn write_group(&mut self) -> Result<(), ExportError> {
        self.writer.write(&self.columns)?;
        self.columns.iter_mut().for_each(ColumnBuffer::clear);
        self.written += self.rows as u64;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }

    /// Completes the file and returns how many rows and bytes it has. A table without rows has one empty group.
    pub fn finish(mut self) -> Result<(u64, u64), ExportError> {
        if self.rows > 0 || self.written == 0 {
            self.write_group()?;
        }
        Ok((self.written, self.writer.finish()?))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::export::schema::column;

    /// Records the groups it receives: rows, and the texts of the first column.
    struct Recorder<'a>(&'a RefCell<Vec<(usize, Vec<String>)>>);

    impl RowGroupWriter for Recorder<'_> {
        fn write(&mut self, columns: &[ColumnBuffer]) -> Result<(), ExportError> {
            let Values::Texts { bytes, spans } = &columns[0].values else {
                panic!("the first column is text")
            };
            let text = |&(start, end): &(u32, u32)| {
                String::from_utf8(bytes[start as usize..end as usize].to_vec()).expect("texts are whole")
            };
            self.0.borrow_mut().push((columns[1].is_present.len(), spans.iter().map(text).collect()));
            Ok(())
        }

        fn finish(self: Box<Self>) -> Result<u64, ExportError> {
            Ok(7)
        }
    }

    const COLUMNS: [ColumnSchema; 2] = [
        column("name", ColumnType::Name, "A name."),
        column("bytes", ColumnType::Integer, "Bytes.").or_null(),
    ];

    #[test]
    fn rows_are_written_in_groups_and_symbols_are_kept_once() {
        let groups = RefCell::default();
        let mut sink =
            RowSink::new(&COLUMNS, &NameWriter::Full, Box::new(Recorder(&groups))).with_rows_per_group(2);
        for (number, name) in [(1, "a"), (1, "a"), (2, "b")] {
            sink.row([Value::Symbol(number, name), Value::from((number == 1).then_some(5_u64))]).unwrap();
        }
        assert_eq!(sink.finish().unwrap(), (3, 7));
        let expected = vec![(2, vec!["a".to_owned(), "a".to_owned()]), (1, vec!["b".to_owned()])];
        assert_eq!(*groups.borrow(), expected);
    }

    #[test]
    fn an_empty_table_is_a_file_with_an_empty_group() {
        let groups = RefCell::default();
        let sink = RowSink::new(&COLUMNS, &NameWriter::Full, Box::new(Recorder(&groups)));
        assert_eq!(sink.finish().unwrap(), (0, 7));
        assert_eq!(*groups.borrow(), vec![(0, Vec::new())]);
    }

    #[test]
    fn long_texts_are_cut_and_names_are_hashed() {
        let groups = RefCell::default();
        let names = NameWriter::Hashed("salt".into());
        let mut sink = RowSink::new(&COLUMNS, &names, Box::new(Recorder(&groups)));
        let long = "ä".repeat(2 * TEXT_LIMIT);
        sink.row([Value::Text(&long), Value::Null]).unwrap();
        sink.row([Value::Text("Session"), Value::Null]).unwrap();
        sink.finish().unwrap();
        let texts = groups.borrow()[0].1.clone();
        assert_eq!(
            texts,
            [names.name(&"ä".repeat(TEXT_LIMIT)).into_owned(), names.name("Session").into_owned()]
        );
    }
}
