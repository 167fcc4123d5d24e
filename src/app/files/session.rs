//! The last session: which files were open and what was shown, and how to restore it.

use crate::app::files::open_file::{FileId, OpenFile};
use crate::app::state::AppState;
use crate::app::tasks::one_shot::TaskResult;
use crate::app::views::View;
use crate::base::ObjectId;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What the user had open.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LastSession {
    /// The files in the order they were opened.
    pub files: Vec<PathBuf>,
    /// Title of the view.
    pub view: String,
    /// V8's id of the object whose retainers were shown.
    pub object: Option<u64>,
}

impl AppState {
    /// Saves the session; a window without open files keeps the saved one.
    pub fn remember_session(&mut self) {
        let is_kept = |file: &&OpenFile| file.is_complete() && file.path.to_str().is_some();
        let files: Vec<PathBuf> = self.files.iter().filter(is_kept).map(|file| file.path.clone()).collect();
        if files.is_empty() {
            return;
        }
        let inspected = self.inspected_object.filter(|&(file, _)| Some(file) == self.current);
        let object = inspected.and_then(|(file, node)| self.object_id(file, node)).map(|id| id.0);
        self.settings.session = Some(LastSession { files, view: self.view.title().to_owned(), object });
    }

    /// Opens the files of the last session. View and object follow when the files are loaded.
    pub(crate) fn continue_session(&mut self) {
        if let Some(session) = self.settings.session.clone() {
            self.open(session.files.clone());
            self.resumed_session = Some(session);
        }
    }

    /// Restores the view and the object of the session, once nothing is loading.
    pub(crate) fn resume_session(&mut self) {
        if self.files.iter().any(OpenFile::is_loading) || self.current.is_none() {
            return;
        }
        let Some(session) = self.resumed_session.take() else { return };
        let view = View::ALL.into_iter().find(|view| view.title() == session.view);
        if let Some(view) = view.filter(|&view| self.is_view_available(view)) {
            self.show(view);
        }
        if let (Some(id), Some(file)) = (session.object, self.current) {
            self.find_to_inspect(file, ObjectId(id));
        }
    }

    fn find_to_inspect(&mut self, file: FileId, id: ObjectId) {
        let Some(snapshot) = self.snapshot(file).cloned() else { return };
        self.spawn("Looking for the object", vec![file], move |_| {
            snapshot.find(id).map(|node| TaskResult::Inspect(file, node))
        });
    }
}
