//! Statistics: the composition of the heap, as slices of a whole.

use crate::model::format;
use crate::snapshot::Snapshot;
use crate::snapshot::statistics::{Statistics, statistics};

/// One slice.
#[derive(Clone, Debug, PartialEq)]
pub struct Slice {
    /// Chrome's name for it.
    pub label: &'static str,
    /// What it contains.
    pub help: &'static str,
    /// Its bytes.
    pub bytes: u64,
    /// Its share of the whole, 0 to 1.
    pub share: f32,
}

/// The slices in Chrome's order, and the whole.
#[derive(Clone, Debug, PartialEq)]
pub struct StatisticsView {
    /// Those of 0 bytes too.
    pub slices: Vec<Slice>,
    /// The figures behind them.
    pub figures: Statistics,
}

impl StatisticsView {
    /// Scans all objects.
    pub fn new(snapshot: &Snapshot) -> Self {
        let figures = statistics(snapshot);
        let slice =
            |label, help, bytes| Slice { label, help, bytes, share: format::share(bytes, figures.total) };
        let slices = vec![
            slice("Code", "Byte code, machine code and scripts", figures.code),
            slice("Strings", "Text of any make", figures.strings),
            slice("JS arrays", "Arrays and the storage that only they use", figures.js_arrays),
            slice("Typed arrays", "The bytes of typed arrays and buffers", figures.typed_arrays),
            slice("System objects", "V8's own bookkeeping", figures.system),
            slice("Other JS objects", "Everything else in V8's heap", figures.other_js),
            slice(
                "Other non-JS objects",
                "DOM nodes and other objects outside V8's heap",
                figures.other_non_js,
            ),
        ];
        Self { slices, figures }
    }
}
