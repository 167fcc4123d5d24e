//! The map in the middle: how it is drawn, what it is of, and the thread that lays it out. The old map is
//! shown until the new one is there.

use super::files::{FileId, OpenFile};
use super::job::{Job, Poll, Waker};
use super::state::AppState;
use super::view::View;
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
    /// Why there is nothing new.
    pub problem: Option<String>,
    /// The room it has, in points.
    pub(super) room: (u16, u16),
    roots: HashMap<FileId, NodeIndex>,
    shown: Option<(MapKey, MapView)>,
    making: Option<(MapKey, Job<MapView>)>,
}

impl MapPane {
    /// The map and what it was made for.
    pub fn shown(&self) -> Option<(&MapKey, &MapView)> {
        self.shown.as_ref().map(|(key, view)| (key, view))
    }

    /// The object that a snapshot's map is of, if it is not of all.
    pub fn root(&self, file: FileId) -> Option<NodeIndex> {
        self.roots.get(&file).copied()
    }

    pub(super) fn zoom(&mut self, file: FileId, node: NodeIndex) {
        self.roots.insert(file, node);
    }

    /// Has the map laid out unless that is done or under way.
    pub(super) fn make(
        &mut self,
        key: MapKey,
        snapshot: Arc<Snapshot>,
        baseline: Option<Arc<Snapshot>>,
        waker: &Waker,
    ) {
        let is_made = self.making.as_ref().is_some_and(|(made, _)| *made == key);
        let is_shown = self.making.is_none() && self.shown.as_ref().is_some_and(|(shown, _)| *shown == key);
        if is_made || is_shown || self.problem.is_some() {
            return;
        }
        let MapKey { sizes, root, style, room: (width, height), .. } = key;
        let job = Job::start("Drawing the map", waker, move |_| {
            snapshot.prepare(sizes);
            let room = (style, f32::from(width), f32::from(height), f32::from(MAP_LEVEL));
            MapView::new(&snapshot, (sizes, baseline.as_ref()), root, room)
        });
        self.making = Some((key, job));
    }

    /// Takes what was laid out.
    pub(super) fn poll(&mut self) {
        let Some((_, job)) = &self.making else { return };
        let made = match job.poll() {
            Poll::Pending => return,
            Poll::Ready(made) => Some(made),
            Poll::Lost(sentence) => {
                self.problem = Some(sentence);
                None
            }
        };
        if let Some((key, made)) = self.making.take().and_then(|(key, _)| Some((key, made?))) {
            self.shown = Some((key, made));
        }
    }

    /// Whether a thread is at work for it.
    pub fn is_busy(&self) -> bool {
        self.making.is_some()
    }

    /// What it does, once it takes long enough to be told.
    pub(super) fn busy_with(&self) -> Option<&str> {
        self.making.as_ref().and_then(|(_, job)| job.noticed())
    }

    /// Stops the work; another choice begins anew.
    pub(super) fn stop(&mut self) {
        if self.making.take().is_some() {
            self.problem = Some("Stopped".to_owned());
        }
    }

    /// Forgets a snapshot that is closed.
    pub(super) fn forget(&mut self, file: FileId) {
        let is_of = |key: &MapKey| key.file == file || key.baseline == Some(file);
        self.roots.remove(&file);
        self.shown.take_if(|(key, _)| is_of(key));
        self.making.take_if(|(key, _)| is_of(key));
    }
}

impl AppState {
    /// The snapshot that the map's growth is since.
    pub(super) fn map_baseline(&self) -> Option<FileId> {
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

    pub(super) fn sync_map(&mut self) {
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
