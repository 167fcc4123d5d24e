//! The way from an object up to a root in a few words: `leaks ‹ scope of handler ‹ Layer ‹ Route`.

use crate::base::{Cancelled, EdgeIndex, NodeIndex, Progress};
use crate::graph::{EdgeKind, NodeKind};
use crate::model::format::code_place::CodePlace;
use crate::model::format::object_text::edge_label;
use crate::model::format::sanitize;
use crate::model::object::function_names::function_name;
use crate::model::object_label;
use crate::model::retainers::RetainersView;
use crate::model::table::Item;
use crate::snapshot::{EdgeText, Snapshot};
use crate::source::contexts::is_context;
use crate::source::maps::original_variable_name;

/// Maximum number of steps.
const STEPS: usize = 12;
/// Characters of a step.
const LIMIT: usize = 40;
/// Constructors that say less than the name of what holds their object.
const PLAIN: [&str; 5] = ["Array", "Map", "Object", "Set", "WeakMap"];

/// One step of the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolderStep {
    /// What the user would call it: a variable, a scope, a function or a constructor.
    pub text: String,
    /// Its object.
    pub node: NodeIndex,
    /// The path of its row in the retainers; empty for the object itself.
    pub path: Vec<Item>,
}

/// The steps that mean something to a reader of code: V8's own are left out.
pub fn breadcrumbs(retainers: &RetainersView, progress: &Progress) -> Result<Vec<HolderStep>, Cancelled> {
    let snapshot = &retainers.objects.snapshot;
    let path = retainers.path_to_root(progress)?;
    let edge_of = |at: usize| match path.get(at) {
        Some(&Item::Retainer(_, edge)) => Some(edge),
        _ => None,
    };
    let first = HolderStep {
        text: text_of(snapshot, retainers.node(), edge_of(0), true),
        node: retainers.node(),
        path: Vec::new(),
    };
    let mut crumbs = vec![first];
    for at in 0..path.len() {
        if crumbs.len() >= STEPS {
            break;
        }
        progress.check()?;
        let Some(node) = retainers.objects.object(path[at]) else { continue };
        let last = crumbs.last().map(|crumb| crumb.node);
        if is_passed_over(snapshot, node, last) {
            continue;
        }
        let text = text_of(snapshot, node, edge_of(at + 1), false);
        crumbs.push(HolderStep { text, node, path: path[..=at].to_vec() });
    }
    Ok(crumbs)
}

/// Backing stores and the like, and the function of a scope that was just listed.
fn is_passed_over(snapshot: &Snapshot, node: NodeIndex, last: Option<NodeIndex>) -> bool {
    let graph = snapshot.graph();
    if is_context(graph, node) {
        // A scope that only leads to the one listed before.
        return last.is_some_and(|last| {
            is_context(graph, last) && graph.internal_target(node, "previous") == Some(last)
        });
    }
    let kind = graph.nodes.kind(node);
    let is_of_last = kind == NodeKind::CLOSURE
        && last.is_some_and(|last| graph.internal_target(node, "context") == Some(last));
    kind.is_machinery() || is_of_last
}

/// What `node` is called; `held_by` is the edge that holds it.
fn text_of(snapshot: &Snapshot, node: NodeIndex, held_by: Option<EdgeIndex>, is_first: bool) -> String {
    let graph = snapshot.graph();
    if is_context(graph, node) {
        return scope_text(snapshot, node);
    }
    if graph.nodes.kind(node) == NodeKind::CLOSURE {
        return format!("{}()", cut(&function_name(snapshot, node)));
    }
    let class = snapshot.classes().name(snapshot.class_of(node));
    let named = held_by.and_then(|edge| name_of_edge(snapshot, edge));
    match named {
        Some(name) if is_first || PLAIN.contains(&class) => cut(&name),
        _ if graph.nodes.kind(node).is_string() => cut(&object_label(snapshot, node)),
        _ => cut(class),
    }
}

/// The name of a variable, property or element.
fn name_of_edge(snapshot: &Snapshot, edge: EdgeIndex) -> Option<String> {
    let kind = snapshot.graph().edges.kind(edge);
    match (kind, snapshot.edge_name(edge)) {
        (EdgeKind::Context, name) => {
            let original = original_variable_name(snapshot, edge).map(|name| name.to_string());
            Some(original.unwrap_or_else(|| edge_label(kind, name)))
        }
        (EdgeKind::Property, EdgeText::Text("")) => None,
        (EdgeKind::Property | EdgeKind::Element, name) => Some(edge_label(kind, name)),
        _ => None,
    }
}

fn scope_text(snapshot: &Snapshot, scope: NodeIndex) -> String {
    match CodePlace::find(snapshot, scope) {
        Some(CodePlace { function: Some(name), .. }) if !name.is_empty() => {
            format!("scope of {}", cut(&name))
        }
        Some(CodePlace { text, .. }) => format!("scope of {text}"),
        None => "scope".into(),
    }
}

fn cut(text: &str) -> String {
    sanitize(text, LIMIT)
}
