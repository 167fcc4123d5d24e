//! Summary: constructors, their objects, and the fields of these.

use std::cmp::Reverse;
use std::sync::{Arc, OnceLock};

use crate::base::{ClassIndex, Column, NodeIndex};
use crate::model::filter::class_filter::ClassFilter;
use crate::model::filter::condition::Condition;
use crate::model::filter::preset::FilteredObjects;
use crate::model::format::object_text::class_spans;
use crate::model::glossary;
use crate::model::table::cells::{Objects, distance_cell, known_size_cell, size_cell};
use crate::model::table::column::snapshot_columns;
use crate::model::table::order::{JsText, TreeLevel, sorted};
use crate::model::table::{
    ColumnId, ColumnSpec, Direction, Disclosure, Item, Row, Side, Sort, Tally, TreeSource,
};
use crate::snapshot::groups::GroupBy;
use crate::snapshot::{ClassTotals, Classes, SizeMode, Snapshot};

/// Bits of a group's number below the number of its grouping.
const TAG_SHIFT: u32 = 29;

/// The rows of Chrome's Summary.
pub struct Summary {
    objects: Objects,
    filter: ClassFilter,
    kept: Option<Arc<FilteredObjects>>,
    group_by: GroupBy,
    shown: OnceLock<Tally>,
    columns: [ColumnSpec; 4],
}

/// The header of a column of groups.
pub(crate) fn group_head(group_by: GroupBy) -> &'static str {
    match group_by {
        GroupBy::Constructor => "Constructor",
        GroupBy::Script => "Script",
        GroupBy::Function => "Function",
        GroupBy::Package => "Package",
        GroupBy::Kind => "Kind",
        GroupBy::Shape => "Shape",
        GroupBy::NativeContext => "Native context",
    }
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
            group_by: GroupBy::Constructor,
            shown: OnceLock::new(),
            columns: snapshot_columns("Constructor"),
        }
    }

    /// The same with elements by number, unlike Chrome.
    #[must_use]
    pub fn by_number(mut self) -> Self {
        self.objects = self.objects.by_number();
        self
    }

    /// The same limited to the objects in `kept`.
    #[must_use]
    pub fn with_objects(mut self, kept: Arc<FilteredObjects>) -> Self {
        self.kept = Some(kept);
        self
    }

    /// The same with the groups of `kept`, which are not constructors, as rows.
    #[must_use]
    pub fn grouped_by(mut self, group_by: GroupBy) -> Self {
        self.columns = snapshot_columns(group_head(group_by));
        self.group_by = group_by;
        self
    }

    /// The constructors, or the groups used instead.
    pub fn groups(&self) -> &Classes {
        let kept = self.kept.as_ref().and_then(|kept| kept.groups());
        kept.unwrap_or_else(|| self.objects.snapshot.classes())
    }

    /// The row of a group. Numbers of groups other than constructors start with their grouping's number, so
    /// that expansion of one does not apply to another.
    fn item(&self, class: ClassIndex) -> Item {
        match self.tag() {
            0 => Item::Class(class),
            tag => Item::Group(tag << TAG_SHIFT | class.0),
        }
    }

    fn class(&self, item: Item) -> Option<ClassIndex> {
        match (item, self.tag()) {
            (Item::Class(class), 0) => Some(class),
            (Item::Group(group), tag) if group >> TAG_SHIFT == tag => {
                Some(ClassIndex(group & ((1 << TAG_SHIFT) - 1)))
            }
            _ => None,
        }
    }

    fn tag(&self) -> u32 {
        self.group_by as u32
    }

    /// The shown objects of a group, in file order. Scans all nodes.
    fn nodes(&self, class: ClassIndex) -> Vec<NodeIndex> {
        let Objects { snapshot, mode, .. } = &self.objects;
        let (groups, Some(kept)) = (self.groups(), &self.kept) else {
            return snapshot.group_nodes(self.groups(), *mode, class);
        };
        kept.nodes().filter(|&node| groups.of(node) == class && snapshot.shallow(*mode, node) > 0).collect()
    }

    fn totals(&self) -> &Column<ClassIndex, ClassTotals> {
        let Objects { snapshot, mode, .. } = &self.objects;
        self.kept.as_ref().map_or_else(|| snapshot.class_totals(*mode), |kept| kept.totals())
    }

    fn kept_classes(&self) -> impl Iterator<Item = SummaryRow> + '_ {
        let classes = self.groups();
        let all = self.totals().iter().map(|(class, &totals)| SummaryRow { class, totals });
        all.filter(|row| row.totals.count > 0 && self.filter.keeps(classes.name(row.class)))
    }

    /// The constructors that have objects, in order.
    pub fn classes(&self, Sort { column, direction }: Sort) -> Vec<SummaryRow> {
        let classes = self.groups();
        let rows: Vec<SummaryRow> = self.kept_classes().collect();
        let name = |row: SummaryRow| JsText(classes.name(row.class));
        let first = |row: SummaryRow| row.totals.first;
        // Until retained sizes are known, rows are sorted by shallow size.
        let retained = |row: SummaryRow| row.totals.retained.unwrap_or(row.totals.shallow);
        match column {
            ColumnId::NAME => {
                sorted(&rows, direction, |row| (name(row), (Reverse(retained(row)), first(row))))
            }
            ColumnId::DISTANCE => {
                sorted(&rows, direction, |row| (row.totals.distance, (Reverse(retained(row)), first(row))))
            }
            ColumnId::SHALLOW => {
                sorted(&rows, direction, |row| (row.totals.shallow, (name(row), first(row))))
            }
            _ => sorted(&rows, direction, |row| (retained(row), (name(row), first(row)))),
        }
    }

    fn class_row(&self, item: Item, class: ClassIndex, disclosure: Disclosure) -> Row {
        let total_size = self.objects.total_size;
        let totals = self.totals()[class];
        let name = self.groups().name(class);
        Row {
            item,
            depth: 0,
            disclosure,
            name: class_spans(name, totals.count),
            hover: glossary::explain(name).map(str::to_owned),
            cells: vec![
                distance_cell(totals.distance),
                size_cell(totals.shallow, total_size),
                known_size_cell(totals.retained, total_size),
            ],
            object: None,
            is_dimmed: false,
            kind: None,
            place: None,
        }
    }
}

impl TreeSource for Summary {
    fn columns(&self) -> &[ColumnSpec] {
        &self.columns
    }

    fn shown(&self) -> Option<Tally> {
        let add = |sum: Tally, row: SummaryRow| Tally {
            count: sum.count + row.totals.count,
            bytes: sum.bytes + row.totals.shallow,
        };
        Some(*self.shown.get_or_init(|| self.kept_classes().fold(Tally::default(), add)))
    }

    fn hidden(&self) -> Option<Tally> {
        self.kept.as_ref().and_then(|kept| kept.hidden())
    }

    fn path_of(&self, node: NodeIndex) -> Vec<Item> {
        let Objects { snapshot, mode, .. } = &self.objects;
        let is_kept = self.kept.as_ref().is_none_or(|kept| kept.contains(node));
        let class = self.groups().of(node);
        // Chrome omits objects of no size from their constructor's list.
        if !is_kept || snapshot.shallow(*mode, node) == 0 || !self.filter.keeps(self.groups().name(class)) {
            return Vec::new();
        }
        vec![self.item(class), Item::Node(Side::Current, node)]
    }

    fn is_group(&self, path: &[Item]) -> bool {
        path.last().is_some_and(|&item| self.class(item).is_some())
    }

    fn objects(&self, path: &[Item]) -> Vec<NodeIndex> {
        path.last().and_then(|&item| self.class(item)).map_or_else(Vec::new, |class| self.nodes(class))
    }

    fn condition(&self, path: &[Item]) -> Option<Condition> {
        let name = || Some(self.groups().name(self.class(*path.last()?)?).to_owned());
        match self.group_by {
            GroupBy::Constructor => name().map(Condition::ClassIs),
            GroupBy::Kind => name().map(Condition::Kind),
            _ => None,
        }
    }

    fn default_sort(&self) -> Sort {
        Sort { column: ColumnId::RETAINED, direction: Direction::Descending }
    }

    fn child_count(&self, item: Option<Item>) -> usize {
        let Some(item) = item else { return self.groups().len() };
        match self.class(item) {
            Some(class) => usize::try_from(self.totals()[class].count).unwrap_or(usize::MAX),
            None => self.objects.object(item).map_or(0, |node| self.objects.field_count(node)),
        }
    }

    fn cost(&self, item: Option<Item>) -> usize {
        // The objects of a class are found by scanning all nodes.
        let is_class = item.is_some_and(|item| self.class(item).is_some());
        let looked_at = if is_class { self.objects.snapshot.graph().node_count() / 32 } else { 0 };
        self.child_count(item) + looked_at
    }

    fn children(&self, path: &[Item], sort: Sort) -> Vec<Item> {
        let Some(&item) = path.last() else {
            return self.classes(sort).into_iter().map(|row| self.item(row.class)).collect();
        };
        if let Some(class) = self.class(item) {
            let sorted = self.objects.orders().instances(&self.nodes(class), sort);
            return sorted.into_iter().map(|node| Item::Node(Side::Current, node)).collect();
        }
        let level = if path.len() == 2 { TreeLevel::Instance } else { TreeLevel::Nested };
        self.objects.object(item).map_or_else(Vec::new, |node| self.objects.fields(node, level, sort))
    }

    fn row(&self, path: &[Item], disclosure: Disclosure) -> Row {
        let item = *path.last().expect("a row has an item");
        match (self.class(item), self.objects.object(item)) {
            (Some(class), _) => self.class_row(item, class, disclosure),
            (None, Some(node)) => {
                // The instance itself may appear again below itself, as in Chrome.
                let above = path.get(2..path.len() - 1).unwrap_or_default();
                let ancestors = above.iter().filter_map(|&item| self.objects.object(item));
                self.objects.row(path, disclosure, (node, self.objects.cells(node)), ancestors)
            }
            (None, None) => unreachable!("{item:?} is not in a summary"),
        }
    }
}
