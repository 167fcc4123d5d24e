//! The pane about the selected object.

use crate::app::files::open_file::FileId;
use crate::app::state::AppState;
use crate::app::tasks::query_cache::Query;
use crate::base::{NodeIndex, Progress};
use crate::model::{Line, ObjectCard, first_fields};
use crate::snapshot::{SizeMode, Snapshot};
use std::sync::Arc;

/// The query of the pane.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObjectQuery {
    /// The snapshot.
    pub file: FileId,
    /// The object.
    pub node: NodeIndex,
    /// Whether retained sizes are known.
    pub is_complete: bool,
    /// Chrome's sizes or V8's.
    pub sizes: SizeMode,
    /// The other open snapshots.
    pub others: Vec<FileId>,
}

/// The content of the pane.
#[derive(Debug)]
pub struct ObjectContents {
    /// The object itself.
    pub card: ObjectCard,
    /// The object of the same id in other snapshots.
    pub elsewhere: Vec<(FileId, NodeIndex)>,
}

impl Query for ObjectQuery {
    type Slot = ();
    type Output = ObjectContents;
    type Value = Option<ObjectContents>;

    fn slot(&self) {}

    fn label(&self) -> &'static str {
        "Reading the object"
    }

    fn files(&self) -> Vec<FileId> {
        self.others.iter().copied().chain([self.file]).collect()
    }
}

impl AppState {
    /// The object in the pane, with the query it answers.
    pub fn object_contents(&self) -> Option<(&ObjectQuery, &ObjectContents)> {
        self.cache.entry::<ObjectQuery>(&())?.shown()
    }

    /// Why the object could not be read.
    pub fn object_error(&self) -> Option<&str> {
        self.cache.entry::<ObjectQuery>(&())?.error()
    }

    /// The first fields of an object, for the card beside its row.
    pub fn first_fields(&self, file: FileId, node: NodeIndex) -> Vec<Line> {
        let known = self.snapshot(file).filter(|snapshot| snapshot.known_scripts().is_some());
        known.map_or_else(Vec::new, |snapshot| first_fields(snapshot, self.settings.sizes(), node))
    }

    pub(crate) fn sync_object(&mut self) {
        let Some((file, node)) = self.shown_object().filter(|_| self.is_object_shown()) else { return };
        let Some(snapshot) = self.snapshot(file).cloned() else { return };
        let others: Vec<(FileId, Arc<Snapshot>)> = self
            .files
            .iter()
            .filter(|other| other.id != file && other.is_complete())
            .filter_map(|other| Some((other.id, other.snapshot.clone()?)))
            .collect();
        let sizes = self.settings.sizes();
        let query = ObjectQuery {
            file,
            node,
            is_complete: snapshot.is_complete(),
            sizes,
            others: others.iter().map(|&(other, _)| other).collect(),
        };
        self.cache.request(query, move |progress, _| contents(&snapshot, sizes, node, &others, progress));
    }
}

fn contents(
    snapshot: &Snapshot,
    sizes: SizeMode,
    node: NodeIndex,
    others: &[(FileId, Arc<Snapshot>)],
    progress: &Progress,
) -> Option<ObjectContents> {
    snapshot.prepare(sizes);
    let card = ObjectCard::find(snapshot, sizes, node, progress).ok()?;
    let id = snapshot.id(node);
    let mut elsewhere = Vec::new();
    for (file, other) in others {
        progress.check().ok()?;
        let same = other.find(id).filter(|&found| {
            other.classes().name(other.class_of(found)) == snapshot.classes().name(snapshot.class_of(node))
        });
        elsewhere.extend(same.map(|found| (*file, found)));
    }
    Some(ObjectContents { card, elsewhere })
}
