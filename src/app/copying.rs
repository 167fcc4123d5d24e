//! Putting texts on the clipboard: small ones at once, a path or a whole table by way of an errand.

use super::command::Effect;
use super::errand::Outcome;
use super::state::AppState;
use super::view::{Copied, Pane};
use crate::model::{JavaScriptPath, TableText, TextFormat, format};

/// How many rows of a table are copied: what a spreadsheet opens without complaint.
const ROWS: usize = 100_000;

impl AppState {
    /// Copies something of row `at`.
    pub(super) fn copy(&mut self, pane: Pane, at: usize, what: Copied) -> Vec<Effect> {
        let Some(row) = self.table(pane).filter(|table| at < table.len()).map(|table| table.row(at)) else {
            return Vec::new();
        };
        let text = match what {
            Copied::Name => row.text(),
            Copied::Row => {
                let cells = row.cells.iter().map(|cell| cell.text.as_str());
                std::iter::once(row.text().as_str()).chain(cells).collect::<Vec<_>>().join("\t")
            }
            Copied::ObjectId => {
                match self.object_of(pane, at).and_then(|(file, node)| self.object_id(file, node)) {
                    Some(id) => id.to_string(),
                    None => return Vec::new(),
                }
            }
            Copied::Path => {
                self.copy_path(pane, at);
                return Vec::new();
            }
        };
        self.notice = Some(format!("Copied {}", format::harmless(&text, 60)));
        vec![Effect::Copy(text)]
    }

    /// Copies the shortest way from a root to a row's object.
    fn copy_path(&mut self, pane: Pane, at: usize) {
        let Some((file, node)) = self.object_of(pane, at) else { return };
        let Some(snapshot) = self.snapshot(file).cloned() else { return };
        self.send("Finding the path", move |_| {
            let path = JavaScriptPath::new(&snapshot, node);
            if path.steps.is_empty() {
                return Some(Outcome::Refused("There is no path: no root leads to this object".to_owned()));
            }
            let text = path.markdown(&snapshot);
            let note = format!("Copied the path, {} steps", path.steps.len());
            Some(Outcome::Copy(text, note))
        });
    }

    /// Copies the rows of the table in use as they are shown.
    pub(super) fn copy_table(&mut self, format: TextFormat) {
        let Some(table) = self.table(self.pane).cloned() else { return };
        self.send("Copying rows", move |progress| {
            let TableText { text, rows, left_out } = TableText::new(&table, format, ROWS, progress).ok()?;
            let count = |rows: usize| format::count(u64::try_from(rows).unwrap_or(u64::MAX));
            let note = match left_out {
                0 => format!("Copied {} rows", count(rows)),
                more => format!("Copied the first {} rows, not the {} after them", count(rows), count(more)),
            };
            Some(Outcome::Copy(text, note))
        });
    }

    /// The table of a pane.
    pub(super) fn table(&self, pane: Pane) -> Option<&crate::model::TreeTable> {
        match pane {
            Pane::Main => self.sheet()?.table.as_ref(),
            Pane::Retainers => self.retainers.table.as_ref().filter(|_| self.inspected.is_some()),
        }
    }
}
