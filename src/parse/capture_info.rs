//! When and how a snapshot was taken: from its sidecar, its name, and the file's time.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::time::UNIX_EPOCH;

use serde::Deserialize;

use crate::sidecar::{Sidecar, SidecarMemory, SidecarTarget};

/// Longer sidecars are not read.
const LARGEST_RECORD: u64 = 256 << 20;

/// When and how a snapshot was taken, as far as that is known.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CaptureInfo {
    /// Start of the capture in milliseconds since 1970.
    pub taken: Option<u64>,
    /// Last modification of the file in milliseconds since 1970: for a copy, when it was copied.
    pub written: Option<u64>,
    /// The connection to the process; equal for captures whose ids may be compared.
    pub connection: Option<String>,
    /// Whether ids were kept since the previous capture on this connection.
    pub ids_kept: Option<bool>,
    /// The process.
    pub pid: Option<u32>,
    /// The runtime and its version.
    pub runtime: Option<String>,
    /// Requests that the process had answered, if the user recorded that.
    pub requests: Option<u64>,
    /// Script, or title of the page or worker.
    pub title: Option<String>,
    /// Memory of the process before and after, and its limit.
    pub memory: SidecarMemory,
}

impl CaptureInfo {
    /// The facts about the snapshot at `path`. Reads the sidecar, never the snapshot.
    pub fn of(path: &Path) -> Self {
        let metadata = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file);
        let modified = metadata.and_then(|metadata| metadata.modified().ok());
        let written = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let written = written.and_then(|time| u64::try_from(time.as_millis()).ok());
        if written.is_none() {
            return Self::default();
        }
        let record = Record::read(path).unwrap_or_default();
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        Self {
            taken: record.taken.as_deref().and_then(milliseconds).or_else(|| time_in_name(&name)),
            written,
            connection: record.connection,
            ids_kept: record.ids_kept,
            pid: record.target.pid,
            runtime: record.target.runtime,
            requests: record.requests,
            title: record.target.worker.or(record.target.title),
            memory: record.memory,
        }
    }
}

/// The parts of a [`Sidecar`] needed to load its snapshot: all but the scripts, which may be large.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Record {
    taken: Option<String>,
    target: SidecarTarget,
    connection: Option<String>,
    ids_kept: Option<bool>,
    requests: Option<u64>,
    memory: SidecarMemory,
}

impl Record {
    /// `NAME.heapsnapshot.json`, if it exists and is well-formed.
    fn read(path: &Path) -> Option<Self> {
        let beside = Sidecar::path_of(path);
        let metadata = std::fs::metadata(&beside).ok()?;
        if !metadata.is_file() || metadata.len() > LARGEST_RECORD {
            return None;
        }
        serde_json::from_reader(BufReader::new(File::open(&beside).ok()?.take(LARGEST_RECORD))).ok()
    }
}

/// The time in file names of Node and DevTools: `Heap.20261128.095201.…`, `Heap-20261128T095201`.
fn time_in_name(name: &str) -> Option<u64> {
    let rest = name.strip_prefix("Heap")?.get(1..)?;
    let digits: String = rest.chars().filter(char::is_ascii_digit).take(14).collect();
    let is_made = rest.get(..8)?.bytes().all(|byte| byte.is_ascii_digit())
        && rest.get(9..15)?.bytes().all(|byte| byte.is_ascii_digit());
    let field = |from: usize, to: usize| digits.get(from..to)?.parse().ok();
    let date = [field(0, 4)?, field(4, 6)?, field(6, 8)?];
    let time = [field(8, 10)?, field(10, 12)?, field(12, 14)?];
    if is_made { since_1970(date, time) } else { None }
}

/// The milliseconds since 1970 of `2026-11-28T09:52:01Z`, with or without a fraction.
fn milliseconds(text: &str) -> Option<u64> {
    let text = text.strip_suffix('Z')?;
    let (date, time) = text.split_once('T')?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let numbers = |text: &str, by: char| -> Option<[u64; 3]> {
        let numbers: Option<Vec<u64>> = text.split(by).map(|part| part.parse().ok()).collect();
        numbers?.try_into().ok()
    };
    let thousandths = format!("{fraction:0<3}").get(..3)?.parse::<u64>().ok()?;
    Some(since_1970(numbers(date, '-')?, numbers(time, ':')?)? + thousandths)
}

/// By Howard Hinnant's count of days from the civil calendar.
fn since_1970([year, month, day]: [u64; 3], [hour, minute, second]: [u64; 3]) -> Option<u64> {
    let is_valid = (1970..10_000).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    if !is_valid {
        return None;
    }
    let shifted = if month > 2 { year } else { year - 1 };
    let of_era = shifted % 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = shifted / 400 * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_they_are_written() {
        assert_eq!(milliseconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(milliseconds("2024-02-29T12:34:56.5Z"), Some(1_709_210_096_500));
        assert_eq!(milliseconds("2024-13-01T00:00:00Z"), None);
        assert_eq!(milliseconds("yesterday"), None);
    }

    #[test]
    fn names_tell_the_time_where_a_program_made_them() {
        let noon = milliseconds("2026-11-28T12:00:01Z");
        assert_eq!(time_in_name("Heap.20261128.120001.4711.0.001.heapsnapshot"), noon);
        assert_eq!(time_in_name("Heap-20261128T120001.heapsnapshot"), noon);
        assert_eq!(time_in_name("HeapOf20261128.heapsnapshot"), None);
        assert_eq!(time_in_name("Heap"), None);
    }

    #[test]
    fn the_record_beside_a_file_is_read_and_may_lack_anything() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.heapsnapshot");
        std::fs::write(&file, "{}").unwrap();
        let bare = CaptureInfo::of(&file);
        assert!(bare.written.is_some() && bare.connection.is_none());
        let record = r#"{"heaplens":1,"taken":"2026-11-25T21:58:03Z","target":{"runtime":"node.js/v24.21.0","pid":4711,"title":"server.js"},
            "connection":"c1","idsKept":true,"requests":400,"memory":{"before":{"rss":9000000}},"scripts":[{"id":1,"source":"x"}]}"#;
        std::fs::write(folder.path().join("a.heapsnapshot.json"), record).unwrap();
        let info = CaptureInfo::of(&file);
        assert_eq!((info.pid, info.connection.as_deref()), (Some(4711), Some("c1")));
        assert_eq!((info.ids_kept, info.requests), (Some(true), Some(400)));
        assert_eq!(info.title.as_deref(), Some("server.js"));
        assert_eq!(info.memory.before.and_then(|before| before.rss), Some(9_000_000));
        assert_eq!(info.taken, milliseconds("2026-11-25T21:58:03Z"));
        std::fs::write(folder.path().join("a.heapsnapshot.json"), "{").unwrap();
        assert_eq!(CaptureInfo::of(&file).connection, None);
    }
}
