//! Summary: constructors, their objects, and the fields of these.

use std::cmp::Reverse;
use std::sync::{Arc, OnceLock};

use super::cells::{Objects, distance_cell, known_size_cell, size_cell, snapshot_columns};
use super::class_filter::ClassFilter;
use super::glossary;
use super::kept::Kept;
use super::object_text::class_spans;
use super::order::{JsText, Level, sorted};
use super::table::{ColumnId, ColumnSpec, Direction, Disclosure, Item, Row, Shown, Side, Sort, TreeSource};
use crate::base::{ClassIndex, Column};
use crate::snapshot::{ClassTotals, SizeMode, Snapshot};

/// The rows of Chrome's Summary.
pub struct Summary {
    objects: Objects,
    filter: ClassFilter,
    kept: Option<Arc<Kept>>,
    shown: OnceLock<Shown>,
    columns: [ColumnSpec; 4],
}

/// One constructor with its sums.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct SummaryRow {
    /// Which one.
    pub class: ClassIndex,
    /// Its sums.
    pub totals: ClassTotals,
}

impl Summary {
    /// The constructors that `filter` lets pass.
    pub fn new(snapshot: Arc<Snapshot>, mode: SizeMode, filter: ClassFilter) -> Self {
        Self {
            objects: Objects::new(snapshot, mode, Side::Current),
            filter,
            kept: None,
            shown: OnceLock::new(),
            columns: snapshot_columns("Constructor"),
        }
    }

    /// The same with the objects in `kept` alone.
    #[must_use]
    pub fn keeping(mut self, kept: Arc<Kept>) -> Self {
        self.kept = Some(kept);
        self
    }

    fn totals(&self) -> &Column<ClassIndex, ClassTotals> {
        let Objects { snapshot, mode, .. } = &self.objects;
        self.kept.as_ref().map_or_else(|| snapshot.class_totals(*mode), |kept| kept.totals())
    }

    fn kept_classes(&self) -> impl Iterator<Item = SummaryRow> + '_ {
        let classes = self.objects.snapshot.classes();
        let all = self.totals().iter().map(|(class, &totals)| SummaryRow { class, totals });
        all.filter(|row| row.totals.count > 0 && self.filter.keeps(classes.name(row.class)))
    }

    /// The constructors that have objects, in order.
    pub fn classes(&self, Sort { column, direction }: Sort) -> Vec<SummaryRow> {
        let classes = self.objects.snapshot.classes();
        let rows: Vec<SummaryRow> = self.kept_classes().collect();
        let name = |row: SummaryRow| JsText(classes.name(row.class));
        let first = |row: SummaryRow| row.totals.first;
        // As long as retained sizes are not known, what is large alone stands on top.
        let retained = |row: SummaryRow| row.totals.retained.unwrap_or(row.totals.shallow);
        match column {
            ColumnId::Name => {
                sorted(&rows, direction, |row| (name(row), (Reverse(retained(row)), first(row))))
            }
            ColumnId::Distance => {
                sorted(&rows, direction, |row| (row.totals.distance, (Reverse(retained(row)), first(row))))
            }
            ColumnId::Shallow => {
                sorted(&rows, direction, |row| (row.totals.shallow, (name(row), first(row))))
            }
            _ => sorted(&rows, direction, |row| (retained(row), (name(row), first(row)))),
        }
    }

    fn class_row(&self, item: Item, class: ClassIndex, disclosure: Disclosure) -> Row {
        let Objects { snapshot, total_size, .. } = &self.objects;
        let totals = self.totals()[class];
        let name = snapshot.classes().name(class);
        Row {
            item,
            depth: 0,
            disclosure,
            name: class_spans(name, totals.count),
            hover: glossary::explain(name).map(str::to_owned),
            cells: vec![
                distance_cell(totals.distance),
                size_cell(totals.shallow, *total_size),
                known_size_cell(totals.retained, *total_size),
            ],
            object: None,
            is_dimmed: false,
        }
    }
}

impl TreeSource for Summary {
    fn columns(&self) -> &[ColumnSpec] {
        &self.columns
    }

    fn shown(&self) -> Option<Shown> {
        let add = |sum: Shown, row: SummaryRow| Shown {
            count: sum.count + row.totals.count,
            bytes: sum.bytes + row.totals.shallow,
        };
        Some(*self.shown.get_or_init(|| self.kept_classes().fold(Shown::default(), add)))
    }

    fn default_sort(&self) -> Sort {
        Sort { column: ColumnId::Retained, direction: Direction::Descending }
    }

    fn child_count(&self, item: Option<Item>) -> usize {
        match item {
            None => self.objects.snapshot.classes().len(),
            Some(Item::Class(class)) => usize::try_from(self.totals()[class].count).unwrap_or(usize::MAX),
            Some(item) => self.objects.object(item).map_or(0, |node| self.objects.field_count(node)),
        }
    }

    fn cost(&self, item: Option<Item>) -> usize {
        match item {
            // The objects of a class are looked for among all nodes.
            Some(Item::Class(_)) => self.child_count(item) + self.objects.snapshot.graph().node_count() / 32,
            item => self.child_count(item),
        }
    }

    fn children(&self, path: &[Item], sort: Sort) -> Vec<Item> {
        match path.last() {
            None => self.classes(sort).into_iter().map(|row| Item::Class(row.class)).collect(),
            Some(&Item::Class(class)) => {
                let mut nodes = self.objects.snapshot.class_nodes(self.objects.mode, class);
                if let Some(kept) = &self.kept {
                    nodes.retain(|&node| kept.contains(node));
                }
                let sorted = self.objects.orders().instances(&nodes, sort);
                sorted.into_iter().map(|node| Item::Node(Side::Current, node)).collect()
            }
            Some(&item) => {
                let level = if path.len() == 2 { Level::First } else { Level::Deeper };
                self.objects.object(item).map_or_else(Vec::new, |node| self.objects.fields(node, level, sort))
            }
        }
    }

    fn row(&self, path: &[Item], disclosure: Disclosure) -> Row {
        let item = *path.last().expect("a row has an item");
        match (item, self.objects.object(item)) {
            (Item::Class(class), _) => self.class_row(item, class, disclosure),
            (_, Some(node)) => {
                // The instance itself may show again below itself, as in Chrome.
                let above = path.get(2..path.len() - 1).unwrap_or_default();
                let ancestors = above.iter().filter_map(|&item| self.objects.object(item));
                self.objects.row(path, disclosure, (node, self.objects.cells(node)), ancestors)
            }
            (item, None) => unreachable!("{item:?} is not in a summary"),
        }
    }
}
