//! Texts that slices keep alive: a slice of a few characters keeps the whole text it was cut from.

use std::cmp::Reverse;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::base::{Cancelled, NodeIndex, Progress};
use crate::graph::{EdgeKind, NodeKind};
use crate::model::filter::class_filter::ClassFilter;
use crate::model::format::object_text::{object_hover, object_label, span};
use crate::model::table::cells::{Objects, size_cell};
use crate::model::table::column::SHALLOW;
use crate::model::table::order::{JsText, sorted};
use crate::model::table::{
    Cell, ColumnId, ColumnSpec, Direction, Disclosure, Item, Row, Side, Sort, Tally, Tone, TreeSource,
};
use crate::model::views::strings::{LENGTH, LENGTH_COLUMN};
use crate::snapshot::{SizeMode, Snapshot};

/// Slices of a text.
const SLICES: ColumnId = ColumnId("slices");
/// Bytes of a text that only slices keep alive.
const KEPT_BY_SLICES: ColumnId = ColumnId("kept_by_slices");

/// A text with slices.
struct Parent {
    node: NodeIndex,
    slices: Vec<NodeIndex>,
    bytes: u64,
    /// Its bytes if only slices hold it; 0 otherwise.
    kept_by_slices: u64,
}

/// Texts that have slices.
pub struct SlicedStrings {
    objects: Objects,
    parents: Vec<Parent>,
    number_of: FxHashMap<NodeIndex, usize>,
    columns: [ColumnSpec; 5],
}

impl SlicedStrings {
    /// Those that `filter` lets pass. `O(nodes)`, and the retainers of every text with slices.
    pub fn find(
        snapshot: Arc<Snapshot>,
        mode: SizeMode,
        filter: &ClassFilter,
        progress: &Progress,
    ) -> Result<Self, Cancelled> {
        let graph = snapshot.graph();
        let mut slices_of: FxHashMap<NodeIndex, Vec<NodeIndex>> = FxHashMap::default();
        for node in graph.node_indices() {
            progress.tick(node.position())?;
            if graph.nodes.kind(node) == NodeKind::SLICED_STRING
                && let Some(parent) = graph.internal_target(node, "parent")
            {
                slices_of.entry(parent).or_default().push(node);
            }
        }
        let mut parents = Vec::with_capacity(slices_of.len());
        for (node, slices) in slices_of {
            progress.check()?;
            if !filter.keeps(&snapshot.display_name(node)) {
                continue;
            }
            let bytes = snapshot.shallow(mode, node);
            let is_slice = |source| graph.nodes.kind(source) == NodeKind::SLICED_STRING;
            let only_slices = snapshot.retainers(node).iter().all(|retainer| {
                is_slice(retainer.source) || graph.edges.kind(retainer.edge) == EdgeKind::Weak
            });
            parents.push(Parent { node, slices, bytes, kept_by_slices: if only_slices { bytes } else { 0 } });
        }
        parents.sort_unstable_by_key(|parent| parent.node);
        let number_of = parents.iter().enumerate().map(|(at, parent)| (parent.node, at)).collect();
        let columns = [
            ColumnSpec::name("Text that slices keep whole"),
            LENGTH_COLUMN,
            SLICES.number(
                "Slices",
                "Parts of this text, as slice and match make them. Each keeps all of it alive.",
            ),
            ColumnSpec { title: "Size", ..SHALLOW },
            KEPT_BY_SLICES.size(
                "Kept by slices alone",
                "Bytes of the whole text where nothing but slices holds it. Copying the parts would free it.",
            ),
        ];
        let objects = Objects::new(snapshot, mode, Side::Current);
        Ok(Self { objects, parents, number_of, columns })
    }

    fn parent(&self, item: Item) -> Option<&Parent> {
        match item {
            Item::Node(_, node) => self.number_of.get(&node).map(|&at| &self.parents[at]),
            _ => None,
        }
    }

    fn length(&self, parent: &Parent) -> usize {
        self.objects.snapshot.display_name(parent.node).chars().count()
    }
}

impl TreeSource for SlicedStrings {
    fn columns(&self) -> &[ColumnSpec] {
        &self.columns
    }

    fn shown(&self) -> Option<Tally> {
        let bytes = self.parents.iter().map(|parent| parent.bytes).sum();
        Some(Tally { count: self.parents.len() as u64, bytes })
    }

    fn default_sort(&self) -> Sort {
        Sort { column: KEPT_BY_SLICES, direction: Direction::Descending }
    }

    fn child_count(&self, item: Option<Item>) -> usize {
        match item {
            None => self.parents.len(),
            Some(item) => self.parent(item).map_or(0, |parent| parent.slices.len()),
        }
    }

    fn children(&self, path: &[Item], Sort { column, direction }: Sort) -> Vec<Item> {
        let node = |node: NodeIndex| Item::Node(Side::Current, node);
        if let Some(&item) = path.last() {
            let slices = self.parent(item).into_iter().flat_map(|parent| &parent.slices);
            return slices.map(|&slice| node(slice)).collect();
        }
        let all: Vec<usize> = (0..self.parents.len()).collect();
        let parent = |at: usize| &self.parents[at];
        let tie = |at: usize| Reverse(parent(at).bytes);
        let order = match column {
            ColumnId::NAME => sorted(&all, direction, |at| {
                (JsText(self.objects.snapshot.display_name(parent(at).node)), tie(at))
            }),
            LENGTH => sorted(&all, direction, |at| (self.length(parent(at)), tie(at))),
            SLICES => sorted(&all, direction, |at| (parent(at).slices.len(), tie(at))),
            ColumnId::SHALLOW => sorted(&all, direction, |at| (parent(at).bytes, tie(at))),
            _ => sorted(&all, direction, |at| (parent(at).kept_by_slices, tie(at))),
        };
        order.into_iter().map(|at| node(parent(at).node)).collect()
    }

    fn row(&self, path: &[Item], disclosure: Disclosure) -> Row {
        let item = *path.last().expect("a row has an item");
        let node = self.objects.object(item).expect("rows are strings");
        let Objects { snapshot, mode, total_size, .. } = &self.objects;
        let Some(parent) = self.parent(item).filter(|_| path.len() == 1) else {
            let size = size_cell(snapshot.shallow(*mode, node), *total_size);
            let cells = vec![Cell::default(), Cell::default(), size, Cell::default()];
            return self.objects.row(path, Disclosure::Leaf, (node, cells), None);
        };
        Row {
            item,
            depth: 0,
            disclosure,
            name: vec![span(object_label(snapshot, node), Tone::StringText)],
            hover: object_hover(snapshot, node),
            cells: vec![
                Cell::count(self.length(parent) as u64),
                Cell::count(parent.slices.len() as u64),
                size_cell(parent.bytes, *total_size),
                size_cell(parent.kept_by_slices, *total_size),
            ],
            object: Some((Side::Current, node)),
            is_dimmed: false,
            kind: None,
            place: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::GraphBuilder;
    use crate::model::TreeTable;
    use crate::snapshot::load_bytes;

    #[test]
    fn a_text_that_only_slices_hold_is_theirs() {
        let mut heap = GraphBuilder::new();
        let holder = heap.node("object", "Holder", 10);
        heap.edge(0, "element", "1", holder);
        for (text, is_held) in [("held by a slice alone", false), ("held by others too", true)] {
            let parent = heap.node("string", text, 1000);
            let slice = heap.node("sliced string", "(sliced string)", 20);
            heap.edge(slice, "internal", "parent", parent).edge(holder, "property", text, slice);
            if is_held {
                heap.edge(holder, "property", "whole", parent);
            }
        }
        let snapshot = load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap();
        let found =
            SlicedStrings::find(snapshot, SizeMode::Raw, &ClassFilter::All, &Progress::new()).unwrap();
        let table = TreeTable::filled(Arc::new(found));
        let rows: Vec<_> =
            (0..table.len()).map(|at| (table.row(at).text(), table.row(at).cells[3].number)).collect();
        assert_eq!(
            rows,
            [("\"held by a slice alone\"".into(), Some(1000)), ("\"held by others too\"".into(), Some(0))]
        );
    }
}
