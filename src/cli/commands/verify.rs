//! `heaplens verify`: whether a leak is fixed, container by container.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use crate::base::{Cancelled, Progress};
use crate::cli::args::{JsonArgs, Sizes};
use crate::cli::commands::RunCommand;
use crate::cli::load::{Verbosity, load_for};
use crate::cli::output::json;
use crate::cli::output::text_table::head_line;
use crate::cli::{Failure, Outcome};
use crate::model::format::sanitize;
use crate::model::{ContainerVerdict, VerifyError, VerifyReport};
use crate::snapshot::LoadError;
use crate::verify::Level;
use crate::verify::noise::NOISE;

/// What `--help` says.
const LONG_ABOUT: &str = "\
Print whether a leak is fixed. BASELINE and LEAKING show it: two snapshots of one process. FIXED is of another
process or build: one snapshot, or a pair taken at the same moments. Containers are found again by their path and
the script they stand in, without indexes, ids and hashes.

With one fixed file a container's level is compared with that before the leak, with a pair its growth: per request
where the captures or --requests tell their number, per minute where the captures tell the time.

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
    /// Whose shallow sizes.
    #[arg(long, value_enum, default_value_t)]
    pub sizes: Sizes,
    /// How to print it.
    #[command(flatten)]
    pub output: JsonArgs,
}

impl RunCommand for VerifyArgs {
    fn run(&self, out: &mut dyn Write) -> Result<Outcome, Failure> {
        print(self, out)
    }

    fn schema() -> Option<Schema> {
        Some(schema_for!(Answer<'_>))
    }
}

#[derive(Serialize, JsonSchema)]
struct Answer<'a> {
    baseline: json::Origin,
    leaking: json::Origin,
    fixed: Vec<json::Origin>,
    /// `chrome` or `raw`.
    sizes: &'static str,
    /// `fixed` or `not fixed`.
    verdict: &'static str,
    /// What two runs of one program differ by.
    noise: AnswerNoise,
    /// What growth is divided by.
    rate: AnswerRate,
    /// The leak's containers.
    containers: Vec<AnswerContainer<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct AnswerNoise {
    bytes: u64,
    share: f64,
}

#[derive(Serialize, JsonSchema)]
struct AnswerRate {
    unit: &'static str,
    leaking: Option<f64>,
    fixed: Option<f64>,
}

#[derive(Serialize, JsonSchema)]
struct AnswerContainer<'a> {
    who: &'a str,
    place: Option<&'a str>,
    fingerprint: &'a str,
    id: u64,
    before: Option<AnswerLevel>,
    after: Option<AnswerLevel>,
    verdict: &'static str,
    rate: ContainerRate,
    text: String,
}

#[derive(Serialize, JsonSchema)]
struct AnswerLevel {
    bytes: u64,
    entries: Option<u64>,
}

#[derive(Serialize, JsonSchema)]
struct ContainerRate {
    leaking: Option<f64>,
    fixed: Option<f64>,
}

impl From<Level> for AnswerLevel {
    fn from(Level { bytes, entries }: Level) -> Self {
        Self { bytes, entries }
    }
}

/// Prints the verdict.
fn print(args: &VerifyArgs, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let mode = args.sizes.into();
    let verbosity = Verbosity::unless(args.output.quiet);
    let load = |path: &PathBuf| load_for(path, mode, verbosity);
    let (baseline, leaking) = (load(&args.baseline)?, load(&args.leaking)?);
    let fixed = args.fixed.iter().map(load).collect::<Result<Vec<_>, _>>()?;
    let requests = args.requests.map(f64::from);
    let report = VerifyReport::new([&baseline, &leaking], &fixed, requests, mode, &Progress::new());
    let report = report.map_err(|error| match error {
        VerifyError::Cancelled => Failure::from(LoadError::from(Cancelled)),
        VerifyError::NothingToVerify(sentence) => Failure::Argument(sentence.replace('\u{a0}', " ")),
    })?;
    match args.output.json {
        true => print_json(args, &report, out)?,
        false => print_text(&report, out)?,
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
        writeln!(out, "{}", sanitize(&line.replace('\u{a0}', " "), LIMIT))?;
    }
    writeln!(out, "\n{}.", report.verdict())?;
    writeln!(out, "{}.", VerifyReport::noise().replace('\u{a0}', " "))?;
    Ok(())
}

fn print_json(args: &VerifyArgs, report: &VerifyReport, out: &mut dyn Write) -> Result<(), Failure> {
    let id = |container: &ContainerVerdict| {
        let is_new = container.verdict == crate::verify::Verdict::New;
        let snapshot = report.fixed.last().filter(|_| is_new).unwrap_or(&report.growth.current);
        snapshot.graph().nodes.id(container.object)
    };
    let containers = report.containers.iter().map(|container| AnswerContainer {
        who: &container.who,
        place: container.place.as_deref(),
        fingerprint: &container.fingerprint,
        id: id(container),
        before: container.before.map(AnswerLevel::from),
        after: container.after.map(AnswerLevel::from),
        verdict: container.verdict.name(),
        rate: ContainerRate { leaking: container.leaking_rate, fixed: container.fixed_rate },
        text: container.text.replace('\u{a0}', " "),
    });
    let rates = report.rates;
    let answer = Answer {
        baseline: json::Origin::from(&*report.growth.baseline),
        leaking: json::Origin::from(&*report.growth.current),
        fixed: report.fixed.iter().map(|fixed| json::Origin::from(&**fixed)).collect(),
        sizes: args.sizes.name(),
        verdict: if report.is_fixed() { "fixed" } else { "not fixed" },
        noise: AnswerNoise { bytes: NOISE.bytes, share: NOISE.share },
        rate: AnswerRate { unit: rates.unit.name(), leaking: rates.leaking, fixed: rates.fixed },
        containers: containers.collect(),
    };
    json::write(out, &answer)
}
