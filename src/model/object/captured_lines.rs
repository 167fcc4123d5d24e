//! What the scope around an object keeps: its variables, the largest first.

use crate::base::{EdgeIndex, NodeIndex};
use crate::graph::{EdgeKind, Graph, NodeKind};
use crate::model::format::sanitize;
use crate::snapshot::{SizeMode, Snapshot};
use crate::source::captured::{CapturedVariable, captured_variables};
use crate::source::contexts::is_context;
use crate::source::maps::original_variable_name;
use crate::source::text::SourceOptions;

/// Characters of a variable's name.
const NAME_LIMIT: usize = 60;
/// Variables that are kept.
const VARIABLES: usize = 200;
/// Scopes around a function that are looked at.
const CHAIN: usize = 64;

/// A variable of a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapturedLine {
    /// Its name, that of the original code where a source map tells it.
    pub name: String,
    /// What it holds.
    pub object: NodeIndex,
    /// Bytes that would be freed with that.
    pub retained: u64,
    /// Whether it alone keeps what it holds, and no living function reads it.
    pub is_unread: bool,
}

/// The variables of the scope that `node` is, that a function sees, or that the path's last variable is in: first
/// those that are kept for nothing, then by size.
pub(crate) fn captured_lines(
    snapshot: &Snapshot,
    node: NodeIndex,
    path: &[EdgeIndex],
    options: &SourceOptions,
) -> Vec<CapturedLine> {
    let Some(scope) = scope_of(snapshot.graph(), node, path) else { return Vec::new() };
    let line = |variable: &CapturedVariable<'_>| {
        let original = original_variable_name(snapshot, variable.edge);
        CapturedLine {
            name: sanitize(original.as_deref().unwrap_or(variable.name), NAME_LIMIT),
            object: variable.value,
            retained: variable.retained,
            is_unread: variable.is_unread,
        }
    };
    let variables = captured_variables(snapshot, scope, SizeMode::Chrome, options);
    let mut lines: Vec<CapturedLine> = variables.iter().map(line).collect();
    lines.sort_by_key(|line| (!line.is_unread, std::cmp::Reverse(line.retained)));
    lines.truncate(VARIABLES);
    lines
}

fn scope_of(graph: &Graph, node: NodeIndex, path: &[EdgeIndex]) -> Option<NodeIndex> {
    let has_variables = |&scope: &NodeIndex| graph.edges_of(scope).any(|edge| edge.kind == EdgeKind::Context);
    let is_function = graph.nodes.kind(node) == NodeKind::CLOSURE;
    let first = if is_function { graph.internal_target(node, "context") } else { Some(node) };
    let first = first.filter(|&scope| is_context(graph, scope));
    if first.is_none() && !is_function {
        let last = path.iter().rfind(|&&edge| graph.edges.kind(edge) == EdgeKind::Context);
        return last.map(|&edge| graph.source(edge)).filter(|&scope| is_context(graph, scope));
    }
    let around =
        |&scope: &NodeIndex| graph.internal_target(scope, "previous").filter(|&at| is_context(graph, at));
    std::iter::successors(first, around).take(CHAIN).find(has_variables)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Progress;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;

    #[test]
    fn a_function_tells_the_nearest_scope_with_variables_and_an_object_that_of_its_variable() {
        let mut heap = GraphBuilder::new();
        let [function, inner, outer] =
            [("closure", "f"), ("object", "system / Context"), ("object", "system / Context")]
                .map(|(kind, name)| heap.node(kind, name, 1));
        let (small, large, part) =
            (heap.node("object", "A", 1), heap.node("object", "B", 9), heap.node("object", "C", 1));
        heap.edge(0, "element", "1", function).edge(function, "internal", "context", inner);
        heap.edge(inner, "internal", "previous", outer);
        heap.edge(outer, "context", "small", small).edge(outer, "context", "large", large);
        heap.edge(large, "property", "part", part);
        let snapshot = load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap();
        let graph = snapshot.graph();
        let to = |node: usize| {
            let mut edges = (0..graph.edge_count()).map(EdgeIndex::at);
            edges.find(|&edge| graph.edges.target(edge) == NodeIndex::at(node)).unwrap()
        };
        let names = |node: usize, path: &[EdgeIndex]| {
            let lines = captured_lines(&snapshot, NodeIndex::at(node), path, &SourceOptions::default());
            lines.into_iter().map(|line| (line.name, line.retained)).collect::<Vec<_>>()
        };
        let all = [("large".to_owned(), 10), ("small".to_owned(), 1)];
        assert_eq!(names(function, &[]), all);
        assert_eq!(names(outer, &[]), all);
        assert_eq!(names(part, &[to(function), to(inner), to(outer), to(large), to(part)]), all);
        assert_eq!(names(part, &[]), []);
    }
}
