//! Map: the dominator tree drawn to scale, as a treemap or an icicle, in units of its area.

mod growth;
mod layout;
pub(crate) mod names;
mod squarify;

use std::sync::Arc;

use crate::base::{Cancelled, ClassIndex, NodeIndex, Progress};
use crate::graph::NodeKind;
use crate::model::format;
use crate::model::views::treemap::layout::Nested;
use crate::model::views::treemap::names::{crumbs, name};
use crate::snapshot::{SizeMode, Snapshot};

/// Maximum number of tiles.
const TILES: usize = 5_000;
/// How the tree is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum MapStyle {
    /// Nested rectangles.
    #[default]
    Treemap,
    /// Level below level.
    Icicle,
}

/// A rectangle.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Area {
    /// Its left edge.
    pub x: f32,
    /// Its upper edge.
    pub y: f32,
    /// To the right.
    pub width: f32,
    /// Down.
    pub height: f32,
}

impl Area {
    /// Whether the point is inside.
    pub fn contains(&self, x: f32, y: f32) -> bool {
        (self.x..self.x + self.width).contains(&x) && (self.y..self.y + self.height).contains(&y)
    }
}

/// What a tile stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TileContent {
    /// An object with all it retains.
    Object(NodeIndex),
    /// The parent object's own size.
    Own(NodeIndex),
    /// Objects of one constructor with the same immediate dominator.
    Group {
        /// Their immediate dominator.
        above: NodeIndex,
        /// Their constructor.
        class: ClassIndex,
        /// Their number.
        count: u64,
        /// Index into [`MapView::groups`].
        group: usize,
    },
    /// Objects too small to be drawn individually.
    More {
        /// Their immediate dominator.
        above: NodeIndex,
        /// Their number.
        count: u64,
    },
}

/// A part of the map.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Tile {
    /// Its position.
    pub area: Area,
    /// What it stands for.
    pub content: TileContent,
    /// The size it is proportional to.
    pub bytes: u64,
    /// Number of its ancestors.
    pub depth: u16,
    /// Its parent tile.
    pub parent: Option<usize>,
    /// Whether it has child tiles.
    pub is_open: bool,
    /// The height of the strip with its name; 0 for none.
    pub header: f32,
}

/// The root of a map.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MapRoot {
    /// The object whose retained size is drawn.
    pub node: NodeIndex,
    /// Only its children of this constructor.
    pub class: Option<ClassIndex>,
}

impl From<NodeIndex> for MapRoot {
    fn from(node: NodeIndex) -> Self {
        Self { node, class: None }
    }
}

/// The meaning of a tile's colour.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum TileColor {
    /// Index into [`KINDS`].
    Kind(usize),
    /// Fraction of its retained size that is new since the baseline; below 0 for shrinkage.
    Growth(f32),
    /// Nothing.
    Plain,
}

/// The kinds that are distinguished by colour.
pub const KINDS: [&str; 7] =
    ["Code and functions", "Strings", "Arrays", "Typed arrays", "V8's own", "Objects", "Outside V8's heap"];

/// An ancestor to go back to.
#[derive(Clone, PartialEq, Debug)]
pub struct Breadcrumb {
    /// The target; `None` if several are omitted.
    pub root: Option<MapRoot>,
    /// Its name.
    pub name: String,
}

/// The map of what one object retains.
#[derive(Debug)]
pub struct MapView {
    /// Parents before their children.
    pub tiles: Vec<Tile>,
    /// The objects of each group of one constructor, largest first.
    pub groups: Vec<Vec<NodeIndex>>,
    /// The name of each tile.
    pub names: Vec<String>,
    /// The colour of each tile.
    pub tints: Vec<TileColor>,
    /// The path from the root of the heap to the object.
    pub crumbs: Vec<Breadcrumb>,
}

/// The dominator tree of a snapshot.
struct Retained<'a>(&'a Snapshot, SizeMode);

impl Nested for Retained<'_> {
    fn bytes(&self, node: NodeIndex) -> u64 {
        self.0.retained(self.1, node).unwrap_or(0)
    }

    fn below(&self, node: NodeIndex) -> Vec<NodeIndex> {
        self.0.dominated(node)
    }

    fn class(&self, node: NodeIndex) -> ClassIndex {
        self.0.class_of(node)
    }
}

impl MapView {
    /// The map of `root`, in an area of this width and height with levels of height `level`; coloured by
    /// growth if there is a baseline. `O(nodes)` at most; the snapshot must be complete.
    pub fn new(
        snapshot: &Snapshot,
        (sizes, baseline): (SizeMode, Option<&Arc<Snapshot>>),
        root: MapRoot,
        (style, width, height, level): (MapStyle, f32, f32, f32),
        progress: &Progress,
    ) -> Result<Self, Cancelled> {
        let room = Area { x: 0.0, y: 0.0, width, height };
        let tree = Retained(snapshot, sizes);
        let layout = layout::layout(&tree, root, (style, room, level), TILES, progress)?;
        let names = layout.tiles.iter().map(|tile| name(snapshot, tile.content)).collect();
        let mut tints: Vec<TileColor> = match baseline {
            Some(baseline) => growth::tints(snapshot, baseline, sizes, &layout, progress)?,
            None => layout.tiles.iter().map(|tile| tint(snapshot, tile.content, &layout.groups)).collect(),
        };
        // The small objects of a group have its kind.
        for (at, tile) in layout.tiles.iter().enumerate() {
            if let (TileContent::More { .. }, Some(parent)) = (tile.content, tile.parent)
                && matches!(layout.tiles[parent].content, TileContent::Group { .. })
            {
                tints[at] = tints[parent];
            }
        }
        Ok(Self { tiles: layout.tiles, groups: layout.groups, names, tints, crumbs: crumbs(snapshot, root) })
    }

    /// The innermost tile at a position.
    pub fn at(&self, x: f32, y: f32) -> Option<usize> {
        self.tiles.iter().rposition(|tile| tile.area.contains(x, y))
    }

    /// The ancestors of `tile`, the innermost first, without itself.
    pub fn around(&self, tile: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(self.tiles[tile].parent, |&at| self.tiles[at].parent)
    }

    /// The tile to zoom into from `tile`: the outermost ancestor that is clearly smaller than the whole map,
    /// or itself in an icicle.
    pub fn way_into(&self, tile: usize, style: MapStyle) -> Option<MapRoot> {
        /// A larger part of the map looks like all of it.
        const WHOLE: f32 = 0.95;
        let whole = self.tiles.first()?.bytes;
        let goes_in = |&at: &usize| match (style, self.tiles[at].is_open) {
            (MapStyle::Icicle, _) => at == tile,
            (MapStyle::Treemap, is_open) => is_open && format::share(self.tiles[at].bytes, whole) < WHOLE,
        };
        let outwards = std::iter::once(tile).chain(self.around(tile));
        outwards.filter(goes_in).last().and_then(|at| self.tiles[at].content.root())
    }
}

impl TileContent {
    /// The object that a click selects.
    pub fn object(self) -> NodeIndex {
        match self {
            Self::Object(node) | Self::Own(node) => node,
            Self::Group { above, .. } | Self::More { above, .. } => above,
        }
    }

    /// The map of this object alone.
    pub fn root(self) -> Option<MapRoot> {
        match self {
            Self::Object(node) => Some(node.into()),
            Self::Group { above, class, .. } => Some(MapRoot { node: above, class: Some(class) }),
            Self::Own(_) | Self::More { .. } => None,
        }
    }

    /// Number of its objects.
    pub fn count(self) -> u64 {
        match self {
            Self::Object(_) | Self::Own(_) => 1,
            Self::Group { count, .. } | Self::More { count, .. } => count,
        }
    }

    /// Whether it can have children.
    fn opens(self) -> bool {
        matches!(self, Self::Object(_) | Self::Group { .. })
    }
}

fn tint(snapshot: &Snapshot, content: TileContent, groups: &[Vec<NodeIndex>]) -> TileColor {
    match content {
        TileContent::Object(node) | TileContent::Own(node) => TileColor::Kind(kind(snapshot, node)),
        TileContent::Group { group, .. } => match groups[group].first() {
            Some(&node) => TileColor::Kind(kind(snapshot, node)),
            None => TileColor::Plain,
        },
        TileContent::More { .. } => TileColor::Plain,
    }
}

/// Index into [`KINDS`].
fn kind(snapshot: &Snapshot, node: NodeIndex) -> usize {
    let graph = snapshot.graph();
    match graph.nodes.kind(node) {
        NodeKind::CODE | NodeKind::CLOSURE => 0,
        kind if kind.is_string() => 1,
        NodeKind::ARRAY => 2,
        NodeKind::NATIVE if graph.raw_name(node).contains("ArrayBuffer") => 3,
        NodeKind::NATIVE => 6,
        NodeKind::OBJECT => match graph.raw_name(node) {
            "Array" => 2,
            "ArrayBuffer" | "SharedArrayBuffer" => 3,
            name if name.ends_with("Array") && name.starts_with(['I', 'U', 'F', 'B']) => 3,
            name if name.starts_with("system / ") => 4,
            _ => 5,
        },
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;

    fn snapshot(leaks: u64) -> (Arc<Snapshot>, NodeIndex) {
        let mut heap = GraphBuilder::new();
        let owner = heap.node("object", "Owner", 100);
        let leak = heap.node("object", "Leak", leaks);
        let code = heap.node("code", "f", 300);
        heap.edge(0, "shortcut", "global", owner).edge(owner, "property", "leak", leak);
        heap.edge(owner, "property", "code", code);
        for (node, id) in [(owner, 3), (leak, 5), (code, 7)] {
            heap.id(node, id);
        }
        (load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap(), NodeIndex::at(owner))
    }

    fn map(snapshot: &Snapshot, baseline: Option<&Arc<Snapshot>>, root: NodeIndex) -> MapView {
        let room = (MapStyle::Treemap, 400.0, 300.0, 20.0);
        MapView::new(snapshot, (SizeMode::Chrome, baseline), root.into(), room, &Progress::new()).unwrap()
    }

    #[test]
    fn tiles_are_named_coloured_by_kind_and_found_by_place() {
        let (snapshot, owner) = snapshot(600);
        let map = map(&snapshot, None, snapshot.graph().root);
        assert!(map.names.contains(&"leak: Leak @5".to_owned()), "{:?}", map.names);
        let leak = map.names.iter().position(|name| name == "leak: Leak @5").unwrap();
        assert_eq!(map.tints[leak], TileColor::Kind(5));
        let Area { x, y, .. } = map.tiles[leak].area;
        assert_eq!(map.at(x + 1.0, y + 1.0), Some(leak));
        assert_eq!(map.way_into(leak, MapStyle::Treemap), None, "the owner is all of the map");
        assert_eq!(crumbs(&snapshot, owner.into()).len(), 2);
    }

    #[test]
    fn with_a_baseline_colours_say_what_grew() {
        let ((older, _), (newer, owner)) = (snapshot(200), snapshot(600));
        let map = map(&newer, Some(&older), owner);
        let of = |name: &str| map.tints[map.names.iter().position(|other| other == name).unwrap()];
        assert_eq!(of("leak: Leak @5"), TileColor::Growth(400.0 / 600.0));
        assert_eq!(of("code: f @7"), TileColor::Growth(0.0));
        assert_eq!(of("Owner alone"), TileColor::Growth(0.0));
        assert_eq!(of("global: Owner @3"), TileColor::Growth(400.0 / 1000.0));
    }
}
