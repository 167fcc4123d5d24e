//! Growth as a tree of owners: every byte belongs to the nearest object above it that was in the baseline,
//! and the lines below a line add up to it.

use std::sync::Arc;

use crate::growth::Growth;
use crate::model::format;
use crate::model::format::object_text::span;
use crate::model::table::order::{JsText, sorted};
use crate::model::table::{
    Cell, ColumnId, ColumnSpec, Direction, Disclosure, Item, Row, Side, Sort, Tone, Total, TreeSource,
};
use crate::model::views::growth::containers::{GROWTH, GROWTH_COLUMN};
use crate::model::views::growth::report::{BranchLine, GrowthView};

/// Maximum number of objects with a line.
const LINES: usize = 120;

/// The lines of the tree, in preorder.
pub struct OwnersTable {
    growth: Arc<Growth>,
    lines: Vec<BranchLine>,
    columns: [ColumnSpec; 2],
    total: Total,
}

impl OwnersTable {
    /// Finds the path to each owner: not on the window's thread.
    pub fn new(growth: Arc<Growth>) -> Self {
        let is_known = growth.ids.is_one_process();
        let view = GrowthView::new(Arc::clone(&growth), 0);
        let lines = if is_known { view.tree(LINES) } else { Vec::new() };
        let columns = [ColumnSpec::name("Owner"), GROWTH_COLUMN];
        let total = total(growth.delta);
        Self { growth, lines, columns, total }
    }

    fn line(&self, item: Item) -> (usize, &BranchLine) {
        let Item::Group(line) = item else { unreachable!("{item:?} is not in a tree of owners") };
        (line as usize, &self.lines[line as usize])
    }

    /// The child lines of one, or the outermost.
    fn below(&self, item: Option<Item>) -> impl Iterator<Item = u32> + '_ {
        let (first, depth) = item.map_or((0, 0), |item| {
            let (at, line) = self.line(item);
            (at + 1, line.depth + 1)
        });
        let lines = (0..).zip(&self.lines).skip(first).take_while(move |(_, line)| line.depth >= depth);
        lines.filter(move |(_, line)| line.depth == depth).map(|(at, _)| at)
    }
}

/// The footer of both tables of growth.
pub(crate) fn total(delta: i64) -> Total {
    Total {
        name: "Total, equal to the change of the heap".into(),
        hover: format!("The heap: {}", format::signed_bytes(delta)),
        cells: vec![growth_cell(delta, None)],
    }
}

/// Growth, and its share of all growth.
pub(crate) fn growth_cell(bytes: i64, share: Option<f32>) -> Cell {
    let exact = format::signed_bytes(bytes);
    let hover = if share.is_some() { format!("{exact}; the share is of all that grew") } else { exact };
    Cell { text: format::signed_size(bytes), share, hover: Some(hover), ..Cell::default() }
}

impl TreeSource for OwnersTable {
    fn columns(&self) -> &[ColumnSpec] {
        &self.columns
    }

    fn default_sort(&self) -> Sort {
        Sort { column: GROWTH, direction: Direction::Descending }
    }

    fn child_count(&self, item: Option<Item>) -> usize {
        self.below(item).count()
    }

    fn children(&self, path: &[Item], Sort { column, direction }: Sort) -> Vec<Item> {
        let lines: Vec<u32> = self.below(path.last().copied()).collect();
        let of = |line: u32| &self.lines[line as usize];
        let sorted = match column {
            ColumnId::NAME => sorted(&lines, direction, |line| (JsText(of(line).owner.as_str()), line)),
            _ => sorted(&lines, direction, |line| (of(line).total, line)),
        };
        sorted.into_iter().map(Item::Group).collect()
    }

    fn row(&self, path: &[Item], disclosure: Disclosure) -> Row {
        let item = *path.last().expect("a row has an item");
        let (_, line) = self.line(item);
        let tone = if line.object.is_some() { Tone::Property } else { Tone::Quiet };
        let mut name = vec![span(line.owner.as_str(), tone)];
        if let Some(object) = line.object {
            let id = self.growth.current.id(object);
            name.push(span(format!(" {id}"), Tone::Quiet));
        }
        Row {
            item,
            depth: path.len() - 1,
            disclosure,
            name,
            hover: None,
            cells: vec![growth_cell(line.total, Some(line.share))],
            object: line.object.map(|object| (Side::Current, object)),
            is_dimmed: false,
            kind: None,
            place: None,
        }
    }

    fn total(&self) -> Option<&Total> {
        Some(&self.total)
    }
}
