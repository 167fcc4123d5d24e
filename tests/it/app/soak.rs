//! Long runs, left out of an ordinary one: `cargo test --release --test it -- --ignored soak --nocapture`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use heaplens::app::apply;
use heaplens::app::{AppState, Command, Executor, Settings};

use crate::support::samples::{AFTER, sample};

const TIMES: usize = 200;
/// Loads before memory is measured: allocators and thread pools keep what the first ones need.
const WARM_UP: usize = 20;

/// Memory of this process that is no file's, in kB.
fn own_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn settle(state: &mut AppState) {
    state.poll();
    while state.is_busy() {
        std::thread::sleep(Duration::from_millis(1));
        state.poll();
    }
}

/// The file named by `HEAPLENS_SOAK_FILE`, or a sample.
fn file() -> PathBuf {
    std::env::var_os("HEAPLENS_SOAK_FILE").map_or_else(|| sample(AFTER), PathBuf::from)
}

#[test]
#[ignore = "takes a minute or more"]
fn opening_and_closing_takes_no_more_memory_each_time() {
    let mut state = AppState::new(Settings::default(), Executor::threads(Arc::new(|| {})));
    let mut measured = Vec::new();
    for time in 0..TIMES {
        apply(&mut state, Command::OpenFiles(vec![file()]));
        settle(&mut state);
        let open = own_memory();
        let id = state.current.expect("it was loaded");
        apply(&mut state, Command::Close(id));
        settle(&mut state);
        let closed = own_memory();
        let (Some(open), Some(closed)) = (open, closed) else { return };
        if time >= WARM_UP {
            measured.push(closed);
            if time % 20 == 0 {
                println!("{time}: {open} kB open, {closed} kB closed");
            }
        }
    }
    // The minimum of many: allocators keep more or less from one time to the next, a leak stays.
    let least = |part: &[u64]| part.iter().copied().min().expect("forty");
    let (first, last) = (least(&measured[..40]), least(&measured[measured.len() - 40..]));
    println!("closed: {first} kB at first, {last} kB at last");
    assert!(last <= first + first / 4 + 5_000, "{first} kB at first, {last} kB at last");
}
