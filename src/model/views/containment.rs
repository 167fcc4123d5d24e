//! Containment: the heap walked forward from the root.

use std::sync::Arc;

use crate::base::{Cancelled, NodeIndex, Progress};
use crate::model::format::path_text::shortest_path;
use crate::model::table::cells::Objects;
use crate::model::table::column::snapshot_columns;
use crate::model::table::order::TreeLevel;
use crate::model::table::{ColumnId, ColumnSpec, Direction, Disclosure, Item, Row, Side, Sort, TreeSource};
use crate::snapshot::{SizeMode, Snapshot};

/// The children of the root, and theirs.
pub struct Containment {
    objects: Objects,
    columns: [ColumnSpec; 4],
}

impl Containment {
    /// Starts at the root of `snapshot`.
    pub fn new(snapshot: Arc<Snapshot>, mode: SizeMode) -> Self {
        Self { objects: Objects::new(snapshot, mode, Side::Current), columns: snapshot_columns("Object") }
    }

    /// The same with elements by number, unlike Chrome.
    #[must_use]
    pub fn by_number(mut self) -> Self {
        self.objects = self.objects.by_number();
        self
    }

    /// The shortest path from the root to `node`; empty if it is unreachable. Reads the edges of all
    /// retainers along the path.
    pub fn path_to(&self, node: NodeIndex, progress: &Progress) -> Result<Vec<Item>, Cancelled> {
        let edges = shortest_path(&self.objects.snapshot, node, progress)?;
        Ok(edges.into_iter().map(|edge| Item::Edge(Side::Current, edge)).collect())
    }

    fn object(&self, item: Option<Item>) -> NodeIndex {
        item.and_then(|item| self.objects.object(item)).unwrap_or(self.objects.snapshot.graph().root)
    }
}

impl TreeSource for Containment {
    fn columns(&self) -> &[ColumnSpec] {
        &self.columns
    }

    fn default_sort(&self) -> Sort {
        Sort { column: ColumnId::RETAINED, direction: Direction::Descending }
    }

    fn child_count(&self, item: Option<Item>) -> usize {
        self.objects.field_count(self.object(item))
    }

    fn children(&self, path: &[Item], sort: Sort) -> Vec<Item> {
        self.objects.fields(self.object(path.last().copied()), TreeLevel::Nested, sort)
    }

    fn row(&self, path: &[Item], disclosure: Disclosure) -> Row {
        let (item, above) = path.split_last().expect("a row has an item");
        let node = self.object(Some(*item));
        let ancestors = above.iter().map(|&item| self.object(Some(item)));
        self.objects.row(path, disclosure, (node, self.objects.cells(node)), ancestors)
    }
}
