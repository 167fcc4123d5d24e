//! Remembers panics in background tasks, each with its source line, for the error report.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{Location, PanicHookInfo, set_hook, take_hook};
use std::sync::{Mutex, Once, PoisonError};

/// How many panics are remembered.
const CAPACITY: usize = 16;

/// Message and source line of the last panics. A panic loses its source line on the way from a pool thread to
/// the task that waits for it, so the line is found again by the message.
static LOCATIONS: Mutex<VecDeque<(String, String)>> = Mutex::new(VecDeque::new());

/// The panics that ended a task, each with the task's label.
static FAILURES: Mutex<VecDeque<String>> = Mutex::new(VecDeque::new());

/// Installs a hook that notes the source line of every panic and then calls the previous hook.
pub(crate) fn install_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic: &PanicHookInfo<'_>| {
            if let Some(location) = panic.location() {
                let message = payload_message(panic.payload()).to_owned();
                push_bounded(&LOCATIONS, (message, source_line(location)));
            }
            before(panic);
        }));
    });
}

/// Records that the task `label` ended in `panic`; returns a message for the user.
pub(crate) fn record(label: &str, panic: &(dyn Any + Send)) -> String {
    let message = payload_message(panic);
    let locations = LOCATIONS.lock().unwrap_or_else(PoisonError::into_inner);
    let line =
        locations.iter().rev().find(|(other, _)| other == message).map(|(_, line)| format!(" ({line})"));
    drop(locations);
    let message = format!("{message}{}", line.unwrap_or_default());
    push_bounded(&FAILURES, format!("{label}: {message}"));
    format!("Internal error, a fault of Heaplens: {message}")
}

/// Version and system: the first line of every report.
pub fn program() -> String {
    let (os, processor) = (std::env::consts::OS, std::env::consts::ARCH);
    format!("Heaplens {} on {os} {processor}", env!("CARGO_PKG_VERSION"))
}

/// The error report: all internal errors of this run. Contains nothing of files or heaps.
pub(crate) fn report() -> String {
    let failures = FAILURES.lock().unwrap_or_else(PoisonError::into_inner);
    let mut report = program();
    if failures.is_empty() {
        report += "\nNo internal error so far";
    }
    for failure in failures.iter() {
        report += "\n";
        report += failure;
    }
    report
}

fn push_bounded<T>(list: &Mutex<VecDeque<T>>, new: T) {
    let mut list = list.lock().unwrap_or_else(PoisonError::into_inner);
    if list.len() == CAPACITY {
        list.pop_front();
    }
    list.push_back(new);
}

fn payload_message(panic: &(dyn Any + Send)) -> &str {
    let owned = || panic.downcast_ref::<String>().map(String::as_str);
    panic.downcast_ref::<&str>().copied().or_else(owned).unwrap_or("the task stopped")
}

/// File and line, without the folders of the build machine.
fn source_line(location: &Location<'_>) -> String {
    let file = location.file().replace('\\', "/");
    let file = file
        .split_once("/registry/src/")
        .and_then(|(_, rest)| rest.split_once('/'))
        .map_or(&*file, |(_, rest)| rest);
    format!("{file}:{}", location.line())
}
