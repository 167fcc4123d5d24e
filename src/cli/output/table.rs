//! Tables of the window as text, CSV and JSON: rows of any model, each column under its name.

use std::io::Write;
use std::sync::Arc;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::base::ObjectId;
use crate::cli::Failure;
use crate::cli::args::Format;
use crate::cli::commands::table_args::ListArgs;
use crate::cli::output::text_table::{DEFAULT_LIMIT, TextTable, head_line};
use crate::cli::output::{csv, json, sort};
use crate::model::{ColumnId, Disclosure, Row, Sort, TreeSource, TreeTable};
use crate::snapshot::Snapshot;

#[derive(Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    origin: json::Origin,
    sizes: &'static str,
    rows: Vec<AnswerRow<'a>>,
}

/// A row with its columns under their names.
struct AnswerRow<'a> {
    row: Row,
    id: Option<ObjectId>,
    columns: &'a [(&'static str, &'static str)],
}

impl AnswerRow<'_> {
    /// The columns' names and numbers.
    fn numbers(&self) -> impl Iterator<Item = (&'static str, Option<i64>)> + '_ {
        self.columns.iter().map(|&(key, _)| key).zip(self.row.cells.iter().map(|cell| cell.number))
    }
}

impl Serialize for AnswerRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("depth", &self.row.depth)?;
        map.serialize_entry("name", &self.row.text())?;
        map.serialize_entry("id", &self.id.map(|id| id.0))?;
        for (key, number) in self.numbers() {
            map.serialize_entry(key, &number)?;
        }
        map.end()
    }
}

/// Prints the rows of `source`, opened `depth` levels deep.
pub fn print(
    snapshot: &Snapshot,
    source: &Arc<dyn TreeSource>,
    depth: usize,
    args: &ListArgs,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let columns = || source.columns().iter().skip(1);
    let keyed: Vec<_> = columns().filter(|spec| spec.is_data).map(|spec| (spec.id.0, spec.title)).collect();
    let sorts: Vec<sort::Column<ColumnId>> =
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
        let id = row.object.map(|(_, node)| ObjectId(snapshot.graph().nodes.id(node)));
        AnswerRow { row, id, columns: &keyed }
    });
    match format {
        Format::Json => {
            let origin = json::Origin::from(snapshot);
            json::write(out, &Answer { origin, sizes: args.sizes.name(), rows: rows.collect() })
        }
        Format::Csv => print_csv(&keyed, rows, out),
        Format::Text => {
            writeln!(out, "{}\n", head_line(snapshot))?;
            let first = source.columns().first().map(|spec| spec.title);
            let heads: Vec<&str> = keyed.iter().map(|&(_, title)| title).chain(first).collect();
            let mut text = TextTable::new(&heads);
            for AnswerRow { row, .. } in rows {
                let cells = row.cells.iter().take(keyed.len()).map(|cell| cell.text.clone());
                text.row(cells, &format!("{}{}", "  ".repeat(row.depth), row.text()));
            }
            text.print(out, table.len() - shown)?;
            Ok(())
        }
    }
}

/// Opens rows until `limit` of them are there.
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
    rows: impl Iterator<Item = AnswerRow<'a>>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let head = ["depth", "name", "id"].into_iter().chain(columns.iter().map(|&(key, _)| key));
    csv::line(out, &head.map(str::to_owned).collect::<Vec<_>>())?;
    for row in rows {
        let id = row.id.map_or_else(String::new, |id| id.0.to_string());
        let begin = [row.row.depth.to_string(), csv::text(&row.row.text()), id];
        let numbers =
            row.numbers().map(|(_, number)| number.map_or_else(String::new, |number| number.to_string()));
        csv::line(out, &begin.into_iter().chain(numbers).collect::<Vec<_>>())?;
    }
    Ok(())
}
