//! Captures that fail: every failure has its message, leaves nothing running, and keeps the partial file.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command as Program, Output, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use heaplens::capture::{Address, CaptureControl, CaptureErrorKind, CapturePhase, choose, inspect};
use serde_json::{Value, json};
use tungstenite::Message;

use crate::support::captures::{names, options, snapshot, take};
use crate::support::inspector::{Command, FakeInspector, Lists, Peer, Then, usual};

/// The message of a failed capture, with the partial file.
#[track_caller]
fn failure(server: &FakeInspector) -> (String, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let error = take(server, &folder).unwrap_err();
    let names = names(folder.path());
    assert_eq!(error.partial().is_some(), !names.is_empty(), "{error}");
    assert!(names.iter().all(|name| name.ends_with(".heapsnapshot.partial")), "{names:?}");
    (error.to_string(), names)
}

#[track_caller]
fn says(server: &FakeInspector, expected: &str) {
    let (said, left) = failure(server);
    assert_eq!(said, expected);
    assert!(left.is_empty(), "{left:?}");
}

/// The partial file is kept and named in the message.
#[track_caller]
fn keeps(server: &FakeInspector, expected: &str) {
    let (said, left) = failure(server);
    assert!(said.starts_with(expected), "{said}");
    assert_eq!(left.len(), 1);
    assert!(
        said.ends_with(&format!("What arrived was kept as {}; open it with --partial.", left[0])),
        "{said}"
    );
}

fn some_progress(peer: &mut Peer) {
    for done in 0..3 {
        peer.progress(done * 10_000, 1_900_000);
    }
}

fn half(peer: &mut Peer) {
    some_progress(peer);
    peer.chunks(&snapshot()[..800], 100);
}

#[test]
fn a_process_that_dies_while_it_prepares_most_likely_ran_out_of_memory() {
    let server = FakeInspector::node(|peer, _| {
        some_progress(peer);
        peer.progress(1_400_000, 1_900_000);
        Then::Break
    });
    says(
        &server,
        "The process ended while it prepared the snapshot (1,400,000 of 1,900,000 objects): most likely it ran out of \
         memory. It needed about 627 MB more: give its container that much, or capture an instance with a smaller heap.",
    );
}

#[test]
fn a_process_that_dies_while_it_sends_leaves_a_part() {
    for then in [Then::Break, Then::Close] {
        let server = FakeInspector::node(move |peer, _| {
            half(peer);
            then
        });
        keeps(&server, "The process ended after ");
    }
}

#[test]
fn a_page_that_crashes_or_closes_says_so() {
    let crash = FakeInspector::node(|peer, _| {
        some_progress(peer);
        peer.send(&json!({"method": "Inspector.targetCrashed", "params": {}}));
        Then::GoOn
    });
    says(&crash, "The page crashed during the snapshot.");
    let closed = FakeInspector::node(|peer, _| {
        half(peer);
        peer.send(&json!({"method": "Inspector.detached", "params": {"reason": "target_closed"}}));
        Then::GoOn
    });
    keeps(&closed, "The tab was closed during the snapshot.");
}

#[test]
fn a_target_that_refuses_says_why() {
    let refusing = |code: i64, message: &'static str| {
        FakeInspector::node(move |peer, command| {
            some_progress(peer);
            peer.refuse(command, code, message);
            Then::GoOn
        })
    };
    says(&refusing(-32000, "Failed to take heap snapshot"), "V8 could not take a snapshot of this heap.");
    says(
        &refusing(-32601, "'HeapProfiler.takeHeapSnapshot' wasn't found"),
        "This target cannot take heap snapshots: choose a page or a worker.",
    );
    says(&refusing(-32602, "Bad luck."), "The target refused: Bad luck.");
}

#[test]
fn a_lying_target_is_not_believed() {
    let server = FakeInspector::node(|peer, command| {
        half(peer);
        peer.reply(command, &json!({}));
        Then::GoOn
    });
    keeps(&server, "The target reported a complete file, but its end is missing.");
    let server = FakeInspector::node(|peer, command| {
        peer.reply(command, &json!({}));
        Then::GoOn
    });
    says(&server, "The target reported a complete file, but its end is missing.");
}

#[test]
fn a_program_that_wants_to_exit_is_let_go() {
    let server = FakeInspector::node(|peer, _| {
        half(peer);
        peer.send(&json!({"method": "NodeRuntime.waitingForDisconnect"}));
        Then::GoOn
    });
    keeps(&server, "The program is exiting, so the debugger was detached.");
    let idle = FakeInspector::start(
        Lists::node("v24.0.0"),
        Box::new(|peer, command| {
            peer.send(&json!({"method": "NodeRuntime.waitingForDisconnect"}));
            usual(peer, command)
        }),
    );
    let control = CaptureControl::default();
    let mut connection = idle.connect(&control).unwrap();
    let said = connection.wait(Duration::from_secs(60), &control).unwrap_err().to_string();
    assert_eq!(said, "The program is exiting, so the debugger was detached.");
}

#[test]
fn a_silent_target_can_be_left() {
    let server = FakeInspector::start(Lists::node("v24.0.0"), Box::new(|_, _| Then::GoOn));
    let control = Arc::new(CaptureControl::default());
    let shared = Arc::clone(&control);
    let folder = tempfile::tempdir().unwrap();
    let mut connection = server.connect(&control).unwrap();
    let asked = options(&folder);
    let capture = thread::spawn(move || connection.take_snapshot(&asked, &shared).unwrap_err());
    let began = Instant::now();
    while !server.commands().contains(&"HeapProfiler.takeHeapSnapshot".to_owned()) {
        assert!(began.elapsed() < Duration::from_secs(30));
        thread::sleep(Duration::from_millis(20));
    }
    control.cancel();
    assert_eq!(capture.join().unwrap().kind(), CaptureErrorKind::Cancelled);
    assert!(names(folder.path()).is_empty());
}

#[test]
fn a_busy_target_is_paused_once_that_is_allowed() {
    let server = FakeInspector::start(
        Lists::node("v24.0.0"),
        Box::new(|peer, command| {
            match command.method.as_str() {
                "HeapProfiler.takeHeapSnapshot" => {}
                "Debugger.enable" => peer.reply(command, &json!({})),
                "Debugger.pause" => {
                    peer.reply(command, &json!({}));
                    peer.send(&json!({"method": "Debugger.paused", "params": {"callFrames": []}}));
                    peer.chunks(&snapshot(), 500);
                    // The snapshot was the third command of this connection.
                    peer.send(&json!({"id": 3, "result": {}}));
                }
                _ => return usual(peer, command),
            }
            Then::GoOn
        }),
    );
    let control = Arc::new(CaptureControl::default());
    let shared = Arc::clone(&control);
    let folder = tempfile::tempdir().unwrap();
    let mut connection = server.connect(&control).unwrap();
    let asked = options(&folder);
    let capture =
        thread::spawn(move || connection.take_snapshot(&asked, &shared).map_err(|error| error.to_string()));
    while control.phase() != CapturePhase::Busy {
        assert!(!capture.is_finished());
        thread::sleep(Duration::from_millis(20));
    }
    assert!(!server.commands().contains(&"Debugger.enable".to_owned()));
    control.allow_pause();
    let captured = capture.join().unwrap().unwrap();
    assert_eq!(fs::read_to_string(&captured.path).unwrap(), snapshot());
    let commands = server.commands();
    let at = |method: &str| commands.iter().position(|found| found == method).unwrap();
    assert!(at("Debugger.pause") < at("Debugger.resume") && at("Debugger.resume") < at("Debugger.disable"));
}

#[test]
fn what_listens_there_is_told() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let said = |address: &str| inspect(&Address::parse(address).unwrap(), false).unwrap_err().to_string();
    assert_eq!(
        said(&free.to_string()),
        format!(
            "Nothing listens on {free}. Start the program with `node --inspect`, or give its process id."
        )
    );
    let answers = |status: u16, body: &str| {
        let lists = Lists { list: (status, body.to_owned()), version: (status, body.to_owned()) };
        let server = FakeInspector::start(lists, Box::new(usual));
        (said(&server.socket.to_string()), server.socket)
    };
    assert_eq!(answers(404, "").0, "The program hides its address; give the ws:// address it printed.");
    let refusal = "Host header is specified and is not an IP address or localhost.";
    assert_eq!(
        answers(500, refusal).0,
        "The inspector accepts only IP addresses and localhost; use the address."
    );
    for (status, body) in [(200, "<html>"), (302, ""), (200, "{}"), (200, &"[".repeat(100_000)), (418, "tea")]
    {
        let (said, socket) = answers(status, body);
        assert_eq!(said, format!("What listens on {socket} is not an inspector."));
    }
}

#[test]
fn a_target_that_is_taken_or_gone_is_told() {
    let taken = json!([{"type": "node", "title": "old.js", "description": "node.js instance"}]);
    let server = FakeInspector::start(Lists::of("node.js/v8.17.0", &taken), Box::new(usual));
    let said = server.connect(&CaptureControl::default()).err().unwrap().to_string();
    assert_eq!(said, "Another debugger is attached, and this program accepts only one: disconnect it first.");
    let server = FakeInspector::start(Lists::node("v24.0.0"), Box::new(usual));
    let old = Address::parse(&format!("ws://{}/old-uuid", server.socket)).unwrap();
    let endpoint = inspect(&old, false).unwrap();
    let target = choose(&endpoint, None).unwrap();
    let opened = heaplens::capture::Connection::open(&endpoint, target, None, &CaptureControl::default());
    let said = opened.err().unwrap().to_string();
    assert_eq!(
        said,
        "The address is no longer valid: the program was restarted, or another debugger is attached. List the targets again."
    );
}

/// Serves one connection after the other with `answer`, which gets the socket after the request's head.
fn raw_server(answer: impl Fn(&mut std::net::TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.read(&mut [0; 4096]);
            answer(&mut stream);
        }
    });
    address
}

#[test]
fn endless_answers_end() {
    let endless_head = raw_server(|stream| {
        let _ = stream.write_all(b"HTTP/1.0 200 OK\r\n");
        while stream.write_all(&[b'a'; 4096]).is_ok() {}
    });
    let endless_body = raw_server(|stream| {
        let _ = stream.write_all(b"HTTP/1.0 200 OK\r\n\r\n[");
        while stream.write_all(&[b' '; 4096]).is_ok() {}
    });
    let boast = raw_server(|stream| {
        let _ = stream.write_all(b"HTTP/1.0 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n[]");
    });
    let silent = raw_server(|_| thread::sleep(Duration::from_secs(5)));
    for address in [endless_head, endless_body, boast, silent] {
        let said = inspect(&Address::parse(&address).unwrap(), false).unwrap_err().to_string();
        assert_eq!(said, format!("What listens on {address} is not an inspector."));
    }
}

#[test]
fn malformed_messages_end_the_capture_and_not_the_program() {
    type Trick = fn(&mut Peer, &Command);
    let tricks: [Trick; 8] = [
        |peer, _| peer.text("not JSON".to_owned()),
        |peer, _| peer.text("[".repeat(1 << 20)),
        |peer, _| peer.text("{\"a\":".repeat(1 << 20)),
        |peer, command| peer.text(format!("{{\"id\":-{}}}", command.id)),
        |peer, command| peer.text(format!("{{\"id\":\"{}\",\"result\":{{}}}}", command.id)),
        |peer, _| peer.0.send(Message::binary(vec![0; 10])).unwrap(),
        |peer, _| {
            peer.text(
                "{\"method\":\"HeapProfiler.addHeapSnapshotChunk\",\"params\":{\"chunk\":\"\\x\"}}"
                    .to_owned(),
            );
        },
        // A frame of 2^62 bytes is announced.
        |peer, _| peer.0.get_mut().write_all(&[0x81, 127, 0x40, 0, 0, 0, 0, 0, 0, 0]).unwrap(),
    ];
    for trick in tricks {
        let server = FakeInspector::node(move |peer, command| {
            trick(peer, command);
            Then::GoOn
        });
        let (said, left) = failure(&server);
        assert_eq!(said, "The inspector sent what is not a message of its protocol.");
        assert!(left.is_empty());
    }
}

#[test]
fn a_name_is_never_a_path() {
    let list = json!([{"type": "node", "title": "../../../tmp/evil\u{0}\u{1b}[31m", "url": "",
        "webSocketDebuggerUrl": "ws://evil.example:1PORT/uuid"}]);
    let lists = Lists::of("node.js/v24.0.0", &list);
    let server = FakeInspector::start(
        lists,
        Box::new(|peer, command| match command.method.as_str() {
            "HeapProfiler.takeHeapSnapshot" => {
                peer.chunks(&snapshot(), 500);
                peer.reply(command, &json!({}));
                Then::GoOn
            }
            _ => usual(peer, command),
        }),
    );
    let folder = tempfile::tempdir().unwrap();
    let captured = take(&server, &folder).unwrap();
    assert_eq!(captured.path.parent(), Some(folder.path()));
    assert!(captured.path.file_name().unwrap().to_str().unwrap().starts_with("evil-31m-2"));
}

fn heaplens(arguments: &[&str]) -> Output {
    Program::new(env!("CARGO_BIN_EXE_heaplens")).args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn whole_server() -> FakeInspector {
    FakeInspector::node(|peer, command| {
        peer.chunks(&snapshot(), 500);
        peer.reply(command, &json!({}));
        Then::GoOn
    })
}

#[test]
fn the_command_prints_files_and_ends_with_its_status() {
    let server = whole_server();
    let folder = tempfile::tempdir().unwrap();
    let address = server.socket.to_string();
    let path = folder.path().join("a.heapsnapshot");
    let output = heaplens(&["capture", &address, "-o", path.to_str().unwrap(), "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let file = &answer["files"][0];
    assert_eq!(file["path"], path.to_str().unwrap());
    assert_eq!(file["bytes"], snapshot().len());
    assert_eq!((&file["ids_kept"], answer["warnings"].as_array().unwrap().len()), (&Value::Null, 0));
    assert!(Path::new(file["sidecar"].as_str().unwrap()).exists());
    let again = heaplens(&["capture", &address, "-o", path.to_str().unwrap(), "--quiet"]);
    assert_eq!(again.status.code(), Some(2));
    assert_eq!(String::from_utf8_lossy(&again.stderr).lines().count(), 1);
}

#[test]
fn a_large_heap_needs_consent() {
    let server = FakeInspector::start(
        Lists::node("v24.0.0"),
        Box::new(|peer, command| match command.method.as_str() {
            "Runtime.getHeapUsage" => {
                peer.reply(command, &json!({"usedSize": 900_000_000, "totalSize": 1_000_000_000}));
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
    let folder = tempfile::tempdir().unwrap();
    let (address, folder) = (server.socket.to_string(), folder.path().to_str().unwrap().to_owned());
    let output = heaplens(&["capture", &address, "-o", &folder]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("pass --yes"));
    assert!(!server.commands().contains(&"HeapProfiler.takeHeapSnapshot".to_owned()));
    assert_eq!(heaplens(&["capture", &address, "-o", &folder, "--yes"]).status.code(), Some(0));
}

#[cfg(unix)]
#[test]
fn an_interrupt_keeps_the_part_and_says_so() {
    let server = FakeInspector::node(|peer, _| {
        half(peer);
        Then::GoOn
    });
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::new(env!("CARGO_BIN_EXE_heaplens"))
        .args(["capture", &server.socket.to_string(), "-o", folder.path().to_str().unwrap()])
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while names(folder.path()).is_empty() {
        thread::sleep(Duration::from_millis(20));
    }
    thread::sleep(Duration::from_millis(500));
    let pid = program.id().to_string();
    assert!(Program::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let mut said = String::new();
    program.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(program.wait().unwrap().code(), Some(130), "{said}");
    assert!(said.contains("Cancelled. What arrived was kept as server-"), "{said}");
    assert_eq!(names(folder.path()).len(), 1);
}
