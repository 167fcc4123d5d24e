//! `heaplens summary`: constructors with the number and sizes of their objects.

use std::cmp::Reverse;
use std::io::Write;
use std::sync::Arc;

use serde::Serialize;

use super::args::{Format, SummaryArgs};
use super::loading::{Chatter, load_for};
use super::text_table::{DEFAULT_LIMIT, TextTable};
use super::{Failure, csv, json, sort};
use crate::model::format::{NONE, count, size};
use crate::model::{ColumnId, Direction, Kept, Sort, Summary, SummaryRow};
use crate::snapshot::{Distance, Snapshot};

#[derive(Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    origin: json::Origin,
    sizes: &'static str,
    filter: Option<&'a str>,
    rows: Vec<AnswerRow<'a>>,
}

#[derive(Serialize)]
struct AnswerRow<'a> {
    key: String,
    name: &'a str,
    distance: Option<i32>,
    count: u64,
    shallow: u64,
    retained: u64,
}

/// What rows are sorted by: one of the window's columns, or the count beside the name.
#[derive(Clone, Copy)]
enum By {
    Column(ColumnId),
    Count,
}

const COLUMNS: [sort::Column<By>; 5] = [
    ("name", By::Column(ColumnId::Name), Direction::Ascending),
    ("distance", By::Column(ColumnId::Distance), Direction::Ascending),
    ("count", By::Count, Direction::Descending),
    ("shallow", By::Column(ColumnId::Shallow), Direction::Descending),
    ("retained", By::Column(ColumnId::Retained), Direction::Descending),
];

/// Prints the rows.
pub fn print(args: &SummaryArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let (by, direction) = sort::parse(&args.sort, &COLUMNS)?;
    let (mode, chatter) = (args.rows.sizes.into(), Chatter::unless(args.output.json.quiet));
    let snapshot = load_for(&args.file, mode, chatter)?;
    let mut model = Summary::new(snapshot.clone(), mode, args.rows.class.clone());
    if let Some(filter) = &args.filter {
        let nodes = filter.nodes(&snapshot, chatter)?;
        model = model.keeping(Arc::new(Kept::new(&snapshot, mode, nodes)));
    }
    let mut rows = match by {
        By::Column(column) => model.classes(Sort { column, direction }),
        By::Count => by_count(&model, direction),
    };
    let format = args.output.format();
    let default_limit = if format == Format::Text { DEFAULT_LIMIT } else { usize::MAX };
    let all = rows.len();
    rows.truncate(args.rows.limit.unwrap_or(default_limit));
    match format {
        Format::Json => json::write(
            out,
            &Answer {
                origin: json::Origin::from(&*snapshot),
                sizes: args.rows.sizes.name(),
                filter: args.filter.as_ref().map(|filter| filter.name.as_str()),
                rows: rows.iter().map(|row| answer_row(&snapshot, row)).collect(),
            },
        ),
        Format::Csv => print_csv(&snapshot, &rows, out),
        Format::Text => print_text(&snapshot, &rows, all, out),
    }
}

fn by_count(model: &Summary, direction: Direction) -> Vec<SummaryRow> {
    let mut rows = model.classes(Sort { column: ColumnId::Name, direction: Direction::Ascending });
    match direction {
        Direction::Ascending => rows.sort_by_key(|row| row.totals.count),
        Direction::Descending => rows.sort_by_key(|row| Reverse(row.totals.count)),
    }
    rows
}

fn answer_row<'a>(snapshot: &'a Snapshot, row: &SummaryRow) -> AnswerRow<'a> {
    AnswerRow {
        key: snapshot.classes().key(row.class),
        name: snapshot.classes().name(row.class),
        distance: row.totals.distance.and_then(Distance::raw),
        count: row.totals.count,
        shallow: row.totals.shallow,
        retained: row.totals.retained.unwrap_or(0),
    }
}

fn print_csv(snapshot: &Snapshot, rows: &[SummaryRow], out: &mut dyn Write) -> Result<(), Failure> {
    csv::line(out, &["key", "name", "distance", "count", "shallow", "retained"].map(String::from))?;
    for row in rows {
        let row = answer_row(snapshot, row);
        csv::line(
            out,
            &[
                csv::text(&row.key),
                csv::text(row.name),
                row.distance.map_or_else(String::new, |distance| distance.to_string()),
                row.count.to_string(),
                row.shallow.to_string(),
                row.retained.to_string(),
            ],
        )?;
    }
    Ok(())
}

fn print_text(
    snapshot: &Arc<Snapshot>,
    rows: &[SummaryRow],
    all: usize,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    writeln!(out, "{}\n", super::text_table::head_line(snapshot))?;
    let mut table = TextTable::new(&["Retained size", "Shallow size", "Count", "Distance", "Constructor"]);
    for row in rows {
        let distance = row.totals.distance.and_then(Distance::shown);
        let numbers = [
            size(row.totals.retained.unwrap_or(0)),
            size(row.totals.shallow),
            count(row.totals.count),
            distance.map_or_else(|| NONE.to_owned(), |distance| count(u64::from(distance))),
        ];
        table.row(numbers, snapshot.classes().name(row.class));
    }
    table.print(out, all - rows.len())?;
    Ok(())
}
