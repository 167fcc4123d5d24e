//! The lines of code of a variable: where it is declared, and what adds to it or removes from it.

use crate::base::{EdgeIndex, NodeIndex};
use crate::graph::{EdgeKind, EdgeName, Graph, NodeKind};
use crate::snapshot::Snapshot;
use crate::snapshot::scripts::ScriptIndex;
use crate::source::contexts::functions_that_see;
use crate::source::lines::Lines;
use crate::source::outline::ANY;
use crate::source::places::{Place, Position, place};
use crate::source::syntax::{Action, Outline, outline};
use crate::source::text::{Check, ScriptText, SourceOptions, script_text};

/// Functions that see a variable which are asked for its declaration.
const FUNCTIONS: usize = 16;
/// Lines of one kind in a finding.
const LINES: usize = 20;
/// Units of a line's text in a finding.
const LINE_LIMIT: usize = 200;

/// A line of code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeLine {
    /// Where it stands.
    pub place: Place,
    /// What stands there, without the space around it, cut to 200 characters.
    pub text: String,
}

/// What the code says about something that grows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceFinding {
    /// The variable or property; empty if only the place of the new entries is known.
    pub variable: String,
    /// Where it is declared or first assigned.
    pub declared: Option<CodeLine>,
    /// What adds to it, the likeliest first.
    pub grows: Vec<CodeLine>,
    /// What removes from it, in the same file.
    pub shrinks: Vec<CodeLine>,
    /// Whether the text is the one that ran.
    pub check: Check,
}

/// The lines for the object that `path` leads to: those of the last variable or property on it whose code is
/// known, else the places of `entries`, what is new in it.
pub fn source_finding(
    snapshot: &Snapshot,
    path: &[EdgeIndex],
    entries: &[NodeIndex],
    options: &SourceOptions,
) -> Option<SourceFinding> {
    let found = of_variable(snapshot, path, options).or_else(|| of_property(snapshot, path, options));
    found.filter(|found| !found.grows.is_empty()).or_else(|| of_entries(snapshot, entries, options))
}

fn of_variable(snapshot: &Snapshot, path: &[EdgeIndex], options: &SourceOptions) -> Option<SourceFinding> {
    let graph = snapshot.graph();
    let last = path.iter().rposition(|&edge| graph.edges.kind(edge) == EdgeKind::Context)?;
    let name = edge_text(graph, path[last])?;
    let functions = functions_that_see(snapshot, graph.source(path[last]), FUNCTIONS);
    let places: Vec<Place> = functions.iter().filter_map(|&function| place(snapshot, function)).collect();
    let script = places.first()?.script;
    let code = Code::find(snapshot, script, options)?;
    let offsets = places.iter().filter(|place| place.script == script);
    let mut seen = offsets.filter_map(|place| {
        let scope = code.outline.scope_around_function(code.offset(place.position?)?)?;
        code.outline.resolve(name, scope)
    });
    let declared = seen.next().or_else(|| code.outline.declarations_of(name).first().copied())?;
    let steps = steps(graph, &path[last + 1..]);
    Some(code.of_variable(name, declared, &steps))
}

fn of_property(snapshot: &Snapshot, path: &[EdgeIndex], options: &SourceOptions) -> Option<SourceFinding> {
    let graph = snapshot.graph();
    let named = path.iter().rev().filter(|&&edge| graph.edges.kind(edge) == EdgeKind::Property);
    let scripts = scripts_near(snapshot, path);
    named.take(3).find_map(|&edge| {
        let name = edge_text(graph, edge)?;
        scripts.iter().find_map(|&script| {
            let code = Code::find(snapshot, script, options)?;
            Some(code.of_member(name)).filter(|found| !found.grows.is_empty())
        })
    })
}

/// The user's own scripts, those of objects on the path first.
fn scripts_near(snapshot: &Snapshot, path: &[EdgeIndex]) -> Vec<ScriptIndex> {
    const SCRIPTS: usize = 8;
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
fn is_own(snapshot: &Snapshot, script: ScriptIndex) -> bool {
    let url = &snapshot.scripts().get(script).url;
    (url.contains("://") || url.starts_with('/') || url.contains(":\\")) && !url.contains("/node_modules/")
}

/// Where the functions, or the classes of the objects, among `entries` stand.
fn of_entries(snapshot: &Snapshot, entries: &[NodeIndex], options: &SourceOptions) -> Option<SourceFinding> {
    let places = entries.iter().filter_map(|&node| place(snapshot, node));
    let mut own: Vec<Place> = places.filter(|place| is_own(snapshot, place.script)).collect();
    own.dedup();
    own.truncate(LINES);
    let text = script_text(snapshot, own.first()?.script, options);
    let lines = text.as_ref().map(|text| Lines::new(&text.text));
    let line_text = |place: &Place| Some(cut(lines.as_ref()?.line(place.position?.line)?));
    let script = own[0].script;
    own.retain(|place| place.script == script);
    let grows =
        own.iter().map(|place| CodeLine { place: *place, text: line_text(place).unwrap_or_default() });
    Some(SourceFinding {
        variable: String::new(),
        declared: None,
        grows: grows.collect(),
        shrinks: Vec::new(),
        check: text.map_or(Check::NotChecked, |text| text.check),
    })
}

/// A script's text with its tables.
struct Code {
    script: ScriptIndex,
    text: ScriptText,
    outline: Outline,
}

impl Code {
    fn find(snapshot: &Snapshot, script: ScriptIndex, options: &SourceOptions) -> Option<Self> {
        let text = script_text(snapshot, script, options)?;
        let outline = outline(&text.text, &snapshot.scripts().get(script).url).ok()?;
        Some(Self { script, text, outline })
    }

    fn offset(&self, position: Position) -> Option<u32> {
        u32::try_from(Lines::new(&self.text.text).offset(position)?).ok()
    }

    /// A place that goes on from the variable as the path does is likelier than one that does not, if there
    /// is one.
    fn of_variable(&self, name: &str, declared: u32, steps: &[&str]) -> SourceFinding {
        let outline = &self.outline;
        let is_it = |site: &&crate::source::outline::Site| {
            site.chain.root.as_deref().and_then(|root| outline.resolve(root, site.scope)) == Some(declared)
        };
        let sites = || outline.sites().iter().filter(is_it);
        let follows = |path: &[String]| {
            let named: Vec<&str> = path.iter().map(String::as_str).filter(|&step| step != ANY).collect();
            steps.first().is_none_or(|first| named.first() == Some(first))
        };
        let grows = |site: &&crate::source::outline::Site| site.action <= Action::Replaces;
        let any_follows = sites().any(|site| grows(&site) && follows(&site.chain.path));
        let mut found: Vec<(u8, u32)> = Vec::new();
        let mut shrinks = Vec::new();
        for site in sites().filter(|site| !any_follows || follows(&site.chain.path)) {
            match site.action {
                Action::Shrinks => shrinks.push(site.offset),
                action => found.push((action as u8, site.offset)),
            }
        }
        if !any_follows && let Some(member) = steps.last() {
            let by_member = self.sites_of_member(member, Action::Replaces);
            found.extend(by_member.into_iter().map(|offset| (0, offset)));
        }
        found.sort_unstable();
        let grows = found.into_iter().map(|(_, offset)| offset).collect();
        self.finding(name, Some(declared), grows, shrinks)
    }

    fn of_member(&self, name: &str) -> SourceFinding {
        let grows = self.sites_of_member(name, Action::Grows);
        let declared = self.outline.members_of(name).min();
        let shrinks = self.outline.sites().iter().filter(|site| site.action == Action::Shrinks);
        let shrinks = shrinks.filter(|site| site.chain.path.last().is_some_and(|last| last == name));
        self.finding(name, declared, grows, shrinks.map(|site| site.offset).collect())
    }

    fn sites_of_member(&self, name: &str, at_most: Action) -> Vec<u32> {
        let is_it = |path: &[String]| {
            path.iter().map(String::as_str).rfind(|&step| step != ANY).is_some_and(|last| last == name)
        };
        let sites = self.outline.sites().iter();
        sites
            .filter(|site| site.action <= at_most && is_it(&site.chain.path))
            .map(|site| site.offset)
            .collect()
    }

    fn finding(
        &self,
        name: &str,
        declared: Option<u32>,
        grows: Vec<u32>,
        shrinks: Vec<u32>,
    ) -> SourceFinding {
        let lines = Lines::new(&self.text.text);
        let line = |offset: u32| {
            let position = lines.position(offset as usize);
            let text = cut(lines.line(position.line).unwrap_or_default());
            CodeLine { place: Place { script: self.script, position: Some(position) }, text }
        };
        let list = |offsets: Vec<u32>| {
            let mut found: Vec<CodeLine> = Vec::new();
            for code in offsets.into_iter().map(line) {
                let number = |code: &CodeLine| code.place.position.map(|position| position.line);
                if found.len() < LINES && !found.iter().any(|other| number(other) == number(&code)) {
                    found.push(code);
                }
            }
            found
        };
        SourceFinding {
            variable: name.to_owned(),
            declared: declared.map(line),
            grows: list(grows),
            shrinks: list(shrinks),
            check: self.text.check,
        }
    }
}

/// The properties on the rest of a path.
fn steps<'a>(graph: &'a Graph, path: &[EdgeIndex]) -> Vec<&'a str> {
    let named = path.iter().filter(|&&edge| {
        graph.edges.kind(edge) == EdgeKind::Property
            && graph.nodes.kind(graph.source(edge)) != NodeKind::CLOSURE
    });
    named.filter_map(|&edge| edge_text(graph, edge)).collect()
}

fn edge_text(graph: &Graph, edge: EdgeIndex) -> Option<&str> {
    match graph.edges.name(edge) {
        EdgeName::Text(text) => Some(graph.text(text)),
        EdgeName::Number(_) => None,
    }
}

fn cut(line: &str) -> String {
    line.trim().chars().take(LINE_LIMIT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Progress;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;

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
        let found = source_finding(&snapshot, &path, &[], &SourceOptions::default()).unwrap();
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
}
