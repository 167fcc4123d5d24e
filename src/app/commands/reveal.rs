//! Revealing an object in a tree, wherever it was found, and expanding a row with all rows below it: slow
//! work runs as a task.

use crate::app::files::history::HistoryEntry;
use crate::app::files::open_file::FileId;
use crate::app::state::AppState;
use crate::app::tasks::one_shot::TaskResult;
use crate::app::views::View;
use crate::app::views::spec::Reveal;
use crate::app::views::summary::{GROUP_BY, INTERNALS};
use crate::base::{NodeIndex, ObjectId};
use crate::model::{ClassFilter, FilterPreset, Item, Side};

/// Maximum number of rows that are expanded at once.
const ROOM: usize = 10_000;

impl AppState {
    /// Selects the row of an object in Summary, Containment or Dominators, expanding its parents.
    pub(crate) fn reveal(&mut self, view: View, file: FileId, node: NodeIndex) {
        let Some(snapshot) = self.snapshot(file).cloned() else { return };
        let find = match view.spec().reveal {
            Reveal::Never => return,
            Reveal::ByConstructor => return self.reveal_in_summary(file, node),
            Reveal::ByPath(find) => find(self),
        };
        self.show_file(file);
        self.show(view);
        self.inspect(file, node);
        self.spawn("Looking for the object's place", vec![file], move |progress| {
            let path = find(&snapshot, node, progress).ok()?;
            if path.is_empty() {
                let id = snapshot.id(node);
                return Some(TaskResult::Refused(format!("{id} has no row here: no root leads to it")));
            }
            Some(TaskResult::GoTo(HistoryEntry { view, current: file, baseline: None, path }))
        });
    }

    /// Selects an object among its constructor's objects, removing filters that hide it.
    pub(crate) fn reveal_in_summary(&mut self, file: FileId, node: NodeIndex) {
        let Some(snapshot) = self.snapshot(file).cloned() else { return };
        self.show_file(file);
        self.show(View::Summary);
        let class = snapshot.class_of(node);
        let name = snapshot.classes().name(class);
        if ClassFilter::parse(self.class_filter.good()).is_ok_and(|filter| !filter.keeps(name)) {
            self.class_filter.set(String::new());
        }
        self.reset_option(&GROUP_BY);
        let object_filter = self.object_filter(file);
        let kept = self.filtered_objects(file, &object_filter);
        if !object_filter.is_default() && kept.is_none_or(|kept| !kept.contains(node)) {
            self.set_filter_preset(file, FilterPreset::All);
            self.chips.clear();
            self.reset_option(&INTERNALS);
        }
        let mut path = vec![Item::Class(class)];
        // Chrome omits objects of no size from their constructor's list.
        if snapshot.shallow(self.settings.sizes(), node) > 0 {
            path.push(Item::Node(Side::Current, node));
        }
        self.inspect(file, node);
        self.go_to(path.clone());
        self.history.visit(HistoryEntry { view: View::Summary, current: file, baseline: None, path });
    }

    /// Selects the object with this id among its constructor's objects, once it has been found.
    pub(crate) fn go_to_object(&mut self, file: FileId, id: ObjectId) {
        let Some(snapshot) = self.snapshot(file).cloned() else { return };
        self.show_file(file);
        self.spawn("Looking for the object", vec![file], move |_| {
            let refused = || TaskResult::Refused(format!("{id} is not in this snapshot"));
            Some(snapshot.find(id).map_or_else(refused, |node| TaskResult::Found(file, node)))
        });
    }

    /// Expands the selected row of the focused table, and everything below it.
    pub(crate) fn open_recursively(&mut self) {
        let pane = self.pane;
        let row = self.selected_row(pane);
        let Some(deep) = row.and_then(|row| self.table(pane)?.deep(row)) else { return };
        let files = self.files_of(pane);
        self.spawn("Opening all below", files, move |progress| {
            Some(TaskResult::Open(pane, deep.run(ROOM, progress).ok()?))
        });
    }
}
