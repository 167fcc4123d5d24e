//! Places in source code: the script, line and column that an object comes from.

use crate::base::NodeIndex;
use crate::graph::{Location, NodeKind};
use crate::snapshot::Snapshot;
use crate::snapshot::scripts::{Script, ScriptIndex, file_name};
use crate::source::contexts::{functions_that_see, is_context, located_function, shared_of_scope};
use crate::source::maps::{original, shown};

/// Bound functions of bound functions that are followed.
const BOUND: usize = 64;
/// Characters of a file's name in short texts.
const NAME_LIMIT: usize = 60;

/// A position in a text, counted from 1. Columns count UTF-16 units.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Position {
    /// From 1.
    pub line: u32,
    /// From 1.
    pub column: u32,
}

/// Where an object's function, class or scope stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Place {
    /// The script.
    pub script: ScriptIndex,
    /// Line and column, where the snapshot says them.
    pub position: Option<Position>,
}

impl Place {
    /// `server.js:10`, or `server.js` where the line is not known: of the original code where a source map
    /// tells it.
    pub fn text(self, snapshot: &Snapshot) -> String {
        let shown = shown(snapshot, self);
        let name = shown.url.as_deref().map_or_else(|| self.script(snapshot).file_name(), file_name);
        let name: String = match name.char_indices().nth(NAME_LIMIT) {
            Some((end, _)) => format!("{}…", &name[..end]),
            None => name.into_owned(),
        };
        match shown.position {
            Some(position) => format!("{name}:{}", position.line),
            None => name,
        }
    }

    /// `/app/server.js:10:26`: the whole path or address, line and column; of the original code where a source
    /// map tells it.
    pub fn full_text(self, snapshot: &Snapshot) -> String {
        original(snapshot, self)
            .map_or_else(|| self.generated_text(snapshot), |original| original.full_text())
    }

    /// The same of the code that ran.
    pub fn generated_text(self, snapshot: &Snapshot) -> String {
        let script = self.script(snapshot);
        let url = if script.url.is_empty() { &script.file_name() } else { &*script.url };
        match self.position {
            Some(Position { line, column }) => format!("{url}:{line}:{column}"),
            None => url.to_owned(),
        }
    }

    /// What the snapshot knows of the script.
    pub fn script(self, snapshot: &Snapshot) -> &Script {
        snapshot.scripts().get(self.script)
    }
}

/// Where the code that `node` comes from stands: of a function its text, of an object or generator the
/// class or function that made it, of a bound function its target, of a scope the function that has it or
/// else the script alone. Looks at a bounded number of neighbours.
pub fn place(snapshot: &Snapshot, node: NodeIndex) -> Option<Place> {
    if is_context(snapshot.graph(), node) {
        return place_of_context(snapshot, node);
    }
    own_place(snapshot, bound_target(snapshot, node).unwrap_or(node))
}

/// What a bound function calls in the end.
pub fn bound_target(snapshot: &Snapshot, node: NodeIndex) -> Option<NodeIndex> {
    let graph = snapshot.graph();
    if graph.nodes.kind(node) != NodeKind::CLOSURE {
        return None;
    }
    let next = |&function: &NodeIndex| graph.internal_target(function, "bound_function");
    std::iter::successors(next(&node), next).take(BOUND).last()
}

fn own_place(snapshot: &Snapshot, node: NodeIndex) -> Option<Place> {
    let graph = snapshot.graph();
    let script = snapshot.scripts().of(graph, node)?;
    let position = graph.locations.get(node).and_then(Location::position);
    Some(Place { script, position: position.map(|(line, column)| Position { line, column }) })
}

fn place_of_context(snapshot: &Snapshot, context: NodeIndex) -> Option<Place> {
    if let Some(shared) = shared_of_scope(snapshot, context) {
        let at = located_function(snapshot, shared).unwrap_or(shared);
        if let Some(place) = own_place(snapshot, at) {
            return Some(place);
        }
    }
    let seen_by = functions_that_see(snapshot, context, 16);
    let script = seen_by.iter().find_map(|&function| own_place(snapshot, function))?.script;
    Some(Place { script, position: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Progress;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;

    /// A function `f` of `/app/server.js`, line 10, column 26; its scope; and what `more` adds to it.
    fn text_of(more: impl FnOnce(&mut GraphBuilder, [usize; 3]) -> usize) -> Option<String> {
        let mut heap = GraphBuilder::new();
        let function = heap.node("closure", "f", 1);
        let shared = heap.node("code", "f", 1);
        let script = heap.node("code", "/app/server.js", 1);
        let context = heap.node("object", "system / Context", 1);
        heap.edge(0, "element", "1", function).edge(function, "internal", "shared", shared);
        heap.edge(shared, "internal", "script", script).edge(function, "internal", "context", context);
        heap.location(function, 81, 9, 25);
        let asked = more(&mut heap, [function, shared, context]);
        let snapshot = load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap();
        place(&snapshot, NodeIndex::at(asked)).map(|place| place.text(&snapshot))
    }

    #[test]
    fn a_function_has_a_line_and_a_scope_that_of_its_function() {
        assert_eq!(text_of(|_, [function, ..]| function).as_deref(), Some("server.js:10"));
        assert_eq!(text_of(|_, [_, shared, _]| shared).as_deref(), Some("server.js"));
        assert_eq!(text_of(|_, [.., context]| context).as_deref(), Some("server.js"));
        let own_scope = |heap: &mut GraphBuilder, [function, shared, _]: [usize; 3]| {
            let scope = heap.node("object", "system / Context", 1);
            let info = heap.node("code", "system / ScopeInfo", 1);
            heap.edge(function, "property", "x", scope).edge(scope, "internal", "scope_info", info);
            heap.edge(shared, "internal", "name_or_scope_info", info);
            scope
        };
        assert_eq!(text_of(own_scope).as_deref(), Some("server.js:10"));
    }

    #[test]
    fn a_bound_function_stands_where_its_target_does() {
        let bound = |heap: &mut GraphBuilder, [function, ..]: [usize; 3]| {
            let inner = heap.node("closure", "native_bind", 1);
            let outer = heap.node("closure", "native_bind", 1);
            heap.edge(0, "element", "2", outer).edge(outer, "internal", "bound_function", inner);
            heap.edge(inner, "internal", "bound_function", function);
            outer
        };
        assert_eq!(text_of(bound).as_deref(), Some("server.js:10"));
        let itself = |heap: &mut GraphBuilder, _: [usize; 3]| {
            let bound = heap.node("closure", "native_bind", 1);
            heap.edge(0, "element", "2", bound).edge(bound, "internal", "bound_function", bound);
            bound
        };
        assert_eq!(text_of(itself), None);
    }

    #[test]
    fn an_instance_stands_at_its_class_and_a_plain_object_nowhere() {
        let instance = |heap: &mut GraphBuilder, _: [usize; 3]| {
            let instance = heap.node("object", "Session", 1);
            heap.edge(0, "element", "2", instance).location(instance, 81, 2, 0);
            instance
        };
        assert_eq!(text_of(instance).as_deref(), Some("server.js:3"));
        assert_eq!(text_of(|heap, _| heap.node("object", "Object", 1)), None);
    }

    #[test]
    fn a_negative_line_is_not_shown() {
        let odd = |heap: &mut GraphBuilder, _: [usize; 3]| {
            let odd = heap.node("object", "Odd", 1);
            heap.location(odd, 81, u32::MAX as usize - 1, 0);
            odd
        };
        assert_eq!(text_of(odd).as_deref(), Some("server.js"));
    }
}
