//! The connection to one target: its heap over time, the running request, and the captured files.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use crate::capture::{
    CaptureControl, CaptureEstimate, CaptureEvent, CaptureRequest, Captured, Endpoint, Recorder, Runtime,
    Target,
};
use crate::model::format::sanitize;

/// Maximum characters of a name that comes from another program.
const LONGEST_NAME: usize = 120;
/// Number of heap sizes that are kept.
const LONGEST_HISTORY: usize = 600;

/// The state of a connection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SessionState {
    /// The target has not answered yet.
    Connecting,
    /// It waits for requests.
    Ready,
    /// It carries out a request.
    Working(CaptureWork),
    /// It is closed, with the reason.
    Ended(String),
}

/// The running request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CaptureWork {
    /// One snapshot.
    Snapshot,
    /// Several snapshots.
    Series,
    /// An allocation timeline.
    Timeline,
    /// A garbage collection.
    Collection,
    /// The list of workers.
    Workers,
}

/// A request that needs the user's consent.
#[derive(Clone, Debug)]
pub(crate) struct PendingConsent {
    pub request: CaptureRequest,
    pub work: CaptureWork,
}

/// The heap at one moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HeapMoment {
    /// When.
    pub at: Instant,
    /// Used bytes.
    pub used: u64,
}

/// An open connection.
pub struct CaptureSession {
    /// What is captured, for the user: `server.js`.
    pub title: String,
    /// The runtime and its version.
    pub runtime: String,
    /// Whether it is Bun, which needs consent to run code.
    pub is_bun: bool,
    /// Where it was found, for connecting to one of its workers instead.
    pub(crate) found: (Endpoint, Target),
    /// Its state.
    pub state: SessionState,
    /// The heap's size over time.
    pub history: Vec<HeapMoment>,
    /// The times at which captures were complete.
    pub marks: Vec<Instant>,
    /// The size of the heap now, and the cost of a snapshot.
    pub estimate: Option<CaptureEstimate>,
    /// The captured files, oldest first.
    pub captured: Vec<Captured>,
    /// Workers, if they were requested.
    pub workers: Option<Vec<String>>,
    /// Why the last request failed.
    pub failure: Option<String>,
    pub(crate) asked: Option<PendingConsent>,
    recorder: Recorder,
}

impl CaptureSession {
    /// Connects to a target or one of its workers.
    pub(crate) fn connect(
        endpoint: &Endpoint,
        target: &Target,
        worker: Option<String>,
        with_sources: bool,
        wake: Arc<dyn Fn() + Send + Sync>,
    ) -> Result<Self, String> {
        let title = sanitize(worker.as_ref().unwrap_or(&target.title), LONGEST_NAME);
        let recorder = Recorder::start(endpoint.clone(), target.clone(), worker, with_sources, wake)?;
        Ok(Self {
            title,
            runtime: sanitize(&endpoint.version, LONGEST_NAME),
            is_bun: endpoint.runtime == Runtime::Bun,
            found: (endpoint.clone(), target.clone()),
            state: SessionState::Connecting,
            history: Vec::new(),
            marks: Vec::new(),
            estimate: None,
            captured: Vec::new(),
            workers: None,
            failure: None,
            asked: None,
            recorder,
        })
    }

    /// Whether it accepts a request.
    pub fn is_ready(&self) -> bool {
        self.state == SessionState::Ready
    }

    /// Whether a request runs.
    pub fn is_working(&self) -> bool {
        matches!(self.state, SessionState::Working(_))
    }

    /// Whether the user is being asked for consent.
    pub fn is_asking(&self) -> bool {
        self.asked.is_some()
    }

    /// Progress of the running request.
    pub fn control(&self) -> &CaptureControl {
        self.recorder.control()
    }

    /// Asks for consent if the request is costly, and carries it out otherwise.
    pub(crate) fn ask_or_begin(&mut self, request: CaptureRequest, work: CaptureWork) {
        if !self.is_ready() {
            return;
        }
        let is_costly = matches!(request, CaptureRequest::Take(..) | CaptureRequest::Record(..));
        if is_costly && self.estimate.is_some_and(|estimate| estimate.needs_consent()) {
            self.asked = Some(PendingConsent { request, work });
        } else {
            self.begin(request, work);
        }
    }

    pub(crate) fn begin(&mut self, request: CaptureRequest, work: CaptureWork) {
        self.failure = None;
        self.state = SessionState::Working(work);
        self.recorder.request(request);
    }

    /// Takes new events, and returns the files to open: the last one, after the one that it is compared with,
    /// or all of a series.
    pub(crate) fn poll(&mut self) -> Vec<PathBuf> {
        let mut opened = Vec::new();
        for event in self.recorder.poll() {
            opened.extend(self.take(event));
        }
        opened
    }

    fn take(&mut self, event: CaptureEvent) -> Vec<PathBuf> {
        match event {
            CaptureEvent::Connected => self.state = SessionState::Ready,
            CaptureEvent::Measured(estimate) => {
                self.estimate = Some(estimate);
                self.history.push(HeapMoment { at: Instant::now(), used: estimate.usage.used });
                if self.history.len() > LONGEST_HISTORY {
                    self.history.remove(0);
                }
            }
            CaptureEvent::Captured(captured) => {
                self.captured.push(captured);
                self.marks.push(Instant::now());
                if self.state == SessionState::Working(CaptureWork::Series) {
                    return Vec::new();
                }
                return self.last_two();
            }
            CaptureEvent::Workers(names) => self.workers = Some(names),
            CaptureEvent::Finished(failure) => {
                let was = std::mem::replace(&mut self.state, SessionState::Ready);
                self.failure = failure;
                return self.of_series(&was);
            }
            CaptureEvent::Ended(reason) => {
                self.asked = None;
                let reason = self.failure.take().unwrap_or(reason);
                let was = std::mem::replace(&mut self.state, SessionState::Ended(reason));
                return self.of_series(&was);
            }
        }
        Vec::new()
    }

    /// The last snapshot, and the one before it.
    fn last_two(&self) -> Vec<PathBuf> {
        let from = self.captured.len().saturating_sub(2);
        let is_snapshot = |captured: &&Captured| captured.sidecar.is_some();
        match &self.captured[from..] {
            [_, last] if !is_snapshot(&last) => vec![last.path.clone()],
            two => two.iter().filter(is_snapshot).map(|captured| captured.path.clone()).collect(),
        }
    }

    /// The files of a finished series.
    fn of_series(&self, was: &SessionState) -> Vec<PathBuf> {
        if *was != SessionState::Working(CaptureWork::Series) {
            return Vec::new();
        }
        self.captured.iter().map(|captured| captured.path.clone()).collect()
    }
}
