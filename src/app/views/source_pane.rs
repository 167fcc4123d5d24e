//! The pane with the source code of the object that has the focus.

use crate::app::files::open_file::FileId;
use crate::app::state::AppState;
use crate::app::tasks::query_cache::Query;
use crate::base::NodeIndex;
use crate::model::SourceView;
use crate::source::text::SourceOptions;

/// What the pane depends on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceQuery {
    /// The snapshot.
    pub file: FileId,
    /// The object whose code is shown.
    pub node: NodeIndex,
    /// The object whose variable is told.
    pub held: NodeIndex,
}

/// The code, or nothing if the object has to do with no script.
pub type SourceContents = Option<SourceView>;

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
    /// The code in the pane, with what it was read for.
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
        let options = SourceOptions { own_paths: true, roots: Vec::new() };
        self.cache.request(SourceQuery { file, node, held }, move |progress, _| {
            SourceView::find(&snapshot, node, held, &options, progress).ok()
        });
    }
}
