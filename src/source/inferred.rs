//! Names of functions that have none, inferred from where they stand in the text.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Cancelled, NodeIndex, Progress};
use crate::graph::NodeKind;
use crate::snapshot::Snapshot;
use crate::snapshot::scripts::ScriptIndex;
use crate::source::code::Code;
use crate::source::maps::SourceMaps;
use crate::source::places::{Position, bound_target, place};
use crate::source::text::SourceOptions;

/// Scripts that are parsed before anybody asks for them.
const SCRIPTS: usize = 2_000;

type Names = FxHashMap<Position, Arc<str>>;

/// The names of each script's functions, kept with the snapshot.
#[derive(Default)]
struct InferredNames {
    scripts: Mutex<FxHashMap<ScriptIndex, Arc<OnceLock<Names>>>>,
}

impl InferredNames {
    fn cell(&self, script: ScriptIndex) -> Arc<OnceLock<Names>> {
        let mut scripts = self.scripts.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(scripts.entry(script).or_default())
    }
}

/// What a function without a name can be called: `callback of app.get("/x")`, `exports.run`. Reads and parses
/// its script if the snapshot's maps are found when asked for, else answers by what is known.
pub fn inferred_name(snapshot: &Snapshot, function: NodeIndex) -> Option<Arc<str>> {
    let graph = snapshot.graph();
    if graph.nodes.kind(function) != NodeKind::CLOSURE || !graph.raw_name(function).is_empty() {
        return None;
    }
    let place = place(snapshot, function)?;
    let position = place.position?;
    let cell = snapshot.memo::<InferredNames>().cell(place.script);
    let names = if SourceMaps::of(snapshot).is_some_and(|maps| maps.waits()) {
        cell.get_or_init(|| names_of(snapshot, place.script))
    } else {
        cell.get()?
    };
    names.get(&position).cloned()
}

/// What a bound function calls in the end, if that has a name.
pub fn bound_name(snapshot: &Snapshot, function: NodeIndex) -> Option<&str> {
    let target = bound_target(snapshot, function)?;
    Some(snapshot.graph().raw_name(target)).filter(|name| !name.is_empty())
}

/// Parses the scripts of all functions without a name. Whether any name was found.
pub fn infer_all(snapshot: &Snapshot, progress: &Progress) -> Result<bool, Cancelled> {
    let graph = snapshot.graph();
    let mut scripts: FxHashSet<ScriptIndex> = FxHashSet::default();
    for node in graph.node_indices() {
        progress.tick(node.position())?;
        let is_nameless = graph.nodes.kind(node) == NodeKind::CLOSURE && graph.raw_name(node).is_empty();
        if is_nameless && graph.locations.get(node).is_some() {
            scripts.extend(snapshot.scripts().of(graph, node));
        }
    }
    let mut scripts: Vec<ScriptIndex> = scripts.into_iter().collect();
    scripts.sort_unstable();
    scripts.truncate(SCRIPTS);
    let names = snapshot.memo::<InferredNames>();
    let mut found = false;
    for script in scripts {
        progress.check()?;
        found |= !names.cell(script).get_or_init(|| names_of(snapshot, script)).is_empty();
    }
    Ok(found)
}

fn names_of(snapshot: &Snapshot, script: ScriptIndex) -> Names {
    let options = SourceOptions::of(snapshot);
    let Some(code) = Code::find(snapshot, script, &options) else { return Names::default() };
    let lines = code.lines();
    let named = code.outline.functions().iter().filter_map(|function| {
        let name = function.inferred.as_deref().filter(|_| function.name.is_none())?;
        Some((lines.position(function.start as usize), Arc::from(name)))
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;
    use crate::source::lines::Lines;

    #[test]
    fn functions_are_called_by_where_they_stand() {
        let text = "exports.run = function (a) {};\napp.get('/x', (b) => b);\nsetInterval(async (c) => c, 9);\n\
                    bus.on('change', function (d) {});\nfunction make() { return (e) => e; }\n(function (f) {})();\n\
                    new Promise((g) => g);\nqueue.push({ then: (h) => h });\n";
        for (at, name) in [
            ("(a)", "exports.run"),
            ("(b)", "GET /x handler"),
            ("async (c", "callback of setInterval"),
            ("(d)", "callback of bus.on(\"change\")"),
            ("(e)", "returned by make"),
            ("(f)", "called at once"),
            ("(g)", "callback of new Promise"),
            ("(h)", "then"),
        ] {
            let mut heap = GraphBuilder::new();
            let function = heap.node("closure", "", 1);
            let shared = heap.node("code", "", 1);
            let script = heap.node("code", "/app/x.js", 1);
            let source = heap.node("string", text, 1);
            heap.edge(0, "element", "1", function).edge(function, "internal", "shared", shared);
            heap.edge(shared, "internal", "script", script).edge(script, "internal", "source", source);
            let position = Lines::new(text).position(text.find(at).unwrap());
            heap.location(function, 7, position.line as usize - 1, position.column as usize - 1);
            let snapshot = load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap();
            let function = NodeIndex::at(function);
            assert_eq!(inferred_name(&snapshot, function), None, "nothing is parsed yet");
            assert!(infer_all(&snapshot, &Progress::new()).unwrap());
            assert_eq!(inferred_name(&snapshot, function).as_deref(), Some(name), "{at}");
        }
    }
}
