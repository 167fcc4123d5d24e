//! Immediate dominators of a group of objects, by class, each with the number of objects that would be freed
//! with it.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::base::{ClassIndex, NodeIndex};
use crate::graph::engine_objects::is_internal_class;
use crate::model::filter::object_filter::Internals;
use crate::model::format::object_text::class_spans;
use crate::model::glossary;
use crate::model::retainers::merged_paths::part_cell;
use crate::model::table::cells::{Objects, size_cell};
use crate::model::table::column::{OBJECTS, group_columns};
use crate::model::table::order::sorted;
use crate::model::table::{ColumnId, ColumnSpec, Direction, Disclosure, Item, Row, Side, Sort, TreeSource};

/// The part of the group that one dominator, or all of a class, keep alive.
#[derive(Clone, Copy, Default)]
struct GroupShare {
    count: u64,
    shallow: u64,
    retained: u64,
}

impl GroupShare {
    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.shallow += other.shallow;
        self.retained += other.retained;
    }
}

/// The immediate dominators of a group.
pub struct ImmediateDominators {
    objects: Objects,
    all: u64,
    classes: FxHashMap<ClassIndex, (GroupShare, Vec<NodeIndex>)>,
    kept_by: FxHashMap<NodeIndex, GroupShare>,
    columns: [ColumnSpec; 4],
}

impl ImmediateDominators {
    /// The dominators of `group`; V8's internal objects between an object and its dominator are skipped if
    /// they are hidden. `O(nodes)`.
    pub fn new(objects: Objects, group: &[NodeIndex], internals: Internals) -> Self {
        let snapshot = &objects.snapshot;
        let outermost = snapshot.outermost(group);
        let classes = snapshot.classes();
        let is_passed: Vec<bool> = match internals {
            Internals::Shown => vec![false; classes.len()],
            Internals::Hidden => classes.iter().map(|(_, class)| is_internal_class(&class.name)).collect(),
        };
        let root = snapshot.graph().root;
        let mut kept_by: FxHashMap<NodeIndex, GroupShare> = FxHashMap::default();
        for &node in group {
            let mut keeper = snapshot.dominator(node).unwrap_or(root);
            while keeper != root && is_passed[classes.of(keeper).position()] {
                keeper = snapshot.dominator(keeper).unwrap_or(root);
            }
            let is_outermost = outermost.contains(node.position());
            let retained = snapshot.retained(objects.mode, node).filter(|_| is_outermost).unwrap_or(0);
            let own = GroupShare { count: 1, shallow: snapshot.shallow(objects.mode, node), retained };
            kept_by.entry(keeper).or_default().add(own);
        }
        let mut by_class: FxHashMap<ClassIndex, (GroupShare, Vec<NodeIndex>)> = FxHashMap::default();
        for (&keeper, &kept) in &kept_by {
            let (sum, keepers) = by_class.entry(classes.of(keeper)).or_default();
            sum.add(kept);
            keepers.push(keeper);
        }
        by_class.values_mut().for_each(|(_, keepers)| keepers.sort_unstable());
        let columns = group_columns("Kept alive by");
        Self { all: group.len() as u64, classes: by_class, kept_by, columns, objects }
    }

    fn kept(&self, item: Item) -> GroupShare {
        match item {
            Item::Class(class) => self.classes.get(&class).map(|(kept, _)| *kept).unwrap_or_default(),
            Item::Node(_, node) => self.kept_by.get(&node).copied().unwrap_or_default(),
            _ => GroupShare::default(),
        }
    }

    fn name(&self, item: Item) -> String {
        match item {
            Item::Class(class) => self.objects.snapshot.classes().name(class).to_owned(),
            item => {
                let node = self.objects.object(item);
                node.map_or_else(String::new, |node| self.objects.snapshot.display_name(node).into())
            }
        }
    }
}

impl TreeSource for ImmediateDominators {
    fn columns(&self) -> &[ColumnSpec] {
        &self.columns
    }

    fn default_sort(&self) -> Sort {
        Sort { column: ColumnId::RETAINED, direction: Direction::Descending }
    }

    fn child_count(&self, item: Option<Item>) -> usize {
        match item {
            None => self.classes.len(),
            Some(Item::Class(class)) => self.classes.get(&class).map_or(0, |(_, keepers)| keepers.len()),
            Some(_) => 0,
        }
    }

    fn children(&self, path: &[Item], Sort { column, direction }: Sort) -> Vec<Item> {
        let items: Vec<Item> = match path.last() {
            None => {
                let mut classes: Vec<ClassIndex> = self.classes.keys().copied().collect();
                classes.sort_unstable();
                classes.into_iter().map(Item::Class).collect()
            }
            Some(Item::Class(class)) => {
                let keepers = self.classes.get(class).into_iter().flat_map(|(_, keepers)| keepers);
                keepers.map(|&node| Item::Node(Side::Current, node)).collect()
            }
            Some(_) => Vec::new(),
        };
        match column {
            ColumnId::NAME => {
                sorted(&items, direction, |item| (self.name(item), Reverse(self.kept(item).retained)))
            }
            OBJECTS => sorted(&items, direction, |item| (self.kept(item).count, item)),
            ColumnId::SHALLOW => sorted(&items, direction, |item| (self.kept(item).shallow, item)),
            _ => sorted(&items, direction, |item| (self.kept(item).retained, item)),
        }
    }

    fn row(&self, path: &[Item], disclosure: Disclosure) -> Row {
        let item = *path.last().expect("a row has an item");
        let (kept, total) = (self.kept(item), self.objects.total_size);
        let cells = vec![
            part_cell(kept.count, self.all),
            size_cell(kept.shallow, total),
            size_cell(kept.retained, total),
        ];
        if let Some(node) = self.objects.object(item) {
            return self.objects.row(path, Disclosure::Leaf, (node, cells), None);
        }
        let name = self.name(item);
        Row {
            item,
            depth: 0,
            disclosure,
            hover: glossary::explain(&name).map(str::to_owned),
            name: class_spans(&name, self.child_count(Some(item)) as u64),
            cells,
            object: None,
            is_dimmed: false,
            kind: None,
            place: None,
        }
    }
}
