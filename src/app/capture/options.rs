//! The user's options for captures.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::capture::{CaptureOptions, Destination, Schedule, parse_duration};

/// Maximum number of snapshots in a series.
const LONGEST_SERIES: u32 = 1000;

/// How captures are taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaptureChoices {
    /// Whether garbage is collected before a snapshot.
    pub collects_garbage: bool,
    /// Whether the values of numbers are kept.
    pub keeps_numbers: bool,
    /// Whether scripts and source maps are kept beside the file.
    pub keeps_sources: bool,
    /// Whether connections to other machines are allowed.
    pub allows_remote: bool,
    /// Whether a timeline records where each object was allocated.
    pub records_stacks: bool,
    /// Whether Bun may be asked to run code for a snapshot.
    pub allows_evaluation: bool,
    /// Snapshots of a series, as typed.
    pub count: String,
    /// Interval between the snapshots of a series, as typed.
    pub interval: String,
    /// How long a timeline is, as typed.
    pub duration: String,
}

impl Default for CaptureChoices {
    fn default() -> Self {
        Self {
            collects_garbage: false,
            keeps_numbers: false,
            keeps_sources: true,
            allows_remote: false,
            records_stacks: false,
            allows_evaluation: false,
            count: "3".into(),
            interval: "30s".into(),
            duration: "10s".into(),
        }
    }
}

impl CaptureChoices {
    /// The request for a capture into `folder`.
    pub(crate) fn options(&self, folder: &Path) -> CaptureOptions {
        CaptureOptions {
            destination: Destination::Folder(folder.to_owned()),
            collect_garbage: self.collects_garbage,
            numbers: self.keeps_numbers,
            evaluate: self.allows_evaluation,
        }
    }

    /// The series that was typed, or an error message.
    pub(crate) fn series(&self) -> Result<Schedule, String> {
        let count = self.count.trim().parse().ok().filter(|count| (2..=LONGEST_SERIES).contains(count));
        let count = count.ok_or_else(|| format!("A series has 2 to {LONGEST_SERIES} snapshots"))?;
        let every = parse_duration(self.interval.trim())
            .ok_or("The interval of a series is a time, such as 30s, 10m or 1.5h")?;
        Ok(Schedule { count: Some(count), every: Some(every), ..Schedule::default() })
    }

    /// The length of a timeline that was typed, or an error message.
    pub(crate) fn timeline(&self) -> Result<Duration, String> {
        parse_duration(self.duration.trim())
            .ok_or_else(|| "The length of a timeline is a time, such as 30s or 2m".to_owned())
    }
}

/// The default folder of captures.
pub(crate) fn default_folder() -> PathBuf {
    let home = std::env::home_dir().filter(|home| !home.as_os_str().is_empty());
    home.map_or_else(std::env::temp_dir, |home| home.join("Heap snapshots"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_a_series_or_a_sentence() {
        let choices = CaptureChoices::default();
        assert_eq!(choices.series().map(|schedule| schedule.count), Ok(Some(3)));
        for (count, interval) in [("1", "30s"), ("1001", "30s"), ("", "30s"), ("3", "soon"), ("3", "0s")] {
            let (count, interval) = (count.to_owned(), interval.to_owned());
            assert!(CaptureChoices { count, interval, ..CaptureChoices::default() }.series().is_err());
        }
        assert_eq!(choices.timeline(), Ok(Duration::from_secs(10)));
        assert!(CaptureChoices { duration: "ten".into(), ..choices }.timeline().is_err());
    }
}
