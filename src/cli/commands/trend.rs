//! `heaplens trend`: how classes and containers went through several snapshots of one process.

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
use crate::cli::output::csv::CsvText;
use crate::cli::output::json;
use crate::cli::output::text_table::{TextTable, head_line};
use crate::cli::{Failure, Outcome};
use crate::growth::trend::trend;
use crate::model::format::{NONE, format_count, format_size, percent, plain_spaces, sanitize, signed_size};
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
        Some(schema_for!(Output<'_>))
    }
}

#[derive(Serialize, JsonSchema)]
struct Output<'a> {
    /// The files in order.
    snapshots: Vec<json::Origin>,
    /// `chrome` or `raw`.
    sizes: &'static str,
    /// If false, there are no containers.
    is_one_process: bool,
    /// The process of each file, from 1.
    processes: Vec<usize>,
    /// What holds if the files are of several processes.
    note: Option<String>,
    /// Containers, the steepest first.
    containers: Vec<OutputLine<'a>>,
    /// Constructors, the steepest first.
    classes: Vec<OutputLine<'a>>,
    /// What was allocated between the first two and is still there in the last.
    kept: Vec<OutputKept<'a>>,
}

/// A container or constructor through all files.
#[derive(Serialize, JsonSchema)]
struct OutputLine<'a> {
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

/// Objects of a constructor that stayed.
#[derive(Serialize, JsonSchema)]
struct OutputKept<'a> {
    /// The constructor.
    class: &'a str,
    /// Its objects.
    count: u64,
    /// Bytes of these objects.
    shallow: u64,
    /// Bytes that would be freed with them.
    retained: u64,
}

/// Prints containers, classes, and what stayed.
fn print(args: &TrendArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mode = args.lines.sizes;
    let verbosity = args.lines.output.verbosity();
    let load = |path| load_for(path, mode, verbosity);
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
    match args.lines.output.format() {
        Format::Json => print_json(args, &view, &kept, out),
        Format::Csv => print_csv(&view, out),
        Format::Text => print_text(&view, &kept, more, out),
    }
}

/// One line for each container and constructor, with a column for each file.
fn print_csv(view: &TrendView, out: &mut dyn Write) -> Result<(), Failure> {
    let trend = view.trend();
    let files = trend.snapshots.len();
    let numbered = |name| (1..=files).map(move |at| format!("{name}_{at}"));
    let heads = ["group", "name", "id", "slope", "steadiness"].map(str::to_owned);
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(heads.into_iter().chain(numbered("count")).chain(numbered("bytes")))?;
    for (group, lines) in [("container", &view.containers), ("constructor", &view.classes)] {
        for line in lines {
            let id = line.object.map(|node| trend.growth.current.id(node).0);
            let name = CsvText::from(line.name.as_str());
            writer.serialize((group, name, id, line.slope, line.steadiness, &line.counts, &line.bytes))?;
        }
    }
    writer.flush()?;
    Ok(())
}

fn print_text(view: &TrendView, kept: &[KeptLine], more: usize, out: &mut dyn Write) -> Result<(), Failure> {
    let trend = view.trend();
    let is_mixed = !trend.is_one_process();
    for (at, snapshot) in trend.snapshots.iter().enumerate() {
        let process = if is_mixed { format!(", process {}", trend.processes[at] + 1) } else { String::new() };
        writeln!(out, "{}  {}{process}", at + 1, head_line(snapshot))?;
    }
    if let Some(note) = trend.note() {
        writeln!(out, "\nNote: {note}.")?;
        for line in &view.containers {
            let name = sanitize(&line.name, NAME_LIMIT);
            writeln!(out, "{name}: {}", plain_spaces(&story(line, &trend.processes)))?;
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
    for line in kept {
        table.row(
            [format_size(line.retained), format_size(line.shallow), format_count(line.count)],
            &line.class,
        );
    }
    table.print(out, more)?;
    Ok(())
}

fn print_lines(lines: &[TrendLine], heads: &[&str], out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out)?;
    let mut table = TextTable::new(heads);
    for line in lines {
        let counts = ends(&line.counts, |number| number.map_or_else(|| NONE.to_owned(), format_count));
        // Bytes per step are far below 2^63.
        #[expect(clippy::cast_possible_truncation)]
        let slope = line.slope.round() as i64;
        let numbers = [
            signed_size(slope),
            percent(line.steadiness),
            sparkline(&line.bytes),
            ends(&line.bytes, format_size),
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
    let output_line = |line| {
        let TrendLine { name, object, counts, bytes, slope, steadiness }: &TrendLine = line;
        let id = object.map(|node| trend.growth.current.id(node).0);
        OutputLine { name, id, counts, bytes, slope: *slope, steadiness: *steadiness }
    };
    let kept = kept.iter().map(|line| OutputKept {
        class: &line.class,
        count: line.count,
        shallow: line.shallow,
        retained: line.retained,
    });
    let origin = |snapshot: &Arc<Snapshot>| json::Origin::from(&**snapshot);
    let answer = Output {
        snapshots: trend.snapshots.iter().map(origin).collect(),
        sizes: args.lines.sizes.name(),
        is_one_process: trend.is_one_process(),
        processes: trend.processes.iter().map(|process| process + 1).collect(),
        note: trend.note(),
        containers: view.containers.iter().map(output_line).collect(),
        classes: view.classes.iter().map(output_line).collect(),
        kept: kept.collect(),
    };
    json::write(out, &answer)
}
