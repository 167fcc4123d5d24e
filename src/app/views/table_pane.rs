//! One table of the window: its rows, the selection, and whether to scroll to it. The rows come from a query;
//! sorting many of them is a query, too.

use crate::app::files::open_file::FileId;
use crate::app::state::{AppState, TableKey};
use crate::app::tasks::query_cache::{Query, Replaced, ResultPart, Value};
use crate::app::views::panes::SelectionStep;
use crate::app::views::retainers_query::RetainersQuery;
use crate::app::views::table_query::TableQuery;
use crate::base::NodeIndex;
use crate::model::{ColumnId, Disclosure, Item, Row, TreeSource, TreeTable, Update, Work};
use std::sync::Arc;

/// The rows of a table and its selection.
#[derive(Default)]
pub struct TablePane {
    /// The rows, once they are built.
    pub table: Option<TreeTable>,
    /// Grows each time the selected row should be scrolled to.
    pub reveal: u64,
    /// Work that is too slow for this thread and has no task yet.
    waiting: Vec<Work>,
    /// The row to reveal as soon as the table is built.
    pending_reveal: Option<Vec<Item>>,
    /// The object to reveal then, if it has a row.
    pending_object: Option<NodeIndex>,
}

/// The result of a table's query.
pub enum TableRows {
    /// Rows for the existing table, or a new one.
    Source(Arc<dyn TreeSource>),
    /// A new table with expanded rows.
    Table(Box<TreeTable>),
}

/// The slot of a table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum TableSlot {
    /// A main table.
    Main(TableKey),
    /// The table of retainers.
    Retainers,
}

/// The sorting of a table's rows.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct SortQuery {
    /// The table.
    pub table: TableSlot,
    /// Distinguishes it from other work on the same table.
    number: u64,
    files: Vec<FileId>,
}

impl Query for SortQuery {
    type Slot = (TableSlot, u64);
    type Output = Update;
    type Value = Option<Update>;

    fn slot(&self) -> Self::Slot {
        (self.table, self.number)
    }

    fn label(&self) -> &'static str {
        "Sorting"
    }

    fn files(&self) -> Vec<FileId> {
        self.files.clone()
    }
}

impl Value<TableRows> for TablePane {
    fn accept(&mut self, rows: TableRows, part: ResultPart) -> Replaced {
        // Later parts of one answer update the table, so that rows the user has expanded stay expanded.
        let rows = match rows {
            TableRows::Table(table) if part == ResultPart::Next => TableRows::Source(table.source().clone()),
            rows => rows,
        };
        let mut replaced = Replaced::All;
        let work = match (rows, &mut self.table) {
            (TableRows::Source(source), Some(table)) => {
                replaced = Replaced::Some;
                Some(table.set_source(source))
            }
            (TableRows::Source(source), None) => {
                let (table, work) = TreeTable::new(source);
                self.table = Some(table);
                Some(work)
            }
            (TableRows::Table(table), _) => {
                self.table = Some(*table);
                None
            }
        };
        self.start(work);
        if let Some(path) = self.pending_reveal.take() {
            self.go_to(path);
        }
        if let Some(node) = self.pending_object.take() {
            self.go_to_object(node);
        }
        replaced
    }
}

impl TablePane {
    /// Runs `work` at once if it is quick, otherwise in a task.
    fn start(&mut self, work: Option<Work>) {
        let Some(table) = &mut self.table else { return };
        self.waiting.extend(table.run_if_small(work));
    }

    /// Takes sorted rows.
    fn apply(&mut self, update: Update) {
        let Some(table) = &mut self.table else { return };
        // After all rows were sorted again, scrolls to the selected one.
        self.reveal += u64::from(table.is_busy());
        table.apply(update);
    }

    /// Expands the parents of the row at `path`, selects it and scrolls to it.
    pub fn go_to(&mut self, path: Vec<Item>) {
        let Some(table) = &mut self.table else {
            self.pending_reveal = Some(path);
            return;
        };
        let work = table.reveal(&path);
        table.select(Some(path));
        self.reveal += 1;
        self.start(work);
    }

    /// Does the same for the row of an object, if it has one that can be found quickly.
    pub fn go_to_object(&mut self, node: NodeIndex) {
        let Some(table) = &self.table else {
            self.pending_object = Some(node);
            return;
        };
        let path = table.source().path_of(node);
        if !path.is_empty() {
            self.go_to(path);
        }
    }

    /// The same once other rows have come, which were requested.
    pub(crate) fn go_to_object_in_next_rows(&mut self, node: NodeIndex) {
        self.pending_object = Some(node);
    }

    /// The number of rows.
    fn len(&self) -> usize {
        self.table.as_ref().map_or(0, TreeTable::len)
    }

    /// Row `row`, if there are that many.
    pub fn row(&self, row: usize) -> Option<Row> {
        self.table.as_ref().filter(|table| row < table.len()).map(|table| table.row(row))
    }

    /// The number of the selected row, if it is visible.
    pub fn selected_row(&self) -> Option<usize> {
        self.table.as_ref().and_then(TreeTable::selected_row)
    }

    /// Selects row `row`.
    pub fn select(&mut self, row: usize) {
        if let Some(table) = self.table.as_mut().filter(|table| row < table.len()) {
            let path = table.path(row);
            table.select(Some(path));
        }
    }

    /// Expands or collapses row `row`.
    pub fn toggle(&mut self, row: usize) {
        let Some(table) = self.table.as_mut().filter(|table| row < table.len()) else { return };
        let work = table.toggle(row);
        self.start(work);
    }

    /// Sorts by `column`, or reverses its order.
    pub fn click_column(&mut self, column: ColumnId) {
        let work = self.table.as_mut().and_then(|table| table.click_column(column));
        self.reveal += 1;
        self.start(work);
    }

    /// Moves the selection; expands and collapses rows with it.
    pub fn step(&mut self, step: SelectionStep) {
        let Some(last) = self.len().checked_sub(1) else { return };
        self.reveal += 1;
        let Some(now) = self.selected_row() else {
            return self.select(if step == SelectionStep::Last { last } else { 0 });
        };
        let Some(row) = self.row(now) else { return };
        match (step, row.disclosure) {
            (SelectionStep::Rows(rows), _) => self.select(now.saturating_add_signed(rows).min(last)),
            (SelectionStep::First, _) => self.select(0),
            (SelectionStep::Last, _) => self.select(last),
            (SelectionStep::In, Disclosure::Closed)
            | (SelectionStep::Out, Disclosure::Open | Disclosure::Busy) => {
                self.toggle(now);
            }
            (SelectionStep::In, Disclosure::Open) => self.select((now + 1).min(last)),
            (SelectionStep::In, _) => {}
            (SelectionStep::Out, _) => {
                if let Some(parent) = self.table.as_ref().and_then(|table| table.parent(now)) {
                    self.select(parent);
                }
            }
        }
    }

    /// Selects the next object of the second level, `by` 1 or -1, expanding groups on the way.
    pub fn step_to_hit(&mut self, by: isize) {
        const FAR: usize = 10_000;
        let mut at = self.selected_row().map_or(Some(0), |now| now.checked_add_signed(by));
        for _ in 0..FAR {
            let Some((now, row)) = at.and_then(|at| Some((at, self.row(at)?))) else { return };
            if row.depth == 1 {
                self.reveal += 1;
                return self.select(now);
            }
            if (row.depth, row.disclosure) == (0, Disclosure::Closed) {
                let before = self.len();
                self.toggle(now);
                if self.row(now).is_some_and(|row| row.disclosure == Disclosure::Busy) {
                    return self.select(now);
                }
                if by < 0 {
                    at = Some(now + (self.len() - before));
                    continue;
                }
            }
            at = now.checked_add_signed(by);
        }
    }
}

impl AppState {
    /// Starts a task for each piece of work on a table that is too slow for this thread.
    pub(crate) fn start_sorting(&mut self) {
        let mut waiting: Vec<(TableSlot, Vec<FileId>, Work)> = Vec::new();
        for (&key, entry) in self.cache.entries_mut::<TableQuery>() {
            let files = entry.files().to_vec();
            let work = entry.value.waiting.drain(..);
            waiting.extend(work.map(|work| (TableSlot::Main(key), files.clone(), work)));
        }
        for (_, entry) in self.cache.entries_mut::<RetainersQuery>() {
            let files = entry.files().to_vec();
            let work = entry.value.waiting.drain(..);
            waiting.extend(work.map(|work| (TableSlot::Retainers, files.clone(), work)));
        }
        for (table, files, work) in waiting {
            let number = self.next_task();
            self.cache.request(SortQuery { table, number, files }, move |_, _| Some(work.run()));
        }
    }

    /// Applies finished work to its tables.
    pub(crate) fn take_sorted(&mut self) {
        for (SortQuery { table, .. }, result) in self.cache.take_finished() {
            match (table, result) {
                (TableSlot::Main(key), Err(error)) => self.cache.fail::<TableQuery>(&key, error),
                (TableSlot::Retainers, Err(error)) => self.cache.fail::<RetainersQuery>(&(), error),
                (TableSlot::Main(key), Ok(update)) => {
                    self.cache.value_mut::<TableQuery>(key).apply(update);
                }
                (TableSlot::Retainers, Ok(update)) => self.retainers_mut().apply(update),
            }
        }
    }
}
