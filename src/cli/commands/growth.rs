//! `heaplens growth`: which containers grew between two snapshots, and where every byte of growth belongs.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use crate::base::Progress;
use crate::cli::args::{Format, LineArgs};
use crate::cli::commands::RunCommand;
use crate::cli::load::load_for;
use crate::cli::output::csv::{self, CsvText};
use crate::cli::output::json;
use crate::cli::output::location::Location;
use crate::cli::output::text_table::{TextTable, head_line};
use crate::cli::{Failure, Outcome};
use crate::growth::growth;
use crate::model::format::{NONE, format_count, format_size, percent, plain_spaces, signed_size};
use crate::model::{BranchLine, EntriesLine, GrowthLine, GrowthView};
use crate::snapshot::Snapshot;

/// Print which containers grew between two snapshots of one process, and where every byte belongs.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  heaplens growth before.heapsnapshot after.heapsnapshot --limit 10")]
pub(crate) struct GrowthArgs {
    /// The older snapshot.
    baseline: PathBuf,
    /// The newer snapshot of the same process.
    current: PathBuf,
    /// How much, and how to print it.
    #[command(flatten)]
    lines: LineArgs,
}

impl RunCommand for GrowthArgs {
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
    /// If false, ids do not match and there are no rows.
    is_one_process: bool,
    /// Whether the ids match.
    ids: json::IdsInfo,
    /// Why there are no rows.
    note: Option<&'static str>,
    /// Warning if the snapshots seem to be in the wrong order.
    order_note: Option<&'static str>,
    /// Bytes by which the heap grew.
    delta: i64,
    /// Bytes of all that grew: what shares are of.
    gross: u64,
    /// Containers, the most growth first.
    rows: Vec<OutputRow<'a>>,
    /// `delta` less the rows.
    rest: i64,
    /// A tree in preorder: the lines of depth n + 1 below a line of depth n add up to it, and the first is `delta`.
    attribution: Vec<OutputBranch<'a>>,
}

/// A container.
#[derive(Serialize, JsonSchema)]
struct OutputRow<'a> {
    #[serde(flatten)]
    fields: RowFields<&'a str>,
    /// Where the code of the container stands.
    location: Option<Location>,
    /// Its new entries by class.
    new_entries: Vec<OutputEntries<'a>>,
}

/// What is known of a container; `T` is the text of JSON or of CSV.
#[derive(Serialize, JsonSchema, Default)]
struct RowFields<T> {
    /// The container as JavaScript.
    owner: T,
    /// Its source position.
    place: Option<T>,
    /// The path to it as JavaScript.
    path: T,
    /// What sort of container it is.
    kind: T,
    /// Its id.
    id: u64,
    /// Entries in the baseline.
    entries_before: Option<u64>,
    /// Entries in the current snapshot.
    entries_after: Option<u64>,
    /// Bytes it held in the baseline.
    bytes_before: u64,
    /// Bytes it holds now.
    bytes_after: u64,
    /// Bytes by which it grew with all it holds.
    growth: i64,
    /// Bytes of each new entry.
    bytes_per_entry: Option<u64>,
    /// Part of all growth, 0 to 1.
    share: f32,
    /// What is new in it, by constructor or function.
    what: Option<T>,
    /// The mechanism that keeps it.
    why: Option<T>,
    /// `certain`, `likely` or `possible`.
    confidence: T,
    /// The same for the same leak in another run or build.
    fingerprint: T,
}

/// New entries of one class.
#[derive(Serialize, JsonSchema)]
struct OutputEntries<'a> {
    /// Their class or function.
    class: &'a str,
    /// The variable through which each keeps what it keeps.
    keeps: Option<&'a str>,
    /// Their number.
    count: u64,
    /// Bytes they retain.
    retained: u64,
    /// The id of one of them.
    example: u64,
    /// Where the code of that one stands.
    location: Option<Location>,
}

/// A line of the tree of owners.
#[derive(Serialize, JsonSchema)]
struct OutputBranch<'a> {
    /// Level of the line, 0 for the first.
    depth: usize,
    /// The owner as JavaScript.
    owner: &'a str,
    /// Its id; `null` for a line that sums up.
    id: Option<u64>,
    /// Bytes of growth that belong to it and to what is below it.
    growth: i64,
    /// Part of all growth, 0 to 1.
    share: f32,
    /// Where its code stands.
    location: Option<Location>,
}

impl<'a, T: From<&'a str>> From<&'a GrowthLine> for RowFields<T> {
    fn from(line: &'a GrowthLine) -> Self {
        Self {
            owner: T::from(&line.owner),
            place: line.place.as_deref().map(T::from),
            path: T::from(&line.path),
            kind: T::from(line.kind),
            id: line.id.0,
            entries_before: line.entries_before,
            entries_after: line.entries_after,
            bytes_before: line.bytes_before,
            bytes_after: line.bytes_after,
            growth: line.growth,
            bytes_per_entry: line.bytes_per_entry,
            share: line.share,
            what: line.what.first().map(|what| T::from(what)),
            why: line.why.as_deref().map(T::from),
            confidence: T::from(line.confidence),
            fingerprint: T::from(&line.fingerprint),
        }
    }
}

impl<'a> OutputRow<'a> {
    fn new(snapshot: &Snapshot, line: &'a GrowthLine) -> Self {
        let entries = |of: &'a EntriesLine| OutputEntries {
            class: &of.class,
            keeps: of.keeps.as_deref(),
            count: of.count,
            retained: of.bytes,
            example: of.example_id.0,
            location: Location::of(snapshot, of.example),
        };
        Self {
            fields: line.into(),
            location: Location::of(snapshot, line.object),
            new_entries: line.new_entries.iter().map(entries).collect(),
        }
    }
}

/// Prints lines and tree.
fn print(args: &GrowthArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mode = args.lines.sizes;
    let verbosity = args.lines.output.verbosity();
    let baseline = load_for(&args.baseline, mode, verbosity)?;
    let current = load_for(&args.current, mode, verbosity)?;
    let growth = growth(&baseline, &current, mode, &Progress::new())?;
    let limit = args.lines.limit();
    let view = GrowthView::new(Arc::new(growth), limit);
    let tree = view.tree(limit);
    match args.lines.output.format() {
        Format::Json => print_json(args, &view, &tree, out),
        Format::Csv => csv::write(view.lines.iter().map(RowFields::<CsvText>::from), out),
        Format::Text => print_text(&view, &tree, out),
    }
}

fn print_json(
    args: &GrowthArgs,
    view: &GrowthView,
    tree: &[BranchLine],
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let growth = view.growth();
    let branch = |line| {
        let BranchLine { depth, owner, total, share, object }: &BranchLine = line;
        let id = object.map(|node| growth.current.id(node).0);
        let location = object.and_then(|node| Location::of(&growth.current, node));
        OutputBranch { depth: *depth, owner, id, growth: *total, share: *share, location }
    };
    let answer = Output {
        baseline: json::Origin::from(&*growth.baseline),
        current: json::Origin::from(&*growth.current),
        sizes: args.lines.sizes.name(),
        is_one_process: growth.ids.is_one_process(),
        ids: json::IdsInfo::from(growth.ids),
        note: growth.ids.note(),
        order_note: growth.ids.order_note(),
        delta: growth.delta,
        gross: view.gross,
        rows: view.lines.iter().map(|line| OutputRow::new(&growth.current, line)).collect(),
        rest: view.rest,
        attribution: tree.iter().map(branch).collect(),
    };
    json::write(out, &answer)
}

fn print_text(view: &GrowthView, tree: &[BranchLine], out: &mut dyn Write) -> Result<(), Failure> {
    let growth = view.growth();
    writeln!(out, "Baseline: {}", head_line(&growth.baseline))?;
    writeln!(out, "Current:  {}", head_line(&growth.current))?;
    writeln!(out, "Change:   {}", plain_spaces(&signed_size(growth.delta)))?;
    if let Some(note) = growth.ids.order_note() {
        writeln!(out, "Note:     {note}.")?;
    }
    writeln!(out)?;
    if let Some(note) = growth.ids.note() {
        writeln!(out, "{note}.")?;
        writeln!(out, "{}.", growth.ids.evidence.text())?;
        writeln!(
            out,
            "heaplens compare shows how their constructors differ, heaplens verify whether a leak is fixed."
        )?;
        if !view.lines.is_empty() {
            writeln!(out, "\nLarger in the current snapshot, matched by name and holder:\n")?;
            growth_table(view).print(out, 0)?;
        }
        return Ok(());
    }
    growth_table(view).print(out, 0)?;
    writeln!(out, "{} is everything else\n", plain_spaces(&signed_size(view.rest)))?;
    writeln!(out, "Where every byte belongs")?;
    let mut table = TextTable::new(&["Growth", "Share", "Held by"]);
    for line in tree {
        let indent = "  ".repeat(line.depth);
        table.row([signed_size(line.total), percent(line.share)], &format!("{indent}{}", line.owner));
    }
    table.print(out, 0)?;
    Ok(())
}

/// The containers that grew, a line each.
fn growth_table(view: &GrowthView) -> TextTable {
    let mut table = TextTable::new(&["Growth", "Share", "Entries", "Size", "Per entry", "Kind", "Who"]);
    for line in &view.lines {
        table.row(cells(line), &who(line));
    }
    table
}

/// The numbers of a line.
pub(crate) fn cells(line: &GrowthLine) -> [String; 6] {
    let number = |number: Option<u64>| number.map_or_else(|| NONE.to_owned(), format_count);
    let entries = match (line.entries_before, line.entries_after) {
        (None, None) => NONE.to_owned(),
        (before, after) => format!("{} → {}", number(before), number(after)),
    };
    [
        signed_size(line.growth),
        percent(line.share),
        entries,
        format!("{} → {}", format_size(line.bytes_before), format_size(line.bytes_after)),
        line.bytes_per_entry.map_or_else(|| NONE.to_owned(), format_size),
        line.kind.to_owned(),
    ]
}

/// Owner, place and the largest class of new entries.
fn who(line: &GrowthLine) -> String {
    let mut who = format!("{} @{}", line.owner, line.id.0);
    if let Some(place) = &line.place {
        who.push_str(&format!(", {place}"));
    }
    if let Some(what) = line.what.first() {
        who.push_str(&format!(", new: {what}"));
    }
    who
}
