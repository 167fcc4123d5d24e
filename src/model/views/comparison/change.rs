//! The change of one object between two snapshots, and its cells.

use crate::base::NodeIndex;
use crate::compare::ComparisonRow;
use crate::model::format;
use crate::model::format::object_text::span;
use crate::model::table::{Cell, Side, Span, Tone};

/// The change of one object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Change {
    /// How it changed.
    pub kind: ChangeKind,
    /// The object: in the current snapshot, or in the baseline if it is gone.
    pub node: NodeIndex,
    /// The same in the baseline, if it is in both.
    pub counterpart: Option<NodeIndex>,
    /// Its shallow size in the baseline; 0 if it was not there.
    pub before: u64,
    /// Its shallow size now; 0 if it is gone.
    pub after: u64,
    /// By how much its retained size changed.
    pub retained_delta: i64,
}

/// How an object changed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ChangeKind {
    /// Only in the current snapshot.
    New,
    /// In both, larger now.
    Grown,
    /// In both, smaller now.
    Shrunk,
    /// Only in the baseline.
    Deleted,
}

impl ChangeKind {
    /// All of them, each at its own index.
    pub const ALL: [Self; 4] = [Self::New, Self::Grown, Self::Shrunk, Self::Deleted];

    /// The title of the group.
    pub fn title(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Grown => "Grown",
            Self::Shrunk => "Shrunk",
            Self::Deleted => "Deleted",
        }
    }

    /// The objects of the group, for a tooltip.
    pub fn help(self) -> &'static str {
        match self {
            Self::New => "Objects that are in the current snapshot only",
            Self::Grown => "Objects that are in both snapshots, and larger now",
            Self::Shrunk => "Objects that are in both snapshots, and smaller now",
            Self::Deleted => "Objects that are in the baseline only, as they were there",
        }
    }

    /// Whether memory was freed.
    pub fn frees(self) -> bool {
        matches!(self, Self::Shrunk | Self::Deleted)
    }

    /// Whether the objects are in both snapshots: Chrome omits these.
    pub fn is_in_place(self) -> bool {
        matches!(self, Self::Grown | Self::Shrunk)
    }

    /// The side on which the object is examined.
    pub fn side(self) -> Side {
        if self == Self::Deleted { Side::Baseline } else { Side::Current }
    }
}

impl Change {
    /// Bytes it has more than before.
    pub fn alloc_size(self) -> u64 {
        self.after.saturating_sub(self.before)
    }

    /// Bytes it has less than before.
    pub fn freed_size(self) -> u64 {
        self.before.saturating_sub(self.after)
    }

    /// Bytes by which it grew in place.
    pub fn grown_size(self) -> u64 {
        if self.kind == ChangeKind::Grown { self.alloc_size() } else { 0 }
    }

    /// Allocated less freed.
    pub fn size_delta(self) -> i64 {
        self.after.cast_signed().wrapping_sub(self.before.cast_signed())
    }

    /// The text after the object's name, the most relevant first: `elements` is its number of elements, and
    /// whether that has changed.
    pub fn spans(self, elements: Option<(String, bool)>) -> Vec<Span> {
        let sizes = || format!("{} → {}", format::format_size(self.before), format::format_size(self.after));
        let change = match self.kind {
            ChangeKind::New => "new".to_owned(),
            ChangeKind::Grown | ChangeKind::Shrunk => sizes(),
            ChangeKind::Deleted => "deleted".to_owned(),
        };
        let tone = if self.kind.frees() { Tone::Shrunk } else { Tone::Grown };
        let (first, second) = match elements {
            None => (change, None),
            Some((elements, true)) => (elements, Some(change)),
            Some((elements, false)) => (change, Some(elements)),
        };
        let second = second.map(|text| span(format!(", {text}"), Tone::Quiet));
        std::iter::once(span(format!(" {first}"), tone)).chain(second).collect()
    }
}

impl ComparisonRow {
    /// Number of objects with this change.
    pub fn count_of(&self, kind: ChangeKind) -> usize {
        match kind {
            ChangeKind::New => self.new.len(),
            ChangeKind::Grown => self.grown.len(),
            ChangeKind::Shrunk => self.shrunk.len(),
            ChangeKind::Deleted => self.deleted.len(),
        }
    }

    /// By how many bytes.
    pub fn bytes_of(&self, kind: ChangeKind) -> u64 {
        match kind {
            ChangeKind::New => self.new_size,
            ChangeKind::Grown => self.grown_size,
            ChangeKind::Shrunk => self.shrunk_size,
            ChangeKind::Deleted => self.deleted_size,
        }
    }
}

/// A change in size.
pub(crate) fn delta_cell(bytes: i64) -> Cell {
    Cell {
        text: format::signed_size(bytes),
        hover: Some(format::signed_bytes(bytes)),
        number: Some(bytes),
        ..Cell::default()
    }
}
