//! Two snapshots of one process, class by class: what is new, gone, and larger or smaller than before.
//!
//! An object survives if its id is in both files. Chrome's Comparison leaves survivors out, whatever they
//! have grown to; here every byte has a row. A survivor whose class changed is deleted in one row and new
//! in the other, as in Chrome.
//!
//! Where ids do not last (see [`kinship`](crate::compare::id_matching)), an object of the baseline and one of the current
//! snapshot that have class and size in common count as the same, and what is left over is new or deleted.
//!
//! Rows may be other groups than constructors; what holds of a class holds of them. Where only some objects
//! count, one that is in both snapshots counts by what it is now.

pub mod id_matching;
pub mod object_matching;
mod row_table;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::base::{BitSet, Cancelled, NodeIndex, Progress};
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
    /// Every class with any change: those of the baseline by their first object, then those only the current
    /// snapshot has. Rows that are equal by any column stay in this order, as in Chrome.
    pub rows: Vec<ComparisonRow>,
    /// What the rows are: constructors where what was asked for cannot be matched.
    pub group_by: GroupBy,
    /// Whether all objects count: then the rows add up to the change of the heap.
    pub is_whole: bool,
    /// What was left out as V8's own machinery.
    pub internals: ComparisonRow,
    /// Sums over everything, whatever counts.
    pub totals: Totals,
    /// What makes an object of one side the same as one of the other.
    pub matching: Matching,
    /// What a person should know before reading the rows.
    pub note: Option<&'static str>,
}

/// What is compared of two snapshots, and how.
pub struct CompareOptions<'a> {
    /// Whose shallow sizes.
    pub mode: SizeMode,
    /// What the rows are.
    pub group_by: GroupBy,
    /// Which objects of a side count, given their constructors; nothing where all do.
    pub passing: &'a ObjectPredicate<'a>,
}

/// What tells which objects of a snapshot count, given their constructors.
pub type ObjectPredicate<'a> =
    dyn Fn(&Snapshot, &Classes) -> Result<Option<Partition>, Cancelled> + Sync + 'a;

/// The objects of a snapshot that count.
pub struct Partition {
    /// Those that do.
    pub nodes: BitSet,
    /// Those that would, were they not V8's own machinery.
    pub internals: BitSet,
}

/// What makes an object of one snapshot the same as one of another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Matching {
    /// Their ids.
    Ids,
    /// Class and size: numbers per class are right, which objects are called new is not.
    Classes,
}

/// Said where objects are matched by class.
const NO_LASTING_IDS: &str = "The ids of these snapshots do not tell which objects are the same (the engine does not keep ids, as Bun does not), so objects are matched by constructor and size: counts and sizes are right, but which objects are listed as new is a guess";
/// Said where groups cannot be matched either.
const NO_LASTING_GROUPS: &str = "The ids of these snapshots do not tell which objects are the same, nor which shapes and native contexts: so the rows are constructors, and objects are matched by constructor and size";

/// Bytes of both sides.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Totals {
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
    /// Only in the current snapshot, ascending by id.
    pub new: Vec<NodeIndex>,
    /// Only in the baseline, ascending by id.
    pub deleted: Vec<NodeIndex>,
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

/// Which bytes count.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum GrowthAccounting {
    /// All: new and deleted objects, and what grew and shrank in place.
    #[default]
    EveryByte,
    /// As Chrome does: objects that are in both snapshots are left out, whatever they have grown to.
    AsChrome,
}

impl GrowthAccounting {
    /// Whether what grew and shrank in place counts.
    pub fn counts_growth(self) -> bool {
        self == Self::EveryByte
    }

    /// Whether a class has a row.
    pub fn has_row(self, row: &ComparisonRow) -> bool {
        self.counts_growth() || !(row.new.is_empty() && row.deleted.is_empty())
    }
}

/// What was allocated and freed in a class, counted one way or the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Counted {
    /// Bytes that came.
    pub alloc: u64,
    /// Bytes that went.
    pub freed: u64,
}

impl Counted {
    /// Allocated less freed.
    pub fn delta(self) -> i64 {
        difference(self.alloc, self.freed)
    }
}

impl ComparisonRow {
    /// Its bytes, counted so.
    pub fn counted(&self, counting: GrowthAccounting) -> Counted {
        match counting {
            GrowthAccounting::EveryByte => Counted { alloc: self.alloc_size(), freed: self.freed_size() },
            GrowthAccounting::AsChrome => Counted { alloc: self.new_size, freed: self.deleted_size },
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
        difference(self.new.len() as u64, self.deleted.len() as u64)
    }

    /// Change of the class's retained size.
    pub fn retained_delta(&self) -> i64 {
        difference(self.current_retained, self.baseline_retained)
    }

    fn has_change(&self) -> bool {
        !(self.new.is_empty() && self.deleted.is_empty() && self.grown.is_empty() && self.shrunk.is_empty())
    }
}

/// `a - b`; both are sums of bytes or counts, far below 2^63.
fn difference(a: u64, b: u64) -> i64 {
    a.cast_signed().wrapping_sub(b.cast_signed())
}

/// Compares all objects by constructor: by id where ids last, otherwise by class and size. `O(n log n)` in the
/// objects of both; both snapshots must be complete.
pub fn compare(
    baseline: Arc<Snapshot>,
    current: Arc<Snapshot>,
    mode: SizeMode,
    progress: &Progress,
) -> Result<Comparison, Cancelled> {
    let terms = CompareOptions { mode, group_by: GroupBy::Constructor, passing: &|_, _| Ok(None) };
    compare_by(&terms, baseline, current, progress)
}

/// The same on other terms. Grouping takes up to `O(nodes + edges)`.
pub fn compare_by(
    terms: &CompareOptions<'_>,
    baseline: Arc<Snapshot>,
    current: Arc<Snapshot>,
    progress: &Progress,
) -> Result<Comparison, Cancelled> {
    let mode = terms.mode;
    // The baseline's plain objects are grouped by the shapes of the current snapshot, so that a shape that
    // has become frequent is not all new.
    let (base_classes, (old, new)) = rayon::join(
        || baseline.classes_by(current.definitions(), progress),
        || rayon::join(|| ObjectsById::sorted(&baseline, mode), || ObjectsById::sorted(&current, mode)),
    );
    let base_classes = base_classes?;
    progress.check()?;
    let found_again = old.ids().map(|id| new.has(id));
    let matching =
        if id_matching::ids_last(found_again, new.len()) { Matching::Ids } else { Matching::Classes };
    let (group_by, note) = match (matching, terms.group_by.goes_by_ids()) {
        (Matching::Ids, _) => (terms.group_by, None),
        (Matching::Classes, false) => (terms.group_by, Some(NO_LASTING_IDS)),
        (Matching::Classes, true) => (GroupBy::Constructor, Some(NO_LASTING_GROUPS)),
    };
    let sides = rayon::join(
        || SideGroups::find(&baseline, &base_classes, group_by, terms, progress),
        || SideGroups::find(&current, current.classes(), group_by, terms, progress),
    );
    let sides = [sides.0?, sides.1?];
    let is_whole = sides.iter().all(SideGroups::is_whole);
    let mut table = RowTable::new(sides);
    match matching {
        Matching::Ids => table.merge(&old, &new, progress)?,
        Matching::Classes => table.merge_by_class(&old, &new, progress)?,
    }
    if is_whole && group_by == GroupBy::Constructor {
        table.name_what_is_gone(&old);
    }
    let (rows, internals) = table.finish();
    let size = |snapshot: &Snapshot| snapshot.shallow_sizes(mode).iter().sum::<u64>();
    let (baseline_size, current_size) = (size(&baseline), size(&current));
    let totals = Totals {
        baseline_size,
        current_size,
        delta: difference(current_size, baseline_size),
        extra_native_delta: difference(
            current.graph().extra_native_bytes,
            baseline.graph().extra_native_bytes,
        ),
    };
    Ok(Comparison { baseline, current, mode, rows, group_by, is_whole, internals, totals, matching, note })
}
