//! The filters above the Summary: which objects are counted.

use crate::analysis::duplicated_strings::duplicated_strings;
use crate::analysis::filters::{Cut, retained_by};
use crate::base::{BitSet, Cancelled, NodeIndex, Progress};

use crate::snapshot::{Attribution, NativeContexts, SizeMode, Snapshot};

/// Chrome's filters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Filter {
    /// Strings whose text occurs more than once.
    DuplicatedStrings,
    /// Objects that only detached DOM nodes keep alive.
    RetainedByDetachedDom,
    /// Objects that only the scopes of functions keep alive.
    RetainedByContexts,
    /// Objects that only the console of the developer tools keeps alive.
    RetainedByConsole,
    /// Objects that only event handlers keep alive.
    RetainedByEventHandlers,
    /// Objects that belong to one native context.
    NativeContext(NodeIndex),
    /// Objects that several native contexts share.
    SharedNativeContext,
    /// Objects that belong to no native context.
    NoNativeContext,
    /// Ids above `after`, up to `upto`: allocated between two times.
    Allocated {
        /// The largest id at the first time; 0 for the beginning.
        after: u64,
        /// The largest id at the second time.
        upto: u64,
    },
}

impl Filter {
    /// One sentence for tooltips and `--help`.
    pub const fn help(self) -> &'static str {
        match self {
            Self::DuplicatedStrings => "Strings whose text exists more than once",
            Self::RetainedByDetachedDom => "What only DOM nodes outside any document keep alive",
            Self::RetainedByContexts => "What only the variables of functions keep alive",
            Self::RetainedByConsole => "What only the console of the developer tools keeps alive",
            Self::RetainedByEventHandlers => "What only event handlers keep alive",
            Self::NativeContext(_) => "What belongs to one page, frame or realm alone",
            Self::SharedNativeContext => "What several pages, frames or realms share",
            Self::NoNativeContext => "What belongs to no page, frame or realm",
            Self::Allocated { after: 0, .. } => {
                "What was there when the older snapshot of the same process was taken"
            }
            Self::Allocated { .. } => "What came between two snapshots of the same process and still lives",
        }
    }

    /// Objects that existed when `other` was taken.
    pub fn allocated_before(other: &Snapshot) -> Self {
        Self::Allocated { after: 0, upto: other.max_js_object_id() }
    }

    /// Objects allocated between `other` and `snapshot`.
    pub fn allocated_since(other: &Snapshot, snapshot: &Snapshot) -> Self {
        Self::Allocated { after: other.max_js_object_id(), upto: snapshot.max_js_object_id() }
    }
}

impl Snapshot {
    /// The nodes that pass. `O(nodes + edges)` at most; the snapshot must be complete.
    pub fn filter(&self, filter: Filter, progress: &Progress) -> Result<BitSet, Cancelled> {
        let attributed = |attribution| -> Result<BitSet, Cancelled> {
            Ok(NativeContexts::nodes_of(&self.native_contexts(progress)?, attribution))
        };
        match filter {
            Filter::DuplicatedStrings => {
                let shallow = self.shallow_sizes(SizeMode::Chrome);
                duplicated_strings(self.graph(), &self.heap.dom, shallow, progress)
            }
            Filter::RetainedByDetachedDom => self.retained_by(Cut::DetachedDom, progress),
            Filter::RetainedByContexts => self.retained_by(Cut::Contexts, progress),
            Filter::RetainedByConsole => self.retained_by(Cut::Console, progress),
            Filter::RetainedByEventHandlers => self.retained_by(Cut::EventHandlers, progress),
            Filter::NativeContext(context) => attributed(Attribution::Context(context)),
            Filter::SharedNativeContext => attributed(Attribution::Shared),
            Filter::NoNativeContext => attributed(Attribution::None),
            Filter::Allocated { after, upto } => {
                let mut nodes = BitSet::new(self.graph().node_count());
                for (position, id) in self.graph().nodes.ids().enumerate() {
                    if after < id && id <= upto {
                        nodes.insert(position);
                    }
                }
                Ok(nodes)
            }
        }
    }

    fn retained_by(&self, cut: Cut, progress: &Progress) -> Result<BitSet, Cancelled> {
        match &self.reached {
            Some(reached) => retained_by(cut, self.graph(), &self.heap.dom, &reached.distances, progress),
            None => Ok(BitSet::new(self.graph().node_count())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;

    #[test]
    fn objects_are_allocated_before_or_since_by_their_ids() {
        let snapshot = |ids: &[u64]| {
            let mut builder = GraphBuilder::new();
            for &id in ids {
                let node = builder.node("object", "A", 1);
                builder.id(node, id);
            }
            load_bytes("test", builder.to_json().as_bytes(), &Progress::new()).unwrap()
        };
        let before = snapshot(&[3, 9, 100]);
        let after = snapshot(&[3, 11, 9, 13, 12]);
        assert_eq!(
            (before.max_js_object_id(), after.max_js_object_id()),
            (9, 13),
            "even ids are the embedder's"
        );
        let kept = |filter| after.filter(filter, &Progress::new()).unwrap().iter().collect::<Vec<_>>();
        assert_eq!(kept(Filter::allocated_before(&before)), [0, 1, 3]);
        assert_eq!(kept(Filter::allocated_since(&before, &after)), [2, 4, 5]);
    }
}
