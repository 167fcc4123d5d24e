//! The list of what can be captured on this machine.

use std::io::Write;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use crate::base::format_size;
use crate::capture::{CaptureControl, Connection, Endpoint, Runtime, Target, discover, has_clients};
use crate::cli::Failure;
use crate::cli::commands::capture::CaptureAnswer;
use crate::cli::output::json;
use crate::cli::output::text_table::TextTable;
use crate::model::format::{plain_spaces, sanitize};

/// A target that does not answer is listed without its heap.
const PATIENCE: Duration = Duration::from_secs(3);

/// What can be captured.
#[derive(Serialize, JsonSchema)]
pub(super) struct ListAnswer {
    /// What can be captured. Only without a target.
    targets: Vec<TargetAnswer>,
}

/// A page, worker or process.
#[derive(Serialize, JsonSchema)]
pub(super) struct TargetAnswer {
    /// Host and port of the inspector.
    address: String,
    /// The value for `--target`.
    number: usize,
    /// Name and version of the program.
    runtime: String,
    /// The process, where it is known.
    pid: Option<u32>,
    /// The inspector's word for what it is.
    kind: String,
    /// Its title.
    title: String,
    /// Its address as a page or script.
    url: String,
    /// Bytes of its heap, if the runtime reports it.
    used_bytes: Option<u64>,
    /// Titles of its workers.
    workers: Vec<String>,
}

/// Prints the list as text or JSON.
pub(super) fn print(as_json: bool, out: &mut dyn Write) -> Result<(), Failure> {
    let endpoints = discover();
    let targets: Vec<TargetAnswer> = endpoints.iter().flat_map(targets_of).collect();
    if as_json {
        return json::write(out, &CaptureAnswer::List(ListAnswer { targets }));
    }
    if endpoints.is_empty() {
        writeln!(
            out,
            "Nothing listens on ports 9222 and 9229 to 9239. Start a program with `node --inspect`, or give --pid."
        )?;
        return Ok(());
    }
    let mut table = TextTable::new(&["Address", "Target", "Heap used", "Kind  Runtime  Title"]);
    for target in &targets {
        let used = target.used_bytes.map_or_else(String::new, |used| plain_spaces(&format_size(used)));
        let title = if target.title.is_empty() { &target.url } else { &target.title };
        let mut text = format!("{}  {}  {}", target.kind, target.runtime, sanitize(title, 100));
        if let Some(pid) = target.pid {
            text += &format!("  (process {pid})");
        }
        for worker in &target.workers {
            text += &format!("  worker `{}`", sanitize(worker, 60));
        }
        table.row([target.address.clone(), target.number.to_string(), used], &text);
    }
    table.print(out, 0)?;
    Ok(())
}

fn targets_of(endpoint: &Endpoint) -> Vec<TargetAnswer> {
    let offered = endpoint.targets.iter().filter(|target| !target.is_internal);
    let mut answers: Vec<TargetAnswer> =
        offered.enumerate().map(|(at, target)| answer(endpoint, at + 1, target)).collect();
    if endpoint.runtime == Runtime::Bun {
        let nothing = Target {
            kind: "bun".to_owned(),
            title: "no V8: give the ws:// address it printed, and --evaluate".to_owned(),
            url: String::new(),
            path: None,
            is_internal: false,
        };
        answers.push(answer(endpoint, 1, &nothing));
    }
    answers
}

fn answer(endpoint: &Endpoint, number: usize, target: &Target) -> TargetAnswer {
    let (used_bytes, workers) =
        if may_connect(endpoint) { figures(endpoint, target) } else { (None, Vec::new()) };
    TargetAnswer {
        address: endpoint.socket.to_string(),
        number,
        runtime: endpoint.version.clone(),
        pid: endpoint.pid,
        kind: target.kind.clone(),
        title: target.title.clone(),
        url: target.url.clone(),
        used_bytes,
        workers,
    }
}

/// In Node before 22, closing a connection invalidates the object ids of all others.
fn may_connect(endpoint: &Endpoint) -> bool {
    match endpoint.runtime {
        Runtime::Node(major) if major < 22 => has_clients(endpoint.socket) == Some(false),
        Runtime::Bun => false,
        _ => true,
    }
}

/// Used bytes and workers, read on a thread that is abandoned if the target does not answer.
fn figures(endpoint: &Endpoint, target: &Target) -> (Option<u64>, Vec<String>) {
    let control = Arc::new(CaptureControl::default());
    let (shared, endpoint, target) = (Arc::clone(&control), endpoint.clone(), target.clone());
    let asking = thread::spawn(move || {
        let mut connection = Connection::open(&endpoint, &target, None, &shared).ok()?;
        let used = connection.heap_usage(&shared).ok().flatten().map(|usage| usage.used);
        let workers =
            if used.is_some() { connection.workers(&shared).unwrap_or_default() } else { Vec::new() };
        connection.close();
        Some((used, workers))
    });
    let mut waited = Duration::ZERO;
    let step = Duration::from_millis(20);
    while !asking.is_finished() && waited < PATIENCE {
        thread::sleep(step);
        waited += step;
    }
    control.cancel();
    asking.join().ok().flatten().unwrap_or_default()
}
