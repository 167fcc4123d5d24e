//! The records that a browser has of a page's callbacks, and what each is registered with.

use std::collections::VecDeque;

use rustc_hash::FxHashSet;

use crate::base::NodeIndex;
use crate::graph::{EdgeKind, NodeKind};
use crate::suspects::Scene;
use crate::suspects::evidence::PageCallback;
use crate::suspects::page::{interface, is_browsers_own, is_dom_node};
use crate::suspects::scopes::Origin;

/// Objects of the browser between a callback and what a program knows.
const WAY: usize = 64;

/// A callback, and what it is registered with.
pub(super) struct Callback {
    /// The browser's record of it.
    pub record: NodeIndex,
    /// The function, or the object whose `handleEvent` is called.
    pub function: NodeIndex,
    /// What calls it.
    pub kind: PageCallback,
    /// The object that it is registered with, if a program knows it.
    pub target: Option<NodeIndex>,
}

/// All callbacks of the program that the browser has records of.
pub(super) fn callbacks(scene: &Scene<'_>) -> Vec<Callback> {
    let graph = scene.graph();
    let natives = graph.node_indices().filter(|&node| graph.nodes.kind(node) == NodeKind::NATIVE);
    natives
        .filter(|&node| is_callback(graph.raw_name(node)))
        .filter_map(|record| {
            let function = function_of(scene, record)?;
            let (kind, target) = registration(scene, record);
            Some(Callback { record, function, kind, target })
        })
        .collect()
}

/// Whether the browser calls a record of this name: `V8EventListener`, `V8MutationCallback`.
pub(super) fn is_callback(name: &str) -> bool {
    let name = name.strip_prefix("blink::").unwrap_or(name);
    let is_generated = name.strip_prefix("V8").is_some_and(|rest| rest.starts_with(char::is_uppercase));
    (is_generated && !name.contains("::") && !name.contains("Constructor"))
        || matches!(name, "JSEventHandler" | "JSBasedEventListener")
}

fn function_of(scene: &Scene<'_>, record: NodeIndex) -> Option<NodeIndex> {
    let graph = scene.graph();
    let strong = graph.edges_of(record).filter(|edge| edge.kind != EdgeKind::Weak);
    strong.map(|edge| edge.target).find(|&target| match graph.nodes.kind(target) {
        NodeKind::CLOSURE => {
            let function = graph.internal_target(target, "bound_function").unwrap_or(target);
            scene.holders.scopes.origin_of_function(function) != Origin::Runtime
        }
        NodeKind::OBJECT | NodeKind::NATIVE => handles_events(scene, target),
        _ => false,
    })
}

/// Whether an object has a method `handleEvent`, or its class has.
fn handles_events(scene: &Scene<'_>, object: NodeIndex) -> bool {
    let reader = scene.contents();
    let class = reader.property(object, "__proto__");
    [Some(object), class].into_iter().flatten().any(|at| reader.property(at, "handleEvent").is_some())
}

/// What kind of callback a record is, and the nearest object above it that a program knows.
fn registration(scene: &Scene<'_>, record: NodeIndex) -> (PageCallback, Option<NodeIndex>) {
    let graph = scene.graph();
    let mut kind = kind_of_name(graph.raw_name(record));
    let mut seen = FxHashSet::from_iter([record]);
    let mut work = VecDeque::from([record]);
    let mut target = None;
    while let Some(node) = work.pop_front().filter(|_| target.is_none() && seen.len() < WAY) {
        for retainer in scene.snapshot.retainers(node) {
            let edge = graph.edges.get(retainer.edge);
            let source = retainer.source;
            if edge.kind == EdgeKind::Weak || graph.nodes.kind(source) != NodeKind::NATIVE {
                continue;
            }
            if !is_browsers_own(graph, source) {
                target = target.or(Some(source));
            } else if seen.insert(source) {
                let of_source = kind_of_name(graph.raw_name(source));
                kind = if kind == PageCallback::Other { of_source } else { kind };
                work.push_back(source);
            }
        }
    }
    let is_observer = target.is_some_and(|node| interface(graph.raw_name(node)).ends_with("Observer"));
    let is_active = kind == PageCallback::Listener && target.is_some_and(|node| is_active(scene, node));
    let kind = match () {
        () if is_observer => PageCallback::Observer,
        () if is_active => PageCallback::Active,
        () => kind,
    };
    (kind, target)
}

/// Whether the browser keeps an object for as long as it can still call back: a Worker, a WebSocket.
fn is_active(scene: &Scene<'_>, target: NodeIndex) -> bool {
    let graph = scene.graph();
    let name = graph.raw_name(target);
    let is_node = is_dom_node(name) || matches!(interface(name), "Window" | "HTMLDocument" | "Document");
    let is_kept_by_browser = || {
        scene.snapshot.retainers(target).iter().any(|retainer| {
            let name = graph.raw_name(retainer.source);
            let is_strong = graph.edges.get(retainer.edge).kind != EdgeKind::Weak;
            let is_root = graph.nodes.kind(retainer.source) == NodeKind::SYNTHETIC;
            is_strong && (is_root || name.contains("ActiveScriptWrappable"))
        })
    };
    !is_node && is_kept_by_browser()
}

fn kind_of_name(name: &str) -> PageCallback {
    let is = |part: &str| name.contains(part) && !name.contains('<');
    if is("EventListener") || is("EventHandler") {
        PageCallback::Listener
    } else if is("DOMTimer") || is("ScheduledAction") {
        PageCallback::Timer
    } else if is("FrameRequest") {
        PageCallback::Frame
    } else {
        PageCallback::Other
    }
}
