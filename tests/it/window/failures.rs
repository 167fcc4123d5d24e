//! Failures in the window: each is shown beside its file, with an action, and everything else keeps working.

use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui::OutputCommand;
use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use heaplens::app::apply;
use heaplens::app::{Command, Executor, FileId, OpenFile, View};
use heaplens::ui::Window;

use crate::support::samples::{TINY, sample};
use crate::support::window::{click, rows, select, settled, wait, window};

/// The first part of a good file, ending behind `part` parts of a hundred.
fn cut_short(percent: usize) -> (tempfile::TempDir, PathBuf) {
    let whole = std::fs::read(sample(TINY)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.heapsnapshot");
    std::fs::write(&path, &whole[..whole.len() * percent / 100]).unwrap();
    (folder, path)
}

/// What the last frame put on the clipboard.
fn copied(harness: &Harness<'_, Window>) -> String {
    let commands = &harness.output().platform_output.commands;
    let text = commands.iter().find_map(|command| match command {
        OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    });
    text.expect("on the clipboard")
}

fn wait_for_text(harness: &mut Harness<'_, Window>, text: &str) {
    wait(harness, text, |harness| harness.query_by_label_contains(text).is_some());
}

#[test]
fn a_file_that_cannot_be_opened_is_explained_beside_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.heapsnapshot");
    std::fs::write(&broken, "hello").unwrap();
    let mut harness = window(vec![broken, sample(TINY)]);
    settled(&mut harness, View::Summary);
    wait(&mut harness, "a sentence", |harness| {
        harness.query_by_label_contains("Not a V8 heap snapshot").is_some()
    });
    harness.get_by_role_and_label(Role::Button, "broken.heapsnapshot");
    assert!(!rows(&harness).is_empty(), "the other file is shown all the same");
    click(&mut harness, Role::Button, "Close broken.heapsnapshot");
    assert!(harness.query_by_label_contains("Not a V8 heap snapshot").is_none());
}

#[test]
fn a_file_cut_short_can_be_opened_in_part() {
    let (_folder, path) = cut_short(90);
    let mut harness = window(vec![path]);
    wait_for_text(&mut harness, "Cut short: the file ends in ");
    click(&mut harness, Role::Button, "Open what is there");
    settled(&mut harness, View::Summary);
    assert!(!rows(&harness).is_empty());
    let file = &harness.state().state.files[0];
    let partial = file.partial().expect("not all there");
    assert!(partial.nodes > 10, "{partial:?}");
    // Beside the file, in the line at the bottom, and as a warning that opens.
    let summary = partial.summary();
    harness.get_by_label(&summary);
    // The warning beside it says already that this is not all.
    harness.get_by_label("15 objects, 412\u{a0}B");
    let sentence = partial.sentence();
    click(&mut harness, Role::Button, &format!("⚠ {sentence}"));
    harness.get_by_label(&sentence);
    assert!(harness.query_by_label_contains("Cut short").is_none());
}

#[test]
fn partial_opening_is_offered_only_where_there_is_something_to_open() {
    let (_folder, path) = cut_short(3);
    let mut harness = window(vec![path]);
    wait_for_text(&mut harness, "too little is there to show");
    assert!(harness.query_by_label("Open what is there").is_none());
}

#[test]
fn a_file_that_is_whole_by_now_opens_as_a_whole() {
    let (_folder, path) = cut_short(90);
    let mut harness = window(vec![path.clone()]);
    wait_for_text(&mut harness, "Cut short");
    std::fs::copy(sample(TINY), &path).unwrap();
    click(&mut harness, Role::Button, "Open what is there");
    settled(&mut harness, View::Summary);
    assert!(harness.state().state.files[0].partial().is_none());
    assert!(harness.query_by_label_contains("Partial").is_none());
}

#[test]
fn a_load_that_panics_is_our_fault_and_the_window_lives_on() {
    let mut harness = window(vec![sample(TINY)]);
    settled(&mut harness, View::Summary);
    let (path, name) = (sample(TINY), "unlucky.heapsnapshot");
    let unlucky =
        OpenFile::start(FileId(77), path, name.into(), &Executor::threads(Arc::new(|| {})), |_, _| {
            panic!("injected by the test")
        });
    harness.state_mut().state.files.push(unlucky);
    let sentence = "Internal error, a fault of Heaplens: injected by the test (tests/it/window/failures.rs:";
    wait_for_text(&mut harness, sentence);
    harness.get_by_role_and_label(Role::Button, "Copy report").click();
    harness.step();
    let report = copied(&harness);
    assert!(report.starts_with(concat!("Heaplens ", env!("CARGO_PKG_VERSION"), " on ")), "{report}");
    assert!(report.contains(", loading a file of 1738 bytes: Internal error"), "{report}");
    harness.run_ok();
    click(&mut harness, Role::Button, "Help");
    harness.get_by_role_and_label(Role::Button, "Copy error report").click();
    harness.step();
    let report = copied(&harness);
    assert!(report.contains("\nLoading a snapshot: injected by the test (tests/it/"), "{report}");
    assert!(!report.contains("heapsnapshot"), "{report}");
    harness.run_ok();
    let first = rows(&harness)[0].clone();
    select(&mut harness, &first);
    click(&mut harness, Role::Button, &format!("Close {name}"));
    assert!(harness.query_by_label_contains("Internal error").is_none());
    assert!(!rows(&harness).is_empty());
}

#[test]
fn without_a_file_dialog_a_path_can_be_typed() {
    let mut harness = window(Vec::new());
    harness.run_ok();
    let reason = "This system offers no file dialog, so please type the path";
    apply(&mut harness.state_mut().state, Command::OpenPrompt(Some(reason.into())));
    harness.run_ok();
    harness.get_by_label(reason);
    harness.get_by_role_and_label(Role::TextInput, "Path");
}
