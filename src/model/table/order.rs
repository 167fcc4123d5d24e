//! Orders of lists: by a first key up or down, then by keys that always go up, then in file order.

use std::cmp::{Ordering, Reverse};

use rayon::prelude::*;

use crate::base::{EdgeIndex, NodeIndex, ObjectId};
use crate::model::table::{ColumnId, Direction, Sort};
use crate::snapshot::{Distance, EdgeText, SizeMode, Snapshot};

/// Shorter lists are sorted on the calling thread: the window's thread must not wait for others.
const SHARED_FROM: usize = 20_000;

/// Sorts `items`; `key` returns the column's key and the tie breaker.
pub(crate) fn sorted<T, A, B>(items: &[T], direction: Direction, key: impl Fn(T) -> (A, B) + Sync) -> Vec<T>
where
    T: Copy + Send + Sync,
    A: Ord + Send,
    B: Ord + Send,
{
    let keyed = |(at, item): (usize, &T)| {
        let (first, second) = key(*item);
        (first, second, at)
    };
    let compare = |x: &(A, B, usize), y: &(A, B, usize)| {
        let first = match direction {
            Direction::Ascending => x.0.cmp(&y.0),
            Direction::Descending => y.0.cmp(&x.0),
        };
        first.then_with(|| x.1.cmp(&y.1)).then(x.2.cmp(&y.2))
    };
    let keys = if items.len() < SHARED_FROM {
        let mut keys: Vec<_> = items.iter().enumerate().map(keyed).collect();
        keys.sort_unstable_by(compare);
        keys
    } else {
        let mut keys: Vec<_> = items.par_iter().enumerate().map(|(at, item)| keyed((at, item))).collect();
        keys.par_sort_unstable_by(compare);
        keys
    };
    keys.into_iter().map(|(.., at)| items[at]).collect()
}

/// Text in the order of its UTF-16 units, as JavaScript compares.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct JsText<S>(pub S);

impl<S: AsRef<str> + Eq> Ord for JsText<S> {
    fn cmp(&self, other: &Self) -> Ordering {
        let (a, b) = (self.0.as_ref().as_bytes(), other.0.as_ref().as_bytes());
        match a.iter().zip(b).find(|(x, y)| x != y) {
            Some((&x, &y)) => utf16_rank(x).cmp(&utf16_rank(y)),
            None => a.len().cmp(&b.len()),
        }
    }
}

impl<S: AsRef<str> + Eq> PartialOrd for JsText<S> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// UTF-8 puts characters beyond U+FFFF after U+E000..U+FFFF, UTF-16 before: their surrogates are smaller.
fn utf16_rank(byte: u8) -> u8 {
    match byte {
        0xee | 0xef => byte + 0x10,
        byte => byte,
    }
}

/// The order of elements that are otherwise equal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ElementOrder {
    /// By their numbers as text, as in Chrome: 0, 1, 10, 2.
    #[default]
    Text,
    /// By their numbers: 0, 1, 2, 10.
    Number,
}

/// An edge's name: names before numbers.
#[derive(PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum EdgeKey<'a> {
    /// A string.
    Text(JsText<&'a str>),
    /// What orders a number.
    Number(u128),
}

impl<'a> EdgeKey<'a> {
    fn new(text: EdgeText<'a>, order: ElementOrder) -> Self {
        match (text, order) {
            (EdgeText::Text(text), _) => Self::Text(JsText(text)),
            (EdgeText::Number(number), ElementOrder::Text) => Self::Number(characters(number)),
            // The sign turned round, so that negative numbers come first.
            (EdgeText::Number(number), ElementOrder::Number) => {
                Self::Number(u128::from(number.cast_unsigned() ^ (1 << 63)))
            }
        }
    }
}

/// A number encoded so that comparison follows its decimal text: four bits per character, 1 for the sign and
/// the digit plus 2 for a digit.
fn characters(number: i64) -> u128 {
    let (mut rest, mut packed) = (number.unsigned_abs(), 0);
    loop {
        packed = packed >> 4 | u128::from(rest % 10 + 2) << 124;
        rest /= 10;
        if rest == 0 {
            return if number < 0 { packed >> 4 | 1 << 124 } else { packed };
        }
    }
}

/// The lists of a snapshot's objects and edges in Chrome's orders.
#[derive(Clone, Copy)]
pub struct ChromeOrder<'a> {
    /// Their snapshot.
    pub snapshot: &'a Snapshot,
    /// Which sizes.
    pub mode: SizeMode,
    /// How elements are ordered; all but `Text` leaves Chrome's order.
    pub elements: ElementOrder,
}

/// The parent of a list of edges: Chrome breaks ties by distance differently.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TreeLevel {
    /// Right below an instance of the Summary.
    Instance,
    /// Anywhere else.
    Nested,
}

impl ChromeOrder<'_> {
    /// Until retained sizes are known, shallow sizes are used instead.
    fn retained(&self, node: NodeIndex) -> u64 {
        self.snapshot.retained(self.mode, node).unwrap_or_else(|| self.shallow(node))
    }

    fn shallow(&self, node: NodeIndex) -> u64 {
        self.snapshot.shallow(self.mode, node)
    }

    fn id(&self, node: NodeIndex) -> ObjectId {
        self.snapshot.id(node)
    }

    /// Objects of a class.
    pub fn instances(&self, nodes: &[NodeIndex], Sort { column, direction }: Sort) -> Vec<NodeIndex> {
        match column {
            ColumnId::NAME => {
                sorted(nodes, direction, |node| (JsText(self.snapshot.display_name(node)), self.id(node)))
            }
            ColumnId::DISTANCE => {
                sorted(nodes, direction, |node| (self.snapshot.distance(node), Reverse(self.retained(node))))
            }
            ColumnId::SHALLOW => sorted(nodes, direction, |node| (self.shallow(node), self.id(node))),
            _ => sorted(nodes, direction, |node| (self.retained(node), self.id(node))),
        }
    }

    /// Edges out of an object.
    pub fn children(&self, edges: &[EdgeIndex], level: TreeLevel, sort: Sort) -> Vec<EdgeIndex> {
        let target = |edge| self.snapshot.graph().edges.target(edge);
        match sort.column {
            ColumnId::DISTANCE if level == TreeLevel::Instance => sorted(edges, sort.direction, |edge| {
                let node = target(edge);
                (self.snapshot.distance(node), Reverse(self.retained(node)))
            }),
            ColumnId::DISTANCE => sorted(edges, sort.direction, |edge| {
                let node = target(edge);
                (self.snapshot.distance(node), JsText(self.snapshot.display_name(node)))
            }),
            _ => self.edges(edges, target, sort),
        }
    }

    /// Edges into an object, by their source and its distance: unreachable ones come last.
    pub fn retainers(
        &self,
        edges: &[(NodeIndex, EdgeIndex)],
        distance: impl Fn(NodeIndex, EdgeIndex) -> Distance + Sync,
        sort: Sort,
    ) -> Vec<EdgeIndex> {
        let sorted = match sort.column {
            ColumnId::DISTANCE => sorted(edges, sort.direction, |(source, edge)| {
                let distance = distance(source, edge).raw().unwrap_or(i32::MAX);
                (distance, JsText(self.snapshot.display_name(source)))
            }),
            _ => self.edges(edges, |(source, _)| source, sort),
        };
        sorted.into_iter().map(|(_, edge)| edge).collect()
    }

    /// By the edge's name, or by a size of its target.
    fn edges<E: Copy + Send + Sync + Into<AnyEdge>>(
        &self,
        edges: &[E],
        node: impl Fn(E) -> NodeIndex + Sync,
        Sort { column, direction }: Sort,
    ) -> Vec<E> {
        let name = |edge: E| self.snapshot.edge_name(edge.into().0);
        let last = |edge: E| ProtoLast::new(name(edge), self.elements);
        match column {
            ColumnId::NAME => {
                let is_proto = |edge| matches!(name(edge), EdgeText::Text("__proto__"));
                let (protos, edges): (Vec<E>, Vec<E>) = edges.iter().partition(|&&edge| is_proto(edge));
                let key =
                    |edge| (EdgeKey::new(name(edge), self.elements), Reverse(self.retained(node(edge))));
                let mut all = sorted(&edges, direction, key);
                all.extend(sorted(&protos, direction, key));
                all
            }
            ColumnId::SHALLOW => sorted(edges, direction, |edge| (self.shallow(node(edge)), last(edge))),
            _ => sorted(edges, direction, |edge| (self.retained(node(edge)), last(edge))),
        }
    }
}

/// An edge, optionally with its source.
#[derive(Clone, Copy)]
struct AnyEdge(EdgeIndex);

impl From<EdgeIndex> for AnyEdge {
    fn from(edge: EdgeIndex) -> Self {
        Self(edge)
    }
}

impl From<(NodeIndex, EdgeIndex)> for AnyEdge {
    fn from((_, edge): (NodeIndex, EdgeIndex)) -> Self {
        Self(edge)
    }
}

/// An edge's name as a tie breaker: `__proto__` after all others.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct ProtoLast<'a>(bool, EdgeKey<'a>);

impl<'a> ProtoLast<'a> {
    fn new(text: EdgeText<'a>, order: ElementOrder) -> Self {
        Self(matches!(text, EdgeText::Text("__proto__")), EdgeKey::new(text, order))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_ordered_as_text() {
        let mut numbers = [2, 10, 1, 100, 0, 9, -1, 4_294_967_295, 19, -10, 42, i64::MAX, i64::MIN];
        numbers.sort_by_key(|&number| characters(number));
        let mut texts = numbers.map(|number| number.to_string());
        let as_sorted = texts.clone();
        texts.sort();
        assert_eq!(texts, as_sorted);
    }

    #[test]
    fn text_is_ordered_by_utf16_units() {
        let texts = ["", "a", "ab", "b", "é", "\u{d7ff}", "😀", "😁", "\u{e000}", "\u{ffff}"];
        for a in texts {
            for b in texts {
                assert_eq!(JsText(a).cmp(&JsText(b)), a.encode_utf16().cmp(b.encode_utf16()), "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn names_stand_before_numbers() {
        for order in [ElementOrder::Text, ElementOrder::Number] {
            let number = EdgeKey::new(EdgeText::Number(i64::MIN), order);
            assert!(EdgeKey::new(EdgeText::Text("z"), order) < number);
        }
    }

    #[test]
    fn elements_are_ordered_by_number_where_that_is_wanted() {
        let key = |number| EdgeKey::new(EdgeText::Number(number), ElementOrder::Number);
        assert!([i64::MIN, -10, -9, 0, 1, 2, 10, 100, i64::MAX].map(key).is_sorted());
    }

    #[test]
    fn only_the_first_key_is_turned_round() {
        let items = vec![(1, 'b'), (2, 'x'), (1, 'a'), (1, 'a')];
        let down = sorted(&items, Direction::Descending, |(size, name)| (size, name));
        assert_eq!(down, [(2, 'x'), (1, 'a'), (1, 'a'), (1, 'b')]);
        let up = sorted(&items, Direction::Ascending, |(size, name)| (size, name));
        assert_eq!(up, [(1, 'a'), (1, 'a'), (1, 'b'), (2, 'x')]);
    }

    #[test]
    fn long_lists_are_sorted_alike_by_many_threads() {
        let items: Vec<usize> = (0..50_000).map(|at| at * 7919 % 50_021).collect();
        let mut expected = items.clone();
        expected.sort_by_key(|&item| (Reverse(item % 100), item % 7));
        assert_eq!(sorted(&items, Direction::Descending, |item| (item % 100, item % 7)), expected);
    }
}
