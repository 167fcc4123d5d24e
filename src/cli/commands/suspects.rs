//! `heaplens suspects`: what holds a large part of one heap, or of the growth between two, in plain words.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use crate::base::Progress;
use crate::cli::args::LineArgs;
use crate::cli::commands::RunCommand;
use crate::cli::load::{Verbosity, load_for};
use crate::cli::output::json;
use crate::cli::output::source_json::Source;
use crate::cli::{Failure, Outcome};
use crate::growth::growth;
use crate::model::{Suspect, SuspectsReport};
use crate::snapshot::Snapshot;

/// Print what holds a tenth of the heap or more; with a baseline, who has a tenth of the growth.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  heaplens suspects before.heapsnapshot after.heapsnapshot --markdown",
    allow_missing_positional = true
)]
pub(crate) struct SuspectsArgs {
    /// An older snapshot of the same process: asks who grew since.
    baseline: Option<PathBuf>,
    /// The snapshot to look into.
    current: PathBuf,
    /// Print Markdown.
    #[arg(long, conflicts_with = "json")]
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
        Some(schema_for!(Answer<'_>))
    }
}

#[derive(Serialize, JsonSchema)]
struct Answer<'a> {
    /// The older file; `null` without one.
    baseline: Option<json::Origin>,
    current: json::Origin,
    /// `chrome` or `raw`.
    sizes: &'static str,
    ids: Option<json::IdsInfo>,
    note: Option<&'static str>,
    /// What to say where the snapshots seem to be in the wrong order.
    order_note: Option<&'static str>,
    /// The answer in one sentence.
    verdict: &'a str,
    /// The gravest first.
    suspects: Vec<AnswerSuspect<'a>>,
    /// Rows like suspects, for what is below the threshold.
    also_growing: Vec<AnswerSuspect<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct AnswerSuspect<'a> {
    /// The suspect as JavaScript.
    owner: &'a str,
    /// What it does, in one sentence.
    claim: &'a str,
    /// What is new in it, by constructor or function.
    what: Option<&'a str>,
    /// The mechanism that keeps it.
    why: Option<&'a str>,
    /// `certain`, `likely` or `possible`.
    confidence: &'static str,
    /// The same for the same leak in another run or build.
    fingerprint: &'a str,
    /// The evidence, a sentence each.
    facts: &'a [String],
    /// The path to it as JavaScript.
    path: &'a str,
    id: u64,
    /// Bytes it holds, or grew by.
    bytes: u64,
    /// Part of the heap or of all growth, 0 to 1.
    share: f32,
    entries_before: Option<u64>,
    entries_after: Option<u64>,
    /// The lines of code of what grows.
    source: Option<Source>,
}

impl<'a> AnswerSuspect<'a> {
    fn new(snapshot: &Snapshot, suspect: &'a Suspect) -> Self {
        Self {
            owner: &suspect.owner,
            claim: &suspect.claim,
            what: suspect.what.as_deref(),
            why: suspect.why.as_deref(),
            confidence: suspect.confidence,
            fingerprint: &suspect.fingerprint,
            facts: &suspect.facts,
            path: &suspect.path,
            id: suspect.id.0,
            bytes: suspect.bytes,
            share: suspect.share,
            entries_before: suspect.entries_before,
            entries_after: suspect.entries_after,
            source: Source::find(snapshot, suspect),
        }
    }
}

/// Prints the report.
fn print(args: &SuspectsArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mode = args.lines.sizes.into();
    let chatter = Verbosity::unless(args.lines.output.quiet);
    let current = load_for(&args.current, mode, chatter)?;
    let baseline = args.baseline.as_ref().map(|path| load_for(path, mode, chatter)).transpose()?;
    let progress = Progress::new();
    let (mut report, ids) = match &baseline {
        Some(baseline) => {
            let growth = growth(baseline, &current, mode, &progress)?;
            (SuspectsReport::of_growth(&growth), Some(growth.ids))
        }
        None => (SuspectsReport::of_heap(&current, mode, &progress)?, None),
    };
    report.suspects.truncate(args.lines.limit());
    if args.lines.output.json {
        let answer_suspect = |suspect| AnswerSuspect::new(&current, suspect);
        let answer = Answer {
            baseline: baseline.as_deref().map(json::Origin::from),
            current: json::Origin::from(&*current),
            sizes: args.lines.sizes.name(),
            ids: ids.map(json::IdsInfo::from),
            note: ids.and_then(|ids| ids.note()),
            order_note: ids.and_then(|ids| ids.order_note()),
            verdict: &report.verdict,
            suspects: report.suspects.iter().map(answer_suspect).collect(),
            also_growing: report.also_growing.iter().map(answer_suspect).collect(),
        };
        return json::write(out, &answer);
    }
    let text = if args.markdown { report.markdown() } else { report.text() };
    out.write_all(text.as_bytes())?;
    Ok(())
}
