//! Comparison: what came, went, grew and shrank between two snapshots, by constructor.
//!
//! An array that was there before and has grown stands among the new objects, by the bytes it has gained:
//! that is where most leaks are, and Chrome does not show it.

use std::cmp::Reverse;
use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap, FxHasher};

use super::cells::{Objects, column};
use super::change::{Change, ChangeKind, bytes_cell, count_cell, delta_cell, parts_cell};
use super::class_filter::ClassFilter;
use super::format;
use super::glossary;
use super::narrowing::{ClassNarrowing, Internals, Narrowing};
use super::object_text::class_spans;
use super::order::{JsText, Level, sorted};
use super::table::{
    Cell, ColumnId, ColumnSpec, Direction, Disclosure, Item, Row, Shown, Side, Sort, TreeSource,
};
use crate::base::{ClassIndex, NodeIndex};
use crate::snapshot::comparison::{Comparison, ComparisonRow};

/// The rows of a comparison.
pub struct ComparisonView {
    comparison: Arc<Comparison>,
    baseline: Objects,
    current: Objects,
    filter: ClassFilter,
    narrowing: ClassNarrowing,
    hidden: OnceLock<Shown>,
    /// The row behind the number that stands for its key.
    row_of: FxHashMap<ClassIndex, usize>,
    items: Vec<ClassIndex>,
    columns: [ColumnSpec; 10],
}

impl ComparisonView {
    /// The constructors that changed and that `filter` lets pass.
    pub fn new(comparison: Arc<Comparison>, filter: ClassFilter) -> Self {
        let mode = comparison.mode;
        let baseline = Objects::new(comparison.baseline.clone(), mode, Side::Baseline);
        let current = Objects::new(comparison.current.clone(), mode, Side::Current);
        let mut row_of = FxHashMap::default();
        let mut items = Vec::with_capacity(comparison.rows.len());
        for (at, row) in comparison.rows.iter().enumerate() {
            let mut number = key_number(&row.key);
            while row_of.contains_key(&number) {
                number.0 = number.0.wrapping_add(1);
            }
            row_of.insert(number, at);
            items.push(number);
        }
        Self {
            comparison,
            baseline,
            current,
            filter,
            narrowing: ClassNarrowing::default(),
            hidden: OnceLock::new(),
            row_of,
            items,
            columns: columns(),
        }
    }

    /// The same with the constructors alone that `narrowing` shows; of its conditions those on constructors
    /// count.
    #[must_use]
    pub fn narrowed(self, narrowing: &Narrowing) -> Self {
        Self { narrowing: narrowing.into(), ..self }
    }

    /// Whether a constructor of this name passes all filters.
    fn passes(&self, name: &str) -> bool {
        self.filter.keeps(name) && self.narrowing.keeps(name)
    }

    /// What is compared.
    pub fn comparison(&self) -> &Arc<Comparison> {
        &self.comparison
    }

    /// The rows on show, in order.
    pub fn rows(&self, sort: Sort) -> Vec<&ComparisonRow> {
        self.sorted_rows(sort).into_iter().map(|at| &self.comparison.rows[at]).collect()
    }

    fn sorted_rows(&self, Sort { column, direction }: Sort) -> Vec<usize> {
        let rows = &self.comparison.rows;
        let shown: Vec<usize> = (0..rows.len())
            .filter(|&at| self.passes(&rows[at].name) && !self.narrowing.hides(&rows[at].name))
            .collect();
        let name = |at: usize| JsText(rows[at].name.as_str());
        if column == ColumnId::Name {
            return sorted(&shown, direction, |at| (name(at), ()));
        }
        sorted(&shown, direction, |at| {
            let row = &rows[at];
            let key = match column {
                ColumnId::NewCount => row.new.len() as i128,
                ColumnId::DeletedCount => row.deleted.len() as i128,
                ColumnId::DeltaCount => row.delta_count().into(),
                ColumnId::FreedSize => row.freed_size().into(),
                ColumnId::SizeDelta => row.size_delta().into(),
                ColumnId::GrownCount => row.grown.len() as i128,
                ColumnId::GrownSize => row.grown_size.into(),
                ColumnId::RetainedDelta => row.retained_delta().into(),
                _ => row.alloc_size().into(),
            };
            (key, name(at))
        })
    }

    fn side(&self, side: Side) -> &Objects {
        match side {
            Side::Baseline => &self.baseline,
            Side::Current => &self.current,
        }
    }

    fn comparison_row(&self, class: ClassIndex) -> &ComparisonRow {
        &self.comparison.rows[self.row_of[&class]]
    }

    fn change(&self, kind: ChangeKind, before: Option<NodeIndex>, after: Option<NodeIndex>) -> Change {
        let mode = self.comparison.mode;
        let of = |objects: &Objects, node: Option<NodeIndex>| {
            node.map_or((0, 0), |node| {
                (objects.snapshot.shallow(mode, node), objects.snapshot.retained(mode, node).unwrap_or(0))
            })
        };
        let (before_size, before_retained) = of(&self.baseline, before);
        let (after_size, after_retained) = of(&self.current, after);
        Change {
            kind,
            node: after.or(before).expect("an object of a comparison is on one side at least"),
            before: before_size,
            after: after_size,
            retained_delta: after_retained.cast_signed().wrapping_sub(before_retained.cast_signed()),
        }
    }

    /// All objects of a row that changed.
    fn changes(&self, row: &ComparisonRow) -> Vec<Change> {
        let new = row.new.iter().map(|&node| self.change(ChangeKind::New, None, Some(node)));
        let grown =
            row.grown.iter().map(|&(old, node)| self.change(ChangeKind::Grown, Some(old), Some(node)));
        let shrunk =
            row.shrunk.iter().map(|&(old, node)| self.change(ChangeKind::Shrunk, Some(old), Some(node)));
        let deleted = row.deleted.iter().map(|&node| self.change(ChangeKind::Deleted, Some(node), None));
        new.chain(grown).chain(shrunk).chain(deleted).collect()
    }

    /// What became of one object of a row. The row's lists ascend by id.
    fn change_of(&self, row: &ComparisonRow, side: Side, node: NodeIndex) -> Change {
        if side == Side::Baseline {
            return self.change(ChangeKind::Deleted, Some(node), None);
        }
        let graph = self.current.snapshot.graph();
        let id = graph.nodes.id(node);
        let find = |list: &[(NodeIndex, NodeIndex)]| {
            let at = list.partition_point(|&(_, after)| graph.nodes.id(after) < id);
            list.get(at).filter(|&&(_, after)| after == node).map(|&(before, _)| before)
        };
        if let Some(before) = find(&row.grown) {
            self.change(ChangeKind::Grown, Some(before), Some(node))
        } else if let Some(before) = find(&row.shrunk) {
            self.change(ChangeKind::Shrunk, Some(before), Some(node))
        } else {
            self.change(ChangeKind::New, None, Some(node))
        }
    }

    fn sorted_changes(&self, row: &ComparisonRow, Sort { column, direction }: Sort) -> Vec<Item> {
        let changes = self.changes(row);
        let id = |change: Change| self.side(change.kind.side()).snapshot.graph().nodes.id(change.node);
        let tie = |change: Change| (Reverse(change.alloc_size()), Reverse(change.freed_size()), id(change));
        let is = |change: Change, kind| i128::from(change.kind == kind);
        let sorted = match column {
            ColumnId::Name => sorted(&changes, direction, |change| {
                (JsText(self.side(change.kind.side()).snapshot.display_name(change.node)), id(change))
            }),
            _ => sorted(&changes, direction, |change| {
                let key: i128 = match column {
                    ColumnId::NewCount => is(change, ChangeKind::New),
                    ColumnId::DeletedCount => is(change, ChangeKind::Deleted),
                    ColumnId::DeltaCount => is(change, ChangeKind::New) - is(change, ChangeKind::Deleted),
                    ColumnId::FreedSize => change.freed_size().into(),
                    ColumnId::SizeDelta => change.size_delta().into(),
                    ColumnId::GrownCount => is(change, ChangeKind::Grown),
                    ColumnId::GrownSize => change.grown_size().into(),
                    ColumnId::RetainedDelta => change.retained_delta.into(),
                    _ => change.alloc_size().into(),
                };
                (key, tie(change))
            }),
        };
        sorted.into_iter().map(|change| Item::Node(change.kind.side(), change.node)).collect()
    }

    fn class_row(&self, item: Item, class: ClassIndex, disclosure: Disclosure) -> Row {
        let row = self.comparison_row(class);
        Row {
            item,
            depth: 0,
            disclosure,
            name: class_spans(&row.name, row.current_count.max(row.baseline_count)),
            hover: glossary::explain(&row.name).map(str::to_owned),
            cells: vec![
                count_cell(row.new.len()),
                count_cell(row.deleted.len()),
                Cell {
                    text: format::signed_count(row.delta_count()),
                    number: Some(row.delta_count()),
                    ..Cell::default()
                },
                parts_cell(
                    row.new_size,
                    row.grown_size,
                    "in new objects, which is what Chrome shows",
                    "by growth",
                ),
                parts_cell(
                    row.deleted_size,
                    row.shrunk_size,
                    "in deleted objects, which is what Chrome shows",
                    "by shrinkage",
                ),
                delta_cell(row.size_delta()),
                count_cell(row.grown.len()),
                bytes_cell(row.grown_size),
                delta_cell(row.retained_delta()),
            ],
            object: None,
            is_dimmed: false,
        }
    }
}

fn columns() -> [ColumnSpec; 10] {
    [
        column(ColumnId::Name, "Constructor"),
        column(ColumnId::NewCount, "# New"),
        column(ColumnId::DeletedCount, "# Deleted"),
        column(ColumnId::DeltaCount, "# Delta"),
        column(ColumnId::AllocSize, "Alloc. size"),
        column(ColumnId::FreedSize, "Freed size"),
        column(ColumnId::SizeDelta, "Size delta"),
        column(ColumnId::GrownCount, "# Grown"),
        column(ColumnId::GrownSize, "Grown size"),
        column(ColumnId::RetainedDelta, "Retained delta"),
    ]
}

/// The same for the same key, whatever else is compared.
fn key_number(key: &str) -> ClassIndex {
    use std::hash::Hasher;
    let mut hasher = FxHasher::default();
    hasher.write(key.as_bytes());
    let hash = hasher.finish().to_le_bytes();
    ClassIndex(u32::from_le_bytes([hash[4], hash[5], hash[6], hash[7]]))
}

impl TreeSource for ComparisonView {
    fn columns(&self) -> &[ColumnSpec] {
        &self.columns
    }

    /// What was allocated of it.
    fn hidden(&self) -> Option<Shown> {
        let hidden = |row: &&ComparisonRow| self.passes(&row.name) && self.narrowing.hides(&row.name);
        let add = |sum: Shown, row: &ComparisonRow| Shown {
            count: sum.count + (row.new.len() + row.grown.len()) as u64,
            bytes: sum.bytes + row.alloc_size(),
        };
        let sum = || self.comparison.rows.iter().filter(hidden).fold(Shown::default(), add);
        (self.narrowing.internals() == Internals::Hidden).then(|| *self.hidden.get_or_init(sum))
    }

    fn is_group(&self, path: &[Item]) -> bool {
        matches!(path, [Item::Class(_)])
    }

    /// Those that are new or have grown.
    fn objects(&self, path: &[Item]) -> Vec<NodeIndex> {
        let [Item::Class(class)] = path else { return Vec::new() };
        let Some(row) = self.row_of.get(class).map(|&at| &self.comparison.rows[at]) else {
            return Vec::new();
        };
        let mut nodes: Vec<NodeIndex> = row.new.clone();
        nodes.extend(row.grown.iter().map(|&(_, node)| node));
        nodes.sort_unstable();
        nodes
    }

    fn default_sort(&self) -> Sort {
        Sort { column: ColumnId::AllocSize, direction: Direction::Descending }
    }

    fn child_count(&self, item: Option<Item>) -> usize {
        match item {
            None => self.items.len(),
            Some(Item::Class(class)) => {
                let row = self.comparison_row(class);
                row.new.len() + row.deleted.len() + row.grown.len() + row.shrunk.len()
            }
            Some(Item::Group(_)) => 0,
            Some(item @ (Item::Node(side, _) | Item::Edge(side, _) | Item::Retainer(side, _))) => {
                let objects = self.side(side);
                objects.object(item).map_or(0, |node| objects.field_count(node))
            }
        }
    }

    fn children(&self, path: &[Item], sort: Sort) -> Vec<Item> {
        match path.last() {
            None => self.sorted_rows(sort).into_iter().map(|at| Item::Class(self.items[at])).collect(),
            Some(&Item::Class(class)) => self.sorted_changes(self.comparison_row(class), sort),
            Some(Item::Group(_)) => Vec::new(),
            Some(&item @ (Item::Node(side, _) | Item::Edge(side, _) | Item::Retainer(side, _))) => {
                let objects = self.side(side);
                objects.object(item).map_or_else(Vec::new, |node| objects.fields(node, Level::Deeper, sort))
            }
        }
    }

    fn row(&self, path: &[Item], disclosure: Disclosure) -> Row {
        let item = *path.last().expect("a row has an item");
        match (item, path.first()) {
            (Item::Class(class), _) => self.class_row(item, class, disclosure),
            (Item::Node(side, node), Some(&Item::Class(class))) => {
                let change = self.change_of(self.comparison_row(class), side, node);
                let cells = change.cells();
                let mut row = self.side(side).row(path, disclosure, (node, cells), []);
                row.name.push(change.span());
                row
            }
            (Item::Edge(side, _), _) => {
                let objects = self.side(side);
                let node = objects.object(item).expect("an edge leads to an object");
                let above = path.get(2..path.len() - 1).unwrap_or_default();
                let ancestors = above.iter().filter_map(|&item| objects.object(item));
                objects.row(path, disclosure, (node, vec![Cell::default(); 9]), ancestors)
            }
            (item, _) => unreachable!("{item:?} is not in a comparison"),
        }
    }
}
