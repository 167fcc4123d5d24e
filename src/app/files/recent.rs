//! Size and date of the recent files, read in a task: a disk may be slow, and files may be missing.

use crate::app::files::open_file::FileId;
use crate::app::state::AppState;
use crate::app::tasks::query_cache::Query;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Facts about a recent file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecentFile {
    /// Its length; `None` if it does not exist any more.
    pub bytes: Option<u64>,
    /// The time since its last change: `3 days ago`.
    pub modified: String,
}

/// The recent files to read.
#[derive(Clone, PartialEq, Debug)]
pub struct RecentFilesQuery(pub Vec<PathBuf>);

impl Query for RecentFilesQuery {
    type Slot = ();
    type Output = Vec<RecentFile>;
    type Value = Option<Vec<RecentFile>>;

    fn slot(&self) {}

    fn label(&self) -> &'static str {
        "Looking at recent files"
    }

    fn files(&self) -> Vec<FileId> {
        Vec::new()
    }
}

impl AppState {
    /// Size and date of a recent file, once they are known.
    pub fn recent_file(&self, path: &Path) -> Option<&RecentFile> {
        let (query, files) = self.cache.entry::<RecentFilesQuery>(&())?.shown()?;
        files.get(query.0.iter().position(|other| other == path)?)
    }

    /// Reads the recent files while no file is open.
    pub(crate) fn sync_recent(&mut self) {
        if self.files.is_empty() && !self.settings.recent.is_empty() {
            let paths = self.settings.recent.clone();
            self.cache.request(RecentFilesQuery(paths.clone()), move |_, _| {
                Some(paths.iter().map(|path| look_at(path)).collect())
            });
        }
    }
}

/// Length and date of a file, as the file system has them now.
pub(crate) fn look_at(path: &Path) -> RecentFile {
    let Ok(metadata) = path.metadata() else {
        return RecentFile { bytes: None, modified: String::new() };
    };
    let passed = metadata.modified().ok().and_then(|time| SystemTime::now().duration_since(time).ok());
    let modified = passed.map_or_else(String::new, |passed| ago(passed.as_secs()));
    RecentFile { bytes: Some(metadata.len()), modified }
}

/// `just now`, `5 minutes ago`, `yesterday`, `3 weeks ago`.
fn ago(seconds: u64) -> String {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    let (number, unit) = match seconds {
        0..MINUTE => return "just now".to_owned(),
        MINUTE..HOUR => (seconds / MINUTE, "minute"),
        HOUR..DAY => (seconds / HOUR, "hour"),
        _ => match seconds / DAY {
            1 => return "yesterday".to_owned(),
            days @ 2..14 => (days, "day"),
            days @ 14..60 => (days / 7, "week"),
            days @ 60..730 => (days / 30, "month"),
            days => (days / 365, "year"),
        },
    };
    format!("{number} {unit}{} ago", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_as_people_say_them() {
        let days = |days: u64| ago(days * 86_400);
        assert_eq!([0, 60, 300, 3_600].map(ago), ["just now", "1 minute ago", "5 minutes ago", "1 hour ago"]);
        assert_eq!(
            [1, 3, 21, 90, 800].map(days),
            ["yesterday", "3 days ago", "3 weeks ago", "3 months ago", "2 years ago"]
        );
    }

    #[test]
    fn a_file_that_is_gone_has_no_size() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.heapsnapshot");
        assert_eq!(look_at(&path).bytes, None);
        std::fs::write(&path, "1234").unwrap();
        assert_eq!(look_at(&path), RecentFile { bytes: Some(4), modified: "just now".to_owned() });
    }
}
