//! The map: how it is drawn and which part of the heap it shows. A background query computes the layout.

use crate::app::files::open_file::{FileId, OpenFile};
use crate::app::options::{Choice, OptionForm, Options};
use crate::app::state::AppState;
use crate::app::tasks::query_cache::Query;
use crate::app::views::spec::{Needs, ViewSpec, ctrl};
use crate::model::{MapRoot, MapStyle, MapView};
use crate::snapshot::SizeMode;

/// The view of the heap drawn to scale.
pub(crate) static SPEC: ViewSpec = ViewSpec {
    title: "Map",
    tooltip: "What retains how much, drawn to scale",
    shortcut: ctrl("9"),
    needs: Needs::One,
    options: &[&MAP_STYLE, &MAP_COLOURS],
    hint: "Click a rectangle to see who holds it",
    request: AppState::sync_map,
    ..ViewSpec::BASE
};

/// How the map is drawn.
pub static MAP_STYLE: Options<MapStyle> = Options {
    form: OptionForm::Elsewhere,
    ..Options::new(
        "map style",
        "Map",
        &[
            Choice::new(
                MapStyle::Treemap,
                "Treemap",
                "Objects as rectangles within what they would be freed with",
            ),
            Choice::new(
                MapStyle::Icicle,
                "Icicle",
                "Objects level by level below what they would be freed with",
            ),
        ],
    )
};

/// The meaning of the colours.
pub static MAP_COLOURS: Options<MapColours> = Options {
    form: OptionForm::Elsewhere,
    is_enabled: |state, at| at == 0 || state.map_baseline().is_some(),
    ..Options::new(
        "map colours",
        "Map",
        &[
            Choice::new(MapColours::Kind, "Colour by kind", "The map's colours say what an object is"),
            Choice::new(
                MapColours::Growth,
                "Colour by growth",
                "The map's colours say what grew since the baseline, what shrank and what is the same",
            ),
        ],
    )
};

/// The height of an icicle's level, in points.
pub const MAP_LEVEL: u16 = 20;

/// The meaning of a map's colours.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum MapColours {
    /// The kind of an object.
    Kind,
    /// The growth of an object since the baseline, if there is one.
    #[default]
    Growth,
}

/// What a map depends on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MapQuery {
    /// The snapshot.
    pub file: FileId,
    /// The snapshot that growth is relative to.
    pub baseline: Option<FileId>,
    /// Chrome's sizes or V8's.
    pub sizes: SizeMode,
    /// The object or group whose retained size is drawn.
    pub root: MapRoot,
    /// Treemap or icicle.
    pub style: MapStyle,
    /// Width and height in points.
    pub size: (u16, u16),
}

impl Query for MapQuery {
    type Slot = ();
    type Output = MapView;
    type Value = Option<MapView>;

    fn slot(&self) {}

    fn label(&self) -> &'static str {
        "Drawing the map"
    }

    fn files(&self) -> Vec<FileId> {
        self.baseline.into_iter().chain([self.file]).collect()
    }
}

impl AppState {
    /// The map with the query it answers.
    pub fn map_view(&self) -> Option<(&MapQuery, &MapView)> {
        self.cache.entry::<MapQuery>(&())?.shown()
    }

    /// Why the map could not be laid out.
    pub fn map_error(&self) -> Option<&str> {
        self.cache.entry::<MapQuery>(&())?.error()
    }

    /// The object that the map of a snapshot shows; `None` for the whole heap.
    pub fn map_root(&self, file: FileId) -> Option<MapRoot> {
        self.file(file)?.options.map_root
    }

    pub(crate) fn zoom_map(&mut self, file: FileId, root: MapRoot) {
        if let Some(options) = self.file_options_mut(file) {
            options.map_root = Some(root);
        }
        self.inspect(file, root.node);
    }

    /// The snapshot that the map's growth is counted from: objects are matched by id, so it has to be of the same
    /// process.
    pub(crate) fn map_baseline(&self) -> Option<FileId> {
        let (baseline, current) = (self.baseline?, self.current?);
        let is_complete = self.file(baseline).is_some_and(OpenFile::is_complete);
        let is_of_process = self.process_of(baseline) == self.process_of(current);
        (baseline != current && is_complete && is_of_process).then_some(baseline)
    }

    /// The meaning of the map's colours; growth only with a baseline.
    pub fn map_colours(&self) -> MapColours {
        if self.map_baseline().is_some() { self.option(&MAP_COLOURS) } else { MapColours::Kind }
    }

    pub(crate) fn sync_map(&mut self) {
        let Some(file) = self.current_file().filter(|file| file.is_complete()) else { return };
        let (id, size) = (file.id, self.map_size);
        let Some(snapshot) = file.snapshot.clone().filter(|_| size.0 > 0 && size.1 > 0) else { return };
        let baseline = self.map_baseline().filter(|_| self.map_colours() == MapColours::Growth);
        let (sizes, style) = (self.settings.sizes(), self.option(&MAP_STYLE));
        let root = self.map_root(id).unwrap_or(snapshot.graph().root.into());
        let older = baseline.and_then(|baseline| self.snapshot(baseline).cloned());
        self.cache.request(MapQuery { file: id, baseline, sizes, root, style, size }, move |progress, _| {
            snapshot.prepare(sizes);
            let area = (style, f32::from(size.0), f32::from(size.1), f32::from(MAP_LEVEL));
            MapView::new(&snapshot, (sizes, older.as_ref()), root, area, progress).ok()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::NodeIndex;

    #[test]
    fn a_map_of_growth_depends_on_both_snapshots() {
        let query = MapQuery {
            file: FileId(1),
            baseline: Some(FileId(0)),
            sizes: SizeMode::Chrome,
            root: NodeIndex(0).into(),
            style: MapStyle::Treemap,
            size: (10, 10),
        };
        assert_eq!(query.files(), [FileId(0), FileId(1)]);
        assert_eq!(MapQuery { baseline: None, ..query }.files(), [FileId(1)]);
    }
}
