//! Strings: every text with its length, its copies and the bytes that copies waste.

pub(crate) mod prefixes;
pub(crate) mod slices;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::sync::{Arc, OnceLock};

use crate::base::{Cancelled, NodeIndex, Progress};
use crate::model::filter::class_filter::ClassFilter;
use crate::model::format::object_text::{object_hover, object_label};
use crate::model::table::cells::{Objects, size_cell};
use crate::model::table::column::SHALLOW;
use crate::model::table::order::{JsText, sorted};
use crate::model::table::{
    Cell, ColumnId, ColumnSpec, Direction, Disclosure, Item, Row, Side, Sort, Span, Tally, Tone, TreeSource,
};
use crate::snapshot::{SizeMode, Snapshot};

/// Maximum characters of a text.
const LENGTH: ColumnId = ColumnId("length");
/// Objects with the same text.
const COPIES: ColumnId = ColumnId("copies");
/// Bytes of all copies but one.
const WASTED: ColumnId = ColumnId("wasted");

/// Maximum characters of a text.
const LENGTH_COLUMN: ColumnSpec =
    LENGTH.number("Length", "Characters of the text. V8 writes the first 1,024 of long ones.");

/// How strings are listed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum StringList {
    /// Each text with its copies.
    #[default]
    Texts,
    /// By prefix.
    Prefixes,
    /// Texts that slices keep alive as a whole.
    Sliced,
}

/// The strings of a snapshot, grouped by text.
pub struct StringTexts {
    /// In the order of their first copies.
    texts: Vec<TextCopies>,
    /// The copies of one text after the other.
    copies: Vec<NodeIndex>,
}

/// One text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TextCopies {
    /// Its first copy.
    pub first: NodeIndex,
    /// Number of copies.
    pub copies: usize,
    /// Number of characters, as far as the snapshot contains them.
    pub length: usize,
    /// Bytes of all copies.
    pub bytes: u64,
    /// Bytes of all copies but the largest.
    pub wasted: u64,
    /// Where its copies start.
    start: usize,
}

impl StringTexts {
    /// Compares all strings. `O(nodes)` and the length of all texts.
    pub fn find(snapshot: &Snapshot, mode: SizeMode, progress: &Progress) -> Result<Self, Cancelled> {
        let mut strings = snapshot.strings_by_text(progress)?;
        strings.sort_by_key(|&(_, text)| text);
        progress.check()?;
        let copies: Vec<NodeIndex> = strings.iter().map(|&(node, _)| node).collect();
        let mut texts = Vec::new();
        let mut start = 0;
        for group in strings.chunk_by(|a, b| a.1 == b.1) {
            progress.tick(texts.len())?;
            let sizes = || group.iter().map(|&(node, _)| snapshot.shallow(mode, node));
            let (bytes, first): (u64, NodeIndex) = (sizes().sum(), group[0].0);
            texts.push(TextCopies {
                first,
                copies: group.len(),
                length: snapshot.display_name(first).chars().count(),
                bytes,
                wasted: bytes - sizes().max().unwrap_or(0),
                start,
            });
            start += group.len();
        }
        Ok(Self { texts, copies })
    }

    /// The texts in the order of their first copies.
    pub fn texts(&self) -> &[TextCopies] {
        &self.texts
    }

    /// The copies of a text.
    pub fn copies_of(&self, text: &TextCopies) -> &[NodeIndex] {
        &self.copies[text.start..text.start + text.copies]
    }
}

/// The rows of the view.
pub struct StringsView {
    objects: Objects,
    texts: Arc<StringTexts>,
    /// Positions of the texts that the filter lets pass.
    kept: Vec<u32>,
    columns: [ColumnSpec; 5],
    shown: OnceLock<Tally>,
}

impl StringsView {
    /// The texts that `filter` lets pass. Scans all of them.
    pub fn new(
        snapshot: Arc<Snapshot>,
        mode: SizeMode,
        texts: Arc<StringTexts>,
        filter: &ClassFilter,
    ) -> Self {
        let numbered = (0_u32..).zip(texts.texts());
        let passes = |text: &TextCopies| match filter {
            ClassFilter::All => true,
            filter => filter.keeps(&snapshot.display_name(text.first)),
        };
        let kept = numbered.filter(|(_, text)| passes(text)).map(|(at, _)| at).collect();
        let columns = [
            ColumnSpec::name("String"),
            LENGTH_COLUMN,
            COPIES.number("Copies", "Strings with this text. Each is an object of its own."),
            ColumnSpec { title: "Size", ..SHALLOW },
            WASTED.size(
                "Wasted",
                "Bytes of all copies but one. They would be free if everyone used the same string.",
            ),
        ];
        let objects = Objects::new(snapshot, mode, Side::Current);
        Self { objects, texts, kept, columns, shown: OnceLock::new() }
    }

    /// Text number `at`.
    pub fn text(&self, at: u32) -> &TextCopies {
        &self.texts.texts[at as usize]
    }

    /// Its text, as far as the snapshot contains it.
    pub fn content(&self, at: u32) -> Cow<'_, str> {
        self.objects.snapshot.display_name(self.text(at).first)
    }

    /// Its copies.
    pub fn copies(&self, at: u32) -> &[NodeIndex] {
        self.texts.copies_of(self.text(at))
    }

    /// The numbers of the texts that pass, in the order of their first copies.
    pub fn kept(&self) -> impl Iterator<Item = u32> + '_ {
        self.kept.iter().copied()
    }

    /// The cells for the bytes of some strings and the waste of their copies.
    pub fn size_cells(&self, bytes: u64, wasted: u64) -> [Cell; 2] {
        [bytes, wasted].map(|bytes| size_cell(bytes, self.objects.total_size))
    }

    /// The texts that pass, in order.
    pub fn rows(&self, Sort { column, direction }: Sort) -> Vec<TextCopies> {
        self.sorted(column, direction).into_iter().map(|at| *self.text(at)).collect()
    }

    fn sorted(&self, column: ColumnId, direction: Direction) -> Vec<u32> {
        let text = |at: u32| self.text(at);
        match column {
            ColumnId::NAME => sorted(&self.kept, direction, |at| {
                (JsText(self.objects.snapshot.display_name(text(at).first)), at)
            }),
            LENGTH => sorted(&self.kept, direction, |at| (text(at).length, Reverse(text(at).bytes))),
            COPIES => sorted(&self.kept, direction, |at| (text(at).copies, Reverse(text(at).wasted))),
            ColumnId::SHALLOW => sorted(&self.kept, direction, |at| (text(at).bytes, at)),
            _ => sorted(&self.kept, direction, |at| (text(at).wasted, Reverse(text(at).bytes))),
        }
    }

    fn cells(&self, text: &TextCopies) -> Vec<Cell> {
        let count = |number| Cell::count(u64::try_from(number).unwrap_or(u64::MAX));
        let sizes = self.size_cells(text.bytes, text.wasted);
        [count(text.length), count(text.copies)].into_iter().chain(sizes).collect()
    }
}

impl TreeSource for StringsView {
    fn columns(&self) -> &[ColumnSpec] {
        &self.columns
    }

    fn shown(&self) -> Option<Tally> {
        Some(*self.shown.get_or_init(|| {
            let texts = || self.kept.iter().map(|&at| self.text(at));
            Tally {
                count: texts().map(|text| u64::try_from(text.copies).unwrap_or(u64::MAX)).sum(),
                bytes: texts().map(|text| text.bytes).sum(),
            }
        }))
    }

    fn default_sort(&self) -> Sort {
        Sort { column: WASTED, direction: Direction::Descending }
    }

    fn child_count(&self, item: Option<Item>) -> usize {
        match item {
            None => self.kept.len(),
            Some(Item::Group(at)) => match self.text(at).copies {
                1 => 0,
                copies => copies,
            },
            Some(_) => 0,
        }
    }

    fn children(&self, path: &[Item], Sort { column, direction }: Sort) -> Vec<Item> {
        match path.last() {
            None => self.sorted(column, direction).into_iter().map(Item::Group).collect(),
            Some(&Item::Group(at)) => {
                let copies = self.texts.copies_of(self.text(at)).iter();
                copies.map(|&node| Item::Node(Side::Current, node)).collect()
            }
            Some(_) => Vec::new(),
        }
    }

    fn row(&self, path: &[Item], disclosure: Disclosure) -> Row {
        let item = *path.last().expect("a row has an item");
        let snapshot = &self.objects.snapshot;
        match (item, self.objects.object(item)) {
            (Item::Group(at), _) => {
                let text = self.text(at);
                Row {
                    item,
                    depth: 0,
                    disclosure,
                    name: vec![Span { text: object_label(snapshot, text.first), tone: Tone::StringText }],
                    hover: object_hover(snapshot, text.first),
                    cells: self.cells(text),
                    object: Some((Side::Current, text.first)),
                    is_dimmed: false,
                    kind: None,
                    place: None,
                }
            }
            (_, Some(node)) => {
                let size = snapshot.shallow(self.objects.mode, node);
                let blank = Cell::default;
                let cells = vec![blank(), blank(), size_cell(size, self.objects.total_size), blank()];
                self.objects.row(path, Disclosure::Leaf, (node, cells), None)
            }
            (item, None) => unreachable!("{item:?} is not among the strings"),
        }
    }
}
