//! Commands one by one, on small snapshots.

use crate::support::samples::{
    AFTER, FIXED, KINDS_AFTER, KINDS_START, LEAKS_ID, LEAKS_ROW, START, TINY, sample,
};
use crate::support::state::{act, empty, table, with};
use heaplens::app::{
    AppState, Command, CopyWhat, Effect, Executor, FileId, FixRole, Load, OpenFile, Pane, Settings,
    ThemeChoice, View,
};
use heaplens::app::{SIZES, THEME, apply};
use heaplens::model::{ColumnId, Direction, HeapPart, Item};
use heaplens::snapshot::SizeMode;

fn sides(state: &AppState) -> (Option<&str>, Option<&str>) {
    (
        state.baseline_file().map(|file| file.name.as_str()),
        state.current_file().map(|file| file.name.as_str()),
    )
}

fn row_of(state: &AppState, pane: Pane, begin: &str) -> usize {
    let table = match pane {
        Pane::Main => table(state),
        Pane::Retainers => state.retainers().and_then(|pane| pane.table.as_ref()).unwrap(),
    };
    (0..table.len())
        .find(|&row| table.row(row).text().starts_with(begin))
        .unwrap_or_else(|| panic!("no row {begin}"))
}

fn id(state: &AppState, name: &str) -> FileId {
    state.files.iter().find(|file| file.name == name).unwrap().id
}

#[test]
fn one_file_is_shown_in_the_overview() {
    let mut state = empty();
    act(&mut state, Command::OpenFiles(vec![sample(TINY)]));
    assert_eq!(sides(&state), (None, Some(TINY)));
    assert_eq!(state.view, View::Overview);
    for part in HeapPart::ALL {
        assert!(matches!(state.heap_cards(part), Some(Ok(_))), "{part:?}");
    }
    assert!(state.growth_overview().is_none(), "there is no baseline");
    assert_eq!(state.settings.recent, [sample(TINY)]);
}

#[test]
fn two_files_are_compared_with_the_older_as_baseline() {
    for order in [[START, AFTER], [AFTER, START]] {
        let mut state = empty();
        act(&mut state, Command::OpenFiles(order.map(sample).to_vec()));
        assert_eq!(sides(&state), (Some(START), Some(AFTER)));
        assert_eq!(state.view, View::Overview);
        let growth = state.growth_overview().unwrap().unwrap();
        assert_eq!(growth.steps[0].label, "leaks");
        let object = state.suspects_of_growth().unwrap().unwrap().suspects[0].object;
        let code = state.code_excerpt(object).expect("the sample has its source");
        assert!(code.spans.iter().any(|span| span.text.contains("push")), "{code:?}");
    }
}

#[test]
fn two_files_opened_one_after_the_other_are_compared_too() {
    let mut state = with(&[AFTER]);
    act(&mut state, Command::OpenFiles(vec![sample(START)]));
    assert_eq!(sides(&state), (Some(START), Some(AFTER)));
    assert_eq!(state.view, View::Overview);
}

#[test]
fn three_files_have_a_line_through_all() {
    let mut state = empty();
    act(&mut state, Command::OpenFiles([START, AFTER, FIXED].map(sample).to_vec()));
    let chart = state.trend_chart().unwrap().unwrap();
    assert_eq!((chart.names.len(), chart.totals.len()), (3, 3));
    assert!(chart.lines.iter().any(|line| line.label == "leaks"), "{chart:?}");
}

#[test]
fn a_session_is_continued_with_its_view_and_object() {
    let mut state = with(&[START, AFTER]);
    act(&mut state, Command::ShowView(View::Growth));
    let object = state.suspects_of_growth().unwrap().unwrap().suspects[0].object;
    let file = state.current.unwrap();
    act(&mut state, Command::Inspect(file, object));
    let before = state.object_id(file, object);
    state.remember_session();
    let mut again = AppState::new(state.settings.clone(), Executor::inline());
    again.remember_session();
    act(&mut again, Command::ContinueSession);
    assert_eq!((sides(&again), again.view), ((Some(START), Some(AFTER)), View::Growth));
    let (file, node) = again.inspected_object.unwrap();
    assert_eq!(again.object_id(file, node), before);
}

#[test]
fn two_files_opened_together_are_compared_whatever_else_is_open() {
    let mut state = with(&[TINY]);
    act(&mut state, Command::OpenFiles(vec![sample(AFTER), sample(START)]));
    assert_eq!(sides(&state), (Some(START), Some(AFTER)));
}

#[test]
fn a_third_file_changes_nothing_that_is_shown() {
    let mut state = with(&[START, AFTER]);
    act(&mut state, Command::OpenFiles(vec![sample(FIXED)]));
    assert_eq!(sides(&state), (Some(START), Some(AFTER)));
    assert_eq!(state.view, View::Comparison);
    assert_eq!(state.added_file().map(|file| file.name.as_str()), Some(FIXED));
    act(&mut state, Command::OpenFiles(vec![sample(FIXED)]));
    assert_eq!(sides(&state), (Some(START), Some(FIXED)), "it is open: the user wants to see it");
}

#[test]
fn a_fix_is_checked_with_the_compared_pair_and_what_was_added() {
    let mut state = with(&[START, AFTER]);
    assert!(!state.is_view_available(View::Fix));
    act(&mut state, Command::OpenFiles(vec![sample(FIXED)]));
    act(&mut state, Command::ShowView(View::Fix));
    assert!(state.added_file().is_none(), "the offer was taken");
    let names =
        |state: &AppState| state.fix_files().unwrap().roles.map(|id| state.file(id).unwrap().name.clone());
    assert_eq!(names(&state), [START, AFTER, FIXED]);
    let report = state.fix_report().unwrap().unwrap();
    assert!(report.is_fixed());
    assert_eq!(report.containers[0].who, "leaks");
    let (after, fixed) = (id(&state, AFTER), id(&state, FIXED));
    act(&mut state, Command::SetFixRole(FixRole::Fixed, after));
    assert_eq!(names(&state), [START, FIXED, AFTER], "two roles are exchanged");
    let sentence = state.fix_report().unwrap().err().unwrap();
    assert!(sentence.contains("one process"), "{sentence}");
    act(&mut state, Command::Close(fixed));
    assert_eq!((state.fix_files(), state.view), (None, View::Summary));
}

#[test]
fn a_pair_of_another_process_is_offered_as_the_fixed_one() {
    let names = |state: &AppState| {
        let files = state.fix_files().unwrap().all().into_iter();
        files.map(|id| state.file(id).unwrap().name.clone()).collect::<Vec<_>>()
    };
    let expected = [START, AFTER, KINDS_START, KINDS_AFTER];
    let mut together = with(&[START, AFTER]);
    act(&mut together, Command::OpenFiles(vec![sample(KINDS_START), sample(KINDS_AFTER)]));
    assert_eq!(together.added_file().map(|file| file.name.as_str()), Some(KINDS_AFTER));
    assert_eq!(names(&together), expected);
    let mut apart = with(&[START, AFTER]);
    act(&mut apart, Command::OpenFiles(vec![sample(KINDS_AFTER)]));
    assert_eq!(names(&apart), [START, AFTER, KINDS_AFTER]);
    act(&mut apart, Command::OpenFiles(vec![sample(KINDS_START)]));
    assert_eq!(sides(&apart), (Some(START), Some(AFTER)), "nothing that is shown changes");
    assert_eq!(names(&apart), expected, "the older one of a process comes first");
    act(&mut apart, Command::ShowView(View::Fix));
    let report = apart.fix_report().unwrap().unwrap();
    assert_eq!(report.fixed.len(), 2);
    act(&mut apart, Command::SetFixCounted(["5".into(), String::new()]));
    let report = apart.fix_report().unwrap().unwrap();
    assert_eq!((report.rates.unit.name(), report.rates.fixed), ("request", Some(5.0)));
    act(&mut apart, Command::SetFixCounted([String::new(), "2,5".into()]));
    assert_eq!(apart.fix_report().unwrap().unwrap().rates.leaking, Some(2.5));
    act(&mut apart, Command::SetFixLater(None));
    assert_eq!(names(&apart), [START, AFTER, KINDS_START]);
    let start = id(&apart, START);
    act(&mut apart, Command::SetFixLater(Some(start)));
    assert_eq!(names(&apart).len(), 3, "a snapshot has one role");
}

#[test]
fn snapshots_of_different_processes_are_said_to_be_with_the_evidence() {
    let mut state = with(&[START, AFTER]);
    assert_eq!(state.matching_note(), None);
    act(&mut state, Command::OpenFiles(vec![sample(FIXED)]));
    act(&mut state, Command::ShowAdded);
    for view in [View::Comparison, View::Growth, View::Suspects, View::Trend] {
        act(&mut state, Command::ShowView(view));
        let (note, evidence) = state.matching_note().unwrap();
        assert!(note.contains("process"), "{note}");
        assert!(evidence.contains("same kind and name"), "{evidence}");
    }
}

#[test]
fn a_file_that_is_open_is_not_loaded_again() {
    let mut state = with(&[TINY]);
    act(&mut state, Command::OpenFiles(vec![sample(TINY)]));
    assert_eq!(state.files.len(), 1);
}

#[test]
fn a_file_that_cannot_be_read_says_why_and_can_be_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("later.heapsnapshot");
    let mut state = empty();
    act(&mut state, Command::OpenFiles(vec![path.clone()]));
    let Load::Failed(refusal) = &state.files[0].load else { panic!("loaded") };
    assert!(refusal.sentence.starts_with("Cannot open the file"), "{refusal:?}");
    assert_eq!(state.current, None);
    std::fs::copy(sample(TINY), &path).unwrap();
    act(&mut state, Command::OpenFiles(vec![path]));
    let states: Vec<bool> = state.files.iter().map(OpenFile::is_complete).collect();
    assert_eq!(states.last(), Some(&true));
}

#[test]
fn closing_gives_the_place_to_another() {
    let mut state = with(&[START, AFTER]);
    let closed = id(&state, AFTER);
    act(&mut state, Command::Close(closed));
    assert_eq!(sides(&state), (None, Some(START)));
    assert_eq!(state.view, View::Summary);
    act(&mut state, Command::CloseCurrent);
    assert_eq!(sides(&state), (None, None));
    assert!(state.main_table().is_none());
}

#[test]
fn closing_a_file_that_is_being_loaded_leaves_nothing() {
    let mut state = empty();
    apply(&mut state, Command::OpenFiles(vec![sample(AFTER)]));
    let loading = state.files[0].id;
    act(&mut state, Command::Close(loading));
    assert!(state.files.is_empty() && state.current.is_none());
}

#[test]
fn sides_are_swapped_and_chosen() {
    let mut state = with(&[START, AFTER]);
    act(&mut state, Command::SwapSides);
    assert_eq!(sides(&state), (Some(AFTER), Some(START)));
    let after = id(&state, AFTER);
    act(&mut state, Command::ShowFile(after));
    assert_eq!(sides(&state), (Some(START), Some(AFTER)), "the baseline gives way");
    act(&mut state, Command::SetBaseline(after));
    assert_eq!(sides(&state), (Some(AFTER), Some(START)));
}

#[test]
fn a_column_sorts_both_ways() {
    let mut state = with(&[TINY]);
    let sort = |state: &AppState| table(state).sort();
    act(&mut state, Command::SortBy(Pane::Main, ColumnId::NAME));
    assert_eq!((sort(&state).column, sort(&state).direction), (ColumnId::NAME, Direction::Ascending));
    act(&mut state, Command::SortBy(Pane::Main, ColumnId::NAME));
    assert_eq!(sort(&state).direction, Direction::Descending);
}

#[test]
fn a_faulty_filter_leaves_the_last_good_one_in_force() {
    let mut state = with(&[TINY]);
    let count = |state: &AppState| table(state).len();
    let all = count(&state);
    act(&mut state, Command::SetFilter("user".to_owned()));
    assert_eq!(count(&state), 1);
    act(&mut state, Command::SetFilter("/us(/".to_owned()));
    assert!(state.class_filter.error.is_some());
    assert_eq!(count(&state), 1);
    act(&mut state, Command::SetFilter(String::new()));
    assert_eq!((count(&state), &state.class_filter.error), (all, &None));
}

#[test]
fn expanded_rows_stay_when_sizes_change() {
    let mut state = with(&[AFTER]);
    let array = row_of(&state, Pane::Main, "Array ×");
    act(&mut state, Command::Toggle(Pane::Main, array));
    let count = table(&state).len();
    act(&mut state, SIZES.set(SizeMode::Raw));
    assert!(state.settings.raw_sizes);
    assert_eq!(table(&state).len(), count);
}

#[test]
fn selecting_an_object_shows_its_retainers_and_is_remembered() {
    let mut state = with(&[START, AFTER]);
    let array = row_of(&state, Pane::Main, "Array ×");
    act(&mut state, Command::Select(Pane::Main, array));
    assert_eq!(state.inspected_object, None, "a constructor has no retainers");
    act(&mut state, Command::Toggle(Pane::Main, array));
    let leak = row_of(&state, Pane::Main, LEAKS_ROW);
    act(&mut state, Command::Select(Pane::Main, leak));
    assert!(row_of(&state, Pane::Retainers, "leaks in scope {") == 0);
    act(&mut state, Command::Back);
    assert_eq!(state.main_table().unwrap().selected_row(), Some(array));
    act(&mut state, Command::ShowView(View::Summary));
    act(&mut state, Command::Back);
    assert_eq!((state.view, state.main_table().unwrap().selected_row()), (View::Comparison, Some(array)));
    act(&mut state, Command::Forward);
    assert_eq!((state.view, state.main_table().unwrap().selected_row()), (View::Comparison, Some(leak)));
}

#[test]
fn an_object_is_found_among_its_constructors() {
    let mut state = with(&[START, AFTER]);
    let array = row_of(&state, Pane::Main, "Array ×");
    act(&mut state, Command::Toggle(Pane::Main, array));
    let leak = row_of(&state, Pane::Main, LEAKS_ROW);
    act(&mut state, Command::SetFilter("Array".to_owned()));
    act(&mut state, Command::Select(Pane::Main, leak));
    act(&mut state, Command::SetFilter("nothing like it".to_owned()));
    act(&mut state, Command::Reveal(View::Summary, Pane::Retainers, 0));
    assert_eq!((state.view, state.class_filter.typed.as_str()), (View::Summary, ""));
    let table_pane = state.main_table().unwrap();
    let path = table_pane.table.as_ref().unwrap().selection().unwrap();
    assert!(matches!(path, [Item::Class(_), Item::Node(..)]), "{path:?}");
    assert!(table_pane.selected_row().is_some());
}

#[test]
fn rows_are_copied_as_text() {
    let mut state = with(&[START, AFTER]);
    let array = row_of(&state, Pane::Main, "Array ×");
    act(&mut state, Command::Toggle(Pane::Main, array));
    let leak = row_of(&state, Pane::Main, LEAKS_ROW);
    let copied = act(&mut state, Command::Copy(Pane::Main, leak, CopyWhat::ObjectId));
    assert_eq!(copied, [Effect::Copy(LEAKS_ID.to_owned())]);
    act(&mut state, Command::Select(Pane::Main, leak));
    let copied = act(&mut state, Command::CopySelected(CopyWhat::Row));
    let [Effect::Copy(row)] = &copied[..] else { panic!("{copied:?}") };
    assert!(row.starts_with(LEAKS_ROW) && row.contains('\t'), "{row}");
}

#[test]
fn tastes_are_kept_in_the_settings() {
    let mut state = empty();
    act(&mut state, THEME.set(ThemeChoice::Light));
    act(&mut state, Command::ToggleFiles);
    act(&mut state, Command::ToggleRetainers);
    let expected = Settings {
        theme: ThemeChoice::Light,
        files_shown: false,
        retainers_shown: false,
        ..Settings::default()
    };
    assert_eq!(state.settings, expected);
}

#[test]
fn deeds_outside_are_left_to_the_window() {
    let mut state = empty();
    assert_eq!(apply(&mut state, Command::OpenDialog), [Effect::OpenDialog]);
    assert_eq!(apply(&mut state, Command::FocusFilter), [Effect::FocusFilter]);
    assert_eq!(apply(&mut state, Command::Quit), [Effect::Quit]);
}

#[test]
fn the_prompt_opens_what_it_names() {
    let mut state = empty();
    act(&mut state, Command::OpenPrompt(None));
    act(&mut state, Command::EditPath(sample("tin").display().to_string()));
    act(&mut state, Command::CompletePath);
    act(&mut state, Command::AcceptPath);
    assert_eq!(state.prompt, None);
    assert_eq!(sides(&state), (None, Some(TINY)));
    act(&mut state, Command::OpenPrompt(Some("because".to_owned())));
    act(&mut state, Command::Dismiss);
    assert_eq!(state.prompt, None);
}
