//! Drawings of a report, in units of its page: the map of a heap, and the path to an object.

use serde::Serialize;

use crate::base::{Cancelled, Progress};
use crate::model::{MapRoot, MapStyle, MapView, TileColor};
use crate::report::plain;
use crate::snapshot::{SizeMode, Snapshot};
use std::sync::Arc;

/// Width and height of the map.
const MAP: (f32, f32) = (960.0, 420.0);
/// Height of the name above the contents of a tile.
const LEVEL: f32 = 16.0;
/// Smaller tiles are not drawn, in square units.
const SMALLEST: f32 = 90.0;
/// Text is written on a colour that is seen so much as on a dark page.
const STRONG: f32 = 0.6;
/// Tiles, at most.
const TILES: usize = 1200;
/// The width of a letter.
const LETTER: f32 = 6.2;
/// Space between a tile's edge and its name.
const MARGIN: f32 = 4.0;
/// Maximum characters of a step in a drawing.
const STEP_LETTERS: usize = 92;
/// The height of a step with the arrow below.
const STEP_HEIGHT: usize = 38;
/// Maximum number of steps of a path, counted from the object.
const STEPS: usize = 14;

/// A rectangle of the map.
#[derive(Serialize)]
pub struct MapTile {
    x: String,
    y: String,
    width: String,
    height: String,
    /// The class of its colour.
    color: String,
    /// Opacity of the colour, in percent.
    strength: String,
    /// Whether the name has to be written in the page's own colour to be read.
    is_strong: bool,
    /// The name that has room in it; empty for none.
    label: String,
    /// The whole name.
    name: String,
}

/// One step of a path, from a root to the object.
#[derive(Serialize)]
pub(super) struct DrawnStep {
    y: usize,
    label: String,
    name: String,
    is_last: bool,
}

/// The path to an object, ready to draw.
#[derive(Serialize, Default)]
pub struct PathDrawing {
    height: usize,
    steps: Vec<DrawnStep>,
}

/// The map of the whole heap; coloured by growth if there is a baseline.
pub(super) fn heap_map(
    snapshot: &Snapshot,
    baseline: Option<&Arc<Snapshot>>,
    mode: SizeMode,
    progress: &Progress,
) -> Result<Vec<MapTile>, Cancelled> {
    let root = MapRoot::from(snapshot.graph().root);
    let room = (MapStyle::Treemap, MAP.0, MAP.1, LEVEL);
    let view = MapView::new(snapshot, (mode, baseline), root, room, progress)?;
    let tiles = view.tiles.iter().enumerate();
    let seen = tiles.filter(|(_, tile)| tile.area.width * tile.area.height >= SMALLEST).take(TILES);
    let drawn = seen.map(|(at, tile)| {
        let (color, strength) = color(view.tints[at]);
        let name = plain(&view.names[at]);
        let has_room = (tile.header > 0.0 || !tile.is_open) && tile.area.height >= LEVEL;
        let label = if has_room { fitting(&name, tile.area.width - 2.0 * MARGIN) } else { String::new() };
        MapTile {
            x: format!("{:.1}", tile.area.x),
            y: format!("{:.1}", tile.area.y),
            width: format!("{:.1}", tile.area.width),
            height: format!("{:.1}", tile.area.height),
            color,
            strength: format!("{:.0}", strength * 100.0),
            is_strong: strength > STRONG,
            label,
            name,
        }
    });
    Ok(drawn.collect())
}

/// The class of a colour, and its opacity.
fn color(of: TileColor) -> (String, f32) {
    match of {
        TileColor::Kind(kind) => (format!("kind{kind}"), 0.55),
        TileColor::Growth(part) if part > 0.0 => ("more".into(), 0.1 + 0.8 * part.min(1.0)),
        TileColor::Growth(part) if part < 0.0 => ("less".into(), 0.1 + 0.8 * (-part).min(1.0)),
        TileColor::Growth(_) | TileColor::Plain => ("same".into(), 0.18),
    }
}

/// As much of `name` as fits; empty if that would not be useful.
fn fitting(name: &str, width: f32) -> String {
    const SHORTEST: usize = 4;
    // A part of a thousand units.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let letters = (width / LETTER).max(0.0) as usize;
    if letters < SHORTEST { String::new() } else { shortened(name, letters) }
}

fn shortened(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    let kept: String = text.chars().take(letters.saturating_sub(1)).collect();
    format!("{kept}…")
}

/// The path to an object, the root first; of a long one the end.
pub(super) fn path_drawing(steps: &[String]) -> PathDrawing {
    let left_out = steps.len().saturating_sub(STEPS);
    let mut shown: Vec<String> = steps[left_out..].to_vec();
    if left_out > 0 {
        shown.insert(0, format!("{left_out} steps before"));
    }
    let last = shown.len().saturating_sub(1);
    let drawn = shown.into_iter().enumerate().map(|(at, name)| DrawnStep {
        y: at * STEP_HEIGHT,
        label: shortened(&name, STEP_LETTERS),
        name,
        is_last: at == last,
    });
    PathDrawing { height: (last + 1) * STEP_HEIGHT, steps: drawn.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_to_their_room() {
        assert_eq!(fitting("sessions", 100.0), "sessions");
        assert_eq!(fitting("sessions", 40.0), "sessi…");
        assert_eq!(fitting("sessions", 20.0), "");
        assert_eq!(fitting("sessions", -5.0), "");
    }

    #[test]
    fn a_long_way_keeps_its_end() {
        let steps: Vec<String> = (0..40).map(|step| step.to_string()).collect();
        let drawing = path_drawing(&steps);
        assert_eq!((drawing.steps.len(), drawing.steps[0].name.as_str()), (STEPS + 1, "26 steps before"));
        assert!(drawing.steps[STEPS].is_last && drawing.steps[STEPS].name == "39");
        assert_eq!(drawing.height, (STEPS + 1) * STEP_HEIGHT);
    }
}
