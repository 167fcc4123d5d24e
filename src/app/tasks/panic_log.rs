//! Faults of our own: a panic in a job, with its place in the source, kept for those who mend this program.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{Location, PanicHookInfo, set_hook, take_hook};
use std::sync::{Mutex, Once, PoisonError};

/// How many are remembered.
const KEPT: usize = 16;

/// What the last panics said and where. A panic passes from the thread of a pool to the job that waits for
/// it without its place, so it is found again by its words.
static PLACES: Mutex<VecDeque<(String, String)>> = Mutex::new(VecDeque::new());

/// What jobs were lost to, each with what was being done.
static FAULTS: Mutex<VecDeque<String>> = Mutex::new(VecDeque::new());

/// Has the places of panics noted from now on, besides what was done with them before.
pub(crate) fn watch() {
    static WATCHING: Once = Once::new();
    WATCHING.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic: &PanicHookInfo<'_>| {
            if let Some(place) = panic.location() {
                let said = words(panic.payload()).to_owned();
                keep(&PLACES, (said, place_of(place)));
            }
            before(panic);
        }));
    });
}

/// Notes that a job was lost to `panic` while it was `doing` something; one sentence for a person.
pub(crate) fn note(doing: &str, panic: &(dyn Any + Send)) -> String {
    let said = words(panic);
    let places = PLACES.lock().unwrap_or_else(PoisonError::into_inner);
    let place = places.iter().rev().find(|(words, _)| words == said).map(|(_, place)| format!(" ({place})"));
    drop(places);
    let told = format!("{said}{}", place.unwrap_or_default());
    keep(&FAULTS, format!("{doing}: {told}"));
    format!("Internal error, a fault of Heaplens: {told}")
}

/// Version and system, as every report begins.
pub(crate) fn program() -> String {
    let (os, processor) = (std::env::consts::OS, std::env::consts::ARCH);
    format!("Heaplens {} on {os} {processor}", env!("CARGO_PKG_VERSION"))
}

/// What those who mend this program should know of its faults since it began. Nothing of files or heaps.
pub(crate) fn report() -> String {
    let faults = FAULTS.lock().unwrap_or_else(PoisonError::into_inner);
    let mut report = program();
    if faults.is_empty() {
        report += "\nNo internal error so far";
    }
    for fault in faults.iter() {
        report += "\n";
        report += fault;
    }
    report
}

fn keep<T>(list: &Mutex<VecDeque<T>>, new: T) {
    let mut list = list.lock().unwrap_or_else(PoisonError::into_inner);
    if list.len() == KEPT {
        list.pop_front();
    }
    list.push_back(new);
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let owned = || panic.downcast_ref::<String>().map(String::as_str);
    panic.downcast_ref::<&str>().copied().or_else(owned).unwrap_or("the work stopped")
}

/// File and line, without the folders of whoever built the program.
fn place_of(place: &Location<'_>) -> String {
    let file = place.file().replace('\\', "/");
    let file = file
        .split_once("/registry/src/")
        .and_then(|(_, rest)| rest.split_once('/'))
        .map_or(&*file, |(_, rest)| rest);
    format!("{file}:{}", place.line())
}
