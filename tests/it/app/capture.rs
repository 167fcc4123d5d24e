//! Captures from the window's state: a typed address, snapshots that open and are compared.

use heaplens::app::{AppState, CaptureCommand, Command, OpenFile, SessionState, View, apply};
use serde_json::json;

use crate::support::captures::snapshot;
use crate::support::inspector::{FakeInspector, Lists, Then, usual};
use crate::support::state::{act, empty, settle};

fn capture(state: &mut AppState, command: CaptureCommand) {
    act(state, Command::Capture(command));
}

/// Connected to `server`, with captures into `folder`.
fn connected(server: &FakeInspector, folder: &tempfile::TempDir) -> AppState {
    let mut state = empty();
    capture(&mut state, CaptureCommand::SetFolder(folder.path().to_owned()));
    capture(&mut state, CaptureCommand::EditAddress(server.socket.to_string()));
    capture(&mut state, CaptureCommand::LookUp);
    settle(&mut state);
    let session = state.capture.session.as_ref().unwrap();
    assert_eq!((session.title.as_str(), &session.state), ("server.js", &SessionState::Ready));
    state
}

fn node() -> FakeInspector {
    FakeInspector::node(|peer, command| {
        peer.chunks(&snapshot(), 500);
        peer.reply(command, &json!({}));
        Then::GoOn
    })
}

#[test]
fn a_capture_is_opened_and_the_next_one_compared_with_it() {
    let (server, folder) = (node(), tempfile::tempdir().unwrap());
    let mut state = connected(&server, &folder);
    capture(&mut state, CaptureCommand::Take);
    settle(&mut state);
    assert_eq!((state.files.len(), state.view), (1, View::Overview));
    capture(&mut state, CaptureCommand::Take);
    settle(&mut state);
    assert_eq!((state.files.len(), state.view), (2, View::Comparison));
    assert_eq!(state.baseline, Some(state.files[0].id));
    let session = state.capture.session.as_ref().unwrap();
    assert!(session.captured.len() == 2 && session.failure.is_none());
    capture(&mut state, CaptureCommand::Take);
    settle(&mut state);
    assert_eq!(state.baseline, Some(state.files[1].id), "each is compared with the one before");
    capture(&mut state, CaptureCommand::Disconnect);
    assert!(state.capture.session.is_none() && state.files.len() == 3);
}

#[test]
fn a_large_heap_is_captured_only_with_consent() {
    let folder = tempfile::tempdir().unwrap();
    let server = FakeInspector::start(
        Lists::node("v24.21.0"),
        Box::new(|peer, command| match command.method.as_str() {
            "Runtime.getHeapUsage" => {
                peer.reply(command, &json!({"usedSize": 900_000_000, "totalSize": 900_000_000}));
                Then::GoOn
            }
            "HeapProfiler.takeHeapSnapshot" => {
                peer.chunks(&snapshot(), 500);
                peer.reply(command, &json!({}));
                Then::GoOn
            }
            _ => usual(peer, command),
        }),
    );
    let mut state = connected(&server, &folder);
    let is_asking = |state: &AppState| state.capture.session.as_ref().unwrap().is_asking();
    capture(&mut state, CaptureCommand::Take);
    assert!(is_asking(&state) && state.files.is_empty());
    capture(&mut state, CaptureCommand::Answer(false));
    assert!(!is_asking(&state));
    assert!(!server.commands().contains(&"HeapProfiler.takeHeapSnapshot".to_owned()));
    capture(&mut state, CaptureCommand::Take);
    capture(&mut state, CaptureCommand::Answer(true));
    settle(&mut state);
    assert_eq!(state.files.len(), 1);
}

#[test]
fn a_series_that_is_no_series_and_a_wrong_address_are_told() {
    let (server, folder) = (node(), tempfile::tempdir().unwrap());
    let mut state = connected(&server, &folder);
    let mut choices = state.capture.choices.clone();
    choices.interval = "soon".into();
    capture(&mut state, CaptureCommand::Choose(Box::new(choices)));
    capture(&mut state, CaptureCommand::TakeSeries);
    assert!(state.capture.session.as_ref().unwrap().failure.as_ref().unwrap().contains("interval"));
    let mut state = empty();
    capture(&mut state, CaptureCommand::EditAddress("nowhere".into()));
    capture(&mut state, CaptureCommand::LookUp);
    settle(&mut state);
    assert!(state.capture.problem.as_ref().unwrap().contains("is not an address"));
}

#[test]
fn all_of_a_series_is_opened_when_it_is_over() {
    let (server, folder) = (node(), tempfile::tempdir().unwrap());
    let mut state = connected(&server, &folder);
    let mut choices = state.capture.choices.clone();
    (choices.count, choices.interval) = ("3".into(), "10ms".into());
    capture(&mut state, CaptureCommand::Choose(Box::new(choices)));
    apply(&mut state, Command::Capture(CaptureCommand::TakeSeries));
    settle(&mut state);
    settle(&mut state);
    assert_eq!(state.files.len(), 3);
    assert!(state.files.iter().all(OpenFile::is_complete));
}
