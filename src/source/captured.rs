//! Variables that a scope keeps on the heap, and those of them that no living function reads.

use crate::base::{EdgeIndex, NodeIndex};
use crate::graph::{EdgeKind, EdgeName, NodeKind};
use crate::snapshot::{SizeMode, Snapshot};
use crate::source::contexts::variable_value;
use crate::source::text::SourceOptions;
use crate::source::variable_readers::Readers;

/// Bytes that a variable keeps alive for it to be worth a word that nobody reads it.
const MUCH: u64 = 16 << 10;

/// A variable of a scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CapturedVariable<'a> {
    /// Its name in the code that ran.
    pub name: &'a str,
    /// The edge that it is.
    pub edge: EdgeIndex,
    /// What it holds.
    pub value: NodeIndex,
    /// Bytes that would be freed with the value.
    pub retained: u64,
    /// Whether it alone keeps what it holds, and no living function reads it.
    pub is_unread: bool,
}

/// The variables of `context` that lead to an object, in the file's order. Reads and parses the script if one
/// of them keeps much.
pub fn captured_variables<'a>(
    snapshot: &'a Snapshot,
    context: NodeIndex,
    mode: SizeMode,
    options: &SourceOptions,
) -> Vec<CapturedVariable<'a>> {
    let graph = snapshot.graph();
    let mut found: Vec<CapturedVariable<'a>> = graph
        .edges_of(context)
        .filter_map(|edge| {
            let EdgeName::Text(name) = edge.name else { return None };
            if edge.kind != EdgeKind::Context {
                return None;
            }
            let value = variable_value(graph, edge.target);
            let retained = snapshot.retained(mode, value).unwrap_or(0);
            Some(CapturedVariable {
                name: graph.text(name),
                edge: edge.index,
                value,
                retained,
                is_unread: false,
            })
        })
        .collect();
    let is_candidate = |variable: &CapturedVariable<'_>| {
        variable.retained >= MUCH
            && graph.nodes.kind(variable.value) != NodeKind::CLOSURE
            && is_kept_by(snapshot, variable, context)
    };
    let candidates: Vec<usize> = (0..found.len()).filter(|&at| is_candidate(&found[at])).collect();
    if candidates.is_empty() {
        return found;
    }
    if let Some(readers) = Readers::find(snapshot, context, options) {
        for at in candidates {
            found[at].is_unread = readers.read(snapshot, found[at].name) == Some(false);
        }
    }
    found
}

/// Whether the value would be freed with the scope's variable.
fn is_kept_by(snapshot: &Snapshot, variable: &CapturedVariable<'_>, context: NodeIndex) -> bool {
    let target = snapshot.graph().edges.target(variable.edge);
    snapshot.dominator(variable.value) == Some(if target == variable.value { context } else { target })
        && snapshot.dominator(target) == Some(context)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Progress;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;
    use crate::source::lines::Lines;

    const TEXT: &str = "let theThing;\nfunction replace() {\n  const original = theThing;\n  const unused = () => original;\n  \
                        const kept = make();\n  theThing = { huge, method() { return kept; } };\n}\n";

    /// The variables of a scope with `original` and `kept` that are unread, where the functions that begin at
    /// these texts live.
    fn unread(text: &str, living: &[&str], more: impl FnOnce(&mut GraphBuilder, usize)) -> Vec<String> {
        let mut heap = GraphBuilder::new();
        let script = heap.node("code", "/app/x.js", 1);
        let source = heap.node("string", text, 1);
        let context = heap.node("object", "system / Context", 1);
        heap.edge(script, "internal", "source", source);
        for name in ["original", "kept"] {
            let value = heap.node("object", "Object", 1 << 20);
            heap.edge(context, "context", name, value);
        }
        for (at, start) in living.iter().enumerate() {
            let (function, shared) = (heap.node("closure", "f", 1), heap.node("code", "f", 1));
            heap.edge(0, "element", &(at + 1).to_string(), function);
            heap.edge(function, "internal", "shared", shared).edge(shared, "internal", "script", script);
            heap.edge(function, "internal", "context", context);
            let position = Lines::new(text).position(text.find(start).unwrap());
            heap.location(function, 7, position.line as usize - 1, position.column as usize - 1);
        }
        more(&mut heap, context);
        let snapshot = load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap();
        let (context, options) = (NodeIndex::at(context), SourceOptions::default());
        let found = captured_variables(&snapshot, context, SizeMode::Chrome, &options);
        found.iter().filter(|variable| variable.is_unread).map(|variable| variable.name.to_owned()).collect()
    }

    #[test]
    fn a_variable_is_unread_if_only_dead_functions_name_it() {
        assert_eq!(unread(TEXT, &["() { return kept"], |_, _| ()), ["original"]);
        assert_eq!(unread(TEXT, &["() { return kept", "() => original"], |_, _| ()), Vec::<String>::new());
        assert_eq!(unread(TEXT, &["() => original"], |_, _| ()), ["kept"]);
    }

    #[test]
    fn a_function_inside_a_living_one_may_come_to_life() {
        let text = "function f() { const original = 1, kept = 2; return () => () => original; }";
        assert_eq!(unread(text, &["() => () =>"], |_, _| ()), ["kept"]);
    }

    #[test]
    fn nothing_is_said_beside_a_suspended_generator_or_of_code_made_at_run_time() {
        let generator = |heap: &mut GraphBuilder, context: usize| {
            let generator = heap.node("object", "Generator", 1);
            heap.edge(0, "element", "9", generator).edge(generator, "internal", "context", context);
        };
        assert_eq!(unread(TEXT, &["() { return kept"], generator), Vec::<String>::new());
        let text = TEXT.replace("return kept", "return eval('kept')");
        assert_eq!(unread(&text, &["() { return eval"], |_, _| ()), Vec::<String>::new());
    }

    #[test]
    fn what_something_else_holds_as_well_is_not_kept_for_nothing() {
        let held = |heap: &mut GraphBuilder, context: usize| {
            // The first variable's value is the node after the scope.
            heap.edge(0, "element", "9", context + 1);
        };
        assert_eq!(unread(TEXT, &["() { return kept"], held), Vec::<String>::new());
    }

    #[test]
    fn the_lists_of_v8_tell_it_without_a_text() {
        let listed = |living: i32| {
            move |heap: &mut GraphBuilder, context: usize| {
                let number = |heap: &mut GraphBuilder, text: &str| {
                    let (number, value) = (heap.node("number", "int", 1), heap.node("string", text, 1));
                    heap.edge(number, "internal", "value", value);
                    number
                };
                let info = heap.node("code", "system / ScopeInfo", 1);
                let (id, own) = (number(heap, "40"), number(heap, &living.to_string()));
                heap.edge(context, "internal", "scope_info", info).edge(info, "internal", "scope_id", id);
                // The script is the first node, and what its only function shares the seventh.
                let (script, shared) = (1, 7);
                heap.edge(shared, "internal", "scope_id", own);
                heap.scope(script, (-2, 0), &[], &[]).scope(script, (40, 1), &["original", "kept"], &[]);
                heap.scope(script, (60, 2), &[], &[]).scope(script, (70, 3), &[], &[(40, 0)]);
                heap.scope(script, (90, 2), &[], &[(40, 1)]);
            }
        };
        let text = "not a text that says anything; f(";
        assert_eq!(unread(text, &["f("], listed(60)), ["kept"]);
        assert_eq!(unread(text, &["f("], listed(90)), ["original"]);
        assert_eq!(unread(text, &["f("], listed(99)), ["original", "kept"]);
    }
}
