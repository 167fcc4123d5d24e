//! The timeline of snapshots, labels and notes, recent pairs, and the report that the window saves.

use heaplens::app::{AppState, Command, FileId, FileNote, View};

use crate::support::samples::{AFTER, FIXED, START};
use crate::support::state::{act, settle, with};

fn order(state: &AppState) -> Vec<FileId> {
    state.files_in_order().iter().map(|file| file.id).collect()
}

#[test]
fn snapshots_of_a_process_stand_in_the_order_in_which_they_were_taken() {
    let mut state = with(&[AFTER, START]);
    settle(&mut state);
    let [after, start] = [state.files[0].id, state.files[1].id];
    assert_eq!(order(&state), [start, after]);
    assert_eq!(state.process_of(start), None, "there is only one process");
    act(&mut state, Command::MoveFile(start, 1));
    assert_eq!((order(&state), state.is_arranged()), (vec![after, start], true));
    assert_eq!(state.by_age(), [after, start], "Trend follows the list");
    act(&mut state, Command::ArrangeByTime);
    assert_eq!(order(&state), [start, after]);
}

#[test]
fn processes_are_told_apart_and_a_trend_is_drawn() {
    let mut state = with(&[START, AFTER, FIXED]);
    settle(&mut state);
    let processes: Vec<_> = order(&state).into_iter().map(|id| state.process_of(id)).collect();
    assert_eq!(processes.iter().filter(|process| **process == processes[0]).count(), 2);
    act(&mut state, Command::ShowView(View::Trend));
    settle(&mut state);
    let lines = state.trend_lines().unwrap();
    assert_eq!((lines.totals.len(), lines.containers[0].0.as_str()), (3, "leaks"));
}

#[test]
fn labels_and_notes_are_kept_and_made_harmless() {
    let mut state = with(&[START]);
    let id = state.files[0].id;
    let note = FileNote { label: "before\u{202e}".into(), note: "5 requests".into() };
    act(&mut state, Command::SetNote(id, note));
    let kept = state.note_of(id).unwrap();
    assert!(kept.label.starts_with("before") && !kept.label.contains('\u{202e}'));
    act(&mut state, Command::SetNote(id, FileNote::default()));
    assert!(state.note_of(id).is_none() && state.settings.notes.is_empty());
}

#[test]
fn a_compared_pair_is_remembered_with_what_was_found() {
    let mut state = with(&[START, AFTER]);
    act(&mut state, Command::ShowView(View::Suspects));
    settle(&mut state);
    let pair = &state.settings.recent_pairs[0];
    assert!(pair.found.replace('\u{a0}', " ").starts_with("leaks +407 kB"), "{}", pair.found);
}

#[test]
fn a_report_of_what_is_shown_is_saved() {
    let folder = tempfile::tempdir().unwrap();
    let mut state = with(&[START, AFTER]);
    let path = folder.path().join("report.html");
    act(&mut state, Command::SaveReportTo(path.clone()));
    let page = std::fs::read_to_string(&path).unwrap();
    assert!(page.contains("class=\"map\"") && page.contains("class=\"way\"") && page.len() < 1_000_000);
    assert!(!page.contains("<script") && page.contains("leaks"));
    assert!(state.status_message.as_ref().unwrap().contains("report.html"));
    act(&mut state, Command::SaveReportTo(folder.path().join("gone/report.html")));
    assert!(state.status_message.as_ref().unwrap().contains("cannot be written"));
}
