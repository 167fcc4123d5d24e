//! The window's state without a window: commands in, effects out, tasks awaited.

use crate::support::samples::sample;
use heaplens::app::apply;
use heaplens::app::{AppState, Command, Effect, Executor, Pane, Settings, View};
use heaplens::model::TreeTable;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Nothing open.
pub(crate) fn empty() -> AppState {
    AppState::new(Settings::default(), Executor::inline())
}

/// Polls until no task is running; returns the effects for the window.
pub(crate) fn settle(state: &mut AppState) -> Vec<Effect> {
    let limit = Instant::now() + Duration::from_secs(60);
    let mut effects = state.poll();
    while state.is_busy() {
        assert!(Instant::now() < limit, "still busy with {:?}", state.activity());
        std::thread::sleep(Duration::from_millis(2));
        effects.extend(state.poll());
    }
    effects
}

/// Applies `command` and waits for what it started.
pub(crate) fn act(state: &mut AppState, command: Command) -> Vec<Effect> {
    let mut effects = apply(state, command);
    effects.extend(settle(state));
    effects
}

/// These samples, loaded.
pub(crate) fn with(names: &[&str]) -> AppState {
    let mut state = empty();
    open(&mut state, names.iter().map(|name| sample(name)).collect());
    state
}

/// Opens files. From an empty window, in the table of their objects instead of the overview.
pub(crate) fn open(state: &mut AppState, paths: Vec<PathBuf>) {
    if state.files.is_empty() && state.view == View::Overview {
        state.view = if paths.len() > 1 { View::Comparison } else { View::Summary };
    }
    act(state, Command::OpenFiles(paths));
}

pub(crate) fn table(state: &AppState) -> &TreeTable {
    state.main_table().unwrap().table.as_ref().unwrap()
}

/// The names of all rows of the middle.
pub(crate) fn names(state: &AppState) -> Vec<String> {
    (0..table(state).len()).map(|row| table(state).row(row).text()).collect()
}

/// Selects the row of the main table whose name starts with the text.
pub(crate) fn select(state: &mut AppState, begin: &str) {
    let row = names(state).iter().position(|name| name.starts_with(begin));
    let row = row.unwrap_or_else(|| panic!("no row {begin} among {:?}", names(state)));
    act(state, Command::Select(Pane::Main, row));
}

/// The name of the selected row of the middle.
pub(crate) fn selected(state: &AppState) -> String {
    let row = table(state).selected_row().expect("a selected row that can be seen");
    table(state).row(row).text()
}
