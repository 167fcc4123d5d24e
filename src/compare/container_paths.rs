//! Containers by path and script, so that containers of different processes and builds can be compared.
//!
//! Every object has one path: the shortest, and of those the one that is most readable as JavaScript. It
//! starts at the last variable on the way, which has a script (that of its scope), at the global object, or
//! at a root. Steps that only V8 knows are left out, indexes and generated names are folded (see
//! [`fold_name`]), and repeated steps count once. Objects with the same path are one container, and its bytes
//! are what they retain together.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use crate::base::{Cancelled, NodeIndex, Progress};
use crate::compare::name_folding::{fold_name, fold_script};
use crate::graph::{Edge, EdgeKind, EdgeName, NodeKind};
use crate::snapshot::{NearestEdges, SizeMode, Snapshot};

/// A path without the parts that change from run to run; the same in every snapshot of one program.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PathKey(u64);

/// The objects at a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ContainerTotals {
    /// Objects.
    pub count: u64,
    /// Bytes that they retain together.
    pub bytes: u64,
    /// The largest of them.
    pub example: NodeIndex,
    /// The same path without the script it starts in.
    pub unplaced: PathKey,
    /// Whether the runtime itself created the start of the path, so that it differs from run to run.
    pub is_runtime: bool,
}

/// All paths of a snapshot.
pub struct ContainerPaths {
    key_of: Vec<PathKey>,
    totals: FxHashMap<PathKey, ContainerTotals>,
    scripts: FxHashSet<u64>,
    script_of: FxHashMap<PathKey, u64>,
    by_unplaced: FxHashMap<PathKey, Vec<PathKey>>,
}

/// The state of a path at one object.
#[derive(Clone, Copy, Default)]
struct Path {
    /// Hash of all steps.
    steps: u64,
    /// Hash of the last step, to detect repetition.
    last: u64,
    /// Hash of the script the path starts in; 0 for none.
    script: u64,
    /// Whether it starts in a script or with an object of the runtime.
    is_runtime: bool,
}

impl Path {
    fn starting(step: u64, scope: ScopeScript) -> Self {
        Self { steps: step, last: step, script: scope.script, is_runtime: scope.is_runtime }
    }

    fn then(self, step: u64) -> Self {
        if step == self.last {
            return self;
        }
        Self { steps: hash(&(self.steps, step)), last: step, ..self }
    }

    fn key(self) -> PathKey {
        PathKey(hash(&(self.steps, self.script)))
    }
}

/// The script of a scope.
#[derive(Clone, Copy, Default)]
struct ScopeScript {
    /// Hash of its name; 0 for none.
    script: u64,
    is_runtime: bool,
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

impl ContainerPaths {
    /// The paths of all reachable objects, with their bytes by `mode`. `O(nodes + edges)`; the snapshot must
    /// be complete.
    pub fn find(snapshot: &Snapshot, mode: SizeMode, progress: &Progress) -> Result<Self, Cancelled> {
        let graph = snapshot.graph();
        let mut found = Self {
            key_of: vec![PathKey(0); graph.node_count()],
            totals: FxHashMap::default(),
            scripts: FxHashSet::default(),
            script_of: FxHashMap::default(),
            by_unplaced: FxHashMap::default(),
        };
        let Some(nearest) = snapshot.nearest_edges(progress)? else { return Ok(found) };
        let walker = Walker { snapshot, nearest, scopes: scopes(snapshot, progress)? };
        found.scripts = walker.scopes.values().map(|scope| scope.script).collect();
        let paths = walker.paths(progress)?;
        for node in graph.node_indices() {
            found.key_of[node.position()] = paths[node.position()].key();
        }
        for node in graph.node_indices() {
            progress.tick(node.position())?;
            found.add(snapshot, mode, node, paths[node.position()]);
        }
        Ok(found)
    }

    /// Adds an object to the totals of its path, unless it is dominated by another one of the same path.
    fn add(&mut self, snapshot: &Snapshot, mode: SizeMode, node: NodeIndex, path: Path) {
        if !is_named(snapshot.graph().nodes.kind(node)) || path.steps == 0 {
            return;
        }
        let key = path.key();
        let bytes = snapshot.retained(mode, node).unwrap_or(0);
        let is_part = snapshot
            .dominator(node)
            .is_some_and(|above| above != node && self.key_of[above.position()] == key);
        let unplaced = PathKey(path.steps);
        let totals = self.totals.entry(key).or_insert_with(|| {
            self.script_of.insert(key, path.script);
            self.by_unplaced.entry(unplaced).or_default().push(key);
            ContainerTotals { count: 0, bytes: 0, example: node, unplaced, is_runtime: path.is_runtime }
        });
        totals.count += 1;
        if !is_part {
            totals.bytes += bytes;
        }
        if bytes > snapshot.retained(mode, totals.example).unwrap_or(0) {
            totals.example = node;
        }
    }

    /// The path of `node`.
    pub fn key(&self, node: NodeIndex) -> PathKey {
        self.key_of[node.position()]
    }

    /// The objects at a path of this snapshot.
    pub fn get(&self, key: PathKey) -> Option<&ContainerTotals> {
        self.totals.get(&key)
    }

    /// Every path with its objects, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (PathKey, &ContainerTotals)> {
        self.totals.iter().map(|(&key, totals)| (key, totals))
    }

    /// The objects here at a path of `other`: in the script of the same name or, if no such script is loaded
    /// here, at the only path of these steps.
    pub fn counterpart(&self, other: &Self, key: PathKey) -> Option<&ContainerTotals> {
        if let Some(found) = self.totals.get(&key) {
            return Some(found);
        }
        let script = *other.script_of.get(&key)?;
        if self.scripts.contains(&script) {
            return None;
        }
        match self.by_unplaced.get(&other.totals.get(&key)?.unplaced)?.as_slice() {
            [only] => self.totals.get(only),
            _ => None,
        }
    }
}

/// Kinds that users have names for.
fn is_named(kind: NodeKind) -> bool {
    kind.is_string() || matches!(kind, NodeKind::OBJECT | NodeKind::CLOSURE | NodeKind::NATIVE)
}

/// For each scope the script of a function that uses it.
fn scopes(snapshot: &Snapshot, progress: &Progress) -> Result<FxHashMap<NodeIndex, ScopeScript>, Cancelled> {
    let (graph, scripts) = (snapshot.graph(), snapshot.scripts());
    let mut scopes: FxHashMap<NodeIndex, ScopeScript> = FxHashMap::default();
    for node in graph.node_indices() {
        progress.tick(node.position())?;
        if graph.nodes.kind(node) != NodeKind::CLOSURE {
            continue;
        }
        let Some(mut scope) = graph.internal_target(node, "context") else { continue };
        let Some(script) = scripts.of(graph, node).map(|script| scripts.get(script)) else { continue };
        let script = ScopeScript {
            script: hash(&fold_script(&script.url)),
            is_runtime: is_runtime_script(&script.url),
        };
        // The outer scopes belong to the same script.
        while let std::collections::hash_map::Entry::Vacant(entry) = scopes.entry(scope) {
            entry.insert(script);
            match graph.internal_target(scope, "previous") {
                Some(around) if graph.raw_name(around).starts_with("system / Context") => scope = around,
                _ => break,
            }
        }
    }
    Ok(scopes)
}

/// Whether a script is part of the runtime: its name has a scheme, or it is one of an old Node.
fn is_runtime_script(url: &str) -> bool {
    ["node:", "internal/", "ext:", "deno:", "bun:", "cloudflare-internal:", "electron/js2c", "native "]
        .iter()
        .any(|start| url.starts_with(start))
}

/// Follows the shortest paths of a snapshot.
struct Walker<'a> {
    snapshot: &'a Snapshot,
    nearest: NearestEdges,
    scopes: FxHashMap<NodeIndex, ScopeScript>,
}

impl Walker<'_> {
    /// The path of every object, each computed from that of its parent.
    fn paths(&self, progress: &Progress) -> Result<Vec<Path>, Cancelled> {
        let graph = self.snapshot.graph();
        let mut paths = vec![Path::default(); graph.node_count()];
        let mut is_done = vec![false; graph.node_count()];
        is_done[graph.root.position()] = true;
        let mut names = FxHashMap::default();
        let mut stack = Vec::new();
        for node in graph.node_indices() {
            progress.tick(node.position())?;
            let mut at = node;
            while !is_done[at.position()] {
                is_done[at.position()] = true;
                let Some(edge) = self.nearest.get(at) else { break };
                stack.push(edge);
                at = graph.source(edge);
            }
            while let Some(edge) = stack.pop() {
                let edge = graph.edges.get(edge);
                let source = graph.source(edge.index);
                paths[edge.target.position()] =
                    self.step(paths[source.position()], source, &edge, &mut names);
            }
        }
        Ok(paths)
    }

    fn step(&self, above: Path, source: NodeIndex, edge: &Edge, names: &mut FxHashMap<u32, u64>) -> Path {
        let graph = self.snapshot.graph();
        let mut name = |edge: &Edge| match edge.name {
            EdgeName::Text(text) => {
                *names.entry(text.0).or_insert_with(|| hash(&fold_name(graph.text(text))))
            }
            EdgeName::Number(_) => ELEMENT,
        };
        match edge.kind {
            EdgeKind::Context => {
                let scope = self.scopes.get(&source).copied().unwrap_or_default();
                Path::starting(hash(&("variable", name(edge))), scope)
            }
            EdgeKind::Property if self.is_global(source) => {
                let scope = ScopeScript { script: 0, is_runtime: self.is_runtime_global(edge.target) };
                Path::starting(hash(&("global", name(edge))), scope)
            }
            EdgeKind::Property if above.steps != 0 => above.then(name(edge)),
            EdgeKind::Element if above.steps != 0 => above.then(ELEMENT),
            EdgeKind::Internal if above.steps != 0 && graph.nodes.kind(source) == NodeKind::ARRAY => {
                above.then(ELEMENT)
            }
            _ if above.steps != 0 => above,
            _ if is_named(graph.nodes.kind(edge.target)) => Path::starting(
                hash(&("root", fold_name(graph.raw_name(edge.target)))),
                ScopeScript::default(),
            ),
            _ => Path::default(),
        }
    }

    /// Whether the value of a global is the runtime's `process`, or a function of the runtime or the engine.
    fn is_runtime_global(&self, value: NodeIndex) -> bool {
        let (graph, scripts) = (self.snapshot.graph(), self.snapshot.scripts());
        match graph.nodes.kind(value) {
            NodeKind::CLOSURE => {
                scripts.of(graph, value).is_none_or(|script| is_runtime_script(&scripts.get(script).url))
            }
            NodeKind::OBJECT => graph.raw_name(value) == "process",
            _ => false,
        }
    }

    fn is_global(&self, node: NodeIndex) -> bool {
        let graph = self.snapshot.graph();
        let name = graph.raw_name(node);
        graph.nodes.kind(node) == NodeKind::OBJECT
            && ["global", "Object / ", "Window"].iter().any(|start| name.starts_with(start))
    }
}

/// The step of an index.
const ELEMENT: u64 = 1;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;
    use std::sync::Arc;

    /// `leaks` of `script`, an array of so many objects, and a list of as many links.
    fn program(script: &str, first_id: u64, entries: usize) -> Arc<Snapshot> {
        let mut heap = GraphBuilder::new();
        let global = heap.node("object", "global", 10);
        let function = heap.node("closure", "handler", 10);
        let shared = heap.node("code", "handler", 10);
        let file = heap.node("code", &format!("system / Script / {script}"), 10);
        let scope = heap.node("object", "system / Context", 10);
        let leaks = heap.node("object", "Array", 10);
        heap.edge(0, "shortcut", "1", global).edge(global, "property", "handler17", function);
        heap.edge(function, "internal", "shared", shared).edge(shared, "internal", "script", file);
        heap.edge(function, "internal", "context", scope).edge(scope, "context", "leaks", leaks);
        let mut link = scope;
        for at in 0..entries {
            let entry = heap.node("object", "Object", 10);
            heap.edge(leaks, "element", &at.to_string(), entry);
            let next = heap.node("object", "Link", 10);
            heap.edge(
                link,
                if link == scope { "context" } else { "property" },
                if link == scope { "head" } else { "next" },
                next,
            );
            link = next;
        }
        for node in 1..link {
            heap.id(node, first_id + 2 * node as u64);
        }
        load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap()
    }

    fn paths(snapshot: &Snapshot) -> ContainerPaths {
        ContainerPaths::find(snapshot, SizeMode::Chrome, &Progress::new()).unwrap()
    }

    /// The last object of this class.
    fn named(snapshot: &Snapshot, name: &str) -> NodeIndex {
        let graph = snapshot.graph();
        graph.node_indices().rfind(|&node| graph.raw_name(node) == name).unwrap()
    }

    #[test]
    fn a_container_is_found_in_another_process_by_its_path_and_place() {
        let (before, after) = (program("/a/server.js", 1001, 3), program("/b/server.js", 9001, 40));
        let (old, new) = (paths(&before), paths(&after));
        let leaks = old.key(named(&before, "Array"));
        assert_eq!(old.get(leaks).unwrap().bytes, 40);
        assert_eq!(new.counterpart(&old, leaks).unwrap().bytes, 410);
        let entries = old.key(named(&before, "Object"));
        assert_eq!(
            new.counterpart(&old, entries).map(|totals| (totals.count, totals.bytes)),
            Some((40, 400))
        );
        let list = old.key(named(&before, "Link"));
        let found = new.counterpart(&old, list).unwrap();
        assert_eq!((found.count, found.bytes), (39, 390), "what follows the head of a list is one container");
    }

    #[test]
    fn what_the_runtime_made_is_told_from_the_program() {
        let runtime = program("node:internal/timers", 1001, 3);
        let own = program("/a/node/server.js", 1001, 3);
        let is_runtime = |snapshot: &Snapshot| {
            let paths = paths(snapshot);
            paths.get(paths.key(named(snapshot, "Array"))).unwrap().is_runtime
        };
        assert!(is_runtime(&runtime) && !is_runtime(&own));
        let mut heap = GraphBuilder::new();
        let global = heap.node("object", "global", 10);
        let (process, config) = (heap.node("object", "process", 10), heap.node("object", "Array", 10));
        let mine = heap.node("object", "Map", 10);
        heap.edge(0, "shortcut", "1", global).edge(global, "property", "process", process);
        heap.edge(process, "property", "config", config).edge(global, "property", "cache", mine);
        let snapshot = load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap();
        let paths = paths(&snapshot);
        let made_by_runtime = |name| paths.get(paths.key(named(&snapshot, name))).unwrap().is_runtime;
        assert!(made_by_runtime("process") && made_by_runtime("Array") && !made_by_runtime("Map"));
    }

    #[test]
    fn a_renamed_script_is_followed_and_another_one_is_not() {
        let before = program("/a/server-leaky.js", 1001, 3);
        let old = paths(&before);
        let leaks = old.key(named(&before, "Array"));
        let renamed = program("/a/server-fixed.js", 9001, 5);
        assert_eq!(paths(&renamed).counterpart(&old, leaks).unwrap().bytes, 60);
        let both = {
            let mut found = paths(&program("/a/other.js", 9001, 5));
            found.scripts = old.scripts.clone();
            found
        };
        assert_eq!(both.counterpart(&old, leaks), None, "its own script is there, and has no such variable");
    }
}
