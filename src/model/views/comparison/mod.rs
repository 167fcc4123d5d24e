//! Comparison: objects that are new, deleted, grown and shrunk between two snapshots, by constructor or in
//! other groups.
//!
//! Below a constructor are its objects in groups. Objects that existed before and have grown count with the
//! bytes they have gained: most leaks are there, and Chrome does not show them.

pub(crate) mod change;
pub(crate) mod columns;
pub(crate) mod containers;
mod elements;
mod order;
mod rows;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHasher};

use crate::base::{ClassIndex, NodeIndex};
use crate::compare::{Comparison, ComparisonRow, GrowthAccounting};
use crate::model::filter::class_filter::ClassFilter;
use crate::model::filter::condition::Condition;
use crate::model::table::cells::Objects;
use crate::model::table::order::TreeLevel;
use crate::model::table::{
    Cell, ColumnSpec, Direction, Disclosure, Item, Row, Side, Sort, Tally, Total, TreeSource, Value,
};
use crate::model::views::comparison::change::{Change, ChangeKind};
use crate::model::views::comparison::columns::{ALLOC_SIZE, shown_columns};
use crate::model::views::comparison::elements::ElementCounts;
use crate::snapshot::groups::GroupBy;

/// The rows of a comparison.
pub struct ComparisonView {
    comparison: Arc<Comparison>,
    counting: GrowthAccounting,
    baseline: Objects,
    current: Objects,
    elements: ElementCounts,
    filter: ClassFilter,
    /// The row for the number that represents its key.
    row_of: FxHashMap<ClassIndex, usize>,
    items: Vec<ClassIndex>,
    columns: Vec<ColumnSpec>,
    total: Total,
}

impl ComparisonView {
    /// The changed rows that `filter` lets pass. Counts large collections, so it runs in a task.
    pub fn new(comparison: Arc<Comparison>, counting: GrowthAccounting, filter: ClassFilter) -> Self {
        let mode = comparison.mode;
        let baseline = Objects::new(comparison.baseline.clone(), mode, Side::Baseline);
        let current = Objects::new(comparison.current.clone(), mode, Side::Current);
        let mut row_of = FxHashMap::default();
        let mut items = Vec::with_capacity(comparison.rows.len());
        for (at, row) in comparison.rows.iter().enumerate() {
            let mut number = key_number(comparison.group_by, &row.key);
            while row_of.contains_key(&number) {
                number.0 = number.0.wrapping_add(KINDS);
            }
            row_of.insert(number, at);
            items.push(number);
        }
        let elements = ElementCounts::new(&comparison);
        let columns = rows::columns(comparison.group_by, counting);
        let total = rows::total(&comparison, counting, &order::shown(&comparison, counting, &filter));
        Self { comparison, counting, baseline, current, elements, filter, row_of, items, columns, total }
    }

    /// The same with elements by number, unlike Chrome.
    #[must_use]
    pub fn by_number(mut self) -> Self {
        self.baseline = self.baseline.by_number();
        self.current = self.current.by_number();
        self
    }

    /// The comparison.
    pub fn comparison(&self) -> &Arc<Comparison> {
        &self.comparison
    }

    /// The shown rows, in order.
    pub fn rows(&self, sort: Sort) -> Vec<&ComparisonRow> {
        self.sorted_rows(sort).into_iter().map(|at| &self.comparison.rows[at]).collect()
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

    /// The row and the kind of change of a group.
    fn group(&self, group: u32) -> (&ComparisonRow, ChangeKind) {
        let kind = ChangeKind::ALL[(group % KINDS) as usize];
        (self.comparison_row(ClassIndex(group - group % KINDS)), kind)
    }

    /// The kinds of change that have shown objects in a row.
    fn kinds<'a>(&self, row: &'a ComparisonRow) -> impl Iterator<Item = ChangeKind> + 'a {
        let is_counted = self.counting.counts_growth();
        let is_shown =
            move |kind: &ChangeKind| row.count_of(*kind) > 0 && (is_counted || !kind.is_in_place());
        ChangeKind::ALL.into_iter().filter(is_shown)
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
            counterpart: before.filter(|_| after.is_some()),
            before: before_size,
            after: after_size,
            retained_delta: after_retained.cast_signed().wrapping_sub(before_retained.cast_signed()),
        }
    }

    /// All objects of one group of a row.
    fn changes(&self, row: &ComparisonRow, kind: ChangeKind) -> Vec<Change> {
        let both = |pairs: &[(NodeIndex, NodeIndex)]| {
            pairs.iter().map(|&(old, node)| self.change(kind, Some(old), Some(node))).collect()
        };
        match kind {
            ChangeKind::New => row.new.iter().map(|&node| self.change(kind, None, Some(node))).collect(),
            ChangeKind::Grown => both(&row.grown),
            ChangeKind::Shrunk => both(&row.shrunk),
            ChangeKind::Deleted => {
                row.deleted.iter().map(|&node| self.change(kind, Some(node), None)).collect()
            }
        }
    }

    /// The change of one object of a group. The row's lists ascend by id.
    fn change_of(&self, row: &ComparisonRow, kind: ChangeKind, node: NodeIndex) -> Change {
        let ids = &self.current.snapshot.graph().nodes;
        let find = |list: &[(NodeIndex, NodeIndex)]| {
            let at = list.partition_point(|&(_, after)| ids.id(after) < ids.id(node));
            list.get(at).map(|&(before, _)| before)
        };
        match kind {
            ChangeKind::New => self.change(kind, None, Some(node)),
            ChangeKind::Grown => self.change(kind, find(&row.grown), Some(node)),
            ChangeKind::Shrunk => self.change(kind, find(&row.shrunk), Some(node)),
            ChangeKind::Deleted => self.change(kind, Some(node), None),
        }
    }

    fn object_row(&self, path: &[Item], disclosure: Disclosure, change: Change) -> Row {
        let side = change.kind.side();
        let objects = self.side(side);
        let values = shown_columns(self.counting).map(|column| (column.object)(change));
        let cells = values.map(Value::cell_if_any).collect();
        let mut row = objects.row(path, disclosure, (change.node, cells), []);
        let now = self.elements.of(side, &objects.snapshot, change.node);
        let before = change
            .counterpart
            .and_then(|before| self.elements.of(Side::Baseline, &self.baseline.snapshot, before));
        let elements = now.map(|now| match before {
            Some(before) if before != now => (now.text_since(before), true),
            _ => (now.text(), false),
        });
        row.name.extend(change.spans(elements));
        row
    }
}

/// Reserves numbers for a group of each kind between two constructors.
const KINDS: u32 = 4;

/// Equal for equal keys in equal groups, whatever else is compared.
fn key_number(group_by: GroupBy, key: &str) -> ClassIndex {
    use std::hash::{Hash, Hasher};
    let mut hasher = FxHasher::default();
    group_by.hash(&mut hasher);
    hasher.write(key.as_bytes());
    let hash = hasher.finish().to_le_bytes();
    let number = u32::from_le_bytes([hash[4], hash[5], hash[6], hash[7]]);
    ClassIndex(number - number % KINDS)
}

impl TreeSource for ComparisonView {
    fn columns(&self) -> &[ColumnSpec] {
        &self.columns
    }

    fn default_sort(&self) -> Sort {
        Sort { column: ALLOC_SIZE, direction: Direction::Descending }
    }

    fn child_count(&self, item: Option<Item>) -> usize {
        match item {
            None => self.items.len(),
            Some(Item::Class(class)) => self.kinds(self.comparison_row(class)).count(),
            Some(Item::Group(group)) => {
                let (row, kind) = self.group(group);
                row.count_of(kind)
            }
            Some(item @ (Item::Node(side, _) | Item::Edge(side, _) | Item::Retainer(side, _))) => {
                let objects = self.side(side);
                objects.object(item).map_or(0, |node| objects.field_count(node))
            }
        }
    }

    fn children(&self, path: &[Item], sort: Sort) -> Vec<Item> {
        match path.last() {
            None => self.sorted_rows(sort).into_iter().map(|at| Item::Class(self.items[at])).collect(),
            Some(&Item::Class(class)) => {
                let kinds = self.sorted_kinds(self.comparison_row(class), sort);
                kinds.into_iter().map(|kind| Item::Group(class.0 + kind as u32)).collect()
            }
            Some(&Item::Group(group)) => {
                let (row, kind) = self.group(group);
                let changes = self.sorted_changes(row, kind, sort);
                changes.into_iter().map(|change| Item::Node(kind.side(), change.node)).collect()
            }
            Some(&item @ (Item::Node(side, _) | Item::Edge(side, _) | Item::Retainer(side, _))) => {
                let objects = self.side(side);
                objects
                    .object(item)
                    .map_or_else(Vec::new, |node| objects.fields(node, TreeLevel::Nested, sort))
            }
        }
    }

    fn row(&self, path: &[Item], disclosure: Disclosure) -> Row {
        let item = *path.last().expect("a row has an item");
        match (item, path.get(1)) {
            (Item::Class(class), _) => self.class_row(item, self.comparison_row(class), disclosure),
            (Item::Group(group), _) => {
                let (row, kind) = self.group(group);
                self.group_row(item, row, kind, disclosure)
            }
            (Item::Node(_, node), Some(&Item::Group(group))) => {
                let (row, kind) = self.group(group);
                self.object_row(path, disclosure, self.change_of(row, kind, node))
            }
            (Item::Edge(side, _), _) => {
                let objects = self.side(side);
                let node = objects.object(item).expect("an edge leads to an object");
                let above = path.get(3..path.len() - 1).unwrap_or_default();
                let ancestors = above.iter().filter_map(|&item| objects.object(item));
                let cells = vec![Cell::default(); self.columns.len() - 1];
                objects.row(path, disclosure, (node, cells), ancestors)
            }
            (item, _) => unreachable!("{item:?} is not in a comparison"),
        }
    }

    fn total(&self) -> Option<&Total> {
        Some(&self.total)
    }

    /// Its allocated objects.
    fn hidden(&self) -> Option<Tally> {
        let row = &self.comparison.internals;
        let count = (row.new.len() + row.grown.len()) as u64;
        (!self.comparison.is_whole && count > 0)
            .then(|| Tally { count, bytes: row.counted(self.counting).alloc })
    }

    /// Whether `node` is new or grown. The rows' lists ascend by id.
    fn path_of(&self, node: NodeIndex) -> Vec<Item> {
        let ids = &self.current.snapshot.graph().nodes;
        let id = ids.id(node);
        let is_new = |list: &[NodeIndex]| list.binary_search_by_key(&id, |&node| ids.id(node)).is_ok();
        let is_in = |list: &[(NodeIndex, NodeIndex)]| {
            list.binary_search_by_key(&id, |&(_, node)| ids.id(node)).is_ok()
        };
        let kind_in = |row: &ComparisonRow| {
            self.kinds(row).find(|kind| match kind {
                ChangeKind::New => is_new(&row.new),
                ChangeKind::Grown => is_in(&row.grown),
                ChangeKind::Shrunk => is_in(&row.shrunk),
                ChangeKind::Deleted => false,
            })
        };
        let shown = order::shown(&self.comparison, self.counting, &self.filter);
        let mut found = shown.into_iter().filter_map(|at| Some((at, kind_in(&self.comparison.rows[at])?)));
        let Some((at, kind)) = found.next() else { return Vec::new() };
        let class = self.items[at];
        vec![Item::Class(class), Item::Group(class.0 + kind as u32), Item::Node(Side::Current, node)]
    }

    fn condition(&self, path: &[Item]) -> Option<Condition> {
        let [Item::Class(class)] = path else { return None };
        let name = self.comparison_row(*class).name.clone();
        match self.comparison.group_by {
            GroupBy::Constructor => Some(Condition::ClassIs(name)),
            GroupBy::Kind => Some(Condition::Kind(name)),
            _ => None,
        }
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

    /// The first group is expanded with its constructor.
    fn auto_expand(&self, path: &[Item]) -> bool {
        matches!(path, [Item::Class(_), Item::Group(_)])
    }
}
