//! A dominator tree drawn to scale: as nested rectangles, or level below level. Pure: the same tree and area
//! give the same tiles.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rustc_hash::FxHashMap;

use crate::base::{Cancelled, ClassIndex, NodeIndex, Progress};
use crate::model::views::treemap::squarify::squarify;
use crate::model::views::treemap::{Area, MapRoot, MapStyle, Tile, TileContent};

/// Smaller tiles are folded into one, in square units of the area.
const LEAST_AREA: f64 = 30.0;
/// Narrower tiles of an icicle are folded into one.
const LEAST_WIDTH: f64 = 2.0;
/// If all children of a tile are below the minimum, they are shown as one tile if together they exceed it
/// this many times.
const ROOMY: f64 = 20.0;
/// Maximum nesting of rectangles: lists of a million links are normal.
const DEEPEST: u16 = 60;
/// Minimum number of siblings of one constructor that form a group.
const GROUP_FROM: usize = 4;
/// A sibling with at least this fraction of its parent's tile is drawn individually.
const GIANT: u64 = 8;
/// Height of the strip above the contents of a tile, for its name.
pub(super) const HEADER: f32 = 17.0;
/// Border around the contents of a tile with a strip.
const BORDER: f32 = 2.0;
/// Minimum size of a tile with a strip.
const HEADED: (f32, f32) = (72.0, 52.0);
/// A tile that one child fills more than this has no strip: the child's name is more useful.
const FILLED: f64 = 0.9;

/// A tree whose nodes have a total and an own weight.
pub(super) trait Nested {
    /// Bytes of a node's subtree.
    fn bytes(&self, node: NodeIndex) -> u64;
    /// The children of the node.
    fn below(&self, node: NodeIndex) -> Vec<NodeIndex>;
    /// The key by which siblings are grouped.
    fn class(&self, node: NodeIndex) -> ClassIndex;
}

/// The tiles of a tree, and the objects of group tiles.
#[derive(Default)]
pub(super) struct Layout {
    /// Parents before their children.
    pub tiles: Vec<Tile>,
    /// The objects of each group, largest first.
    pub groups: Vec<Vec<NodeIndex>>,
}

/// The tiles of a tree in an area; at most about `limit`, the largest first. Levels of an icicle have the
/// height `level`.
pub(super) fn layout(
    tree: &impl Nested,
    root: MapRoot,
    (style, room, level): (MapStyle, Area, f32),
    limit: usize,
    progress: &Progress,
) -> Result<Layout, Cancelled> {
    let area = if style == MapStyle::Icicle { Area { height: level, ..room } } else { room };
    let mut layout = Layout::of(tree, root, area);
    let bytes = layout.tiles[0].bytes;
    // Larger tiles are opened first; ties in order.
    let mut waiting = BinaryHeap::from([(bytes, Reverse(0))]);
    while let Some((_, Reverse(at))) = waiting.pop() {
        progress.check()?;
        let Tile { area, bytes, depth, .. } = layout.tiles[at];
        let has_room = match style {
            MapStyle::Treemap => depth < DEEPEST,
            MapStyle::Icicle => area.y + 2.0 * level <= room.y + room.height,
        };
        let taken = layout.tiles.len() + 2;
        let Some(budget) = limit.checked_sub(taken).filter(|&budget| budget > 0 && has_room) else {
            continue;
        };
        let least = match style {
            MapStyle::Treemap => part(LEAST_AREA, f64::from(area.width) * f64::from(area.height), bytes),
            MapStyle::Icicle => part(LEAST_WIDTH, f64::from(area.width), bytes),
        };
        let parts = layout.parts(tree, at, least, budget);
        let is_group = matches!(layout.tiles[at].content, TileContent::Group { .. });
        let is_worth_it = |&(content, bytes): &(TileContent, u64)| match content {
            TileContent::Object(_) | TileContent::Group { .. } => true,
            TileContent::Own(_) => false,
            // The group shows the same, and the constructor.
            TileContent::More { .. } if is_group => false,
            TileContent::More { .. } => is_at_least(bytes, least * ROOMY),
        };
        if !parts.iter().any(is_worth_it) {
            continue;
        }
        for child in layout.open(at, parts, style, level) {
            waiting.push((layout.tiles[child].bytes, Reverse(child)));
        }
    }
    Ok(layout)
}

/// The bytes of a tile with `least` square units where `room` units show `bytes`.
#[expect(clippy::cast_precision_loss, reason = "a place in a window")]
fn part(least: f64, room: f64, bytes: u64) -> f64 {
    least / room.max(f64::MIN_POSITIVE) * bytes as f64
}

#[expect(clippy::cast_precision_loss, reason = "a place in a window")]
fn is_at_least(bytes: u64, least: f64) -> bool {
    bytes as f64 >= least
}

impl Layout {
    /// Only the outermost tile.
    fn of(tree: &impl Nested, root: MapRoot, area: Area) -> Self {
        let mut layout = Self::default();
        let (content, bytes) = match root.class {
            None => (TileContent::Object(root.node), tree.bytes(root.node)),
            Some(class) => {
                let mut members = tree.below(root.node);
                members.retain(|&node| tree.class(node) == class);
                layout.group(tree, root.node, class, members)
            }
        };
        layout.tiles.push(Tile { area, content, bytes, depth: 0, parent: None, is_open: false, header: 0.0 });
        layout
    }

    /// Stores the objects of a group, largest first.
    fn group(
        &mut self,
        tree: &impl Nested,
        above: NodeIndex,
        class: ClassIndex,
        mut members: Vec<NodeIndex>,
    ) -> (TileContent, u64) {
        members.sort_by_cached_key(|&node| Reverse(tree.bytes(node)));
        let bytes = members.iter().map(|&node| tree.bytes(node)).sum();
        let group = self.groups.len();
        let count = u64::try_from(members.len()).unwrap_or(u64::MAX);
        self.groups.push(members);
        (TileContent::Group { above, class, count, group }, bytes)
    }

    /// The contents of a tile, largest first: its children down to `least` bytes and a maximum number, groups
    /// of one constructor, the rest as one, and its own bytes.
    fn parts(&mut self, tree: &impl Nested, at: usize, least: f64, budget: usize) -> Vec<(TileContent, u64)> {
        let bytes = self.tiles[at].bytes;
        let (above, mut parts) = match self.tiles[at].content {
            TileContent::Object(node) => (node, self.grouped(tree, node, (bytes, least))),
            TileContent::Group { above, group, .. } => {
                let members = self.groups[group].iter();
                (above, members.map(|&node| (TileContent::Object(node), tree.bytes(node))).collect())
            }
            TileContent::Own(_) | TileContent::More { .. } => return Vec::new(),
        };
        parts.sort_by_key(|&(_, bytes)| Reverse(bytes));
        let shown = parts.partition_point(|&(_, bytes)| is_at_least(bytes, least)).min(budget);
        let rest = parts.split_off(shown);
        let folded: u64 = rest.iter().map(|&(_, bytes)| bytes).sum();
        if folded > 0 {
            let count = rest.iter().map(|(content, _)| content.count()).sum();
            parts.push((TileContent::More { above, count }, folded));
        }
        let below: u64 = parts.iter().map(|&(_, bytes)| bytes).sum();
        let own = bytes.saturating_sub(below);
        if own > 0 && matches!(self.tiles[at].content, TileContent::Object(_)) {
            parts.push((TileContent::Own(above), own));
        }
        parts.sort_by_key(|&(_, bytes)| Reverse(bytes));
        parts
    }

    /// The children of `node`: many of one constructor as a group, and also a few that are too small for a
    /// tile each.
    fn grouped(
        &mut self,
        tree: &impl Nested,
        node: NodeIndex,
        (bytes, least): (u64, f64),
    ) -> Vec<(TileContent, u64)> {
        let mut parts = Vec::new();
        let mut siblings: FxHashMap<ClassIndex, Vec<NodeIndex>> = FxHashMap::default();
        for child in tree.below(node) {
            match tree.bytes(child) {
                0 => {}
                own if own > bytes / GIANT => parts.push((TileContent::Object(child), own)),
                _ => siblings.entry(tree.class(child)).or_default().push(child),
            }
        }
        let mut siblings: Vec<_> = siblings.into_iter().collect();
        siblings.sort_unstable_by_key(|&(class, _)| class);
        for (class, members) in siblings {
            let is_small = |&node: &NodeIndex| !is_at_least(tree.bytes(node), least);
            if members.len() >= GROUP_FROM || (members.len() > 1 && members.iter().any(is_small)) {
                let group = self.group(tree, node, class, members);
                parts.push(group);
            } else {
                parts
                    .extend(members.into_iter().map(|child| (TileContent::Object(child), tree.bytes(child))));
            }
        }
        parts
    }

    /// Places `parts` in or below a tile; returns those that can be opened.
    fn open(
        &mut self,
        at: usize,
        mut parts: Vec<(TileContent, u64)>,
        style: MapStyle,
        level: f32,
    ) -> Vec<usize> {
        let Tile { area, bytes, depth, .. } = self.tiles[at];
        self.tiles[at].is_open = true;
        let areas = match style {
            MapStyle::Treemap => {
                let header = header(area, bytes, &parts);
                self.tiles[at].header = header;
                #[expect(clippy::cast_precision_loss, reason = "a place in a window")]
                let sizes: Vec<f64> = parts.iter().map(|&(_, bytes)| bytes as f64).collect();
                squarify(&sizes, inside(area, header))
            }
            MapStyle::Icicle => {
                // Parts that cannot be opened are placed at the right.
                parts.sort_by_key(|(content, _)| !content.opens());
                side_by_side(&parts, bytes, Area { y: area.y + level, ..area })
            }
        };
        let mut opening = Vec::new();
        for ((content, bytes), area) in parts.into_iter().zip(areas) {
            if style == MapStyle::Icicle && matches!(content, TileContent::Own(_)) {
                continue;
            }
            if content.opens() {
                opening.push(self.tiles.len());
            }
            let (parent, depth) = (Some(at), depth + 1);
            self.tiles.push(Tile { area, content, bytes, depth, parent, is_open: false, header: 0.0 });
        }
        opening
    }
}

/// The height of the strip above `parts`: 0 if there is no space, or if one of them fills nearly all.
#[expect(clippy::cast_precision_loss, reason = "a place in a window")]
fn header(area: Area, bytes: u64, parts: &[(TileContent, u64)]) -> f32 {
    let is_filled = |&(content, part): &(TileContent, u64)| {
        matches!(content, TileContent::Object(_)) && part as f64 > FILLED * bytes as f64
    };
    let has_room = area.width >= HEADED.0 && area.height >= HEADED.1;
    if has_room && !parts.iter().any(is_filled) { HEADER } else { 0.0 }
}

/// The area below a strip.
fn inside(area: Area, header: f32) -> Area {
    if header == 0.0 {
        return area;
    }
    Area {
        x: area.x + BORDER,
        y: area.y + header,
        width: area.width - 2.0 * BORDER,
        height: area.height - header - BORDER,
    }
}

/// Side by side, in proportion to `whole`.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a place in a window")]
fn side_by_side(parts: &[(TileContent, u64)], whole: u64, room: Area) -> Vec<Area> {
    let scale = f64::from(room.width) / whole.max(1) as f64;
    let mut before = 0_u64;
    let area = |&(_, bytes): &(TileContent, u64)| {
        let x = room.x + (before as f64 * scale) as f32;
        before += bytes;
        Area { x, width: (bytes as f64 * scale) as f32, ..room }
    };
    parts.iter().map(area).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Children by node; every node weighs 1 plus its subtree. The class of a node is its number modulo the
    /// second.
    struct Made(Vec<Vec<u32>>, u32);

    impl Nested for Made {
        fn bytes(&self, node: NodeIndex) -> u64 {
            1 + self.below(node).into_iter().map(|child| self.bytes(child)).sum::<u64>()
        }

        fn below(&self, node: NodeIndex) -> Vec<NodeIndex> {
            self.0[node.position()].iter().map(|&child| NodeIndex(child)).collect()
        }

        fn class(&self, node: NodeIndex) -> ClassIndex {
            ClassIndex(node.0 % self.1)
        }
    }

    const ROOM: Area = Area { x: 0.0, y: 0.0, width: 800.0, height: 600.0 };

    fn tiles(tree: &Made, style: MapStyle, limit: usize) -> Vec<Tile> {
        let root = MapRoot::from(NodeIndex(0));
        layout(tree, root, (style, ROOM, 20.0), limit, &Progress::new()).unwrap().tiles
    }

    fn is_group(tile: &Tile) -> bool {
        matches!(tile.content, TileContent::Group { .. })
    }

    #[test]
    fn siblings_of_one_constructor_stand_together_and_giants_by_themselves() {
        // 200 of one constructor, 2 of another; one of the 200 holds a thousand nodes.
        let mut below: Vec<Vec<u32>> = vec![(1..=202).collect()];
        below.extend((1..=202).map(|at| if at == 2 { (203..1203).collect() } else { vec![] }));
        below.extend((0..1000).map(|_| vec![]));
        let tree = Made(below, 2);
        let tiles = tiles(&tree, MapStyle::Treemap, 500);
        let of_root: Vec<&Tile> = tiles.iter().filter(|tile| tile.parent == Some(0)).collect();
        assert_eq!(of_root[0].content, TileContent::Object(NodeIndex(2)));
        let counts: Vec<u64> =
            of_root.iter().filter(|tile| is_group(tile)).map(|tile| tile.content.count()).collect();
        assert_eq!(counts, [101, 100]);
        let root = MapRoot { node: NodeIndex(0), class: Some(ClassIndex(1)) };
        let inner = layout(&tree, root, (MapStyle::Treemap, ROOM, 20.0), 500, &Progress::new()).unwrap();
        assert_eq!(inner.tiles[0].bytes, 101);
        assert_eq!(inner.tiles.iter().filter(|tile| tile.parent == Some(0)).count(), 101);
    }

    fn space(tile: &Tile) -> f32 {
        tile.area.width * tile.area.height
    }

    #[test]
    fn what_lies_in_a_tile_fills_it() {
        let tree = Made(vec![vec![1, 2], vec![3, 4], vec![], vec![5], vec![], vec![]], 9);
        let tiles = tiles(&tree, MapStyle::Treemap, 100);
        for (at, tile) in tiles.iter().enumerate().filter(|(_, tile)| tile.is_open) {
            let within: Vec<&Tile> = tiles.iter().filter(|other| other.parent == Some(at)).collect();
            assert_eq!(within.iter().map(|tile| tile.bytes).sum::<u64>(), tile.bytes);
            let sum: f32 = within.iter().map(|&tile| space(tile)).sum();
            let inside = inside(tile.area, tile.header);
            let room = inside.width * inside.height;
            assert!((sum - room).abs() < room * 1e-3);
        }
        assert_eq!(tiles.iter().filter(|tile| matches!(tile.content, TileContent::Object(_))).count(), 6);
    }

    #[test]
    fn an_icicle_stands_level_below_level_in_proportion() {
        let tree = Made(vec![vec![1, 2], vec![3, 4], vec![], vec![], vec![]], 9);
        let tiles = tiles(&tree, MapStyle::Icicle, 100);
        let of =
            |node| tiles.iter().find(|tile| tile.content == TileContent::Object(NodeIndex(node))).unwrap();
        assert_eq!((of(1).area.y, of(3).area.y), (20.0, 40.0));
        assert!((of(1).area.width - 800.0 * 3.0 / 5.0).abs() < 0.01);
        assert!((of(3).area.width - of(1).area.width / 3.0).abs() < 0.01);
        assert!(of(3).area.x >= of(1).area.x && of(4).area.x + of(4).area.width <= of(1).area.width + 0.01);
    }

    #[test]
    fn what_is_too_small_or_too_much_is_folded_into_one() {
        let wide =
            Made(std::iter::once((1..=50_000).collect()).chain((1..=50_000).map(|_| vec![])).collect(), 7);
        for (style, limit) in
            [(MapStyle::Treemap, 1000), (MapStyle::Icicle, 1000), (MapStyle::Treemap, 100_000)]
        {
            let tiles = tiles(&wide, style, limit);
            assert!(tiles.len() <= limit, "{}", tiles.len());
            let folded: u64 = tiles
                .iter()
                .map(|tile| if let TileContent::More { count, .. } = tile.content { count } else { 0 })
                .sum();
            let shown = tiles.iter().filter(|tile| matches!(tile.content, TileContent::Object(_))).count();
            let closed = |tile: &Tile| if tile.is_open { 0 } else { tile.content.count() };
            let closed: u64 = tiles.iter().filter(|tile| is_group(tile)).map(closed).sum();
            assert_eq!(folded + closed + u64::try_from(shown).unwrap(), 50_001);
            assert_eq!(tiles.iter().filter(|tile| is_group(tile)).count(), 7, "one for each constructor");
        }
    }

    #[test]
    fn a_long_list_ends_somewhere() {
        let list = Made((1..=2000).map(|next| vec![next]).chain([vec![]]).collect(), 5);
        assert!(tiles(&list, MapStyle::Treemap, 5000).len() <= 2 * usize::from(DEEPEST) + 2);
        assert!(tiles(&list, MapStyle::Icicle, 5000).len() <= 31);
    }
}
