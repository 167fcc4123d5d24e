//! The query of a table's rows. The current view runs it in a task.

use crate::app::files::open_file::{FileId, OpenFile};
use crate::app::state::{AppState, TableKey};
use crate::app::tasks::query_cache::Query;
use crate::app::views::View;
use crate::app::views::spec::Needs;
use crate::app::views::table_pane::{TablePane, TableRows};
use crate::model::{ClassFilter, ObjectFilter, Sort, TreeSource, TreeTable};
use crate::snapshot::{SizeMode, Snapshot};
use std::sync::Arc;

/// The inputs of the main table: if they change, the rows are rebuilt.
#[derive(Clone, PartialEq, Debug)]
pub struct TableQuery {
    /// The view.
    pub view: View,
    /// The snapshot, or the newer one.
    pub current: FileId,
    /// The older one of a comparison.
    pub baseline: Option<FileId>,
    /// The snapshots of a series, the oldest first.
    pub series: Vec<FileId>,
    /// Whether retained sizes are known.
    pub is_complete: bool,
    /// Which sizes.
    pub sizes: SizeMode,
    /// The name filter, as typed; always valid.
    pub filter: String,
    /// Which objects, and how they are grouped.
    pub object_filter: ObjectFilter,
    /// The values of the view's options.
    pub options: Vec<usize>,
}

impl Query for TableQuery {
    type Slot = TableKey;
    type Output = TableRows;
    type Value = TablePane;

    fn slot(&self) -> TableKey {
        (self.view, self.current, self.baseline)
    }

    fn label(&self) -> &'static str {
        self.view.spec().table.as_ref().map_or("Listing", |table| (table.activity)(self))
    }

    fn files(&self) -> Vec<FileId> {
        self.series.iter().copied().chain(self.baseline).chain([self.current]).collect()
    }
}

impl TableQuery {
    /// The name filter; one that lets all names pass if there is none.
    pub fn class_filter(&self) -> ClassFilter {
        ClassFilter::parse(&self.filter).unwrap_or_default()
    }
}

impl AppState {
    /// The table of the current view, if it has one and its snapshots are loaded.
    pub(crate) fn table_key(&self) -> Option<TableKey> {
        let (view, current) = (self.view, self.current?);
        self.snapshot(current)?;
        let is_complete = |id: FileId| self.file(id).is_some_and(OpenFile::is_complete);
        if !view.has_table() {
            return None;
        }
        match view.needs() {
            Needs::Series => (self.by_age().len() > 1).then_some((view, current, None)),
            Needs::Pair => {
                let baseline = self.baseline.filter(|&baseline| baseline != current)?;
                (is_complete(current) && is_complete(baseline)).then_some((view, current, Some(baseline)))
            }
            Needs::FirstRows => Some((view, current, None)),
            Needs::One | Needs::OneOrPair | Needs::Roles => {
                is_complete(current).then_some((view, current, None))
            }
        }
    }

    /// Requests the rows of the current view.
    pub(crate) fn sync_table(&mut self) {
        let Some(key @ (view, current, baseline)) = self.table_key() else { return };
        let spec = view.spec();
        let (Some(snapshot), Some(table)) = (self.snapshot(current), &spec.table) else { return };
        let query = TableQuery {
            view,
            current,
            baseline,
            series: if spec.needs == Needs::Series { self.by_age() } else { Vec::new() },
            is_complete: snapshot.is_complete(),
            sizes: self.settings.sizes(),
            filter: if view.has_filter() { self.filter().good().to_owned() } else { String::new() },
            object_filter: (table.object_filter)(self, current),
            options: spec.options.iter().map(|option| option.chosen(self)).collect(),
        };
        if self.cache.entry(&key).is_some_and(|entry| entry.is_for(&query)) {
            return;
        }
        if let Some(rows) = (table.rows)(self, &query) {
            self.cache.request(query, rows);
        }
    }

    /// The order of the current rows.
    pub(crate) fn table_sort(&self) -> Option<Sort> {
        self.main_table().and_then(|pane| pane.table.as_ref()).map(TreeTable::sort)
    }

    /// The two snapshots of a pair's table, the older one first.
    pub(crate) fn table_pair(&self, query: &TableQuery) -> Option<(Arc<Snapshot>, Arc<Snapshot>)> {
        Some((self.snapshot(query.baseline?)?.clone(), self.snapshot(query.current)?.clone()))
    }
}

/// A table in which the groups are expanded if they are few.
pub(crate) fn opened_table(source: Arc<dyn TreeSource>, sort: Option<Sort>) -> TreeTable {
    const FEW: usize = 4;
    let mut table = TreeTable::filled(source);
    if let Some(work) = sort.and_then(|sort| table.sort_by(sort)) {
        table.apply(work.run());
    }
    if table.len() <= FEW {
        for row in (0..table.len()).rev() {
            if let Some(work) = table.expand(row) {
                table.apply(work.run());
            }
        }
    }
    table
}
