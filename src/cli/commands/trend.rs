//! `heaplens trend`: how classes and containers went through several snapshots of one process.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use crate::base::Progress;
use crate::cli::args::LineArgs;
use crate::cli::commands::RunCommand;
use crate::cli::load::{Verbosity, load_for};
use crate::cli::output::json;
use crate::cli::output::text_table::{TextTable, head_line};
use crate::cli::{Failure, Outcome};
use crate::growth::trend::trend;
use crate::model::format::{NONE, count, percent, sanitize, signed_size, size};
use crate::model::{KeptLine, TrendLine, TrendView, kept_between, sparkline, story};
use crate::snapshot::Snapshot;

/// Characters of a container.
const NAME_LIMIT: usize = 120;

/// Print how constructors and containers went through several snapshots of one process.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  heaplens trend first.heapsnapshot second.heapsnapshot third.heapsnapshot"
)]
pub(crate) struct TrendArgs {
    /// The snapshots, the oldest first.
    #[arg(required = true, num_args = 2..)]
    files: Vec<PathBuf>,
    /// How much, and how to print it.
    #[command(flatten)]
    lines: LineArgs,
}

impl RunCommand for TrendArgs {
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
    /// The files in order.
    snapshots: Vec<json::Origin>,
    /// `chrome` or `raw`.
    sizes: &'static str,
    /// If false, there are no containers.
    is_one_process: bool,
    processes: Vec<usize>,
    note: Option<String>,
    containers: Vec<AnswerLine<'a>>,
    /// Constructors, the steepest first.
    classes: Vec<AnswerLine<'a>>,
    /// What was allocated between the first two and is still there in the last.
    kept: Vec<AnswerKept<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct AnswerLine<'a> {
    /// The container as JavaScript, or the constructor.
    name: &'a str,
    /// The container; `null` for a constructor.
    id: Option<u64>,
    /// Entries or objects in each snapshot.
    counts: &'a [Option<u64>],
    /// Retained bytes of a container, shallow bytes of a constructor, in each snapshot.
    bytes: &'a [u64],
    /// Bytes per step.
    slope: f64,
    /// Part of the steps that go up, 0 to 1.
    steadiness: f32,
}

#[derive(Serialize, JsonSchema)]
struct AnswerKept<'a> {
    class: &'a str,
    count: u64,
    shallow: u64,
    retained: u64,
}

/// Prints containers, classes, and what stayed.
fn print(args: &TrendArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mode = args.lines.sizes.into();
    let chatter = Verbosity::unless(args.lines.output.quiet);
    let load = |path| load_for(path, mode, chatter);
    let snapshots = args.files.iter().map(|path| load(path)).collect::<Result<Vec<_>, _>>()?;
    let progress = Progress::new();
    let limit = args.lines.limit();
    let view = TrendView::new(Arc::new(trend(&snapshots, mode, &progress)?), limit);
    let trend = view.trend();
    let mut kept = match &trend.snapshots[..] {
        [first, second, .., last] if trend.is_one_process() => {
            kept_between([first, second, last], trend, &progress)?
        }
        _ => Vec::new(),
    };
    let more = kept.len().saturating_sub(limit);
    kept.truncate(limit);
    if args.lines.output.json {
        return print_json(args, &view, &kept, out);
    }
    let is_mixed = !trend.is_one_process();
    for (at, snapshot) in trend.snapshots.iter().enumerate() {
        let process = if is_mixed { format!(", process {}", trend.processes[at] + 1) } else { String::new() };
        writeln!(out, "{}  {}{process}", at + 1, head_line(snapshot))?;
    }
    if let Some(note) = trend.note() {
        writeln!(out, "\nNote: {note}.")?;
        for line in view.containers.iter().take(limit) {
            let name = sanitize(&line.name, NAME_LIMIT);
            writeln!(out, "{name}: {}", story(line, &trend.processes).replace('\u{a0}', " "))?;
        }
    }
    let heads = ["Per step", "Up", "Trend", "Bytes", "Count", "Container"];
    print_lines(&view.containers, &heads, out)?;
    let heads = ["Per step", "Up", "Trend", "Bytes", "Count", "Constructor"];
    print_lines(&view.classes, &heads, out)?;
    if kept.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nAllocated between 1 and 2 and still there in {}", trend.snapshots.len())?;
    let mut table = TextTable::new(&["Retained size", "Shallow size", "Count", "Constructor"]);
    for line in &kept {
        table.row([size(line.retained), size(line.shallow), count(line.count)], &line.class);
    }
    table.print(out, more)?;
    Ok(())
}

fn print_lines(lines: &[TrendLine], heads: &[&str], out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out)?;
    let mut table = TextTable::new(heads);
    for line in lines {
        let counts = ends(&line.counts, |number| number.map_or_else(|| NONE.to_owned(), count));
        // Bytes per step are far below 2^63.
        #[expect(clippy::cast_possible_truncation)]
        let slope = line.slope.round() as i64;
        let numbers = [
            signed_size(slope),
            percent(line.steadiness),
            sparkline(&line.bytes),
            ends(&line.bytes, size),
            counts,
        ];
        table.row(numbers, &line.name);
    }
    table.print(out, 0)?;
    Ok(())
}

/// First and last.
fn ends<T: Copy>(numbers: &[T], print: impl Fn(T) -> String) -> String {
    match numbers {
        [first, .., last] => format!("{} → {}", print(*first), print(*last)),
        _ => NONE.to_owned(),
    }
}

fn print_json(
    args: &TrendArgs,
    view: &TrendView,
    kept: &[KeptLine],
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let trend = view.trend();
    let ids = &trend.growth.current.graph().nodes;
    let answer_line = |line| {
        let TrendLine { name, object, counts, bytes, slope, steadiness }: &TrendLine = line;
        let id = object.map(|node| ids.id(node));
        AnswerLine { name, id, counts, bytes, slope: *slope, steadiness: *steadiness }
    };
    let kept = kept.iter().map(|line| AnswerKept {
        class: &line.class,
        count: line.count,
        shallow: line.shallow,
        retained: line.retained,
    });
    let origin = |snapshot: &Arc<Snapshot>| json::Origin::from(&**snapshot);
    let answer = Answer {
        snapshots: trend.snapshots.iter().map(origin).collect(),
        sizes: args.lines.sizes.name(),
        is_one_process: trend.is_one_process(),
        processes: trend.processes.iter().map(|process| process + 1).collect(),
        note: trend.note(),
        containers: view.containers.iter().map(answer_line).collect(),
        classes: view.classes.iter().map(answer_line).collect(),
        kept: kept.collect(),
    };
    json::write(out, &answer)
}
