//! Common parts of JSON outputs. Numbers are plain integers; absent values are `null`.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use serde_json::ser::{CharEscape, CompactFormatter, Formatter};

use crate::cli::Failure;
use crate::compare::id_matching::IdMatching;
use crate::graph::EdgeKind;
use crate::model::format::is_control_or_bidi;
use crate::snapshot::{EdgeText, Snapshot};

/// A file.
#[derive(Serialize, JsonSchema)]
pub(crate) struct FileInfo {
    /// The path as given, `-` for standard input.
    path: String,
    /// Length of the file.
    bytes: u64,
}

/// The heap in a file.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SnapshotInfo {
    /// Objects.
    node_count: usize,
    /// References.
    edge_count: usize,
    /// Entries of the string table.
    string_count: usize,
    /// Bytes of all objects and of what V8 reports without objects.
    total_size: u64,
    /// Bytes that V8 reports without objects.
    extra_native_bytes: u64,
    /// The largest id of a JavaScript object.
    max_js_object_id: u64,
    /// What is odd in the file.
    warnings: Vec<String>,
}

/// A file and the heap in it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Origin {
    /// The file.
    file: FileInfo,
    /// The heap in it.
    snapshot: SnapshotInfo,
}

impl From<&Snapshot> for Origin {
    fn from(snapshot: &Snapshot) -> Self {
        let source = snapshot.source();
        let graph = snapshot.graph();
        Self {
            file: FileInfo { path: source.path.to_string_lossy().into_owned(), bytes: source.bytes },
            snapshot: SnapshotInfo {
                node_count: graph.node_count(),
                edge_count: graph.edge_count(),
                string_count: graph.strings.len(),
                total_size: snapshot.total_size(),
                extra_native_bytes: graph.extra_native_bytes,
                max_js_object_id: snapshot.max_js_object_id(),
                warnings: snapshot.warnings().iter().map(|warning| warning.0.clone()).collect(),
            },
        }
    }
}

/// Whether the ids of two snapshots match, and the evidence.
#[derive(Serialize, JsonSchema)]
pub(crate) struct IdsInfo {
    /// `same process`, `different process`, `two connections` or `ids not stable`.
    matching: &'static str,
    /// Whether captures recorded it; else it is judged by the objects.
    is_recorded: bool,
    /// Objects of the same id that were looked at.
    sampled: usize,
    /// Those of them that are the same object.
    agreeing: usize,
    /// The oldest objects of the baseline.
    oldest: usize,
    /// Those of them with an id in the current snapshot.
    oldest_found: usize,
    /// Whether the baseline looks newer than the current snapshot.
    looks_swapped: bool,
}

impl From<IdMatching> for IdsInfo {
    fn from(IdMatching { stability, evidence, looks_swapped }: IdMatching) -> Self {
        Self {
            matching: stability.name(),
            is_recorded: evidence.is_recorded,
            sampled: evidence.sampled,
            agreeing: evidence.agreeing,
            oldest: evidence.oldest,
            oldest_found: evidence.oldest_found,
            looks_swapped,
        }
    }
}

/// An edge's name as text, whether it is one or a number.
#[derive(JsonSchema)]
pub(crate) struct EdgeName<'a>(#[schemars(with = "String")] pub EdgeText<'a>);

impl Serialize for EdgeName<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// V8's word for a kind of edge.
#[derive(JsonSchema)]
pub(crate) struct KindName(#[schemars(with = "String")] pub EdgeKind);

impl Serialize for KindName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name())
    }
}

/// Writes `value` on one line.
pub(crate) fn write(out: &mut dyn Write, value: &impl Serialize) -> Result<(), Failure> {
    write_value(out, value)?;
    out.write_all(b"\n")?;
    Ok(())
}

/// Writes `value` alone.
pub(crate) fn write_value(out: &mut dyn Write, value: &impl Serialize) -> serde_json::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(out, Harmless))
}

/// Compact, with characters that would control a terminal escaped: JSON requires that below U+0020 only. A
/// program reads the same value.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|&(_, c)| is_control_or_bidi(c)) {
            CompactFormatter.write_string_fragment(writer, &rest[..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &rest[at + c.len_utf8()..];
        }
        CompactFormatter.write_string_fragment(writer, rest)
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        CompactFormatter.write_char_escape(writer, escape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_escaped_and_reads_back() {
        let text = "a\u{9b}2J\u{1b}[0m\u{202e}\u{e0001}\"é";
        let mut out = Vec::new();
        write_value(&mut out, &text).unwrap();
        let json = String::from_utf8(out).unwrap();
        assert_eq!(json, "\"a\\u009b2J\\u001b[0m\\u202e\\udb40\\udc01\\\"é\"");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
