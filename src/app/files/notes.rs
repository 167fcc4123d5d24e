//! The user's notes: a label and a note for each snapshot, stored with its path; and pairs that were
//! compared.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::app::files::open_file::FileId;
use crate::app::state::AppState;
use crate::model::format::{sanitize, signed_size};

/// Maximum characters of a label and of a note.
const LIMIT: usize = 500;
/// Maximum number of remembered pairs.
const RECENT_PAIRS: usize = 6;

/// A label and a note.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FileNote {
    /// Shown in the list instead of the file's name.
    pub label: String,
    /// Shown below it.
    pub note: String,
}

/// Notes by path.
pub type FileNotes = BTreeMap<PathBuf, FileNote>;

/// A pair that was compared.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RecentPair {
    /// The baseline.
    pub baseline: PathBuf,
    /// The current snapshot.
    pub current: PathBuf,
    /// A short result: `leaks +407 kB`.
    pub found: String,
}

impl AppState {
    /// The user's label and note for a file.
    pub fn note_of(&self, file: FileId) -> Option<&FileNote> {
        self.settings.notes.get(&self.file(file)?.path)
    }

    /// Sets a file's label and note; empty ones are removed.
    pub(crate) fn set_note(&mut self, file: FileId, note: &FileNote) {
        let Some(path) = self.file(file).map(|file| file.path.clone()) else { return };
        let note = FileNote { label: sanitize(&note.label, LIMIT), note: sanitize(&note.note, LIMIT) };
        if note == FileNote::default() || path.to_str().is_none() {
            self.settings.notes.remove(&path);
        } else {
            self.settings.notes.insert(path, note);
        }
    }

    /// Remembers the compared pair, once its growth is known.
    pub(crate) fn remember_pair(&mut self) {
        let (Some(baseline), Some(current)) = (self.baseline_file(), self.current_file()) else { return };
        let (baseline, current) = (baseline.path.clone(), current.path.clone());
        let Some(Ok(report)) = self.suspects_of_growth() else { return };
        let found = report.suspects.first().map_or_else(
            || "no suspect".to_owned(),
            |suspect| format!("{} {}", suspect.owner, signed_size(suspect.bytes.cast_signed())),
        );
        self.settings.remember_pair(RecentPair { baseline, current, found });
    }
}

/// Moves `pair` to the front of `pairs`.
pub(crate) fn remember(pairs: &mut Vec<RecentPair>, pair: RecentPair) {
    let is_text = |path: &Path| path.to_str().is_some();
    if pairs.first() == Some(&pair) || !is_text(&pair.baseline) || !is_text(&pair.current) {
        return;
    }
    pairs.retain(|other| (&other.baseline, &other.current) != (&pair.baseline, &pair.current));
    pairs.insert(0, pair);
    pairs.truncate(RECENT_PAIRS);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_remembered_once_and_the_latest_comes_first() {
        let pair = |name: &str, found: &str| RecentPair {
            baseline: "start".into(),
            current: name.into(),
            found: found.into(),
        };
        let mut pairs = Vec::new();
        for name in ["a", "b", "a"] {
            remember(&mut pairs, pair(name, "leaks"));
        }
        assert_eq!(pairs, [pair("a", "leaks"), pair("b", "leaks")]);
        remember(&mut pairs, pair("b", "no suspect"));
        assert_eq!(pairs[0].found, "no suspect");
        (0..20).for_each(|number| remember(&mut pairs, pair(&number.to_string(), "leaks")));
        assert_eq!(pairs.len(), RECENT_PAIRS);
    }
}
