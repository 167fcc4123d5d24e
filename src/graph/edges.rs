//! The edges' columns: eight bytes an edge.

use std::io;

use crate::base::{Column, Damaged, EdgeIndex, NodeIndex, StoreReader, StoreWriter, Stored, StringIndex};

/// The kind of a reference.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
#[repr(u8)]
pub enum EdgeKind {
    /// A variable of a closure's scope.
    Context = 0,
    /// An element of an array, named by number.
    Element = 1,
    /// A property.
    Property = 2,
    /// An internal link of V8, which JavaScript cannot follow.
    Internal = 3,
    /// An internal link of V8, named by number.
    Hidden = 4,
    /// A convenience link from a root.
    Shortcut = 5,
    /// Does not keep its target alive.
    Weak = 6,
    /// A kind that V8 does not have.
    Other = 7,
}

impl EdgeKind {
    const NAMES: [(&str, Self); 7] = [
        ("context", Self::Context),
        ("element", Self::Element),
        ("property", Self::Property),
        ("internal", Self::Internal),
        ("hidden", Self::Hidden),
        ("shortcut", Self::Shortcut),
        ("weak", Self::Weak),
    ];

    /// The kind that V8 calls `name`.
    pub fn named(name: &str) -> Self {
        Self::NAMES.iter().find(|(known, _)| *known == name).map_or(Self::Other, |&(_, kind)| kind)
    }

    /// V8's name for it.
    pub fn name(self) -> &'static str {
        Self::NAMES.get(self as usize).map_or("other", |&(name, _)| name)
    }

    /// Whether the file numbers its edges of this kind instead of naming them.
    #[inline]
    pub fn is_numbered(self) -> bool {
        matches!(self, Self::Element | Self::Hidden)
    }

    #[inline]
    fn from_code(code: u32) -> Self {
        match code {
            0 => Self::Context,
            1 => Self::Element,
            2 => Self::Property,
            3 => Self::Internal,
            4 => Self::Hidden,
            5 => Self::Shortcut,
            6 => Self::Weak,
            _ => Self::Other,
        }
    }
}

/// The name of an edge in the file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EdgeName {
    /// A string of the string table.
    Text(StringIndex),
    /// The number of an element or hidden edge.
    Number(u32),
}

/// One edge, assembled from its columns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Edge {
    /// Its row.
    pub index: EdgeIndex,
    /// The kind of the reference.
    pub kind: EdgeKind,
    /// Its name.
    pub name: EdgeName,
    /// The node it leads to.
    pub target: NodeIndex,
}

/// Kind in the low three bits, string or element index above; the value that fills all 29 bits refers to the
/// side table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(transparent)]
pub struct Label(pub u32);

const LARGE: u32 = u32::MAX >> 3;

impl Label {
    /// The largest index that fits beside the kind.
    pub const MAX_INDEX: u32 = LARGE - 1;

    /// Kind and index in four bytes; `None` if the index needs the side table.
    #[inline]
    pub fn new(kind: EdgeKind, index: u32) -> Option<Self> {
        (index < LARGE).then_some(Self(index << 3 | kind as u32))
    }

    /// The label of an edge whose index is in the side table.
    pub fn large(kind: EdgeKind) -> Self {
        Self(LARGE << 3 | kind as u32)
    }

    /// Kind and index; no index if it is in the side table.
    pub fn parts(self) -> (EdgeKind, Option<u32>) {
        (self.kind(), Some(self.0 >> 3).filter(|&index| index != LARGE))
    }

    #[inline]
    fn kind(self) -> EdgeKind {
        EdgeKind::from_code(self.0 & 7)
    }
}

const _: () = assert!(size_of::<Label>() == 4 && size_of::<NodeIndex>() == 4);

/// One row per edge, in file order.
pub struct Edges {
    labels: Column<EdgeIndex, u32>,
    targets: Column<EdgeIndex, u32>,
    /// Row and index of every edge whose label says "large", ascending.
    large: Box<[(u32, u32)]>,
}

impl Edges {
    /// From finished columns of one length; see [`Label`].
    pub fn new(labels: Vec<u32>, targets: Vec<u32>, large: Vec<(u32, u32)>) -> Self {
        assert_eq!(labels.len(), targets.len());
        debug_assert!(large.is_sorted());
        Self { labels: labels.into(), targets: targets.into(), large: large.into_boxed_slice() }
    }

    /// The number of edges.
    #[inline]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The kind of the reference.
    #[inline]
    pub fn kind(&self, edge: EdgeIndex) -> EdgeKind {
        Label(self.labels[edge]).kind()
    }

    /// The node it leads to.
    #[inline]
    pub fn target(&self, edge: EdgeIndex) -> NodeIndex {
        NodeIndex(self.targets[edge])
    }

    /// Targets of all edges in file order.
    pub fn targets(&self) -> &[u32] {
        self.targets.as_slice()
    }

    /// Its name.
    #[inline]
    pub fn name(&self, edge: EdgeIndex) -> EdgeName {
        let label = self.labels[edge];
        let index = match label >> 3 {
            LARGE => self.large_at(edge),
            index => index,
        };
        if Label(label).kind().is_numbered() {
            EdgeName::Number(index)
        } else {
            EdgeName::Text(StringIndex(index))
        }
    }

    #[cold]
    fn large_at(&self, edge: EdgeIndex) -> u32 {
        self.large[self.large.partition_point(|&(row, _)| row < edge.0)].1
    }

    /// The whole row.
    #[inline]
    pub fn get(&self, edge: EdgeIndex) -> Edge {
        Edge { index: edge, kind: self.kind(edge), name: self.name(edge), target: self.target(edge) }
    }

    /// Bytes of all columns.
    pub fn bytes(&self) -> u64 {
        self.labels.bytes() + self.targets.bytes() + size_of_val(&*self.large) as u64
    }
}

impl Stored for Edges {
    fn store(&self, out: &mut StoreWriter<'_>) -> io::Result<()> {
        self.labels.store(out)?;
        self.targets.store(out)?;
        out.pairs(&self.large)
    }

    fn restore(input: &mut StoreReader<'_>) -> Result<Self, Damaged> {
        let (labels, targets) = (Column::restore(input)?, Column::restore(input)?);
        Ok(Self { labels, targets, large: input.pairs()?.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_past_29_bits_keeps_its_number() {
        let labels = vec![
            Label::new(EdgeKind::Element, Label::MAX_INDEX).unwrap().0,
            Label::large(EdgeKind::Element).0,
            Label::new(EdgeKind::Property, 3).unwrap().0,
        ];
        assert_eq!(Label::new(EdgeKind::Element, Label::MAX_INDEX + 1), None);
        let edges = Edges::new(labels, vec![0, 1, 2], vec![(1, u32::MAX - 1)]);
        assert_eq!(edges.name(EdgeIndex(0)), EdgeName::Number(Label::MAX_INDEX));
        assert_eq!(edges.name(EdgeIndex(1)), EdgeName::Number(u32::MAX - 1));
        assert_eq!(edges.name(EdgeIndex(2)), EdgeName::Text(StringIndex(3)));
        assert_eq!(edges.kind(EdgeIndex(1)), EdgeKind::Element);
    }
}
