//! Closing a file frees its snapshot: no view, pane, cached result or finished task may keep it.

use crate::support::samples::{AFTER, FIXED, START};
use crate::support::state::{act, names, settle, with};
use heaplens::app::{
    AppState, Command, FOLD_INTERNALS, FileId, GROUP_RETAINERS, GROWTH_BY, GroupRetainersMode,
    OBJECT_RETAINERS, ObjectRetainersMode, Pane, STRING_LIST, TREND_OF, View, apply,
};
use heaplens::model::{FilterPreset, GrowthBy, Internals, Search, StringList, TrendOf};
use heaplens::snapshot::Snapshot;
use heaplens::snapshot::filters::Filter;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

/// The files in the order they were opened, each with a weak reference to its snapshot.
fn weak(state: &AppState) -> Vec<(FileId, Weak<Snapshot>)> {
    let snapshot = |file: FileId| Arc::downgrade(state.snapshot(file).expect("it is loaded"));
    state.files.iter().map(|file| (file.id, snapshot(file.id))).collect()
}

/// Closes a file and asserts that its snapshot is freed, however late a cancelled task notices.
fn close(state: &mut AppState, (id, snapshot): &(FileId, Weak<Snapshot>), visited: &str) {
    act(state, Command::Close(*id));
    let limit = Instant::now() + Duration::from_secs(20);
    while snapshot.strong_count() > 0 && Instant::now() < limit {
        std::thread::sleep(Duration::from_millis(2));
        state.poll();
    }
    assert_eq!(snapshot.strong_count(), 0, "still in memory after {visited}");
}

fn show(state: &mut AppState, file: FileId, view: View) {
    act(state, Command::ShowFile(file));
    act(state, Command::ShowView(view));
}

/// Selects the first group row of the main table, and shows its dominators.
fn select_group(state: &mut AppState, file: FileId) {
    show(state, file, View::Summary);
    let row = names(state).iter().position(|name| name.starts_with("Array")).expect("a row of arrays");
    act(state, Command::Select(Pane::Main, row));
}

/// Selects an object of the main table: the first below the first row.
fn select_object(state: &mut AppState) {
    act(state, Command::Toggle(Pane::Main, 0));
    act(state, Command::Select(Pane::Main, 1));
}

/// Visits every view and pane of `file`.
fn visit_everything(state: &mut AppState, file: FileId) {
    act(state, Command::SetSearch(Search { text: "Array".into(), ..Search::default() }));
    for view in View::ALL {
        show(state, file, view);
        if view.has_table() && state.main_table().is_some() {
            select_object(state);
        }
    }
    act(state, Command::SetMapSize(600, 400));
    show(state, file, View::Map);
    for list in [StringList::Texts, StringList::Prefixes, StringList::Sliced] {
        show(state, file, View::Strings);
        act(state, STRING_LIST.set(list));
    }
    for by in [GrowthBy::Owners, GrowthBy::Containers] {
        show(state, file, View::Growth);
        act(state, GROWTH_BY.set(by));
    }
    select_group(state, file);
    act(state, GROUP_RETAINERS.set(GroupRetainersMode::Dominators));
    act(state, GROUP_RETAINERS.set(GroupRetainersMode::MergedPaths));
    select_object(state);
    act(state, OBJECT_RETAINERS.set(ObjectRetainersMode::Paths));
    act(state, OBJECT_RETAINERS.set(ObjectRetainersMode::Retainers));
    act(state, Command::IgnoreRetainer(0));
    act(state, Command::FindContexts);
    act(state, Command::SetFilterPreset(FilterPreset::Filter(Filter::DuplicatedStrings)));
    act(state, Command::SetFilterPreset(FilterPreset::All));
}

#[test]
fn closing_a_file_frees_it_after_every_view_was_visited() {
    let mut state = with(&[START, AFTER, FIXED]);
    let files = weak(&state);
    for &(file, _) in &files {
        visit_everything(&mut state, file);
    }
    for file in &files {
        close(&mut state, file, "every view");
    }
}

#[test]
fn a_trend_frees_the_snapshots_it_no_longer_follows() {
    let mut state = with(&[START, AFTER, FIXED]);
    let files = weak(&state);
    for of in [TrendOf::Kept, TrendOf::Classes, TrendOf::Containers] {
        show(&mut state, files[1].0, View::Trend);
        act(&mut state, TREND_OF.set(of));
    }
    act(&mut state, Command::ShowView(View::Summary));
    for file in [&files[2], &files[0]] {
        close(&mut state, file, "a trend through three files");
    }
    assert_eq!(state.current, Some(files[1].0));
}

#[test]
fn merged_paths_free_their_snapshot() {
    let mut state = with(&[START, AFTER]);
    let files = weak(&state);
    select_group(&mut state, files[0].0);
    close(&mut state, &files[0], "merged paths");
}

#[test]
fn a_hidden_pane_of_retainers_frees_its_snapshot() {
    let mut state = with(&[START, AFTER]);
    let files = weak(&state);
    // With an object selected in the one snapshot, that of the other stays in the pane until it is rebuilt.
    for at in [1, 0] {
        show(&mut state, files[at].0, View::Summary);
        select_object(&mut state);
    }
    act(&mut state, Command::ToggleRetainers);
    show(&mut state, files[1].0, View::Summary);
    assert_eq!(state.inspected_object.map(|(file, _)| file), Some(files[1].0));
    close(&mut state, &files[0], "retainers that are hidden now");
}

#[test]
fn closing_a_file_stops_the_work_that_needs_it() {
    let mut state = with(&[START, AFTER]);
    let files = weak(&state);
    let begun = [
        Command::ShowView(View::Comparison),
        Command::ShowView(View::Growth),
        Command::ShowView(View::Statistics),
        Command::ShowView(View::Suspects),
        Command::CopyTable(heaplens::model::TextFormat::Tsv),
        Command::SetMapSize(300, 200),
        Command::ShowView(View::Map),
    ];
    for command in begun {
        apply(&mut state, command);
    }
    apply(&mut state, Command::RestoreRetainers);
    assert_eq!(state.option(&FOLD_INTERNALS), Internals::Shown);
    close(&mut state, &files[0], "work that was under way");
    settle(&mut state);
    close(&mut state, &files[1], "work that was under way");
}
