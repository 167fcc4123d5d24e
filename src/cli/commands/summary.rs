//! `heaplens summary`: constructors with the number and sizes of their objects.

use std::cmp::Reverse;
use std::io::Write;
use std::sync::Arc;

use serde::Serialize;

use crate::base::{Cancelled, Progress};
use crate::cli::Failure;
use crate::cli::args::{Format, SummaryArgs};
use crate::cli::load::{Verbosity, load_for};
use crate::cli::output::text_table::{DEFAULT_LIMIT, TextTable};
use crate::cli::output::{csv, json, sort};
use crate::model::format::{NONE, count, size};
use crate::model::{ColumnId, Direction, FilterPreset, Sort, Summary, SummaryRow, TreeSource};
use crate::snapshot::{Classes, Distance, LoadError, Snapshot};

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
    ("name", By::Column(ColumnId::NAME), Direction::Ascending),
    ("distance", By::Column(ColumnId::DISTANCE), Direction::Ascending),
    ("count", By::Count, Direction::Descending),
    ("shallow", By::Column(ColumnId::SHALLOW), Direction::Descending),
    ("retained", By::Column(ColumnId::RETAINED), Direction::Descending),
];

/// Prints the rows.
pub fn print(args: &SummaryArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let (by, direction) = sort::parse(&args.sort, &COLUMNS)?;
    let (mode, chatter) = (args.rows.sizes.into(), Verbosity::unless(args.output.json.quiet));
    let snapshot = load_for(&args.file, mode, chatter)?;
    let mut model = Summary::new(snapshot.clone(), mode, args.rows.class.clone());
    let narrowing = args.narrowing.narrowing();
    if args.filter.is_some() || !narrowing.is_nothing() {
        let progress = Progress::new();
        let nodes = match &args.filter {
            Some(filter) => Ok(filter.nodes(&snapshot, chatter)?),
            None => FilterPreset::All.nodes(&snapshot, &progress),
        };
        let kept = nodes.and_then(|nodes| narrowing.narrow(&snapshot, mode, nodes, &progress));
        let kept = kept.map_err(|Cancelled| LoadError::from(Cancelled))?;
        model = model.keeping(Arc::new(kept)).grouped_by(narrowing.group_by);
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
                rows: rows.iter().map(|row| answer_row(model.groups(), row)).collect(),
            },
        ),
        Format::Csv => print_csv(model.groups(), &rows, out),
        Format::Text => print_text(&snapshot, &model, &rows, all, out),
    }
}

fn by_count(model: &Summary, direction: Direction) -> Vec<SummaryRow> {
    let mut rows = model.classes(Sort { column: ColumnId::NAME, direction: Direction::Ascending });
    match direction {
        Direction::Ascending => rows.sort_by_key(|row| row.totals.count),
        Direction::Descending => rows.sort_by_key(|row| Reverse(row.totals.count)),
    }
    rows
}

fn answer_row<'a>(groups: &'a Classes, row: &SummaryRow) -> AnswerRow<'a> {
    AnswerRow {
        key: groups.key(row.class),
        name: groups.name(row.class),
        distance: row.totals.distance.and_then(Distance::raw),
        count: row.totals.count,
        shallow: row.totals.shallow,
        retained: row.totals.retained.unwrap_or(0),
    }
}

fn print_csv(groups: &Classes, rows: &[SummaryRow], out: &mut dyn Write) -> Result<(), Failure> {
    csv::line(out, &["key", "name", "distance", "count", "shallow", "retained"].map(String::from))?;
    for row in rows {
        let row = answer_row(groups, row);
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
    snapshot: &Snapshot,
    model: &Summary,
    rows: &[SummaryRow],
    all: usize,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    writeln!(out, "{}\n", crate::cli::output::text_table::head_line(snapshot))?;
    let mut table =
        TextTable::new(&["Retained size", "Shallow size", "Count", "Distance", model.columns()[0].title]);
    for row in rows {
        let distance = row.totals.distance.and_then(Distance::shown);
        let numbers = [
            size(row.totals.retained.unwrap_or(0)),
            size(row.totals.shallow),
            count(row.totals.count),
            distance.map_or_else(|| NONE.to_owned(), |distance| count(u64::from(distance))),
        ];
        table.row(numbers, model.groups().name(row.class));
    }
    table.print(out, all - rows.len())?;
    Ok(())
}
