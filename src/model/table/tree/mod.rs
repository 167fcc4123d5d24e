//! A table with expandable rows: what is expanded, in which order, and which row is number *i*.
//!
//! Rows are identified by their path of items, never by their number, so expansion and selection survive
//! sorting, filtering and a new source. Finding and sorting children is [`Work`], which any thread may run;
//! the table shows the old rows until it gets the [`Update`].

mod branches;
mod expand_all;
mod work;

use std::sync::Arc;

use crate::model::table::tree::branches::{BranchId, Branches};
pub use crate::model::table::tree::expand_all::{ExpandAll, ExpandedRows};
use crate::model::table::tree::work::SortScope;
pub use crate::model::table::tree::work::{Update, Work};
use crate::model::table::{ColumnId, Direction, Disclosure, Item, Row, Sort, TreeSource};

/// Rows of a [`TreeSource`], in an order, some of them expanded. A clone shares the lists of rows, so its
/// cost is the number of expanded rows: work on another thread takes one.
#[derive(Clone)]
pub struct TreeTable {
    /// The source of the current rows.
    shown: Arc<dyn TreeSource>,
    /// The source after the update.
    wanted: Arc<dyn TreeSource>,
    sort: Sort,
    branches: Branches,
    /// Counts the changes of order and source; work started before the last one is stale.
    generation: u64,
    is_rebuilding: bool,
    selected: Option<Vec<Item>>,
    /// The selected row's number, until rows move.
    selected_row: Option<usize>,
}

impl TreeTable {
    /// A table in the source's default order, and the work that fills it.
    pub fn new(source: Arc<dyn TreeSource>) -> (Self, Work) {
        let mut table = Self {
            shown: source.clone(),
            sort: source.default_sort(),
            wanted: source,
            branches: Branches::new(),
            generation: 0,
            is_rebuilding: false,
            selected: None,
            selected_row: None,
        };
        let work = table.rebuild().opening(BranchId::ROOT);
        (table, work)
    }

    /// A table that is filled immediately, however long that takes.
    pub fn filled(source: Arc<dyn TreeSource>) -> Self {
        let (mut table, work) = Self::new(source);
        table.apply(work.run());
        table
    }

    /// The source of the current rows.
    pub fn source(&self) -> &Arc<dyn TreeSource> {
        &self.shown
    }

    /// The order that was requested last.
    pub fn sort(&self) -> Sort {
        self.sort
    }

    /// The number of rows that can be scrolled to.
    pub fn len(&self) -> usize {
        self.branches.get(BranchId::ROOT).rows
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether all rows wait for an update: the current ones are in the old order.
    pub fn is_busy(&self) -> bool {
        self.is_rebuilding
    }

    /// Row `row`, ready to draw.
    pub fn row(&self, row: usize) -> Row {
        let (branch, at) = self.branches.find_row(row);
        let path = self.path_at(branch, at);
        let disclosure = match self.branches.open_at(branch, at) {
            Some(open) if self.branches.get(open).list.is_none() => Disclosure::Busy,
            Some(_) => Disclosure::Open,
            None if self.shown.child_count(path.last().copied()) == 0 => Disclosure::Leaf,
            None => Disclosure::Closed,
        };
        self.shown.row(&path, disclosure)
    }

    /// The items from the outermost row to row `row`.
    pub fn path(&self, row: usize) -> Vec<Item> {
        let (branch, at) = self.branches.find_row(row);
        self.path_at(branch, at)
    }

    fn path_at(&self, branch: BranchId, at: usize) -> Vec<Item> {
        let mut path = self.branches.path(branch);
        path.extend(self.branches.get(branch).list.as_ref().and_then(|list| list.get(at)));
        path
    }

    /// The parent of row `row`.
    pub fn parent(&self, row: usize) -> Option<usize> {
        let (id, _) = self.branches.find_row(row);
        let branch = self.branches.get(id);
        self.branches.row_at(branch.parent?, branch.at?)
    }

    /// The number of the row at `path`, if it is visible. Searches the siblings of the last.
    pub fn position_of(&self, path: &[Item]) -> Option<usize> {
        let (last, above) = path.split_last()?;
        let branch =
            above.iter().try_fold(BranchId::ROOT, |branch, &item| self.branches.child(branch, item))?;
        let at = self.branches.get(branch).list.as_ref()?.iter().position(|item| item == last)?;
        self.branches.row_at(branch, at)
    }

    /// The path of the selected row, even if it is not visible.
    pub fn selection(&self) -> Option<&[Item]> {
        self.selected.as_deref()
    }

    /// The number of the selected row, if it is visible.
    pub fn selected_row(&self) -> Option<usize> {
        self.selected_row
    }

    /// Selects the row at `path`, or none.
    pub fn select(&mut self, path: Option<Vec<Item>>) {
        self.selected = path;
        self.selected_row = self.selected.as_deref().and_then(|path| self.position_of(path));
    }

    /// Expands a collapsed row and collapses an expanded one.
    pub fn toggle(&mut self, row: usize) -> Option<Work> {
        match self.row(row).disclosure {
            Disclosure::Open | Disclosure::Busy => {
                self.collapse(row);
                None
            }
            Disclosure::Closed => self.expand(row),
            Disclosure::Leaf => None,
        }
    }

    /// Expands row `row`, and what was expanded below it when it was collapsed.
    pub fn expand(&mut self, row: usize) -> Option<Work> {
        if self.row(row).disclosure != Disclosure::Closed {
            return None;
        }
        let (parent, at) = self.branches.find_row(row);
        let item = *self.branches.get(parent).list.as_ref()?.get(at)?;
        let opened = self.branches.open(parent, item, Some(at));
        Some(self.fill(parent, opened, opened))
    }

    /// Collapses row `row`. The expanded rows below it are remembered.
    pub fn collapse(&mut self, row: usize) {
        let (branch, at) = self.branches.find_row(row);
        let Some(open) = self.branches.open_at(branch, at) else { return };
        for id in self.branches.open_from(open) {
            if let Some(branch) = self.branches.find_mut(id) {
                branch.list = None;
            }
        }
        if let Some(branch) = self.branches.find_mut(open) {
            branch.is_closed = true;
        }
        self.invalidate_rows();
    }

    /// Expands all parents of the row at `path`, so that it is visible.
    pub fn reveal(&mut self, path: &[Item]) -> Option<Work> {
        path.split_last().and_then(|(_, above)| self.expand_path(above))
    }

    /// Expands every row along `path`, including the last.
    pub fn expand_path(&mut self, path: &[Item]) -> Option<Work> {
        let mut parent = BranchId::ROOT;
        let mut first_opened = None;
        for &item in path {
            let child = self.branches.child(parent, item);
            let child = match child.filter(|&child| !self.branches.get(child).is_closed) {
                Some(open) => open,
                None => {
                    let siblings = self.branches.get(parent).list.as_ref();
                    let at = siblings.and_then(|list| list.iter().position(|&sibling| sibling == item));
                    let opened = self.branches.open(parent, item, at);
                    first_opened = first_opened.or(Some((parent, opened)));
                    opened
                }
            };
            parent = child;
        }
        first_opened.map(|(above, opened)| self.fill(above, opened, parent))
    }

    /// The work that finds the children of `opened`, a new branch of `parent`, and of those expanded below it
    /// up to `last`.
    fn fill(&mut self, parent: BranchId, opened: BranchId, last: BranchId) -> Work {
        if self.is_rebuilding || self.branches.get(parent).list.is_none() {
            return self.rebuild().opening(last);
        }
        self.invalidate_rows();
        self.plan(opened, SortScope::Some).opening(last)
    }

    /// A click on a column's header: reverses its order, or sorts by it in its default direction.
    pub fn click_column(&mut self, column: ColumnId) -> Option<Work> {
        let direction = if self.sort.column == column {
            match self.sort.direction {
                Direction::Ascending => Direction::Descending,
                Direction::Descending => Direction::Ascending,
            }
        } else {
            self.wanted.columns().iter().find(|spec| spec.id == column)?.first_direction
        };
        self.sort_by(Sort { column, direction })
    }

    /// Sorts all expanded rows.
    pub fn sort_by(&mut self, sort: Sort) -> Option<Work> {
        if self.sort == sort {
            return None;
        }
        self.sort = sort;
        Some(self.rebuild())
    }

    /// Takes the rows from another source. Expansion and selection stay for items that `source` has.
    pub fn set_source(&mut self, source: Arc<dyn TreeSource>) -> Work {
        self.wanted = source;
        self.rebuild()
    }

    /// Takes the result of [`Work::run`]. Returns whether it was still current.
    pub fn apply(&mut self, update: Update) -> bool {
        self.take(update).is_some()
    }

    /// Takes an update if it is still current, and returns the work it left for later.
    fn take(&mut self, update: Update) -> Option<Option<Work>> {
        if update.generation != self.generation {
            return None;
        }
        if update.scope == SortScope::All {
            self.shown = self.wanted.clone();
            self.is_rebuilding = false;
            for branch in self.branches.values_mut() {
                (branch.list, branch.at) = (None, None);
            }
        }
        for list in update.lists {
            let Some(branch) = self.branches.find_mut(list.id) else { continue };
            if branch.is_closed {
                continue;
            }
            branch.list = Some(list.items);
            branch.at = list.at.or(branch.at);
        }
        let next = update.along.and_then(|along| {
            self.open_along(along.from, along.open);
            along.next
        });
        self.invalidate_rows();
        Some(next.and_then(|path| self.expand_path(&path)))
    }

    /// Expands the first row below `from`, the first below that, and so on.
    fn open_along(&mut self, from: BranchId, rows: Vec<(Item, Arc<[Item]>)>) {
        let mut parent = from;
        for (item, list) in rows {
            let is_there = self.branches.find_mut(parent).is_some_and(|branch| branch.list.is_some());
            if !is_there {
                return;
            }
            parent = self.branches.open(parent, item, Some(0));
            if let Some(branch) = self.branches.find_mut(parent) {
                branch.list = Some(list);
            }
        }
    }

    /// Runs `work` at once if it is quick; returns it if another thread should run it.
    pub fn run_if_small(&mut self, work: Option<Work>) -> Option<Work> {
        match work {
            Some(work) if work.is_small() => self.take(work.run_small()).flatten(),
            work => work,
        }
    }

    fn rebuild(&mut self) -> Work {
        self.generation += 1;
        self.is_rebuilding = true;
        self.plan(BranchId::ROOT, SortScope::All)
    }

    fn plan(&self, from: BranchId, scope: SortScope) -> Work {
        Work::plan(&self.branches, from, (self.wanted.clone(), self.sort), (scope, self.generation))
    }

    /// Rows were added, removed or reordered.
    fn invalidate_rows(&mut self) {
        self.branches.recount();
        self.selected_row = self.selected.as_deref().and_then(|path| self.position_of(path));
    }
}

#[cfg(test)]
mod tests;
