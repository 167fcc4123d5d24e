//! The table `classes`: constructors, as `summary` and `compare` list them.

use rustc_hash::FxHashMap;

use crate::compare::{ComparisonRow, compare};
use crate::export::dataset::ExportError;
use crate::export::row_group::RowSink;
use crate::export::schema::ColumnType::{Integer, Name};
use crate::export::schema::{ColumnSchema, column};
use crate::export::tables::{SNAPSHOT, Table, TableInput};
use crate::snapshot::{Distance, SizeMode};

pub(super) const TABLE: Table = Table {
    name: "classes",
    help: "The rows of Summary; with a baseline also those of Comparison, and classes that are gone.",
    columns: &COLUMNS,
    write,
};

const COLUMNS: [ColumnSchema; 17] = [
    SNAPSHOT,
    column("class_key", Name, "Tells apart two constructors of one name."),
    column("class", Name, "The constructor's name."),
    column("count", Integer, "Objects."),
    column("shallow_bytes", Integer, "Bytes of the objects alone."),
    column("retained_bytes", Integer, "Bytes freed were they gone, each byte counted once."),
    column("distance", Integer, "The shortest distance from a root.").or_null(),
    column("baseline_count", Integer, "Objects in the baseline.").or_null(),
    column("baseline_retained_bytes", Integer, "Bytes they retained.").or_null(),
    column("new_count", Integer, "Objects that the baseline does not have; null across processes.").or_null(),
    column("new_bytes", Integer, "Their bytes.").or_null(),
    column("deleted_count", Integer, "Objects that only the baseline has.").or_null(),
    column("deleted_bytes", Integer, "Their bytes.").or_null(),
    column("grown_bytes", Integer, "Bytes by which objects of both have grown.").or_null(),
    column("shrunk_bytes", Integer, "Bytes by which objects of both have shrunk.").or_null(),
    column("delta_count", Integer, "Change of the count.").or_null(),
    column(
        "delta_bytes",
        Integer,
        "Change of the bytes; the rows of a snapshot add up to the heap's change.",
    )
    .or_null(),
];

fn write(scene: &TableInput<'_>, sink: &mut RowSink<'_>) -> Result<(), ExportError> {
    let (snapshot, mode) = (scene.snapshot(), SizeMode::Chrome);
    let comparison = match &scene.input.baseline {
        Some(baseline) => Some(compare(baseline.clone(), snapshot.clone(), mode, scene.progress)?),
        None => None,
    };
    let is_matched = comparison.as_ref().is_some_and(|comparison| comparison.ids.is_one_process());
    let mut rows: FxHashMap<&str, &ComparisonRow> = FxHashMap::default();
    if let Some(comparison) = &comparison {
        rows.extend(comparison.rows.iter().map(|row| (row.key.as_str(), row)));
    }
    let unchanged = ComparisonRow::default();
    let mut write =
        |name: &str, key: &str, now: [u64; 3], distance: Option<i32>, row: Option<&ComparisonRow>| {
            let by_id = row.filter(|_| is_matched);
            sink.row([
                scene.id(),
                key.into(),
                name.into(),
                now[0].into(),
                now[1].into(),
                now[2].into(),
                distance.map(i64::from).into(),
                row.map(|row| row.baseline_count).into(),
                row.map(|row| row.baseline_retained).into(),
                by_id.map(|row| row.new_count).into(),
                by_id.map(|row| row.new_size).into(),
                by_id.map(|row| row.deleted_count).into(),
                by_id.map(|row| row.deleted_size).into(),
                by_id.map(|row| row.grown_size).into(),
                by_id.map(|row| row.shrunk_size).into(),
                row.map(ComparisonRow::delta_count).into(),
                row.map(ComparisonRow::size_delta).into(),
            ])
        };
    let classes = snapshot.classes();
    let totals = snapshot.class_totals(mode);
    for (class, _) in classes.iter() {
        let total = &totals[class];
        if total.count == 0 {
            continue;
        }
        let key = classes.key(class);
        let same = ComparisonRow {
            baseline_count: total.count,
            current_count: total.count,
            baseline_retained: total.retained.unwrap_or(0),
            current_retained: total.retained.unwrap_or(0),
            ..unchanged.clone()
        };
        let row = comparison.is_some().then(|| rows.remove(&*key).unwrap_or(&same));
        let now = [total.count, total.shallow, total.retained.unwrap_or(0)];
        write(classes.name(class), &key, now, total.distance.and_then(Distance::raw), row)?;
    }
    let mut gone: Vec<&ComparisonRow> = rows.into_values().collect();
    gone.sort_by(|a, b| a.key.cmp(&b.key));
    for row in gone {
        write(&row.name, &row.key, [0; 3], None, Some(row))?;
    }
    Ok(())
}
