//! Open snapshots: loading, loaded, or refused with an error message.

use crate::app::tasks::executor::Executor;
use crate::app::tasks::job::{Job, Poll};
use crate::app::tasks::log;
use crate::app::tasks::panic_log;
use crate::base::{NodeIndex, Progress};
use crate::model::{FilterPreset, MapRoot, format};
use crate::snapshot::index_cache::IndexCache;
use crate::snapshot::{FileStamp, LoadError, PartialLoad, Snapshot, load_cached, load_options, load_partial};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime};

/// Identifies an open snapshot while the window is open; never reused.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// The state of a load.
pub enum Load {
    /// In progress.
    Running(Loading),
    /// Refused.
    Failed(LoadFailure),
    /// All of it is known.
    Done,
}

/// Why a file is not shown, and how to recover.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoadFailure {
    /// One sentence without the path.
    pub sentence: String,
    /// The action that the window offers.
    pub remedy: RecoveryAction,
}

/// How to recover from a refused file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RecoveryAction {
    /// Only the message.
    Nothing,
    /// It was cut short: open the readable part.
    OpenPartly,
    /// It is an internal error: copy a report.
    Report,
}

impl From<&LoadError> for LoadFailure {
    fn from(error: &LoadError) -> Self {
        let remedy = if error.opens_partly() { RecoveryAction::OpenPartly } else { RecoveryAction::Nothing };
        Self { sentence: capitalised(&error.sentence()), remedy }
    }
}

/// The result of a load.
type Loaded = Result<Arc<Snapshot>, LoadError>;

/// A load in progress.
pub struct Loading {
    job: Job<Loaded>,
    early: Receiver<Arc<Snapshot>>,
    began: Instant,
}

impl Loading {
    /// Stage, fraction and bytes read.
    pub fn progress(&self) -> &Progress {
        self.job.progress()
    }

    /// Estimated seconds left; `None` before they can be estimated.
    pub fn seconds_left(&self) -> Option<u64> {
        /// Minimum time before the estimate is shown: shorter runs say little about the rest.
        const LEAST: (f32, f32) = (0.8, 0.04);
        let (seconds, fraction) = (self.began.elapsed().as_secs_f32(), self.progress().fraction());
        if seconds < LEAST.0 || !(LEAST.1..1.0).contains(&fraction) {
            return None;
        }
        Some(Duration::from_secs_f32((seconds * (1.0 - fraction) / fraction).min(1e6)).as_secs())
    }
}

/// Writes the index of a snapshot as a task of its own, for as long as anything else uses the snapshot.
fn write_index(cache: IndexCache, snapshot: &Arc<Snapshot>, executor: &Executor) {
    let snapshot = Arc::clone(snapshot);
    let work = move || {
        let is_wanted = || Arc::strong_count(&snapshot) > 1;
        if let Err(error) = cache.save(&snapshot, &is_wanted)
            && is_wanted()
        {
            // Without an index the file only opens more slowly the next time.
            log::line(format_args!("the index of {} is not written: {error}", snapshot.source().name()));
        }
    };
    if let Err(error) = executor.run("Writing an index", work) {
        log::line(format_args!("no thread for an index: {error}"));
    }
}

/// The user's options for one snapshot.
#[derive(Default)]
pub struct FileOptions {
    /// Which objects Summary shows.
    pub filter: FilterPreset,
    /// The object that the map is of; `None` for the whole heap.
    pub map_root: Option<MapRoot>,
    /// The retainers that are ignored.
    pub ignored_retainers: BTreeSet<NodeIndex>,
}

/// One line of the list of snapshots.
pub struct OpenFile {
    /// Its name in commands.
    pub id: FileId,
    /// Its path.
    pub path: PathBuf,
    /// The file's name; with a number where two open files share it.
    pub name: String,
    /// Size and time of the file when it was opened, as soon as the load has read them.
    stamp: Arc<OnceLock<FileStamp>>,
    /// The state of a load.
    pub load: Load,
    /// Bytes of the heap, once they are known.
    pub total_size: u64,
    /// How many objects it has, once that is known.
    pub object_count: u64,
    /// The loaded snapshot; at first without retained sizes.
    pub snapshot: Option<Arc<Snapshot>>,
    /// The user's options for it.
    pub options: FileOptions,
}

/// The event that [`OpenFile::poll`] returns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LoadEvent {
    /// Nothing.
    Nothing,
    /// Constructors and shallow sizes.
    FirstRows,
    /// Everything.
    Complete,
    /// It could not be loaded.
    Failed,
}

impl OpenFile {
    /// Begins to load the file at `path`, from its index in `cache` if it has one there; if not, it gets one.
    pub fn open(
        id: FileId,
        path: PathBuf,
        name: String,
        cache: Option<IndexCache>,
        executor: &Executor,
    ) -> Self {
        let (file, tasks) = (path.clone(), executor.clone());
        Self::start(id, path, name, executor, move |progress, early| {
            let snapshot = load_cached(&file, &load_options(), cache.as_ref(), progress, early)?;
            if let Some(cache) = cache.filter(|cache| snapshot.source().bytes >= cache.smallest) {
                write_index(cache, &snapshot, &tasks);
            }
            Ok(snapshot)
        })
    }

    /// Begins to load what is there of a file that was cut short.
    pub fn open_partly(id: FileId, path: PathBuf, name: String, executor: &Executor) -> Self {
        let file = path.clone();
        Self::start(id, path, name, executor, move |progress, early| load_partial(&file, progress, early))
    }

    /// Runs `work` on its own thread to load it. The last argument of `work` receives rows that can be shown
    /// before the load is complete.
    pub fn start(
        id: FileId,
        path: PathBuf,
        name: String,
        executor: &Executor,
        work: impl FnOnce(&Progress, Box<dyn FnOnce(Arc<Snapshot>) + Send>) -> Loaded + Send + 'static,
    ) -> Self {
        let (sender, early) = channel();
        let waking = executor.clone();
        let stamp: Arc<OnceLock<FileStamp>> = Arc::default();
        let (file, read) = (path.clone(), Arc::clone(&stamp));
        let job = Job::start("Loading a snapshot", executor, move |progress| {
            read.get_or_init(|| FileStamp::read(&file));
            let show = move |snapshot| {
                // The receiver is gone if the file was closed.
                let _ = sender.send(snapshot);
                waking.wake();
            };
            work(progress, Box::new(show))
        });
        Self {
            id,
            path,
            name,
            stamp,
            load: Load::Running(Loading { job, early, began: Instant::now() }),
            total_size: 0,
            object_count: 0,
            snapshot: None,
            options: FileOptions::default(),
        }
    }

    /// Takes the progress or result of the load.
    pub fn poll(&mut self) -> LoadEvent {
        let Load::Running(loading) = &self.load else { return LoadEvent::Nothing };
        let early = loading.early.try_recv().ok();
        let outcome = match loading.job.poll() {
            Poll::Pending => {
                let Some(snapshot) = early else { return LoadEvent::Nothing };
                self.take(snapshot);
                return LoadEvent::FirstRows;
            }
            Poll::Ready(Ok(snapshot)) => Ok(snapshot),
            Poll::Ready(Err(error)) => Err(LoadFailure::from(&error)),
            Poll::Failed(sentence) => Err(LoadFailure { sentence, remedy: RecoveryAction::Report }),
        };
        match outcome {
            Ok(snapshot) => {
                let seconds = snapshot.seconds();
                self.take(snapshot);
                log::line(format_args!(
                    "loaded {} nodes={} seconds={seconds:.3}",
                    self.name, self.object_count
                ));
                self.load = Load::Done;
                LoadEvent::Complete
            }
            Err(refusal) => {
                log::line(format_args!("failed {}: {}", self.name, refusal.sentence));
                self.snapshot = None;
                self.load = Load::Failed(refusal);
                LoadEvent::Failed
            }
        }
    }

    fn take(&mut self, snapshot: Arc<Snapshot>) {
        self.total_size = snapshot.total_size();
        self.object_count = u64::try_from(snapshot.graph().node_count()).unwrap_or(u64::MAX);
        self.snapshot = Some(snapshot);
    }

    /// How much of a truncated file was read.
    pub fn partial(&self) -> Option<&PartialLoad> {
        self.snapshot.as_ref()?.partial()
    }

    /// The report of an internal error, without anything from the heap.
    pub fn report(&self) -> Option<String> {
        let Load::Failed(LoadFailure { sentence, remedy: RecoveryAction::Report }) = &self.load else {
            return None;
        };
        Some(format!("{}, loading a file of {} bytes: {sentence}", panic_log::program(), self.bytes()))
    }

    /// Size and time of the file when it was opened; the defaults until the load has read them.
    pub fn stamp(&self) -> FileStamp {
        self.stamp.get().copied().unwrap_or_default()
    }

    /// Length of the file when it was opened; 0 until it is known.
    pub fn bytes(&self) -> u64 {
        self.stamp().bytes
    }

    /// Whether it is completely loaded.
    pub fn is_complete(&self) -> bool {
        matches!(self.load, Load::Done)
    }

    /// Whether it is being loaded.
    pub fn is_loading(&self) -> bool {
        matches!(self.load, Load::Running(_))
    }

    /// Whether this one was taken before `other`, by the best available evidence: ids only grow within a
    /// process, a heap mostly grows, files are written in order.
    pub fn is_older_than(&self, other: &Self) -> bool {
        self.age() < other.age()
    }

    /// The evidence that orders snapshots by time.
    pub fn age(&self) -> (Option<u64>, u64, Option<SystemTime>) {
        let newest_id = self.snapshot.as_ref().map(|snapshot| snapshot.max_js_object_id());
        (newest_id, self.object_count, self.stamp().modified)
    }
}

/// The file's own name, made safe to show.
pub fn file_name(path: &Path) -> String {
    /// The longest name that file systems allow.
    const LIMIT: usize = 255;
    format::sanitize(&path.file_name().unwrap_or(path.as_os_str()).to_string_lossy(), LIMIT)
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
