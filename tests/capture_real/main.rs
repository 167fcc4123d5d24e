//! Captures from the runtimes of this machine: `cargo test --test capture_real`.
//!
//! Not run with the other tests. It takes `node`, `chromium` and `deno` where they are on the path, and further versions
//! of Node from the variable `HEAPLENS_NODES`, as paths with colons between. `-- --big` adds a heap of ten million
//! objects, which needs 4 GB and some minutes.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod bare_reader;
mod runtime;
mod web;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::runtime::{Program, on_path};

const SERVER: &str = include_str!("server.js");
const BIG: &str = "class Leaf { constructor(l, r, n) { this.l = l; this.r = r; this.n = { n }; } }\n\
    const tree = (d) => d ? new Leaf(tree(d - 1), tree(d - 1), d + 0.5) : null;\n\
    globalThis.trees = []; for (let i = 0; i < COUNT; i++) trees.push(tree(18));\n\
    console.log('ready'); setInterval(() => {}, 1000);\n";

fn heaplens(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_heaplens")).args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn json(arguments: &[&str]) -> Value {
    let output = heaplens(arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "heaplens {}: {said}", arguments.join(" "));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn path_of(answer: &Value, at: usize) -> String {
    answer["files"][at]["path"].as_str().unwrap().to_owned()
}

/// Objects and shallow bytes of every constructor.
fn rows(file: &str) -> BTreeMap<String, (u64, u64)> {
    let answer = json(&["summary", file, "--json", "--quiet"]);
    let rows = answer["rows"].as_array().expect("rows").iter();
    let number = |row: &Value, key: &str| row[key].as_u64().expect("a number");
    rows.map(|row| (row["name"].as_str().unwrap().to_owned(), (number(row, "count"), number(row, "shallow"))))
        .collect()
}

/// Rows that differ: the request on standard input is a text in a buffer, what handles it is compiled, and the global
/// object is named after its context by the inspector alone.
const MAY_DIFFER: [&str; 19] = [
    "(array)",
    "(closure)",
    "(code)",
    "(compiled code)",
    "(object shape)",
    "(sliced string)",
    "(string)",
    "(system)",
    "Array",
    "ArrayBuffer",
    "Buffer",
    "FastBuffer",
    "Object",
    "Uint8Array",
    "global",
    "global / ",
    "global /",
    "system / JSArrayBufferData",
    "system / Context",
];

/// A capture has the rows of the program's own snapshot, but for those of its request.
fn equals_own_snapshot(captured: &str, own: &str) {
    let (captured, own) = (rows(captured), rows(own));
    let all: u64 = captured.values().map(|(_, bytes)| bytes).sum();
    let names = captured.keys().chain(own.keys()).collect::<std::collections::BTreeSet<_>>();
    let (mut different, mut bytes, mut unexpected) = (0, 0, Vec::new());
    for name in names {
        let (left, right) = (captured.get(name).copied(), own.get(name).copied());
        if left != right {
            different += 1;
            if !name.starts_with("global") {
                bytes += left.unwrap_or_default().1.abs_diff(right.unwrap_or_default().1);
            }
            if !MAY_DIFFER.contains(&name.as_str()) {
                unexpected.push(format!("{name} {left:?} {right:?}"));
            }
        }
    }
    println!("    {different} of {} rows differ, by {bytes} of {all} bytes", captured.len());
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
    assert!(bytes * 100 < all);
}

fn node(executable: &str, folder: &Path) {
    let program = Program::start(executable, &["--inspect=127.0.0.1:0"], SERVER, folder);
    let address = program.inspector();
    let out = folder.to_str().unwrap();
    let own = folder.join("own.heapsnapshot");
    let first = json(&["capture", &address, "-o", out, "--json", "--quiet"]);
    // What the first request loads and compiles is not to be seen.
    program.ask(&format!("write {}", folder.join("first.heapsnapshot").display()), "written 1");
    program.ask(&format!("write {}", own.display()), "written 2");
    let second = json(&["capture", &address, "-o", out, "--json", "--quiet"]);
    equals_own_snapshot(&path_of(&second, 0), own.to_str().unwrap());
    assert!(first["files"][0]["node_count"].as_u64().unwrap() > 10_000);
    let series = json(&[
        "capture",
        &address,
        "-o",
        out,
        "--count",
        "3",
        "--every",
        "200ms",
        "--sources",
        "--json",
        "--quiet",
    ]);
    assert_eq!(series["files"].as_array().unwrap().len(), 3);
    assert_eq!(series["files"][2]["ids_kept"], true);
    let record = fs::read_to_string(series["files"][2]["sidecar"].as_str().unwrap()).unwrap();
    assert!(record.contains("class UserSession"), "the source is in the record");
    let worker = json(&["capture", &address, "-o", out, "--worker", "1", "--json", "--quiet"]);
    assert_eq!(rows(&path_of(&worker, 0)).get("InWorker").map(|row| row.0), Some(500));
    let timeline =
        json(&["capture", &address, "-o", out, "--record", "500ms", "--stacks", "--json", "--quiet"]);
    assert!(heaplens(&["check", &path_of(&timeline, 0)]).status.success());
    json(&["capture", &address, "-o", out, "--sample", "500ms", "--json", "--quiet"]);
    println!("    snapshot, own snapshot, series, sources, worker, timeline, profile");
}

fn by_pid(executable: &str, folder: &Path) {
    let program = Program::start(executable, &[], SERVER, folder);
    program.await_line("ready");
    let pid = program.pid().to_string();
    let answer =
        json(&["capture", "--pid", &pid, "--yes", "-o", folder.to_str().unwrap(), "--json", "--quiet"]);
    assert_eq!(rows(&path_of(&answer, 0)).get("UserSession").map(|row| row.0), Some(3000));
    println!("    by process id");
}

/// Kills the program in the middle: one sentence, status 2, and a partial file only if something had arrived.
fn killed(executable: &str, folder: &Path) {
    let mut program =
        Program::start(executable, &["--inspect=127.0.0.1:0"], &BIG.replace("COUNT", "2"), folder);
    let address = program.inspector();
    program.await_line("ready");
    let out = folder.join("killed");
    fs::create_dir(&out).unwrap();
    let capture = Command::new(env!("CARGO_BIN_EXE_heaplens"))
        .args(["capture", &address, "--yes", "--quiet", "-o", out.to_str().unwrap()])
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let arrived = || {
        fs::read_dir(&out)
            .unwrap()
            .any(|entry| entry.unwrap().metadata().is_ok_and(|file| file.len() > 2_000_000))
    };
    let began = Instant::now();
    while !arrived() && began.elapsed() < Duration::from_secs(120) {
        thread::sleep(Duration::from_millis(5));
    }
    program.kill();
    let output = capture.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("The process ended after") && said.lines().count() == 1, "{said}");
    let part = fs::read_dir(&out).unwrap().next().expect("a part").unwrap().path();
    let part = part.to_str().unwrap();
    assert!(part.ends_with(".heapsnapshot.partial"), "{part}");
    assert!(heaplens(&["summary", part, "--partial", "--quiet", "--limit", "1"]).status.success());
    println!("    {}", said.trim());
}

fn big(executable: &str, folder: &Path) {
    let arguments = ["--max-old-space-size=8000", "--inspect=127.0.0.1:0"];
    let program = Program::start(executable, &arguments, &BIG.replace("COUNT", "12"), folder);
    let address = program.inspector();
    program.await_line("ready");
    let bare = bare_reader::seconds(&address);
    let mut capture = Command::new(env!("CARGO_BIN_EXE_heaplens"))
        .args(["capture", &address, "--yes", "--json", "--quiet", "-o", folder.to_str().unwrap()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut peak_kb = 0;
    while capture.try_wait().unwrap().is_none() {
        let status = fs::read_to_string(format!("/proc/{}/status", capture.id())).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak_kb = peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(peak_kb);
        thread::sleep(Duration::from_millis(100));
    }
    let output = capture.wait_with_output().unwrap();
    assert!(output.status.success());
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let file = &answer["files"][0];
    let again = bare_reader::seconds(&address);
    println!(
        "    {} bytes in {} s, {} MB resident; a bare reader took {bare:.1} s before and {again:.1} s after",
        file["bytes"],
        file["seconds"],
        peak_kb / 1000
    );
    assert!(peak_kb < 60_000);
}

/// A page with a worker, a frame of its own site, which lives in its heap, and one of another site, which has its own.
fn chrome(executable: &str, folder: &Path) {
    let port = web::serve(|host, path| {
        match path {
        "/" => format!(
            "<title>My shop</title><script src=app.js></script><iframe src=same></iframe>\
             <iframe src=\"http://localhost:{}/other\"></iframe>",
            host.rsplit(':').next().unwrap()
        ),
        "/app.js" => "class Item {} window.items = Array.from({length: 1234}, () => new Item());\
             const code = 'class InPageWorker {} self.kept = Array.from({length: 321}, () => new InPageWorker())';\
             const worker = new Worker(URL.createObjectURL(new Blob([code])));\n//# sourceMappingURL=app.js.map\n"
            .to_owned(),
        "/app.js.map" => "{\"version\":3,\"sources\":[\"shop.ts\"],\"names\":[],\"mappings\":\"AAAA\"}".to_owned(),
        "/same" => "<script>class InFrame {} window.kept = Array.from({length: 77}, () => new InFrame())</script>".to_owned(),
        "/other" => "<title>Advert</title><script>class InOther {} window.kept = Array.from({length: 55}, () => new InOther())</script>".to_owned(),
        _ => String::new(),
    }
    });
    let profile = format!("--user-data-dir={}", folder.join("profile").display());
    let page = format!("http://127.0.0.1:{port}/");
    let arguments = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--site-per-process",
        "--remote-debugging-port=0",
        &profile,
        &page,
    ];
    let program = Program::run(executable, &arguments);
    let address = program.inspector();
    thread::sleep(Duration::from_secs(5));
    let out = folder.to_str().unwrap();
    let capture = |more: &[&str]| {
        let answer = json(&[&["capture", &address, "-o", out, "--json", "--quiet"], more].concat());
        let sidecar = answer["files"][0]["sidecar"].as_str().unwrap().to_owned();
        (rows(&path_of(&answer, 0)), fs::read_to_string(sidecar).unwrap())
    };
    let count = |rows: &BTreeMap<String, (u64, u64)>, name: &str| rows.get(name).map(|row| row.0);
    let (page, record) = capture(&["--target", "shop", "--sources"]);
    assert_eq!(
        (count(&page, "Item"), count(&page, "InFrame"), count(&page, "InOther")),
        (Some(1234), Some(77), None)
    );
    assert!(record.contains("shop.ts"), "the map is in the record");
    let (worker, _) = capture(&["--target", "shop", "--worker", "blob:"]);
    assert_eq!(count(&worker, "InPageWorker"), Some(321));
    let (frame, _) = capture(&["--target", "iframe"]);
    assert_eq!((count(&frame, "InOther"), count(&frame, "Item")), (Some(55), None));
    println!(
        "    page with a frame of its site and a source map from its server, worker, frame of another site"
    );
}

fn deno(executable: &str, folder: &Path) {
    let script = folder.join("main.js");
    fs::write(&script, "class InDeno {} globalThis.kept = Array.from({length: 99}, () => new InDeno()); setInterval(() => {}, 1000);").unwrap();
    let program = Program::run(executable, &["run", "--inspect=127.0.0.1:0", script.to_str().unwrap()]);
    let address = program.inspector();
    thread::sleep(Duration::from_millis(500));
    let answer = json(&["capture", &address, "-o", folder.to_str().unwrap(), "--json", "--quiet"]);
    assert_eq!(rows(&path_of(&answer, 0)).get("InDeno").map(|row| row.0), Some(99));
    println!("    snapshot");
}

fn main() -> ExitCode {
    let with_big = std::env::args().any(|argument| argument == "--big");
    let more = std::env::var("HEAPLENS_NODES").unwrap_or_default();
    let nodes: Vec<String> = on_path("node")
        .into_iter()
        .chain(more.split(':').filter(|path| !path.is_empty()).map(str::to_owned))
        .collect();
    let mut tried = 0;
    for executable in &nodes {
        let folder = tempfile::tempdir().unwrap();
        println!("{executable} {}", runtime::version(executable));
        node(executable, folder.path());
        if cfg!(target_os = "linux") {
            by_pid(executable, folder.path());
        }
        killed(executable, folder.path());
        if with_big {
            big(executable, folder.path());
        }
        tried += 1;
    }
    let others: [(&str, fn(&str, &Path)); 3] =
        [("chromium", chrome), ("google-chrome", chrome), ("deno", deno)];
    for (name, capture) in others {
        if let Some(executable) = on_path(name) {
            let folder = tempfile::tempdir().unwrap();
            println!("{executable}");
            capture(&executable, folder.path());
            tried += 1;
        }
    }
    if tried == 0 {
        println!("no runtime is on the path");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
