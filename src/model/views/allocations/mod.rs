//! Allocations: the functions that allocated, their living objects, and their callers.

pub(crate) mod timeline;

use std::cmp::Reverse;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::base::BitSet;
use crate::graph::TraceFunction;
use crate::model::format;
use crate::model::format::object_text::span;
use crate::model::table::order::sorted;
use crate::model::table::{
    ColumnId, ColumnSpec, Direction, Disclosure, Item, Row, Sort, Span, Tone, TreeSource, Value,
};
use crate::snapshot::{AllocationRow, AllocationTotals, Allocations, Snapshot};

const SIZE: ColumnId = ColumnId("size");

/// A column with its values.
type Column = (ColumnSpec, fn(AllocationTotals) -> Value);

/// The columns beside the tree column.
const COLUMNS: [Column; 4] = [
    (
        ColumnId("live_count")
            .number("Live count", "Objects allocated here that were alive when the recording ended."),
        |totals| Value::Count(totals.live_count),
    ),
    (
        ColumnId("count").number("Count", "Objects allocated here while the recording ran, freed ones too."),
        |totals| Value::Count(totals.count),
    ),
    (
        ColumnId("live_size").size(
            "Live size",
            "Bytes of the objects allocated here that were alive when the recording ended.",
        ),
        |totals| Value::Share(totals.live_size),
    ),
    (SIZE.number("Size", "Bytes allocated here while the recording ran, freed ones too."), |totals| {
        Value::Bytes(totals.size)
    }),
];

/// Functions, and below each its callers.
pub struct AllocationView {
    snapshot: Arc<Snapshot>,
    columns: [ColumnSpec; 5],
    /// The numbers of the rows found so far, by their paths of functions, for drawing.
    known: Mutex<FxHashMap<Vec<u32>, AllocationTotals>>,
}

impl AllocationView {
    /// The rows of a timeline; without stacks there are none.
    pub fn new(snapshot: Arc<Snapshot>) -> Self {
        let others = COLUMNS.map(|column| column.0);
        let columns = [ColumnSpec::name("Function"), others[0], others[1], others[2], others[3]];
        Self { snapshot, columns, known: Mutex::default() }
    }

    fn function(&self, at: u32) -> Option<&TraceFunction> {
        self.snapshot.graph().trace.as_ref()?.functions.get(usize::try_from(at).ok()?)
    }

    fn name(&self, at: u32) -> String {
        let graph = self.snapshot.graph();
        let name = self.function(at).map_or("", |function| graph.text(function.name));
        if name.is_empty() { "(anonymous)".into() } else { format::sanitize(name, 300) }
    }

    fn place(&self, at: u32) -> Option<String> {
        let function = self.function(at)?;
        let script = self.snapshot.graph().text(function.script_name);
        (!script.is_empty())
            .then(|| format!("{}:{}:{}", format::sanitize(script, 300), function.line, function.column))
    }

    fn spans(&self, at: u32) -> Vec<Span> {
        let mut spans = vec![span(self.name(at), Tone::Function)];
        if let Some(place) = self.place(at) {
            let short = place.rsplit('/').next().unwrap_or(&place);
            spans.push(span(format!("  {short}"), Tone::Quiet));
        }
        spans
    }
}

/// The functions of a path of rows, the one that allocated first.
pub fn functions_of(path: &[Item]) -> Vec<u32> {
    let function = |item: &Item| match *item {
        Item::Group(function) => Some(function),
        _ => None,
    };
    path.iter().filter_map(function).collect()
}

/// The row of the last function of `path`, a function and its callers.
fn row_at(allocations: &Allocations<'_>, path: &[u32]) -> Option<AllocationRow> {
    let (first, callers) = path.split_first()?;
    let find = |rows: Vec<AllocationRow>, function| rows.into_iter().find(|row| row.function == function);
    let first = find(allocations.functions(), *first)?;
    callers.iter().try_fold(first, |row, &caller| find(allocations.callers(&row), caller))
}

/// The living objects that the last function of `path` allocated, directly or through its callees.
/// `O(nodes)`.
pub(crate) fn allocated_by(snapshot: &Snapshot, path: &[u32]) -> BitSet {
    let found = snapshot.allocations().and_then(|allocations| {
        let row = row_at(&allocations, path)?;
        Some(allocations.live_objects(snapshot.graph(), &row))
    });
    found.unwrap_or_else(|| BitSet::new(snapshot.graph().node_count()))
}

/// The name of a function, for a filter.
pub(crate) fn function_name(snapshot: &Snapshot, function: u32) -> Option<&str> {
    let trace = snapshot.graph().trace.as_ref()?;
    Some(snapshot.graph().text(trace.functions.get(usize::try_from(function).ok()?)?.name))
}

impl TreeSource for AllocationView {
    fn columns(&self) -> &[ColumnSpec] {
        &self.columns
    }

    fn default_sort(&self) -> Sort {
        Sort { column: SIZE, direction: Direction::Descending }
    }

    fn child_count(&self, item: Option<Item>) -> usize {
        match (item, &self.snapshot.graph().trace) {
            (None, Some(trace)) => trace.functions.len(),
            (None, None) => 0,
            // Whether a function has callers is found when its row is expanded.
            (Some(_), _) => 1,
        }
    }

    fn cost(&self, item: Option<Item>) -> usize {
        // All objects are scanned for living ones.
        self.child_count(item) + self.snapshot.graph().node_count() / 32
    }

    fn children(&self, path: &[Item], Sort { column, direction }: Sort) -> Vec<Item> {
        let Some(allocations) = self.snapshot.allocations() else { return Vec::new() };
        let path = functions_of(path);
        let rows = if path.is_empty() {
            allocations.functions()
        } else {
            row_at(&allocations, &path).map_or_else(Vec::new, |row| allocations.callers(&row))
        };
        let rows: Vec<(u32, AllocationTotals)> = rows.iter().map(|row| (row.function, row.totals)).collect();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        for &(function, totals) in &rows {
            known.insert(path.iter().copied().chain([function]).collect(), totals);
        }
        drop(known);
        let rows = match COLUMNS.iter().find(|(spec, _)| spec.id == column) {
            Some((_, value)) => {
                sorted(&rows, direction, |(function, totals)| (value(totals).number(), function))
            }
            None => {
                sorted(&rows, direction, |(function, totals)| (self.name(function), Reverse(totals.size)))
            }
        };
        rows.into_iter().map(|(function, _)| Item::Group(function)).collect()
    }

    fn row(&self, path: &[Item], disclosure: Disclosure) -> Row {
        let item = *path.last().expect("a row has an item");
        let functions = functions_of(path);
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let totals = known.get(&functions).copied().unwrap_or_default();
        let function = functions.last().copied().unwrap_or_default();
        let whole = self.snapshot.total_size();
        Row {
            item,
            depth: path.len() - 1,
            disclosure,
            name: self.spans(function),
            hover: self.place(function),
            cells: COLUMNS.map(|(_, value)| value(totals).cell(whole)).into(),
            object: None,
            is_dimmed: false,
            kind: None,
            place: None,
        }
    }
}
