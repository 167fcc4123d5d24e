//! The lines of code of a variable: where it is declared, and what adds to it or removes from it.

use crate::base::{EdgeIndex, NodeIndex};
use crate::graph::{EdgeKind, EdgeName, Graph, NodeKind};
use crate::snapshot::Snapshot;
use crate::snapshot::scripts::ScriptIndex;
use crate::source::code::Code;
use crate::source::contexts::{functions_that_see, owner_of};
use crate::source::entries::{Newcomers, lines_of_entries};
use crate::source::finding::{LINES, SourceFinding, Steps};
use crate::source::maps::original;
use crate::source::module_variables::{ExportedVariable, exported_property, exported_variable};
use crate::source::outline::ANY;
use crate::source::places::{Place, place};
use crate::source::property_lines::GLOBALS;
use crate::source::text::SourceOptions;

/// Functions that see a variable which are asked for its declaration.
const FUNCTIONS: usize = 16;
/// Variables on a path that are tried, from its end.
const VARIABLES: usize = 8;
/// Scripts of the user that are searched.
const SCRIPTS: usize = 8;
/// What is asked of the code.
struct Asked<'a> {
    snapshot: &'a Snapshot,
    newcomers: Newcomers,
    options: &'a SourceOptions,
}

/// The lines for the object that each of `paths` leads to, of the first whose code says what makes it grow:
/// those of the last variable or property on it whose code is known, else those of `entries`, what is new in it.
pub fn source_finding(
    snapshot: &Snapshot,
    paths: &[&[EdgeIndex]],
    entries: &[NodeIndex],
    options: &SourceOptions,
) -> Option<SourceFinding> {
    let asked = Asked { snapshot, newcomers: Newcomers::new(snapshot, entries), options };
    let mut without_growth = None;
    for path in paths.iter().filter(|path| !path.is_empty()) {
        match asked.of_path(path) {
            Some(found) if !found.grows.is_empty() => return Some(found),
            found => without_growth = without_growth.or(found),
        }
    }
    let near = scripts_near(snapshot, paths.first().copied().unwrap_or_default());
    let made = lines_of_entries(snapshot, entries, &near, options);
    match (without_growth, made) {
        // Where the new entries were made says how it grows; the variable is known all the same.
        (Some(found), Some(made)) if made.declared.is_none() => {
            Some(SourceFinding { grows: made.grows, ..found })
        }
        (found, made) => made.or(found),
    }
}

impl Asked<'_> {
    fn of_path(&self, path: &[EdgeIndex]) -> Option<SourceFinding> {
        let of_variable = self.of_variable(path);
        if of_variable.as_ref().is_some_and(|found| !found.grows.is_empty()) {
            return of_variable;
        }
        let of_exports = || {
            let exported = exported_property(self.snapshot.graph(), path)?;
            self.of_exported(path, &exported).filter(|found| !found.grows.is_empty())
        };
        self.of_global(path).or_else(of_exports).or_else(|| self.of_property(path)).or(of_variable)
    }

    fn of_variable(&self, path: &[EdgeIndex]) -> Option<SourceFinding> {
        let graph = self.snapshot.graph();
        let exported = exported_variable(self.snapshot, path);
        let first = exported.as_ref().map_or(0, |exported| exported.at);
        let mut without_growth = None;
        let variables =
            (first..path.len()).rev().filter(|&at| graph.edges.kind(path[at]) == EdgeKind::Context);
        for at in variables.take(VARIABLES) {
            match self.of_variable_at(path, at) {
                Some(found) if !found.grows.is_empty() => return Some(found),
                found => without_growth = without_growth.or(found),
            }
        }
        exported.and_then(|exported| self.of_exported(path, &exported)).or(without_growth)
    }

    /// The lines of what a module exports: those of the module's own variable, and of the variables of that name
    /// in the modules that import it.
    fn of_exported(&self, path: &[EdgeIndex], exported: &ExportedVariable<'_>) -> Option<SourceFinding> {
        let name = exported.name?;
        let steps = steps(self.snapshot.graph(), &path[exported.at + 1..]);
        let (mut own, mut importing) = (None, Vec::new());
        for script in scripts_near(self.snapshot, path) {
            let Some(code) = Code::find(self.snapshot, script, self.options) else { continue };
            let Some(declared) = code.outline.resolve(name, 0) else { continue };
            let found = self.lines_of_variable(&code, name, declared, &steps);
            if code.outline.is_import(declared) {
                importing.push(found);
            } else {
                own = own.or(Some(found));
            }
        }
        let mut importing = importing.into_iter();
        let mut found = own.or_else(|| importing.next())?;
        for other in importing {
            found.grows.extend(other.grows);
            found.shrinks.extend(other.shrinks);
        }
        found.grows.truncate(LINES);
        found.shrinks.truncate(LINES);
        Some(found)
    }

    fn lines_of_variable(&self, code: &Code, name: &str, declared: u32, steps: &Steps<'_>) -> SourceFinding {
        code.lines_of_variable(name, declared, steps, &|site| self.newcomers.are_put_in(code, site))
    }

    /// The lines of the variable that step `last` of the path is, if it is the user's own.
    fn of_variable_at(&self, path: &[EdgeIndex], last: usize) -> Option<SourceFinding> {
        let graph = self.snapshot.graph();
        let name = edge_text(graph, path[last])?;
        let functions = functions_that_see(self.snapshot, graph.source(path[last]), FUNCTIONS);
        let mut places: Vec<Place> =
            functions.iter().filter_map(|&function| place(self.snapshot, function)).collect();
        // A scope that no other function sees is seen by its own, such as a suspended generator.
        let is_own_scope = places.is_empty();
        if is_own_scope {
            places.extend(
                owner_of(self.snapshot, graph.source(path[last]))
                    .and_then(|owner| place(self.snapshot, owner)),
            );
        }
        let script = places.first()?.script;
        if !is_own(self.snapshot, script) {
            return None;
        }
        let code = Code::find(self.snapshot, script, self.options)?;
        let mut seen = places.iter().filter(|place| place.script == script).filter_map(|place| {
            let offset = code.offset(place.position?)?;
            let scope = if is_own_scope {
                code.outline.scope_at(offset)?
            } else {
                code.outline.scope_around_function(offset)?
            };
            code.outline.resolve(name, scope)
        });
        let declared = seen.next().or_else(|| code.outline.declarations_of(name).first().copied())?;
        if !code.is_own_at(declared) {
            return None;
        }
        Some(self.lines_of_variable(&code, name, declared, &steps(graph, &path[last + 1..])))
    }

    /// The lines of a property of the global object, or of all its properties if the path ends there.
    fn of_global(&self, path: &[EdgeIndex]) -> Option<SourceFinding> {
        let graph = self.snapshot.graph();
        let is_global = |node: NodeIndex| {
            let name = graph.raw_name(node);
            GLOBALS.iter().any(|global| {
                name.strip_prefix(global).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '(']))
            }) || name.starts_with("Object / ")
        };
        let ends_there = path.last().is_some_and(|&edge| is_global(graph.edges.target(edge)));
        let named = path
            .iter()
            .rposition(|&edge| graph.edges.kind(edge) == EdgeKind::Property && is_global(graph.source(edge)));
        let name = if ends_there { None } else { Some(edge_text(graph, path[named?])?) };
        let steps = named.map_or_else(Steps::default, |at| steps(graph, &path[at + 1..]));
        self.find_in_scripts(path, |code| code.lines_of_global(name, &steps))
    }

    fn of_property(&self, path: &[EdgeIndex]) -> Option<SourceFinding> {
        let graph = self.snapshot.graph();
        let named = path.iter().rev().filter(|&&edge| graph.edges.kind(edge) == EdgeKind::Property);
        named.take(3).find_map(|&edge| {
            let name = edge_text(graph, edge)?;
            let class = graph.raw_name(graph.source(edge));
            // What all modules have in common.
            if (class, name) == ("Module", "exports") {
                return None;
            }
            self.find_in_scripts(path, |code| code.lines_of_member(name, Some(class)))
        })
    }

    fn find_in_scripts(
        &self,
        path: &[EdgeIndex],
        lines: impl Fn(&Code) -> SourceFinding,
    ) -> Option<SourceFinding> {
        scripts_near(self.snapshot, path).into_iter().find_map(|script| {
            let code = Code::find(self.snapshot, script, self.options)?;
            Some(lines(&code)).filter(|found| !found.grows.is_empty())
        })
    }
}

/// The user's own scripts, those of objects on the path first.
fn scripts_near(snapshot: &Snapshot, path: &[EdgeIndex]) -> Vec<ScriptIndex> {
    let graph = snapshot.graph();
    let on_path =
        path.iter().rev().filter_map(|&edge| snapshot.scripts().of(graph, graph.edges.target(edge)));
    let all = snapshot.scripts().iter().map(|(script, _)| script);
    let mut found: Vec<ScriptIndex> = Vec::new();
    for script in on_path.chain(all) {
        if found.len() < SCRIPTS && is_own(snapshot, script) && !found.contains(&script) {
            found.push(script);
        }
    }
    found
}

/// Neither the runtime's nor a package's.
pub(super) fn is_own(snapshot: &Snapshot, script: ScriptIndex) -> bool {
    let url = &snapshot.scripts().get(script).url;
    (url.contains("://") || url.starts_with('/') || url.contains(":\\"))
        && !url.contains("/node_modules/")
        && !url.contains("\\node_modules\\")
}

/// The same of a place, which in a bundle may be a package's.
pub(super) fn is_own_place(snapshot: &Snapshot, place: Place) -> bool {
    is_own(snapshot, place.script) && original(snapshot, place).is_none_or(|original| original.is_own())
}

/// The steps on the rest of a path.
fn steps<'a>(graph: &'a Graph, path: &[EdgeIndex]) -> Steps<'a> {
    let mut found = Steps::default();
    for &edge in path {
        let source = graph.source(edge);
        match (graph.edges.kind(edge), graph.nodes.kind(source)) {
            (EdgeKind::Property, _) => {
                if let Some(name) = edge_text(graph, edge) {
                    found.path.push(name);
                    found.class = Some(graph.raw_name(source));
                }
            }
            (EdgeKind::Element, _) | (EdgeKind::Internal | EdgeKind::Hidden, NodeKind::ARRAY) => {
                found.path.push(ANY);
            }
            _ => {}
        }
    }
    found
}

fn edge_text(graph: &Graph, edge: EdgeIndex) -> Option<&str> {
    match graph.edges.name(edge) {
        EdgeName::Text(text) => Some(graph.text(text)),
        EdgeName::Number(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Progress;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;
    use crate::source::finding::CodeLine;
    use crate::source::lines::Lines;

    /// Lines declared, growing and shrinking of `variable`, continued by `property`, in `text`; a function
    /// at the first `(` of the text sees it.
    fn lines(text: &str, variable: &str, property: Option<&str>) -> (Option<u32>, Vec<u32>, Vec<u32>) {
        let mut heap = GraphBuilder::new();
        let function = heap.node("closure", "f", 1);
        let shared = heap.node("code", "f", 1);
        let script = heap.node("code", "/app/x.js", 1);
        let source = heap.node("string", text, 1);
        let context = heap.node("object", "system / Context", 1);
        let held = heap.node("object", "Object", 1);
        let leaf = heap.node("object", "Array", 1);
        heap.edge(0, "element", "1", function).edge(function, "internal", "shared", shared);
        heap.edge(shared, "internal", "script", script).edge(script, "internal", "source", source);
        heap.edge(function, "internal", "context", context).edge(context, "context", variable, held);
        heap.edge(held, "property", property.unwrap_or("__proto__"), leaf);
        let at = Lines::new(text).position(text.find('(').unwrap());
        heap.location(function, 7, at.line as usize - 1, at.column as usize - 1);
        let snapshot = load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap();
        let graph = snapshot.graph();
        let to = |node: usize| {
            let edges = (0..graph.edge_count()).map(EdgeIndex::at);
            edges.into_iter().find(|&edge| graph.edges.target(edge) == NodeIndex::at(node)).unwrap()
        };
        let mut path = vec![to(function), to(context), to(held)];
        path.extend(property.map(|_| to(leaf)));
        let found = source_finding(&snapshot, &[&path], &[], &SourceOptions::default()).unwrap();
        let line = |code: &CodeLine| code.place.position.unwrap().line;
        let all = |list: &[CodeLine]| list.iter().map(line).collect();
        (found.declared.as_ref().map(line), all(&found.grows), all(&found.shrinks))
    }

    #[test]
    fn a_list_grows_where_something_is_pushed() {
        let text = "const leaks = [];\nfunction f() {\n  leaks.push(1);\n  leaks.length = 0;\n}\n";
        assert_eq!(lines(text, "leaks", None), (Some(1), vec![3], vec![4]));
    }

    #[test]
    fn only_places_that_go_on_as_the_path_does_are_accused() {
        let text = "const index = { ids: [], vectors: [] };\nfunction f() {\n  index.ids.push(1);\n  index.vectors.push(2);\n}";
        assert_eq!(lines(text, "index", Some("vectors")), (Some(1), vec![4], vec![]));
    }

    #[test]
    fn a_library_object_grows_where_its_methods_are_called_again_and_again() {
        let text = "const metric = make();\nmetric.on('x', f);\nfunction f() {\n  metric.measure(1);\n}";
        assert_eq!(lines(text, "metric", Some("hashMap")), (Some(1), vec![4, 2], vec![]));
    }

    #[test]
    fn a_list_under_a_symbol_is_declared_and_grows_in_its_class() {
        let text = "const kList = Symbol('waiting');\nclass A {\n  constructor() { this[kList] = []; }\n  add(x) {\n    this[kList].push(x);\n  }\n}\nconst a = new A();\n";
        assert_eq!(lines(text, "a", Some("<symbol waiting>")), (Some(3), vec![5], vec![]));
    }

    #[test]
    fn what_is_handed_on_in_a_list_or_object_may_grow_there() {
        let text = "const stop = make();\nfunction f() {\n  race([1, stop]);\n  get({ stop });\n}";
        assert_eq!(lines(text, "stop", None), (Some(1), vec![3, 4], vec![]));
    }

    #[test]
    fn a_name_for_what_a_map_holds_is_followed() {
        let text = "const tenants = new Map();\nfunction f() {\n  const users = tenants.get(1);\n  users.set(2, 3);\n}";
        assert_eq!(lines(text, "tenants", None), (Some(1), vec![4], vec![]));
    }

    #[test]
    fn of_two_variables_of_one_name_that_is_meant_which_the_function_sees() {
        let text =
            "let list = [];\nfunction f() {\n  list.push(1);\n}\nfunction g(list) {\n  list.push(2);\n}";
        assert_eq!(lines(text, "list", None), (Some(1), vec![3], vec![]));
    }

    #[test]
    fn what_a_getter_returns_grows_where_the_getter_is_read() {
        let text = "class Store {\n  #rows = [];\n  get rows() { return this.#rows; }\n  save(row) {\n    this.rows.push(row);\n  }\n}\n\
                    const store = new Store();\nfunction f() {\n  store.save(1);\n}";
        assert_eq!(lines(text, "store", Some("#rows")), (Some(2), vec![5, 10], vec![]));
    }

    #[test]
    fn a_name_taken_out_of_this_is_followed() {
        let text = "const metrics = {\n  samples: {\n    latency: [],\n  },\n  record(value) {\n    const { latency } = this.samples;\n    \
                    latency.push(value);\n  },\n};\nfunction f() {\n  metrics.record(1);\n}";
        let (declared, grows, _) = lines(text, "metrics", Some("latency"));
        assert_eq!((declared, grows.first()), (Some(3), Some(&7)));
    }
}
