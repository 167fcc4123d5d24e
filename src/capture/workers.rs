//! Worker threads and nested pages of a target, each with the route that reaches it.

use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::json;

use crate::capture::control::CaptureControl;
use crate::capture::discovery::Runtime;
use crate::capture::error::CaptureError;
use crate::capture::session::{Received, Route, Session, SessionEnd};

const ANSWER: Duration = Duration::from_secs(5);
/// Chrome and Node announce workers right after the reply.
const AFTERWARDS: Duration = Duration::from_millis(300);
const MOST: usize = 1000;

/// A thread of the target with its own heap.
#[derive(Clone, Debug)]
pub(crate) struct Worker {
    pub title: String,
    pub url: String,
    pub route: Route,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attached {
    session_id: String,
    #[serde(alias = "workerInfo", alias = "targetInfo")]
    info: Info,
}

#[derive(Deserialize)]
struct Info {
    #[serde(default)]
    title: String,
    #[serde(default)]
    url: String,
}

/// The workers of the session's target. Attaches to them for the rest of the session.
pub(crate) fn attach(
    session: &mut Session,
    runtime: Runtime,
    control: &CaptureControl,
) -> Result<Vec<Worker>, SessionEnd> {
    let is_chrome = runtime == Runtime::Chrome;
    let command = if is_chrome {
        (
            "Target.setAutoAttach",
            json!({"autoAttach": true, "waitForDebuggerOnStart": false, "flatten": true}),
        )
    } else {
        ("NodeWorker.enable", json!({"waitForDebuggerOnStart": false}))
    };
    let mut workers = Vec::new();
    session.call_with(command, Some(ANSWER), control, &mut |message| workers.extend(worker(message)))?;
    let deadline = Instant::now() + AFTERWARDS;
    while Instant::now() < deadline {
        if let Some(message) = session.next(control)? {
            workers.extend(worker(&message));
        }
        if workers.len() > MOST {
            return Err(SessionEnd::Invalid);
        }
    }
    Ok(workers)
}

fn worker(message: &Received) -> Option<Worker> {
    let is_chrome = message.is("Target.attachedToTarget");
    if !is_chrome && !message.is("NodeWorker.attachedToWorker") {
        return None;
    }
    let Attached { session_id, info } = message.params()?;
    let route = if is_chrome { Route::Flat(session_id) } else { Route::Worker(session_id) };
    Some(Worker { title: info.title, url: info.url, route })
}

/// Chooses by number (1 is the first) or by a part of title or address.
pub(crate) fn choose(workers: Vec<Worker>, wanted: &str) -> Result<Worker, CaptureError> {
    let names: Vec<String> = workers.iter().map(|worker| format!("`{}`", name(worker))).collect();
    let number = wanted.parse::<usize>().ok();
    let matches = |(at, worker): &(usize, Worker)| match number {
        Some(number) => at + 1 == number,
        None => worker.title.contains(wanted) || worker.url.contains(wanted),
    };
    let mut matching: Vec<Worker> =
        workers.into_iter().enumerate().filter(matches).map(|(_, worker)| worker).collect();
    match (matching.len(), names.is_empty()) {
        (1, _) => Ok(matching.remove(0)),
        (_, true) => Err(CaptureError::usage("The target has no workers.")),
        (0, _) => Err(CaptureError::usage(format!("No worker matches `{wanted}`: {}.", names.join(", ")))),
        _ => Err(CaptureError::usage(format!("Several workers match `{wanted}`: {}.", names.join(", ")))),
    }
}

/// The name of a worker.
pub(crate) fn name(worker: &Worker) -> &str {
    if worker.title.is_empty() { &worker.url } else { &worker.title }
}
