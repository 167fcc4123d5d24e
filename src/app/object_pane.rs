//! The pane about the selected object: made on a thread, the old one shown until the new one is there.

use super::files::FileId;
use super::job::{Job, Poll, Waker};
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
#[derive(Default)]
pub struct ObjectPane {
    shown: Option<(ObjectKey, ObjectContents)>,
    making: Option<(ObjectKey, Job<Option<ObjectContents>>)>,
    /// Why there is nothing new.
    pub problem: Option<String>,
}

impl ObjectPane {
    /// What is shown, and of which object.
    pub fn shown(&self) -> Option<(&ObjectKey, &ObjectContents)> {
        self.shown.as_ref().map(|(key, contents)| (key, contents))
    }

    /// Has the pane made for `key` unless that is done or under way.
    pub fn show(
        &mut self,
        key: ObjectKey,
        snapshot: Arc<Snapshot>,
        others: Vec<(FileId, Arc<Snapshot>)>,
        waker: &Waker,
    ) {
        let is_made = self.making.as_ref().is_some_and(|(made, _)| *made == key);
        let is_shown = self.making.is_none() && self.shown.as_ref().is_some_and(|(shown, _)| *shown == key);
        if is_made || is_shown {
            return;
        }
        self.problem = None;
        let (node, sizes) = (key.node, key.sizes);
        let job = Job::start("Reading the object", waker, move |progress| {
            contents(&snapshot, sizes, node, &others, progress)
        });
        self.making = Some((key, job));
    }

    /// Takes what was made.
    pub fn poll(&mut self) {
        let Some((_, job)) = &self.making else { return };
        let made = match job.poll() {
            Poll::Pending => return,
            Poll::Ready(made) => made,
            Poll::Lost(sentence) => {
                self.problem = Some(sentence);
                None
            }
        };
        self.shown = self.making.take().and_then(|(key, _)| Some((key, made?)));
    }

    /// Whether a thread is at work for it.
    pub fn is_busy(&self) -> bool {
        self.making.is_some()
    }

    /// Forgets the object.
    pub fn clear(&mut self) {
        *self = Self::default();
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
    let card = ObjectCard::new(snapshot, sizes, node);
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
