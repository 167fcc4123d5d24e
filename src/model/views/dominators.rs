//! Dominators: what would be freed with each object, as a tree from the root, largest first.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::base::{Cancelled, ClassIndex, NodeIndex, Progress};
use crate::model::format;
use crate::model::format::object_text::class_spans;
use crate::model::glossary;
use crate::model::table::cells::{Objects, distance_cell, size_cell};
use crate::model::table::column::snapshot_columns;
use crate::model::table::order::{JsText, sorted};
use crate::model::table::{
    Cell, ColumnId, ColumnSpec, Direction, Disclosure, Item, Row, Side, Sort, TreeSource,
};
use crate::snapshot::{Distance, SizeMode, Snapshot};

/// Whether several objects of one constructor below the same object share a row.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Grouping {
    /// Every object has a row of its own.
    None,
    /// They share one.
    #[default]
    ByClass,
}

/// The dominator tree.
pub struct DominatorsView {
    objects: Objects,
    grouping: Grouping,
    columns: Vec<ColumnSpec>,
    /// The sums of the groups found so far, by their parent object, for drawing.
    groups: Mutex<FxHashMap<(NodeIndex, ClassIndex), Sums>>,
}

/// The numbers of a row.
#[derive(Clone, Copy)]
struct Sums {
    first: NodeIndex,
    count: u64,
    shallow: u64,
    retained: u64,
    distance: Distance,
}

/// Fraction of what the parent row retains.
const OF_PARENT: ColumnSpec = ColumnId("of_parent")
    .number(
        "Of parent",
        "Part of what the row above retains. A path of large parts leads to the object that keeps the memory.",
    )
    .not_data();

impl DominatorsView {
    /// Starts at the root of `snapshot`, whose dominators must be known. Finds the children of all nodes on
    /// first use: `O(nodes)`.
    pub fn new(snapshot: Arc<Snapshot>, mode: SizeMode, grouping: Grouping) -> Self {
        snapshot.dominated_count(snapshot.graph().root);
        let mut columns = snapshot_columns("Object").to_vec();
        columns.push(OF_PARENT);
        let objects = Objects::new(snapshot, mode, Side::Current);
        Self { objects, grouping, columns, groups: Mutex::default() }
    }

    /// The path from the root to `node`, through the groups.
    pub fn path_to(&self, node: NodeIndex, progress: &Progress) -> Result<Vec<Item>, Cancelled> {
        let snapshot = &self.objects.snapshot;
        let above = |&node: &NodeIndex| snapshot.dominator(node).filter(|&dominator| dominator != node);
        let mut chain: Vec<NodeIndex> = std::iter::successors(Some(node), above).collect();
        chain.pop();
        let mut path = Vec::new();
        for node in chain.into_iter().rev() {
            progress.check()?;
            let class = snapshot.class_of(node);
            if self.grouping == Grouping::ByClass && self.is_grouped(node, class) {
                path.push(Item::Class(class));
            }
            path.push(Item::Node(Side::Current, node));
        }
        Ok(path)
    }

    fn is_grouped(&self, node: NodeIndex, class: ClassIndex) -> bool {
        let snapshot = &self.objects.snapshot;
        let siblings = snapshot.dominator(node).map(|parent| snapshot.dominated(parent)).unwrap_or_default();
        siblings.into_iter().filter(|&sibling| snapshot.class_of(sibling) == class).nth(1).is_some()
    }

    /// The object whose children are the rows below `path`.
    fn parent(&self, path: &[Item]) -> NodeIndex {
        let object = path.iter().rev().find_map(|&item| self.objects.object(item));
        object.unwrap_or(self.objects.snapshot.graph().root)
    }

    fn sums(&self, node: NodeIndex) -> Sums {
        let Objects { snapshot, mode, .. } = &self.objects;
        Sums {
            first: node,
            count: 1,
            shallow: snapshot.shallow(*mode, node),
            retained: snapshot.retained(*mode, node).unwrap_or(0),
            distance: snapshot.distance(node),
        }
    }

    /// The rows below `parent`: objects, and groups of two and more.
    fn below(&self, parent: NodeIndex) -> Vec<(Item, Sums)> {
        let snapshot = &self.objects.snapshot;
        let nodes = snapshot.dominated(parent);
        if self.grouping == Grouping::None {
            return nodes.into_iter().map(|node| (node_item(node), self.sums(node))).collect();
        }
        let mut by_class: FxHashMap<ClassIndex, Sums> = FxHashMap::default();
        for node in nodes {
            let own = self.sums(node);
            by_class
                .entry(snapshot.class_of(node))
                .and_modify(|sums| {
                    sums.count += 1;
                    sums.shallow += own.shallow;
                    sums.retained += own.retained;
                    sums.distance = sums.distance.min(own.distance);
                })
                .or_insert(own);
        }
        let mut rows: Vec<_> = by_class.into_iter().collect();
        rows.sort_unstable_by_key(|(_, sums)| sums.first);
        let mut known = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        let row = |(class, sums): (ClassIndex, Sums)| {
            if sums.count == 1 {
                return (node_item(sums.first), sums);
            }
            known.insert((parent, class), sums);
            (Item::Class(class), sums)
        };
        rows.into_iter().map(row).collect()
    }

    /// The objects of one class among the children of `parent`.
    fn group(&self, parent: NodeIndex, class: ClassIndex) -> impl Iterator<Item = NodeIndex> + '_ {
        let snapshot = &self.objects.snapshot;
        snapshot.dominated(parent).into_iter().filter(move |&node| snapshot.class_of(node) == class)
    }

    fn name(&self, item: Item) -> String {
        let snapshot = &self.objects.snapshot;
        match item {
            Item::Class(class) => snapshot.classes().name(class).to_owned(),
            item => {
                self.objects.object(item).map_or_else(String::new, |node| snapshot.display_name(node).into())
            }
        }
    }

    fn of_parent(&self, retained: u64, parent: NodeIndex) -> Cell {
        let whole = self.objects.snapshot.retained(self.objects.mode, parent).unwrap_or(0);
        Cell { text: format::percent(format::share(retained, whole)), ..Cell::default() }
    }
}

fn node_item(node: NodeIndex) -> Item {
    Item::Node(Side::Current, node)
}

impl TreeSource for DominatorsView {
    fn columns(&self) -> &[ColumnSpec] {
        &self.columns
    }

    fn is_group(&self, path: &[Item]) -> bool {
        matches!(path.last(), Some(Item::Class(_)))
    }

    fn objects(&self, path: &[Item]) -> Vec<NodeIndex> {
        let Some(&Item::Class(class)) = path.last() else { return Vec::new() };
        self.group(self.parent(path), class).collect()
    }

    fn default_sort(&self) -> Sort {
        Sort { column: ColumnId::RETAINED, direction: Direction::Descending }
    }

    fn child_count(&self, item: Option<Item>) -> usize {
        let snapshot = &self.objects.snapshot;
        match item {
            Some(Item::Class(class)) => {
                let count = snapshot.class_totals(self.objects.mode)[class].count;
                usize::try_from(count).unwrap_or(usize::MAX).max(2)
            }
            Some(item) => self.objects.object(item).map_or(0, |node| snapshot.dominated_count(node)),
            None => snapshot.dominated_count(snapshot.graph().root),
        }
    }

    fn children(&self, path: &[Item], Sort { column, direction }: Sort) -> Vec<Item> {
        let parent = self.parent(path);
        let rows = match path.last() {
            Some(&Item::Class(class)) => {
                self.group(parent, class).map(|node| (node_item(node), self.sums(node))).collect()
            }
            _ => self.below(parent),
        };
        let rows = match column {
            ColumnId::NAME => sorted(&rows, direction, |(item, sums)| {
                (JsText(self.name(item)), std::cmp::Reverse(sums.retained))
            }),
            ColumnId::DISTANCE => {
                sorted(&rows, direction, |(_, sums)| (sums.distance, std::cmp::Reverse(sums.retained)))
            }
            ColumnId::SHALLOW => sorted(&rows, direction, |(_, sums)| (sums.shallow, sums.first)),
            _ => sorted(&rows, direction, |(_, sums)| (sums.retained, sums.first)),
        };
        rows.into_iter().map(|(item, _)| item).collect()
    }

    fn row(&self, path: &[Item], disclosure: Disclosure) -> Row {
        let (&item, above) = path.split_last().expect("a row has an item");
        let parent = self.parent(above);
        let Item::Class(class) = item else {
            let node = self.parent(path);
            let mut cells = self.objects.cells(node);
            cells.push(self.of_parent(self.sums(node).retained, parent));
            return self.objects.row(path, disclosure, (node, cells), None);
        };
        let known = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        let sums = known.get(&(parent, class)).copied().unwrap_or_else(|| self.sums(parent));
        let name = self.objects.snapshot.classes().name(class);
        let total = self.objects.total_size;
        Row {
            item,
            depth: above.len(),
            disclosure,
            name: class_spans(name, sums.count),
            hover: glossary::explain(name).map(str::to_owned),
            cells: vec![
                distance_cell(Some(sums.distance)),
                size_cell(sums.shallow, total),
                size_cell(sums.retained, total),
                self.of_parent(sums.retained, parent),
            ],
            object: None,
            is_dimmed: false,
            kind: None,
            place: None,
        }
    }
}
