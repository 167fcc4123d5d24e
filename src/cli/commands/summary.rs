//! `heaplens summary`: constructors with the number and sizes of their objects.

use std::cmp::Reverse;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use crate::base::Progress;
use crate::cli::args::{Format, ObjectFilterArgs, OutputArgs, RowArgs};
use crate::cli::commands::RunCommand;
use crate::cli::filter::{NamedFilter, filter_help};
use crate::cli::load::{Verbosity, load_for};
use crate::cli::output::csv::{self, CsvText};
use crate::cli::output::text_table::{DEFAULT_LIMIT, TextTable};
use crate::cli::output::{json, sort};
use crate::cli::{Failure, Outcome};
use crate::model::format::{NONE, format_count, format_size};
use crate::model::{ColumnId, Direction, FilterPreset, Sort, Summary, SummaryRow, TreeSource};
use crate::snapshot::{Classes, Distance, Snapshot};

/// Print constructors with the number and sizes of their objects.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  heaplens summary app.heapsnapshot --class array --sort shallow --limit 5"
)]
pub(crate) struct SummaryArgs {
    /// The snapshot; - reads standard input.
    file: PathBuf,
    /// Order: name, distance, count, shallow or retained, followed by :asc or :desc.
    #[arg(long, value_name = "COLUMN[:asc|desc]", default_value = "retained")]
    sort: String,
    /// Only objects that pass a filter; --help names them.
    #[arg(long, value_name = "NAME", value_parser = NamedFilter::parse, long_help = filter_help())]
    filter: Option<NamedFilter>,
    /// Which objects, and how they are grouped.
    #[command(flatten)]
    object_filter: ObjectFilterArgs,
    /// Which constructors.
    #[command(flatten)]
    rows: RowArgs,
    /// How to print them.
    #[command(flatten)]
    output: OutputArgs,
}

impl RunCommand for SummaryArgs {
    fn run(&self, out: &mut dyn Write) -> Result<Outcome, Failure> {
        print(self, out)?;
        Ok(Outcome::Done)
    }

    fn schema() -> Option<Schema> {
        Some(schema_for!(Output<'_>))
    }
}

#[derive(Serialize, JsonSchema)]
struct Output<'a> {
    #[serde(flatten)]
    origin: json::Origin,
    /// `chrome` or `raw`.
    sizes: &'static str,
    /// The filter as given.
    filter: Option<&'a str>,
    /// Constructors or other groups in the order asked for.
    rows: Vec<OutputRow<String>>,
}

/// A constructor or another group; `T` is the text of JSON or of CSV.
#[derive(Serialize, JsonSchema, Default)]
struct OutputRow<T> {
    /// Key of the group; distinguishes two constructors of one name.
    key: T,
    /// Name of the group.
    name: T,
    /// Smallest distance of its objects from the root as Chrome's raw number; `null` if none is reached.
    distance: Option<i32>,
    /// Its objects.
    count: u64,
    /// Bytes of its objects.
    shallow: u64,
    /// Bytes that would be freed with its objects.
    retained: u64,
}

/// What rows are sorted by: one of the window's columns, or the count beside the name.
#[derive(Clone, Copy)]
enum SortKey {
    Column(ColumnId),
    Count,
}

const COLUMNS: [sort::SortColumn<SortKey>; 5] = [
    ("name", SortKey::Column(ColumnId::NAME), Direction::Ascending),
    ("distance", SortKey::Column(ColumnId::DISTANCE), Direction::Ascending),
    ("count", SortKey::Count, Direction::Descending),
    ("shallow", SortKey::Column(ColumnId::SHALLOW), Direction::Descending),
    ("retained", SortKey::Column(ColumnId::RETAINED), Direction::Descending),
];

/// Prints the rows.
fn print(args: &SummaryArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let (by, direction) = sort::parse(&args.sort, &COLUMNS)?;
    let (mode, verbosity) = (args.rows.sizes, Verbosity::from_quiet_flag(args.output.json.quiet));
    let snapshot = load_for(&args.file, mode, verbosity)?;
    let mut model = Summary::new(snapshot.clone(), mode, args.rows.class.clone());
    let object_filter = args.object_filter.object_filter();
    if args.filter.is_some() || !object_filter.is_default() {
        let progress = Progress::new();
        let nodes = match &args.filter {
            Some(filter) => Ok(filter.nodes(&snapshot, verbosity)?),
            None => FilterPreset::All.nodes(&snapshot, &progress),
        };
        let kept = nodes.and_then(|nodes| object_filter.apply(&snapshot, mode, nodes, &progress));
        let kept = kept?;
        model = model.with_objects(Arc::new(kept)).grouped_by(object_filter.group_by);
    }
    let mut rows = match by {
        SortKey::Column(column) => model.classes(Sort { column, direction }),
        SortKey::Count => by_count(&model, direction),
    };
    let format = args.output.format();
    let default_limit = if format == Format::Text { DEFAULT_LIMIT } else { usize::MAX };
    let all = rows.len();
    rows.truncate(args.rows.limit.unwrap_or(default_limit));
    match format {
        Format::Json => json::write(
            out,
            &Output {
                origin: json::Origin::from(&*snapshot),
                sizes: args.rows.sizes.name(),
                filter: args.filter.as_ref().map(|filter| filter.name.as_str()),
                rows: rows.iter().map(|row| output_row(model.groups(), row)).collect(),
            },
        ),
        Format::Csv => {
            let rows = rows.iter().map(|row| output_row::<CsvText>(model.groups(), row));
            csv::write(rows, out)
        }
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

fn output_row<T: for<'a> From<&'a str>>(groups: &Classes, row: &SummaryRow) -> OutputRow<T> {
    OutputRow {
        key: T::from(&groups.key(row.class)),
        name: T::from(groups.name(row.class)),
        distance: row.totals.distance.and_then(Distance::raw),
        count: row.totals.count,
        shallow: row.totals.shallow,
        retained: row.totals.retained.unwrap_or(0),
    }
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
            format_size(row.totals.retained.unwrap_or(0)),
            format_size(row.totals.shallow),
            format_count(row.totals.count),
            distance.map_or_else(|| NONE.to_owned(), |distance| format_count(u64::from(distance))),
        ];
        table.row(numbers, model.groups().name(row.class));
    }
    table.print(out, all - rows.len())?;
    Ok(())
}
