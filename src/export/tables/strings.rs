//! The table `strings`: texts that occur more than once, and the waste of their copies.

use std::cmp::Reverse;

use crate::export::dataset::ExportError;
use crate::export::row_group::{RowSink, Value};
use crate::export::schema::ColumnType::{Integer, Text};
use crate::export::schema::{ColumnSchema, column};
use crate::export::tables::{SNAPSHOT, Table, TableInput};
use crate::model::StringTexts;
use crate::snapshot::SizeMode;

pub(super) const TABLE: Table = Table {
    name: "strings",
    help: "The texts of `strings` with the most wasted bytes, at most 1,000 a snapshot, without the texts unless asked.",
    columns: &COLUMNS,
    write,
};

/// Texts of a snapshot.
const LIMIT: usize = 1000;

const COLUMNS: [ColumnSchema; 7] = [
    SNAPSHOT,
    column("text_hash", Text, "Equal for equal texts in exports with the same salt."),
    column("length", Integer, "Characters, as far as the snapshot has them."),
    column("copies", Integer, "Strings with this text."),
    column("bytes", Integer, "Bytes of all copies."),
    column("wasted_bytes", Integer, "Bytes of all copies but one."),
    column("text", Text, "The text, with --texts.").or_null(),
];

fn write(scene: &TableInput<'_>, sink: &mut RowSink<'_>) -> Result<(), ExportError> {
    let snapshot = scene.snapshot();
    let texts = StringTexts::find(snapshot, SizeMode::Chrome, scene.progress)?;
    let mut wasted: Vec<_> = texts.texts().iter().filter(|text| text.wasted > 0).collect();
    wasted.sort_by_key(|text| (Reverse(text.wasted), text.first));
    for text in wasted.into_iter().take(LIMIT) {
        let contents = snapshot.display_name(text.first);
        sink.row([
            scene.id(),
            Value::from(&scene.options.names.text_hash(&contents)),
            text.length.into(),
            text.copies.into(),
            text.bytes.into(),
            text.wasted.into(),
            scene.options.texts.then_some(&*contents).into(),
        ])?;
    }
    Ok(())
}
