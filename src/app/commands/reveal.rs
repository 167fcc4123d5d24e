//! Showing an object in a tree, wherever it was found, and opening a row with all below it: what may take
//! long is worked out on a thread.

use crate::app::files::history::Place;
use crate::app::files::open_file::FileId;
use crate::app::state::AppState;
use crate::app::tasks::one_shot::TaskResult;
use crate::app::views::View;
use crate::app::views::spec::Reveal;
use crate::app::views::summary::{GROUP_BY, INTERNALS};
use crate::base::{NodeIndex, ObjectId};
use crate::model::{ClassFilter, FilterPreset, Item, Side};

/// How many rows are opened at once.
const ROOM: usize = 10_000;

impl AppState {
    /// Goes to the row of an object in Summary, Containment or Dominators, opening what is above it.
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
            Some(TaskResult::GoTo(Place { view, current: file, baseline: None, path }))
        });
    }

    /// Goes to an object among its constructor's, taking away the filters that hide it.
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
        // Chrome leaves objects of no size out of their constructor's list.
        if snapshot.shallow(self.settings.sizes(), node) > 0 {
            path.push(Item::Node(Side::Current, node));
        }
        self.inspect(file, node);
        self.go_to(path.clone());
        self.history.visit(Place { view: View::Summary, current: file, baseline: None, path });
    }

    /// Goes to the object with this id among its constructor's, once it is found among all.
    pub(crate) fn go_to_object(&mut self, file: FileId, id: ObjectId) {
        let Some(snapshot) = self.snapshot(file).cloned() else { return };
        self.show_file(file);
        self.spawn("Looking for the object", vec![file], move |_| {
            let refused = || TaskResult::Refused(format!("{id} is not in this snapshot"));
            Some(snapshot.find(id).map_or_else(refused, |node| TaskResult::Found(file, node)))
        });
    }

    /// Opens the selected row of the table in use, and what is below it.
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
