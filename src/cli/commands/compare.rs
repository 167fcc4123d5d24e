//! `heaplens compare`: what came, went, grew and shrank between two snapshots.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use crate::base::Progress;
use crate::cli::args::{Format, ObjectFilterArgs, OutputArgs, RowArgs};
use crate::cli::commands::RunCommand;
use crate::cli::load::{Verbosity, load_for};
use crate::cli::output::csv::{self, CsvText};
use crate::cli::output::text_table::{DEFAULT_LIMIT, TextTable, head_line};
use crate::cli::output::{json, sort};
use crate::cli::{Failure, Outcome};
use crate::compare::{ComparisonRow, GrowthAccounting, Matching};
use crate::model::comparison_columns::COLUMNS;
use crate::model::format::{format_size, plain_spaces, signed_size};
use crate::model::{
    ColumnId, ColumnSpec, ComparisonView, ContainerDifference, Sort, TreeSource as _, Value,
    container_differences,
};

/// Print what came, went, grew and shrank between two snapshots of one process.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  heaplens compare before.heapsnapshot after.heapsnapshot --json")]
pub(crate) struct CompareArgs {
    /// The older snapshot.
    baseline: PathBuf,
    /// The newer snapshot of the same process.
    current: PathBuf,
    /// Order: a column, followed by :asc or :desc; --help names them.
    #[arg(long, value_name = "COLUMN[:asc|desc]", default_value = "alloc_size", long_help = sort::help(&sorts()))]
    sort: String,
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

impl RunCommand for CompareArgs {
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
    /// The older file.
    baseline: json::Origin,
    /// The newer file.
    current: json::Origin,
    /// `chrome` or `raw`.
    sizes: &'static str,
    /// Change of the whole heap.
    totals: Totals,
    /// Whether the ids match.
    ids: json::IdsInfo,
    /// Why objects are compared by constructor; `null` where they are compared by id.
    note: Option<&'static str>,
    /// Warning if the snapshots seem to be in the wrong order.
    order_note: Option<&'static str>,
    /// Constructors or other groups with a change, in the order asked for.
    rows: Vec<OutputRow<&'a str>>,
    /// Containers matched by path and script; empty where objects are compared by id.
    containers: Vec<OutputContainer<'a>>,
}

/// A container of two processes.
#[derive(Serialize, JsonSchema)]
struct OutputContainer<'a> {
    /// The container as JavaScript.
    who: &'a str,
    /// Bytes it retains in the baseline; `null` if it is not there.
    before: Option<u64>,
    /// Bytes it retains in the current snapshot; `null` if it is not there.
    after: Option<u64>,
    /// `after` less `before`.
    delta: i64,
    /// Whether two runs of one program differ by as much.
    is_noise: bool,
    /// Whether the runtime made it, such as Node's `process`.
    is_runtime: bool,
}

impl<'a> From<&'a ContainerDifference> for OutputContainer<'a> {
    fn from(container: &'a ContainerDifference) -> Self {
        Self {
            who: &container.who,
            before: container.before,
            after: container.after,
            delta: container.delta(),
            is_noise: container.is_noise(),
            is_runtime: container.is_runtime,
        }
    }
}

#[derive(Serialize, JsonSchema)]
struct Totals {
    /// Bytes of the baseline's objects.
    baseline_size: u64,
    /// Bytes of the current objects.
    current_size: u64,
    /// `current_size` less `baseline_size`: what the rows' `size_delta` add up to.
    delta: i64,
    /// Change of the bytes that V8 reports without objects.
    extra_native_delta: i64,
}

/// A constructor or another group; `T` is the text of JSON or of CSV.
#[derive(Serialize, JsonSchema, Default)]
struct OutputRow<T> {
    /// Key of the group; distinguishes two constructors of one name.
    key: T,
    /// Name of the group.
    name: T,
    /// Objects that are only in the current snapshot.
    new_count: u64,
    /// Objects that are only in the baseline.
    deleted_count: u64,
    /// `new_count` less `deleted_count`.
    delta_count: i64,
    /// Bytes of new objects: Chrome's Alloc. Size.
    new_size: u64,
    /// Bytes of deleted objects: Chrome's Freed Size.
    deleted_size: u64,
    /// Objects in both snapshots that became larger.
    grown_count: usize,
    /// Bytes by which they grew.
    grown_size: u64,
    /// Objects in both snapshots that became smaller.
    shrunk_count: usize,
    /// Bytes by which they shrank.
    shrunk_size: u64,
    /// `new_size` and `grown_size`.
    alloc_size: u64,
    /// `deleted_size` and `shrunk_size`.
    freed_size: u64,
    /// `alloc_size` less `freed_size`.
    size_delta: i64,
    /// Objects in the baseline.
    baseline_count: u64,
    /// Objects in the current snapshot.
    current_count: u64,
    /// Bytes retained in the baseline.
    baseline_retained: u64,
    /// Bytes retained in the current snapshot.
    current_retained: u64,
    /// `current_retained` less `baseline_retained`.
    retained_delta: i64,
}

impl<'a, T: From<&'a str>> From<&'a ComparisonRow> for OutputRow<T> {
    fn from(row: &'a ComparisonRow) -> Self {
        Self {
            key: T::from(&row.key),
            name: T::from(&row.name),
            new_count: row.new_count,
            deleted_count: row.deleted_count,
            delta_count: row.delta_count(),
            new_size: row.new_size,
            deleted_size: row.deleted_size,
            grown_count: row.grown.len(),
            grown_size: row.grown_size,
            shrunk_count: row.shrunk.len(),
            shrunk_size: row.shrunk_size,
            alloc_size: row.alloc_size(),
            freed_size: row.freed_size(),
            size_delta: row.size_delta(),
            baseline_count: row.baseline_count,
            current_count: row.current_count,
            baseline_retained: row.baseline_retained,
            current_retained: row.current_retained,
            retained_delta: row.retained_delta(),
        }
    }
}

/// Containers in text when nothing else is asked for.
const CONTAINERS: usize = 20;

/// The columns by which rows can be sorted.
pub(crate) fn sorts() -> Vec<sort::SortColumn<ColumnId>> {
    let name = ColumnSpec::name("Constructor");
    sort::columns(std::iter::once(&name).chain(COLUMNS.iter().map(|column| &column.spec)))
}

/// Prints the rows.
fn print(args: &CompareArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let (column, direction) = sort::parse(&args.sort, &sorts())?;
    let mode = args.rows.sizes;
    let verbosity = Verbosity::from_quiet_flag(args.output.json.quiet);
    let baseline = load_for(&args.baseline, mode, verbosity)?;
    let current = load_for(&args.current, mode, verbosity)?;
    let comparison = args.object_filter.object_filter().compare(baseline, current, mode, &Progress::new())?;
    let model =
        ComparisonView::new(Arc::new(comparison), GrowthAccounting::EveryByte, args.rows.class.clone());
    let comparison = model.comparison();
    let mut rows = model.rows(Sort { column, direction });
    let format = args.output.format();
    let default_limit = if format == Format::Text { DEFAULT_LIMIT } else { usize::MAX };
    let all = rows.len();
    rows.truncate(args.rows.limit.unwrap_or(default_limit));
    let limit = args.rows.limit.unwrap_or(if format == Format::Text { CONTAINERS } else { usize::MAX });
    let containers = match comparison.matching {
        Matching::Ids => Vec::new(),
        Matching::Classes => {
            let sides = [&*comparison.baseline, &*comparison.current];
            container_differences(sides, mode, limit, &Progress::new())?
        }
    };
    match format {
        Format::Json => {
            let totals = comparison.totals;
            let answer = Output {
                baseline: json::Origin::from(&*comparison.baseline),
                current: json::Origin::from(&*comparison.current),
                sizes: args.rows.sizes.name(),
                totals: Totals {
                    baseline_size: totals.baseline_size,
                    current_size: totals.current_size,
                    delta: totals.delta,
                    extra_native_delta: totals.extra_native_delta,
                },
                ids: json::IdsInfo::from(comparison.ids),
                note: comparison.note,
                order_note: comparison.ids.order_note(),
                rows: rows.into_iter().map(OutputRow::from).collect(),
                containers: containers.iter().map(OutputContainer::from).collect(),
            };
            json::write(out, &answer)
        }
        Format::Csv => csv::write(rows.into_iter().map(OutputRow::<CsvText>::from), out),
        Format::Text => {
            print_text(&model, &rows, all, out)?;
            print_containers(&containers, out)
        }
    }
}

fn print_text(
    model: &ComparisonView,
    rows: &[&ComparisonRow],
    all: usize,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let comparison = model.comparison();
    let change = plain_spaces(&signed_size(comparison.totals.delta));
    writeln!(out, "Baseline: {}", head_line(&comparison.baseline))?;
    writeln!(out, "Current:  {}", head_line(&comparison.current))?;
    writeln!(out, "Change:   {change}")?;
    for note in comparison.note.into_iter().chain(comparison.ids.order_note()) {
        writeln!(out, "Note:     {note}.")?;
    }
    writeln!(out)?;
    let heads = COLUMNS.iter().map(|column| column.spec.title).chain([model.columns()[0].title]);
    let mut table = TextTable::new(&heads.collect::<Vec<_>>());
    for row in rows {
        let values = COLUMNS.iter().map(|column| (column.row)(row, GrowthAccounting::EveryByte));
        table.row(values.map(Value::text), &row.name);
    }
    table.print(out, all - rows.len())?;
    Ok(())
}

/// The containers whose difference is larger than that between two runs of one program.
fn print_containers(containers: &[ContainerDifference], out: &mut dyn Write) -> Result<(), Failure> {
    let mut differing = containers.iter().filter(|container| !container.is_noise()).peekable();
    if differing.peek().is_none() {
        return Ok(());
    }
    writeln!(out, "\nContainers, matched by path and script")?;
    let level = |bytes: Option<u64>| bytes.map_or_else(|| "not there".to_owned(), format_size);
    let mut table = TextTable::new(&["Change", "Before", "After", "Container"]);
    for container in differing {
        let numbers = [signed_size(container.delta()), level(container.before), level(container.after)];
        table.row(numbers, &container.who);
    }
    table.print(out, 0)?;
    Ok(())
}
