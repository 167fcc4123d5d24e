//! Loading for the command line: a progress bar where a person watches, warnings on standard error.

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::base::Progress;
use crate::cli::{Failure, complain};
use crate::snapshot::LoadError;
use crate::snapshot::{Options, SizeMode, Snapshot, load_options, load_with};
use crate::source::maps::{MapOptions, SourceMaps};

/// What is said while a file loads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verbosity {
    /// Progress on a terminal, and warnings.
    Full,
    /// Progress alone: warnings are part of the answer.
    Progress,
    /// Nothing.
    Quiet,
}

impl Verbosity {
    /// Everything, unless a person wants quiet.
    pub fn unless(quiet: bool) -> Self {
        if quiet { Self::Quiet } else { Self::Full }
    }
}

/// What the command line says of every file it names; set once.
static OPTIONS: OnceLock<Options> = OnceLock::new();

/// What the command line says of source maps; set once.
static MAPS: OnceLock<Option<MapOptions>> = OnceLock::new();

/// Lets all files be read with `options`, and places in them be those that source maps lead to, if wanted.
pub fn read_with(options: Options, maps: Option<MapOptions>) {
    OPTIONS.get_or_init(|| options);
    MAPS.get_or_init(|| maps);
}

/// The error for a person at a command line.
pub fn sentence(error: &LoadError) -> String {
    let hint = if error.opens_partly() { "; --partial prints what is there" } else { "" };
    format!("{error}{hint}")
}

/// Loads `path` and computes what `mode` needs.
pub fn load_for(path: &Path, mode: SizeMode, chatter: Verbosity) -> Result<Arc<Snapshot>, Failure> {
    let snapshot = watched(path, chatter)?;
    if chatter == Verbosity::Full {
        for warning in snapshot.warnings() {
            complain(&format!("{}: {}", path.display(), warning.0));
        }
    }
    snapshot.prepare(mode);
    if let Some(maps) = MAPS.get_or_init(|| None) {
        SourceMaps::attach(&snapshot, maps.clone());
    }
    Ok(snapshot)
}

/// Loads `path` under a progress bar.
pub fn watched(path: &Path, chatter: Verbosity) -> Result<Arc<Snapshot>, LoadError> {
    let progress = Arc::new(Progress::new());
    let bar = if chatter == Verbosity::Quiet { ProgressBar::hidden() } else { progress_bar(&progress) };
    let loaded = load_with(path, OPTIONS.get_or_init(load_options), &progress, |_| {});
    bar.finish_and_clear();
    loaded
}

/// Draws itself on standard error from time to time, if that is a terminal.
fn progress_bar(progress: &Arc<Progress>) -> ProgressBar {
    const CELLS: usize = 30;
    let (stage, fraction) = (progress.clone(), progress.clone());
    let style =
        ProgressStyle::with_template("{cells} {stage}").unwrap_or_else(|_| ProgressStyle::default_bar());
    let style = style
        .with_key("stage", move |_: &indicatif::ProgressState, to: &mut dyn std::fmt::Write| {
            // A bar that cannot be drawn is no reason to stop.
            let _ = to.write_str(stage.stage().label());
        })
        .with_key("cells", move |_: &indicatif::ProgressState, to: &mut dyn std::fmt::Write| {
            let fraction = fraction.fraction();
            let cells =
                (0..CELLS).map(|cell| if (cell as f32) < fraction * CELLS as f32 { '█' } else { '░' });
            let _ = write!(to, "{} {:3.0} %", cells.collect::<String>(), fraction * 100.0);
        });
    let bar = ProgressBar::new_spinner().with_style(style);
    bar.enable_steady_tick(Duration::from_millis(80));
    bar
}
