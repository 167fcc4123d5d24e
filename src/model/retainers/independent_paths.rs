//! Different paths by which an object is held: first those that have no reference in common, each of which
//! must be cut, then one for each other holder.

use crate::base::{Cancelled, EdgeIndex, NodeIndex, Progress};
use crate::model::filter::object_filter::Internals;
use crate::model::format::object_text::{NameSeparator, edge_spans, span};
use crate::model::table::cells::Objects;
use crate::model::table::column::snapshot_columns;
use crate::model::table::{
    Cell, ColumnId, ColumnSpec, Direction, Disclosure, Item, Row, Side, Sort, Tone, TreeSource,
};

/// Maximum number of paths.
const MOST: usize = 12;

/// The paths to one object, the shortest first.
pub struct IndependentPaths {
    objects: Objects,
    /// Edges from the object up to the root's.
    paths: Vec<Vec<EdgeIndex>>,
    columns: [ColumnSpec; 4],
}

impl IndependentPaths {
    /// The paths to `node`, without the steps inside V8's internal objects if these are hidden.
    pub fn find(
        objects: Objects,
        node: NodeIndex,
        internals: Internals,
        progress: &Progress,
    ) -> Result<Self, Cancelled> {
        let mut paths = objects.snapshot.independent_paths(node, MOST, progress)?;
        let graph = objects.snapshot.graph();
        if internals == Internals::Hidden {
            for path in &mut paths {
                path.retain(|&edge| !graph.nodes.kind(graph.source(edge)).is_machinery());
            }
        }
        let columns = snapshot_columns("Path");
        Ok(Self { objects, paths, columns })
    }

    /// The paths, each from the object to the root's edge.
    pub fn paths(&self) -> &[Vec<EdgeIndex>] {
        &self.paths
    }

    fn path(&self, item: Item) -> Option<&[EdgeIndex]> {
        match item {
            Item::Group(at) => self.paths.get(usize::try_from(at).ok()?).map(Vec::as_slice),
            _ => None,
        }
    }
}

impl TreeSource for IndependentPaths {
    fn columns(&self) -> &[ColumnSpec] {
        &self.columns
    }

    fn default_sort(&self) -> Sort {
        Sort { column: ColumnId::DISTANCE, direction: Direction::Ascending }
    }

    fn child_count(&self, item: Option<Item>) -> usize {
        match item {
            None => self.paths.len(),
            Some(item) => self.path(item).map_or(0, <[EdgeIndex]>::len),
        }
    }

    /// Paths by length, whatever the column; their steps always from the object to the root.
    fn children(&self, path: &[Item], sort: Sort) -> Vec<Item> {
        match path.last() {
            None => {
                let mut paths: Vec<Item> = (0..).zip(&self.paths).map(|(at, _)| Item::Group(at)).collect();
                if sort.direction == Direction::Descending {
                    paths.reverse();
                }
                paths
            }
            Some(&item) => {
                let steps = self.path(item).unwrap_or_default().iter();
                steps.map(|&edge| Item::Retainer(self.objects.side, edge)).collect()
            }
        }
    }

    fn row(&self, path: &[Item], disclosure: Disclosure) -> Row {
        let item = *path.last().expect("a row has an item");
        if let Some(node) = self.objects.object(item) {
            return self.objects.row(path, Disclosure::Leaf, (node, self.objects.cells(node)), None);
        }
        let steps = self.path(item).unwrap_or_default();
        let snapshot = &self.objects.snapshot;
        let number = match item {
            Item::Group(at) => at + 1,
            _ => 0,
        };
        let mut name = vec![span(format!("{number}.  "), Tone::Quiet)];
        if let Some(&first) = steps.first() {
            name.extend(edge_spans(snapshot, first, NameSeparator::From));
            name.extend(self.objects.own_name(snapshot.graph().source(first)));
        }
        let length = u64::try_from(steps.len()).unwrap_or(u64::MAX);
        let length = Cell { hover: Some("References on this path".into()), ..Cell::count(length) };
        Row {
            item,
            depth: 0,
            disclosure,
            name,
            hover: Some("One of the paths by which the object is held: the step below is its holder".into()),
            cells: vec![length, Cell::default(), Cell::default()],
            object: steps.first().map(|&edge| (Side::Current, snapshot.graph().source(edge))),
            is_dimmed: false,
            kind: None,
            place: steps.first().and_then(|&edge| self.objects.place(snapshot.graph().source(edge))),
        }
    }
}
