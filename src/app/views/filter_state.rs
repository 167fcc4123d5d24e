//! The object filter of each snapshot, and the filters that depend on its native contexts.

use crate::app::files::open_file::FileId;
use crate::app::state::AppState;
use crate::app::tasks::query_cache::Query;
use crate::model::{FilterOption, FilterPreset, context_choices};
use std::sync::Arc;

/// The filters for the native contexts of a snapshot.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct ContextsQuery(pub FileId);

impl Query for ContextsQuery {
    type Slot = FileId;
    type Output = Vec<FilterOption>;
    type Value = Option<Vec<FilterOption>>;

    fn slot(&self) -> FileId {
        self.0
    }

    fn label(&self) -> &'static str {
        "Finding native contexts"
    }

    fn files(&self) -> Vec<FileId> {
        vec![self.0]
    }
}

impl AppState {
    /// The filter preset of a snapshot.
    pub fn filter_preset(&self, file: FileId) -> FilterPreset {
        self.file(file).map(|file| file.options.filter.clone()).unwrap_or_default()
    }

    pub(crate) fn set_filter_preset(&mut self, file: FileId, preset: FilterPreset) {
        if let Some(options) = self.file_options_mut(file) {
            options.filter = preset;
        }
    }

    /// The filters for a snapshot's native contexts, once they are known; none if the search for them failed.
    pub fn contexts(&self, file: FileId) -> Option<&[FilterOption]> {
        let result = self.cache.entry::<ContextsQuery>(&file)?.result()?;
        Some(result.map_or(&[][..], Vec::as_slice))
    }

    /// Finds the native contexts of the current snapshot.
    pub(crate) fn find_contexts(&mut self) {
        let Some(file) = self.current_file().filter(|file| file.is_complete()) else { return };
        let (id, Some(snapshot)) = (file.id, file.snapshot.as_ref().map(Arc::clone)) else { return };
        self.cache.request(ContextsQuery(id), move |progress, _| context_choices(&snapshot, progress).ok());
    }
}
