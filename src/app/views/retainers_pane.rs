//! The retainers of the selection: of which objects, and when their table is rebuilt.

use crate::app::files::open_file::FileId;
use crate::app::options::window_options::{FOLD_INTERNALS, GROUP_RETAINERS, OBJECT_RETAINERS};
use crate::app::state::AppState;
use crate::app::views::retainers_query::{
    GroupSource, IgnoredNodes, RetainersInputs, RetainersOptions, RetainersQuery, RetainersTarget,
    SelectedGroup,
};
use crate::app::views::shared_results::{IgnoredRetainersQuery, NearestEdgesQuery};
use crate::app::views::table_pane::TablePane;
use crate::base::NodeIndex;
use crate::model::TreeTable;

impl AppState {
    /// The table of retainers.
    pub fn retainers(&self) -> Option<&TablePane> {
        Some(&self.cache.entry::<RetainersQuery>(&())?.value)
    }

    /// Why the retainers could not be found.
    pub fn retainers_error(&self) -> Option<&str> {
        self.cache.entry::<RetainersQuery>(&())?.error()
    }

    pub(crate) fn retainers_mut(&mut self) -> &mut TablePane {
        self.cache.value_mut::<RetainersQuery>(())
    }

    /// The selected row of the main table, if it stands for several objects.
    pub(crate) fn selected_group(&self) -> Option<SelectedGroup> {
        let pane = self.main_table()?;
        let (table, row) = (pane.table.as_ref()?, pane.selected_row()?);
        let path = table.path(row);
        let title = || table.row(row).text();
        table
            .source()
            .is_group(&path)
            .then(|| Some(SelectedGroup { file: self.current?, view: self.view, title: title(), path }))?
    }

    /// The snapshot whose retainers are shown.
    pub fn held_file(&self) -> Option<FileId> {
        self.inspected_object.map(|(file, _)| file).or(self.held_group.as_ref().map(|group| group.file))
    }

    /// Rebuilds the table if the selection has changed.
    pub(crate) fn sync_retainers(&mut self) {
        let Some((file, target, rows)) = self.retainers_target() else { return };
        let Some(snapshot) = self.snapshot(file).cloned() else { return };
        let query = RetainersQuery {
            file,
            target,
            is_complete: snapshot.is_complete(),
            sizes: self.settings.sizes(),
            ignored: self.ignored_retainers(file),
            options: RetainersOptions {
                object: self.option(&OBJECT_RETAINERS),
                group: self.option(&GROUP_RETAINERS),
                internals: self.option(&FOLD_INTERNALS),
            },
        };
        let entry = self.cache.entry::<RetainersQuery>(&());
        if entry.is_some_and(|entry| entry.is_for(&query)) || !self.settings.retainers_shown {
            return;
        }
        if entry.and_then(|entry| entry.built_for()).is_some_and(|built| !built.looks_like(&query)) {
            self.cache.clear::<RetainersQuery>(&());
        }
        let inputs = RetainersInputs {
            rows,
            ignored: self.cache.shared(IgnoredRetainersQuery { file, nodes: query.ignored.clone() }),
            nearest: self.cache.shared(NearestEdgesQuery(file)),
            sort: self.retainers().and_then(|pane| pane.table.as_ref()).map(TreeTable::sort),
        };
        self.cache.request(query.clone(), move |progress, _| query.run(&snapshot, inputs, progress));
    }

    /// The target of the retainers, and where a group's objects come from. `None` while the main rows are
    /// being sorted.
    fn retainers_target(&self) -> Option<(FileId, RetainersTarget, Option<GroupSource>)> {
        if let Some((file, node)) = self.inspected_object {
            return Some((file, RetainersTarget::Object(node), None));
        }
        // Retainers of another view's row stay unchanged.
        let group = self.held_group.as_ref().filter(|group| group.view == self.view)?;
        let entry = self.main_entry()?;
        let table = entry.value.table.as_ref();
        let table = table.filter(|table| !table.is_busy() && self.current == Some(group.file))?;
        let target = RetainersTarget::Group(Box::new(entry.built_for()?.clone()), group.path.clone());
        self.snapshot(group.file)?.is_complete().then(|| (group.file, target, Some(table.source().clone())))
    }

    /// The objects that the user ignores as retainers in a snapshot.
    pub(crate) fn ignored_retainers(&self, file: FileId) -> IgnoredNodes {
        self.file(file).map(|file| file.options.ignored_retainers.clone()).unwrap_or_default()
    }

    /// Number of ignored retainers in a snapshot.
    pub fn ignored_count(&self, file: FileId) -> usize {
        self.file(file).map_or(0, |file| file.options.ignored_retainers.len())
    }

    pub(crate) fn ignore_retainer(&mut self, file: FileId, node: NodeIndex) {
        if let Some(options) = self.file_options_mut(file) {
            options.ignored_retainers.insert(node);
        }
    }

    pub(crate) fn restore_retainers(&mut self, file: FileId) {
        if let Some(options) = self.file_options_mut(file) {
            options.ignored_retainers.clear();
        }
    }
}
