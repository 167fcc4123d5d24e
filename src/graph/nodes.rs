//! The nodes' columns.

use std::io;

use crate::base::{
    Column, Csr, Damaged, IdColumn, NodeIndex, SizeColumn, StoreReader, StoreWriter, Stored, StringIndex,
};

/// V8's kind of a node. The constants are V8's kinds; kinds of other engines get codes of their own from
/// [`NodeKind::FIRST_FOREIGN`] on, named by [`Nodes::kind_name`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
#[repr(transparent)]
pub struct NodeKind(u8);

macro_rules! node_kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $text:literal;)*) => {
        impl NodeKind {
            $($(#[$doc])* pub const $name: Self = Self($code);)*
            const NAMES: &[&str] = &[$($text),*];
        }
    };
}

node_kinds! {
    /// V8's own bookkeeping.
    HIDDEN = 0, "hidden";
    /// Backing stores, not JavaScript's `Array`.
    ARRAY = 1, "array";
    /// A string with its characters.
    STRING = 2, "string";
    /// A JavaScript object.
    OBJECT = 3, "object";
    /// Byte code, machine code, scripts.
    CODE = 4, "code";
    /// A function.
    CLOSURE = 5, "closure";
    /// A regular expression.
    REGEXP = 6, "regexp";
    /// A number on the heap.
    NUMBER = 7, "number";
    /// An object of the embedder: DOM nodes, Node's handles.
    NATIVE = 8, "native";
    /// A group that V8 creates for the snapshot: roots.
    SYNTHETIC = 9, "synthetic";
    /// Two strings joined, not yet copied into one.
    CONCATENATED_STRING = 10, "concatenated string";
    /// A part of another string.
    SLICED_STRING = 11, "sliced string";
    /// A symbol.
    SYMBOL = 12, "symbol";
    /// A bigint.
    BIGINT = 13, "bigint";
    /// A hidden class.
    OBJECT_SHAPE = 14, "object shape";
    /// A WebAssembly object.
    WASM_OBJECT = 15, "wasm object";
}

impl NodeKind {
    /// The first code for kinds that V8 does not have.
    pub const FIRST_FOREIGN: u8 = 16;
    /// Codes fit six bits.
    pub const LIMIT: u8 = 64;

    /// The kind that V8 calls `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().position(|&known| known == name).and_then(|code| u8::try_from(code).ok()).map(Self)
    }

    /// V8's words for all kinds that it has.
    pub fn names() -> &'static [&'static str] {
        Self::NAMES
    }

    /// The kind with this code.
    ///
    /// # Panics
    /// If the code does not fit six bits.
    pub fn from_code(code: u8) -> Self {
        assert!(code < Self::LIMIT);
        Self(code)
    }

    /// Its code, below [`NodeKind::LIMIT`].
    pub fn code(self) -> u8 {
        self.0
    }

    /// Strings of any representation.
    pub fn is_string(self) -> bool {
        matches!(self, Self::STRING | Self::CONCATENATED_STRING | Self::SLICED_STRING)
    }
}

/// Whether a DOM node is attached to a document.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[repr(u8)]
pub enum Detachedness {
    /// Unknown, or not a DOM node.
    #[default]
    Unknown = 0,
    /// In a document.
    Attached = 1,
    /// Kept alive outside of any document.
    Detached = 2,
}

/// One row per node, in file order.
pub struct Nodes {
    /// Kind in the low six bits, detachedness as in the file in the high two.
    tags: Column<NodeIndex, u8>,
    names: Column<NodeIndex, u32>,
    ids: IdColumn<NodeIndex>,
    self_sizes: SizeColumn<NodeIndex>,
    /// Each node's edges.
    pub edges: Csr<NodeIndex>,
    /// The call stack that allocated each node (0: none), in allocation timelines.
    trace_nodes: Option<Column<NodeIndex, u32>>,
    /// Whether the file has a detachedness field; otherwise names say it.
    pub has_detachedness: bool,
    foreign_kinds: Vec<Box<str>>,
}

/// The finished columns of [`Nodes`], all of one length.
pub struct NodeColumns {
    /// See [`Nodes::tag`].
    pub tags: Vec<u8>,
    /// String indices.
    pub names: Vec<u32>,
    /// Object ids.
    pub ids: IdColumn<NodeIndex>,
    /// Bytes.
    pub self_sizes: SizeColumn<NodeIndex>,
    /// One border more than nodes.
    pub edges: Csr<NodeIndex>,
    /// Trace node ids, if the file has them.
    pub trace_nodes: Option<Vec<u32>>,
    /// Whether the file has the field.
    pub has_detachedness: bool,
    /// Names of the kinds from [`NodeKind::FIRST_FOREIGN`] on.
    pub foreign_kinds: Vec<Box<str>>,
}

impl From<NodeColumns> for Nodes {
    fn from(columns: NodeColumns) -> Self {
        assert!(columns.tags.len() == columns.names.len() && columns.edges.len() == columns.tags.len());
        Self {
            tags: columns.tags.into(),
            names: columns.names.into(),
            ids: columns.ids,
            self_sizes: columns.self_sizes,
            edges: columns.edges,
            trace_nodes: columns.trace_nodes.map(Column::from),
            has_detachedness: columns.has_detachedness,
            foreign_kinds: columns.foreign_kinds,
        }
    }
}

impl Nodes {
    /// Kind and detachedness in one byte.
    #[inline]
    pub fn tag(kind: NodeKind, detachedness: u8) -> u8 {
        kind.0 | (detachedness & 3) << 6
    }

    /// The number of nodes.
    #[inline]
    pub fn len(&self) -> usize {
        self.tags.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty()
    }

    /// V8's kind of the node.
    #[inline]
    pub fn kind(&self, node: NodeIndex) -> NodeKind {
        NodeKind(self.tags[node] & 63)
    }

    /// All kinds in file order.
    pub fn kinds(&self) -> impl ExactSizeIterator<Item = NodeKind> + '_ {
        self.tags.as_slice().iter().map(|tag| NodeKind(tag & 63))
    }

    /// Detachedness as in the file, before it is spread.
    #[inline]
    pub fn file_detachedness(&self, node: NodeIndex) -> Detachedness {
        match self.tags[node] >> 6 {
            1 => Detachedness::Attached,
            2 => Detachedness::Detached,
            _ => Detachedness::Unknown,
        }
    }

    /// The index of its name in the string table.
    #[inline]
    pub fn name(&self, node: NodeIndex) -> StringIndex {
        StringIndex(self.names[node])
    }

    /// V8's id.
    #[inline]
    pub fn id(&self, node: NodeIndex) -> u64 {
        self.ids.get(node)
    }

    /// All ids in file order.
    pub fn ids(&self) -> impl Iterator<Item = u64> + '_ {
        self.ids.iter()
    }

    /// Bytes of the record alone, as V8 wrote them.
    #[inline]
    pub fn self_size(&self, node: NodeIndex) -> u64 {
        self.self_sizes.get(node)
    }

    /// All self sizes in file order.
    pub fn self_sizes(&self) -> &SizeColumn<NodeIndex> {
        &self.self_sizes
    }

    /// The trace node that allocated it; 0 where none was recorded.
    pub fn trace_node(&self, node: NodeIndex) -> u32 {
        self.trace_nodes.as_ref().map_or(0, |trace_nodes| trace_nodes[node])
    }

    /// The name of a kind, V8's or another engine's.
    pub fn kind_name(&self, kind: NodeKind) -> &str {
        match kind.0.checked_sub(NodeKind::FIRST_FOREIGN) {
            None => NodeKind::NAMES[usize::from(kind.0)],
            Some(foreign) => self.foreign_kinds.get(usize::from(foreign)).map_or("undefined", |name| name),
        }
    }

    /// Bytes of all columns.
    pub fn bytes(&self) -> u64 {
        self.tags.bytes()
            + self.names.bytes()
            + self.ids.bytes()
            + self.self_sizes.bytes()
            + self.edges.bytes()
            + self.trace_nodes.as_ref().map_or(0, Column::bytes)
    }
}

impl Stored for Nodes {
    fn store(&self, out: &mut StoreWriter<'_>) -> io::Result<()> {
        self.tags.store(out)?;
        self.names.store(out)?;
        self.ids.store(out)?;
        self.self_sizes.store(out)?;
        self.edges.store(out)?;
        self.trace_nodes.store(out)?;
        out.number(u64::from(self.has_detachedness));
        out.texts(self.foreign_kinds.iter().map(|name| &**name))
    }

    fn restore(input: &mut StoreReader<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            tags: Column::restore(input)?,
            names: Column::restore(input)?,
            ids: IdColumn::restore(input)?,
            self_sizes: SizeColumn::restore(input)?,
            edges: Csr::restore(input)?,
            trace_nodes: Option::restore(input)?,
            has_detachedness: input.number()? != 0,
            foreign_kinds: input.texts()?.into_iter().map(String::into_boxed_str).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_the_names_v8_gives_them() {
        for (code, name) in (0..).zip(NodeKind::NAMES) {
            assert_eq!(NodeKind::named(name), Some(NodeKind::from_code(code)));
        }
        assert_eq!(NodeKind::named("CellKind"), None);
        assert!(
            [NodeKind::STRING, NodeKind::CONCATENATED_STRING, NodeKind::SLICED_STRING]
                .iter()
                .all(|kind| kind.is_string())
        );
        assert!(!NodeKind::SYMBOL.is_string());
    }
}
