//! Who holds an object, as its program would say: the variable, property or module nearest to it.
//!
//! The shortest path from a root often leads through lists of the runtime. Here the way is searched from
//! the object backwards, cheapest first, where a reference of the program costs little and one of the
//! runtime much; it ends at the first thing that has a name of its own.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rustc_hash::FxHashMap;

use crate::base::{BitSet, EdgeIndex, NodeIndex};
use crate::graph::{Edge, EdgeKind, EdgeName, NodeKind};
use crate::snapshot::Snapshot;
use crate::suspects::scopes::{Origin, Scopes, is_scope, origin_of_path};

/// What a way begins at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Start {
    /// A variable: the first edge leads from its scope.
    Variable,
    /// A variable that an ECMAScript module exports: the first edge leads from its cell.
    Export,
    /// The global object.
    Global,
    /// The object `process`.
    Process,
    /// What a module exports.
    Module,
    /// A function or class with a name.
    Function,
    /// A local variable or argument of a function that was running.
    Stack,
    /// The console of the developer tools.
    Console,
    /// Whatever the engine or the embedder holds.
    Roots,
}

/// A way to an object from something that has a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HolderPath {
    /// What it begins at.
    pub start: Start,
    /// The object it begins at: the scope, the module, the global object.
    pub from: NodeIndex,
    /// The references, from there to the object.
    pub edges: Vec<EdgeIndex>,
    /// The object.
    pub target: NodeIndex,
    /// Whose code names it.
    pub origin: Origin,
}

/// In which the engine keeps a variable of a module.
const CELL: &str = "system / Cell";
/// The engine's record of an ECMAScript module.
const MODULE: &str = "system / SourceTextModule";
/// The class of Node's records of its own modules.
const BUILT_IN_MODULE: &str = "BuiltinModule";
/// Objects that one search looks at.
const STEPS: usize = 3_000;
/// Retainers of an object that one search follows: of more, only the one without which it would be freed.
const RETAINERS: usize = 4_000;
/// How far above an object its dominators are compared with the target.
const DOMINATORS: usize = 24;

/// Finds holders in one snapshot.
pub struct Holders<'a> {
    snapshot: &'a Snapshot,
    /// The scopes of the snapshot.
    pub scopes: Scopes<'a>,
    /// The objects that the baseline does not have.
    fresh: Option<&'a BitSet>,
}

/// What a search does with objects that are alive only through its target.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Below {
    Avoided,
    Passed,
}

/// The cheapest known way on from an object: the reference to take next.
type Onward = FxHashMap<NodeIndex, (u32, Option<EdgeIndex>)>;

impl<'a> Holders<'a> {
    /// Looks at all functions.
    pub fn new(snapshot: &'a Snapshot, fresh: Option<&'a BitSet>) -> Self {
        Self { snapshot, scopes: Scopes::find(snapshot), fresh }
    }

    /// The snapshot that is searched.
    pub fn snapshot(&self) -> &'a Snapshot {
        self.snapshot
    }

    fn is_fresh(&self, node: NodeIndex) -> bool {
        self.fresh.is_some_and(|fresh| fresh.contains(node.position()))
    }

    /// The best way to `target`. One that only what hangs below it can name is named by that.
    pub fn find(&self, target: NodeIndex) -> HolderPath {
        let found = self.search(target, Below::Avoided);
        if found.start != Start::Roots {
            return found;
        }
        let through = self.search(target, Below::Passed);
        let is_variable = through.start == Start::Variable && through.origin <= Origin::Unknown;
        if is_variable { through } else { found }
    }

    fn search(&self, target: NodeIndex, below: Below) -> HolderPath {
        let mut onward = Onward::default();
        let mut work = BinaryHeap::new();
        let mut best: Option<(u32, Start, NodeIndex, Option<EdgeIndex>, Origin)> = None;
        onward.insert(target, (0, None));
        work.push(Reverse((0, target)));
        let mut steps = 0;
        while let Some(Reverse((cost, node))) = work.pop() {
            if steps > STEPS || best.as_ref().is_some_and(|best| best.0 <= cost) {
                break;
            }
            if onward.get(&node).is_some_and(|known| known.0 < cost) {
                continue;
            }
            steps += 1;
            let next = onward.get(&node).and_then(|known| known.1);
            let mut offer = |price: u32, start, from, edge, origin| {
                if best.as_ref().is_none_or(|best| cost + price < best.0) {
                    best = Some((cost + price, start, from, edge, origin));
                }
            };
            if let Some((price, start, origin)) = self.name_of_object(node, next) {
                offer(price, start, node, None, origin);
            }
            let is_crowded = self.snapshot.retainer_count(node) > RETAINERS && node != target;
            for retainer in self.snapshot.retainers(node) {
                let edge = self.snapshot.graph().edges.get(retainer.edge);
                let source = retainer.source;
                if is_crowded && self.snapshot.dominator(node) != Some(source) {
                    continue;
                }
                let is_avoided = below == Below::Avoided && self.is_below(source, target);
                if edge.kind == EdgeKind::Weak || is_avoided {
                    continue;
                }
                if let Some((price, start, origin)) = self.name_of_reference(source, &edge) {
                    offer(price, start, source, Some(edge.index), origin);
                }
                let reached = cost + self.price(source, node, target, &edge);
                if onward.get(&source).is_none_or(|known| reached < known.0) {
                    onward.insert(source, (reached, Some(edge.index)));
                    work.push(Reverse((reached, source)));
                }
            }
        }
        let (_, start, from, first, origin) =
            best.unwrap_or((0, Start::Roots, target, None, Origin::Runtime));
        let mut edges: Vec<EdgeIndex> = first.into_iter().collect();
        let mut at = first.map_or(from, |edge| self.snapshot.graph().edges.target(edge));
        while let Some(&(_, Some(edge))) = onward.get(&at).filter(|_| at != target) {
            edges.push(edge);
            at = self.snapshot.graph().edges.target(edge);
        }
        HolderPath { start, from, edges, target, origin }
    }

    /// Whether `node` is alive only through `target`.
    fn is_below(&self, node: NodeIndex, target: NodeIndex) -> bool {
        let root = self.snapshot.graph().root;
        let mut at = node;
        for _ in 0..DOMINATORS {
            if at == target {
                return true;
            }
            if at == root {
                return false;
            }
            at = self.snapshot.dominator(at).unwrap_or(root);
        }
        false
    }

    /// An object that has a name by itself, and what that name costs.
    fn name_of_object(&self, node: NodeIndex, next: Option<EdgeIndex>) -> Option<(u32, Start, Origin)> {
        let graph = self.snapshot.graph();
        let next = next.map(|edge| graph.edges.get(edge));
        let name_of_next = next.as_ref().map_or("", |edge| self.text(edge));
        let name = graph.raw_name(node);
        match graph.nodes.kind(node) {
            NodeKind::OBJECT if name == "process" && next.is_some() => {
                Some((4, Start::Process, Origin::Program))
            }
            NodeKind::OBJECT if name == "Module" && name_of_next == "exports" => {
                let origin = self.module_path(node).map_or(Origin::Unknown, origin_of_path);
                let price = match origin {
                    Origin::Program | Origin::Unknown => 5,
                    Origin::Library => 9,
                    Origin::Runtime => 30,
                };
                Some((price, Start::Module, origin))
            }
            NodeKind::OBJECT if name == BUILT_IN_MODULE && name_of_next == "exports" => {
                Some((12, Start::Module, Origin::Runtime))
            }
            NodeKind::CLOSURE if !name.is_empty() && next?.kind == EdgeKind::Property => {
                match self.scopes.origin_of_function(node) {
                    Origin::Program => Some((9, Start::Function, Origin::Program)),
                    Origin::Unknown => Some((20, Start::Function, Origin::Unknown)),
                    Origin::Library => Some((14, Start::Function, Origin::Library)),
                    Origin::Runtime => None,
                }
            }
            NodeKind::SYNTHETIC if name_of_next.ends_with(" / DevTools console") => {
                Some((10, Start::Console, Origin::Program))
            }
            NodeKind::SYNTHETIC if name == "(Stack roots)" => Some((14, Start::Stack, Origin::Program)),
            NodeKind::SYNTHETIC => Some((40, Start::Roots, Origin::Runtime)),
            _ => None,
        }
    }

    /// The path of a CommonJS module, the name of one that is built into the runtime.
    pub fn module_path(&self, module: NodeIndex) -> Option<&str> {
        let graph = self.snapshot.graph();
        let named = |name| {
            graph
                .edges_of(module)
                .find(|edge| edge.kind == EdgeKind::Property && self.text(edge) == name)
                .map(|edge| edge.target)
        };
        let file = named("filename").filter(|_| graph.raw_name(module) != BUILT_IN_MODULE);
        let path = file.or_else(|| named("id"))?;
        graph.nodes.kind(path).is_string().then(|| graph.raw_name(path))
    }

    /// A reference that has a name by itself: a variable, or a property of the global object.
    fn name_of_reference(&self, source: NodeIndex, edge: &Edge) -> Option<(u32, Start, Origin)> {
        let graph = self.snapshot.graph();
        match edge.kind {
            EdgeKind::Context if is_scope(graph, source) => {
                let origin = self.scopes.origin(source);
                let price = match origin {
                    Origin::Program => 0,
                    Origin::Unknown => 2,
                    Origin::Library => 10,
                    Origin::Runtime => 24,
                };
                let vague = match self.text(edge) {
                    "this" | "self" | "exports" | "module" | "" => 6,
                    _ => 0,
                };
                let fleeting = if self.is_fresh(source) { 12 } else { 0 };
                Some((price + vague + fleeting, Start::Variable, origin))
            }
            EdgeKind::Internal if graph.raw_name(source) == CELL => {
                let (module, _) = self.export(source)?;
                let function = self.function_of_module(module);
                let origin = function.map_or(Origin::Unknown, |it| self.scopes.origin_of_function(it));
                let price = match origin {
                    Origin::Program | Origin::Unknown => 0,
                    Origin::Library => 10,
                    Origin::Runtime => 30,
                };
                Some((price, Start::Export, origin))
            }
            EdgeKind::Property if is_global(self.snapshot, source) => {
                let is_builtin = graph.nodes.kind(edge.target) == NodeKind::CLOSURE
                    && !self.scopes.origins_are_unknown()
                    && self.scopes.origin_of_function(edge.target) == Origin::Runtime
                    || matches!(
                        self.text(edge),
                        "global" | "globalThis" | "process" | "console" | "__proto__"
                    );
                Some((if is_builtin { 25 } else { 3 }, Start::Global, Origin::Program))
            }
            _ => None,
        }
    }

    /// The module that exports the variable in `cell`, and the variable's name: in the table of a module's
    /// exports each name stands before its cell.
    pub fn export(&self, cell: NodeIndex) -> Option<(NodeIndex, &'a str)> {
        let graph = self.snapshot.graph();
        let slot = |edge: &Edge| self.snapshot.containers().slot_number(edge);
        self.snapshot.retainers(cell).into_iter().find_map(|retainer| {
            let table = retainer.source;
            let at = slot(&graph.edges.get(retainer.edge))?;
            let is_key = |edge: &Edge| slot(edge).is_some_and(|slot| slot + 1 == at);
            let key = graph.edges_of(table).find(is_key).map(|edge| edge.target)?;
            let is_name = graph.nodes.kind(table) == NodeKind::ARRAY && graph.nodes.kind(key).is_string();
            let owners = self.snapshot.retainers(table).into_iter().map(|retainer| retainer.source);
            let module = owners.into_iter().find(|&owner| graph.raw_name(owner) == MODULE)?;
            is_name.then(|| (module, graph.raw_name(key)))
        })
    }

    /// A function of an ECMAScript module: that of its body, or one that it exports.
    pub fn function_of_module(&self, module: NodeIndex) -> Option<NodeIndex> {
        let graph = self.snapshot.graph();
        let parts = || graph.edges_of(module).map(|edge| edge.target).filter(|&part| part != module);
        let is_function = |node: &NodeIndex| graph.nodes.kind(*node) == NodeKind::CLOSURE;
        let body = parts().find_map(|part| graph.internal_target(part, "function")).filter(is_function);
        let exported = || {
            let tables = parts().filter(|&part| graph.nodes.kind(part) == NodeKind::ARRAY);
            let cells = tables.flat_map(|table| graph.edges_of(table)).map(|edge| edge.target);
            let values =
                cells.filter(|&cell| graph.raw_name(cell) == CELL).flat_map(|cell| graph.edges_of(cell));
            values.map(|edge| edge.target).find(is_function)
        };
        parts().find(is_function).or(body).or_else(exported)
    }

    fn text(&self, edge: &Edge) -> &str {
        match edge.name {
            EdgeName::Text(text) => self.snapshot.graph().text(text),
            EdgeName::Number(_) => "",
        }
    }

    /// What it costs to go from `node` to the object that holds it.
    fn price(&self, source: NodeIndex, node: NodeIndex, target: NodeIndex, edge: &Edge) -> u32 {
        let graph = self.snapshot.graph();
        let text = self.text(edge);
        let own = match edge.kind {
            EdgeKind::Property => match text {
                "__proto__" | "constructor" => 25,
                "prototype" => 6,
                "_idleNext" | "_idlePrev" => 20,
                text if text.starts_with("<symbol") => 3,
                _ => 2,
            },
            EdgeKind::Element => 2,
            EdgeKind::Shortcut => 1,
            EdgeKind::Context => 6,
            EdgeKind::Internal => match text {
                "elements" | "properties" | "table" => 1,
                "context" | "previous" => 4,
                "bound_this" | "bound_function" | "bound_argument_0" => 3,
                _ if graph.nodes.kind(source) == NodeKind::ARRAY => 1,
                _ => 5,
            },
            _ => 5,
        };
        let machinery = match graph.nodes.kind(source) {
            NodeKind::CODE | NodeKind::OBJECT_SHAPE => 30,
            NodeKind::HIDDEN if graph.raw_name(source) == "system / NativeContext" => 30,
            _ => 0,
        };
        let runtimes = match edge.kind {
            EdgeKind::Context if !self.is_fresh(source) && self.scopes.origin(source) == Origin::Runtime => {
                16
            }
            _ => 0,
        };
        let fleeting = match (self.is_fresh(source), self.is_fresh(node)) {
            (true, false) => 15,
            (true, true) if node != target => 2,
            _ => 0,
        };
        own + machinery + runtimes + fleeting
    }
}

/// Whether `node` is a global object of Node or of a page.
pub fn is_global(snapshot: &Snapshot, node: NodeIndex) -> bool {
    let graph = snapshot.graph();
    if graph.nodes.kind(node) != NodeKind::OBJECT {
        return false;
    }
    let name = graph.raw_name(node);
    name == "global"
        || name == "Window"
        || ["Object / ", "Window / ", "Window [JSGlobalObject]", "global / "]
            .iter()
            .any(|start| name.starts_with(start))
}
