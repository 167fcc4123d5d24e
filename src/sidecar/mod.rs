//! The sidecar of a captured snapshot: what was captured, when, over which connection, and its scripts.
//!
//! `app.heapsnapshot` has the sidecar `app.heapsnapshot.json`. Every field is optional: a snapshot without a
//! sidecar, or with an older one, opens the same. It contains source text and may contain secrets.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::base::describe_io_error;

/// The version of the format that this program writes.
pub const SIDECAR_VERSION: u32 = 1;

/// Larger sidecars are not read.
const MAX_BYTES: u64 = 1 << 30;

/// All that a sidecar says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Sidecar {
    /// Version of this format; 0 if the file does not say.
    pub heaplens: u32,
    /// When the snapshot was taken, in RFC 3339 and UTC: `2026-11-25T21:58:03Z`.
    pub taken: Option<String>,
    /// How long the capture took.
    pub seconds: Option<f64>,
    /// Length of the snapshot file, by which a sidecar of another snapshot is noticed.
    pub bytes: Option<u64>,
    /// What was captured.
    pub target: SidecarTarget,
    /// A random text, the same for all captures of one debugger connection.
    pub connection: Option<String>,
    /// 1 for the first capture of the connection.
    pub number: Option<u32>,
    /// Whether object ids mean the same objects as in the capture before, of the same connection.
    pub ids_kept: Option<bool>,
    /// Requests that the program had answered, if the user wrote that down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests: Option<u64>,
    /// How it was captured.
    pub options: SidecarOptions,
    /// What the process took.
    pub memory: SidecarMemory,
    /// The scripts that were loaded, as the runtime has them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scripts: Vec<SidecarScript>,
}

/// The process, page or thread that was captured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SidecarTarget {
    /// What the runtime calls itself: `node.js/v24.21.0`, `Chrome/156.0.0.0`.
    pub runtime: Option<String>,
    /// Process id, where it is known.
    pub pid: Option<u32>,
    /// Title in the inspector's list.
    pub title: Option<String>,
    /// Script or page.
    pub url: Option<String>,
    /// The inspector's word: node, page, iframe, worker.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// V8's id of the isolate: one heap has one.
    pub isolate: Option<String>,
    /// Title of the worker thread, if it is one.
    pub worker: Option<String>,
}

/// What was asked of V8.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SidecarOptions {
    /// Whether numbers are in the snapshot.
    pub capture_numeric_value: bool,
    /// Whether the process was paused in the debugger so that the snapshot could be taken.
    pub paused: bool,
}

/// Memory before and after the capture, in bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SidecarMemory {
    /// Before the snapshot was asked for.
    pub before: Option<MemoryFigures>,
    /// After it was received.
    pub after: Option<MemoryFigures>,
    /// What the process's container may take.
    pub limit: Option<u64>,
}

/// What a process takes at one moment, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct MemoryFigures {
    /// Resident memory of the whole process.
    pub rss: Option<u64>,
    /// Used bytes of V8's heap.
    pub heap_used: Option<u64>,
    /// Bytes V8 has reserved for its heap.
    pub heap_total: Option<u64>,
    /// Memory of array buffers and the like, outside V8's heap.
    pub backing_storage: Option<u64>,
}

/// One script, as `Debugger.scriptParsed` and `Debugger.getScriptSource` describe it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SidecarScript {
    /// V8's script id: the one of the snapshot's locations.
    pub id: u64,
    /// `file:///app/server.js`, `node:fs`, empty for code made from text.
    pub url: String,
    /// V8's hash of the source.
    pub hash: Option<String>,
    /// Length of the source in UTF-16 units.
    pub length: Option<u64>,
    /// As in the script; of an inline map only what stands before its comma.
    #[serde(rename = "sourceMapURL")]
    pub source_map_url: Option<String>,
    /// `//# debugId=` of the script.
    pub debug_id: Option<String>,
    /// The text. `None` if it was not taken, or if another script with the same hash has it.
    pub source: Option<String>,
    /// The source map, a JSON object.
    pub map: Option<Value>,
}

impl Sidecar {
    /// The path of the sidecar of `snapshot`.
    pub fn path_of(snapshot: &Path) -> PathBuf {
        let mut path = OsString::from(snapshot);
        path.push(".json");
        path.into()
    }

    /// Reads the sidecar of `snapshot`; `None` if there is none.
    pub fn beside(snapshot: &Path) -> Result<Option<Self>, SidecarError> {
        let path = Self::path_of(snapshot);
        let failed = |reason: String| SidecarError { path: path.clone(), reason };
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(describe_io_error(&error))),
        };
        let metadata = file.metadata().map_err(|error| failed(describe_io_error(&error)))?;
        if !metadata.is_file() {
            return Err(failed("it is not a file".to_owned()));
        }
        if metadata.len() > MAX_BYTES {
            return Err(failed("it is larger than 1 GB".to_owned()));
        }
        let sidecar: Self = serde_json::from_reader(BufReader::with_capacity(1 << 16, file))
            .map_err(|error| failed(format!("it is not what Heaplens writes: {error}")))?;
        if sidecar.heaplens > SIDECAR_VERSION {
            return Err(failed("a newer Heaplens wrote it".to_owned()));
        }
        Ok(Some(sidecar))
    }

    /// Whether it may belong to a snapshot file of `bytes` bytes.
    pub fn is_of(&self, bytes: u64) -> bool {
        self.bytes.is_none_or(|own| own == bytes)
    }

    /// Whether objects of equal id are the same object in `self` and in `later`; `None` if that is not
    /// recorded.
    ///
    /// Ids are valid as long as a debugger connection. `ids_kept` is relative to the previous capture; if
    /// there are captures between the two, theirs count as well.
    pub fn shares_ids_with(&self, later: &Self, between: &[&Self]) -> Option<bool> {
        let (own, other) = (self.connection.as_ref()?, later.connection.as_ref()?);
        if own != other {
            return Some(false);
        }
        let kept = between.iter().chain([&later]).all(|sidecar| sidecar.ids_kept != Some(false));
        Some(kept)
    }

    /// Writes it beside `snapshot`, atomically.
    pub fn write_beside(&self, snapshot: &Path) -> io::Result<PathBuf> {
        let path = Self::path_of(snapshot);
        let mut unfinished = OsString::from(&path);
        unfinished.push(".partial");
        let unfinished = PathBuf::from(unfinished);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        // It may contain source text: readable by its owner only.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&unfinished).and_then(|file| self.write_to(file));
        let renamed = written.and_then(|()| fs::rename(&unfinished, &path));
        if let Err(error) = renamed {
            // The first error is reported.
            let _ = fs::remove_file(&unfinished);
            return Err(error);
        }
        Ok(path)
    }

    fn write_to(&self, file: File) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 16, file);
        serde_json::to_writer(&mut out, self)?;
        out.write_all(b"\n")?;
        out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
    }
}

/// An unusable sidecar; the snapshot opens without it.
#[derive(Clone, Debug)]
pub struct SidecarError {
    path: PathBuf,
    reason: String,
}

impl fmt::Display for SidecarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the file beside the snapshot is not used: {} ({})", self.reason, self.path.display())
    }
}

impl std::error::Error for SidecarError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn sidecar(connection: &str, ids_kept: bool) -> Sidecar {
        Sidecar { connection: Some(connection.to_owned()), ids_kept: Some(ids_kept), ..Sidecar::default() }
    }

    #[test]
    fn it_reads_what_it_writes() {
        let folder = tempfile::tempdir().unwrap();
        let snapshot = folder.path().join("app.heapsnapshot");
        assert_eq!(Sidecar::beside(&snapshot).unwrap(), None);
        let script = SidecarScript {
            id: 90,
            url: "file:///app/server.js".to_owned(),
            source_map_url: Some("server.js.map".to_owned()),
            source: Some("let é = 1;\n".to_owned()),
            map: Some(serde_json::json!({"version": 3, "mappings": "AAAA"})),
            ..SidecarScript::default()
        };
        let written = Sidecar { heaplens: 1, number: Some(2), scripts: vec![script], ..sidecar("c", true) };
        let path = written.write_beside(&snapshot).unwrap();
        assert_eq!(path, folder.path().join("app.heapsnapshot.json"));
        assert_eq!(Sidecar::beside(&snapshot).unwrap(), Some(written));
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("\"sourceMapURL\":\"server.js.map\"") && text.contains("\"idsKept\":true"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn every_field_may_be_missing_and_new_ones_may_come() {
        let folder = tempfile::tempdir().unwrap();
        let snapshot = folder.path().join("a");
        fs::write(Sidecar::path_of(&snapshot), "{\"taken\":null,\"colour\":7}").unwrap();
        assert_eq!(Sidecar::beside(&snapshot).unwrap(), Some(Sidecar::default()));
    }

    #[test]
    fn what_is_no_sidecar_is_an_error_that_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let snapshot = folder.path().join("a");
        let deep = "[".repeat(100_000);
        let cases = [
            ("{\"number\":\"two\"}", "not what Heaplens writes"),
            (&deep, "not what Heaplens writes"),
            ("", "not what Heaplens writes"),
            ("{\"heaplens\":99}", "a newer Heaplens wrote it"),
        ];
        for (text, expected) in cases {
            fs::write(Sidecar::path_of(&snapshot), text).unwrap();
            let said = Sidecar::beside(&snapshot).unwrap_err().to_string();
            assert!(said.contains(expected), "{said}");
        }
    }

    #[test]
    fn ids_are_shared_over_one_connection_as_long_as_none_were_lost() {
        let first = sidecar("a", true);
        assert_eq!(first.shares_ids_with(&sidecar("a", true), &[]), Some(true));
        assert_eq!(first.shares_ids_with(&sidecar("a", false), &[]), Some(false));
        assert_eq!(first.shares_ids_with(&sidecar("a", true), &[&sidecar("a", false)]), Some(false));
        assert_eq!(first.shares_ids_with(&sidecar("b", true), &[]), Some(false));
        assert_eq!(first.shares_ids_with(&Sidecar::default(), &[]), None);
    }
}
