//! Overview: the contents of a heap, a pair of heaps or a series of them, as cards.

mod contents;
mod growth;
mod largest;
mod origin;
mod trend;

use std::sync::Arc;

use crate::base::{Cancelled, NodeIndex, Progress};
use crate::model::filter::preset::FilterPreset;
use crate::model::format;
use crate::model::views::strings::StringTexts;
use crate::snapshot::{SizeMode, Snapshot};

pub use crate::model::views::overview::growth::{
    CodeExcerpt, GrowthOverview, GrowthStep, StepKind, code_excerpts,
};
pub use crate::model::views::overview::trend::{ChartLine, TrendChart};

/// Maximum number of bars in a card.
const BARS: usize = 5;
/// Maximum characters of a label.
const LABEL_LIMIT: usize = 120;

/// A card: one number, one chart, one sentence and one next step.
#[derive(Clone, Debug, PartialEq)]
pub struct OverviewCard {
    /// What it is about.
    pub title: &'static str,
    /// The number: `1.2 MB`.
    pub number: String,
    /// The exact number.
    pub exact: String,
    /// The chart: bars, longest first.
    pub bars: Vec<OverviewBar>,
    /// The meaning of the number.
    pub sentence: String,
    /// The next step.
    pub step: NextStep,
}

/// A labelled bar.
#[derive(Clone, Debug, PartialEq)]
pub struct OverviewBar {
    /// What it stands for.
    pub label: String,
    /// Its number.
    pub number: String,
    /// Further facts, for the tooltip.
    pub hover: String,
    /// Its length, 0 to 1.
    pub length: f32,
    /// Its object, if any.
    pub object: Option<NodeIndex>,
}

impl OverviewBar {
    fn of_bytes(label: String, bytes: u64, whole: u64, object: Option<NodeIndex>) -> Self {
        let hover = format!("{label}: {}", format::exact_bytes(bytes));
        Self { label, number: format::format_size(bytes), hover, length: format::share(bytes, whole), object }
    }
}

/// The target of a card.
#[derive(Clone, Debug, PartialEq)]
pub enum NextStep {
    /// An object and its retainers.
    Object(NodeIndex),
    /// The objects that pass a filter, in Summary.
    Filter(FilterPreset),
    /// All strings.
    Strings,
    /// The figures of the heap.
    Statistics,
    /// The dominator tree.
    Dominators,
}

/// The cards of one heap come in parts, each computed by its own task.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum HeapPart {
    /// The largest dominators by constructor.
    Largest,
    /// Runtime, native contexts, figures of the process.
    Origin,
    /// DOM nodes that were removed from their document.
    Dom,
    /// Duplicated and large strings.
    Strings,
    /// Storage of typed arrays and buffers.
    Buffers,
}

impl HeapPart {
    /// All parts, in the order of the cards.
    pub const ALL: [Self; 5] = [Self::Largest, Self::Origin, Self::Dom, Self::Strings, Self::Buffers];

    /// The task's label.
    pub fn activity(self) -> &'static str {
        match self {
            Self::Largest => "Finding what retains most",
            Self::Origin => "Reading where the heap is from",
            Self::Dom => "Looking for detached DOM nodes",
            Self::Strings => "Comparing strings",
            Self::Buffers => "Looking for typed arrays",
        }
    }
}

/// The cards of one part.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeapCards {
    /// Facts about the origin, a few words each: `Node.js v20.20.2`.
    pub facts: Vec<String>,
    /// The cards.
    pub cards: Vec<OverviewCard>,
    /// What was not found.
    pub absent: Vec<&'static str>,
}

impl HeapCards {
    /// Computes one part. `O(nodes + edges)` at most; the snapshot must be complete.
    pub fn find(
        snapshot: &Snapshot,
        mode: SizeMode,
        part: HeapPart,
        texts: impl FnOnce() -> Result<Arc<StringTexts>, Cancelled>,
        progress: &Progress,
    ) -> Result<Self, Cancelled> {
        match part {
            HeapPart::Largest => largest::largest(snapshot, mode, progress),
            HeapPart::Origin => origin::origin(snapshot, progress),
            HeapPart::Dom => contents::detached_dom(snapshot, mode, progress),
            HeapPart::Strings => contents::strings(snapshot, mode, &*texts()?, progress),
            HeapPart::Buffers => contents::buffers(snapshot, mode, progress),
        }
    }

    fn of_card(card: OverviewCard) -> Self {
        Self { cards: vec![card], ..Self::default() }
    }

    fn without(what: &'static str) -> Self {
        Self { absent: vec![what], ..Self::default() }
    }
}
