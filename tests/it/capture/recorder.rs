//! A connection on its own thread: requests in, events out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use heaplens::capture::{CaptureEvent, CaptureRequest, Recorder, Schedule, choose};
use heaplens::sidecar::Sidecar;
use serde_json::json;

use crate::support::captures::{names, options, snapshot};
use crate::support::inspector::{Command, FakeInspector, Lists, Peer, Then, usual};

/// A Node with one script.
fn node() -> FakeInspector {
    let handler = |peer: &mut Peer, command: &Command| {
        match command.method.as_str() {
            "HeapProfiler.takeHeapSnapshot" => {
                peer.chunks(&snapshot(), 500);
                peer.reply(command, &json!({}));
            }
            "Debugger.enable" => {
                peer.send(&json!({"method": "Debugger.scriptParsed", "params": {"scriptId": "90",
                    "url": "file:///app/server.js", "hash": "h", "length": 12, "sourceMapURL": ""}}));
                peer.reply(command, &json!({}));
            }
            "Debugger.getScriptSource" => peer.reply(command, &json!({"scriptSource": "let leaks=[]"})),
            "Debugger.disable" => peer.reply(command, &json!({})),
            _ => return usual(peer, command),
        }
        Then::GoOn
    };
    FakeInspector::start(Lists::node("v24.21.0"), Box::new(handler))
}

fn start(server: &FakeInspector) -> Recorder {
    let endpoint = server.endpoint().unwrap();
    let target = choose(&endpoint, None).unwrap().clone();
    Recorder::start(endpoint, target, None, true, Arc::new(|| {})).unwrap()
}

/// Events up to the one that `is_last`.
#[track_caller]
fn until(recorder: &Recorder, is_last: impl Fn(&CaptureEvent) -> bool) -> Vec<CaptureEvent> {
    let limit = Instant::now() + Duration::from_secs(30);
    let mut events = Vec::new();
    while !events.last().is_some_and(&is_last) {
        assert!(Instant::now() < limit, "{events:?}");
        for event in recorder.poll() {
            events.push(event);
            if events.last().is_some_and(&is_last) {
                break;
            }
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    events
}

fn is_finished(event: &CaptureEvent) -> bool {
    matches!(event, CaptureEvent::Finished(_))
}

#[test]
fn two_captures_share_a_connection_and_get_their_scripts_after_the_second() {
    let server = node();
    let folder = tempfile::tempdir().unwrap();
    let mut recorder = start(&server);
    let events = until(&recorder, |event| matches!(event, CaptureEvent::Connected));
    assert!(matches!(events[0], CaptureEvent::Measured(estimate) if estimate.usage.used == 4_500_000));
    for _ in 0..2 {
        recorder.request(CaptureRequest::Take(options(&folder), Schedule::default()));
        let events = until(&recorder, is_finished);
        assert!(matches!(events.last(), Some(CaptureEvent::Finished(None))), "{events:?}");
        assert!(events.iter().any(|event| matches!(event, CaptureEvent::Captured(_))), "{events:?}");
    }
    let commands = server.commands();
    let at = |name: &str| commands.iter().rposition(|command| command == name).unwrap();
    assert!(at("Debugger.enable") > at("HeapProfiler.takeHeapSnapshot"));
    assert_eq!(commands.iter().filter(|command| *command == "Debugger.enable").count(), 1);
    let files: Vec<String> = names(folder.path());
    assert_eq!(files.len(), 4, "{files:?}");
    let sidecars = files.iter().filter(|name| !name.ends_with(".json"));
    let sidecars = sidecars.map(|name| Sidecar::beside(&folder.path().join(name)).unwrap().unwrap());
    let sidecars: Vec<Sidecar> = sidecars.collect();
    assert_eq!(sidecars[0].connection, sidecars[1].connection);
    for sidecar in &sidecars {
        assert_eq!(sidecar.scripts[0].source.as_deref(), Some("let leaks=[]"));
    }
}

#[test]
fn a_single_capture_gets_its_scripts_when_the_connection_is_closed() {
    let server = node();
    let folder = tempfile::tempdir().unwrap();
    let mut recorder = start(&server);
    recorder.request(CaptureRequest::Take(options(&folder), Schedule::default()));
    let events = until(&recorder, is_finished);
    let path = events.iter().find_map(|event| match event {
        CaptureEvent::Captured(captured) => Some(captured.path.clone()),
        _ => None,
    });
    let path = path.unwrap();
    assert!(Sidecar::beside(&path).unwrap().unwrap().scripts.is_empty());
    drop(recorder);
    let limit = Instant::now() + Duration::from_secs(30);
    while Sidecar::beside(&path).unwrap().unwrap().scripts.is_empty() {
        assert!(Instant::now() < limit);
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_series_is_taken_by_its_schedule() {
    let server = node();
    let folder = tempfile::tempdir().unwrap();
    let mut recorder = start(&server);
    let every = Some(Duration::from_millis(20));
    let schedule = Schedule { count: Some(3), every, ..Schedule::default() };
    recorder.request(CaptureRequest::Take(options(&folder), schedule));
    let events = until(&recorder, is_finished);
    assert_eq!(events.iter().filter(|event| matches!(event, CaptureEvent::Captured(_))).count(), 3);
}

#[test]
fn a_folder_that_cannot_be_made_fails_the_request_and_not_the_connection() {
    let server = node();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let mut recorder = start(&server);
    let mut wrong = options(&folder);
    wrong.destination = heaplens::capture::Destination::Folder(file.join("below"));
    recorder.request(CaptureRequest::Take(wrong, Schedule::default()));
    let events = until(&recorder, is_finished);
    let said = matches!(events.last(), Some(CaptureEvent::Finished(Some(sentence))) if sentence.contains("Cannot write"));
    assert!(said, "{events:?}");
    recorder.request(CaptureRequest::CollectGarbage);
    assert!(matches!(until(&recorder, is_finished).last(), Some(CaptureEvent::Finished(None))));
}

#[test]
fn a_program_that_wants_to_exit_is_let_go_while_nothing_is_asked() {
    let server = FakeInspector::start(
        Lists::node("v24.21.0"),
        Box::new(|peer, command| {
            let then = usual(peer, command);
            if command.method == "Runtime.getHeapUsage" {
                peer.send(&json!({"method": "NodeRuntime.waitingForDisconnect", "params": {}}));
            }
            then
        }),
    );
    let recorder = start(&server);
    let events = until(&recorder, |event| matches!(event, CaptureEvent::Ended(_)));
    let said = matches!(events.last(), Some(CaptureEvent::Ended(reason)) if reason.contains("is exiting"));
    assert!(said, "{events:?}");
}

#[test]
fn what_is_cancelled_ends_the_connection() {
    let server = FakeInspector::node(|_, _| Then::GoOn);
    let folder = tempfile::tempdir().unwrap();
    let mut recorder = start(&server);
    recorder.request(CaptureRequest::Take(options(&folder), Schedule::default()));
    until(&recorder, |event| matches!(event, CaptureEvent::Connected));
    recorder.control().cancel();
    let events = until(&recorder, |event| matches!(event, CaptureEvent::Ended(_)));
    assert!(
        matches!(events.last(), Some(CaptureEvent::Ended(reason)) if reason == "Cancelled."),
        "{events:?}"
    );
    assert!(names(folder.path()).is_empty());
}
