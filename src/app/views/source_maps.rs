//! The source maps of open snapshots: found in the background, and applied or not.

use std::path::PathBuf;
use std::sync::Arc;

use crate::app::files::open_file::{FileId, OpenFile};
use crate::app::state::AppState;
use crate::app::tasks::query_cache::Query;
use crate::app::views::View;
use crate::app::views::object_pane::ObjectQuery;
use crate::app::views::overview::{CodeExcerptsQuery, GrowthOverviewQuery, HeapCardsQuery, TrendChartQuery};
use crate::app::views::source_pane::SourceQuery;
use crate::app::views::suspects::SuspectsQuery;
use crate::app::views::table_query::TableQuery;
use crate::source::inferred::infer_all;
use crate::source::maps::{MapOptions, SourceMaps};

/// The maps of a snapshot's scripts, which the snapshot itself stores.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct SourceMapsQuery {
    /// The snapshot.
    pub file: FileId,
    /// The user's folders.
    pub folders: Vec<PathBuf>,
}

impl Query for SourceMapsQuery {
    type Slot = FileId;
    /// Whether any map was found.
    type Output = bool;
    type Value = Option<bool>;

    fn slot(&self) -> FileId {
        self.file
    }

    fn label(&self) -> &'static str {
        "Reading source maps"
    }

    fn files(&self) -> Vec<FileId> {
        vec![self.file]
    }
}

impl AppState {
    /// Whether a source map was found for any open snapshot.
    pub fn has_source_maps(&self) -> bool {
        self.maps_shown.0 > 0
    }

    /// Finds the maps of each open snapshot, and refreshes names once some are known.
    pub(crate) fn sync_maps(&mut self) {
        let complete = self.files.iter().filter(|file| file.is_complete());
        let with_snapshot = |file: &OpenFile| Some((file.id, Arc::clone(file.snapshot.as_ref()?)));
        let open: Vec<_> = complete.filter_map(with_snapshot).collect();
        let (is_off, mut found) = (self.settings.generated_shown, 0);
        for (file, snapshot) in open {
            if let Some(maps) = SourceMaps::of(&snapshot) {
                maps.set_off(is_off);
            }
            let folders = self.settings.source_folders.clone();
            let query = SourceMapsQuery { file, folders: folders.clone() };
            self.cache.request(query, move |progress, _| {
                let maps = SourceMaps::attach(&snapshot, MapOptions { folders, waits: false });
                maps.set_off(is_off);
                let found = maps.find_all(&snapshot, progress).ok()?;
                infer_all(&snapshot, progress).ok()?;
                Some(found)
            });
            let known = self.cache.entry::<SourceMapsQuery>(&file).and_then(|entry| entry.shown());
            found += usize::from(known.is_some_and(|(_, &is_found)| is_found));
        }
        let shown = (found, is_off && found > 0);
        if std::mem::replace(&mut self.maps_shown, shown) != shown {
            self.read_names_again();
        }
    }

    fn read_names_again(&mut self) {
        self.cache.clear::<SourceQuery>(&());
        self.cache.clear::<ObjectQuery>(&());
        self.cache.clear::<GrowthOverviewQuery>(&());
        self.cache.clear::<TrendChartQuery>(&());
        self.cache.clear::<CodeExcerptsQuery>(&());
        self.clear_all::<SuspectsQuery>(|_| true);
        self.clear_all::<HeapCardsQuery>(|_| true);
        self.clear_all::<TableQuery>(|&(view, ..)| matches!(view, View::Growth | View::Trend));
    }

    fn clear_all<Q: Query>(&mut self, is_wanted: impl Fn(&Q::Slot) -> bool) {
        let slots: Vec<Q::Slot> =
            self.cache.entries_mut::<Q>().map(|(slot, _)| slot.clone()).filter(is_wanted).collect();
        for slot in slots {
            self.cache.clear::<Q>(&slot);
        }
    }
}
