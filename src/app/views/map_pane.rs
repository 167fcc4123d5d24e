//! The map in the middle: how it is drawn and what it is of; a thread lays it out.

use crate::app::files::open_file::{FileId, OpenFile};
use crate::app::state::AppState;
use crate::app::tasks::job::Waker;
use crate::app::tasks::latest_value::LatestValue;
use crate::app::views::view::View;
use crate::base::NodeIndex;
use crate::model::{MapStyle, MapView};
use crate::snapshot::{SizeMode, Snapshot};
use std::collections::HashMap;
use std::sync::Arc;

/// The height of an icicle's level, in points.
pub const MAP_LEVEL: u16 = 20;

/// What the colours of a map say.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum MapColours {
    /// What an object is.
    Kind,
    /// How it has changed since the baseline, where there is one.
    #[default]
    Growth,
}

/// What a map depends on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MapKey {
    /// The snapshot.
    pub file: FileId,
    /// The snapshot that growth is since.
    pub baseline: Option<FileId>,
    /// Which sizes.
    pub sizes: SizeMode,
    /// What it is of.
    pub root: NodeIndex,
    /// How it is drawn.
    pub style: MapStyle,
    /// Width and height in points.
    pub room: (u16, u16),
}

/// The map and what is chosen of it.
#[derive(Default)]
pub struct MapPane {
    /// How it is drawn.
    pub style: MapStyle,
    /// What its colours say.
    pub colours: MapColours,
    /// The map itself.
    pub latest: LatestValue<MapKey, MapView>,
    /// The room it has, in points.
    pub(crate) room: (u16, u16),
    roots: HashMap<FileId, NodeIndex>,
}

impl MapPane {
    /// The object that a snapshot's map is of, if it is not of all.
    pub fn root(&self, file: FileId) -> Option<NodeIndex> {
        self.roots.get(&file).copied()
    }

    pub(crate) fn zoom(&mut self, file: FileId, node: NodeIndex) {
        self.roots.insert(file, node);
    }

    /// Has the map laid out unless that is done or under way.
    fn make(&mut self, key: MapKey, snapshot: Arc<Snapshot>, baseline: Option<Arc<Snapshot>>, waker: &Waker) {
        let MapKey { sizes, root, style, room: (width, height), .. } = key;
        self.latest.want(key, "Drawing the map", waker, move |progress| {
            snapshot.prepare(sizes);
            let room = (style, f32::from(width), f32::from(height), f32::from(MAP_LEVEL));
            MapView::new(&snapshot, (sizes, baseline.as_ref()), root, room, progress).ok()
        });
    }

    /// Forgets a snapshot that is closed.
    pub(crate) fn forget(&mut self, file: FileId) {
        self.roots.remove(&file);
        self.latest.forget(|key| key.file == file || key.baseline == Some(file));
    }
}

impl AppState {
    /// The snapshot that the map's growth is since.
    pub(crate) fn map_baseline(&self) -> Option<FileId> {
        let complete = |&id: &FileId| self.file(id).is_some_and(OpenFile::is_complete);
        self.baseline.filter(|&baseline| Some(baseline) != self.current).filter(complete)
    }

    /// What the map's colours say; growth only where there is a baseline.
    pub fn map_colours(&self) -> MapColours {
        if self.map_baseline().is_some() { self.map.colours } else { MapColours::Kind }
    }

    /// The room the map is made for, in points.
    pub fn map_room(&self) -> (u16, u16) {
        self.map.room
    }

    pub(crate) fn sync_map(&mut self) {
        let Some(file) = self.current_file().filter(|file| file.is_complete() && self.view == View::Map)
        else {
            return;
        };
        let (id, room) = (file.id, self.map.room);
        let Some(snapshot) = file.snapshot.clone().filter(|_| room.0 > 0 && room.1 > 0) else { return };
        let baseline = self.map_baseline().filter(|_| self.map_colours() == MapColours::Growth);
        let key = MapKey {
            file: id,
            baseline,
            sizes: self.settings.sizes(),
            root: self.map.root(id).unwrap_or(snapshot.graph().root),
            style: self.map.style,
            room,
        };
        let older = baseline.and_then(|baseline| self.snapshot(baseline).cloned());
        let waker = Arc::clone(&self.waker);
        self.map.make(key, snapshot, older, &waker);
    }
}
