//! Growth as a table: the containers that grew, largest growth first; below each, its new entries.

use std::sync::Arc;

use crate::base::NodeIndex;
use crate::growth::Growth;
use crate::model::format;
use crate::model::table::order::{JsText, sorted};
use crate::model::table::tree::TreeTable;
use crate::model::table::{
    Cell, ColumnId, ColumnSpec, Direction, Disclosure, Item, Row, Side, Sort, Span, Tone, Total, TreeSource,
};
use crate::model::views::growth::owners::{OwnersTable, growth_cell, total};
use crate::model::views::growth::report::{EntriesLine, GrowthLine, GrowthView};

/// Growth of a container with all it holds.
pub(crate) const GROWTH: ColumnId = ColumnId("growth");
const KIND: ColumnId = ColumnId("kind");
const ENTRIES: ColumnId = ColumnId("entries");
const HOLDS: ColumnId = ColumnId("holds");
const PER_ENTRY: ColumnId = ColumnId("per_entry");

/// Growth of a container with all it holds.
pub(crate) const GROWTH_COLUMN: ColumnSpec = GROWTH.size(
    "Growth",
    "By how much it grew with all it holds, and its part of all growth. Every new byte is counted once.",
);

/// Maximum number of rows: users read the first few.
const LINES: usize = 500;

/// How growth is listed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum GrowthBy {
    /// By container.
    #[default]
    Containers,
    /// By owner, as a tree from the roots.
    Owners,
}

impl GrowthBy {
    /// The table, in `sort` if it has such a column; a tree of owners is expanded. Finds the paths to all
    /// shown rows, so it runs in a task.
    pub fn table(self, growth: Arc<Growth>, sort: Option<Sort>) -> TreeTable {
        let source: Arc<dyn TreeSource> = match self {
            Self::Containers => Arc::new(GrowthTable::new(growth)),
            Self::Owners => Arc::new(OwnersTable::new(growth)),
        };
        let sort = sort.filter(|sort| source.columns().iter().any(|column| column.id == sort.column));
        let mut table = TreeTable::filled(source);
        if let Some(work) = sort.and_then(|sort| table.sort_by(sort)) {
            table.apply(work.run());
        }
        let mut row = 0;
        while self == Self::Owners && row < table.len() {
            if let Some(work) = table.expand(row) {
                table.apply(work.run());
            }
            row += 1;
        }
        table
    }
}

/// The rows of a growth.
pub struct GrowthTable {
    view: GrowthView,
    columns: [ColumnSpec; 6],
    total: Total,
}

impl GrowthTable {
    /// Finds the path to each shown container: not on the window's thread.
    pub fn new(growth: Arc<Growth>) -> Self {
        let columns = [
            ColumnSpec::name("Container"),
            KIND.text("Kind", "What sort of container it is: an array, a Map, a text that is added to."),
            ENTRIES.pair("Entries", "How many entries it had in the baseline, and how many it has now."),
            HOLDS.pair("Holds", "Bytes it held in the baseline, and bytes it holds now: its own, and of what only it keeps alive."),
            PER_ENTRY.number("Per entry", "Bytes that each new entry takes, with what only it keeps alive."),
            GROWTH_COLUMN,
        ];
        // In another process the same id means another object: there are no suspects.
        let lines = if growth.ids.is_one_process() { LINES } else { 0 };
        let mut total = total(growth.delta);
        let view = GrowthView::new(growth, lines);
        if view.rest != 0 {
            let rest = format::signed_size(view.rest);
            total.name = format!("Total, with {rest} of code, V8's own records and what is small");
            total.hover.insert_str(0, &format!("{}\n", total.name));
        }
        total.cells.splice(0..0, std::iter::repeat_n(Cell::default(), columns.len() - 2));
        Self { view, columns, total }
    }

    fn line(&self, item: Item) -> &GrowthLine {
        let Item::Group(line) = item else { unreachable!("{item:?} is not in a growth") };
        &self.view.lines[line as usize]
    }

    fn line_row(&self, item: Item, disclosure: Disclosure) -> Row {
        let line = self.line(item);
        let mut name = vec![span(&line.owner, Tone::Property), span(&format!(" {}", line.id), Tone::Quiet)];
        if let Some(place) = &line.place {
            name.push(span(&format!("  {place}"), Tone::Quiet));
        }
        let entries = match (line.entries_before, line.entries_after) {
            (None, None) => String::new(),
            (before, after) => arrow(
                &before.map_or_else(none, format::format_count),
                &after.map_or_else(none, format::format_count),
            ),
        };
        let held = Cell {
            text: arrow(&format::format_size(line.bytes_before), &format::format_size(line.bytes_after)),
            number: i64::try_from(line.bytes_after).ok(),
            hover: Some(arrow(
                &format::exact_bytes(line.bytes_before),
                &format::exact_bytes(line.bytes_after),
            )),
            ..Cell::default()
        };
        let growth = growth_cell(line.growth, Some(line.share));
        Row {
            item,
            depth: 0,
            disclosure,
            name,
            hover: Some(line.path.clone()),
            cells: vec![
                Cell { text: line.kind.into(), ..Cell::default() },
                Cell { text: entries, ..Cell::default() },
                held,
                Cell {
                    text: line.bytes_per_entry.map(format::format_size).unwrap_or_default(),
                    number: line.bytes_per_entry.and_then(|bytes| i64::try_from(bytes).ok()),
                    hover: line.bytes_per_entry.map(format::exact_bytes),
                    ..Cell::default()
                },
                growth,
            ],
            object: Some((Side::Current, line.object)),
            is_dimmed: false,
            kind: None,
            place: None,
        }
    }
}

fn entries_row(item: Item, entries: &EntriesLine) -> Row {
    let growth = growth_cell(entries.bytes.cast_signed(), None);
    let count = Cell { text: format::signed_count(entries.count.cast_signed()), ..Cell::default() };
    Row {
        item,
        depth: 1,
        disclosure: Disclosure::Leaf,
        name: vec![
            span(&entries.class, Tone::Class),
            span(&format!(" {}", format::times(entries.count)), Tone::Quiet),
            span(" new", Tone::Grown),
            span(&format!(", such as {}", entries.example_id), Tone::Quiet),
        ],
        hover: None,
        cells: vec![Cell::default(), count, Cell::default(), Cell::default(), growth],
        object: Some((Side::Current, entries.example)),
        is_dimmed: false,
        kind: None,
        place: None,
    }
}

fn span(text: &str, tone: Tone) -> Span {
    Span { text: text.to_owned(), tone }
}

fn none() -> String {
    format::NONE.into()
}

fn arrow(before: &str, after: &str) -> String {
    format!("{before} → {after}")
}

/// Positions as items.
fn groups(len: usize) -> impl Iterator<Item = u32> {
    (0..).take(len)
}

impl TreeSource for GrowthTable {
    fn columns(&self) -> &[ColumnSpec] {
        &self.columns
    }

    fn default_sort(&self) -> Sort {
        Sort { column: GROWTH, direction: Direction::Descending }
    }

    fn child_count(&self, item: Option<Item>) -> usize {
        item.map_or(self.view.lines.len(), |item| self.line(item).new_entries.len())
    }

    fn children(&self, path: &[Item], Sort { column, direction }: Sort) -> Vec<Item> {
        let Some(&above) = path.first() else {
            let lines: Vec<u32> = groups(self.view.lines.len()).collect();
            let of = |line: u32| &self.view.lines[line as usize];
            let sorted = match column {
                ColumnId::NAME => sorted(&lines, direction, |line| (JsText(of(line).owner.as_str()), line)),
                KIND => sorted(&lines, direction, |line| (JsText(of(line).kind), line)),
                _ => sorted(&lines, direction, |line| {
                    let line_of = of(line);
                    let key = match column {
                        ENTRIES => {
                            let count = |entries: Option<u64>| i128::from(entries.unwrap_or(0));
                            count(line_of.entries_after) - count(line_of.entries_before)
                        }
                        HOLDS => i128::from(line_of.bytes_after),
                        PER_ENTRY => i128::from(line_of.bytes_per_entry.unwrap_or(0)),
                        _ => i128::from(line_of.growth),
                    };
                    (key, line)
                }),
            };
            return sorted.into_iter().map(Item::Group).collect();
        };
        if path.len() > 1 {
            return Vec::new();
        }
        groups(self.line(above).new_entries.len()).map(Item::Group).collect()
    }

    fn total(&self) -> Option<&Total> {
        Some(&self.total)
    }

    fn path_of(&self, node: NodeIndex) -> Vec<Item> {
        let line = self.view.lines.iter().position(|line| line.object == node);
        line.and_then(|line| u32::try_from(line).ok()).map(Item::Group).into_iter().collect()
    }

    fn row(&self, path: &[Item], disclosure: Disclosure) -> Row {
        match *path {
            [line] => self.line_row(line, disclosure),
            [line, item @ Item::Group(at)] => entries_row(item, &self.line(line).new_entries[at as usize]),
            _ => unreachable!("a growth is two levels deep"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Progress;
    use crate::graph::GraphBuilder;
    use crate::growth::growth;
    use crate::snapshot::{SizeMode, load_bytes};

    /// A server whose scope holds an array of so many sessions.
    fn heap(sessions: usize) -> String {
        let mut heap = GraphBuilder::new();
        let global = heap.node("object", "global", 32);
        let handler = heap.node("closure", "handler", 64);
        let scope = heap.node("object", "system / Context", 40);
        let array = heap.node("object", "Array", 32);
        let store = heap.node("array", "(object elements)", 16 + 8 * sessions as u64);
        heap.edge(0, "shortcut", "1", global).edge(global, "property", "handler", handler);
        heap.edge(handler, "internal", "context", scope).edge(scope, "context", "sessions", array);
        heap.edge(array, "internal", "elements", store);
        for at in 0..sessions {
            let session = heap.node("object", "Session", 4_000);
            heap.edge(array, "element", &at.to_string(), session);
            heap.edge(store, "internal", &at.to_string(), session);
        }
        heap.to_json()
    }

    #[test]
    fn the_first_line_is_what_grew_and_opens_to_what_came_in() {
        let progress = Progress::new();
        let load = |text: String| load_bytes("heap", text.as_bytes(), &progress).unwrap();
        let growth = growth(&load(heap(2)), &load(heap(50)), SizeMode::Chrome, &progress).unwrap();
        let mut table = GrowthBy::Containers.table(Arc::new(growth), None);
        let first = table.row(0);
        assert!(first.text().starts_with("sessions @9"), "{}", first.text());
        assert_eq!(first.cells[1].text, "2 → 50");
        assert_eq!(first.disclosure, Disclosure::Closed);
        let work = table.toggle(0).expect("children to sort");
        table.apply(work.run());
        assert_eq!(table.row(1).text(), "Session ×48 new, such as @17");
    }
}
