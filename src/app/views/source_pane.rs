//! The pane with the source code of the focused object.

use std::path::PathBuf;

use crate::app::files::editor::open;
use crate::app::files::open_file::FileId;
use crate::app::state::AppState;
use crate::app::tasks::one_shot::TaskResult;
use crate::app::tasks::query_cache::Query;
use crate::base::NodeIndex;
use crate::model::SourceView;
use crate::source::text::SourceOptions;

/// The query of the pane.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceQuery {
    /// The snapshot.
    pub file: FileId,
    /// The object whose code is shown.
    pub node: NodeIndex,
    /// The object whose variable is shown.
    pub held: NodeIndex,
}

/// The code, or `None` if the object has no script.
pub(crate) type SourceContents = Option<SourceView>;

impl Query for SourceQuery {
    type Slot = ();
    type Output = SourceContents;
    type Value = Option<SourceContents>;

    fn slot(&self) {}

    fn label(&self) -> &'static str {
        "Reading source code"
    }

    fn files(&self) -> Vec<FileId> {
        vec![self.file]
    }
}

impl AppState {
    /// The code in the pane, with the query it answers.
    pub fn source_contents(&self) -> Option<(&SourceQuery, Option<&SourceView>)> {
        let (query, contents) = self.cache.entry::<SourceQuery>(&())?.shown()?;
        Some((query, contents.as_ref()))
    }

    /// Why the code could not be read.
    pub fn source_error(&self) -> Option<&str> {
        self.cache.entry::<SourceQuery>(&())?.error()
    }

    pub(crate) fn sync_source(&mut self) {
        let Some((file, node)) = self.shown_object().filter(|_| self.is_source_shown()) else { return };
        let Some(snapshot) = self.snapshot(file).filter(|snapshot| snapshot.is_complete()).cloned() else {
            return;
        };
        let held = self.inspected_object.filter(|&(other, _)| other == file).map_or(node, |(_, held)| held);
        let options = SourceOptions { own_paths: true, roots: self.source_folders() };
        self.cache.request(SourceQuery { file, node, held }, move |progress, _| {
            SourceView::find(&snapshot, node, held, &options, progress).ok()
        });
    }

    /// The file of the code in the pane, with line and column.
    pub fn editable_place(&self) -> Option<(PathBuf, u32, u32)> {
        let (_, view) = self.source_contents()?;
        let view = view?;
        let position = view.place.place.position.filter(|position| position.line == view.focus);
        Some((view.path.clone()?, view.focus, position.map_or(1, |position| position.column)))
    }

    /// Opens the code in the pane in the user's editor.
    pub(crate) fn open_in_editor(&mut self) {
        let Some((path, line, column)) = self.editable_place() else { return };
        let editor = self.settings.editor;
        self.spawn("Opening the editor", Vec::new(), move |_| {
            open(editor, &path, line, column).err().map(TaskResult::Refused)
        });
    }
}
