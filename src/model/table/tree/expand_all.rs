//! Expanding a row with everything below it: level by level, up to a limit, on any thread.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::base::{Cancelled, Progress};
use crate::model::table::tree::TreeTable;
use crate::model::table::tree::branches::BranchId;
use crate::model::table::{Disclosure, Item, Sort, TreeSource};

/// A row to expand with everything below it. Owns all it needs.
pub struct ExpandAll {
    source: Arc<dyn TreeSource>,
    sort: Sort,
    generation: u64,
    path: Vec<Item>,
}

/// Rows and their children, for the table that requested them.
pub struct ExpandedRows {
    /// Whether the limit was reached.
    pub is_cut: bool,
    generation: u64,
    path: Vec<Item>,
    /// Each after its parent.
    rows: Vec<OpenedRow>,
}

struct OpenedRow {
    /// Position of the parent among the rows, and position among its children; `None` for the first.
    above: Option<(usize, usize)>,
    item: Item,
    items: Arc<[Item]>,
}

impl ExpandAll {
    /// Finds and sorts all children, level by level, as long as there are no more than `limit` of them. The
    /// row itself is always expanded.
    pub fn run(self, limit: usize, progress: &Progress) -> Result<ExpandedRows, Cancelled> {
        let mut opened = ExpandedRows {
            is_cut: false,
            generation: self.generation,
            path: self.path.clone(),
            rows: Vec::new(),
        };
        let mut count = 0;
        let mut waiting = VecDeque::from([(None, self.path)]);
        while let Some((above, path)) = waiting.pop_front() {
            progress.check()?;
            let Some(&item) = path.last() else { continue };
            if above.is_some() {
                let row = self.source.row(&path, Disclosure::Closed);
                let below = self.source.child_count(Some(item));
                if row.disclosure == Disclosure::Leaf || below == 0 {
                    continue;
                }
                if count + below > limit {
                    opened.is_cut = true;
                    continue;
                }
            }
            let items: Arc<[Item]> = self.source.children(&path, self.sort).into();
            count += items.len();
            if items.len() > limit {
                opened.is_cut = true;
            } else {
                let below = |(at, &item): (usize, &Item)| {
                    let path = path.iter().copied().chain([item]).collect();
                    (Some((opened.rows.len(), at)), path)
                };
                waiting.extend(items.iter().enumerate().map(below));
            }
            opened.rows.push(OpenedRow { above, item, items });
        }
        Ok(opened)
    }
}

impl TreeTable {
    /// The request to expand row `row` and everything below it; `None` while all rows are being sorted.
    pub fn deep(&self, row: usize) -> Option<ExpandAll> {
        let can_open =
            !self.is_rebuilding && row < self.len() && self.row(row).disclosure != Disclosure::Leaf;
        can_open.then(|| ExpandAll {
            source: self.shown.clone(),
            sort: self.sort,
            generation: self.generation,
            path: self.path(row),
        })
    }

    /// Takes the result of [`ExpandAll::run`]. Returns whether it was still current.
    pub fn take_opened(&mut self, opened: ExpandedRows) -> bool {
        let Some((first, above)) = opened.path.split_last().filter(|_| opened.generation == self.generation)
        else {
            return false;
        };
        let parent = above.iter().try_fold(BranchId::ROOT, |branch, &item| self.branches.child(branch, item));
        let place = parent.and_then(|parent| {
            let list = self.branches.get(parent).list.as_ref()?;
            Some((parent, list.iter().position(|item| item == first)?))
        });
        let Some((parent, at)) = place else { return false };
        let mut ids: Vec<BranchId> = Vec::with_capacity(opened.rows.len());
        for row in opened.rows {
            let (parent, at) = row.above.map_or((parent, at), |(above, at)| (ids[above], at));
            let id = self.branches.open(parent, row.item, Some(at));
            if let Some(branch) = self.branches.find_mut(id) {
                branch.list = Some(row.items);
            }
            ids.push(id);
        }
        // Rows that were expanded below a collapsed row, and exceed the limit now, stay collapsed.
        let below = ids.first().map_or_else(Vec::new, |&first| self.branches.open_from(first));
        for id in below {
            if let Some(branch) = self.branches.find_mut(id) {
                branch.is_closed |= branch.list.is_none();
            }
        }
        self.invalidate_rows();
        true
    }

    /// The path of the first row from `from` on, cyclically, whose name starts with `beginning`, ignoring
    /// case. Reads all rows if none matches.
    pub fn find_beginning(
        &self,
        beginning: &str,
        from: usize,
        progress: &Progress,
    ) -> Result<Option<Vec<Item>>, Cancelled> {
        const CHECK_EVERY: usize = 1024;
        let beginning = beginning.to_lowercase();
        let from = if from < self.len() { from } else { 0 };
        for (step, row) in (from..self.len()).chain(0..from).enumerate() {
            if step % CHECK_EVERY == 0 {
                progress.check()?;
            }
            let name = self.row(row).text().to_lowercase();
            if name.starts_with(&beginning)
                || name.trim_start_matches(['"', '(', '[']).starts_with(&beginning)
            {
                return Ok(Some(self.path(row)));
            }
        }
        Ok(None)
    }
}
