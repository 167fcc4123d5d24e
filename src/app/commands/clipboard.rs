//! Copying to the clipboard: short texts at once, a path or a whole table in a one-shot task.

use crate::app::commands::command::Effect;
use crate::app::files::open_file::FileId;
use crate::app::state::AppState;
use crate::app::tasks::one_shot::TaskResult;
use crate::app::views::panes::{CopyWhat, Pane};
use crate::base::NodeIndex;
use crate::model::{JavaScriptPath, TableText, TextFormat, TreeTable, format};

/// Maximum number of rows copied from a table: as many as a spreadsheet opens.
const ROWS: usize = 100_000;

impl AppState {
    /// Copies a part of row `at`.
    pub(crate) fn copy(&mut self, pane: Pane, at: usize, what: CopyWhat) -> Vec<Effect> {
        if matches!(what, CopyWhat::ObjectId | CopyWhat::Path) {
            let object = self.object_of(pane, at);
            return object.map_or_else(Vec::new, |(file, node)| self.copy_object(file, node, what));
        }
        let Some(row) = self.table(pane).filter(|table| at < table.len()).map(|table| table.row(at)) else {
            return Vec::new();
        };
        if what == CopyWhat::Place {
            return row.place.map_or_else(Vec::new, |place| self.copied(place.code.full.clone()));
        }
        let cells = row.cells.iter().map(|cell| cell.text.as_str()).filter(|_| what == CopyWhat::Row);
        let text = std::iter::once(row.text().as_str()).chain(cells).collect::<Vec<_>>().join("\t");
        self.copied(text)
    }

    /// Copies an object's id, or, in a one-shot task, the shortest path from a root to it.
    pub(crate) fn copy_object(&mut self, file: FileId, node: NodeIndex, what: CopyWhat) -> Vec<Effect> {
        if what != CopyWhat::Path {
            let id = self.object_id(file, node);
            return id.map_or_else(Vec::new, |id| self.copied(id.to_string()));
        }
        if let Some(snapshot) = self.snapshot(file).cloned() {
            self.spawn("Finding the path", vec![file], move |progress| {
                let path = JavaScriptPath::find(&snapshot, node, progress).ok()?;
                if path.steps.is_empty() {
                    let note = "There is no path: no root leads to this object";
                    return Some(TaskResult::Refused(note.to_owned()));
                }
                let note = format!("Copied the path, {} steps", path.steps.len());
                Some(TaskResult::Copy(path.markdown(&snapshot), note))
            });
        }
        Vec::new()
    }

    /// Where the code of the selected row's object is: path, line and column.
    pub(crate) fn selected_place(&self) -> Option<String> {
        let row =
            self.selected_row(self.pane).and_then(|row| self.table(self.pane).map(|table| table.row(row)));
        row?.place.map(|place| place.code.full.clone())
    }

    pub(crate) fn copied(&mut self, text: String) -> Vec<Effect> {
        self.status_message = Some(format!("Copied {}", format::sanitize(&text, 60)));
        vec![Effect::Copy(text)]
    }

    /// Copies the rows of the focused table as shown.
    pub(crate) fn copy_table(&mut self, format: TextFormat) {
        let Some(table) = self.table(self.pane).cloned() else { return };
        let files = self.files_of(self.pane);
        self.spawn("Copying rows", files, move |progress| {
            let TableText { text, rows, left_out } = TableText::new(&table, format, ROWS, progress).ok()?;
            let count = |rows: usize| format::format_count(u64::try_from(rows).unwrap_or(u64::MAX));
            let note = match left_out {
                0 => format!("Copied {} rows", count(rows)),
                more => {
                    format!("Copied the first {} rows, not the {} after them", count(rows), count(more))
                }
            };
            Some(TaskResult::Copy(text, note))
        });
    }

    /// The table of a pane.
    pub(crate) fn table(&self, pane: Pane) -> Option<&TreeTable> {
        match pane {
            Pane::Main => self.main_table()?.table.as_ref(),
            Pane::Retainers => self.retainers()?.table.as_ref().filter(|_| self.held_file().is_some()),
        }
    }
}
