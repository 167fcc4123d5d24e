//! `heaplens verify`: whether a leak is fixed, container by container.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use crate::base::{Cancelled, Progress};
use crate::cli::args::{Format, OutputArgs};
use crate::cli::commands::RunCommand;
use crate::cli::load::load_for;
use crate::cli::output::csv::{self, CsvText};
use crate::cli::output::json;
use crate::cli::output::text_table::head_line;
use crate::cli::{Failure, Outcome};
use crate::model::format::{plain_spaces, sanitize};
use crate::model::{ContainerVerdict, VerifyError, VerifyReport};
use crate::snapshot::{LoadError, SizeMode};
use crate::verify::ContainerSize;
use crate::verify::noise::NOISE;
use crate::verify::rate::Counted;

/// The text of `--help`.
const LONG_ABOUT: &str = "\
Print whether a leak is fixed. BASELINE and LEAKING show it: two snapshots of one process. FIXED is of another
process or build: one snapshot, or a pair taken at the same moments. Containers are found again by their path and
the script they stand in, without indexes, ids and hashes.

With one fixed file a container's level is compared with that before the leak, with a pair its growth: per request
where the captures or --requests tell their number, per minute where the captures or --minutes tell the time.

Exit status: 0 fixed, 1 not fixed, 2 a file is unreadable or the leaking pair shows no leak.";

/// Print whether a leak is fixed: what became of its containers in another process.
#[derive(Args, Debug)]
#[command(
    long_about = LONG_ABOUT,
    after_help = "Example:\n  heaplens verify start.heapsnapshot leaking.heapsnapshot fixed.heapsnapshot"
)]
pub(crate) struct VerifyArgs {
    /// The older snapshot of the leaking process.
    pub baseline: PathBuf,
    /// The newer snapshot of the leaking process.
    pub leaking: PathBuf,
    /// One snapshot of the fixed program, or two of one process.
    #[arg(required = true, num_args = 1..=2)]
    pub fixed: Vec<PathBuf>,
    /// How many requests came between the snapshots of each pair: growth is printed per request.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub requests: Option<u32>,
    /// How many minutes lie between the snapshots of each pair: growth is printed per minute.
    #[arg(long, value_name = "N", value_parser = minutes, conflicts_with = "requests")]
    pub minutes: Option<f64>,
    /// Whose shallow sizes.
    #[arg(long, value_enum, default_value_t)]
    pub sizes: SizeMode,
    /// How to print it.
    #[command(flatten)]
    pub output: OutputArgs,
}

impl RunCommand for VerifyArgs {
    fn run(&self, out: &mut dyn Write) -> Result<Outcome, Failure> {
        print(self, out)
    }

    fn schema() -> Option<Schema> {
        Some(schema_for!(Output<'_>))
    }
}

fn minutes(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| "a number of minutes, such as 10 or 1.5".into())
}

#[derive(Serialize, JsonSchema)]
struct Output<'a> {
    /// The older file of the leaking process.
    baseline: json::Origin,
    /// The newer file of the leaking process.
    leaking: json::Origin,
    /// The files of the fixed program.
    fixed: Vec<json::Origin>,
    /// `chrome` or `raw`.
    sizes: &'static str,
    /// `fixed` or `not fixed`.
    verdict: &'static str,
    /// What two runs of one program differ by.
    noise: OutputNoise,
    /// What growth is divided by.
    rate: OutputRate,
    /// The leak's containers.
    containers: Vec<OutputContainer<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct OutputNoise {
    /// Bytes by which a container may differ.
    bytes: u64,
    /// Part of its level by which it may differ, 0 to 1.
    share: f64,
}

#[derive(Serialize, JsonSchema)]
struct OutputRate {
    /// `request` or `minute`.
    unit: &'static str,
    /// Units between the leaking files.
    leaking: Option<f64>,
    /// Units between the fixed files.
    fixed: Option<f64>,
}

/// A container of the leak.
#[derive(Serialize, JsonSchema)]
struct OutputContainer<'a> {
    /// The container as JavaScript.
    who: &'a str,
    /// Its source position.
    place: Option<&'a str>,
    /// The same for the same leak in another run or build.
    fingerprint: &'a str,
    /// Its id in the leaking file, or in the fixed one if it is new there.
    id: u64,
    /// What it holds after the leak; of a new one, before it grew.
    before: Option<OutputLevel>,
    /// What it holds in the fixed program; `null` if it is gone.
    after: Option<OutputLevel>,
    /// `fixed`, `smaller`, `unchanged`, `larger`, `new` or `gone`.
    verdict: &'static str,
    /// Growth per unit.
    rate: ContainerRate,
    /// The same in one sentence.
    text: String,
}

/// A line of CSV.
#[derive(Serialize, Default)]
struct CsvRow {
    who: CsvText,
    place: CsvText,
    fingerprint: CsvText,
    id: u64,
    bytes_before: Option<u64>,
    entries_before: Option<u64>,
    bytes_after: Option<u64>,
    entries_after: Option<u64>,
    verdict: &'static str,
    rate_leaking: Option<f64>,
    rate_fixed: Option<f64>,
    text: CsvText,
}

impl From<&OutputContainer<'_>> for CsvRow {
    fn from(container: &OutputContainer<'_>) -> Self {
        let OutputContainer { id, before, after, verdict, rate, .. } = *container;
        Self {
            who: container.who.into(),
            place: container.place.unwrap_or_default().into(),
            fingerprint: container.fingerprint.into(),
            id,
            bytes_before: before.map(|level| level.bytes),
            entries_before: before.and_then(|level| level.entries),
            bytes_after: after.map(|level| level.bytes),
            entries_after: after.and_then(|level| level.entries),
            verdict,
            rate_leaking: rate.leaking,
            rate_fixed: rate.fixed,
            text: container.text.as_str().into(),
        }
    }
}

/// What a container holds.
#[derive(Serialize, JsonSchema, Clone, Copy)]
struct OutputLevel {
    /// Bytes it retains.
    bytes: u64,
    /// Its entries.
    entries: Option<u64>,
}

/// Bytes of growth per unit of `rate.unit`.
#[derive(Serialize, JsonSchema, Clone, Copy)]
struct ContainerRate {
    /// In the leaking process.
    leaking: Option<f64>,
    /// In the fixed process.
    fixed: Option<f64>,
}

impl From<ContainerSize> for OutputLevel {
    fn from(ContainerSize { bytes, entries }: ContainerSize) -> Self {
        Self { bytes, entries }
    }
}

/// Prints the verdict.
fn print(args: &VerifyArgs, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let mode = args.sizes;
    let verbosity = args.output.verbosity();
    let load = |path: &PathBuf| load_for(path, mode, verbosity);
    let (baseline, leaking) = (load(&args.baseline)?, load(&args.leaking)?);
    let fixed = args.fixed.iter().map(load).collect::<Result<Vec<_>, _>>()?;
    let counted = Counted::of(args.requests.map(f64::from), args.minutes);
    let report = VerifyReport::new([&baseline, &leaking], &fixed, counted, mode, &Progress::new());
    let report = report.map_err(|error| match error {
        VerifyError::Cancelled => Failure::from(LoadError::from(Cancelled)),
        VerifyError::NothingToVerify(sentence) => Failure::Argument(plain_spaces(&sentence)),
    })?;
    match args.output.format() {
        Format::Json => print_json(args, &report, out)?,
        Format::Csv => csv::write(output_containers(&report).iter().map(CsvRow::from), out)?,
        Format::Text => print_text(&report, out)?,
    }
    Ok(if report.is_fixed() { Outcome::Done } else { Outcome::CheckFailed })
}

fn print_text(report: &VerifyReport, out: &mut dyn Write) -> Result<(), Failure> {
    const LIMIT: usize = 1000;
    writeln!(out, "Baseline: {}", head_line(&report.growth.baseline))?;
    writeln!(out, "Leaking:  {}", head_line(&report.growth.current))?;
    for fixed in &report.fixed {
        writeln!(out, "Fixed:    {}", head_line(fixed))?;
    }
    writeln!(out)?;
    for container in &report.containers {
        let mut line = container.text.clone();
        if let Some(place) = &container.place {
            line.push_str(&format!(" ({place})"));
        }
        writeln!(out, "{}", sanitize(&plain_spaces(&line), LIMIT))?;
    }
    writeln!(out, "\n{}.", report.verdict())?;
    writeln!(out, "{}.", plain_spaces(&VerifyReport::noise()))?;
    Ok(())
}

fn output_containers(report: &VerifyReport) -> Vec<OutputContainer<'_>> {
    let id = |container: &ContainerVerdict| {
        let is_new = container.verdict == crate::verify::Verdict::New;
        let snapshot = report.fixed.last().filter(|_| is_new).unwrap_or(&report.growth.current);
        snapshot.id(container.object).0
    };
    let containers = report.containers.iter().map(|container| OutputContainer {
        who: &container.who,
        place: container.place.as_deref(),
        fingerprint: &container.fingerprint,
        id: id(container),
        before: container.before.map(OutputLevel::from),
        after: container.after.map(OutputLevel::from),
        verdict: container.verdict.name(),
        rate: ContainerRate { leaking: container.leaking_rate, fixed: container.fixed_rate },
        text: plain_spaces(&container.text),
    });
    containers.collect()
}

fn print_json(args: &VerifyArgs, report: &VerifyReport, out: &mut dyn Write) -> Result<(), Failure> {
    let rates = report.rates;
    let answer = Output {
        baseline: json::Origin::from(&*report.growth.baseline),
        leaking: json::Origin::from(&*report.growth.current),
        fixed: report.fixed.iter().map(|fixed| json::Origin::from(&**fixed)).collect(),
        sizes: args.sizes.name(),
        verdict: if report.is_fixed() { "fixed" } else { "not fixed" },
        noise: OutputNoise { bytes: NOISE.bytes, share: NOISE.share },
        rate: OutputRate { unit: rates.unit.name(), leaking: rates.leaking, fixed: rates.fixed },
        containers: output_containers(report),
    };
    json::write(out, &answer)
}
