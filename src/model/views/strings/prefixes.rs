//! Strings by prefix: thousands of generated keys, paths and addresses are one row.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::base::NodeIndex;
use crate::model::format;
use crate::model::format::object_text::span;
use crate::model::table::order::sorted;
use crate::model::table::{
    Cell, ColumnId, ColumnSpec, Direction, Disclosure, Item, Row, Sort, Tally, Tone, TreeSource,
};
use crate::model::views::strings::{COPIES, LENGTH, StringsView, TextCopies, WASTED};

/// Length of a common prefix in characters.
const CHARACTERS: usize = 12;
/// The bit that distinguishes a row of many texts from a row of one.
const GROUP: u32 = 1 << 31;

/// Texts with a common prefix.
struct Prefix {
    text: String,
    /// Numbers of the texts.
    texts: Vec<u32>,
    sum: Sum,
}

#[derive(Clone, Copy, Default)]
struct Sum {
    /// Characters of a text; 0 for several.
    length: usize,
    copies: usize,
    bytes: u64,
    wasted: u64,
}

/// Texts with a common prefix, below that prefix.
pub struct StringPrefixes {
    strings: StringsView,
    groups: Vec<Prefix>,
    /// Numbers of the texts without a common prefix.
    single: Vec<u32>,
    columns: Vec<ColumnSpec>,
}

impl StringPrefixes {
    /// The strings in `strings`, grouped. Reads the start of all of them.
    pub fn new(strings: StringsView) -> Self {
        let mut by_prefix: FxHashMap<String, Vec<u32>> = FxHashMap::default();
        for at in strings.kept() {
            let prefix = strings.content(at).chars().take(CHARACTERS).collect();
            by_prefix.entry(prefix).or_default().push(at);
        }
        let (mut groups, mut single) = (Vec::new(), Vec::new());
        for (text, texts) in by_prefix {
            if texts.len() == 1 {
                single.extend(texts);
                continue;
            }
            let add = |sum: Sum, text: &TextCopies| Sum {
                length: 0,
                copies: sum.copies + text.copies,
                bytes: sum.bytes + text.bytes,
                wasted: sum.wasted + text.wasted,
            };
            let sum = texts.iter().fold(Sum::default(), |sum, &at| add(sum, strings.text(at)));
            groups.push(Prefix { text, texts, sum });
        }
        groups.sort_unstable_by_key(|group| group.texts[0]);
        single.sort_unstable();
        let mut columns = strings.columns().to_vec();
        columns[0].title = "Begins with";
        Self { strings, groups, single, columns }
    }

    fn group(&self, item: Item) -> Option<&Prefix> {
        match item {
            Item::Group(number) if number & GROUP != 0 => self.groups.get((number & !GROUP) as usize),
            _ => None,
        }
    }

    fn sum(&self, item: Item) -> Sum {
        match (self.group(item), item) {
            (Some(group), _) => group.sum,
            (None, Item::Group(at)) => {
                let TextCopies { length, copies, bytes, wasted, .. } = *self.strings.text(at);
                Sum { length, copies, bytes, wasted }
            }
            _ => Sum::default(),
        }
    }

    fn name(&self, item: Item) -> String {
        match (self.group(item), item) {
            (Some(group), _) => group.text.clone(),
            (None, Item::Group(at)) => self.strings.content(at).into_owned(),
            _ => String::new(),
        }
    }
}

impl TreeSource for StringPrefixes {
    fn columns(&self) -> &[ColumnSpec] {
        &self.columns
    }

    fn shown(&self) -> Option<Tally> {
        self.strings.shown()
    }

    fn default_sort(&self) -> Sort {
        Sort { column: ColumnId::SHALLOW, direction: Direction::Descending }
    }

    fn is_group(&self, path: &[Item]) -> bool {
        path.last().is_some_and(|&item| self.group(item).is_some())
    }

    fn objects(&self, path: &[Item]) -> Vec<NodeIndex> {
        let group = path.last().and_then(|&item| self.group(item));
        let texts = group.into_iter().flat_map(|group| &group.texts);
        texts.flat_map(|&at| self.strings.copies(at).iter().copied()).collect()
    }

    fn child_count(&self, item: Option<Item>) -> usize {
        match item {
            None => self.groups.len() + self.single.len(),
            Some(item) => match self.group(item) {
                Some(group) => group.texts.len(),
                None => self.strings.child_count(Some(item)),
            },
        }
    }

    fn children(&self, path: &[Item], sort: Sort) -> Vec<Item> {
        let items: Vec<Item> = match path.last() {
            None => {
                let groups = (0..).zip(&self.groups).map(|(at, _)| Item::Group(GROUP | at));
                groups.chain(self.single.iter().copied().map(Item::Group)).collect()
            }
            Some(&item) => match self.group(item) {
                Some(group) => group.texts.iter().copied().map(Item::Group).collect(),
                None => return self.strings.children(path, sort),
            },
        };
        let by = |key: fn(Sum) -> u64| {
            sorted(&items, sort.direction, move |item| (key(self.sum(item)), Reverse(self.sum(item).bytes)))
        };
        match sort.column {
            LENGTH => by(|sum| sum.length as u64),
            ColumnId::NAME => {
                sorted(&items, sort.direction, |item| (self.name(item), Reverse(self.sum(item).bytes)))
            }
            COPIES => by(|sum| sum.copies as u64),
            WASTED => by(|sum| sum.wasted),
            _ => by(|sum| sum.bytes),
        }
    }

    fn row(&self, path: &[Item], disclosure: Disclosure) -> Row {
        let item = *path.last().expect("a row has an item");
        let depth = path.len() - 1;
        let Some(group) = self.group(item) else {
            return Row { depth, ..self.strings.row(path, disclosure) };
        };
        let texts = format::format_count(group.texts.len() as u64);
        let mut cells = vec![Cell::default(), Cell::count(group.sum.copies as u64)];
        cells.extend(self.strings.size_cells(group.sum.bytes, group.sum.wasted));
        Row {
            item,
            depth,
            disclosure,
            name: vec![
                span(format!("\"{}…\"", format::sanitize(&group.text, 100)), Tone::StringText),
                span(format!(" {texts} texts"), Tone::Quiet),
            ],
            hover: Some(format!("{texts} different texts begin like this")),
            cells,
            object: None,
            is_dimmed: false,
            kind: None,
            place: None,
        }
    }
}
