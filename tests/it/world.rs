//! The world around a snapshot: what else people open, archives and bombs, pipes that stall, files that
//! change under us, a person who changes their mind.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use heaplens::base::{Progress, Stage};
use heaplens::graph::GraphBuilder;
use heaplens::parse::{FileBytes, Options, parse};
use heaplens::snapshot::{
    LoadError, SizeMode, Snapshot, load, load_bytes, load_bytes_with, load_partial, load_with,
};

fn good() -> Vec<u8> {
    let mut heap = GraphBuilder::new();
    let thing = heap.node("object", "Foo", 100);
    heap.edge(0, "element", "1", thing);
    heap.to_json().into_bytes()
}

fn saved(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder for the file");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("room for a small file");
    (folder, path)
}

fn read(path: &Path) -> Result<Arc<Snapshot>, LoadError> {
    load(path, &Progress::new(), |_| {})
}

/// What is said of a file with this content; the path at the end is left out.
fn said(bytes: &[u8]) -> String {
    let (_folder, path) = saved("file", bytes);
    read(&path).map_or_else(|error| error.sentence(), |snapshot| format!("{} bytes", snapshot.total_size()))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("writing to memory");
    encoder.finish().expect("writing to memory")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        let method = if content.len() > 100 {
            zip::CompressionMethod::Deflated
        } else {
            zip::CompressionMethod::Stored
        };
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        archive.start_file(*name, options).expect("writing to memory");
        archive.write_all(content).expect("writing to memory");
    }
    archive.finish().expect("writing to memory").into_inner()
}

#[test]
fn what_is_no_snapshot_is_called_by_its_name() {
    let core = [b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x04\0".as_slice(), &[0; 200]].concat();
    let program = [b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0".as_slice(), &[0; 200]].concat();
    let mut tar = vec![0; 600];
    tar[..7].copy_from_slice(b"a.heaps");
    tar[257..262].copy_from_slice(b"ustar");
    let cases: [(&str, Vec<u8>, &str); 31] = [
        ("nothing", vec![], "the file is empty; fetch or copy the snapshot again"),
        ("blanks", b" \n ".to_vec(), "the file holds nothing but white space; fetch"),
        ("zeros", vec![0; 4096], "it begins with zero bytes, as an unfinished download or a full disk leaves; fetch"),
        ("text", b"hello".to_vec(), "it begins with 'h'; expected a .heapsnapshot file, which begins with {\"snapshot\":"),
        ("a web page", b"<!doctype html><title>502</title>".to_vec(), "it is HTML or XML, such as a server's error page; fetch"),
        ("an answer", b"HTTP/1.1 502 Bad Gateway\r\n\r\n{}".to_vec(), "it is an answer of a web server with its headers; fetch"),
        ("a server's error", b"{\"error\":\"not found\"}".to_vec(), "it is a server's error message in JSON; fetch"),
        ("a core dump", core, "it is a core dump, an image of a whole process; take a heap snapshot with"),
        ("a program", program, "it is a program or library (ELF); expected"),
        ("a minidump", b"MDMP\x93\xa7".to_vec(), "it is a Windows minidump"),
        ("tar", tar.clone(), "it is a tar archive; extract the snapshot from it first"),
        ("tar.gz", gzip(&tar), "it is a tar archive; extract"),
        ("bzip2", b"BZh91AY".to_vec(), "it is compressed with bzip2; decompress it first with bzip2 -d"),
        ("xz", b"\xfd7zXZ\0\0".to_vec(), "it is compressed with xz; decompress it first with xz -d"),
        ("gzip twice", gzip(&gzip(&good())), "it is compressed twice, with gzip inside; decompress it once with gzip -d"),
        ("UTF-16", b"\xff\xfe{\0\"\0".to_vec(), "it is UTF-16 text, as PowerShell's > writes; save"),
        ("Java", b"JAVA PROFILE 1.0.2\0".to_vec(), "it is a heap dump of Java; open it with a tool for Java"),
        ("Git LFS", b"version https://git-lfs.github.com/spec/v1\n".to_vec(), "it is a pointer of Git LFS, not the file itself; fetch"),
        ("binary", gzip(b"\x08\x01\x12\x07"), "it is binary data that begins with byte 0x08; expected JSON text"),
        ("an array", b"[1,2]".to_vec(), "it is a JSON array; expected a .heapsnapshot file"),
        ("a trace", b"[{\"cat\":\"v8\",\"ph\":\"X\"}]".to_vec(), "it is a performance trace, which says where time went; open it in Chrome's Performance panel"),
        ("a trace again", b"{\"traceEvents\":[]}".to_vec(), "it is a performance trace"),
        ("an empty object", b"{}".to_vec(), "it is an empty JSON object; expected"),
        ("any object", b"{\"name\":\"app\",\"\x1b[31m\":1}".to_vec(), "it is a JSON object of another kind, with \"name\", …; expected"),
        (
            "a sampling profile",
            b"{\"head\":{\"callFrame\":{\"functionName\":\"(root)\"},\"selfSize\":0,\"children\":[]},\"samples\":[]}".to_vec(),
            "it is a sampling profile of allocations (.heapprofile), which says who allocated but not who holds; open it with Load",
        ),
        (
            "a CPU profile",
            b"{\"nodes\":[{\"id\":1,\"callFrame\":{\"functionName\":\"(root)\"},\"children\":[2]}],\"startTime\":1,\"endTime\":2}".to_vec(),
            "it is a CPU profile (.cpuprofile), which says where time went; open it in Chrome's Performance panel",
        ),
        ("half a CPU profile", b"{\"nodes\":[{\"id\":1,\"callFrame\":{\"functionName\":\"(ro".to_vec(), "it is a CPU profile"),
        (
            "JavaScriptCore's",
            b"{\"version\":3,\"type\":\"Inspector\",\"nodes\":[0,0,0,0],\"nodeClassNames\":[\"<root>\"],\"edges\":[],\"edgeTypes\":[],\"edgeNames\":[]}".to_vec(),
            "it is a heap snapshot of JavaScriptCore, as Safari and Bun write; open it in Safari's Web Inspector",
        ),
        ("a report", b"{\"header\":{\"reportVersion\":3}}".to_vec(), "it is a diagnostic report of Node.js; run node with"),
        ("a message", b"{\"method\":\"HeapProfiler.addHeapSnapshotChunk\",\"params\":{\"chunk\":\"{\"}}".to_vec(), "it is a message of the DevTools protocol; join"),
        ("a source map", b"{\"version\":3,\"sources\":[],\"mappings\":\"\"}".to_vec(), "it is a source map; expected"),
    ];
    for (what, bytes, expected) in cases {
        let said = said(&bytes);
        let found = said.strip_prefix("not a V8 heap snapshot: ").unwrap_or(&said);
        assert!(found.starts_with(expected), "{what}\n  expected: {expected}\n  found:    {said}");
        assert!(!said.contains(char::is_control) && said.len() < 300, "{what}: {said}");
    }
}

#[test]
fn an_archive_of_one_snapshot_is_opened() {
    let good = good();
    let packed = gzip(&good);
    let opens = |files: &[(&str, &[u8])]| assert_eq!(said(&zip(files)), "100 bytes", "{:?}", files[0].0);
    opens(&[("a.heapsnapshot", &good)]);
    opens(&[("any name", &good)]);
    opens(&[("logs/a.heaptimeline", &good), ("__MACOSX/logs/._a.heaptimeline", b"x"), ("notes.txt", b"x")]);
    opens(&[("a.heapsnapshot.gz", &packed)]);
}

#[test]
fn an_archive_of_anything_else_is_explained() {
    let good = good();
    let whole = zip(&[("a.heapsnapshot", &good)]);
    let mut damaged = whole.clone();
    damaged[100] ^= 0x55;
    for (what, bytes, expected) in [
        (
            "two",
            zip(&[("a.heapsnapshot", &good), ("b\n.heapsnapshot", &good)]),
            "cannot open the zip archive: it holds 2 files, such as \"a.heapsnapshot\" and \"b\\n.heapsnapshot\": extract the one to open",
        ),
        (
            "no snapshot, two files",
            zip(&[("a", b"x"), ("b", b"y")]),
            "cannot open the zip archive: it holds 2 files, such as",
        ),
        (
            "zip in zip",
            zip(&[("a.zip", &whole)]),
            "cannot open the zip archive: it holds another zip archive: extract that first",
        ),
        (
            "cut short",
            whole[..whole.len() / 2].to_vec(),
            "cannot open the zip archive: its list of files at the end is missing or damaged: fetch or copy it again",
        ),
        ("text", zip(&[("a.txt", b"hello")]), "not a V8 heap snapshot: it begins with 'h'"),
    ] {
        let said = said(&bytes);
        assert!(said.starts_with(expected), "{what}\n  expected: {expected}\n  found:    {said}");
    }
    let said = said(&damaged);
    assert!(said.contains("damaged") || said.contains("cannot"), "{said}");
}

#[test]
fn frames_of_zstd_follow_each_other() {
    let good = good();
    let (one, two) = good.split_at(300);
    let skipped = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
    assert_eq!(said(&[zstd(one), skipped.to_vec(), zstd(two)].concat()), "100 bytes");
}

#[test]
fn a_bomb_is_stopped_at_the_limit() {
    let blanks = [b"{\"snapshot\":".to_vec(), vec![b' '; 4 << 20]].concat();
    for bomb in [gzip(&blanks), zstd(&blanks), zip(&[("a.heapsnapshot", &blanks)])] {
        let (_folder, path) = saved("bomb", &bomb);
        let limited = |limit| {
            let options = Options { max_decompressed: Some(limit), ..Options::default() };
            load_with(&path, &options, &Progress::new(), |_| {}).err().expect("no snapshot").sentence()
        };
        let said = limited(1 << 20);
        assert!(said.starts_with("too large: decompressed, the file has more than 1.0 MB"), "{said}");
        assert!(limited(5 << 20).starts_with("cut short: "), "{}", limited(5 << 20));
    }
}

#[test]
fn what_memory_does_not_hold_is_refused() {
    let mut heap = GraphBuilder::new();
    for at in 0..1000 {
        heap.node("object", &format!("{at} {}", "x".repeat(80_000)), 8);
    }
    let file = heap.to_json();
    let options = Options { memory_bytes: Some(10 << 20), ..Options::default() };
    let error = load_bytes_with("file", file.as_bytes(), &options, &Progress::new()).err().expect("refused");
    assert_eq!(
        error.sentence(),
        "needs about 80.1 MB of memory, 10.5 MB are free: close other snapshots or programs, or set HEAPLENS_MEMORY=unlimited to try all the same"
    );
}

#[test]
fn a_compressed_file_cut_short_is_offered_in_part() {
    let good: Vec<u8> = {
        let mut heap = GraphBuilder::new();
        for at in 0..20_000_u64 {
            heap.node("object", &format!("Thing {}", at * at % 977), at % 90);
        }
        heap.to_json().into_bytes()
    };
    let packed = gzip(&good);
    let (_folder, path) = saved("file", &packed[..packed.len() * 3 / 4]);
    let error = read(&path).err().expect("cut short");
    assert!(error.is_truncated(), "{error}");
    let snapshot = load_partial(&path, &Progress::new(), |_| {}).unwrap_or_else(|error| panic!("{error}"));
    let partial = snapshot.partial().expect("not all there");
    assert!(partial.nodes > 1000 && partial.nodes < 20_001, "{partial:?}");
}

#[cfg(unix)]
#[test]
fn a_pipe_that_nobody_writes_to_can_be_given_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&path).status().expect("mkfifo is there");
    assert!(made.success());
    let progress = Arc::new(Progress::new());
    let (shared, file) = (Arc::clone(&progress), path.clone());
    let reader = std::thread::spawn(move || load(&file, &shared, |_| {}).err());
    std::thread::sleep(Duration::from_millis(100));
    progress.cancel();
    let begun = Instant::now();
    assert!(reader.join().expect("no panic").expect("no snapshot").is_cancelled());
    assert!(begun.elapsed() < Duration::from_secs(5));

    let file = path.clone();
    let writer = std::thread::spawn(move || std::fs::write(file, gzip(&good())).expect("somebody reads"));
    // The reader given up above may take the pipe's first bytes: let it have them, and write again.
    writer.join().expect("written");
    let file = path.clone();
    let writer = std::thread::spawn(move || std::fs::write(file, gzip(&good())).expect("somebody reads"));
    assert_eq!(read(&path).expect("a good file").total_size(), 100);
    writer.join().expect("written");
}

#[test]
fn a_file_that_changes_while_it_is_read_is_no_crash() {
    let (folder, path) = saved("live.heapsnapshot", &good());
    let options = Options::default();
    let open = || FileBytes::open(&path, &options, &Progress::new()).expect("a good file");
    let nodes = |bytes: &FileBytes| {
        bytes.with_input(|input| parse(input, &Progress::new())).expect("read before").graph.node_count()
    };

    let opened = open();
    std::fs::write(&path, b"{").expect("cut short");
    assert_eq!(nodes(&opened), 2);
    let changed = opened.check_unchanged().expect_err("another length").sentence();
    assert!(changed.starts_with("the file changed while it was read"), "{changed}");

    std::fs::write(&path, good()).expect("whole again");
    let opened = open();
    let other = folder.path().join("other");
    std::fs::write(&other, b"hello").expect("room");
    std::fs::rename(&other, &path).expect("replaced");
    assert_eq!(nodes(&opened), 2);
    opened.check_unchanged().expect("the file that was opened is as it was");

    std::fs::write(&path, good()).expect("whole again");
    let opened = open();
    std::fs::remove_file(&path).expect("deleted");
    assert_eq!(nodes(&opened), 2);
    opened.check_unchanged().expect("the file that was opened is as it was");
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_said_so() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_folder, path) = saved("secret", &good());
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o0)).expect("our own file");
    match read(&path) {
        // The superuser may read it all the same.
        Ok(snapshot) => assert_eq!(snapshot.total_size(), 100),
        Err(error) => {
            assert!(error.sentence().starts_with("cannot open the file: Permission denied"), "{error}");
        }
    }
}

/// Many objects in many classes, some with long names, and a list that is as deep as it is long.
fn wide_and_deep() -> Vec<u8> {
    const OBJECTS: usize = 40_000;
    let mut heap = GraphBuilder::new();
    let hub = heap.node("object", "Hub", 16);
    heap.edge(0, "element", "1", hub);
    let mut last = hub;
    for at in 0..OBJECTS {
        let node = heap.node("object", &format!("Class {at}"), 8);
        heap.edge(last, "property", "next", node);
        heap.edge(hub, "element", &at.to_string(), node);
        last = node;
    }
    let text = heap.node("string", &"long ".repeat(600_000), 3_000_000);
    heap.edge(last, "internal", "text", text);
    heap.to_json().into_bytes()
}

#[test]
fn many_edges_many_classes_and_long_texts_are_ordinary() {
    let snapshot = load_bytes("file", &wide_and_deep(), &Progress::new()).expect("a good file");
    assert_eq!(snapshot.total_size(), 16 + 8 * 40_000 + 3_000_000);
    assert!(snapshot.classes().len() >= 40_001);
    let hub = heaplens::base::NodeIndex(1);
    assert_eq!(snapshot.retained(SizeMode::Chrome, hub), Some(snapshot.total_size()));
}

#[test]
fn a_load_can_be_cancelled_at_every_stage() {
    let (_folder, path) = saved("file", &gzip(&wide_and_deep()));
    for stage in Stage::ALL {
        for _ in 0..3 {
            let progress = Arc::new(Progress::new());
            let (shared, file) = (Arc::clone(&progress), path.clone());
            let reader = std::thread::spawn(move || load(&file, &shared, |_| {}).map(drop));
            while progress.stage() < *stage && !reader.is_finished() {
                std::hint::spin_loop();
            }
            progress.cancel();
            let begun = Instant::now();
            // The last steps of the last stage may be done before anyone looks.
            if let Err(error) = reader.join().expect("no panic") {
                assert!(error.is_cancelled(), "{stage:?}: {error}");
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "{stage:?}");
        }
    }
}

#[test]
fn ten_files_open_at_once() {
    let (_folder, path) = saved("file", &wide_and_deep());
    let sizes: Vec<u64> = std::thread::scope(|scope| {
        let loads: Vec<_> =
            (0..10).map(|_| scope.spawn(|| read(&path).expect("a good file").total_size())).collect();
        loads.into_iter().map(|load| load.join().expect("no panic")).collect()
    });
    assert_eq!(sizes, [16 + 8 * 40_000 + 3_000_000; 10]);
}

/// Julia's own kinds of nodes and edges, addresses for ids, and no group of GC roots.
#[test]
fn a_snapshot_of_julia_is_read_without_complaint() {
    let file = r#"{"snapshot":{"meta":{"node_fields":["type","name","id","self_size","edge_count","trace_node_id","detachedness"],"node_types":[["synthetic","jl_task_t","jl_module_t","jl_array_t","object","String"],"string","number","number","number","number","number"],"edge_fields":["type","name_or_index","to_node"],"edge_types":[["internal","hidden","property","element"],"string_or_number","from_node"]},"node_count":3,"edge_count":2},
"nodes":[0,0,0,0,1,0,0
,2,1,139862812341776,64,1,0,0
,5,2,140737488355328,24,0,0,0
],
"edges":[0,3,7
,2,4,14
],
"strings":["","Main","text","main_module","a"]}"#;
    let snapshot = load_bytes("file", file.as_bytes(), &Progress::new()).expect("a good file");
    assert!(snapshot.warnings().is_empty(), "{:?}", snapshot.warnings());
    assert_eq!(snapshot.total_size(), 88);
    let graph = snapshot.graph();
    let text = graph.node_with_id(heaplens::base::ObjectId(140_737_488_355_328)).expect("its id is kept");
    assert_eq!(graph.nodes.kind_name(graph.nodes.kind(text)), "String");
    assert_eq!(snapshot.dominator(text), Some(heaplens::base::NodeIndex(1)));
}
