//! The breadcrumbs above Retainers: the path to the object in a few words.

use crate::app::commands::command::Effect;
use crate::app::files::open_file::FileId;
use crate::app::options::window_options::{FOLD_INTERNALS, OBJECT_RETAINERS};
use crate::app::state::AppState;
use crate::app::tasks::query_cache::Query;
use crate::app::views::panes::Pane;
use crate::app::views::retainers_query::ObjectRetainersMode;
use crate::base::NodeIndex;
use crate::model::{HolderStep, Internals, Objects, RetainersView, Side, breadcrumbs};
use std::sync::Arc;

/// What the steps depend on.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct BreadcrumbsQuery {
    /// The snapshot.
    file: FileId,
    /// The object.
    node: NodeIndex,
    /// Whether V8's internal objects are shown between retainer and object.
    internals: Internals,
    /// Whether scopes and functions can be named.
    has_scripts: bool,
}

impl Query for BreadcrumbsQuery {
    type Slot = ();
    type Output = Vec<HolderStep>;
    type Value = Option<Vec<HolderStep>>;

    fn slot(&self) {}

    fn label(&self) -> &'static str {
        "Finding the way to the object"
    }

    fn files(&self) -> Vec<FileId> {
        vec![self.file]
    }
}

impl AppState {
    /// The steps from the object whose retainers are shown towards a root, once they are known.
    pub fn breadcrumbs(&self) -> &[HolderStep] {
        let shown = self.cache.entry::<BreadcrumbsQuery>(&()).and_then(|entry| entry.shown());
        let of_object = shown.filter(|(query, _)| self.inspected_object == Some((query.file, query.node)));
        of_object.map_or(&[], |(_, crumbs)| crumbs.as_slice())
    }

    /// Whether the object of a step has the focus.
    pub fn is_at_breadcrumb(&self, crumb: &HolderStep) -> bool {
        self.shown_object().is_some_and(|(_, node)| node == crumb.node)
    }

    pub(crate) fn sync_breadcrumbs(&mut self) {
        let Some((file, node)) = self.inspected_object else { return };
        let Some(snapshot) = self.snapshot(file).cloned().filter(|snapshot| snapshot.is_complete()) else {
            return;
        };
        let query = BreadcrumbsQuery {
            file,
            node,
            internals: self.option(&FOLD_INTERNALS),
            has_scripts: snapshot.known_scripts().is_some(),
        };
        let entry = self.cache.entry::<BreadcrumbsQuery>(&());
        if !self.settings.retainers_shown || entry.is_some_and(|entry| entry.is_for(&query)) {
            return;
        }
        let (internals, sizes) = (query.internals, self.settings.sizes());
        self.cache.request(query, move |progress, _| {
            let objects = Objects::new(Arc::clone(&snapshot), sizes, Side::Current);
            breadcrumbs(&RetainersView::new(objects, node).folding(internals), progress).ok()
        });
    }

    /// Goes to a step: its row in the retainers, where these show all that hold an object; otherwise the
    /// retainers become those of its object.
    pub(crate) fn go_to_breadcrumb(&mut self, at: usize) -> Vec<Effect> {
        let Some(step) = self.breadcrumbs().get(at).cloned() else { return Vec::new() };
        let Some((file, _)) = self.inspected_object else { return Vec::new() };
        if step.path.is_empty() {
            self.focused = None;
            return vec![Effect::FocusPane(Pane::Main)];
        }
        if self.option(&OBJECT_RETAINERS) == ObjectRetainersMode::Retainers {
            self.pane = Pane::Retainers;
            self.retainers_mut().go_to(step.path);
            self.focused = Some((file, step.node));
        } else {
            self.inspect(file, step.node);
        }
        vec![Effect::FocusPane(Pane::Retainers)]
    }
}
