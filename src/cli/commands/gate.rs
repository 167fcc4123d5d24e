//! `heaplens gate`: budgets and known leaks, for builds.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use crate::base::{Cancelled, Progress, describe_io_error};
use crate::cli::args::{Format, OutputArgs};
use crate::cli::commands::RunCommand;
use crate::cli::load::load_for;
use crate::cli::output::csv::{self, CsvText};
use crate::cli::output::json;
use crate::cli::output::location::OriginalLocation;
use crate::cli::output::text_table::{TextTable, head_line};
use crate::cli::{Failure, Outcome};
use crate::gate::budget::Budgets;
use crate::gate::known_leaks::{KnownLeak, KnownLeaks, day_of};
use crate::gate::{BudgetResult, GateError, GatePosition, GateReport, GateSuspect};
use crate::model::format::{plain_spaces, sanitize};
use crate::report::contents::ReportContents;
use crate::report::html::html;
use crate::report::junit::junit;
use crate::report::markdown::markdown;
use crate::report::sarif::sarif;
use crate::report::{amount, budget_text};
use crate::snapshot::{LoadError, SizeMode, Snapshot};

/// The text of `--help`.
const LONG_ABOUT: &str = "\
Check heap snapshots against a budget file, the oldest first. Growth is that from each snapshot to the next; with
three or more the median step counts, so that one step is no leak. Limits are those of the last snapshot.

A budget file; every key is optional, an unknown one is an error:
  [growth]
  total = \"2MB\"                growth of the whole heap
  container = \"500kB\"          growth of any one container
  [limits]
  detached_nodes = 0           DOM nodes outside of any document
  native_contexts = 2          pages, frames and realms
  duplicate_strings = \"1MB\"    bytes of all copies of texts but one
  largest_retained = \"50MB\"    what the largest object retains
  new_suspects = 0             suspects that are not in the file of known leaks
  [[container]]
  match = \"sessions.*\"         name, glob or /regex/
  at = \"server.js:10\"          the script, or script and line, that sees it
  growth = \"100kB\"
  [[constructor]]
  name = \"UserSession\"
  count = 10                   objects
  growth = 0                   objects, or bytes such as \"10kB\"

Exit status: 0 all budgets are kept, 1 one is broken, 2 wrong usage, a file is unreadable, or a budget measures nothing.";

/// Check snapshots against budgets, and suspects against known leaks: for builds.
#[derive(Args, Debug)]
#[command(
    long_about = LONG_ABOUT,
    after_help = "Example:\n  heaplens gate before.heapsnapshot after.heapsnapshot --budget heaplens.toml --junit heap.xml"
)]
pub(crate) struct GateArgs {
    /// The snapshots, the oldest first.
    #[arg(required = true, num_args = 2..)]
    pub files: Vec<PathBuf>,
    /// The budget file.
    #[arg(long, value_name = "FILE")]
    pub budget: PathBuf,
    /// The file of known leaks [default: known-leaks.toml beside the budget file].
    #[arg(long, value_name = "FILE")]
    pub known_leaks: Option<PathBuf>,
    /// Add the new suspects to the file of known leaks.
    #[arg(long)]
    pub accept: bool,
    /// Why they are accepted.
    #[arg(long, value_name = "TEXT", requires = "accept")]
    pub reason: Option<String>,
    /// The last day on which they are, such as 2026-12-31.
    #[arg(long, value_name = "DAY", requires = "accept")]
    pub expires: Option<String>,
    /// Write JUnit XML.
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Write SARIF.
    #[arg(long, value_name = "FILE")]
    pub sarif: Option<PathBuf>,
    /// Write Markdown; - prints it.
    #[arg(long, value_name = "FILE|-")]
    pub markdown: Option<PathBuf>,
    /// Write an HTML report.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Whose shallow sizes.
    #[arg(long, value_enum, default_value_t)]
    pub sizes: SizeMode,
    /// How to print it.
    #[command(flatten)]
    pub output: OutputArgs,
}

impl RunCommand for GateArgs {
    fn run(&self, out: &mut dyn Write) -> Result<Outcome, Failure> {
        print(self, out)
    }

    fn schema() -> Option<Schema> {
        Some(schema_for!(Output<'_>))
    }
}

#[derive(Serialize, JsonSchema)]
struct Output<'a> {
    /// Whether all budgets are kept.
    held: bool,
    /// The budgets in the order of their file.
    budgets: Vec<OutputBudget<'a>>,
    /// The suspects against the file of known leaks.
    suspects: OutputSuspects<'a>,
    /// What could not be measured as written, a sentence each.
    notes: &'a [String],
}

/// A budget and what was measured.
#[derive(Serialize, JsonSchema)]
struct OutputBudget<'a> {
    /// The key in the budget file.
    key: &'a str,
    /// The most that is allowed.
    limit: u64,
    /// What was measured.
    value: i64,
    /// Whether it is kept.
    held: bool,
    /// The container or object that has the value.
    who: Option<&'a str>,
    /// Its source position.
    location: Option<OutputPlace<'a>>,
}

/// Suspects against the file of known leaks.
#[derive(Serialize, JsonSchema)]
struct OutputSuspects<'a> {
    /// Those that are not in the file.
    new: Vec<OutputSuspect<'a>>,
    /// Those that are.
    known: Vec<OutputSuspect<'a>>,
    /// Entries of the file that nothing here matches.
    gone: Vec<OutputGone<'a>>,
}

/// A suspect.
#[derive(Serialize, JsonSchema)]
struct OutputSuspect<'a> {
    /// The suspect as JavaScript.
    who: &'a str,
    /// What it does, in one sentence.
    claim: &'a str,
    /// Bytes it grew by.
    bytes: u64,
    /// The same for the same leak in another run or build.
    fingerprint: &'a str,
    /// Its source position.
    location: Option<OutputPlace<'a>>,
    /// Why it is accepted; `null` for a new one.
    reason: Option<&'a str>,
}

/// An entry of the file that nothing matches.
#[derive(Serialize, JsonSchema)]
struct OutputGone<'a> {
    /// The fingerprint in the file.
    fingerprint: &'a str,
    /// Its name in the file.
    who: &'a str,
    /// Why it was accepted.
    reason: &'a str,
}

/// A place in code.
#[derive(Serialize, JsonSchema)]
struct OutputPlace<'a> {
    /// The script.
    url: &'a str,
    /// V8's number of the script.
    script_id: u32,
    /// Line, from 1.
    line: u32,
    /// Column, from 1.
    column: u32,
    original: Option<OriginalLocation>,
}

/// A line of CSV: a budget.
#[derive(Serialize, Default)]
struct CsvRow {
    key: CsvText,
    limit: u64,
    value: i64,
    held: bool,
    who: CsvText,
    url: CsvText,
    line: Option<u32>,
    column: Option<u32>,
}

impl From<&BudgetResult> for CsvRow {
    fn from(budget: &BudgetResult) -> Self {
        let location = budget.location.as_ref();
        Self {
            key: budget.key.as_str().into(),
            limit: budget.limit,
            value: budget.value,
            held: budget.held(),
            who: budget.who.as_deref().unwrap_or_default().into(),
            url: location.map_or("", |place| place.url.as_str()).into(),
            line: location.map(|place| place.line),
            column: location.map(|place| place.column),
        }
    }
}

impl<'a> From<&'a GatePosition> for OutputPlace<'a> {
    fn from(place: &'a GatePosition) -> Self {
        Self {
            url: &place.url,
            script_id: place.script_id,
            line: place.line,
            column: place.column,
            original: place.original.clone().map(OriginalLocation::from),
        }
    }
}

/// Prints the verdict and writes the requested reports.
fn print(args: &GateArgs, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let budgets = Budgets::parse(&read(&args.budget)?).map_err(|error| in_file(&args.budget, &error))?;
    let known_path = known_leaks_path(args);
    let known = known_leaks(args, &known_path)?;
    let verbosity = args.output.verbosity();
    let load = |path: &PathBuf| load_for(path, args.sizes, verbosity);
    let snapshots: Vec<Arc<Snapshot>> = args.files.iter().map(load).collect::<Result<_, _>>()?;
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let progress = Progress::new();
    let gate = GateReport::new(&snapshots, &budgets, &known, &day_of(seconds), args.sizes, &progress);
    let gate = gate.map_err(|error| match error {
        GateError::Cancelled => Failure::from(LoadError::from(Cancelled)),
        GateError::MeasuresNothing(sentence) => in_file(&args.budget, &sentence),
    })?;
    write_reports(args, &gate, &progress)?;
    if args.accept {
        accept(args, &gate, known, &known_path)?;
    }
    match (args.output.format(), args.markdown.as_deref()) {
        (Format::Json, _) => print_json(&gate, out)?,
        (Format::Csv, _) => csv::write(gate.budgets.iter().map(CsvRow::from), out)?,
        (Format::Text, Some(path)) if path == Path::new("-") => out.write_all(markdown(&gate).as_bytes())?,
        _ => print_text(&gate, out)?,
    }
    Ok(if gate.held() { Outcome::Done } else { Outcome::CheckFailed })
}

fn read(path: &Path) -> Result<String, Failure> {
    let cannot =
        |error: std::io::Error| in_file(path, &format!("cannot be read: {}", describe_io_error(&error)));
    std::fs::read_to_string(path).map_err(cannot)
}

fn in_file(path: &Path, sentence: &str) -> Failure {
    Failure::Argument(format!("{}: {sentence}", path.display()))
}

/// The path of the known leaks.
fn known_leaks_path(args: &GateArgs) -> PathBuf {
    args.known_leaks.clone().unwrap_or_else(|| args.budget.with_file_name("known-leaks.toml"))
}

/// The known leaks; empty if the default file does not exist, or if it is about to be written.
fn known_leaks(args: &GateArgs, path: &Path) -> Result<KnownLeaks, Failure> {
    if !path.exists() && (args.known_leaks.is_none() || args.accept) {
        return Ok(KnownLeaks::default());
    }
    KnownLeaks::parse(&read(path)?).map_err(|error| in_file(path, &error))
}

/// Appends the new suspects to the file: comments stay, and so do entries of other branches.
fn accept(args: &GateArgs, gate: &GateReport, known: KnownLeaks, path: &Path) -> Result<(), Failure> {
    let leak = |suspect: &GateSuspect| KnownLeak {
        fingerprint: suspect.fingerprint.clone(),
        who: suspect.who.clone(),
        reason: args.reason.clone().unwrap_or_else(|| "accepted without a reason".into()),
        expires: args.expires.clone(),
    };
    let added = KnownLeaks { leaks: gate.new.iter().map(leak).collect() };
    if added.leaks.is_empty() {
        return Ok(());
    }
    KnownLeaks::parse(&added.text()).map_err(Failure::Argument)?;
    // An expired entry is replaced by the new one of its fingerprint.
    let is_renewed = |leak: &KnownLeak| added.leaks.iter().any(|new| new.fingerprint == leak.fingerprint);
    let text = if known.leaks.iter().any(is_renewed) {
        KnownLeaks { leaks: known.leaks.into_iter().filter(|leak| !is_renewed(leak)).collect() }.text()
    } else if path.exists() {
        read(path)?
    } else {
        String::new()
    };
    let gap = if text.is_empty() || text.ends_with("\n\n") { "" } else { "\n" };
    write(path, &format!("{text}{gap}{}", added.text()))
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let cannot =
        |error: std::io::Error| in_file(path, &format!("cannot be written: {}", describe_io_error(&error)));
    std::fs::write(path, text).map_err(cannot)
}

fn write_reports(args: &GateArgs, gate: &GateReport, progress: &Progress) -> Result<(), Failure> {
    if let Some(path) = &args.junit {
        write(path, &junit(gate).map_err(|error| in_file(path, &error))?)?;
    }
    if let Some(path) = &args.sarif {
        write(path, &sarif(gate).map_err(|error| in_file(path, &error))?)?;
    }
    if let Some(path) = args.markdown.as_deref().filter(|path| *path != Path::new("-")) {
        write(path, &markdown(gate))?;
    }
    if let Some(path) = &args.html {
        let contents = ReportContents::new(&gate.snapshots, args.sizes, progress);
        let mut contents = contents?;
        contents.add_gate(gate);
        write(path, &html(&contents).map_err(|error| in_file(path, &error))?)?;
    }
    Ok(())
}

fn print_text(gate: &GateReport, out: &mut dyn Write) -> Result<(), Failure> {
    const LIMIT: usize = 1000;
    for (at, snapshot) in gate.snapshots.iter().enumerate() {
        writeln!(out, "{}  {}", at + 1, head_line(snapshot))?;
    }
    writeln!(out)?;
    let mut table = TextTable::new(&["Kept", "Value", "Limit", "Budget"]);
    for budget in &gate.budgets {
        let kept = if budget.held() { "yes" } else { "NO" };
        let limit = amount(budget.unit, budget.limit.cast_signed());
        let place = budget.location.as_ref().map_or(String::new(), |at| format!(", {}:{}", at.url, at.line));
        let who = budget.who.as_ref().map_or(String::new(), |who| format!(": {who}{place}"));
        table.row(
            [kept.to_owned(), amount(budget.unit, budget.value), limit],
            &format!("{}{who}", budget.key),
        );
    }
    table.print(out, 0)?;
    let suspect = |state: &str, suspect: &GateSuspect, reason: &str| {
        sanitize(
            &format!("{state} {}  {}: {}{reason}", suspect.fingerprint, suspect.who, suspect.claim),
            LIMIT,
        )
    };
    writeln!(out)?;
    for new in &gate.new {
        writeln!(out, "{}", plain_spaces(&suspect("New suspect", new, "")))?;
    }
    for (known, leak) in &gate.known {
        let reason = format!(" ({})", leak.reason);
        writeln!(out, "{}", plain_spaces(&suspect("Known leak", known, &reason)))?;
    }
    for leak in &gate.gone {
        writeln!(out, "{}", sanitize(&format!("Gone {}  {}", leak.fingerprint, leak.who), LIMIT))?;
    }
    for note in &gate.notes {
        writeln!(out, "{}.", sanitize(&plain_spaces(note), LIMIT))?;
    }
    let broken: Vec<String> = gate.budgets.iter().filter(|budget| !budget.held()).map(budget_text).collect();
    match broken.as_slice() {
        [] => writeln!(out, "\nAll budgets are kept.")?,
        broken => writeln!(out, "\nBroken: {}.", broken.join("; "))?,
    }
    Ok(())
}

fn print_json(gate: &GateReport, out: &mut dyn Write) -> Result<(), Failure> {
    let budgets = gate.budgets.iter().map(|budget| OutputBudget {
        key: &budget.key,
        limit: budget.limit,
        value: budget.value,
        held: budget.held(),
        who: budget.who.as_deref(),
        location: budget.location.as_ref().map(OutputPlace::from),
    });
    let gone = gate.gone.iter().map(|leak| OutputGone {
        fingerprint: &leak.fingerprint,
        who: &leak.who,
        reason: &leak.reason,
    });
    let answer = Output {
        held: gate.held(),
        budgets: budgets.collect(),
        suspects: OutputSuspects {
            new: gate.new.iter().map(|new| output_suspect(new, None)).collect(),
            known: gate.known.iter().map(|(known, leak)| output_suspect(known, Some(&leak.reason))).collect(),
            gone: gone.collect(),
        },
        notes: &gate.notes,
    };
    json::write(out, &answer)
}

fn output_suspect<'a>(suspect: &'a GateSuspect, reason: Option<&'a str>) -> OutputSuspect<'a> {
    OutputSuspect {
        who: &suspect.who,
        claim: &suspect.claim,
        bytes: suspect.bytes,
        fingerprint: &suspect.fingerprint,
        location: suspect.location.as_ref().map(OutputPlace::from),
        reason,
    }
}
