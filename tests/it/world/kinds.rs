//! Files that users open by mistake: each kind is recognised.

use heaplens::base::{NodeIndex, ObjectId, Progress};
use heaplens::snapshot::load_bytes;

use super::{good, gzip, said};

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
        ("a trace", b"[{\"cat\":\"v8\",\"ph\":\"X\"}]".to_vec(), "it is a performance trace, which shows where time went; open it in Chrome's Performance panel"),
        ("a trace again", b"{\"traceEvents\":[]}".to_vec(), "it is a performance trace"),
        ("an empty object", b"{}".to_vec(), "it is an empty JSON object; expected"),
        ("any object", b"{\"name\":\"app\",\"\x1b[31m\":1}".to_vec(), "it is a JSON object of another kind, with \"name\", …; expected"),
        (
            "a sampling profile",
            b"{\"head\":{\"callFrame\":{\"functionName\":\"(root)\"},\"selfSize\":0,\"children\":[]},\"samples\":[]}".to_vec(),
            "it is a sampling profile of allocations (.heapprofile), which shows what allocated but not what holds; open it with Load",
        ),
        (
            "a CPU profile",
            b"{\"nodes\":[{\"id\":1,\"callFrame\":{\"functionName\":\"(root)\"},\"children\":[2]}],\"startTime\":1,\"endTime\":2}".to_vec(),
            "it is a CPU profile (.cpuprofile), which shows where time went; open it in Chrome's Performance panel",
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
    let text = graph.node_with_id(ObjectId(140_737_488_355_328)).expect("its id is kept");
    assert_eq!(graph.nodes.kind_name(graph.nodes.kind(text)), "String");
    assert_eq!(snapshot.dominator(text), Some(NodeIndex(1)));
}
