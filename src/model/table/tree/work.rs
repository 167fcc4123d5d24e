//! The slow part of a table's change: sorting the children of expanded rows, on any thread, apart from the
//! table.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::model::table::tree::branches::{BranchId, Branches};
use crate::model::table::{Item, Sort, TreeSource};

/// Sorting up to this many items takes no noticeable time: see [`Work::is_small`].
const SMALL: usize = 20_000;

/// Whether every expanded row gets new children, or only some.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SortScope {
    All,
    Some,
}

/// Maximum number of nested rows that are expanded automatically with a row.
const ALONG: usize = 20;

/// Children to find and sort. Owns all it needs.
#[must_use = "until its update is applied the table shows the old rows"]
pub struct Work {
    /// Approximate number of items to sort.
    pub cost: usize,
    pub(crate) scope: SortScope,
    pub(crate) generation: u64,
    source: Arc<dyn TreeSource>,
    sort: Sort,
    /// The path to the first of `steps`, including its own item.
    prefix: Vec<Item>,
    steps: Vec<Step>,
    /// The branch that the user has just expanded: the first row below it may be expanded with it.
    opened: Option<BranchId>,
}

/// A branch whose children are requested.
struct Step {
    id: BranchId,
    /// Position of its parent among the steps; `None` for the first.
    parent: Option<usize>,
    item: Option<Item>,
}

/// Sorted children, for the table that requested them.
pub struct Update {
    pub(crate) scope: SortScope,
    pub(crate) generation: u64,
    pub(crate) lists: Vec<SortedList>,
    pub(crate) along: Option<AutoExpansion>,
}

/// The rows expanded automatically with a row.
pub(crate) struct AutoExpansion {
    /// The row that the user expanded.
    pub from: BranchId,
    /// First rows, each below the previous one, and their children.
    pub open: Vec<(Item, Arc<[Item]>)>,
    /// The path of one more such row, which takes too long for now.
    pub next: Option<Vec<Item>>,
}

/// The children of one branch.
pub(crate) struct SortedList {
    pub id: BranchId,
    /// Its position among its parent's children; `None` for the first.
    pub at: Option<usize>,
    pub items: Arc<[Item]>,
}

impl Work {
    /// The children of `from` and of all expanded rows below it.
    pub(crate) fn plan(
        branches: &Branches,
        from: BranchId,
        (source, sort): (Arc<dyn TreeSource>, Sort),
        (scope, generation): (SortScope, u64),
    ) -> Self {
        let ids = branches.open_from(from);
        let place: FxHashMap<BranchId, usize> = ids.iter().enumerate().map(|(at, &id)| (id, at)).collect();
        let steps: Vec<Step> = ids
            .iter()
            .map(|&id| {
                let branch = branches.get(id);
                let parent = branch.parent.and_then(|parent| place.get(&parent)).copied();
                Step { id, parent, item: branch.item }
            })
            .collect();
        let cost = steps.iter().map(|step| source.cost(step.item)).sum();
        Self { cost, scope, generation, source, sort, prefix: branches.path(from), steps, opened: None }
    }

    /// Work that also expands the rows below `opened` automatically.
    pub(crate) fn opening(mut self, opened: BranchId) -> Self {
        self.opened = Some(opened);
        self
    }

    /// Whether it is fast enough to run without a thread.
    pub fn is_small(&self) -> bool {
        self.cost <= SMALL
    }

    /// Runs it. Takes `O(n log n)` in [`cost`](Self::cost).
    pub fn run(self) -> Update {
        self.run_within(usize::MAX)
    }

    /// Runs it, but leaves slow automatic expansion for later.
    pub(crate) fn run_small(self) -> Update {
        self.run_within(SMALL)
    }

    fn run_within(self, budget: usize) -> Update {
        let mut children: Vec<FxHashMap<Item, usize>> = Vec::new();
        children.resize_with(self.steps.len(), FxHashMap::default);
        for (at, step) in self.steps.iter().enumerate() {
            if let (Some(parent), Some(item)) = (step.parent, step.item) {
                children[parent].insert(item, at);
            }
        }
        let mut lists = Vec::with_capacity(self.steps.len());
        let mut place = vec![None; self.steps.len()];
        let mut along = None;
        for (at, step) in self.steps.iter().enumerate() {
            if step.parent.is_some() && place[at].is_none() {
                continue;
            }
            let items = self.source.children(&self.path(at), self.sort);
            let mut missing = children[at].len();
            for (position, item) in items.iter().enumerate() {
                if missing == 0 {
                    break;
                }
                if let Some(&child) = children[at].get(item) {
                    place[child] = Some(position);
                    missing -= 1;
                }
            }
            if self.opened == Some(step.id) && children[at].is_empty() {
                along = self.open_along(step.id, self.path(at), items.first(), budget);
            }
            lists.push(SortedList { id: step.id, at: place[at], items: items.into() });
        }
        Update { scope: self.scope, generation: self.generation, lists, along }
    }

    fn open_along(
        &self,
        from: BranchId,
        mut path: Vec<Item>,
        first: Option<&Item>,
        mut budget: usize,
    ) -> Option<AutoExpansion> {
        let mut along = AutoExpansion { from, open: Vec::new(), next: None };
        let mut next = first.copied();
        while let Some(item) = next.filter(|_| along.open.len() < ALONG) {
            path.push(item);
            if !self.source.auto_expand(&path) {
                break;
            }
            let cost = self.source.cost(Some(item));
            if cost > budget {
                along.next = Some(path);
                break;
            }
            budget -= cost;
            let items = self.source.children(&path, self.sort);
            if items.is_empty() {
                break;
            }
            next = items.first().copied();
            along.open.push((item, items.into()));
        }
        Some(along)
    }

    fn path(&self, step: usize) -> Vec<Item> {
        let mut tail = Vec::new();
        let mut step = &self.steps[step];
        while let Some(parent) = step.parent {
            tail.extend(step.item);
            step = &self.steps[parent];
        }
        self.prefix.iter().copied().chain(tail.into_iter().rev()).collect()
    }
}
