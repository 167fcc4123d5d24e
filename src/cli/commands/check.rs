//! `heaplens check`: loads files and tells whether they are sound, and what loading cost.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use crate::cli::args::JsonArgs;
use crate::cli::commands::RunCommand;
use crate::cli::load::{Verbosity, sentence, watched};
use crate::cli::output::json;
use crate::cli::output::text_table::{TextTable, head_line};
use crate::cli::peak_memory::peak_rss_bytes;
use crate::cli::{Failure, Outcome, complain};
use crate::model::format::{sanitize, size};
use crate::snapshot::LoadError;
use crate::snapshot::{Snapshot, StageTime};

/// Load snapshots and tell whether they are sound.
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
    output: JsonArgs,
}

impl RunCommand for CheckArgs {
    fn run(&self, out: &mut dyn Write) -> Result<Outcome, Failure> {
        print(self, out)
    }

    fn schema() -> Option<Schema> {
        Some(schema_for!(Answer))
    }
}

#[derive(Serialize, JsonSchema)]
struct Answer {
    files: Vec<FileAnswer>,
}

#[derive(Serialize, JsonSchema)]
struct FileAnswer {
    path: String,
    ok: bool,
    error: Option<String>,
    warnings: Vec<String>,
    node_count: usize,
    edge_count: usize,
    total_size: u64,
    stages: Vec<Stage>,
    seconds: f64,
    first_rows_seconds: f64,
    peak_rss_bytes: Option<u64>,
}

#[derive(Serialize, JsonSchema)]
struct Stage {
    stage: &'static str,
    seconds: f64,
    bytes: u64,
}

/// Loads one file after the other, so that timings do not disturb each other.
fn print(args: &CheckArgs, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let chatter = if args.output.quiet { Verbosity::Quiet } else { Verbosity::Progress };
    let mut outcome = Outcome::Done;
    let mut answer = Answer { files: Vec::new() };
    for path in &args.files {
        let loaded = watched(path, chatter);
        if let Err(error) = &loaded {
            outcome = Outcome::CheckFailed;
            complain(&sentence(error));
        }
        if args.output.json {
            answer.files.push(file_answer(path, &loaded));
        } else if let Ok(snapshot) = &loaded {
            print_text(snapshot, args.timings, out)?;
        }
    }
    if args.output.json {
        json::write(out, &answer)?;
    }
    Ok(outcome)
}

fn file_answer(path: &Path, loaded: &Result<Arc<Snapshot>, LoadError>) -> FileAnswer {
    let snapshot = loaded.as_deref().ok();
    FileAnswer {
        path: path.to_string_lossy().into_owned(),
        ok: snapshot.is_some(),
        error: loaded.as_ref().err().map(LoadError::sentence),
        warnings: snapshot.map_or_else(Vec::new, |snapshot| {
            snapshot.warnings().iter().map(|warning| warning.0.clone()).collect()
        }),
        node_count: snapshot.map_or(0, |snapshot| snapshot.graph().node_count()),
        edge_count: snapshot.map_or(0, |snapshot| snapshot.graph().edge_count()),
        total_size: snapshot.map_or(0, Snapshot::total_size),
        stages: snapshot
            .map_or_else(Vec::new, |snapshot| snapshot.timings().iter().map(Stage::from).collect()),
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
        writeln!(out, "Peak memory: {}", size(bytes).replace('\u{a0}', " "))?;
    }
    Ok(())
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
