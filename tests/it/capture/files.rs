//! Captures from a fake inspector: files byte by byte, the order of commands, series, workers, sources.

use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use heaplens::capture::{
    CaptureControl, CaptureOptions, Captured, Connection, Destination, Endpoint, Runtime, Schedule, choose,
};
use heaplens::sidecar::Sidecar;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::captures::{names, options, snapshot, take};
use crate::support::inspector::{Command, FakeInspector, Lists, Peer, Then, chunk_message, pieces, usual};

fn plain(peer: &mut Peer, command: &Command, length: usize) -> Then {
    for done in [0, 10_000, 20_000, 25_000] {
        peer.progress(done, 25_000);
    }
    peer.chunks(&snapshot(), length);
    peer.reply(command, &json!({}));
    Then::GoOn
}

#[track_caller]
fn is_whole(captured: &Captured) {
    assert_eq!(fs::read_to_string(&captured.path).unwrap(), snapshot());
    assert_eq!(captured.bytes, snapshot().len() as u64);
}

#[test]
fn a_snapshot_is_written_byte_by_byte_however_it_is_cut() {
    for length in [102_400, 1_048_576, 65_536, 1, 7] {
        let server = FakeInspector::node(move |peer, command| plain(peer, command, length));
        let folder = tempfile::tempdir().unwrap();
        let captured = take(&server, &folder).unwrap();
        is_whole(&captured);
        let name = captured.path.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(name.starts_with("server-2") && name.ends_with(".heapsnapshot"), "{name}");
        assert_eq!(names(folder.path()), [name.clone(), name + ".json"]);
        assert!(captured.node_count.is_some() && captured.ids_kept.is_none());
    }
}

#[test]
fn nothing_that_marks_the_heap_comes_before_the_snapshot() {
    let server = FakeInspector::node(|peer, command| {
        assert_eq!(command.params, json!({"reportProgress": true, "captureNumericValue": false}));
        plain(peer, command, 500)
    });
    let folder = tempfile::tempdir().unwrap();
    take(&server, &folder).unwrap();
    let commands = server.commands();
    let at = commands.iter().position(|method| method == "HeapProfiler.takeHeapSnapshot").unwrap();
    assert_eq!(commands[..at], ["NodeRuntime.notifyWhenWaitingForDisconnect", "Runtime.getHeapUsage"]);
    assert!(!commands.iter().any(|method| method == "HeapProfiler.disable" || method.ends_with(".enable")));
}

#[test]
fn the_record_beside_a_file_tells_what_it_is_of() {
    let server = FakeInspector::node(|peer, command| plain(peer, command, 500));
    let folder = tempfile::tempdir().unwrap();
    let captured = take(&server, &folder).unwrap();
    let sidecar = Sidecar::beside(&captured.path).unwrap().unwrap();
    assert_eq!(sidecar.target.runtime.as_deref(), Some("node.js/v24.21.0"));
    assert_eq!(sidecar.target.url.as_deref(), Some("file:///app/server.js"));
    assert_eq!(sidecar.target.isolate.as_deref(), Some("a1b2"));
    assert_eq!(sidecar.memory.before.unwrap().heap_used, Some(4_500_000));
    assert!(sidecar.is_of(captured.bytes) && sidecar.connection.unwrap().len() == 32);
    if cfg!(target_os = "linux") {
        assert_eq!(sidecar.target.pid, Some(std::process::id()));
    }
}

#[test]
fn the_manners_of_all_runtimes_are_understood() {
    let workerd = FakeInspector::node(|peer, command| {
        peer.send(&json!({"method": "HeapProfiler.reportHeapSnapshotProgress",
            "params": {"done": 24_999, "total": 25_000, "finished": false}}));
        peer.chunks(&snapshot(), 500);
        peer.send(&json!({"id": command.id, "method": "HeapProfiler.takeHeapSnapshot", "params": {}}));
        Then::GoOn
    });
    let chatter = FakeInspector::node(|peer, command| {
        for piece in pieces(&snapshot(), 300) {
            peer.send(&json!({"method": "Inspector.workerScriptLoaded", "params": {}}));
            peer.send(&json!({"method": "Runtime.consoleAPICalled", "params": {"args": [{"value": "]}"}]}}));
            peer.send(&json!({"method": "Unknown.event", "later": [1, {"a": null}]}));
            peer.text(chunk_message("of another session", Some("S2")));
            peer.chunk(&piece);
        }
        peer.send(&json!({"id": command.id + 1000, "result": {}}));
        peer.reply(command, &json!({}));
        Then::GoOn
    });
    let keys = FakeInspector::node(|peer, command| {
        peer.send(&json!({"params": {"chunk": snapshot()}, "method": "HeapProfiler.addHeapSnapshotChunk"}));
        peer.reply(command, &json!({}));
        Then::GoOn
    });
    for server in [workerd, chatter, keys] {
        let folder = tempfile::tempdir().unwrap();
        is_whole(&take(&server, &folder).unwrap());
        server.commands();
    }
}

#[test]
fn a_frame_that_comes_slowly_is_read_to_its_end() {
    let server = FakeInspector::node(|peer, command| {
        use std::io::Write;
        let text = chunk_message(&snapshot(), None);
        let length = u16::try_from(text.len()).unwrap();
        let mut frame = vec![0x81, 126];
        frame.extend_from_slice(&length.to_be_bytes());
        frame.extend_from_slice(text.as_bytes());
        let (first, second) = frame.split_at(frame.len() / 2);
        peer.0.get_mut().write_all(first).unwrap();
        thread::sleep(Duration::from_millis(700));
        for byte in second {
            peer.0.get_mut().write_all(&[*byte]).unwrap();
        }
        peer.reply(command, &json!({}));
        Then::GoOn
    });
    is_whole(&take(&server, &tempfile::tempdir().unwrap()).unwrap());
}

#[test]
fn a_worker_of_node_is_reached_through_its_thread() {
    let server = FakeInspector::start(
        Lists::node("v20.20.2"),
        Box::new(|peer, command| {
            if command.method == "NodeWorker.enable" {
                peer.reply(command, &json!({}));
                for (session, title) in [("1", "[worker 1] alpha"), ("2", "[worker 2] beta")] {
                    peer.send(
                        &json!({"method": "NodeWorker.attachedToWorker", "params": {"sessionId": session,
                        "workerInfo": {"workerId": session, "type": "worker", "title": title, "url": ""},
                        "waitingForDebugger": false}}),
                    );
                }
                return Then::GoOn;
            }
            if command.method != "NodeWorker.sendMessageToWorker" {
                return usual(peer, command);
            }
            assert_eq!(command.params["sessionId"], "2");
            let inner: Value = serde_json::from_str(command.params["message"].as_str().unwrap()).unwrap();
            peer.reply(command, &json!({}));
            let mut answer = |session: &str, message: String| {
                peer.send(&json!({"method": "NodeWorker.receivedMessageFromWorker",
                    "params": {"sessionId": session, "message": message}}));
            };
            if inner["method"] == "HeapProfiler.takeHeapSnapshot" {
                for piece in pieces(&snapshot(), 100) {
                    answer("1", chunk_message("of the other worker", None));
                    answer("2", chunk_message(&piece, None));
                }
                answer("2", json!({"id": inner["id"], "result": {}}).to_string());
            } else {
                answer(
                    "2",
                    json!({"id": inner["id"], "error": {"code": -32601, "message": "no"}}).to_string(),
                );
            }
            Then::GoOn
        }),
    );
    let control = CaptureControl::default();
    let endpoint = server.endpoint().unwrap();
    let target = choose(&endpoint, None).unwrap();
    let mut connection = Connection::open(&endpoint, target, Some("beta"), &control).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let captured = connection.take_snapshot(&options(&folder), &control).unwrap();
    is_whole(&captured);
    assert!(captured.path.file_name().unwrap().to_str().unwrap().starts_with("worker-2-beta-2"));
    let missing = Connection::open(&endpoint, target, Some("gamma"), &control).err().unwrap().to_string();
    assert_eq!(missing, "No worker matches `gamma`: `[worker 1] alpha`, `[worker 2] beta`.");
}

fn chrome() -> Lists {
    let entry = |kind: &str, title: &str, url: &str, id: &str| {
        json!({"type": kind, "title": title, "url": url, "id": id,
            "webSocketDebuggerUrl": format!("ws://127.0.0.1:PORT/devtools/page/{id}")})
    };
    Lists::of(
        "Chrome/156.0.0.0",
        &json!([
            entry("page", "My shop", "http://127.0.0.1/shop", "P1"),
            entry("page", "Mail", "http://127.0.0.1/mail", "P2"),
            entry("iframe", "", "http://127.0.0.2/advert", "F1"),
            entry("worker", "", "", "W1"),
            entry("service_worker", "sw", "http://127.0.0.1/sw.js", "S1"),
            entry("browser_ui", "Tabs", "chrome://tabs", "B1"),
            entry("page", "DevTools", "devtools://devtools/x.html", "D1"),
        ]),
    )
}

#[test]
fn a_worker_of_chrome_is_reached_through_its_page() {
    let server = FakeInspector::start(
        chrome(),
        Box::new(|peer, command| match command.method.as_str() {
            "Target.setAutoAttach" => {
                assert_eq!(command.params["flatten"], true);
                peer.send(&json!({"method": "Target.attachedToTarget", "params": {"sessionId": "4F",
                    "targetInfo": {"type": "worker", "title": "", "url": "http://127.0.0.1/work.js"}}}));
                peer.reply(command, &json!({}));
                Then::GoOn
            }
            "HeapProfiler.takeHeapSnapshot" => {
                assert_eq!(command.session.as_deref(), Some("4F"));
                for piece in pieces(&snapshot(), 100) {
                    peer.text(chunk_message(&piece, Some("4F")));
                    peer.text(chunk_message("of another", Some("AA")));
                    peer.chunk("of the page");
                }
                peer.send(&json!({"id": command.id, "result": {}}));
                peer.send(&json!({"id": command.id, "result": {}, "sessionId": "4F"}));
                Then::GoOn
            }
            _ => usual(peer, command),
        }),
    );
    let control = CaptureControl::default();
    let endpoint = server.endpoint().unwrap();
    let target = choose(&endpoint, Some("shop")).unwrap();
    let mut connection = Connection::open(&endpoint, target, Some("work.js"), &control).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let captured = connection.take_snapshot(&options(&folder), &control).unwrap();
    is_whole(&captured);
}

#[test]
fn targets_are_chosen_by_number_and_text() {
    let server = FakeInspector::start(chrome(), Box::new(usual));
    let endpoint: Endpoint = server.endpoint().unwrap();
    assert_eq!(endpoint.runtime, Runtime::Chrome);
    assert_eq!(endpoint.targets.iter().filter(|target| !target.is_internal).count(), 4);
    let chosen = |text: &str| choose(&endpoint, Some(text)).map(|target| target.path.clone().unwrap());
    assert_eq!(chosen("2").unwrap(), "/devtools/page/P2");
    assert_eq!(chosen("advert").unwrap(), "/devtools/page/F1");
    assert!(chosen("9").is_err() && chosen("nowhere").unwrap_err().to_string().contains("1 page `My shop`"));
    assert!(choose(&endpoint, None).unwrap_err().to_string().starts_with("Choose one with --target"));
}

#[test]
fn runtimes_are_told_apart() {
    let list = json!([{"type": "node", "title": "x", "webSocketDebuggerUrl": "ws://127.0.0.1:PORT/x"}]);
    let cases = [
        ("node.js/v12.22.12", Runtime::Node(12)),
        ("HeadlessChrome/156.0", Runtime::Chrome),
        ("Deno/2.9.6", Runtime::Deno),
        ("workerd", Runtime::Workerd),
        ("Thing/1", Runtime::Other),
    ];
    for (browser, runtime) in cases {
        let server = FakeInspector::start(Lists::of(browser, &list), Box::new(usual));
        assert_eq!(server.endpoint().unwrap().runtime, runtime, "{browser}");
    }
}

/// A series of `count` over one connection.
fn series(server: &FakeInspector, count: u32, folder: &TempDir) -> Vec<Captured> {
    let control = CaptureControl::default();
    let mut connection = server.connect(&control).unwrap();
    let schedule =
        Schedule { count: Some(count), every: Some(Duration::from_millis(150)), ..Schedule::default() };
    let mut taken: Vec<Captured> = Vec::new();
    let mut last = None;
    while schedule
        .wait_for_next(&mut connection, u32::try_from(taken.len()).unwrap(), last, &control)
        .unwrap()
    {
        last = Some(std::time::Instant::now());
        taken.push(connection.take_snapshot(&options(folder), &control).unwrap());
    }
    connection.close();
    taken
}

#[test]
fn a_series_has_one_connection_and_names_of_its_own() {
    let server = FakeInspector::node(|peer, command| plain(peer, command, 500));
    let folder = tempfile::tempdir().unwrap();
    let taken = series(&server, 3, &folder);
    assert_eq!(taken.iter().map(|one| one.ids_kept).collect::<Vec<_>>(), [None, Some(true), Some(true)]);
    let records: Vec<Sidecar> =
        taken.iter().map(|one| Sidecar::beside(&one.path).unwrap().unwrap()).collect();
    assert_eq!(records.iter().map(|record| record.number).collect::<Vec<_>>(), [Some(1), Some(2), Some(3)]);
    assert_eq!(records[0].shares_ids_with(&records[2], &[&records[1]]), Some(true));
    let greetings = server.commands().iter().filter(|method| method.starts_with("NodeRuntime")).count();
    assert_eq!(greetings, 1);
}

#[test]
fn lost_ids_are_noticed_and_told() {
    let asked = AtomicU32::new(0);
    let server = FakeInspector::start(
        Lists::node("v20.20.2"),
        Box::new(move |peer, command| match command.method.as_str() {
            "HeapProfiler.takeHeapSnapshot" => plain(peer, command, 500),
            "HeapProfiler.getHeapObjectId" => {
                // Another client leaves after the first capture.
                let id = if asked.fetch_add(1, Relaxed) == 1 { "0" } else { "4711" };
                peer.reply(command, &json!({"heapSnapshotObjectId": id}));
                Then::GoOn
            }
            _ => usual(peer, command),
        }),
    );
    let folder = tempfile::tempdir().unwrap();
    let taken = series(&server, 3, &folder);
    assert_eq!(taken.iter().map(|one| one.ids_kept).collect::<Vec<_>>(), [None, Some(false), Some(true)]);
    assert_eq!(
        taken[1].warnings,
        [
            "Another debugger disconnected since the snapshot before, so V8 has numbered all objects anew: this snapshot \
             cannot be compared with the earlier ones object by object."
        ]
    );
    let record = Sidecar::beside(&taken[1].path).unwrap().unwrap();
    assert_eq!(record.ids_kept, Some(false));
}

#[test]
fn a_series_waits_for_the_heap_to_grow() {
    let asked = AtomicU32::new(0);
    let server = FakeInspector::start(
        Lists::node("v24.0.0"),
        Box::new(move |peer, command| match command.method.as_str() {
            "HeapProfiler.takeHeapSnapshot" => plain(peer, command, 500),
            "Runtime.getHeapUsage" => {
                let used = if asked.fetch_add(1, Relaxed) == 0 { 1_000 } else { 3_000 };
                peer.reply(command, &json!({"usedSize": used, "totalSize": 4_000}));
                Then::GoOn
            }
            _ => usual(peer, command),
        }),
    );
    let control = CaptureControl::default();
    let mut connection = server.connect(&control).unwrap();
    let schedule = Schedule { when_heap_over: Some(2_000), ..Schedule::default() };
    assert!(schedule.wait_for_next(&mut connection, 0, None, &control).unwrap());
    assert!(!schedule.wait_for_next(&mut connection, 1, None, &control).unwrap());
    let asked = server.commands().iter().filter(|method| *method == "Runtime.getHeapUsage").count();
    assert_eq!(asked, 2);
}

#[test]
fn scripts_come_after_the_snapshots_and_stand_in_every_record() {
    let large = "A".repeat(24 << 20);
    let server = FakeInspector::start(
        Lists::node("v24.21.0"),
        Box::new(move |peer, command| match command.method.as_str() {
            "HeapProfiler.takeHeapSnapshot" => plain(peer, command, 500),
            "Debugger.enable" => {
                let map = "data:application/json;base64,eyJ2ZXJzaW9uIjozfQ==";
                let broken = format!("data:application/json;base64,{large}");
                for (id, url, map) in [
                    ("90", "file:///app/server.js", map),
                    ("91", "node:fs", ""),
                    ("92", "", ""),
                    ("93", "file:///big.js", &broken),
                ] {
                    peer.send(
                        &json!({"method": "Debugger.scriptParsed", "params": {"scriptId": id, "url": url,
                        "hash": format!("h{id}"), "length": 12, "sourceMapURL": map, "buildId": "d-1"}}),
                    );
                }
                peer.reply(command, &json!({"debuggerId": "x"}));
                Then::GoOn
            }
            "Debugger.getScriptSource" if command.params["scriptId"] == "92" => {
                peer.refuse(command, -32000, "No script for id: 92");
                Then::GoOn
            }
            "Debugger.getScriptSource" => {
                peer.reply(command, &json!({"scriptSource": "let \u{e9} = 1;\n"}));
                Then::GoOn
            }
            "Debugger.disable" => {
                peer.reply(command, &json!({}));
                Then::GoOn
            }
            _ => usual(peer, command),
        }),
    );
    let control = CaptureControl::default();
    let folder = tempfile::tempdir().unwrap();
    let mut connection = server.connect(&control).unwrap();
    let taken: Vec<Captured> =
        (0..2).map(|_| connection.take_snapshot(&options(&folder), &control).unwrap()).collect();
    assert_eq!(connection.add_sources(&taken, &control).unwrap(), 2);
    connection.close();
    for captured in &taken {
        let scripts = Sidecar::beside(&captured.path).unwrap().unwrap().scripts;
        assert_eq!(scripts.iter().map(|script| script.id).collect::<Vec<_>>(), [90, 91, 92, 93]);
        assert_eq!(scripts[0].source.as_deref(), Some("let \u{e9} = 1;\n"));
        assert_eq!(scripts[0].map, Some(json!({"version": 3})));
        assert_eq!(scripts[0].debug_id.as_deref(), Some("d-1"));
        assert!(scripts[1].source.is_none() && scripts[2].source.is_none() && scripts[3].map.is_none());
    }
    let commands = server.commands();
    let enabled = commands.iter().position(|method| method == "Debugger.enable").unwrap();
    let last = commands.iter().rposition(|method| method == "HeapProfiler.takeHeapSnapshot").unwrap();
    assert!(last < enabled);
}

#[test]
fn a_timeline_and_a_profile_are_files_of_their_own() {
    let server = FakeInspector::start(
        Lists::node("v24.21.0"),
        Box::new(|peer, command| match command.method.as_str() {
            "HeapProfiler.startTrackingHeapObjects" => {
                assert_eq!(command.params, json!({"trackAllocations": true}));
                peer.reply(command, &json!({}));
                peer.send(
                    &json!({"method": "HeapProfiler.lastSeenObjectId", "params": {"lastSeenObjectId": 7}}),
                );
                Then::GoOn
            }
            "HeapProfiler.stopTrackingHeapObjects" => plain(peer, command, 500),
            "HeapProfiler.startSampling" => {
                peer.reply(command, &json!({}));
                Then::GoOn
            }
            "HeapProfiler.stopSampling" => {
                peer.reply(command, &json!({"profile": {"head": {"children": []}, "samples": []}}));
                Then::GoOn
            }
            _ => usual(peer, command),
        }),
    );
    let control = CaptureControl::default();
    let folder = tempfile::tempdir().unwrap();
    let mut connection = server.connect(&control).unwrap();
    let short = Duration::from_millis(50);
    let timeline = connection.record_timeline(short, true, &options(&folder), &control).unwrap();
    is_whole(&timeline);
    assert_eq!(timeline.path.extension().unwrap(), "heaptimeline");
    let profile = connection.record_sampling(short, &options(&folder), &control).unwrap();
    assert_eq!(profile.path.extension().unwrap(), "heapprofile");
    let text = fs::read_to_string(&profile.path).unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(&text).unwrap(),
        json!({"head": {"children": []}, "samples": []})
    );
    assert_eq!(names(folder.path()).len(), 2);
}

#[test]
fn a_file_that_exists_is_never_overwritten() {
    let server = FakeInspector::node(|peer, command| plain(peer, command, 500));
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("mine.heapsnapshot");
    fs::write(&path, "mine").unwrap();
    let control = CaptureControl::default();
    let mut connection = server.connect(&control).unwrap();
    let options = CaptureOptions { destination: Destination::File(path.clone()), ..options(&folder) };
    let said = connection.take_snapshot(&options, &control).unwrap_err().to_string();
    assert!(said.contains("nothing is overwritten"), "{said}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    assert!(!server.commands().contains(&"HeapProfiler.takeHeapSnapshot".to_owned()));
}

#[test]
fn bun_is_asked_for_its_own_snapshot_only_with_consent() {
    let lists = Lists {
        list: (404, "PORT/uuid\"".to_owned()),
        version: (200, json!({"Browser": "Bun", "Bun-Version": "1.4.5"}).to_string()),
    };
    let codes: &'static Mutex<Vec<Value>> = Box::leak(Box::default());
    let server = FakeInspector::start(
        lists,
        Box::new(|peer, command| {
            if command.method == "Runtime.evaluate" {
                codes.lock().unwrap().push(command.params["expression"].clone());
                peer.reply(
                    command,
                    &json!({"result": {"type": "string", "value": snapshot()}, "wasThrown": false}),
                );
                return Then::GoOn;
            }
            usual(peer, command)
        }),
    );
    let endpoint = server.endpoint().unwrap();
    assert_eq!(endpoint.runtime, Runtime::Bun);
    assert!(choose(&endpoint, None).unwrap_err().to_string().starts_with("This is Bun"));
    let address = heaplens::capture::Address::parse(&format!("ws://{}/uuid", server.socket)).unwrap();
    let endpoint = heaplens::capture::inspect(&address, false).unwrap();
    let control = CaptureControl::default();
    let folder = tempfile::tempdir().unwrap();
    let mut connection =
        Connection::open(&endpoint, choose(&endpoint, None).unwrap(), None, &control).unwrap();
    let said = connection.take_snapshot(&options(&folder), &control).unwrap_err().to_string();
    assert!(
        said.contains("--evaluate") && codes.lock().unwrap().is_empty() && names(folder.path()).is_empty()
    );
    let agreed = CaptureOptions { evaluate: true, ..options(&folder) };
    is_whole(&connection.take_snapshot(&agreed, &control).unwrap());
    assert_eq!(*codes.lock().unwrap(), [json!("Bun.generateHeapSnapshot(\"v8\")")]);
}
