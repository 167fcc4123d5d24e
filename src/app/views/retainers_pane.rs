//! Who holds what is selected, in the state: which objects those are, and when their table is made anew.

use crate::app::files::open_file::FileId;
use crate::app::state::AppState;
use crate::app::tasks::memo::Memo;
use crate::app::views::retainers_query::{GroupSource, Held, RetainersInputs, RetainersQuery, SelectedGroup};
use crate::app::views::table_pane::TablePane;
use crate::model::TreeTable;
use std::sync::Arc;

impl AppState {
    /// The selected row of the middle, if it stands for several objects.
    pub(crate) fn selected_group(&self) -> Option<SelectedGroup> {
        let sheet = self.sheet()?;
        let (table, row) = (sheet.table.as_ref()?, sheet.selected_row()?);
        let path = table.path(row);
        let title = || table.row(row).text();
        table
            .source()
            .is_group(&path)
            .then(|| Some(SelectedGroup { file: self.current?, title: title(), path }))?
    }

    /// The snapshot of whatever holders are shown.
    pub fn held_file(&self) -> Option<FileId> {
        self.inspected.map(|(file, _)| file).or(self.held_group.as_ref().map(|group| group.file))
    }

    /// Has the table made anew where it is not that of what is selected.
    pub(crate) fn sync_retainers(&mut self) {
        let Some((file, held, rows)) = self.held() else { return };
        let Some(snapshot) = self.snapshot(file).cloned() else { return };
        let recipe = RetainersQuery {
            file,
            held,
            is_complete: snapshot.is_complete(),
            sizes: self.settings.sizes(),
            ignored: self.ignoring.of(file),
            view: self.holding,
        };
        if self.retainers.is_for(&recipe) || !self.settings.retainers_shown {
            return;
        }
        let waker = Arc::clone(&self.waker);
        if self.retainers.made_for().is_some_and(|made| !made.looks_like(&recipe)) {
            self.retainers = TablePane::default();
        }
        let known = RetainersInputs {
            rows,
            ignored: self.ignoring.cell(file, &recipe.ignored),
            nearest: Memo::of(&mut self.nearest, file),
            sort: self.retainers.table.as_ref().map(TreeTable::sort),
        };
        let label = recipe.label();
        self.retainers
            .make(recipe.clone(), label, &waker, move |progress, _| recipe.make(&snapshot, known, progress));
    }

    /// What holders are shown of, and where a group's objects come from. Nothing while the rows of the
    /// middle are being put in another order.
    fn held(&self) -> Option<(FileId, Held, Option<GroupSource>)> {
        if let Some((file, node)) = self.inspected {
            return Some((file, Held::Object(node), None));
        }
        let group = self.held_group.as_ref()?;
        let sheet = self.sheet()?;
        let table =
            sheet.table.as_ref().filter(|table| !table.is_busy() && self.current == Some(group.file))?;
        let held = Held::Group(Box::new(sheet.made_for()?.clone()), group.path.clone());
        self.snapshot(group.file)?.is_complete().then(|| (group.file, held, Some(table.source().clone())))
    }
}
