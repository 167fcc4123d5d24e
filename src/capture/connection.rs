//! A connection to one heap: all captures that will be compared use the same one.
//!
//! Object ids are valid as long as the connection. Nothing that changes the heap is sent before a snapshot;
//! the scripts are fetched after the last one.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::{DateTime, Local, SecondsFormat, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::capture::control::{CaptureControl, CapturePhase};
use crate::capture::discovery::{Endpoint, Runtime, Target};
use crate::capture::error::CaptureError;
use crate::capture::estimate::{CaptureEstimate, HeapUsage};
use crate::capture::partial_file::{PartialFile, free_name};
use crate::capture::recording::{Recorded, end_sentence, record, refusal};
use crate::capture::session::{Received, Session, SessionEnd};
use crate::capture::{bun, external_maps, process, scripts, workers};
use crate::sidecar::{MemoryFigures, SIDECAR_VERSION, Sidecar, SidecarMemory, SidecarOptions, SidecarTarget};

const ANSWER: Duration = Duration::from_secs(2);
const COLLECTION: Duration = Duration::from_secs(120);

/// A connection to a heap.
pub struct Connection {
    session: Session,
    endpoint: Endpoint,
    target: Target,
    worker: Option<String>,
    /// Random; identical in all sidecars of this connection.
    name: String,
    captures: u32,
    /// The id of an object that is never freed, as of the last capture.
    probe: Option<String>,
}

/// What to capture, and where to store it.
#[derive(Clone, Debug)]
pub struct CaptureOptions {
    /// A file that does not exist, or a folder in which the capture gets a name.
    pub destination: Destination,
    /// Collect garbage first, although V8 does so itself for a snapshot.
    pub collect_garbage: bool,
    /// Keep the values of numbers.
    pub numbers: bool,
    /// Run `Bun.generateHeapSnapshot` in Bun: the user's consent.
    pub evaluate: bool,
}

/// Where a capture is stored.
#[derive(Clone, Debug)]
pub enum Destination {
    /// In this folder, named by target and time.
    Folder(PathBuf),
    /// In exactly this file.
    File(PathBuf),
}

/// A capture that is on disk.
#[derive(Clone, Debug)]
pub struct Captured {
    /// Its path.
    pub path: PathBuf,
    /// The sidecar file; `None` for kinds that have none.
    pub sidecar: Option<PathBuf>,
    /// Its length.
    pub bytes: u64,
    /// How long it took.
    pub seconds: f64,
    /// Number of objects according to its header.
    pub node_count: Option<u64>,
    /// Whether objects have the ids of the previous capture; `None` for the first, or if the target did not
    /// answer.
    pub ids_kept: Option<bool>,
    /// Warnings for the user.
    pub warnings: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Usage {
    used_size: f64,
    total_size: f64,
    #[serde(default)]
    backing_storage_size: f64,
}

#[derive(Deserialize)]
struct Isolate {
    id: String,
}

#[derive(Deserialize)]
struct Evaluated {
    result: RemoteObject,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RemoteObject {
    object_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HeapObject {
    heap_snapshot_object_id: String,
}

impl Connection {
    /// Connects to a target, or to one of its workers.
    pub fn open(
        endpoint: &Endpoint,
        target: &Target,
        worker: Option<&str>,
        control: &CaptureControl,
    ) -> Result<Self, CaptureError> {
        let path = target.path.as_deref().ok_or_else(|| {
            CaptureError::refused(
                "Another debugger is attached, and this program accepts only one: disconnect it first.",
            )
        })?;
        let mut session = Session::open(endpoint.socket, path)?;
        if !matches!(endpoint.runtime, Runtime::Chrome | Runtime::Bun | Runtime::Workerd) {
            // Old versions reject it as unknown; then a program that exits waits for us.
            session
                .send("NodeRuntime.notifyWhenWaitingForDisconnect", &json!({"enabled": true}))
                .map_err(|end| end_sentence(&end, ""))?;
        }
        let mut connection = Self {
            session,
            endpoint: endpoint.clone(),
            target: target.clone(),
            worker: None,
            name: format!("{:016x}{:016x}", random(), random()),
            captures: 0,
            probe: None,
        };
        if let Some(wanted) = worker {
            let found = workers::attach(&mut connection.session, endpoint.runtime, control)
                .map_err(|end| connection.ended(&end))?;
            let chosen = workers::choose(found, wanted)?;
            connection.worker = Some(workers::name(&chosen).to_owned());
            connection.session.set_route(chosen.route);
        }
        Ok(connection)
    }

    /// Attaches to the workers of the target; returns their names.
    pub fn workers(&mut self, control: &CaptureControl) -> Result<Vec<String>, CaptureError> {
        let found = workers::attach(&mut self.session, self.endpoint.runtime, control);
        let found = found.map_err(|end| self.ended(&end))?;
        Ok(found.iter().map(|worker| workers::name(worker).to_owned()).collect())
    }

    /// The heap's size now; `None` if the target does not say or does not answer.
    pub fn heap_usage(&mut self, control: &CaptureControl) -> Result<Option<HeapUsage>, CaptureError> {
        let reply = self.call("Runtime.getHeapUsage", json!({}), ANSWER, control)?;
        let usage: Option<Usage> = reply.and_then(|reply| reply.result());
        Ok(usage.map(|usage| HeapUsage {
            used: bytes(usage.used_size),
            total: bytes(usage.total_size),
            backing_storage: bytes(usage.backing_storage_size),
        }))
    }

    /// The estimated cost of a snapshot for the target.
    pub fn estimate(&self, usage: HeapUsage) -> CaptureEstimate {
        let pid = self.endpoint.pid;
        CaptureEstimate::new(
            usage,
            pid.and_then(process::resident_bytes),
            pid.and_then(process::memory_limit),
        )
    }

    /// Collects all garbage.
    pub fn collect_garbage(&mut self, control: &CaptureControl) -> Result<(), CaptureError> {
        self.call("HeapProfiler.collectGarbage", json!({}), COLLECTION, control).map(|_| ())
    }

    /// Takes a snapshot.
    pub fn take_snapshot(
        &mut self,
        options: &CaptureOptions,
        control: &CaptureControl,
    ) -> Result<Captured, CaptureError> {
        control.start(CapturePhase::Asked);
        let before = self.heap_usage(control)?;
        let rss_before = self.endpoint.pid.and_then(process::resident_bytes);
        let ids_kept = self.check_ids(control)?;
        if options.collect_garbage {
            self.collect_garbage(control)?;
        }
        let started = Instant::now();
        let at = Local::now();
        let path = self.path(options, at, "heapsnapshot");
        let file = PartialFile::create(&path)?;
        let recorded = if self.endpoint.runtime == Runtime::Bun {
            bun::record(&mut self.session, file, options.evaluate, control)?
        } else {
            let params = json!({"reportProgress": true, "captureNumericValue": options.numbers});
            record(&mut self.session, ("HeapProfiler.takeHeapSnapshot", params), file, control)?
        };
        let seconds = started.elapsed().as_secs_f64();
        self.captures += 1;
        // The snapshot is complete: later failures are reported but do not discard it.
        let probe = self.object_id(control);
        self.probe = probe.unwrap_or_default();
        let mut warnings = Vec::new();
        if ids_kept == Some(false) {
            warnings.push(
                "Another debugger disconnected since the snapshot before, so V8 has numbered all objects anew: this \
                 snapshot cannot be compared with the earlier ones object by object."
                    .to_owned(),
            );
        }
        let mut sidecar = self.sidecar(at, seconds, &recorded, options);
        sidecar.ids_kept = ids_kept;
        let after = self.heap_usage(control).unwrap_or_default();
        sidecar.memory = SidecarMemory {
            before: before.map(|usage| figures(usage, rss_before)),
            after: after.map(|usage| figures(usage, self.endpoint.pid.and_then(process::resident_bytes))),
            limit: self.endpoint.pid.and_then(process::memory_limit),
        };
        let sidecar = match sidecar.write_beside(&path) {
            Ok(path) => Some(path),
            Err(error) => {
                warnings.push(CaptureError::file(&Sidecar::path_of(&path), &error).to_string());
                None
            }
        };
        let Recorded { bytes, node_count, .. } = recorded;
        Ok(Captured { path, sidecar, bytes, seconds, node_count, ids_kept, warnings })
    }

    /// Records allocations for some time; `stacks` also records where each was made, which slows the target.
    pub fn record_timeline(
        &mut self,
        duration: Duration,
        stacks: bool,
        options: &CaptureOptions,
        control: &CaptureControl,
    ) -> Result<Captured, CaptureError> {
        let at = Local::now();
        let path = self.path(options, at, "heaptimeline");
        let file = PartialFile::create(&path)?;
        self.expect("HeapProfiler.startTrackingHeapObjects", json!({"trackAllocations": stacks}), control)?;
        control.start(CapturePhase::Recording);
        self.wait(duration, control)?;
        let stop = ("HeapProfiler.stopTrackingHeapObjects", json!({"reportProgress": true}));
        let started = Instant::now();
        let recorded = record(&mut self.session, stop, file, control)?;
        Ok(plain(path, &recorded, started.elapsed().as_secs_f64()))
    }

    /// Samples allocations for some time: cheap for the target, and no snapshot.
    pub fn record_sampling(
        &mut self,
        duration: Duration,
        options: &CaptureOptions,
        control: &CaptureControl,
    ) -> Result<Captured, CaptureError> {
        #[derive(Deserialize)]
        struct Profile {
            profile: Value,
        }
        const LARGEST: usize = 64 << 20;
        let path = self.path(options, Local::now(), "heapprofile");
        let mut file = PartialFile::create(&path)?;
        self.expect("HeapProfiler.startSampling", json!({"samplingInterval": 32768}), control)?;
        control.start(CapturePhase::Recording);
        self.wait(duration, control)?;
        let started = Instant::now();
        let reply = self.call("HeapProfiler.stopSampling", json!({}), COLLECTION, control)?;
        let profile =
            reply.filter(|reply| reply.length() <= LARGEST).and_then(|reply| reply.result::<Profile>());
        let Some(Profile { profile }) = profile else {
            file.abandon();
            return Err(CaptureError::refused("The target sent no profile."));
        };
        file.append(|out| serde_json::to_writer(out, &profile).ok());
        let bytes = file.finish()?;
        let recorded = Recorded { bytes, node_count: None, paused: false };
        Ok(plain(path, &recorded, started.elapsed().as_secs_f64()))
    }

    /// Keeps the connection open for some time, and lets the target exit if it wants to.
    pub fn wait(&mut self, duration: Duration, control: &CaptureControl) -> Result<(), CaptureError> {
        let deadline = Instant::now() + duration;
        while Instant::now() < deadline {
            let heard = self.session.next(control);
            heard.map_err(|end| self.ended(&end))?;
        }
        Ok(())
    }

    /// Fetches the scripts and writes them into the sidecars of `captures`. Changes the heap, so it must come
    /// last.
    pub fn add_sources(
        &mut self,
        captures: &[Captured],
        control: &CaptureControl,
    ) -> Result<usize, CaptureError> {
        let mut scripts = scripts::fetch(&mut self.session, control).map_err(|end| self.ended(&end))?;
        if self.endpoint.socket.ip().is_loopback() {
            external_maps::add(&mut scripts, control);
        }
        for captured in captures.iter().filter(|captured| captured.sidecar.is_some()) {
            let Ok(Some(mut sidecar)) = Sidecar::beside(&captured.path) else { continue };
            sidecar.scripts.clone_from(&scripts);
            let written = sidecar.write_beside(&captured.path);
            written.map_err(|error| CaptureError::file(&Sidecar::path_of(&captured.path), &error))?;
        }
        Ok(scripts.iter().filter(|script| script.source.is_some()).count())
    }

    /// Detaches from the target.
    pub fn close(mut self) {
        self.session.close();
    }

    fn path(&self, options: &CaptureOptions, at: DateTime<Local>, extension: &str) -> PathBuf {
        let title = match self.worker.as_deref() {
            // The random number of an evaluated script is not meaningful.
            Some(worker) if worker.starts_with("blob:") => format!("{}-worker", self.target.title),
            Some(worker) => worker.to_owned(),
            None => self.target.title.clone(),
        };
        match &options.destination {
            Destination::File(path) => path.clone(),
            Destination::Folder(folder) => free_name(folder, &title, at, extension),
        }
    }

    fn sidecar(
        &mut self,
        at: DateTime<Local>,
        seconds: f64,
        recorded: &Recorded,
        options: &CaptureOptions,
    ) -> Sidecar {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let isolate = self.call("Runtime.getIsolateId", json!({}), ANSWER, &CaptureControl::default());
        let isolate = isolate.ok().flatten().and_then(|reply| reply.result::<Isolate>());
        Sidecar {
            heaplens: SIDECAR_VERSION,
            taken: Some(at.with_timezone(&Utc).to_rfc3339_opts(SecondsFormat::Millis, true)),
            seconds: Some((seconds * 1000.0).round() / 1000.0),
            bytes: Some(recorded.bytes),
            target: SidecarTarget {
                runtime: some(&self.endpoint.version),
                pid: self.endpoint.pid,
                title: some(&self.target.title),
                url: some(&self.target.url),
                kind: some(&self.target.kind),
                isolate: isolate.map(|isolate| isolate.id),
                worker: self.worker.clone(),
            },
            connection: Some(self.name.clone()),
            number: Some(self.captures),
            options: SidecarOptions { capture_numeric_value: options.numbers, paused: recorded.paused },
            ..Sidecar::default()
        }
    }

    /// Whether ids still refer to the objects of the previous capture.
    fn check_ids(&mut self, control: &CaptureControl) -> Result<Option<bool>, CaptureError> {
        let Some(last) = self.probe.clone() else { return Ok(None) };
        Ok(self.object_id(control)?.map(|id| id == last))
    }

    /// The id of the global object, which is never freed. Only after the first snapshot: this changes the
    /// heap.
    fn object_id(&mut self, control: &CaptureControl) -> Result<Option<String>, CaptureError> {
        let expression = match self.endpoint.runtime {
            Runtime::Bun => return Ok(None),
            Runtime::Node(_) => "process",
            _ => "globalThis",
        };
        let evaluate = json!({"expression": expression, "objectGroup": "heaplens"});
        let reply = self.call("Runtime.evaluate", evaluate, ANSWER, control)?;
        let object =
            reply.and_then(|reply| reply.result::<Evaluated>()).and_then(|found| found.result.object_id);
        let Some(object) = object else { return Ok(None) };
        let reply =
            self.call("HeapProfiler.getHeapObjectId", json!({"objectId": object}), ANSWER, control)?;
        let id =
            reply.and_then(|reply| reply.result::<HeapObject>()).map(|found| found.heap_snapshot_object_id);
        self.call("Runtime.releaseObjectGroup", json!({"objectGroup": "heaplens"}), ANSWER, control)?;
        Ok(id)
    }

    /// The reply; `None` if the target refuses or does not answer in time.
    fn call(
        &mut self,
        method: &str,
        params: Value,
        limit: Duration,
        control: &CaptureControl,
    ) -> Result<Option<Received>, CaptureError> {
        let reply = self.session.call(method, params, limit, control);
        Ok(reply.map_err(|end| self.ended(&end))?.ok())
    }

    /// The same for a required command.
    fn expect(&mut self, method: &str, params: Value, control: &CaptureControl) -> Result<(), CaptureError> {
        let reply = self.session.call(method, params, COLLECTION, control);
        reply.map_err(|end| self.ended(&end))?.map_err(|error| refusal(&error))?;
        Ok(())
    }

    fn ended(&mut self, end: &SessionEnd) -> CaptureError {
        if *end != SessionEnd::Lost {
            self.session.close();
        }
        end_sentence(end, "")
    }
}

fn plain(path: PathBuf, recorded: &Recorded, seconds: f64) -> Captured {
    let Recorded { bytes, node_count, .. } = *recorded;
    Captured { path, sidecar: None, bytes, seconds, node_count, ids_kept: None, warnings: Vec::new() }
}

fn figures(usage: HeapUsage, rss: Option<u64>) -> MemoryFigures {
    MemoryFigures {
        rss,
        heap_used: Some(usage.used),
        heap_total: Some(usage.total),
        backing_storage: (usage.backing_storage > 0).then_some(usage.backing_storage),
    }
}

/// A size that JavaScript wrote as a number.
fn bytes(number: f64) -> u64 {
    format!("{:.0}", number.clamp(0.0, 1e15)).parse().unwrap_or(0)
}

fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

impl Destination {
    /// A folder if `path` is one, a file otherwise; the current folder without a path.
    pub fn of(path: Option<&Path>) -> Self {
        match path {
            None => Self::Folder(PathBuf::from(".")),
            Some(path) if path.is_dir() => Self::Folder(path.to_owned()),
            Some(path) => Self::File(path.to_owned()),
        }
    }

    /// The same for one of several captures: `app.heapsnapshot` becomes `app-2.heapsnapshot`.
    pub fn numbered(&self, number: u32) -> Self {
        match self {
            Self::Folder(folder) => Self::Folder(folder.clone()),
            Self::File(path) => {
                let stem = path.file_stem().unwrap_or_default().to_string_lossy();
                let extension = path.extension().map_or("heapsnapshot".into(), |end| end.to_string_lossy());
                Self::File(path.with_file_name(format!("{stem}-{number}.{extension}")))
            }
        }
    }
}
