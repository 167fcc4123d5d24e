//! Navigation without a window: the palette, copies, paths to an object, type-ahead, expanding all.

use crate::support::samples::{AFTER, LEAKS_ROW, TINY, sample};
use crate::support::state::{act, names, select, selected, table, with};
use heaplens::app::{Command, CopyWhat, Effect, Pane, SelectionStep, View};
use heaplens::model::{Disclosure, TextFormat};

/// The array that leaks, selected in Summary.
fn at_the_leak() -> heaplens::app::AppState {
    let mut state = with(&[AFTER]);
    act(&mut state, Command::SetFilter("/^Array$/".to_owned()));
    act(&mut state, Command::Toggle(Pane::Main, 0));
    select(&mut state, LEAKS_ROW);
    state
}

fn copied(effects: &[Effect]) -> &str {
    let [Effect::Copy(text)] = effects else { panic!("{effects:?}") };
    text
}

#[test]
fn the_palette_finds_a_command_and_carries_it_out() {
    let mut state = with(&[AFTER]);
    act(&mut state, Command::TogglePalette);
    act(&mut state, Command::EditPalette("domina".to_owned()));
    let hits: Vec<&str> =
        state.command_palette.as_ref().unwrap().hits.iter().map(|hit| hit.entry.label).collect();
    assert_eq!(hits[0], "Dominators");
    act(&mut state, Command::AcceptPalette);
    assert_eq!((state.view, &state.command_palette), (View::Dominators, &None));
}

#[test]
fn the_palette_offers_what_can_be_done_now() {
    let mut state = with(&[AFTER]);
    let offers = |state: &mut heaplens::app::AppState, label: &str| {
        act(state, Command::TogglePalette);
        let is_there =
            state.command_palette.as_ref().unwrap().hits.iter().any(|hit| hit.entry.label == label);
        act(state, Command::Dismiss);
        is_there
    };
    assert!(!offers(&mut state, "Copy @id"), "nothing is selected");
    assert!(!offers(&mut state, "Allocations"), "this is no timeline");
    act(&mut state, Command::Toggle(Pane::Main, 0));
    act(&mut state, Command::Select(Pane::Main, 1));
    assert!(offers(&mut state, "Copy @id"));
}

#[test]
fn the_choice_goes_round_in_the_palette() {
    let mut state = with(&[AFTER]);
    act(&mut state, Command::TogglePalette);
    let count = state.command_palette.as_ref().unwrap().hits.len();
    act(&mut state, Command::StepPalette(-1));
    assert_eq!(state.command_palette.as_ref().unwrap().chosen, count - 1);
    act(&mut state, Command::StepPalette(1));
    assert_eq!(state.command_palette.as_ref().unwrap().chosen, 0);
}

#[test]
fn a_path_is_copied_with_all_its_steps() {
    let mut state = at_the_leak();
    let effects = act(&mut state, Command::CopySelected(CopyWhat::Path));
    let text = copied(&effects);
    assert!(text.lines().next().unwrap().ends_with("leaks`"), "{text}");
    assert!(text.lines().last().unwrap().contains(LEAKS_ROW), "{text}");
    assert!(state.status_message.as_ref().unwrap().starts_with("Copied the path"));
}

#[test]
fn a_table_is_copied_as_it_is_shown() {
    let mut state = at_the_leak();
    let rows = names(&state).len();
    let effects = act(&mut state, Command::CopyTable(TextFormat::Tsv));
    let lines: Vec<&str> = copied(&effects).lines().collect();
    assert_eq!(lines.len(), rows + 1);
    assert_eq!(lines[0], "Constructor\tDistance\tShallow size\tRetained size");
    assert!(lines[1].starts_with("Array ×") && lines[2].starts_with("  Array @"), "{lines:?}");
    let effects = act(&mut state, Command::CopyTable(TextFormat::Markdown));
    let lines: Vec<&str> = copied(&effects).lines().collect();
    assert_eq!(lines[1], "| --- | ---: | ---: | ---: |");
    assert!(lines[3].starts_with("| &emsp;Array @"), "{lines:?}");
}

#[test]
fn an_object_is_revealed_in_every_tree() {
    let mut state = at_the_leak();
    for view in [View::Containment, View::Dominators, View::Summary] {
        act(&mut state, Command::RevealSelected(view));
        assert_eq!(state.view, view);
        assert!(selected(&state).contains(LEAKS_ROW), "{view:?}: {}", selected(&state));
    }
    act(&mut state, Command::Back);
    assert_eq!(state.view, View::Dominators);
}

#[test]
fn an_object_no_root_leads_to_is_said_to_have_no_place() {
    let mut state = with(&[AFTER]);
    let root = state.snapshot(state.current.unwrap()).unwrap().graph().root;
    let current = state.current.unwrap();
    act(&mut state, Command::Inspect(current, root));
    act(&mut state, Command::RevealSelected(View::Containment));
    assert!(
        state.status_message.as_ref().unwrap().contains("no root leads to it"),
        "{:?}",
        state.status_message
    );
}

#[test]
fn letters_go_to_the_next_row_that_begins_with_them() {
    let mut state = with(&[TINY]);
    act(&mut state, Command::Move(Pane::Main, SelectionStep::First));
    let all = names(&state);
    let wanted = all.last().unwrap().clone();
    let begin: String = wanted.trim_start_matches('(').chars().take(4).collect();
    act(&mut state, Command::TypeAhead(Pane::Main, begin.to_uppercase()));
    assert!(
        selected(&state).trim_start_matches('(').to_lowercase().starts_with(&begin.to_lowercase()),
        "{} of {all:?}",
        selected(&state)
    );
    let before = selected(&state);
    act(&mut state, Command::TypeAhead(Pane::Main, "no such row".to_owned()));
    assert_eq!(selected(&state), before);
    assert!(state.status_message.is_some());
}

#[test]
fn all_below_a_row_opens_as_far_as_there_is_room() {
    let mut state = with(&[TINY]);
    act(&mut state, Command::ShowView(View::Containment));
    act(&mut state, Command::Move(Pane::Main, SelectionStep::First));
    let before = table(&state).len();
    act(&mut state, Command::OpenRecursively);
    let after = table(&state).len();
    assert!(after > before, "{:?}", names(&state));
    let closed = (0..after).filter(|&row| table(&state).row(row).disclosure == Disclosure::Busy).count();
    assert_eq!(closed, 0);
    let mut large = with(&[AFTER]);
    act(&mut large, Command::ShowView(View::Containment));
    act(&mut large, Command::Move(Pane::Main, SelectionStep::First));
    act(&mut large, Command::OpenRecursively);
    assert!(table(&large).len() <= 20_000, "{}", table(&large).len());
    assert!(
        large.status_message.as_ref().is_some_and(|status_message| status_message.contains("as fit")),
        "{:?}",
        large.status_message
    );
    assert!(sample(AFTER).is_file());
}
