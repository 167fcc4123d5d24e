//! A thread that keeps one connection open for as long as its owner wants captures of the target.
//!
//! The owner never blocks: it sends requests, and takes events as they arrive. Between requests the thread
//! reads the heap's size, and lets the target exit if it wants to.

use std::fs;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::capture::connection::{CaptureOptions, Captured, Connection, Destination};
use crate::capture::control::{CaptureControl, CapturePhase};
use crate::capture::discovery::{Endpoint, Target};
use crate::capture::error::{CaptureError, CaptureErrorKind};
use crate::capture::estimate::CaptureEstimate;
use crate::capture::schedule::Schedule;

/// How long the thread reads messages before it checks for requests.
const LISTEN: Duration = Duration::from_millis(100);
/// How often the heap's size is read.
const MEASURE: Duration = Duration::from_secs(1);

/// A request of the owner.
#[derive(Clone, Debug)]
pub enum CaptureRequest {
    /// Collect all garbage.
    CollectGarbage,
    /// Take one snapshot or, by its schedule, several.
    Take(CaptureOptions, Schedule),
    /// Record allocations for some time, and where each was made.
    Record(CaptureOptions, Duration, bool),
    /// List the workers of the target.
    ListWorkers,
}

/// An event of the thread.
#[derive(Debug)]
pub enum CaptureEvent {
    /// The connection is open.
    Connected,
    /// The size of the heap now, and the cost of a snapshot.
    Measured(CaptureEstimate),
    /// A capture is on disk.
    Captured(Captured),
    /// The workers of the target.
    Workers(Vec<String>),
    /// A request is done, or failed with a message.
    Finished(Option<String>),
    /// The connection is closed, with the reason; the last event.
    Ended(String),
}

/// The owner's end of the thread. Dropping it cancels the running request and closes the connection.
pub struct Recorder {
    requests: Sender<(CaptureRequest, Arc<CaptureControl>)>,
    events: Receiver<CaptureEvent>,
    control: Arc<CaptureControl>,
}

impl Recorder {
    /// Connects to a target, or to one of its workers. `wake` is called whenever there is an event. With
    /// `with_sources`, scripts are fetched after the second capture, or at the end.
    pub fn start(
        endpoint: Endpoint,
        target: Target,
        worker: Option<String>,
        with_sources: bool,
        wake: Arc<dyn Fn() + Send + Sync>,
    ) -> Result<Self, String> {
        let (requests, incoming) = channel();
        let (outgoing, events) = channel();
        let control = Arc::new(CaptureControl::default());
        let opening = Arc::clone(&control);
        let reporter = Reporter { events: outgoing, wake };
        let work = move || {
            let opened = Connection::open(&endpoint, &target, worker.as_deref(), &opening);
            match opened {
                Ok(connection) => {
                    Worker { connection, reporter, captures: Vec::new(), with_sources, sourced: 0 }
                        .serve(&incoming);
                }
                Err(error) => reporter.send(CaptureEvent::Ended(error.to_string())),
            }
        };
        let started = thread::Builder::new().name("Capture".to_owned()).spawn(work);
        started.map_err(|error| format!("No thread could be started: {error}"))?;
        Ok(Self { requests, events, control })
    }

    /// Sends a request. Requests are carried out one after the other.
    pub fn request(&mut self, request: CaptureRequest) {
        self.control = Arc::default();
        // The thread ends with the connection, as its last event reports.
        let _ = self.requests.send((request, Arc::clone(&self.control)));
    }

    /// Progress of the last request, and its cancellation.
    pub fn control(&self) -> &CaptureControl {
        &self.control
    }

    /// Events since the last call. Never blocks.
    pub fn poll(&self) -> Vec<CaptureEvent> {
        self.events.try_iter().collect()
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.control.cancel();
    }
}

/// Where events are sent.
struct Reporter {
    events: Sender<CaptureEvent>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Reporter {
    fn send(&self, event: CaptureEvent) {
        // The send fails if the owner is gone.
        if self.events.send(event).is_ok() {
            (self.wake)();
        }
    }
}

/// The thread's end.
struct Worker {
    connection: Connection,
    reporter: Reporter,
    captures: Vec<Captured>,
    with_sources: bool,
    /// Number of captures that have their scripts.
    sourced: usize,
}

impl Worker {
    fn serve(mut self, requests: &Receiver<(CaptureRequest, Arc<CaptureControl>)>) {
        let idle = CaptureControl::default();
        // The owner knows the cost of a snapshot before it can request one.
        let measured = self.measure(&idle);
        match measured {
            Ok(()) => self.reporter.send(CaptureEvent::Connected),
            Err(error) => return self.reporter.send(CaptureEvent::Ended(error.to_string())),
        }
        let mut measured: Option<Instant> = None;
        loop {
            let next = match requests.try_recv() {
                Ok((request, control)) => self.carry_out(request, &control),
                Err(TryRecvError::Disconnected) => break,
                Err(TryRecvError::Empty) if measured.is_none_or(|at| at.elapsed() >= MEASURE) => {
                    measured = Some(Instant::now());
                    self.measure(&idle)
                }
                Err(TryRecvError::Empty) => self.connection.wait(LISTEN, &idle),
            };
            if let Err(error) = next {
                return self.reporter.send(CaptureEvent::Ended(error.to_string()));
            }
        }
        // Nothing waits for this, and a failure here loses nothing.
        let _ = self.add_sources(1, &idle);
        self.connection.close();
    }

    fn measure(&mut self, control: &CaptureControl) -> Result<(), CaptureError> {
        if let Some(usage) = self.connection.heap_usage(control)? {
            self.reporter.send(CaptureEvent::Measured(self.connection.estimate(usage)));
        }
        Ok(())
    }

    /// Carries out a request; an error ends the connection.
    fn carry_out(&mut self, request: CaptureRequest, control: &CaptureControl) -> Result<(), CaptureError> {
        let done = match request {
            CaptureRequest::CollectGarbage => self.connection.collect_garbage(control),
            CaptureRequest::Take(options, schedule) => {
                create_folder(&options).and_then(|()| self.take(&options, &schedule, control))
            }
            CaptureRequest::Record(options, duration, stacks) => create_folder(&options)
                .and_then(|()| self.connection.record_timeline(duration, stacks, &options, control))
                .map(|captured| self.reporter.send(CaptureEvent::Captured(captured))),
            CaptureRequest::ListWorkers => {
                self.connection.workers(control).map(|names| self.reporter.send(CaptureEvent::Workers(names)))
            }
        };
        control.enter(CapturePhase::Idle);
        match done {
            Err(error) if error.kind() == CaptureErrorKind::Cancelled => Err(error),
            done => {
                self.reporter.send(CaptureEvent::Finished(done.err().map(|error| error.to_string())));
                Ok(())
            }
        }
    }

    fn take(
        &mut self,
        options: &CaptureOptions,
        schedule: &Schedule,
        control: &CaptureControl,
    ) -> Result<(), CaptureError> {
        let (mut taken, mut last) = (0, None);
        while schedule.wait_for_next(&mut self.connection, taken, last, control)? {
            taken += 1;
            last = Some(Instant::now());
            let captured = self.connection.take_snapshot(options, control)?;
            self.captures.push(captured.clone());
            // In a series they are fetched with the last capture.
            if !schedule.is_series() {
                self.add_sources(2, control)?;
            }
            self.reporter.send(CaptureEvent::Captured(captured));
            control.enter(CapturePhase::Idle);
        }
        self.add_sources(2, control)
    }

    /// Adds scripts to the captures that have none, once there are `least` captures: fetching changes the
    /// heap.
    fn add_sources(&mut self, least: usize, control: &CaptureControl) -> Result<(), CaptureError> {
        if self.with_sources && self.captures.len() >= least && self.sourced < self.captures.len() {
            self.connection.add_sources(&self.captures[self.sourced..], control)?;
            self.sourced = self.captures.len();
        }
        Ok(())
    }
}

/// The folder of captures may not exist yet.
fn create_folder(options: &CaptureOptions) -> Result<(), CaptureError> {
    match &options.destination {
        Destination::Folder(folder) => {
            fs::create_dir_all(folder).map_err(|error| CaptureError::file(folder, &error))
        }
        Destination::File(_) => Ok(()),
    }
}
