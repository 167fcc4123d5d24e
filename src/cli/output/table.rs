//! Tables of the window as text, CSV and JSON: rows of any model, each column under its key.

use std::borrow::Cow;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::base::ObjectId;
use crate::cli::Failure;
use crate::cli::args::{Format, ListArgs};
use crate::cli::load::{Verbosity, load_for};
use crate::cli::output::csv::CsvText;
use crate::cli::output::location::Location;
use crate::cli::output::text_table::{DEFAULT_LIMIT, TextTable, head_line};
use crate::cli::output::{json, sort};
use crate::model::{ColumnId, Disclosure, Internals, Row, Sort, TreeSource, TreeTable};
use crate::snapshot::{SizeMode, Snapshot};

/// The output of `--json`.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Output<'a> {
    #[serde(flatten)]
    origin: json::Origin,
    /// `chrome` or `raw`.
    sizes: &'static str,
    /// The rows in the order asked for, those below a row right after it.
    rows: Vec<OutputRow<'a>>,
}

/// A row with its columns under their names.
pub(crate) struct OutputRow<'a> {
    row: Row,
    id: Option<ObjectId>,
    location: Option<Location>,
    columns: &'a [(&'static str, &'static str)],
}

impl OutputRow<'_> {
    /// The columns' names and numbers.
    fn numbers(&self) -> impl Iterator<Item = (&'static str, Option<i64>)> + '_ {
        self.columns.iter().map(|&(key, _)| key).zip(self.row.cells.iter().map(|cell| cell.number))
    }
}

impl Serialize for OutputRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("depth", &self.row.depth)?;
        map.serialize_entry("name", &self.row.text())?;
        map.serialize_entry("id", &self.id.map(|id| id.0))?;
        map.serialize_entry("location", &self.location)?;
        for (key, number) in self.numbers() {
            map.serialize_entry(key, &number)?;
        }
        map.end()
    }
}

impl JsonSchema for OutputRow<'_> {
    fn schema_name() -> Cow<'static, str> {
        "Row".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let location = generator.subschema_for::<Option<Location>>();
        json_schema!({
            "description": "A row; the other columns of the table follow under their keys",
            "type": "object",
            "properties": {
                "depth": {"description": "Level of the row, 0 for the outermost", "type": "integer"},
                "name": {"description": "The text of the row", "type": "string"},
                "id": {"description": "The object, if the row is one", "type": ["integer", "null"]},
                "location": location,
            },
            "required": ["depth", "name", "id", "location"],
            "additionalProperties": {"type": ["integer", "null"]},
        })
    }
}

/// Loads the snapshot of a table.
pub(crate) fn loaded(file: &Path, args: &ListArgs) -> Result<(Arc<Snapshot>, SizeMode), Failure> {
    let mode = args.sizes;
    Ok((load_for(file, mode, Verbosity::from_quiet_flag(args.output.json.quiet))?, mode))
}

/// Whether V8's internal objects are shown, for the flag that hides them.
pub(crate) fn folded(is_folded: bool) -> Internals {
    if is_folded { Internals::Hidden } else { Internals::Shown }
}

/// Prints the rows of `source`, expanded `depth` levels deep.
pub(crate) fn print(
    snapshot: &Snapshot,
    source: &Arc<dyn TreeSource>,
    depth: usize,
    args: &ListArgs,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let columns = || source.columns().iter().skip(1);
    let keyed: Vec<_> = columns().filter(|spec| spec.is_data).map(|spec| (spec.id.0, spec.title)).collect();
    let sorts: Vec<sort::SortColumn<ColumnId>> =
        sort::columns(source.columns().iter().filter(|spec| spec.is_data));
    let wanted = args.sort.as_deref().map(|text| sort::parse(text, &sorts)).transpose()?;
    let mut table = TreeTable::filled(Arc::clone(source));
    if let Some(work) = wanted.and_then(|(column, direction)| table.sort_by(Sort { column, direction })) {
        table.apply(work.run());
    }
    let format = args.output.format();
    let default_limit = if format == Format::Text { DEFAULT_LIMIT } else { usize::MAX };
    let limit = args.limit.unwrap_or(default_limit);
    open(&mut table, depth, limit);
    let shown = table.len().min(limit);
    let rows = (0..shown).map(|at| {
        let row = table.row(at);
        let object = row.object.map(|(_, node)| node);
        let location =
            object.filter(|_| format == Format::Json).and_then(|node| Location::of(snapshot, node));
        OutputRow { row, id: object.map(|node| snapshot.id(node)), location, columns: &keyed }
    });
    match format {
        Format::Json => {
            let origin = json::Origin::from(snapshot);
            json::write(out, &Output { origin, sizes: args.sizes.name(), rows: rows.collect() })
        }
        Format::Csv => print_csv(&keyed, rows, out),
        Format::Text => {
            // Text rows include the source position.
            snapshot.scripts();
            writeln!(out, "{}\n", head_line(snapshot))?;
            let first = source.columns().first().map(|spec| spec.title);
            let heads: Vec<&str> = keyed.iter().map(|&(_, title)| title).chain(first).collect();
            let mut text = TextTable::new(&heads);
            for OutputRow { row, .. } in rows {
                let cells = row.cells.iter().take(keyed.len()).map(|cell| cell.text.clone());
                let place = row.place_text().map(|place| format!("  {place}")).unwrap_or_default();
                text.row(cells, &format!("{}{}{place}", "  ".repeat(row.depth), row.text()));
            }
            text.print(out, table.len() - shown)?;
            Ok(())
        }
    }
}

/// Expands rows until there are `limit` of them.
fn open(table: &mut TreeTable, depth: usize, limit: usize) {
    let mut at = 0;
    while at < table.len().min(limit) {
        let row = table.row(at);
        if row.depth + 1 < depth
            && row.disclosure == Disclosure::Closed
            && let Some(work) = table.expand(at)
        {
            table.apply(work.run());
        }
        at += 1;
    }
}

fn print_csv<'a>(
    columns: &[(&'static str, &'static str)],
    rows: impl Iterator<Item = OutputRow<'a>>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(["depth", "name", "id"].into_iter().chain(columns.iter().map(|&(key, _)| key)))?;
    for row in rows {
        let numbers: Vec<Option<i64>> = row.numbers().map(|(_, number)| number).collect();
        writer.serialize((
            row.row.depth,
            CsvText::from(row.row.text().as_str()),
            row.id.map(|id| id.0),
            numbers,
        ))?;
    }
    writer.flush()?;
    Ok(())
}
