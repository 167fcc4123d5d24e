//! The expanded rows of a table, stored as runs: each has the sorted list of its children, and only children
//! that are expanded themselves have an entry of their own.
//!
//! A branch is numbered when it is expanded and the number is never reused, so parents precede their children
//! and every walk is a loop, never a recursion.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::model::table::Item;

/// The number of an expanded row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct BranchId(u32);

impl BranchId {
    /// The parent of the outermost rows.
    pub(crate) const ROOT: Self = Self(0);
}

/// An expanded row, or one that will be expanded when it becomes visible again.
#[derive(Clone, Default)]
pub(crate) struct ExpandedRow {
    /// Its parent branch; `None` for the outermost.
    pub parent: Option<BranchId>,
    /// The row's item; `None` for the outermost.
    pub item: Option<Item>,
    /// All branches that were expanded below it.
    pub expanded_children: Vec<BranchId>,
    /// Collapsed again: kept for the expanded rows below it.
    pub is_closed: bool,
    /// Its position among its parent's children; `None` if a filter hides it.
    pub at: Option<usize>,
    /// The sorted children; `None` while they are being sorted.
    pub list: Option<Arc<[Item]>>,
    /// The expanded rows among the children, ascending by position.
    open: Vec<Open>,
    /// Rows below it: children, and the visible rows below these.
    pub rows: usize,
}

/// An expanded child.
#[derive(Clone)]
struct Open {
    id: BranchId,
    /// Its position among the children.
    at: usize,
    /// Rows below the expanded children before it.
    before: usize,
    /// Rows below it.
    rows: usize,
}

/// All expanded rows of a table.
#[derive(Clone)]
pub(crate) struct Branches {
    by_id: BTreeMap<BranchId, ExpandedRow>,
    by_item: FxHashMap<(BranchId, Item), BranchId>,
    next: u32,
}

impl Branches {
    /// Only the outermost branch, with unknown children.
    pub(crate) fn new() -> Self {
        Self {
            by_id: BTreeMap::from([(BranchId::ROOT, ExpandedRow::default())]),
            by_item: FxHashMap::default(),
            next: 1,
        }
    }

    /// An existing branch.
    pub(crate) fn get(&self, id: BranchId) -> &ExpandedRow {
        &self.by_id[&id]
    }

    /// A branch, unless it has been dropped.
    pub(crate) fn find_mut(&mut self, id: BranchId) -> Option<&mut ExpandedRow> {
        self.by_id.get_mut(&id)
    }

    /// All branches, mutable.
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut ExpandedRow> {
        self.by_id.values_mut()
    }

    /// The branch for `item` below `parent`, if it was ever expanded.
    pub(crate) fn child(&self, parent: BranchId, item: Item) -> Option<BranchId> {
        self.by_item.get(&(parent, item)).copied()
    }

    /// Expands `item` at position `at` among the children of `parent`, for the first time or again.
    pub(crate) fn open(&mut self, parent: BranchId, item: Item, at: Option<usize>) -> BranchId {
        let id = self.child(parent, item).unwrap_or_else(|| self.add(parent, item));
        if let Some(branch) = self.by_id.get_mut(&id) {
            (branch.at, branch.is_closed) = (at, false);
        }
        id
    }

    fn add(&mut self, parent: BranchId, item: Item) -> BranchId {
        let id = BranchId(self.next);
        self.next += 1;
        self.by_item.insert((parent, item), id);
        self.by_id
            .insert(id, ExpandedRow { parent: Some(parent), item: Some(item), ..ExpandedRow::default() });
        if let Some(parent) = self.by_id.get_mut(&parent) {
            parent.expanded_children.push(id);
        }
        id
    }

    /// `id` and all expanded branches below it, parents first; without those below a collapsed row.
    pub(crate) fn open_from(&self, id: BranchId) -> Vec<BranchId> {
        let mut all = vec![id];
        let mut next = 0;
        while let Some(&id) = all.get(next) {
            next += 1;
            all.extend(self.get(id).expanded_children.iter().filter(|&&child| !self.get(child).is_closed));
        }
        all
    }

    /// The items from the outermost row to `id`.
    pub(crate) fn path(&self, id: BranchId) -> Vec<Item> {
        let mut path = Vec::new();
        let mut branch = self.get(id);
        while let (Some(item), Some(parent)) = (branch.item, branch.parent) {
            path.push(item);
            branch = self.get(parent);
        }
        path.reverse();
        path
    }

    /// Recounts rows after a change of expansion or order. `O(n log n)` in expanded rows.
    pub(crate) fn recount(&mut self) {
        let mut open: BTreeMap<BranchId, Vec<Open>> = BTreeMap::new();
        for (&id, branch) in self.by_id.iter_mut().rev() {
            branch.open = open.remove(&id).unwrap_or_default();
            branch.open.sort_unstable_by_key(|open| open.at);
            let mut before = 0;
            for child in &mut branch.open {
                child.before = before;
                before += child.rows;
            }
            branch.rows = branch.list.as_ref().map_or(0, |list| list.len() + before);
            if let (Some(parent), Some(at), false) = (branch.parent, branch.at, branch.is_closed) {
                open.entry(parent).or_default().push(Open { id, at, before: 0, rows: branch.rows });
            }
        }
    }

    /// The branch that contains row `row`, and the position there. `O(depth · log open)`.
    pub(crate) fn find_row(&self, mut row: usize) -> (BranchId, usize) {
        let mut id = BranchId::ROOT;
        loop {
            let open = &self.get(id).open;
            let Some(nearest) = open.partition_point(|child| child.at + child.before < row).checked_sub(1)
            else {
                return (id, row);
            };
            let child = &open[nearest];
            let below = row - (child.at + child.before) - 1;
            if below >= child.rows {
                return (id, row - child.before - child.rows);
            }
            (id, row) = (child.id, below);
        }
    }

    /// The row number of position `at` in branch `id`; `None` if a row above it is collapsed or hidden.
    pub(crate) fn row_at(&self, mut id: BranchId, at: usize) -> Option<usize> {
        let mut row = self.row_within(id, at);
        loop {
            let branch = self.get(id);
            let Some(parent) = branch.parent else { return Some(row) };
            if branch.is_closed {
                return None;
            }
            row += self.row_within(parent, branch.at?) + 1;
            id = parent;
        }
    }

    /// The row number of position `at` in branch `id`, counted from the branch's first row.
    fn row_within(&self, id: BranchId, at: usize) -> usize {
        let open = &self.get(id).open;
        let before = open.partition_point(|child| child.at < at).checked_sub(1).map(|last| &open[last]);
        at + before.map_or(0, |child| child.before + child.rows)
    }

    /// The expanded child at position `at` of branch `id`.
    pub(crate) fn open_at(&self, id: BranchId, at: usize) -> Option<BranchId> {
        let open = &self.get(id).open;
        open.binary_search_by_key(&at, |child| child.at).ok().map(|found| open[found].id)
    }
}
