//! The pane about the selected object.

use crate::app::files::open_file::FileId;
use crate::app::tasks::job::Waker;
use crate::app::tasks::latest_value::LatestValue;
use crate::base::{NodeIndex, ObjectId, Progress};
use crate::model::ObjectCard;
use crate::snapshot::{SizeMode, Snapshot};
use std::sync::Arc;

/// What the pane depends on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObjectKey {
    /// The snapshot.
    pub file: FileId,
    /// The object.
    pub node: NodeIndex,
    /// Whether retained sizes are known.
    pub is_complete: bool,
    /// Which sizes.
    pub sizes: SizeMode,
    /// The other open snapshots.
    pub others: Vec<FileId>,
}

/// What the pane shows.
#[derive(Debug)]
pub struct ObjectContents {
    /// The object itself.
    pub card: ObjectCard,
    /// The object of the same id in other snapshots.
    pub elsewhere: Vec<(FileId, NodeIndex)>,
}

/// The pane.
pub type ObjectPane = LatestValue<ObjectKey, ObjectContents>;

impl ObjectPane {
    /// Shows the object of `key`, and where it is in the `others`.
    pub(crate) fn show(
        &mut self,
        key: ObjectKey,
        snapshot: Arc<Snapshot>,
        others: Vec<(FileId, Arc<Snapshot>)>,
        waker: &Waker,
    ) {
        let (node, sizes) = (key.node, key.sizes);
        self.want(key, "Reading the object", waker, move |progress| {
            contents(&snapshot, sizes, node, &others, progress)
        });
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
    let id = ObjectId(snapshot.graph().nodes.id(node));
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
