//! `heaplens suspects`: what holds a large part of one heap, or of the growth between two, in plain words.

use std::io::Write;
use std::path::PathBuf;

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
use crate::cli::output::source_json::Source;
use crate::cli::{Failure, Outcome};
use crate::growth::growth;
use crate::model::{Suspect, SuspectCode, SuspectsReport};
use crate::snapshot::Snapshot;

/// Print what holds a tenth of the heap or more; with a baseline, what has a tenth of the growth.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  heaplens suspects before.heapsnapshot after.heapsnapshot --markdown",
    allow_missing_positional = true
)]
pub(crate) struct SuspectsArgs {
    /// An older snapshot of the same process: prints what has grown since.
    baseline: Option<PathBuf>,
    /// The snapshot to look into.
    current: PathBuf,
    /// Print Markdown.
    #[arg(long, conflicts_with_all = ["json", "csv"])]
    markdown: bool,
    /// How much, and how to print it.
    #[command(flatten)]
    lines: LineArgs,
}

impl RunCommand for SuspectsArgs {
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
    /// The older file; `null` without one.
    baseline: Option<json::Origin>,
    /// The file that is looked into.
    current: json::Origin,
    /// `chrome` or `raw`.
    sizes: &'static str,
    /// Whether the ids match; `null` without a baseline.
    ids: Option<json::IdsInfo>,
    /// Why growth is not known.
    note: Option<&'static str>,
    /// Warning if the snapshots seem to be in the wrong order.
    order_note: Option<&'static str>,
    /// The answer in one sentence.
    verdict: &'a str,
    /// The gravest first.
    suspects: Vec<OutputSuspect<'a>>,
    /// Rows like suspects, for what is below the threshold.
    also_growing: Vec<OutputSuspect<'a>>,
}

/// A suspect.
#[derive(Serialize, JsonSchema)]
struct OutputSuspect<'a> {
    #[serde(flatten)]
    fields: SuspectFields<&'a str>,
    /// The evidence, a sentence each.
    facts: &'a [String],
    /// Where the code of the object stands.
    location: Option<Location>,
    /// The lines of code of what grows.
    source: Option<Source>,
}

/// What is known of a suspect; `T` is the text of JSON or of CSV.
#[derive(Serialize, JsonSchema, Default)]
struct SuspectFields<T> {
    /// False for what is below the threshold.
    is_suspect: bool,
    /// The suspect as JavaScript.
    owner: T,
    /// What it does, in one sentence.
    claim: T,
    /// What is new in it, by constructor or function.
    what: Option<T>,
    /// The mechanism that keeps it.
    why: Option<T>,
    /// `certain`, `likely` or `possible`.
    confidence: T,
    /// The same for the same leak in another run or build.
    fingerprint: T,
    /// The path to it as JavaScript.
    path: T,
    /// Its id.
    id: u64,
    /// Bytes it holds, or grew by.
    bytes: u64,
    /// Part of the heap or of all growth, 0 to 1.
    share: f32,
    /// Entries in the baseline.
    entries_before: Option<u64>,
    /// Entries in the current snapshot.
    entries_after: Option<u64>,
}

impl<'a> OutputSuspect<'a> {
    fn new(snapshot: &Snapshot, suspect: &'a Suspect, code: SuspectCode, is_suspect: bool) -> Self {
        Self {
            fields: SuspectFields::new(suspect, is_suspect),
            facts: &suspect.facts,
            location: Location::of(snapshot, suspect.object),
            source: Source::new(snapshot, code),
        }
    }
}

impl<'a, T: From<&'a str>> SuspectFields<T> {
    fn new(suspect: &'a Suspect, is_suspect: bool) -> Self {
        Self {
            is_suspect,
            owner: T::from(&suspect.owner),
            claim: T::from(&suspect.claim),
            what: suspect.what.as_deref().map(T::from),
            why: suspect.why.as_deref().map(T::from),
            confidence: T::from(suspect.confidence),
            fingerprint: T::from(&suspect.fingerprint),
            path: T::from(&suspect.path),
            id: suspect.id.0,
            bytes: suspect.bytes,
            share: suspect.share,
            entries_before: suspect.entries_before,
            entries_after: suspect.entries_after,
        }
    }
}

/// What the code says of a suspect, which is among its facts from then on.
fn told(snapshot: &Snapshot, suspect: &mut Suspect) -> SuspectCode {
    let code = SuspectCode::find(snapshot, suspect);
    code.add_facts(snapshot, suspect);
    code
}

/// Prints the report.
fn print(args: &SuspectsArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mode = args.lines.sizes;
    let verbosity = args.lines.output.verbosity();
    let current = load_for(&args.current, mode, verbosity)?;
    let baseline = args.baseline.as_ref().map(|path| load_for(path, mode, verbosity)).transpose()?;
    let progress = Progress::new();
    let (mut report, ids) = match &baseline {
        Some(baseline) => {
            let growth = growth(baseline, &current, mode, &progress)?;
            (SuspectsReport::of_growth(&growth), Some(growth.ids))
        }
        None => (SuspectsReport::of_heap(&current, mode, &progress)?, None),
    };
    report.suspects.truncate(args.lines.limit());
    let code: Vec<SuspectCode> = report.suspects.iter_mut().map(|suspect| told(&current, suspect)).collect();
    match args.lines.output.format() {
        Format::Json => {
            let suspects = report.suspects.iter().zip(code);
            let growing = report.also_growing.iter();
            let answer = Output {
                baseline: baseline.as_deref().map(json::Origin::from),
                current: json::Origin::from(&*current),
                sizes: args.lines.sizes.name(),
                ids: ids.map(json::IdsInfo::from),
                note: ids.and_then(|ids| ids.note()),
                order_note: ids.and_then(|ids| ids.order_note()),
                verdict: &report.verdict,
                suspects: suspects
                    .map(|(suspect, code)| OutputSuspect::new(&current, suspect, code, true))
                    .collect(),
                also_growing: growing
                    .map(|row| OutputSuspect::new(&current, row, SuspectCode::find(&current, row), false))
                    .collect(),
            };
            json::write(out, &answer)
        }
        Format::Csv => {
            let row = |is_suspect| move |suspect| SuspectFields::<CsvText>::new(suspect, is_suspect);
            let suspects = report.suspects.iter().map(row(true));
            csv::write(suspects.chain(report.also_growing.iter().map(row(false))), out)
        }
        Format::Text => {
            let text = if args.markdown { report.markdown() } else { report.text() };
            out.write_all(text.as_bytes())?;
            Ok(())
        }
    }
}
