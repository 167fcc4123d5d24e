//! Results that several views need: the first task that needs one computes it, the others share it.

use crate::app::files::open_file::FileId;
use crate::app::tasks::query_cache::Query;
use crate::app::tasks::shared::Shared;
use crate::base::NodeIndex;
use crate::compare::Comparison;
use crate::growth::Growth;
use crate::growth::trend::Trend;
use crate::model::{AllocationTimeline, FilteredObjects, ObjectFilter, StringTexts};
use crate::snapshot::{IgnoredRetainers, NearestEdges, SizeMode};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Implements [`Query`] for a shared result, of which the latest is kept.
macro_rules! shared_result {
    ($query:ty => $output:ty, $label:literal, |$it:ident| $files:expr) => {
        impl Query for $query {
            type Slot = ();
            type Output = $output;
            type Value = Shared<$output>;

            fn slot(&self) {}

            fn label(&self) -> &'static str {
                $label
            }

            fn files(&self) -> Vec<FileId> {
                let $it = self;
                $files
            }
        }
    };
}

/// Two snapshots and the sizes that are compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pair {
    /// The older snapshot.
    pub baseline: FileId,
    /// The newer snapshot.
    pub current: FileId,
    /// Chrome's sizes or V8's.
    pub sizes: SizeMode,
}

/// The comparison of two snapshots, independent of the name filter and the accounting.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct ComparisonQuery {
    /// The two snapshots.
    pub pair: Pair,
    /// The objects that are compared.
    pub filter: ObjectFilter,
}

/// The attribution of growth between two snapshots.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct GrowthQuery(pub Pair);

/// What grows through several snapshots, the oldest first.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct TrendQuery {
    /// The snapshots.
    pub files: Vec<FileId>,
    /// Chrome's sizes or V8's.
    pub sizes: SizeMode,
}

/// The objects of a snapshot that pass a filter.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct FilteredObjectsQuery {
    /// The snapshot.
    pub file: FileId,
    /// Chrome's sizes or V8's.
    pub sizes: SizeMode,
    /// The filter.
    pub filter: ObjectFilter,
}

/// The texts of a snapshot's strings, independent of filter and listing.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct StringTextsQuery {
    /// The snapshot.
    pub file: FileId,
    /// Chrome's sizes or V8's.
    pub sizes: SizeMode,
}

/// The bars of a timeline; `None` for a snapshot without one.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct TimelineQuery(pub FileId);

/// The first edge of a shortest path for every object; `None` if distances are not known.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct NearestEdgesQuery(pub FileId);

/// Distances without the retainers that the user ignores.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct IgnoredRetainersQuery {
    /// The snapshot.
    pub file: FileId,
    /// The ignored objects.
    pub nodes: BTreeSet<NodeIndex>,
}

/// The scripts of a snapshot, which the snapshot itself stores: rows show source positions once they are
/// known.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct ScriptsQuery(pub FileId);

impl Query for ScriptsQuery {
    type Slot = FileId;
    type Output = ();
    type Value = Option<()>;

    fn slot(&self) -> FileId {
        self.0
    }

    fn label(&self) -> &'static str {
        "Reading scripts"
    }

    fn files(&self) -> Vec<FileId> {
        vec![self.0]
    }
}

shared_result!(ComparisonQuery => Comparison, "Comparing", |it| vec![it.pair.baseline, it.pair.current]);
shared_result!(GrowthQuery => Growth, "Attributing growth", |it| vec![it.0.baseline, it.0.current]);
shared_result!(TrendQuery => Trend, "Following what grows", |it| it.files.clone());
shared_result!(FilteredObjectsQuery => FilteredObjects, "Filtering objects", |it| vec![it.file]);
shared_result!(StringTextsQuery => StringTexts, "Comparing strings", |it| vec![it.file]);
shared_result!(TimelineQuery => Option<AllocationTimeline>, "Reading the timeline", |it| vec![it.0]);
shared_result!(NearestEdgesQuery => Option<Arc<NearestEdges>>, "Finding shortest paths", |it| vec![it.0]);
shared_result!(IgnoredRetainersQuery => IgnoredRetainers, "Measuring distances", |it| vec![it.file]);
