//! `heaplens capture`: lists what can be captured on this machine, and captures it.

mod list;
mod watch;

use std::io::{IsTerminal, Write, stdin};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use clap::Args;
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use crate::base::format_size;
use crate::capture::{
    Address, CaptureControl, CaptureError, CaptureErrorKind, CaptureEstimate, CaptureOptions, Captured,
    Connection, Destination, Endpoint, Schedule, SignalTarget, choose, inspect, parse_duration, parse_until,
};
use crate::cli::args::JsonArgs;
use crate::cli::commands::RunCommand;
use crate::cli::commands::capture::list::ListAnswer;
use crate::cli::commands::capture::watch::{Watch, ask, load_with_progress};
use crate::cli::output::json;
use crate::cli::{Failure, Outcome, warn};
use crate::model::format::plain_spaces;
use crate::snapshot::bytes_of;

/// The text below the options.
const CAPTURE_HELP: &str = "\
Examples:
  heaplens capture                                 list what can be captured
  heaplens capture 9229 -o captures/               one snapshot of `node --inspect server.js`
  heaplens capture 9229 --count 3 --every 10m      three over one connection, so that they can be compared
  heaplens capture --pid 4242                      a Node started without --inspect (Linux: SIGUSR1)
  heaplens capture 9222 --target shop              a page of a Chrome with --remote-debugging-port=9222

The target is paused while its snapshot is prepared, 2.7 to 6 seconds per million objects, and needs up to 330 \
bytes more per object. The inspector gives full control of the process and has no password: only addresses of this \
machine are used unless --allow-remote is given. Through a tunnel every target is one of this machine:
  kubectl exec POD -- kill -USR1 1; kubectl port-forward POD 9229:9229
  ssh -L 9229:127.0.0.1:9229 HOST";

/// Take snapshots of a running Node, Chrome, Electron or Deno; without a target, list what there is.
#[derive(Args, Debug)]
#[command(after_help = CAPTURE_HELP)]
pub(crate) struct CaptureArgs {
    /// A port, host:port, http://host:port or ws://host:port/id; nothing lists what there is.
    address: Option<String>,
    /// A process of this machine; opens its inspector with SIGUSR1 if need be (Linux).
    #[arg(long, value_name = "PID", conflicts_with = "address")]
    pid: Option<u32>,
    /// The page or process: its number in the list, or a part of its title, address or kind.
    #[arg(long, value_name = "TEXT|NUMBER")]
    target: Option<String>,
    /// A worker thread of the target: its number, or a part of its title or address.
    #[arg(long, value_name = "TEXT|NUMBER")]
    worker: Option<String>,
    /// A file that does not exist, or a folder [default: named by target and time, in the current folder].
    #[arg(short, long, value_name = "FILE|DIR")]
    output: Option<PathBuf>,
    /// Collect garbage before, also before recordings.
    #[arg(long)]
    gc: bool,
    /// Keep the values of numbers: about 12 % more objects.
    #[arg(long)]
    numeric: bool,
    /// Store scripts and source maps beside the snapshot, in NAME.heapsnapshot.json: source text, secrets included.
    #[arg(long, conflicts_with_all = ["record", "sample"])]
    sources: bool,
    /// Number of snapshots, over one connection.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    count: Option<u32>,
    /// Time from one snapshot to the next, such as 30s or 10m.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    every: Option<Duration>,
    /// Only once the used heap is larger, such as 1.5G.
    #[arg(long, value_name = "BYTES", value_parser = byte_count)]
    when_heap_over: Option<u64>,
    /// No snapshots after this time: 18:30, a duration, or a date and time with its zone.
    #[arg(long, value_name = "TIME", value_parser = until)]
    until: Option<Instant>,
    /// Record an allocation timeline of this length instead.
    #[arg(long, value_name = "TIME", value_parser = duration, conflicts_with_all = ["sample", "count", "every", "when_heap_over", "until"])]
    record: Option<Duration>,
    /// Record where objects are allocated, too; slows the target.
    #[arg(long, requires = "record")]
    stacks: bool,
    /// Record a sampling profile of this length instead: cheap, a .heapprofile for Chrome.
    #[arg(long, value_name = "TIME", value_parser = duration, conflicts_with_all = ["count", "every", "when_heap_over", "until"])]
    sample: Option<Duration>,
    /// Pause a target that is busy running JavaScript, so that its snapshot can be taken.
    #[arg(long)]
    pause: bool,
    /// In Bun, run Bun.generateHeapSnapshot("v8") in the program.
    #[arg(long)]
    evaluate: bool,
    /// Also connect to other machines.
    #[arg(long)]
    allow_remote: bool,
    /// Do not ask for confirmation.
    #[arg(short, long)]
    yes: bool,
    /// Open what was captured in the window.
    #[arg(long)]
    open: bool,
    /// How to print the result.
    #[command(flatten)]
    json: JsonArgs,
}

impl RunCommand for CaptureArgs {
    fn run(&self, out: &mut dyn Write) -> Result<Outcome, Failure> {
        print(self, out)
    }

    fn schema() -> Option<Schema> {
        Some(schema_for!(CaptureAnswer))
    }
}

/// The output of either use of the command.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum CaptureAnswer {
    /// Without a target.
    List(ListAnswer),
    /// With a target.
    Files(FilesAnswer),
}

#[derive(Serialize, JsonSchema)]
struct FilesAnswer {
    /// What was captured. Only with a target.
    files: Vec<OutputFile>,
    /// What went wrong on the way, a sentence each.
    warnings: Vec<String>,
}

/// A captured file.
#[derive(Serialize, JsonSchema)]
struct OutputFile {
    /// The file.
    path: String,
    /// The record beside it.
    sidecar: Option<String>,
    /// Length of the file.
    bytes: u64,
    /// How long the capture took.
    seconds: f64,
    /// Objects, if the runtime reported them.
    node_count: Option<u64>,
    /// Whether ids are those of the file before; `null` for the first.
    ids_kept: Option<bool>,
}

fn duration(text: &str) -> Result<Duration, String> {
    parse_duration(text).ok_or_else(|| "a time, such as 30s, 10m or 1.5h".into())
}

fn until(text: &str) -> Result<Instant, String> {
    parse_until(text).ok_or_else(|| "a future time, such as 18:30, 2h or 2026-12-01T08:00:00+01:00".into())
}

fn byte_count(text: &str) -> Result<u64, String> {
    bytes_of(text).ok_or_else(|| "a number of bytes, such as 500M or 1.5G".into())
}

/// Captures on its own thread, while this one shows progress.
fn print(args: &CaptureArgs, out: &mut dyn Write) -> Result<Outcome, Failure> {
    if args.address.is_none() && args.pid.is_none() {
        list::print(args.json.json, out)?;
        return Ok(Outcome::Done);
    }
    let watch = Watch::new(args.json.quiet)?;
    if args.pause {
        watch.control().allow_pause();
    }
    let mut taken = Vec::new();
    let result = find(args, &watch).and_then(|endpoint| capture(args, &endpoint, &watch, &mut taken));
    // Captures taken before a failure are reported as well.
    print_files(&taken, args.json.json, out)?;
    out.flush()?;
    if args.open && !taken.is_empty() {
        open_window(&taken)?;
    }
    match result {
        Ok(()) => Ok(Outcome::Done),
        Err(error) if error.kind() == CaptureErrorKind::Cancelled => {
            if watch.is_interrupted() {
                warn(&error.to_string());
                return Ok(Outcome::Interrupted);
            }
            Err(Failure::Argument(error.to_string()))
        }
        Err(error) => Err(Failure::Argument(error.to_string())),
    }
}

/// The requested inspector; opens it if a process was given.
fn find(args: &CaptureArgs, watch: &Watch) -> Result<Endpoint, CaptureError> {
    let Some(pid) = args.pid else {
        let address = Address::parse(args.address.as_deref().unwrap_or_default())?;
        return inspect(&address, args.allow_remote);
    };
    let target = SignalTarget::check(pid)?;
    if let Some(endpoint) = target.open_inspector() {
        return Ok(endpoint);
    }
    let question = format!(
        "Send SIGUSR1 to process {} ({})? It opens its inspector on this machine until it ends",
        target.pid(),
        target.program()
    );
    consent(args, watch, &question, "the signal needs an answer: pass --yes")?;
    target.signal(watch.control())
}

fn capture(
    args: &CaptureArgs,
    endpoint: &Endpoint,
    watch: &Watch,
    taken: &mut Vec<Captured>,
) -> Result<(), CaptureError> {
    let control = watch.control();
    let target = choose(endpoint, args.target.as_deref())?;
    let mut connection = Connection::open(endpoint, target, args.worker.as_deref(), control)?;
    if let Some(mut usage) = connection.heap_usage(control)? {
        // It is asked now: nobody may be there once the heap is that large.
        usage.used = usage.used.max(args.when_heap_over.unwrap_or(0));
        let estimate = connection.estimate(usage);
        if args.sample.is_none() {
            show(&estimate, args.json.quiet);
        }
        if args.sample.is_none() && estimate.needs_consent() {
            consent(args, watch, "Take it", "the heap is large: pass --yes to take it")?;
        }
    }
    let result = load_with_progress(watch, || record_all(args, &mut connection, control, taken));
    let result = result.and_then(|()| {
        if args.sources && taken.iter().any(|captured| captured.sidecar.is_some()) {
            load_with_progress(watch, || connection.add_sources(taken, control))?;
        }
        Ok(())
    });
    connection.close();
    result
}

fn record_all(
    args: &CaptureArgs,
    connection: &mut Connection,
    control: &CaptureControl,
    taken: &mut Vec<Captured>,
) -> Result<(), CaptureError> {
    let destination = Destination::of(args.output.as_deref());
    let mut options = CaptureOptions {
        destination: destination.clone(),
        collect_garbage: args.gc,
        numbers: args.numeric,
        evaluate: args.evaluate,
    };
    if args.gc && (args.record.is_some() || args.sample.is_some()) {
        connection.collect_garbage(control)?;
    }
    if let Some(duration) = args.record {
        taken.push(connection.record_timeline(duration, args.stacks, &options, control)?);
        return Ok(());
    }
    if let Some(duration) = args.sample {
        taken.push(connection.record_sampling(duration, &options, control)?);
        return Ok(());
    }
    let schedule = Schedule {
        count: args.count,
        every: args.every,
        when_heap_over: args.when_heap_over,
        until: args.until,
    };
    let (mut number, mut last) = (0, None);
    while schedule.wait_for_next(connection, number, last, control)? {
        number += 1;
        last = Some(Instant::now());
        if schedule.is_series() {
            options.destination = destination.numbered(number);
        }
        let captured = connection.take_snapshot(&options, control)?;
        captured.warnings.iter().for_each(|warning| warn(warning));
        taken.push(captured);
    }
    if number == 0 { Err(CaptureError::not_due(args.when_heap_over)) } else { Ok(()) }
}

/// Prints the heap, and the cost of its snapshot, on standard error.
fn show(estimate: &CaptureEstimate, quiet: bool) {
    if quiet {
        return;
    }
    let plain = |bytes| plain_spaces(&format_size(bytes));
    let (least, most) = estimate.pause_seconds;
    let mut sentence = format!(
        "Heap {}. The target will be paused for {least} to {most} s and need {} to {} more memory",
        plain(estimate.usage.used),
        plain(estimate.extra_bytes.0),
        plain(estimate.extra_bytes.1),
    );
    if let (Some(resident), Some(limit)) = (estimate.resident, estimate.limit) {
        sentence += &format!("; it has {} of the {} it may take", plain(resident), plain(limit));
    }
    warn(&(sentence + "."));
}

/// Asks if there is a terminal; refuses otherwise.
fn consent(args: &CaptureArgs, watch: &Watch, question: &str, otherwise: &str) -> Result<(), CaptureError> {
    if args.yes {
        return Ok(());
    }
    if !stdin().is_terminal() {
        return Err(CaptureError::not_agreed(otherwise));
    }
    match ask(watch, question) {
        true => Ok(()),
        false => Err(CaptureError::not_agreed("not taken")),
    }
}

fn print_files(taken: &[Captured], as_json: bool, out: &mut dyn Write) -> Result<(), Failure> {
    if as_json {
        let files = taken.iter().map(|captured| OutputFile {
            path: captured.path.to_string_lossy().into_owned(),
            sidecar: captured.sidecar.as_ref().map(|path| path.to_string_lossy().into_owned()),
            bytes: captured.bytes,
            seconds: (captured.seconds * 1000.0).round() / 1000.0,
            node_count: captured.node_count,
            ids_kept: captured.ids_kept,
        });
        let warnings = taken.iter().flat_map(|captured| captured.warnings.clone()).collect();
        return json::write(out, &CaptureAnswer::Files(FilesAnswer { files: files.collect(), warnings }));
    }
    for captured in taken {
        writeln!(
            out,
            "{}  {}, {:.1} s",
            captured.path.display(),
            plain_spaces(&format_size(captured.bytes)),
            captured.seconds
        )?;
    }
    Ok(())
}

/// Starts the window with the captured files, and does not wait for it.
fn open_window(taken: &[Captured]) -> Result<(), Failure> {
    let program = std::env::current_exe()?;
    let files = taken.iter().map(|captured| &captured.path);
    Command::new(program).args(files).spawn()?;
    Ok(())
}
