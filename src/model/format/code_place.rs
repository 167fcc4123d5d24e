//! Source positions of objects as shown in rows and panes, and names of scopes.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::base::{NodeIndex, ObjectId};
use crate::graph::{Edge, EdgeKind, NodeKind};
use crate::model::format::object_text::{edge_label, object_spans, span};
use crate::model::format::sanitize;
use crate::model::table::{Span, Tone};
use crate::snapshot::Snapshot;
use crate::source::contexts::{is_context, located_function, shared_of_scope};
use crate::source::inferred::{bound_name, inferred_name};
use crate::source::maps::{original_name, original_variable_name};
use crate::source::places::{Place, place};

/// Maximum characters of a path.
const PATH_LIMIT: usize = 1000;
/// Maximum characters of a variable's or function's name.
const NAME_LIMIT: usize = 60;
/// Number of variables in the name of a scope.
const VARIABLES: usize = 3;
/// Maximum number of scopes whose positions are cached.
const REMEMBERED: usize = 16_384;
/// V8 15 puts this before the name of data shared by functions of equal text.
const SHARED: &str = "system / SharedFunctionInfo / ";

/// A source position, ready to print.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodePlace {
    /// Script and position.
    pub place: Place,
    /// `server.js:10`.
    pub text: String,
    /// `/app/server.js:10:26`.
    pub full: String,
    /// The position in the code that ran, if `full` is in the original code.
    pub generated: Option<String>,
    /// For a scope: the name of its function, empty for an anonymous function.
    pub function: Option<String>,
}

impl CodePlace {
    /// The source position of `node`. Reads a bounded number of neighbours.
    pub fn find(snapshot: &Snapshot, node: NodeIndex) -> Option<Self> {
        let is_scope = is_context(snapshot.graph(), node);
        let function = is_scope.then(|| function_of_scope(snapshot, node)).flatten();
        Some(Self { function, ..Self::at(snapshot, place(snapshot, node)?) })
    }

    /// The position itself.
    pub fn at(snapshot: &Snapshot, place: Place) -> Self {
        let (full, generated) = (place.full_text(snapshot), place.generated_text(snapshot));
        Self {
            place,
            text: sanitize(&place.text(snapshot), PATH_LIMIT),
            generated: (full != generated).then(|| sanitize(&generated, PATH_LIMIT)),
            full: sanitize(&full, PATH_LIMIT),
            function: None,
        }
    }

    /// Both positions for the tooltip: in the original code, and in the code that ran.
    pub fn hover(&self) -> String {
        match &self.generated {
            Some(generated) => format!("{}\ngenerated: {generated}", self.full),
            None => self.full.clone(),
        }
    }
}

/// The name of the function whose variables are in `scope`.
fn function_of_scope(snapshot: &Snapshot, scope: NodeIndex) -> Option<String> {
    let graph = snapshot.graph();
    let shared = shared_of_scope(snapshot, scope)?;
    let located = located_function(snapshot, shared);
    if let Some(name) = located.and_then(|function| original_name(snapshot, function)) {
        return Some(sanitize(&name, NAME_LIMIT));
    }
    let name = match located {
        Some(function) => graph.raw_name(function),
        None => graph.raw_name(shared).strip_prefix(SHARED).unwrap_or_default(),
    };
    Some(sanitize(name, NAME_LIMIT))
}

/// Source positions for the rows of one table: those of scopes are cached, as they are slow to find.
#[derive(Clone, Default)]
pub(crate) struct CodePlaces {
    scopes: Arc<Mutex<FxHashMap<NodeIndex, Option<Arc<CodePlace>>>>>,
}

impl CodePlaces {
    /// The source position of `node`; `None` before the snapshot's scripts are known.
    pub(crate) fn get(&self, snapshot: &Snapshot, node: NodeIndex) -> Option<Arc<CodePlace>> {
        snapshot.known_scripts().filter(|scripts| !scripts.is_empty())?;
        let find = || CodePlace::find(snapshot, node).map(Arc::new);
        if !is_context(snapshot.graph(), node) {
            return find();
        }
        let scopes = || self.scopes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = scopes().get(&node) {
            return known.clone();
        }
        let found = find();
        let mut scopes = scopes();
        if scopes.len() >= REMEMBERED {
            scopes.clear();
        }
        scopes.insert(node, found.clone());
        found
    }
}

/// The name of an object in a row for readers: V8's name, but for a scope its variables and its function,
/// `scope {leaks, app} of server.js`. Data keeps V8's names and never needs the scripts.
pub(crate) fn named_spans(snapshot: &Snapshot, node: NodeIndex, place: Option<&CodePlace>) -> Vec<Span> {
    let graph = snapshot.graph();
    if !is_context(graph, node) || snapshot.known_scripts().is_none() {
        return with_known_name(snapshot, node, object_spans(snapshot, node));
    }
    let of = match place {
        Some(CodePlace { text, function: Some(name), .. }) if !name.is_empty() => {
            format!(" of {name} at {text}")
        }
        Some(CodePlace { text, .. }) => format!(" of {text}"),
        None => String::new(),
    };
    let id = ObjectId(graph.nodes.id(node));
    vec![
        span(scope_name(snapshot, node), Tone::Class),
        span(of, Tone::Quiet),
        span(format!(" {id}"), Tone::Quiet),
    ]
}

/// The original name instead of a minified one; for a bound function its target; and after an anonymous
/// function, in a muted colour, a name inferred from the text.
fn with_known_name(snapshot: &Snapshot, node: NodeIndex, mut spans: [Span; 2]) -> Vec<Span> {
    if snapshot.known_scripts().is_none() {
        return spans.into();
    }
    let is_function = snapshot.graph().nodes.kind(node) == NodeKind::CLOSURE;
    if let Some(name) = original_name(snapshot, node) {
        let name = sanitize(&name, NAME_LIMIT);
        spans[0].text = if is_function { format!("{name}()") } else { name };
    } else if let Some(target) = bound_name(snapshot, node) {
        spans[0].text = format!("bound {}()", sanitize(target, NAME_LIMIT));
    } else if let Some(inferred) = inferred_name(snapshot, node) {
        let [name, id] = spans;
        return vec![name, span(format!(" {}", sanitize(&inferred, NAME_LIMIT)), Tone::Quiet), id];
    }
    spans.into()
}

/// `scope {leaks, app, …}`.
fn scope_name(snapshot: &Snapshot, scope: NodeIndex) -> String {
    let graph = snapshot.graph();
    let mut names = graph.edges_of(scope).filter(|edge| edge.kind == EdgeKind::Context);
    let name = |edge: Edge| match original_variable_name(snapshot, edge.index) {
        Some(name) => sanitize(&name, NAME_LIMIT),
        None => edge_label(edge.kind, snapshot.edge_name(edge.index)),
    };
    let mut parts: Vec<String> = names.by_ref().take(VARIABLES).map(name).collect();
    if names.next().is_some() {
        parts.push("…".to_owned());
    }
    if parts.is_empty() { "scope".to_owned() } else { format!("scope {{{}}}", parts.join(", ")) }
}

/// Whether the name of a row about `node` contains the source position itself.
pub(crate) fn says_place(snapshot: &Snapshot, node: NodeIndex) -> bool {
    let is_script = || snapshot.known_scripts().is_some_and(|scripts| scripts.at(node).is_some());
    is_context(snapshot.graph(), node) || is_script()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Progress;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;

    fn named(more: impl FnOnce(&mut GraphBuilder, usize)) -> (String, Option<String>) {
        let mut heap = GraphBuilder::new();
        let function = heap.node("closure", "f", 1);
        let shared = heap.node("code", "f", 1);
        let script = heap.node("code", "/app/server.js", 1);
        let context = heap.node("object", "system / Context", 1);
        heap.edge(0, "element", "1", function).edge(function, "internal", "shared", shared);
        heap.edge(shared, "internal", "script", script).edge(function, "internal", "context", context);
        heap.location(function, 81, 9, 25);
        more(&mut heap, context);
        let snapshot = load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap();
        let places = CodePlaces::default();
        let node = NodeIndex::at(context);
        assert_eq!(places.get(&snapshot, node), None, "the scripts are not known yet");
        snapshot.scripts();
        let place = places.get(&snapshot, node);
        assert_eq!(places.get(&snapshot, node), place);
        let spans = named_spans(&snapshot, node, place.as_deref());
        (spans[..2].iter().map(|span| &*span.text).collect(), place.map(|place| place.full.clone()))
    }

    #[test]
    fn a_scope_is_called_by_its_variables_and_its_script() {
        let variables = |names: &'static [&str]| {
            move |heap: &mut GraphBuilder, context: usize| {
                for name in names {
                    let value = heap.node("object", "Array", 1);
                    heap.edge(context, "context", name, value);
                }
            }
        };
        let (text, full) = named(variables(&["leaks", "app"]));
        assert_eq!((&*text, full.as_deref()), ("scope {leaks, app} of server.js", Some("/app/server.js")));
        assert_eq!(named(variables(&["a", "b", "c", "d"])).0, "scope {a, b, c, …} of server.js");
        assert_eq!(named(|_, _| ()).0, "scope of server.js");
    }

    #[test]
    fn a_scope_is_called_by_the_function_that_has_it() {
        let (text, full) = named(|heap, context| {
            let info = heap.node("code", "system / ScopeInfo", 1);
            let shared = heap.node("code", "handler", 1);
            let (handler, script) = (heap.node("closure", "handler", 1), 3);
            heap.edge(context, "internal", "scope_info", info).edge(0, "element", "2", handler);
            heap.edge(shared, "internal", "name_or_scope_info", info)
                .edge(shared, "internal", "script", script);
            heap.edge(handler, "internal", "shared", shared).location(handler, 81, 3, 1);
        });
        assert_eq!(
            (&*text, full.as_deref()),
            ("scope of handler at server.js:4", Some("/app/server.js:4:2"))
        );
    }
}
