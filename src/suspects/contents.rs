//! What came into a container: functions by the place where they were written, other objects by class, each
//! with what it keeps alive.

use std::cmp::Reverse;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{BitSet, ClassIndex, NodeIndex};
use crate::graph::{Edge, EdgeKind, EdgeName, Graph, NodeKind};
use crate::snapshot::{SizeMode, Snapshot};
use crate::source::contexts::variable_value;
use crate::suspects::scopes::{Origin, Scopes, is_scope, outer_scope, scope_of};

/// Of what kind a group of new objects is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum ContentKind {
    /// Objects of a class.
    Class(ClassIndex),
    /// Functions written at one place.
    Function,
    /// The same, bound to a receiver.
    Bound,
    /// Classes that are made at one place.
    ClassFunction,
    /// Async functions that wait.
    Suspended,
    /// Copies of one text.
    Text,
    /// Native contexts.
    Realm,
}

/// New objects of one kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Content {
    /// Of what kind.
    pub kind: ContentKind,
    /// For functions: one of them.
    pub function: Option<NodeIndex>,
    /// For async functions that wait: those that wait for the first, the innermost first.
    pub callers: Vec<NodeIndex>,
    /// How many.
    pub count: u64,
    /// Bytes that they retain together.
    pub bytes: u64,
    /// The largest.
    pub example: NodeIndex,
    /// What each keeps alive: the class that most of them keep, and what it takes.
    pub keeps: Option<Keeps>,
}

/// What each function of a group keeps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Keeps {
    /// The class of the object, or of the function's receiver.
    pub class: ClassIndex,
    /// One such object.
    pub example: NodeIndex,
    /// What one retains, on average.
    pub bytes: u64,
}

/// Reads contents off one snapshot.
pub struct ContentReader<'a> {
    /// The snapshot.
    pub snapshot: &'a Snapshot,
    /// Its scopes.
    pub scopes: &'a Scopes<'a>,
    /// Which objects are new, if there is a baseline.
    pub fresh: Option<&'a BitSet>,
    /// Whose shallow sizes.
    pub mode: SizeMode,
}

/// A function behind wrappers of the runtime.
#[derive(Clone, Debug)]
struct Resolved {
    kind: ContentKind,
    function: NodeIndex,
    receiver: Option<NodeIndex>,
    callers: Vec<NodeIndex>,
}

/// Wrappers around one function.
const WRAPPERS: usize = 8;
/// Objects between a promise's resolver and the async function that waits.
const WAITING: usize = 60;
/// Of how many functions of a group it is asked what they keep.
const SAMPLES: usize = 64;
/// How far above an object others of the same group are searched.
const ABOVE: usize = 4;

impl ContentReader<'_> {
    fn graph(&self) -> &Graph {
        self.snapshot.graph()
    }

    /// Whether `node` is not in the baseline.
    pub fn is_fresh(&self, node: NodeIndex) -> bool {
        self.fresh.is_none_or(|fresh| fresh.contains(node.position()))
    }

    /// Groups `nodes`, the most bytes first.
    pub fn group(&self, nodes: &[NodeIndex]) -> Vec<Content> {
        let mut groups: FxHashMap<(ContentKind, NodeIndex), (Content, Vec<Resolved>)> = FxHashMap::default();
        let all: FxHashSet<NodeIndex> = nodes.iter().copied().collect();
        let mut seen = FxHashSet::default();
        for &node in nodes {
            if !seen.insert(node) {
                continue;
            }
            let is_counted = self.is_part_of_another(node, &all);
            let bytes = if is_counted { 0 } else { self.snapshot.retained(self.mode, node).unwrap_or(0) };
            let resolved = self.resolve(node);
            let key = match &resolved {
                Some(resolved) => (resolved.kind, self.code_of(resolved.function)),
                None => (ContentKind::Class(self.snapshot.class_of(node)), NodeIndex::default()),
            };
            let (content, functions) = groups.entry(key).or_insert_with(|| {
                let content = Content {
                    kind: key.0,
                    function: resolved.as_ref().map(|resolved| resolved.function),
                    callers: resolved.as_ref().map_or_else(Vec::new, |resolved| resolved.callers.clone()),
                    count: 0,
                    bytes: 0,
                    example: node,
                    keeps: None,
                };
                (content, Vec::new())
            });
            content.count += 1;
            content.bytes += bytes;
            let best = self.snapshot.retained(self.mode, content.example).unwrap_or(0);
            if bytes > best {
                content.example = node;
            }
            if functions.len() < SAMPLES {
                functions.extend(resolved);
            }
        }
        let mut contents: Vec<Content> = groups
            .into_values()
            .map(|(content, functions)| Content { keeps: self.keeps(&functions), ..content })
            .collect();
        contents.sort_by_key(|content| (Reverse(content.bytes), content.kind, content.example));
        contents
    }

    /// Whether an object of the same class among `all` retains `node`: its bytes include those of `node`.
    fn is_part_of_another(&self, node: NodeIndex, all: &FxHashSet<NodeIndex>) -> bool {
        let above = |&at: &NodeIndex| self.snapshot.dominator(at).filter(|&above| above != at);
        let class = self.snapshot.class_of(node);
        std::iter::successors(above(&node), above)
            .take(ABOVE)
            .any(|at| self.snapshot.class_of(at) == class && all.contains(&at))
    }

    /// What a function's code is known by: V8's shared part, or its place.
    pub fn code_of(&self, function: NodeIndex) -> NodeIndex {
        let graph = self.graph();
        let is_code = |&node: &NodeIndex| graph.raw_name(node) == "FunctionExecutable";
        let executable = || graph.edges_of(function).map(|edge| edge.target).find(is_code);
        graph.internal_target(function, "shared").or_else(executable).unwrap_or(function)
    }

    /// The code of the function of the program behind a function.
    pub fn code_behind(&self, function: NodeIndex) -> NodeIndex {
        let behind = self.resolve(function).map_or(function, |resolved| resolved.function);
        self.code_of(behind)
    }

    /// The function of the program behind a function, a listener's record or a promise's resolver.
    fn resolve(&self, node: NodeIndex) -> Option<Resolved> {
        let graph = self.graph();
        let mut at = node;
        let mut receiver = None;
        let mut is_bound = false;
        for _ in 0..WRAPPERS {
            let next = match graph.nodes.kind(at) {
                NodeKind::CLOSURE => {
                    let target = graph.internal_target(at, "bound_function");
                    let wrapped = self.property(at, "listener").filter(|&to| self.is_function(to));
                    match (wrapped, target) {
                        (Some(wrapped), _) => Some(wrapped),
                        (None, Some(target)) if self.is_function(target) => {
                            is_bound = true;
                            receiver = graph.internal_target(at, "bound_this").or(receiver);
                            Some(target)
                        }
                        _ => None,
                    }
                }
                NodeKind::OBJECT if is_listener_record(graph.raw_name(at)) => {
                    ["callback", "listener"].iter().find_map(|name| self.property(at, name))
                }
                _ => return None,
            };
            match next {
                Some(next) => at = next,
                None => break,
            }
        }
        if !self.is_function(at) {
            return None;
        }
        if let Some(resolved) = self.suspended(at) {
            return Some(resolved);
        }
        let is_class = self.property(at, "prototype").is_some() && self.is_class(at);
        let kind = match (is_bound, is_class) {
            (true, _) => ContentKind::Bound,
            (false, true) => ContentKind::ClassFunction,
            (false, false) => ContentKind::Function,
        };
        Some(Resolved { kind, function: at, receiver, callers: Vec::new() })
    }

    fn is_function(&self, node: NodeIndex) -> bool {
        self.graph().nodes.kind(node) == NodeKind::CLOSURE
    }

    /// A class has no `arguments` and a home for its methods; V8 tells it by the text of its code.
    fn is_class(&self, function: NodeIndex) -> bool {
        let graph = self.graph();
        let is_mark = |edge: &Edge| match edge.name {
            EdgeName::Text(name) => {
                let name = graph.text(name);
                name.contains("class_positions")
                    || name.contains("class_fields")
                    || name.contains("home_object")
            }
            EdgeName::Number(_) => false,
        };
        graph.edges_of(function).any(|edge| is_mark(&edge))
    }

    /// The async functions that go on when the promise is settled which `resolver` settles.
    fn suspended(&self, resolver: NodeIndex) -> Option<Resolved> {
        let graph = self.graph();
        if self.scopes.origin_of_function(resolver) != Origin::Runtime {
            return None;
        }
        let promise = |scope: NodeIndex| {
            graph.edges_of(scope).map(|edge| edge.target).find(|&node| self.is_named(node, "Promise"))
        };
        let first = graph.internal_target(resolver, "context").and_then(promise)?;
        let mut functions = Vec::new();
        let mut work = vec![first];
        let mut seen = FxHashSet::default();
        while let Some(node) = work.pop().filter(|_| seen.len() < WAITING) {
            if !seen.insert(node) {
                continue;
            }
            if graph.raw_name(node).ends_with("Generator")
                || graph.raw_name(node) == "system / JSAsyncFunctionObject"
            {
                functions.extend(graph.internal_target(node, "function"));
                work.extend(
                    graph.edges_of(node).map(|edge| edge.target).filter(|&to| self.is_named(to, "Promise")),
                );
                continue;
            }
            let next =
                graph.edges_of(node).filter(|edge| edge.kind != EdgeKind::Weak).map(|edge| edge.target);
            work.extend(next.filter(|&next| self.leads_to_waiting(next)));
        }
        functions.retain(|&function| self.scopes.origin_of_function(function) != Origin::Runtime);
        let outermost = *functions.last()?;
        functions.pop();
        Some(Resolved {
            kind: ContentKind::Suspended,
            function: outermost,
            receiver: None,
            callers: functions,
        })
    }

    fn leads_to_waiting(&self, node: NodeIndex) -> bool {
        let graph = self.graph();
        let name = graph.raw_name(node);
        match graph.nodes.kind(node) {
            NodeKind::HIDDEN => name.ends_with("PromiseReaction"),
            NodeKind::CLOSURE => self.scopes.origin_of_function(node) == Origin::Runtime && name.is_empty(),
            NodeKind::OBJECT => {
                name == "Promise" && self.is_fresh(node)
                    || name.ends_with("Generator")
                    || name == "system / JSAsyncFunctionObject"
                    || is_scope(graph, node)
            }
            _ => false,
        }
    }

    fn is_named(&self, node: NodeIndex, name: &str) -> bool {
        self.graph().nodes.kind(node) == NodeKind::OBJECT && self.graph().raw_name(node) == name
    }

    /// The value of a property.
    pub fn property(&self, node: NodeIndex, name: &str) -> Option<NodeIndex> {
        let graph = self.graph();
        graph
            .edges_of(node)
            .find(|edge| {
                edge.kind == EdgeKind::Property
                    && matches!(edge.name, EdgeName::Text(text) if graph.text(text) == name)
            })
            .map(|edge| edge.target)
    }

    /// What most of the functions keep, and how much.
    fn keeps(&self, functions: &[Resolved]) -> Option<Keeps> {
        let mut votes: FxHashMap<ClassIndex, (u64, u64, NodeIndex)> = FxHashMap::default();
        for kept in functions.iter().filter_map(|resolved| self.kept_by(resolved)) {
            let bytes = self.snapshot.retained(self.mode, kept).unwrap_or(0);
            let vote = votes.entry(self.snapshot.class_of(kept)).or_insert((0, 0, kept));
            vote.0 += 1;
            vote.1 += bytes;
        }
        let best = votes.into_iter().max_by_key(|&(class, (count, bytes, _))| (count, bytes, Reverse(class)));
        best.map(|(class, (count, bytes, example))| Keeps { class, example, bytes: bytes / count })
    }

    /// The object of the program that a callback keeps.
    pub fn kept(&self, callback: NodeIndex) -> Option<NodeIndex> {
        match self.resolve(callback) {
            Some(resolved) => self.kept_by(&resolved),
            None => Some(callback).filter(|&node| self.is_object(node)),
        }
    }

    /// The object of the program that a function keeps: the largest among its variables and receiver.
    fn kept_by(&self, resolved: &Resolved) -> Option<NodeIndex> {
        let graph = self.graph();
        if let Some(receiver) = resolved.receiver.filter(|&node| self.is_object(node)) {
            return Some(receiver);
        }
        let mut scope = scope_of(graph, resolved.function);
        let mut found = Vec::new();
        for _ in 0..3 {
            let Some(at) = scope.filter(|&at| self.is_fresh(at)) else { break };
            let variables = graph.edges_of(at).filter(|edge| edge.kind == EdgeKind::Context);
            let values = variables.map(|edge| variable_value(graph, edge.target));
            found.extend(values.filter(|&node| self.is_fresh(node) && self.is_object(node)));
            scope = outer_scope(graph, at);
        }
        let weight = |&node: &NodeIndex| {
            let is_own = !matches!(graph.raw_name(node), "Object" | "Array" | "Map" | "Set");
            (is_own, self.snapshot.retained(self.mode, node).unwrap_or(0), Reverse(node))
        };
        found.into_iter().max_by_key(weight)
    }

    fn is_object(&self, node: NodeIndex) -> bool {
        let graph = self.graph();
        let is_object = matches!(graph.nodes.kind(node), NodeKind::OBJECT | NodeKind::NATIVE);
        is_object && !graph.raw_name(node).starts_with("system / ")
    }
}

/// Records in which a runtime keeps a listener of an EventTarget.
pub fn is_listener_record(name: &str) -> bool {
    name == "Listener"
}
