//! Variables that a module exports: they live in cells of the module, not in a scope.

use crate::base::{EdgeIndex, NodeIndex};
use crate::graph::{EdgeKind, EdgeName, Graph, NodeKind};
use crate::snapshot::Snapshot;

/// What V8 calls the node of a module.
const MODULE: &str = "system / SourceTextModule";
/// What it calls the node that holds one exported value.
const CELL: &str = "system / Cell";
/// What Node calls its own record of a module.
const COMMON_MODULE: &str = "Module";
/// Holders of a cell that are looked at.
const HOLDERS: usize = 64;

/// An exported variable on a path.
pub(super) struct ExportedVariable<'a> {
    /// Its name, if the table of exports says it.
    pub name: Option<&'a str>,
    /// The edge of the path that leads to its value.
    pub at: usize,
}

/// The last exported variable on a path.
pub(super) fn exported_variable<'a>(
    snapshot: &'a Snapshot,
    path: &[EdgeIndex],
) -> Option<ExportedVariable<'a>> {
    let graph = snapshot.graph();
    let is_of = |name: &'static str| move |&edge: &EdgeIndex| graph.raw_name(graph.source(edge)) == name;
    if let Some(module) = path.iter().rposition(is_of(MODULE)) {
        let at = module + path[module..].iter().position(is_of(CELL))?;
        return Some(ExportedVariable { name: export_name(snapshot, graph.source(path[at])), at });
    }
    // The code of a function that imports it leads to it as well.
    let at = path.iter().rposition(is_of(CELL))?;
    let name = export_name(snapshot, graph.source(path[at]))?;
    Some(ExportedVariable { name: Some(name), at })
}

/// The property of a CommonJS module's exports on a path, and the edge that it is.
pub(super) fn exported_property<'a>(graph: &'a Graph, path: &[EdgeIndex]) -> Option<ExportedVariable<'a>> {
    let is_exports = |&edge: &EdgeIndex| {
        graph.raw_name(graph.source(edge)) == COMMON_MODULE && edge_name(graph, edge) == Some("exports")
    };
    let at = path.iter().rposition(is_exports)? + 1;
    let property = *path.get(at)?;
    let name = edge_name(graph, property).filter(|_| graph.edges.kind(property) == EdgeKind::Property)?;
    Some(ExportedVariable { name: Some(name), at })
}

fn edge_name(graph: &Graph, edge: EdgeIndex) -> Option<&str> {
    match graph.edges.name(edge) {
        EdgeName::Text(name) => Some(graph.text(name)),
        EdgeName::Number(_) => None,
    }
}

/// The table of exports has each name right before its cell.
fn export_name(snapshot: &Snapshot, cell: NodeIndex) -> Option<&str> {
    let graph = snapshot.graph();
    let tables = snapshot.strong_holders(cell).take(HOLDERS);
    tables.filter(|&table| graph.nodes.kind(table) == NodeKind::ARRAY || is_table(graph, table)).find_map(
        |table| {
            let entries: Vec<(u32, NodeIndex)> = graph
                .edges_of(table)
                .filter_map(|edge| match edge.name {
                    EdgeName::Number(number) => Some((number, edge.target)),
                    EdgeName::Text(number) => Some((graph.text(number).parse().ok()?, edge.target)),
                })
                .collect();
            let (number, _) = *entries.iter().find(|&&(_, target)| target == cell)?;
            let (_, name) = *entries.iter().find(|&&(other, _)| other + 1 == number)?;
            graph.nodes.kind(name).is_string().then(|| graph.raw_name(name))
        },
    )
}

fn is_table(graph: &Graph, node: NodeIndex) -> bool {
    graph.raw_name(node).contains("HashTable")
}
