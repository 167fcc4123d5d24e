//! Loading for the command line: a progress line on a terminal, warnings on standard error.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::base::Progress;
use crate::cli::{Failure, warn};
use crate::snapshot::index_cache::IndexCache;
use crate::snapshot::{LoadError, Options, SizeMode, Snapshot, load_cached, load_options, load_with};
use crate::source::maps::{MapOptions, SourceMaps};

/// What is printed on standard error while a file loads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verbosity {
    /// Progress on a terminal, and warnings.
    Full,
    /// Progress alone: the output has the warnings.
    Progress,
    /// Nothing.
    Quiet,
}

impl Verbosity {
    pub(crate) fn from_quiet_flag(quiet: bool) -> Self {
        if quiet { Self::Quiet } else { Self::Full }
    }
}

/// Options for every file of the command line; set once.
static OPTIONS: OnceLock<Options> = OnceLock::new();

/// Options for source maps; set once.
static MAPS: OnceLock<MapOptions> = OnceLock::new();

/// Where indexes are kept; set once.
static CACHE: OnceLock<Option<IndexCache>> = OnceLock::new();

/// The threads that write indexes.
static WRITERS: Mutex<Vec<JoinHandle<()>>> = Mutex::new(Vec::new());

/// Sets the options with which all files are read, where their indexes are kept, and how source code is found.
pub(crate) fn set_load_options(options: Options, cache: Option<IndexCache>, maps: MapOptions) {
    OPTIONS.get_or_init(|| options);
    CACHE.get_or_init(|| cache);
    MAPS.get_or_init(|| maps);
}

/// The source maps whose warnings are printed.
static ASKED: Mutex<Vec<Arc<SourceMaps>>> = Mutex::new(Vec::new());

/// Prints which source maps were found but not applied.
pub(crate) fn tell_rejected_maps() {
    let asked = std::mem::take(&mut *ASKED.lock().unwrap_or_else(PoisonError::into_inner));
    let mut notes: Vec<String> = asked.iter().flat_map(|maps| maps.rejected()).collect();
    notes.dedup();
    for note in notes {
        warn(&note);
    }
}

/// The error with the option that helps.
pub(crate) fn format_error(error: &LoadError) -> String {
    let hint = if error.opens_partly() { "; --partial prints what is there" } else { "" };
    format!("{error}{hint}")
}

/// Loads `path` and computes what `mode` needs. From the index of the file, which is written if there is none.
pub(crate) fn load_for(path: &Path, mode: SizeMode, verbosity: Verbosity) -> Result<Arc<Snapshot>, Failure> {
    load_from(path, mode, verbosity, CACHE.get_or_init(|| None).as_ref())
}

/// [`load_for`] without an index, for files that will not be opened again.
pub(crate) fn load_once(path: &Path, mode: SizeMode, verbosity: Verbosity) -> Result<Arc<Snapshot>, Failure> {
    load_from(path, mode, verbosity, None)
}

fn load_from(
    path: &Path,
    mode: SizeMode,
    verbosity: Verbosity,
    cache: Option<&'static IndexCache>,
) -> Result<Arc<Snapshot>, Failure> {
    let snapshot = with_progress(verbosity, |progress| {
        load_cached(path, OPTIONS.get_or_init(load_options), cache, progress, |_| {})
    })?;
    if let Some(cache) = cache {
        write_index(cache, &snapshot);
    }
    if verbosity == Verbosity::Full {
        for warning in snapshot.warnings() {
            warn(&format!("{}: {}", path.display(), warning.0));
        }
    }
    snapshot.prepare(mode);
    if let Some(options) = MAPS.get() {
        let maps = SourceMaps::attach(&snapshot, options.clone());
        if verbosity == Verbosity::Full {
            ASKED.lock().unwrap_or_else(PoisonError::into_inner).push(maps);
        }
    }
    Ok(snapshot)
}

/// Begins to write the index of a snapshot of a size that gets one.
fn write_index(cache: &'static IndexCache, snapshot: &Arc<Snapshot>) {
    if snapshot.source().bytes < cache.smallest {
        return;
    }
    let snapshot = Arc::clone(snapshot);
    // Without an index the file only opens more slowly the next time.
    let writer = thread::spawn(move || drop(cache.save(&snapshot, &|| true)));
    WRITERS.lock().unwrap_or_else(PoisonError::into_inner).push(writer);
}

/// Waits until the indexes are written.
pub(crate) fn finish_indexes() {
    for writer in std::mem::take(&mut *WRITERS.lock().unwrap_or_else(PoisonError::into_inner)) {
        // A thread that panicked has written none.
        let _ = writer.join();
    }
}

/// Loads `path` with a progress line, without its index.
pub(crate) fn load_with_progress(path: &Path, verbosity: Verbosity) -> Result<Arc<Snapshot>, LoadError> {
    with_progress(verbosity, |progress| load_with(path, OPTIONS.get_or_init(load_options), progress, |_| {}))
}

/// Does `work` with a progress line.
fn with_progress<T>(verbosity: Verbosity, work: impl FnOnce(&Progress) -> T) -> T {
    let progress = Progress::new();
    if verbosity == Verbosity::Quiet || !io::stderr().is_terminal() {
        return work(&progress);
    }
    thread::scope(|scope| {
        // Dropped when loading ends, even by a panic.
        let (_loading, ended) = mpsc::channel::<()>();
        let progress = &progress;
        scope.spawn(move || draw_progress(progress, &ended));
        work(progress)
    })
}

/// Draws the progress line until `ended` closes, and clears it.
fn draw_progress(progress: &Progress, ended: &Receiver<()>) {
    const REDRAW: Duration = Duration::from_millis(80);
    const WIDTH: usize = 76;
    let mut err = io::stderr();
    let mut draw = |text: &str| {
        // A line that cannot be drawn does not stop the load.
        let _ = write!(err, "\r{text:<WIDTH$}\r").and_then(|()| err.flush());
    };
    while ended.recv_timeout(REDRAW) == Err(RecvTimeoutError::Timeout) {
        draw(&progress_line(progress.fraction(), progress.stage().label()));
    }
    draw("");
}

fn progress_line(fraction: f32, stage: &str) -> String {
    const CELLS: usize = 30;
    let cells = (0..CELLS).map(|cell| if (cell as f32) < fraction * CELLS as f32 { '█' } else { '░' });
    format!("{} {:3.0} % {stage}", cells.collect::<String>(), fraction * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_progress_line_has_a_bar_a_percentage_and_a_stage() {
        let line = progress_line(0.5, "Reading");
        assert_eq!(line, format!("{}{}  50 % Reading", "█".repeat(15), "░".repeat(15)));
        assert!(progress_line(0.0, "").starts_with('░') && !progress_line(1.0, "").contains('░'));
    }
}
