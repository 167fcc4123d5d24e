//! What the rows of a table depend on, and how they are made from that on a thread.

use super::files::FileId;
use super::ignoring::{IgnoredCell, IgnoredNodes};
use super::keeping::KeptCell;
use super::sheet::Made;
use super::view::View;
use crate::base::{NodeIndex, Progress};
use crate::model::{
    ClassFilter, ComparisonView, Containment, Keep, Objects, Retainers, Side, Sort, Summary, TreeSource,
    TreeTable,
};
use crate::snapshot::comparison::{Comparison, compare};
use crate::snapshot::{SizeMode, Snapshot};
use std::sync::{Arc, OnceLock};

/// What the middle's table depends on: where this differs, the rows are made anew.
#[derive(Clone, PartialEq, Debug)]
pub struct Recipe {
    /// The view.
    pub view: View,
    /// The snapshot, or the newer one.
    pub current: FileId,
    /// The older one of a comparison.
    pub baseline: Option<FileId>,
    /// Whether retained sizes are known.
    pub is_complete: bool,
    /// Which sizes.
    pub sizes: SizeMode,
    /// Which constructors, as typed; a filter that parses.
    pub filter: String,
    /// Which objects.
    pub keep: Keep,
}

impl Recipe {
    /// What making it is called on the screen.
    pub fn label(&self) -> &'static str {
        match self.view {
            View::Comparison => "Comparing",
            _ if self.keep != Keep::All => "Filtering objects",
            _ => "Listing",
        }
    }

    /// Finds the rows. `None` if the work was stopped.
    pub fn make(
        self,
        snapshot: Arc<Snapshot>,
        older: Option<Arc<Snapshot>>,
        known: Known,
        progress: &Progress,
    ) -> Option<Made> {
        snapshot.prepare(self.sizes);
        let filter = ClassFilter::parse(&self.filter).unwrap_or_default();
        let source: Arc<dyn TreeSource> = match (self.view, older, known.comparison) {
            (View::Comparison, Some(older), Some(known)) => {
                older.prepare(self.sizes);
                let comparison = match known.get() {
                    Some(comparison) => Arc::clone(comparison),
                    None => {
                        let fresh = Arc::new(compare(older, snapshot, self.sizes, progress).ok()?);
                        Arc::clone(known.get_or_init(|| fresh))
                    }
                };
                Arc::new(ComparisonView::new(comparison, filter))
            }
            (View::Containment, ..) => Arc::new(Containment::new(snapshot, self.sizes)),
            _ => {
                let kept = known.kept.get(&snapshot, progress).ok()?;
                let summary = Summary::new(snapshot, self.sizes, filter);
                let summary = match kept {
                    Some(kept) => summary.keeping(kept),
                    None => summary,
                };
                summary.shown();
                Arc::new(summary)
            }
        };
        Some(Made::Source(source))
    }
}

/// What is worked out once for many tables.
pub struct Known {
    /// The comparison of the two snapshots.
    pub comparison: Option<Arc<OnceLock<Arc<Comparison>>>>,
    /// The objects that count.
    pub kept: KeptCell,
}

/// A comparison that is worked out once, however often its rows are filtered.
pub struct ComparisonCell {
    /// The older snapshot.
    pub baseline: FileId,
    /// The newer snapshot.
    pub current: FileId,
    sizes: SizeMode,
    known: Arc<OnceLock<Arc<Comparison>>>,
}

impl ComparisonCell {
    /// For these two, nothing known yet.
    pub fn new(baseline: FileId, current: FileId, sizes: SizeMode) -> Self {
        Self { baseline, current, sizes, known: Arc::default() }
    }

    /// Whether it is that of these two.
    pub fn is_of(&self, baseline: FileId, current: FileId, sizes: SizeMode) -> bool {
        (self.baseline, self.current, self.sizes) == (baseline, current, sizes)
    }

    /// For the thread that looks into it or fills it.
    pub fn share(&self) -> Arc<OnceLock<Arc<Comparison>>> {
        Arc::clone(&self.known)
    }

    /// The comparison, once it is known.
    pub fn get(&self) -> Option<&Comparison> {
        self.known.get().map(AsRef::as_ref)
    }
}

/// What the table of retainers depends on.
#[derive(Clone, PartialEq, Debug)]
pub struct RetainersRecipe {
    /// The snapshot.
    pub file: FileId,
    /// Whose retainers.
    pub node: NodeIndex,
    /// Whether distances are known.
    pub is_complete: bool,
    /// Which sizes.
    pub sizes: SizeMode,
    /// Who is imagined away.
    pub ignored: IgnoredNodes,
}

impl RetainersRecipe {
    /// A table in which the shortest path from a root is open; with somebody ignored, the shortest that is
    /// left.
    pub fn make(
        self,
        snapshot: Arc<Snapshot>,
        ignored: &IgnoredCell,
        sort: Option<Sort>,
        progress: &Progress,
    ) -> Option<Made> {
        snapshot.prepare(self.sizes);
        let ignored = ignored.get(&snapshot, progress).ok()?;
        let retainers = Retainers::new(Objects::new(snapshot, self.sizes, Side::Current), self.node);
        let (retainers, path) = match ignored {
            Some(ignored) => (retainers.ignoring(ignored), Vec::new()),
            None => {
                let path = retainers.path_to_root();
                (retainers, path)
            }
        };
        let mut table = TreeTable::filled(Arc::new(retainers));
        if let Some(work) = sort.and_then(|sort| table.sort_by(sort)) {
            table.apply(work.run());
        }
        if let Some(work) = table.expand_path(&path) {
            table.apply(work.run());
        }
        Some(Made::Table(Box::new(table)))
    }
}
