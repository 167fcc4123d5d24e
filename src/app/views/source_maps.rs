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

/// Which source maps the names that are shown come from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct MapsShown {
    /// In how many snapshots maps are known.
    found: usize,
    /// Whether they are known and not wanted.
    is_off: bool,
    /// The folders that all snapshots have been looked for in.
    folders: Vec<PathBuf>,
}

impl AppState {
    /// Whether a source map was found for any open snapshot.
    pub fn has_source_maps(&self) -> bool {
        self.maps_shown.found > 0
    }

    /// Folders with source maps and source code.
    pub fn source_folders(&self) -> Vec<PathBuf> {
        let mut folders = self.source_folders_of_run.clone();
        folders.extend(self.settings.source_folders.iter().cloned());
        folders
    }

    /// Finds the maps of each open snapshot, and refreshes names once some are known.
    pub(crate) fn sync_maps(&mut self) {
        let complete = self.files.iter().filter(|file| file.is_complete());
        let with_snapshot = |file: &OpenFile| Some((file.id, Arc::clone(file.snapshot.as_ref()?)));
        let open: Vec<_> = complete.filter_map(with_snapshot).collect();
        let (is_off, mut found, mut waiting) = (self.settings.generated_shown, 0, 0);
        let folders = self.source_folders();
        for (file, snapshot) in open {
            if let Some(maps) = SourceMaps::of(&snapshot) {
                maps.set_off(is_off);
            }
            let query = SourceMapsQuery { file, folders: folders.clone() };
            let options = MapOptions { folders: folders.clone(), roots: Vec::new(), waits: false, is_off };
            self.cache.request(query.clone(), move |progress, _| {
                let maps = SourceMaps::attach(&snapshot, options);
                let found = maps.find_all(&snapshot, progress).ok()?;
                infer_all(&snapshot, progress).ok()?;
                Some(found)
            });
            let known = self.cache.entry::<SourceMapsQuery>(&file).and_then(|entry| entry.shown());
            found += usize::from(known.is_some_and(|(_, &is_found)| is_found));
            waiting += usize::from(known.is_none_or(|(known, _)| *known != query));
        }
        let folders = if waiting > 0 { self.maps_shown.folders.clone() } else { folders };
        let shown = MapsShown { found, is_off: is_off && found > 0, folders };
        if self.maps_shown != shown {
            self.maps_shown = shown;
            self.read_names_again();
        }
    }

    /// Has everything made anew that shows places or names of code.
    pub(crate) fn read_names_again(&mut self) {
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
