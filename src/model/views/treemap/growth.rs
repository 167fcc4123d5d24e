//! The growth of a map's tiles since a baseline: objects are matched by id and kind.

use rustc_hash::FxHashMap;

use crate::base::{Cancelled, NodeIndex, Progress};
use crate::graph::NodeKind;
use crate::model::views::treemap::layout::Layout;
use crate::model::views::treemap::{Tile, TileColor, TileContent};
use crate::snapshot::{SizeMode, Snapshot};

/// A colour for each tile: the fraction of its size that was added or freed. Tiles without a match are all
/// new. `O(nodes)` of the baseline.
pub(super) fn tints(
    snapshot: &Snapshot,
    baseline: &Snapshot,
    sizes: SizeMode,
    layout: &Layout,
    progress: &Progress,
) -> Result<Vec<TileColor>, Cancelled> {
    baseline.prepare(sizes);
    let nodes = &snapshot.graph().nodes;
    let objects = layout.tiles.iter().map(|tile| tile.content.object());
    let mut before: FxHashMap<(u64, NodeKind), Option<NodeIndex>> = objects
        .chain(layout.groups.iter().flatten().copied())
        .map(|node| ((nodes.id(node), nodes.kind(node)), None))
        .collect();
    let old_nodes = &baseline.graph().nodes;
    for (position, (id, kind)) in old_nodes.ids().zip(old_nodes.kinds()).enumerate() {
        progress.tick(position)?;
        if let Some(found) = before.get_mut(&(id, kind)) {
            found.get_or_insert(NodeIndex::at(position));
        }
    }
    // The roots match whatever their ids are.
    let (old_root, root) = (baseline.graph().root, snapshot.graph().root);
    let older = |node: NodeIndex| match node == root {
        true => Some(old_root),
        false => before.get(&(nodes.id(node), nodes.kind(node))).copied().flatten(),
    };
    let retained = |&node: &NodeIndex| older(node).and_then(|was| baseline.retained(sizes, was)).unwrap_or(0);
    let tint = |tile: &Tile| {
        let bytes = match tile.content {
            TileContent::Object(node) => retained(&node),
            TileContent::Own(node) => older(node).map_or(0, |was| baseline.shallow(sizes, was)),
            TileContent::Group { group, .. } => layout.groups[group].iter().map(retained).sum(),
            TileContent::More { .. } => return TileColor::Plain,
        };
        TileColor::Growth(growth(bytes, tile.bytes))
    };
    Ok(layout.tiles.iter().map(tint).collect())
}

/// The change as a fraction of the larger of the two, −1 to 1.
#[expect(clippy::cast_precision_loss, reason = "a shade of a colour")]
fn growth(before: u64, now: u64) -> f32 {
    let larger = before.max(now).max(1) as f32;
    if now >= before { (now - before) as f32 / larger } else { -((before - now) as f32 / larger) }
}
