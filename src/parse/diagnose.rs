//! Diagnoses files that are not heap snapshots, from their first bytes or their JSON keys, with advice.

use crate::parse::error::{ErrorKind, LoadError, found_at};

/// Text at the start of a file that is examined.
const LOOK: usize = 1 << 16;
/// Number of keys that are listed for an unknown JSON object.
const KEYS_NAMED: usize = 3;

const EXPECTED: &str = "expected a .heapsnapshot file, which begins with {\"snapshot\":";
const TAKE_ONE: &str = "take a heap snapshot with v8.writeHeapSnapshot() or in the Memory panel of Chrome";
const EXTRACT: &str = "extract the snapshot from it first";
const FETCH_AGAIN: &str = "fetch or copy the snapshot again";

/// Files recognised by bytes at a fixed offset: offset, bytes, kind, advice.
const MAGIC: [(usize, &[u8], &str, &str); 23] = [
    (0, b"\x1f\x8b", "it is compressed twice, with gzip inside", "decompress it once with gzip -d"),
    (0, b"\x28\xb5\x2f\xfd", "it is compressed twice, with zstd inside", "decompress it once with zstd -d"),
    (0, b"BZh", "it is compressed with bzip2", "decompress it first with bzip2 -d"),
    (0, b"\xfd7zXZ\0", "it is compressed with xz", "decompress it first with xz -d"),
    (0, b"\x04\x22\x4d\x18", "it is compressed with lz4", "decompress it first with lz4 -d"),
    (0, b"7z\xbc\xaf\x27\x1c", "it is a 7-Zip archive", EXTRACT),
    (0, b"Rar!\x1a\x07", "it is a RAR archive", EXTRACT),
    (0, b"PK", "it is a zip archive inside another file", EXTRACT),
    (257, b"ustar", "it is a tar archive", EXTRACT),
    (
        0,
        b"\xff\xfe",
        "it is UTF-16 text, as PowerShell's > writes",
        "save the snapshot as bytes, without changing its encoding",
    ),
    (0, b"\xfe\xff", "it is UTF-16 text", "save the snapshot as bytes, without changing its encoding"),
    (0, b"MDMP", "it is a Windows minidump, an image of a whole process", TAKE_ONE),
    (0, b"\xcf\xfa\xed\xfe", "it is a Mach-O file, such as a macOS core dump", TAKE_ONE),
    (0, b"MZ", "it is a Windows program", EXPECTED),
    (0, b"JAVA PROFILE", "it is a heap dump of Java", "open it with a tool for Java, such as Eclipse MAT"),
    (0, b"Nettrace", "it is a trace of .NET", "open it with a tool for .NET, such as PerfView"),
    (0, b"\x89PNG", "it is a picture", EXPECTED),
    (0, b"%PDF", "it is a PDF document", EXPECTED),
    (0, b"SQLite format 3", "it is an SQLite database", EXPECTED),
    (
        0,
        b"version https://git-lfs",
        "it is a pointer of Git LFS, not the file itself",
        "fetch the file with git lfs pull",
    ),
    (
        0,
        b"\0\0\0\0",
        "it begins with zero bytes, as an unfinished download or a full disk leaves",
        FETCH_AGAIN,
    ),
    (0, b"HTTP/", "it is an answer of a web server with its headers", FETCH_AGAIN),
    (0, b"<", "it is HTML or XML, such as a server's error page", FETCH_AGAIN),
];

/// The error for a file whose text, from `at` on, is not a JSON object.
pub(crate) fn not_an_object_error(bytes: &[u8], at: usize) -> LoadError {
    let rest = bytes.get(at..).unwrap_or_default();
    let (found, instead) = match rest {
        [] if bytes.is_empty() => ("the file is empty".into(), FETCH_AGAIN),
        [] => ("the file holds nothing but white space".into(), FETCH_AGAIN),
        [b'[', ..] => json_array(rest),
        [0x7f, b'E', b'L', b'F', ..] if bytes.get(16) == Some(&4) => {
            ("it is a core dump, an image of a whole process".into(), TAKE_ONE)
        }
        [0x7f, b'E', b'L', b'F', ..] => ("it is a program or library (ELF)".into(), EXPECTED),
        _ => {
            let known = MAGIC.iter().find(|(place, magic, ..)| {
                let text = if *place == 0 { rest } else { bytes.get(*place..).unwrap_or_default() };
                text.starts_with(magic)
            });
            match known {
                Some(&(.., is, instead)) => (is.into(), instead),
                None if is_binary(rest) => (
                    format!("it is binary data that begins with {}", found_at(bytes, at)),
                    "expected JSON text; a heap snapshot of Firefox (.fxsnapshot) opens in Firefox alone",
                ),
                None => (format!("it begins with {}", found_at(bytes, at)), EXPECTED),
            }
        }
    };
    ErrorKind::NotASnapshot { found, instead }.into()
}

fn is_binary(text: &[u8]) -> bool {
    text.iter().take(64).any(|&byte| byte < b' ' && !byte.is_ascii_whitespace())
}

fn json_array(text: &[u8]) -> (String, &'static str) {
    let keys = Keys::of(text);
    if keys.any("ph") {
        return performance_trace();
    }
    ("it is a JSON array".into(), EXPECTED)
}

fn performance_trace() -> (String, &'static str) {
    ("it is a performance trace, which shows where time went".into(), "open it in Chrome's Performance panel")
}

/// Replaces the error of reading a JSON object by a better one if its kind is known and not a snapshot.
pub(crate) fn explain_non_snapshot(bytes: &[u8], error: LoadError) -> LoadError {
    if error.is_cancelled() {
        return error;
    }
    let keys = Keys::of(bytes);
    if keys.top("snapshot") {
        return error;
    }
    let known = json_object(&keys).or_else(|| error.is_missing_section().then(|| unknown_object(&keys))?);
    match known {
        Some((found, instead)) => ErrorKind::NotASnapshot { found, instead }.into(),
        None => error,
    }
}

fn json_object(keys: &Keys) -> Option<(String, &'static str)> {
    let (is, instead) = if keys.top("head") && keys.any("callFrame") {
        (
            "it is a sampling profile of allocations (.heapprofile), which shows what allocated but not what holds",
            "open it with Load in the Memory panel of Chrome, or take a heap snapshot",
        )
    } else if keys.top("nodes") && (keys.any("callFrame") || keys.top("timeDeltas") || keys.top("startTime"))
    {
        (
            "it is a CPU profile (.cpuprofile), which shows where time went",
            "open it in Chrome's Performance panel",
        )
    } else if keys.top("nodes") && (keys.top("nodeClassNames") || keys.top("version") && keys.top("type")) {
        (
            "it is a heap snapshot of JavaScriptCore, as Safari and Bun write",
            "open it in Safari's Web Inspector; Bun writes V8's format with v8.writeHeapSnapshot()",
        )
    } else if keys.top("traceEvents") {
        return Some(performance_trace());
    } else if keys.top("header") && (keys.any("reportVersion") || keys.any("nodejsVersion")) {
        (
            "it is a diagnostic report of Node.js",
            "run node with --heapsnapshot-near-heap-limit=1 to get a heap snapshot before memory is out",
        )
    } else if keys.top("method") && keys.top("params") {
        (
            "it is a message of the DevTools protocol",
            "join the chunks of all HeapProfiler.addHeapSnapshotChunk messages into one file",
        )
    } else if keys.top("mappings") && keys.top("sources") {
        ("it is a source map", EXPECTED)
    } else if keys.top("log") && keys.any("creator") {
        ("it is a record of network requests (HAR)", "open it in Chrome's Network panel")
    } else if keys.top("meta") && keys.any("preprocessedProfileVersion") {
        ("it is a profile of Firefox", "open it at profiler.firefox.com")
    } else if keys.top("error") {
        ("it is a server's error message in JSON", FETCH_AGAIN)
    } else {
        return None;
    };
    Some((is.into(), instead))
}

fn unknown_object(keys: &Keys) -> Option<(String, &'static str)> {
    if ["nodes", "edges", "strings"].iter().any(|section| keys.top(section)) {
        return None;
    }
    let top: Vec<_> = keys.0.iter().filter(|(depth, _)| *depth == 1).map(|(_, key)| *key).collect();
    let is = if top.is_empty() {
        "it is an empty JSON object".into()
    } else {
        let plain = |key: &&str| key.chars().all(|c| c.is_ascii_graphic()) && key.len() <= 30;
        let named: Vec<_> =
            top.iter().filter(|key| plain(key)).take(KEYS_NAMED).map(|key| format!("\"{key}\"")).collect();
        let dots = if named.len() < top.len() { ", …" } else { "" };
        format!("it is a JSON object of another kind, with {}{dots}", named.join(", "))
    };
    Some((is, EXPECTED))
}

/// The keys at the start of a JSON text, each with its nesting depth.
struct Keys<'a>(Vec<(usize, &'a str)>);

impl<'a> Keys<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        let bytes = &bytes[..bytes.len().min(LOOK)];
        let mut keys = Vec::new();
        let (mut at, mut depth) = (0, 0_usize);
        while let Some(&byte) = bytes.get(at) {
            at += 1;
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                b'"' => {
                    let start = at;
                    while bytes.get(at).is_some_and(|&byte| byte != b'"') {
                        at += if bytes[at] == b'\\' { 2 } else { 1 };
                    }
                    let text = bytes.get(start..at).unwrap_or_default();
                    at += 1;
                    let behind = bytes.get(at..).unwrap_or_default();
                    let is_key = behind.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':');
                    if let (true, Ok(key)) = (is_key, std::str::from_utf8(text)) {
                        keys.push((depth, key));
                    }
                }
                _ => {}
            }
        }
        Self(keys)
    }

    /// Whether the outermost object has `key`.
    fn top(&self, key: &str) -> bool {
        self.0.contains(&(1, key))
    }

    /// Whether `key` occurs anywhere.
    fn any(&self, key: &str) -> bool {
        self.0.iter().any(|(_, other)| *other == key)
    }
}
