//! Trend as a table: what grows from snapshot to snapshot, the steepest first; below each line, every
//! snapshot.

use std::sync::Arc;

use crate::growth::trend::Trend;
use crate::model::format;
use crate::model::format::object_text::span;
use crate::model::table::order::{JsText, sorted};
use crate::model::table::{
    Cell, ColumnId, ColumnSpec, Direction, Disclosure, Item, Row, Side, Sort, Tone, TreeSource,
};
use crate::model::views::comparison::change::delta_cell;
use crate::model::views::trend::report::{TrendLine, TrendView};

const COUNT: ColumnId = ColumnId("count");
const SIZE: ColumnId = ColumnId("size");
const TREND: ColumnId = ColumnId("trend");
const PER_STEP: ColumnId = ColumnId("per_step");
const STEADY: ColumnId = ColumnId("steady");

/// Maximum number of rows.
const LINES: usize = 500;

/// What is followed through the snapshots.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum TrendOf {
    /// Containers that grow.
    #[default]
    Containers,
    /// Constructors whose objects grow in bytes.
    Classes,
    /// What was allocated between the first two and is still there in the last.
    Kept,
}

/// The lines of a trend.
pub struct TrendTable {
    trend: Arc<Trend>,
    lines: Vec<TrendLine>,
    /// Distinguishes rows of containers from those of classes when a table switches between them.
    parity: u32,
    columns: [ColumnSpec; 6],
}

impl TrendTable {
    /// Finds the path to each container: not on the window's thread.
    pub fn new(trend: &Arc<Trend>, of: TrendOf) -> Self {
        let view = TrendView::new(Arc::clone(trend), LINES);
        let (title, lines, parity) = match of {
            TrendOf::Classes => ("Constructor", view.classes, 1),
            TrendOf::Containers | TrendOf::Kept => ("Container", view.containers, 0),
        };
        let columns = [
            ColumnSpec::name(title),
            COUNT.pair("Count", "Objects or entries in the first snapshot, and in the last one. Open a row for those between."),
            SIZE.pair("Size", "Bytes in the first snapshot, and in the last one. A constructor's are those of its objects alone, a container's are all it keeps alive."),
            TREND.series("Trend", "A bar for every snapshot, the oldest at the left. Its height is the bytes there."),
            PER_STEP.number("Per step", "Bytes gained from one snapshot to the next, on the straight line that fits best. Open a row for every single step."),
            STEADY.number("Steady", "Part of the steps from one snapshot to the next that go up. A leak grows at every step, a cache stops."),
        ];
        Self { trend: Arc::clone(trend), lines, parity, columns }
    }

    fn line(&self, item: Item) -> &TrendLine {
        let Item::Group(number) = item else { unreachable!("{item:?} is not in a trend") };
        &self.lines[(number / 2) as usize]
    }

    fn line_row(&self, item: Item, disclosure: Disclosure) -> Row {
        let line = self.line(item);
        let tone = if line.object.is_some() { Tone::Property } else { Tone::Class };
        let count =
            |number: Option<u64>| number.map_or_else(|| format::NONE.to_owned(), format::format_count);
        // Bytes per step are far below 2^63.
        #[expect(clippy::cast_possible_truncation)]
        let slope = line.slope.round() as i64;
        Row {
            item,
            depth: 0,
            disclosure,
            name: vec![span(line.name.as_str(), tone)],
            hover: None,
            cells: vec![
                Cell { text: ends(&line.counts, count), ..Cell::default() },
                Cell {
                    text: ends(&line.bytes, format::format_size),
                    hover: Some(ends(&line.bytes, format::exact_bytes)),
                    ..Cell::default()
                },
                Cell { bars: line.bytes.clone(), ..Cell::default() },
                delta_cell(slope),
                Cell { text: format::percent(line.steadiness), ..Cell::default() },
            ],
            object: line.object.map(|object| (Side::Current, object)),
            is_dimmed: false,
            kind: None,
            place: None,
        }
    }

    fn step_row(&self, item: Item, line: &TrendLine, at: usize) -> Row {
        let name = self.trend.snapshots[at].source().name();
        let before = at.checked_sub(1).map(|before| line.bytes[before]);
        let change = before.map_or_else(Cell::default, |before| {
            delta_cell(line.bytes[at].cast_signed().wrapping_sub(before.cast_signed()))
        });
        let count = line.counts[at].map_or_else(|| format::NONE.to_owned(), format::format_count);
        Row {
            item,
            depth: 1,
            disclosure: Disclosure::Leaf,
            name: vec![
                span(format!("{}  ", at + 1), Tone::Quiet),
                span(format::sanitize(&name, 200), Tone::Plain),
            ],
            hover: None,
            cells: vec![
                Cell { text: count, ..Cell::default() },
                Cell {
                    text: format::format_size(line.bytes[at]),
                    hover: Some(format::exact_bytes(line.bytes[at])),
                    ..Cell::default()
                },
                Cell::default(),
                change,
                Cell::default(),
            ],
            object: None,
            is_dimmed: false,
            kind: None,
            place: None,
        }
    }
}

/// First and last.
fn ends<T: Copy>(numbers: &[T], print: impl Fn(T) -> String) -> String {
    match numbers {
        [first, .., last] => format!("{} → {}", print(*first), print(*last)),
        _ => String::new(),
    }
}

/// Maps a number to bits of the same order.
fn ordered(number: f64) -> i64 {
    let bits = number.to_bits().cast_signed();
    bits ^ ((bits >> 63) & i64::MAX)
}

impl TreeSource for TrendTable {
    fn columns(&self) -> &[ColumnSpec] {
        &self.columns
    }

    fn default_sort(&self) -> Sort {
        Sort { column: PER_STEP, direction: Direction::Descending }
    }

    fn child_count(&self, item: Option<Item>) -> usize {
        if item.is_none() { self.lines.len() } else { self.trend.snapshots.len() }
    }

    fn children(&self, path: &[Item], Sort { column, direction }: Sort) -> Vec<Item> {
        if !path.is_empty() {
            return (0..).take(self.trend.snapshots.len()).map(Item::Group).collect();
        }
        let lines: Vec<u32> = (0..).take(self.lines.len()).collect();
        let of = |line: u32| &self.lines[line as usize];
        let sorted = match column {
            ColumnId::NAME => sorted(&lines, direction, |line| (JsText(of(line).name.as_str()), line)),
            STEADY => sorted(&lines, direction, |line| (ordered(of(line).steadiness.into()), line)),
            COUNT => sorted(&lines, direction, |line| (of(line).counts.last().copied().flatten(), line)),
            SIZE => sorted(&lines, direction, |line| (of(line).bytes.last().copied(), line)),
            _ => sorted(&lines, direction, |line| (ordered(of(line).slope), line)),
        };
        sorted.into_iter().map(|line| Item::Group(2 * line + self.parity)).collect()
    }

    fn row(&self, path: &[Item], disclosure: Disclosure) -> Row {
        match *path {
            [line] => self.line_row(line, disclosure),
            [line, item @ Item::Group(at)] => self.step_row(item, self.line(line), at as usize),
            _ => unreachable!("a trend is two levels deep"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_ordered_as_numbers() {
        let mut slopes = [3.5, -2.0, 0.0, -7.25, 1e12];
        slopes.sort_by_key(|&slope| ordered(slope));
        assert_eq!(slopes, [-7.25, -2.0, 0.0, 3.5, 1e12]);
    }
}
