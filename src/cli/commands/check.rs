//! `heaplens check`: loads files and reports whether they are valid, and the cost of loading.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use crate::cli::args::{Format, OutputArgs};
use crate::cli::commands::RunCommand;
use crate::cli::load::{Verbosity, format_error, load_with_progress};
use crate::cli::output::csv::{self, CsvText};
use crate::cli::output::json;
use crate::cli::output::text_table::{TextTable, head_line};
use crate::cli::peak_memory::peak_rss_bytes;
use crate::cli::{Failure, Outcome, warn};
use crate::model::format::{format_size, plain_spaces, sanitize};
use crate::snapshot::LoadError;
use crate::snapshot::{Snapshot, StageTime};

/// Load snapshots and report whether they are valid.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  heaplens check *.heapsnapshot --timings")]
pub(crate) struct CheckArgs {
    /// The snapshots; - reads standard input.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Print how long each stage of loading took.
    #[arg(long)]
    timings: bool,
    /// How to print it.
    #[command(flatten)]
    output: OutputArgs,
}

impl RunCommand for CheckArgs {
    fn run(&self, out: &mut dyn Write) -> Result<Outcome, Failure> {
        print(self, out)
    }

    fn schema() -> Option<Schema> {
        Some(schema_for!(Output))
    }
}

#[derive(Serialize, JsonSchema)]
struct Output {
    /// The files in the order given.
    files: Vec<OutputFile>,
}

#[derive(Serialize, JsonSchema)]
struct OutputFile {
    #[serde(flatten)]
    row: OutputRow<String>,
    /// What is odd in the file.
    warnings: Vec<String>,
    /// How long each stage of loading took.
    stages: Vec<Stage>,
}

/// A file; `T` is the text of JSON or of CSV.
#[derive(Serialize, JsonSchema, Default)]
struct OutputRow<T> {
    /// The path as given.
    path: T,
    /// Whether it could be loaded.
    ok: bool,
    /// Why it could not be loaded.
    error: Option<T>,
    /// Objects.
    node_count: usize,
    /// References.
    edge_count: usize,
    /// Bytes of all objects and of what V8 reports without objects.
    total_size: u64,
    /// Seconds from the start until everything is known.
    seconds: f64,
    /// Seconds from the start until constructors and shallow sizes are known.
    first_rows_seconds: f64,
    /// Peak memory of the program so far; `null` if the system does not report it.
    peak_rss_bytes: Option<u64>,
}

/// A stage of loading.
#[derive(Serialize, JsonSchema)]
struct Stage {
    /// Its name.
    stage: &'static str,
    /// How long it took; stages may run at the same time.
    seconds: f64,
    /// Bytes it read or made; 0 if that is not counted.
    bytes: u64,
}

/// Loads one file after the other, so that timings do not affect each other.
fn print(args: &CheckArgs, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let verbosity = if args.output.json.quiet { Verbosity::Quiet } else { Verbosity::Progress };
    let format = args.output.format();
    let mut outcome = Outcome::Done;
    let mut files = Vec::new();
    let mut rows = Vec::new();
    for path in &args.files {
        let loaded = load_with_progress(path, verbosity);
        if let Err(error) = &loaded {
            outcome = Outcome::CheckFailed;
            warn(&format_error(error));
        }
        match (format, &loaded) {
            (Format::Json, _) => files.push(output_file(path, &loaded)),
            (Format::Csv, _) => rows.push(output_row::<CsvText>(path, &loaded)),
            (Format::Text, Ok(snapshot)) => print_text(snapshot, args.timings, out)?,
            (Format::Text, Err(_)) => {}
        }
    }
    match format {
        Format::Json => json::write(out, &Output { files })?,
        Format::Csv => csv::write(rows.into_iter(), out)?,
        Format::Text => {}
    }
    Ok(outcome)
}

fn output_file(path: &Path, loaded: &Result<Arc<Snapshot>, LoadError>) -> OutputFile {
    let snapshot = loaded.as_deref().ok();
    OutputFile {
        row: output_row(path, loaded),
        warnings: snapshot.map_or_else(Vec::new, |snapshot| {
            snapshot.warnings().iter().map(|warning| warning.0.clone()).collect()
        }),
        stages: snapshot
            .map_or_else(Vec::new, |snapshot| snapshot.timings().iter().map(Stage::from).collect()),
    }
}

fn output_row<T: for<'a> From<&'a str>>(
    path: &Path,
    loaded: &Result<Arc<Snapshot>, LoadError>,
) -> OutputRow<T> {
    let snapshot = loaded.as_deref().ok();
    OutputRow {
        path: T::from(&path.to_string_lossy()),
        ok: snapshot.is_some(),
        error: loaded.as_ref().err().map(|error| T::from(&error.sentence())),
        node_count: snapshot.map_or(0, |snapshot| snapshot.graph().node_count()),
        edge_count: snapshot.map_or(0, |snapshot| snapshot.graph().edge_count()),
        total_size: snapshot.map_or(0, Snapshot::total_size),
        seconds: snapshot.map_or(0.0, Snapshot::seconds),
        first_rows_seconds: snapshot.map_or(0.0, Snapshot::first_rows_seconds),
        peak_rss_bytes: peak_rss_bytes(),
    }
}

impl From<&StageTime> for Stage {
    fn from(time: &StageTime) -> Self {
        Self { stage: time.stage, seconds: time.seconds, bytes: time.bytes }
    }
}

fn print_text(snapshot: &Snapshot, timings: bool, out: &mut dyn Write) -> Result<(), Failure> {
    let state = if snapshot.partial().is_some() { "partial" } else { "sound" };
    writeln!(out, "{}: {state}", head_line(snapshot))?;
    for warning in snapshot.warnings() {
        writeln!(out, "  warning: {}", sanitize(&warning.0, 500))?;
    }
    if !timings {
        return Ok(());
    }
    let mut table = TextTable::new(&["Seconds", "MB/s", "Stage"]);
    for time in snapshot.timings() {
        let speed = match time.bytes {
            0 => String::new(),
            bytes => format!("{:.0}", megabytes(bytes) / time.seconds.max(1e-6)),
        };
        table.row([format!("{:.3}", time.seconds), speed], time.stage);
    }
    let whole = megabytes(snapshot.source().bytes) / snapshot.seconds().max(1e-6);
    table.row([format!("{:.3}", snapshot.seconds()), format!("{whole:.0}")], "all");
    table.print(out, 0)?;
    if let Some(bytes) = peak_rss_bytes() {
        writeln!(out, "Peak memory: {}", plain_spaces(&format_size(bytes)))?;
    }
    Ok(())
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
