//! Ctrl+C, progress and questions while a capture runs.

use std::io::{BufRead, IsTerminal, Write, stderr, stdin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use signal_hook::consts::SIGINT;
use signal_hook::flag;

use crate::base::{format_count, format_size};
use crate::capture::{CaptureControl, CapturePhase};
use crate::cli::{Failure, warn};
use crate::model::format::plain_spaces;

const STEP: Duration = Duration::from_millis(100);
const SHORTEST_SILENCE: u64 = 10;

/// Controls one command.
pub(super) struct Watch {
    control: Arc<CaptureControl>,
    interrupted: Arc<AtomicBool>,
    quiet: bool,
}

impl Watch {
    /// From here on Ctrl+C cancels the capture instead of ending the program.
    pub(super) fn new(quiet: bool) -> Result<Self, Failure> {
        let interrupted = Arc::new(AtomicBool::new(false));
        flag::register(SIGINT, Arc::clone(&interrupted))?;
        let watch = Self { control: Arc::default(), interrupted, quiet };
        let (control, interrupted) = (Arc::clone(&watch.control), Arc::clone(&watch.interrupted));
        thread::spawn(move || {
            while !interrupted.load(Relaxed) {
                thread::sleep(STEP);
            }
            control.cancel();
        });
        Ok(watch)
    }

    /// The control of the capture.
    pub(super) fn control(&self) -> &CaptureControl {
        &self.control
    }

    /// Whether Ctrl+C was pressed.
    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Relaxed)
    }
}

/// Runs `work` and shows its progress.
pub(super) fn load_with_progress<T>(watch: &Watch, work: impl FnOnce() -> T) -> T {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let display = scope.spawn(|| show_until(watch, &done));
        let result = work();
        done.store(true, Relaxed);
        display.thread().unpark();
        result
    })
}

fn show_until(watch: &Watch, done: &AtomicBool) {
    let on_screen = stderr().is_terminal() && !watch.quiet;
    let mut told = CapturePhase::Idle;
    let mut width = 0;
    while !done.load(Relaxed) {
        let phase = watch.control.phase();
        if phase != told && matches!(phase, CapturePhase::Busy | CapturePhase::Blocked) && !watch.quiet {
            clear(&mut width);
            tell(phase, watch);
        }
        told = phase;
        if on_screen {
            let line = line(&watch.control);
            let shorter = width.max(line.chars().count());
            width = line.chars().count();
            // Progress is not needed without a terminal.
            let _ = write!(stderr(), "\r{line:shorter$}");
        }
        thread::park_timeout(STEP);
    }
    clear(&mut width);
}

fn clear(width: &mut usize) {
    if *width > 0 {
        let _ = write!(stderr(), "\r{:1$}\r", "", *width);
        *width = 0;
    }
}

fn tell(phase: CapturePhase, watch: &Watch) {
    warn(match (phase, watch.control.may_pause()) {
        (CapturePhase::Busy, true) => {
            "The process is busy in a JavaScript loop: it is paused for the snapshot."
        }
        (CapturePhase::Busy, false) => {
            "The process is busy in a JavaScript loop, or waits for a debugger: its snapshot comes when it is idle. \
             With --pause Heaplens pauses it."
        }
        _ => {
            "The process does not answer: it is blocked outside JavaScript or stopped. Waiting; Ctrl+C ends it."
        }
    });
}

/// One line of progress.
fn line(control: &CaptureControl) -> String {
    let text = match control.phase() {
        CapturePhase::Idle => String::new(),
        CapturePhase::Asked => "Asked for".to_owned(),
        CapturePhase::Preparing => {
            let (done, total) = control.objects();
            format!("Preparing: {} of {} objects", format_count(done), format_count(total))
        }
        CapturePhase::Receiving => format!("Receiving: {}", plain_spaces(&format_size(control.bytes()))),
        CapturePhase::Recording => "Recording".to_owned(),
        CapturePhase::Sources => "Fetching scripts".to_owned(),
        CapturePhase::Busy => "Busy".to_owned(),
        CapturePhase::Blocked => "Blocked".to_owned(),
    };
    let silent = control.silent_seconds();
    let is_waiting = matches!(control.phase(), CapturePhase::Preparing | CapturePhase::Receiving);
    if is_waiting && silent >= SHORTEST_SILENCE {
        format!("{text}, nothing heard for {silent} s")
    } else {
        text
    }
}

/// Asks a question; Ctrl+C means no.
pub(super) fn ask(watch: &Watch, question: &str) -> bool {
    let _ = write!(stderr(), "{question}? [y/N] ");
    let (sender, receiver) = channel();
    // Reading cannot be interrupted, so it runs on a thread that is abandoned.
    thread::spawn(move || {
        let mut line = String::new();
        let read = stdin().lock().read_line(&mut line);
        let _ = sender.send(read.map(|_| line).unwrap_or_default());
    });
    loop {
        match receiver.recv_timeout(STEP) {
            Ok(line) => return ["y", "yes"].contains(&line.trim().to_lowercase().as_str()),
            Err(RecvTimeoutError::Timeout) if !watch.is_interrupted() => {}
            Err(_) => return false,
        }
    }
}
