//! Retainers of an object, their retainers, and so on towards the roots.

pub(crate) mod breadcrumbs;
pub(crate) mod immediate_dominators;
pub(crate) mod independent_paths;
pub(crate) mod merged_paths;

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::base::{Cancelled, EdgeIndex, NodeIndex, Progress};
use crate::graph::EdgeKind;
use crate::model::filter::object_filter::Internals;
use crate::model::format::object_text::span;
use crate::model::table::cells::{Objects, distance_cell};
use crate::model::table::column::snapshot_columns;
use crate::model::table::{
    Cell, ColumnId, ColumnSpec, Direction, Disclosure, Item, Row, Sort, Tone, TreeSource,
};
use crate::snapshot::{Distance, IgnoredRetainers, Retainer, Snapshot, UNREACHABLE};

/// Maximum number of objects folded below one row; the rest is omitted.
const FOLDED_AT_MOST: usize = 10_000;

/// The retainers of one object.
pub struct RetainersView {
    objects: Objects,
    node: NodeIndex,
    ignoring: Option<Arc<IgnoredRetainers>>,
    internals: Internals,
    columns: [ColumnSpec; 4],
}

impl RetainersView {
    /// The retainers of `node`.
    pub fn new(objects: Objects, node: NodeIndex) -> Self {
        Self {
            objects,
            node,
            ignoring: None,
            internals: Internals::Shown,
            columns: snapshot_columns("Object"),
        }
    }

    /// The same with some objects ignored, from [`Snapshot::ignoring`].
    #[must_use]
    pub fn ignoring(mut self, ignored: Arc<IgnoredRetainers>) -> Self {
        self.ignoring = Some(ignored);
        self
    }

    /// The same with V8's internal objects folded: the outer holder is listed directly below the object.
    #[must_use]
    pub fn folding(mut self, internals: Internals) -> Self {
        self.internals = internals;
        self
    }

    /// Whether `node` is folded.
    fn is_folded(&self, node: NodeIndex) -> bool {
        self.internals == Internals::Hidden && self.objects.snapshot.graph().nodes.kind(node).is_machinery()
    }

    /// The edges by which `node` is held, through folded objects. A folded object without another holder is
    /// listed.
    fn holding(&self, node: NodeIndex) -> Vec<(NodeIndex, EdgeIndex)> {
        let snapshot = &self.objects.snapshot;
        let mut held: Vec<(NodeIndex, EdgeIndex)> = Vec::new();
        let mut seen = FxHashSet::default();
        let mut folded = vec![node];
        while let Some(at) = folded.pop() {
            for (source, edge) in holding_edges(snapshot, at) {
                if !self.is_folded(source) {
                    held.push((source, edge));
                } else if seen.len() < FOLDED_AT_MOST && seen.insert(source) {
                    folded.push(source);
                }
            }
        }
        if held.is_empty() { holding_edges(snapshot, node) } else { held }
    }

    /// The object whose retainers these are.
    pub fn node(&self) -> NodeIndex {
        self.node
    }

    /// The rows to expand so that the shortest path from a root is visible: for
    /// [`TreeTable::expand_path`](crate::model::TreeTable::expand_path).
    pub fn path_to_root(&self, progress: &Progress) -> Result<Vec<Item>, Cancelled> {
        let path =
            crate::model::format::path_text::shortest_path(&self.objects.snapshot, self.node, progress)?;
        let root = self.objects.snapshot.graph().root;
        let is_shown = |&edge: &EdgeIndex| {
            let source = self.objects.snapshot.graph().source(edge);
            source != root && !self.is_folded(source)
        };
        let held = path.into_iter().rev().filter(is_shown);
        Ok(held.map(|edge| Item::Retainer(self.objects.side, edge)).collect())
    }

    fn object(&self, item: Option<Item>) -> NodeIndex {
        item.and_then(|item| self.objects.object(item)).unwrap_or(self.node)
    }

    fn distance(&self, source: NodeIndex, edge: EdgeIndex) -> Distance {
        self.objects.snapshot.retainer_distance(Retainer { source, edge }, self.ignoring.as_deref())
    }

    /// The distance on a path without the ignored objects, and whether there is one.
    fn path_distance(&self, path: &[Item]) -> (Distance, bool) {
        let distance = match path.last() {
            Some(&Item::Retainer(_, edge)) => self.distance(self.object(path.last().copied()), edge),
            _ => self.objects.snapshot.distance(self.node),
        };
        (distance, distance.raw().is_some_and(|distance| distance < UNREACHABLE))
    }

    fn ancestors<'a>(&'a self, path: &'a [Item]) -> impl Iterator<Item = NodeIndex> + 'a {
        let above = path.get(..path.len().saturating_sub(1)).unwrap_or_default();
        std::iter::once(self.node).chain(above.iter().map(|&item| self.object(Some(item))))
    }
}

/// The edges by which an object is held, last of the file first: all but weak ones and the root's.
pub(crate) fn holding_edges(snapshot: &Snapshot, node: NodeIndex) -> Vec<(NodeIndex, EdgeIndex)> {
    let graph = snapshot.graph();
    let all = snapshot.retainers(node).into_iter();
    all.filter(|retainer| retainer.source != graph.root && graph.edges.kind(retainer.edge) != EdgeKind::Weak)
        .map(|retainer| (retainer.source, retainer.edge))
        .collect()
}

impl TreeSource for RetainersView {
    fn columns(&self) -> &[ColumnSpec] {
        &self.columns
    }

    fn default_sort(&self) -> Sort {
        Sort { column: ColumnId::DISTANCE, direction: Direction::Ascending }
    }

    fn child_count(&self, item: Option<Item>) -> usize {
        let node = self.object(item);
        match self.objects.snapshot.retainer_count(node) {
            1 if crate::model::format::path_text::is_root_child(&self.objects.snapshot, node) => 0,
            count => count,
        }
    }

    fn children(&self, path: &[Item], sort: Sort) -> Vec<Item> {
        let edges = self.holding(self.object(path.last().copied()));
        let distance = |source, edge| self.distance(source, edge);
        let sorted = self.objects.orders().retainers(&edges, distance, sort);
        sorted.into_iter().map(|edge| Item::Retainer(self.objects.side, edge)).collect()
    }

    fn row(&self, path: &[Item], disclosure: Disclosure) -> Row {
        let node = self.object(path.last().copied());
        let (distance, is_reached) = self.path_distance(path);
        let mut cells = self.objects.cells(node);
        if self.ignoring.as_ref().is_some_and(|ignoring| ignoring.contains(node)) {
            cells[0] = Cell { text: "ignored".into(), ..Cell::default() };
        } else if self.ignoring.is_some() {
            cells[0] = distance_cell(Some(distance));
        }
        let mut row = self.objects.row(path, disclosure, (node, cells), self.ancestors(path));
        if row.is_dimmed {
            row.name.push(span("  (a cycle: it is listed above)", Tone::Quiet));
        }
        row.is_dimmed |= self.objects.snapshot.is_complete() && !is_reached;
        row
    }

    /// As in Chrome: on towards the roots, as long as there is a path.
    fn auto_expand(&self, path: &[Item]) -> bool {
        let node = self.object(path.last().copied());
        let (distance, is_reached) = self.path_distance(path);
        is_reached && distance.0 > 1 && self.ancestors(path).all(|ancestor| ancestor != node)
    }
}
