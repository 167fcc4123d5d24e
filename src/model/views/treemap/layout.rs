//! A dominator tree drawn to scale: as rectangles within rectangles, or level below level. Pure: the same
//! tree and room give the same tiles.

use std::collections::BinaryHeap;

use crate::base::{Cancelled, NodeIndex, Progress};
use crate::model::views::treemap::squarify::squarify;
use crate::model::views::treemap::{Area, Content, MapStyle, Tile};

/// Smaller tiles are folded into one, in square units of the room.
const LEAST_AREA: f64 = 30.0;
/// Narrower tiles of an icicle are folded into one.
const LEAST_WIDTH: f64 = 2.0;
/// Where all that lies in a tile is less than the least, it is shown as one if it is so many times as much.
const ROOMY: f64 = 20.0;
/// How deep rectangles stand within each other: lists of a million links are normal.
const DEEPEST: u16 = 60;

/// A tree whose nodes weigh what is below them and what they weigh alone.
pub trait Nested {
    /// Bytes of a node with all below it.
    fn bytes(&self, node: NodeIndex) -> u64;
    /// The nodes right below it.
    fn below(&self, node: NodeIndex) -> Vec<NodeIndex>;
}

/// The tiles of a tree in a room, parents before their children; at most about `limit`, the largest first.
/// A level of an icicle is `level` high.
pub fn layout(
    tree: &impl Nested,
    root: NodeIndex,
    (style, room, level): (MapStyle, Area, f32),
    limit: usize,
    progress: &Progress,
) -> Result<Vec<Tile>, Cancelled> {
    let area = if style == MapStyle::Icicle { Area { height: level, ..room } } else { room };
    let bytes = tree.bytes(root);
    let mut tiles =
        vec![Tile { area, content: Content::Object(root), bytes, depth: 0, parent: None, is_open: false }];
    // Larger tiles are opened first; of equal ones the first.
    let mut waiting = BinaryHeap::from([(bytes, std::cmp::Reverse(0))]);
    while let Some((_, std::cmp::Reverse(at))) = waiting.pop() {
        progress.check()?;
        let Tile { content: Content::Object(node), area, bytes, depth, .. } = tiles[at] else { continue };
        let has_room = match style {
            MapStyle::Treemap => depth < DEEPEST,
            MapStyle::Icicle => area.y + 2.0 * level <= room.y + room.height,
        };
        let Some(budget) = limit.checked_sub(tiles.len() + 2).filter(|&budget| budget > 0 && has_room) else {
            continue;
        };
        let least = match style {
            MapStyle::Treemap => part(LEAST_AREA, f64::from(area.width) * f64::from(area.height), bytes),
            MapStyle::Icicle => part(LEAST_WIDTH, f64::from(area.width), bytes),
        };
        let mut parts = parts(tree, (node, bytes), least, budget);
        let is_worth_it = |&(content, bytes): &(Content, u64)| match content {
            Content::Object(_) => true,
            Content::Own(_) => false,
            Content::More { .. } => is_at_least(bytes, least * ROOMY),
        };
        if !parts.iter().any(is_worth_it) {
            continue;
        }
        tiles[at].is_open = true;
        let areas = match style {
            MapStyle::Treemap => {
                #[expect(clippy::cast_precision_loss, reason = "a place in a window")]
                let sizes: Vec<f64> = parts.iter().map(|&(_, bytes)| bytes as f64).collect();
                squarify(&sizes, area)
            }
            MapStyle::Icicle => {
                // What cannot be gone into stands at the right, out of the way.
                parts.sort_by_key(|(content, _)| !matches!(content, Content::Object(_)));
                side_by_side(&parts, bytes, Area { y: area.y + level, ..area })
            }
        };
        for ((content, bytes), area) in parts.into_iter().zip(areas) {
            if style == MapStyle::Icicle && content == Content::Own(node) {
                continue;
            }
            if matches!(content, Content::Object(_)) {
                waiting.push((bytes, std::cmp::Reverse(tiles.len())));
            }
            let parent = Some(at);
            tiles.push(Tile { area, content, bytes, depth: depth + 1, parent, is_open: false });
        }
    }
    Ok(tiles)
}

/// The bytes that a tile of `least` units stands for where `room` units stand for `bytes`.
#[expect(clippy::cast_precision_loss, reason = "a place in a window")]
fn part(least: f64, room: f64, bytes: u64) -> f64 {
    least / room.max(f64::MIN_POSITIVE) * bytes as f64
}

#[expect(clippy::cast_precision_loss, reason = "a place in a window")]
fn is_at_least(bytes: u64, least: f64) -> bool {
    bytes as f64 >= least
}

/// What `node` consists of, largest first: its children down to `least` bytes and so many, the rest of them
/// as one, and itself.
fn parts(
    tree: &impl Nested,
    (node, bytes): (NodeIndex, u64),
    least: f64,
    budget: usize,
) -> Vec<(Content, u64)> {
    let below = tree.below(node).into_iter().map(|child| (Content::Object(child), tree.bytes(child)));
    let (mut parts, mut rest): (Vec<_>, Vec<_>) =
        below.filter(|&(_, bytes)| bytes > 0).partition(|&(_, bytes)| is_at_least(bytes, least));
    parts.sort_by_key(|&(_, bytes)| std::cmp::Reverse(bytes));
    rest.extend(parts.drain(budget.min(parts.len())..));
    let folded: u64 = rest.iter().map(|&(_, bytes)| bytes).sum();
    let shown: u64 = parts.iter().map(|&(_, bytes)| bytes).sum();
    if folded > 0 {
        let count = u64::try_from(rest.len()).unwrap_or(u64::MAX);
        parts.push((Content::More { above: node, count }, folded));
    }
    let own = bytes.saturating_sub(shown + folded);
    if own > 0 {
        parts.push((Content::Own(node), own));
    }
    parts.sort_by_key(|&(_, bytes)| std::cmp::Reverse(bytes));
    parts
}

/// One beside the other, in proportion to `whole`.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a place in a window")]
fn side_by_side(parts: &[(Content, u64)], whole: u64, room: Area) -> Vec<Area> {
    let scale = f64::from(room.width) / whole.max(1) as f64;
    let mut before = 0_u64;
    let area = |&(_, bytes): &(Content, u64)| {
        let x = room.x + (before as f64 * scale) as f32;
        before += bytes;
        Area { x, width: (bytes as f64 * scale) as f32, ..room }
    };
    parts.iter().map(area).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Children by node; every node weighs 1 and what is below it.
    struct Made(Vec<Vec<u32>>);

    impl Nested for Made {
        fn bytes(&self, node: NodeIndex) -> u64 {
            1 + self.below(node).into_iter().map(|child| self.bytes(child)).sum::<u64>()
        }

        fn below(&self, node: NodeIndex) -> Vec<NodeIndex> {
            self.0[node.position()].iter().map(|&child| NodeIndex(child)).collect()
        }
    }

    const ROOM: Area = Area { x: 0.0, y: 0.0, width: 800.0, height: 600.0 };

    fn tiles(tree: &Made, style: MapStyle, limit: usize) -> Vec<Tile> {
        layout(tree, NodeIndex(0), (style, ROOM, 20.0), limit, &Progress::new()).unwrap()
    }

    fn space(tile: &Tile) -> f32 {
        tile.area.width * tile.area.height
    }

    #[test]
    fn what_lies_in_a_tile_fills_it() {
        let tree = Made(vec![vec![1, 2], vec![3, 4], vec![], vec![5], vec![], vec![]]);
        let tiles = tiles(&tree, MapStyle::Treemap, 100);
        for (at, tile) in tiles.iter().enumerate().filter(|(_, tile)| tile.is_open) {
            let within: Vec<&Tile> = tiles.iter().filter(|other| other.parent == Some(at)).collect();
            assert_eq!(within.iter().map(|tile| tile.bytes).sum::<u64>(), tile.bytes);
            let sum: f32 = within.iter().map(|&tile| space(tile)).sum();
            assert!((sum - space(tile)).abs() < space(tile) * 1e-3);
        }
        assert_eq!(tiles.iter().filter(|tile| matches!(tile.content, Content::Object(_))).count(), 6);
    }

    #[test]
    fn an_icicle_stands_level_below_level_in_proportion() {
        let tree = Made(vec![vec![1, 2], vec![3, 4], vec![], vec![], vec![]]);
        let tiles = tiles(&tree, MapStyle::Icicle, 100);
        let of = |node| tiles.iter().find(|tile| tile.content == Content::Object(NodeIndex(node))).unwrap();
        assert_eq!((of(1).area.y, of(3).area.y), (20.0, 40.0));
        assert!((of(1).area.width - 800.0 * 3.0 / 5.0).abs() < 0.01);
        assert!((of(3).area.width - of(1).area.width / 3.0).abs() < 0.01);
        assert!(of(3).area.x >= of(1).area.x && of(4).area.x + of(4).area.width <= of(1).area.width + 0.01);
    }

    #[test]
    fn what_is_too_small_or_too_much_is_folded_into_one() {
        let wide =
            Made(std::iter::once((1..=50_000).collect()).chain((1..=50_000).map(|_| vec![])).collect());
        for (style, limit) in
            [(MapStyle::Treemap, 1000), (MapStyle::Icicle, 1000), (MapStyle::Treemap, 100_000)]
        {
            let tiles = tiles(&wide, style, limit);
            assert!(tiles.len() <= limit, "{}", tiles.len());
            let folded: u64 = tiles
                .iter()
                .map(|tile| if let Content::More { count, .. } = tile.content { count } else { 0 })
                .sum();
            let shown = tiles.iter().filter(|tile| matches!(tile.content, Content::Object(_))).count();
            assert_eq!(folded + u64::try_from(shown).unwrap(), 50_001);
        }
    }

    #[test]
    fn a_long_list_ends_somewhere() {
        let list = Made((1..=2000).map(|next| vec![next]).chain([vec![]]).collect());
        assert!(tiles(&list, MapStyle::Treemap, 5000).len() <= 2 * usize::from(DEEPEST) + 2);
        assert!(tiles(&list, MapStyle::Icicle, 5000).len() <= 31);
    }
}
