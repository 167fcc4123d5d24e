//! Objects that the user has bookmarked, with a note on each; stored by the path of the snapshot.

use crate::app::files::open_file::FileId;
use crate::app::state::AppState;
use crate::base::{NodeIndex, ObjectId};
use crate::model::{format, object_label};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Maximum characters of a note.
const NOTE_LIMIT: usize = 1000;
/// Maximum characters of an object's name.
const NAME_LIMIT: usize = 100;

/// A bookmarked object.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Bookmark {
    /// V8's id.
    pub id: u64,
    /// Its name when it was bookmarked.
    pub name: String,
    /// The user's note.
    #[serde(default)]
    pub note: String,
}

/// The bookmarks of each file, in the order they were made.
pub type Bookmarks = BTreeMap<PathBuf, Vec<Bookmark>>;

impl AppState {
    /// The bookmarks of an open file.
    pub fn bookmarks(&self, file: FileId) -> &[Bookmark] {
        let path = self.file(file).map(|file| &file.path);
        path.and_then(|path| self.settings.bookmarks.get(path)).map_or(&[], Vec::as_slice)
    }

    /// The files that have bookmarks and are not open, with how many each has.
    pub fn bookmarks_of_closed_files(&self) -> impl Iterator<Item = (&Path, usize)> {
        let is_open = |path: &Path| self.files.iter().any(|file| file.path == path);
        let all = self.settings.bookmarks.iter().map(|(path, marks)| (path.as_path(), marks.len()));
        all.filter(move |&(path, count)| count > 0 && !is_open(path))
    }

    fn bookmarks_mut(&mut self, file: FileId) -> Option<&mut Vec<Bookmark>> {
        let path = self.file(file)?.path.clone();
        // Settings are text: a path that is not UTF-8 cannot be stored.
        path.to_str()?;
        Some(self.settings.bookmarks.entry(path).or_default())
    }

    /// Bookmarks an object, or removes the bookmark.
    pub(crate) fn toggle_bookmark(&mut self, file: FileId, node: NodeIndex) {
        let (Some(id), Some(snapshot)) = (self.object_id(file, node), self.snapshot(file)) else { return };
        let name = format::sanitize(&object_label(snapshot, node), NAME_LIMIT);
        if self.bookmarks(file).iter().any(|mark| mark.id == id.0) {
            self.remove_bookmark(file, id);
            self.status_message = Some(format!("Bookmark of {id} removed"));
        } else if let Some(marks) = self.bookmarks_mut(file) {
            marks.push(Bookmark { id: id.0, name, note: String::new() });
            self.status_message = Some(format!("{id} is among the bookmarks below the snapshots"));
        }
    }

    pub(crate) fn remove_bookmark(&mut self, file: FileId, id: ObjectId) {
        if let Some(marks) = self.bookmarks_mut(file) {
            marks.retain(|mark| mark.id != id.0);
        }
        self.settings.bookmarks.retain(|_, marks| !marks.is_empty());
    }

    pub(crate) fn note_bookmark(&mut self, file: FileId, id: ObjectId, note: &str) {
        let marks = self.bookmarks_mut(file);
        if let Some(mark) = marks.and_then(|marks| marks.iter_mut().find(|mark| mark.id == id.0)) {
            mark.note = note.chars().take(NOTE_LIMIT).collect();
        }
    }
}
