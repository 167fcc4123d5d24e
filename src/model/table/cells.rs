//! Columns, cells and rows shared by the views of one snapshot.

use std::sync::Arc;

use crate::base::NodeIndex;
use crate::model::format;
use crate::model::format::code_place::{CodePlaces, named_spans, says_place};
use crate::model::format::object_text::{NameSeparator, edge_spans, object_hover};
use crate::model::table::object_kind::ObjectKind;
use crate::model::table::order::{ChromeOrder, ElementOrder, TreeLevel};
use crate::model::table::{Cell, Disclosure, Item, Row, RowPlace, Side, Sort, Span};
use crate::snapshot::{Distance, SizeMode, Snapshot};

/// A size with its part of the whole.
pub(crate) fn size_cell(bytes: u64, total: u64) -> Cell {
    Cell {
        text: format::format_size(bytes),
        share: Some(format::share(bytes, total)),
        hover: Some(format::exact_bytes(bytes)),
        number: i64::try_from(bytes).ok(),
        ..Cell::default()
    }
}

/// A size that may not be known yet.
pub(crate) fn known_size_cell(bytes: Option<u64>, total: u64) -> Cell {
    bytes.map_or_else(unknown_cell, |bytes| size_cell(bytes, total))
}

/// What is computed in the background.
fn unknown_cell() -> Cell {
    Cell { text: format::UNKNOWN.into(), ..Cell::default() }
}

/// A distance as displayed.
pub(crate) fn distance_cell(distance: Option<Distance>) -> Cell {
    let Some(distance) = distance else { return unknown_cell() };
    let text =
        distance.shown().map_or_else(|| format::NONE.into(), |edges| format::format_count(u64::from(edges)));
    let hover = match (distance.shown(), distance.raw()) {
        (Some(_), _) => None,
        (None, Some(_)) => Some("Only V8's own roots lead here".into()),
        (None, None) => Some("No root leads here".into()),
    };
    Cell { text, hover, number: distance.raw().map(i64::from), ..Cell::default() }
}

/// The objects of one snapshot with the settings of their view.
#[derive(Clone)]
pub struct Objects {
    /// Their snapshot.
    pub snapshot: Arc<Snapshot>,
    /// Which sizes.
    pub mode: SizeMode,
    /// Which side of a comparison it is.
    pub side: Side,
    /// The total for percentages.
    pub total_size: u64,
    /// How elements are ordered.
    pub elements: ElementOrder,
    /// Their source positions.
    places: CodePlaces,
}

impl Objects {
    /// The objects of one side. Adds up all sizes.
    pub fn new(snapshot: Arc<Snapshot>, mode: SizeMode, side: Side) -> Self {
        let elements = ElementOrder::default();
        Self {
            total_size: snapshot.total_size(),
            snapshot,
            mode,
            side,
            elements,
            places: CodePlaces::default(),
        }
    }

    /// The same with elements by number.
    #[must_use]
    pub fn by_number(mut self) -> Self {
        self.elements = ElementOrder::Number;
        self
    }

    /// Chrome's orders of its objects.
    pub fn orders(&self) -> ChromeOrder<'_> {
        ChromeOrder { snapshot: &self.snapshot, mode: self.mode, elements: self.elements }
    }

    /// The object of an item of this side.
    pub fn object(&self, item: Item) -> Option<NodeIndex> {
        let graph = self.snapshot.graph();
        match item {
            Item::Class(_) | Item::Group(_) => None,
            Item::Node(_, node) => Some(node),
            Item::Edge(_, edge) => Some(graph.edges.target(edge)),
            Item::Retainer(_, edge) => Some(graph.source(edge)),
        }
    }

    /// How many edges leave `node`.
    pub fn field_count(&self, node: NodeIndex) -> usize {
        self.snapshot.graph().edge_indices_of(node).len()
    }

    /// The edges out of `node`, in order.
    pub fn fields(&self, node: NodeIndex, level: TreeLevel, sort: Sort) -> Vec<Item> {
        let edges: Vec<_> = self.snapshot.graph().edge_indices_of(node).collect();
        let sorted = self.orders().children(&edges, level, sort);
        sorted.into_iter().map(|edge| Item::Edge(self.side, edge)).collect()
    }

    /// The cells for distance, shallow and retained size of `node`.
    pub fn cells(&self, node: NodeIndex) -> Vec<Cell> {
        let distance = self.snapshot.is_complete().then(|| self.snapshot.distance(node));
        vec![
            distance_cell(distance),
            size_cell(self.snapshot.shallow(self.mode, node), self.total_size),
            known_size_cell(self.snapshot.retained(self.mode, node), self.total_size),
        ]
    }

    /// The name of a row about an object: the edge to it, if any, and the object.
    pub fn name(&self, item: Item, node: NodeIndex) -> Vec<Span> {
        let object = self.own_name(node);
        match item {
            Item::Edge(_, edge) => {
                edge_spans(&self.snapshot, edge, NameSeparator::To).into_iter().chain(object).collect()
            }
            Item::Retainer(_, edge) => {
                edge_spans(&self.snapshot, edge, NameSeparator::From).into_iter().chain(object).collect()
            }
            _ => object,
        }
    }

    /// The name of the object in a row, without the edge to it.
    pub fn own_name(&self, node: NodeIndex) -> Vec<Span> {
        named_spans(&self.snapshot, node, self.places.get(&self.snapshot, node).as_deref())
    }

    /// The object's source position, once the scripts are known.
    pub fn place(&self, node: NodeIndex) -> Option<RowPlace> {
        let code = self.places.get(&self.snapshot, node)?;
        Some(RowPlace { code, is_in_name: says_place(&self.snapshot, node) })
    }

    /// The row for the object at the end of `path`, with the given cells. A repeated ancestor is greyed and
    /// does not expand.
    pub fn row(
        &self,
        path: &[Item],
        disclosure: Disclosure,
        (node, cells): (NodeIndex, Vec<Cell>),
        ancestors: impl IntoIterator<Item = NodeIndex>,
    ) -> Row {
        let item = *path.last().expect("a row has an item");
        let is_dimmed = ancestors.into_iter().any(|ancestor| ancestor == node);
        Row {
            item,
            depth: path.len() - 1,
            disclosure: if is_dimmed { Disclosure::Leaf } else { disclosure },
            name: self.name(item, node),
            hover: object_hover(&self.snapshot, node),
            cells,
            object: Some((self.side, node)),
            is_dimmed,
            kind: Some(ObjectKind::of(&self.snapshot, node)),
            place: self.place(node),
        }
    }
}
