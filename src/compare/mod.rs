//! Compares two snapshots, class by class: what is new, deleted, and larger or smaller than before.
//!
//! An object survives if its id is in both files. Chrome's Comparison omits survivors, even if they have
//! grown; here every byte has a row. A survivor whose class changed is deleted in one row and new in the
//! other, as in Chrome.
//!
//! Where ids do not identify the same objects (see [`id_matching`]), no object is reported as new, deleted or
//! grown: a row has the differences of counts and sizes, and lists no objects.
//!
//! Rows may be groups other than constructors; the rules for classes apply to them. Where only some objects
//! are counted, an object in both snapshots is judged by its current state.

pub mod container_paths;
pub mod id_matching;
pub mod name_folding;
pub mod object_matching;
mod row_table;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::base::{BitSet, Cancelled, NodeIndex, Progress};
use crate::compare::id_matching::{IdMatching, IdStability};
use crate::compare::row_table::{ObjectsById, RowTable, SideGroups};
use crate::snapshot::groups::GroupBy;
use crate::snapshot::{Classes, SizeMode, Snapshot};

/// The difference between two snapshots.
pub struct Comparison {
    /// The older one.
    pub baseline: Arc<Snapshot>,
    /// The newer one.
    pub current: Arc<Snapshot>,
    /// Whose shallow sizes.
    pub mode: SizeMode,
    /// Every class with any change: those of the baseline by their first object, then those that only the
    /// current snapshot has. Rows that are equal by any column stay in this order, as in Chrome.
    pub rows: Vec<ComparisonRow>,
    /// The grouping of the rows: constructors if the requested groups cannot be matched.
    pub group_by: GroupBy,
    /// Whether all objects are counted: then the rows add up to the change of the heap.
    pub is_whole: bool,
    /// What was left out as V8's internal objects.
    pub internals: ComparisonRow,
    /// Sums over all objects, whatever the filter.
    pub totals: ComparisonTotals,
    /// How objects of the two sides are matched.
    pub matching: Matching,
    /// How the ids of both relate.
    pub ids: IdMatching,
    /// The warning above the rows.
    pub note: Option<&'static str>,
}

/// The options of a comparison.
pub struct CompareOptions<'a> {
    /// Whose shallow sizes.
    pub mode: SizeMode,
    /// What the rows are.
    pub group_by: GroupBy,
    /// Which objects of a side are counted, given their constructors; `None` for all.
    pub passing: &'a ObjectPredicate<'a>,
    /// How to handle ids of different processes.
    pub across: AcrossProcesses,
}

/// How objects of different processes are matched.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum AcrossProcesses {
    /// Not at all: rows are differences of classes.
    #[default]
    ByClass,
    /// By ids that refer to other objects, as Chrome does.
    ById,
}

/// Selects the counted objects of a snapshot, given their constructors.
pub type ObjectPredicate<'a> =
    dyn Fn(&Snapshot, &Classes) -> Result<Option<Partition>, Cancelled> + Sync + 'a;

/// The objects of a snapshot that count.
pub struct Partition {
    /// The counted ones.
    pub nodes: BitSet,
    /// Those that are left out only because they are V8's internal objects.
    pub internals: BitSet,
}

/// How objects of two snapshots are matched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Matching {
    /// By their ids.
    Ids,
    /// Not at all: counts and sizes of classes are compared.
    Classes,
}

/// The warning above rows that are differences of classes.
fn note(ids: IdStability, falls_back: bool) -> &'static str {
    match (ids, falls_back) {
        (IdStability::IdsNotStable, false) => {
            "The ids of these snapshots do not identify objects (the engine does not keep ids, like Bun), so counts and sizes of constructors are compared, and no object is called new"
        }
        (IdStability::TwoConnections, false) => {
            "These snapshots are of one process, whose objects were renumbered between them because a debugger had disconnected: counts and sizes of constructors are compared, and no object is called new"
        }
        (_, false) => {
            "These snapshots are of different processes, or of two debugger connections to one: an id means another object in each, so counts and sizes of constructors are compared, and no object is called new"
        }
        (_, true) => {
            "The ids of these snapshots do not identify objects, shapes or native contexts: so the rows are constructors, whose counts and sizes are compared"
        }
    }
}

/// Bytes of both sides.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ComparisonTotals {
    /// Bytes of the baseline's objects.
    pub baseline_size: u64,
    /// Bytes of the current snapshot's objects.
    pub current_size: u64,
    /// Current less baseline: what the rows' size deltas add up to.
    pub delta: i64,
    /// Change of what V8 reports without nodes.
    pub extra_native_delta: i64,
}

/// What changed in one class.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ComparisonRow {
    /// Chrome's class key.
    pub key: String,
    /// The class's name; for one that is gone, as the baseline itself calls it.
    pub name: String,
    /// Only in the current snapshot, ascending by id; none where objects are not matched.
    pub new: Vec<NodeIndex>,
    /// Only in the baseline, ascending by id; none where objects are not matched.
    pub deleted: Vec<NodeIndex>,
    /// New objects; where objects are not matched, the increase in number.
    pub new_count: u64,
    /// Deleted objects; where objects are not matched, the decrease in number.
    pub deleted_count: u64,
    /// In both and larger now: positions in baseline and current, ascending by id.
    pub grown: Vec<(NodeIndex, NodeIndex)>,
    /// In both and smaller now.
    pub shrunk: Vec<(NodeIndex, NodeIndex)>,
    /// Bytes of the new objects.
    pub new_size: u64,
    /// Bytes of the deleted objects.
    pub deleted_size: u64,
    /// By how much the grown objects grew.
    pub grown_size: u64,
    /// By how much the shrunk objects shrank.
    pub shrunk_size: u64,
    /// Objects in the baseline.
    pub baseline_count: u64,
    /// Objects in the current snapshot.
    pub current_count: u64,
    /// The class's retained size in the baseline.
    pub baseline_retained: u64,
    /// The class's retained size in the current snapshot.
    pub current_retained: u64,
}

/// Which bytes are counted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum GrowthAccounting {
    /// All: new and deleted objects, and what grew and shrank in place.
    #[default]
    EveryByte,
    /// As Chrome does: objects in both snapshots are left out, even if they have grown.
    AsChrome,
}

impl GrowthAccounting {
    /// Whether growth and shrinkage in place are counted.
    pub fn counts_growth(self) -> bool {
        self == Self::EveryByte
    }

    /// Whether a class has a row.
    pub fn has_row(self, row: &ComparisonRow) -> bool {
        self.counts_growth() || row.new_count + row.deleted_count + row.new_size + row.deleted_size > 0
    }
}

/// Bytes allocated and freed in a class, by either accounting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AllocatedFreed {
    /// Allocated bytes.
    pub alloc: u64,
    /// Freed bytes.
    pub freed: u64,
}

impl AllocatedFreed {
    /// Allocated less freed.
    pub fn delta(self) -> i64 {
        difference(self.alloc, self.freed)
    }
}

impl ComparisonRow {
    /// Its bytes by this accounting.
    pub fn counted(&self, counting: GrowthAccounting) -> AllocatedFreed {
        match counting {
            GrowthAccounting::EveryByte => {
                AllocatedFreed { alloc: self.alloc_size(), freed: self.freed_size() }
            }
            GrowthAccounting::AsChrome => AllocatedFreed { alloc: self.new_size, freed: self.deleted_size },
        }
    }

    /// Bytes of new objects, and of growth in place.
    pub fn alloc_size(&self) -> u64 {
        self.new_size + self.grown_size
    }

    /// Bytes of deleted objects, and of shrinkage in place.
    pub fn freed_size(&self) -> u64 {
        self.deleted_size + self.shrunk_size
    }

    /// Allocated less freed.
    pub fn size_delta(&self) -> i64 {
        difference(self.alloc_size(), self.freed_size())
    }

    /// New less deleted objects.
    pub fn delta_count(&self) -> i64 {
        difference(self.new_count, self.deleted_count)
    }

    /// Change of the class's retained size.
    pub fn retained_delta(&self) -> i64 {
        difference(self.current_retained, self.baseline_retained)
    }

    fn has_change(&self) -> bool {
        let whole = self.new_count + self.deleted_count + self.new_size + self.deleted_size;
        whole > 0 || !(self.grown.is_empty() && self.shrunk.is_empty())
    }
}

/// `a - b`; both are sums of bytes or counts, far below 2^63.
fn difference(a: u64, b: u64) -> i64 {
    a.cast_signed().wrapping_sub(b.cast_signed())
}

/// Compares all objects by constructor as Chrome does: by id, whatever the processes, unless the engine keeps no
/// ids. `O(n log n)` in the objects of both; both snapshots must be complete.
pub fn compare(
    baseline: Arc<Snapshot>,
    current: Arc<Snapshot>,
    mode: SizeMode,
    progress: &Progress,
) -> Result<Comparison, Cancelled> {
    let terms = CompareOptions {
        mode,
        group_by: GroupBy::Constructor,
        passing: &|_, _| Ok(None),
        across: AcrossProcesses::ById,
    };
    compare_by(&terms, baseline, current, progress)
}

/// The same with options. Grouping takes up to `O(nodes + edges)`.
pub fn compare_by(
    terms: &CompareOptions<'_>,
    baseline: Arc<Snapshot>,
    current: Arc<Snapshot>,
    progress: &Progress,
) -> Result<Comparison, Cancelled> {
    let mode = terms.mode;
    // The baseline's plain objects are grouped by the shapes of the current snapshot, so that the objects of
    // a shape that has become frequent are not all new.
    let (base_classes, (old, new)) = rayon::join(
        || baseline.classes_by(current.definitions(), progress),
        || rayon::join(|| ObjectsById::sorted(&baseline, mode), || ObjectsById::sorted(&current, mode)),
    );
    let base_classes = base_classes?;
    progress.check()?;
    let ids = IdMatching::decide(&baseline, &current, progress)?;
    let matching = match (ids.stability, terms.across) {
        (IdStability::SameProcess, _) => Matching::Ids,
        (IdStability::DifferentProcess | IdStability::TwoConnections, AcrossProcesses::ById) => Matching::Ids,
        _ => Matching::Classes,
    };
    let falls_back = matching == Matching::Classes && terms.group_by.goes_by_ids();
    let group_by = if falls_back { GroupBy::Constructor } else { terms.group_by };
    let note = (matching == Matching::Classes).then(|| note(ids.stability, falls_back));
    let sides = rayon::join(
        || SideGroups::find(&baseline, &base_classes, group_by, terms, progress),
        || SideGroups::find(&current, current.classes(), group_by, terms, progress),
    );
    let sides = [sides.0?, sides.1?];
    let is_whole = sides.iter().all(SideGroups::is_whole);
    let mut table = RowTable::new(sides);
    match matching {
        Matching::Ids => table.merge(&old, &new, progress)?,
        Matching::Classes => table.take_differences(&old, &new, progress)?,
    }
    if is_whole && group_by == GroupBy::Constructor {
        table.name_what_is_gone(&old);
    }
    let (rows, internals) = table.finish();
    let size = |snapshot: &Snapshot| snapshot.shallow_sizes(mode).iter().sum::<u64>();
    let (baseline_size, current_size) = (size(&baseline), size(&current));
    let totals = ComparisonTotals {
        baseline_size,
        current_size,
        delta: difference(current_size, baseline_size),
        extra_native_delta: difference(
            current.graph().extra_native_bytes,
            baseline.graph().extra_native_bytes,
        ),
    };
    Ok(Comparison {
        baseline,
        current,
        mode,
        rows,
        group_by,
        is_whole,
        internals,
        totals,
        matching,
        ids,
        note,
    })
}
