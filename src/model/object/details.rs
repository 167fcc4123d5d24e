//! Everything about one object: its references, its retainers, its retained size, and the path to it.

use crate::base::{EdgeIndex, NodeIndex};
use crate::model::format::javascript_path::JavaScriptPath;
use crate::model::retainers::holding_edges;
use crate::model::table::order::{ChromeOrder, ElementOrder, TreeLevel};
use crate::model::table::{ColumnId, Direction, Sort};
use crate::snapshot::{SizeMode, Snapshot};

/// One object of a snapshot.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectDetails {
    /// Which one.
    pub node: NodeIndex,
    /// Its dominators, nearest first, up to the root.
    pub dominators: Vec<NodeIndex>,
    /// Its fields, as Chrome sorts them.
    pub children: Vec<EdgeEnd>,
    /// Its retainers, as Chrome sorts them.
    pub retainers: Vec<EdgeEnd>,
    /// The shortest path from the root to it.
    pub path: JavaScriptPath,
}

/// An edge and the object at its other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EdgeEnd {
    /// The edge.
    pub edge: EdgeIndex,
    /// The object.
    pub node: NodeIndex,
}

impl ObjectDetails {
    /// Reads the edges of all nodes along the path.
    pub fn new(snapshot: &Snapshot, mode: SizeMode, node: NodeIndex) -> Self {
        let graph = snapshot.graph();
        let orders = ChromeOrder { snapshot, mode, elements: ElementOrder::Text };
        let to_target = |edge| EdgeEnd { edge, node: graph.edges.target(edge) };
        let to_source = |edge| EdgeEnd { edge, node: graph.source(edge) };
        let fields: Vec<EdgeIndex> = graph.edge_indices_of(node).collect();
        let fields =
            orders.children(&fields, TreeLevel::Nested, by(ColumnId::RETAINED, Direction::Descending));
        let holders = holding_edges(snapshot, node);
        let holders = orders.retainers(
            &holders,
            |source, _| snapshot.distance(source),
            by(ColumnId::DISTANCE, Direction::Ascending),
        );
        Self {
            node,
            dominators: dominators(snapshot, node),
            children: fields.into_iter().map(to_target).collect(),
            retainers: holders.into_iter().map(to_source).collect(),
            path: JavaScriptPath::new(snapshot, node),
        }
    }
}

fn by(column: ColumnId, direction: Direction) -> Sort {
    Sort { column, direction }
}

/// The immediate dominator, its dominator, and so on up to the root.
fn dominators(snapshot: &Snapshot, node: NodeIndex) -> Vec<NodeIndex> {
    let above = |&node: &NodeIndex| snapshot.dominator(node).filter(|&dominator| dominator != node);
    std::iter::successors(above(&node), above).collect()
}
