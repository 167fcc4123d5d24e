//! The lines of code of a variable: where it is declared, and what adds to it or removes from it.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::base::{EdgeIndex, NodeIndex};
use crate::graph::{EdgeKind, EdgeName, Graph, NodeKind};
use crate::snapshot::Snapshot;
use crate::snapshot::scripts::ScriptIndex;
use crate::source::contexts::functions_that_see;
use crate::source::lines::Lines;
use crate::source::maps::{MappedScript, Original, SourceMaps, original};
use crate::source::outline::{ANY, Site};
use crate::source::places::{Place, Position, place};
use crate::source::syntax::{Action, Outline, outline};
use crate::source::text::{Check, ScriptText, SourceOptions, script_text};

/// Functions that see a variable which are asked for its declaration.
const FUNCTIONS: usize = 16;
/// Lines of one kind in a finding.
const LINES: usize = 20;
/// Units of a line's text in a finding.
const LINE_LIMIT: usize = 200;
/// Variables on a path that are tried, from its end.
const VARIABLES: usize = 8;
/// New entries whose neighbours are looked at.
const EXAMPLES: usize = 8;
/// Objects below a new entry that are looked at.
const KEPT: usize = 400;
/// Neighbours of one object that are looked at.
const HOLDERS: usize = 64;
/// What the code, and the heap, call the global object.
const GLOBALS: [&str; 5] = ["globalThis", "global", "window", "Window", "self"];

/// A line of code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeLine {
    /// Where it stands in the code that ran.
    pub place: Place,
    /// Where it stands in the code that was written, if a source map tells it: the text is that one's then.
    pub original: Option<Original>,
    /// What stands there, without the space around it, cut to 200 characters.
    pub text: String,
}

impl CodeLine {
    /// Its number in the text that is shown.
    pub fn line(&self) -> Option<u32> {
        let original = self.original.as_ref().map(|original| original.position);
        original.or(self.place.position).map(|position| position.line)
    }

    /// The original file; none if that is the script itself.
    pub fn file(&self) -> Option<&str> {
        self.original.as_ref().map(|original| &*original.url)
    }
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
    let of_path = of_variable(snapshot, path, options);
    let found = match of_path {
        Some(found) if !found.grows.is_empty() => return Some(found),
        found => {
            of_global(snapshot, path, options).or_else(|| of_property(snapshot, path, options)).or(found)
        }
    };
    match found {
        Some(found) if !found.grows.is_empty() => Some(found),
        // Where the new entries were made says how it grows; the variable is known all the same.
        Some(found) => match of_entries(snapshot, entries, options) {
            Some(made) => Some(SourceFinding { grows: made.grows, ..found }),
            None => Some(found),
        },
        None => of_entries(snapshot, entries, options),
    }
}

fn of_variable(snapshot: &Snapshot, path: &[EdgeIndex], options: &SourceOptions) -> Option<SourceFinding> {
    let graph = snapshot.graph();
    let variables = (0..path.len()).rev().filter(|&at| graph.edges.kind(path[at]) == EdgeKind::Context);
    let mut without_growth = None;
    for at in variables.take(VARIABLES) {
        match of_variable_at(snapshot, path, at, options) {
            Some(found) if !found.grows.is_empty() => return Some(found),
            found => without_growth = without_growth.or(found),
        }
    }
    without_growth
}

/// The lines of the variable that step `last` of the path is, if it is the user's own.
fn of_variable_at(
    snapshot: &Snapshot,
    path: &[EdgeIndex],
    last: usize,
    options: &SourceOptions,
) -> Option<SourceFinding> {
    let graph = snapshot.graph();
    let name = edge_text(graph, path[last])?;
    let functions = functions_that_see(snapshot, graph.source(path[last]), FUNCTIONS);
    let places: Vec<Place> = functions.iter().filter_map(|&function| place(snapshot, function)).collect();
    let script = places.first()?.script;
    if !is_own(snapshot, script) {
        return None;
    }
    let code = Code::find(snapshot, script, options)?;
    let offsets = places.iter().filter(|place| place.script == script);
    let mut seen = offsets.filter_map(|place| {
        let scope = code.outline.scope_around_function(code.offset(place.position?)?)?;
        code.outline.resolve(name, scope)
    });
    let declared = seen.next().or_else(|| code.outline.declarations_of(name).first().copied())?;
    if !code.is_own_at(declared) {
        return None;
    }
    let steps = steps(graph, &path[last + 1..]);
    Some(code.of_variable(name, declared, &steps))
}

/// The lines of a property of the global object, or of all its properties if the path ends there.
fn of_global(snapshot: &Snapshot, path: &[EdgeIndex], options: &SourceOptions) -> Option<SourceFinding> {
    let graph = snapshot.graph();
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
    let steps = named.map_or_else(Vec::new, |at| steps(graph, &path[at + 1..]));
    scripts_near(snapshot, path).into_iter().find_map(|script| {
        let code = Code::find(snapshot, script, options)?;
        Some(code.of_global(name, &steps)).filter(|found| !found.grows.is_empty())
    })
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

/// The same of a place, which in a bundle may be a package's.
fn is_own_place(snapshot: &Snapshot, place: Place) -> bool {
    is_own(snapshot, place.script) && original(snapshot, place).is_none_or(|original| original.is_own())
}

/// Where the functions, or the classes of the objects, among `entries` stand; else those of what they keep
/// or of what keeps them.
fn of_entries(snapshot: &Snapshot, entries: &[NodeIndex], options: &SourceOptions) -> Option<SourceFinding> {
    let own_place = |node: NodeIndex| {
        place(snapshot, node).filter(|place| place.position.is_some() && is_own_place(snapshot, *place))
    };
    let mut own: Vec<Place> = entries.iter().filter_map(|&node| own_place(node)).collect();
    if own.is_empty() {
        own.extend(entries.iter().take(EXAMPLES).find_map(|&node| place_of_kept(snapshot, node)));
    }
    if own.is_empty() {
        let holders =
            entries.iter().take(EXAMPLES).flat_map(|&node| snapshot.strong_holders(node).take(HOLDERS));
        own.extend(holders.into_iter().find_map(own_place));
    }
    own.dedup();
    own.truncate(LINES);
    let text = script_text(snapshot, own.first()?.script, options);
    let lines = text.as_ref().map(|text| Lines::new(&text.text));
    let line_text = |place: &Place| Some(cut(lines.as_ref()?.line(place.position?.line)?));
    let script = own[0].script;
    own.retain(|place| place.script == script);
    let mapped = SourceMaps::of(snapshot).and_then(|maps| maps.state(snapshot, script));
    let grows = own.iter().map(|&place| {
        let mapped = mapped.as_ref().zip(place.position);
        let written = mapped.and_then(|(mapped, position)| mapped.written(mapped.in_text(position)?));
        let original_line = written.as_ref().map(|written| cut(written.line().unwrap_or_default()));
        let text = original_line.or_else(|| line_text(&place)).unwrap_or_default();
        CodeLine { place, original: written.map(|written| written.original()), text }
    });
    Some(SourceFinding {
        variable: String::new(),
        declared: None,
        grows: grows.collect(),
        shrinks: Vec::new(),
        check: text.map_or(Check::NotChecked, |text| text.check),
    })
}

/// The place of the user's own function, else object, that is nearest below `entry`.
fn place_of_kept(snapshot: &Snapshot, entry: NodeIndex) -> Option<Place> {
    let graph = snapshot.graph();
    let mut seen = FxHashSet::from_iter([entry]);
    let mut level = vec![entry];
    let mut of_object = None;
    while !level.is_empty() && seen.len() < KEPT {
        let mut next = Vec::new();
        for edge in level.iter().flat_map(|&node| graph.edges_of(node).take(HOLDERS)) {
            let is_way = match edge.kind {
                EdgeKind::Weak => false,
                EdgeKind::Property => {
                    !matches!(edge_text(graph, edge.index), Some("__proto__" | "constructor" | "prototype"))
                }
                EdgeKind::Internal => {
                    !matches!(edge_text(graph, edge.index), Some("map" | "shared" | "previous"))
                }
                _ => true,
            };
            let kind = graph.nodes.kind(edge.target);
            let is_machinery = matches!(kind, NodeKind::CODE | NodeKind::OBJECT_SHAPE | NodeKind::SYNTHETIC);
            if !is_way || is_machinery || !seen.insert(edge.target) {
                continue;
            }
            let own = place(snapshot, edge.target)
                .filter(|place| place.position.is_some() && is_own_place(snapshot, *place));
            match own {
                Some(own) if kind == NodeKind::CLOSURE => return Some(own),
                Some(own) => of_object = of_object.or(Some(own)),
                None => next.push(edge.target),
            }
        }
        if of_object.is_some() {
            return of_object;
        }
        level = next;
    }
    None
}

/// A script's text with its tables.
struct Code {
    script: ScriptIndex,
    text: Arc<ScriptText>,
    outline: Arc<Outline>,
    mapped: Option<Arc<MappedScript>>,
}

impl Code {
    fn find(snapshot: &Snapshot, script: ScriptIndex, options: &SourceOptions) -> Option<Self> {
        let mapped = SourceMaps::of(snapshot).and_then(|maps| maps.state(snapshot, script));
        if let Some(code) = mapped.as_deref().and_then(MappedScript::generated) {
            let (text, outline) = (Arc::clone(&code.text), Arc::clone(&code.outline));
            return Some(Self { script, text, outline, mapped });
        }
        let text = Arc::new(script_text(snapshot, script, options)?);
        let outline = Arc::new(outline(&text.text, &snapshot.scripts().get(script).url).ok()?);
        Some(Self { script, text, outline, mapped })
    }

    /// Whether what is written there is the user's own, as far as a source map tells.
    fn is_own_at(&self, offset: u32) -> bool {
        let position = Lines::new(&self.text.text).position(offset as usize);
        let original = self.mapped.as_ref().and_then(|mapped| mapped.written(position));
        original.is_none_or(|written| written.original().is_own())
    }

    fn offset(&self, position: Position) -> Option<u32> {
        u32::try_from(Lines::new(&self.text.text).offset(position)?).ok()
    }

    /// A place that goes on from the variable as the path does is likelier than one that does not, if there
    /// is one.
    fn of_variable(&self, name: &str, mut declared: u32, steps: &[&str]) -> SourceFinding {
        let outline = &self.outline;
        let variable = declared;
        let is_it = |site: &&Site| {
            site.chain.root.as_deref().and_then(|root| outline.resolve(root, site.scope)) == Some(variable)
        };
        let sites = || outline.sites().iter().filter(is_it);
        let follows = |path: &[String]| {
            let named: Vec<&str> = path.iter().map(String::as_str).filter(|&step| step != ANY).collect();
            steps.first().is_none_or(|first| named.first() == Some(first))
        };
        let grows = |site: &&Site| site.action <= Action::Replaces;
        let any_follows = sites().any(|site| grows(&site) && follows(&site.chain.path));
        let mut found: Vec<(bool, bool, Action, u32)> = Vec::new();
        let mut shrinks = Vec::new();
        for site in sites().filter(|site| !any_follows || follows(&site.chain.path)) {
            match site.action {
                Action::Shrinks => shrinks.push(site.offset),
                action => found.push((
                    action == Action::Escapes,
                    outline.runs_once(site.scope),
                    action,
                    site.offset,
                )),
            }
        }
        if !any_follows && let Some(member) = steps.last() {
            let by_member = self.sites_of_member(member, Action::Replaces);
            if !by_member.is_empty() {
                declared = self.outline.members_of(member).min().unwrap_or(declared);
            }
            found.extend(by_member.into_iter().map(|offset| (false, false, Action::Grows, offset)));
        }
        found.sort_unstable();
        let grows = found.into_iter().map(|(.., offset)| offset).collect();
        self.finding(name, Some(declared), grows, shrinks)
    }

    /// Of the property `name` of the global object, written with or without that; without a name, of
    /// properties whose names are known when the code runs.
    fn of_global(&self, name: Option<&str>, steps: &[&str]) -> SourceFinding {
        let sites = self.outline.sites();
        // What follows the property, where a site is one of it.
        let rest = |site: &'_ Site| -> Option<Vec<String>> {
            let root = site.chain.root.as_deref()?;
            let declared = self.outline.resolve(root, site.scope);
            let path = &site.chain.path;
            match name {
                Some(name) if root == name => {
                    let is_outermost = declared.is_none() || declared == self.outline.resolve(root, 0);
                    is_outermost.then(|| path.clone())
                }
                _ if declared.is_some() || !GLOBALS.contains(&root) => None,
                Some(name) => path.first().filter(|&first| first == name).map(|_| path[1..].to_vec()),
                None if path.first().is_none_or(|first| first == ANY) => Some(Vec::new()),
                None => None,
            }
        };
        let is_named = |site: &Site| {
            name.is_none()
                && sites.iter().any(|other| {
                    other.offset == site.offset && other.chain.path.first().is_some_and(|step| step != ANY)
                })
        };
        let follows = |rest: &[String]| {
            let first = rest.iter().map(String::as_str).find(|&step| step != ANY);
            first.is_none() || steps.first().is_none_or(|step| first == Some(*step))
        };
        let mut grows = Vec::new();
        let (mut shrinks, mut first) = (Vec::new(), name.and_then(|name| self.outline.resolve(name, 0)));
        for site in sites {
            let Some(rest) = rest(site).filter(|rest| follows(rest)) else { continue };
            let is_assigned = rest.is_empty() && matches!(site.action, Action::Replaces | Action::Shrinks);
            if first.is_none() && is_assigned {
                first = Some(site.offset);
            }
            match site.action {
                Action::Shrinks => shrinks.push(site.offset),
                action if action <= Action::Replaces && !is_named(site) => {
                    grows.push((self.outline.runs_once(site.scope), action, site.offset));
                }
                _ => {}
            }
        }
        grows.sort_unstable();
        let grows: Vec<u32> = grows.into_iter().map(|(.., offset)| offset).collect();
        let declared = first.or_else(|| grows.first().copied());
        self.finding(name.unwrap_or("globalThis"), declared, grows, shrinks)
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
        let written = |offset: u32| self.mapped.as_ref()?.written(lines.position(offset as usize));
        let line = |offset: u32| {
            let position = lines.position(offset as usize);
            let place = Place { script: self.script, position: Some(position) };
            let written = written(offset);
            let original_line = written.as_ref().map(|written| written.line().unwrap_or_default());
            let text = original_line.or_else(|| lines.line(position.line)).map(cut).unwrap_or_default();
            CodeLine { place, original: written.map(|written| written.original()), text }
        };
        let list = |offsets: Vec<u32>| {
            let mut found: Vec<CodeLine> = Vec::new();
            for code in offsets.into_iter().map(line) {
                let is_same = |other: &CodeLine| other.line() == code.line() && other.file() == code.file();
                if found.len() < LINES && !found.iter().any(is_same) {
                    found.push(code);
                }
            }
            found
        };
        let original = declared.and_then(written).and_then(|written| written.name());
        SourceFinding {
            variable: original.unwrap_or_else(|| name.to_owned()),
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
    fn globals_are_found_with_and_without_a_declaration() {
        let of = |text: &str, name: Option<&str>| {
            let outline = outline(text, "x.js").unwrap();
            let text = ScriptText { text: text.into(), is_whole: true, check: Check::SameText, path: None };
            let (text, outline) = (Arc::new(text), Arc::new(outline));
            let code = Code { script: ScriptIndex::default(), text, outline, mapped: None };
            let found = code.of_global(name, &[]);
            let line = |code: &CodeLine| code.place.position.unwrap().line;
            (found.declared.as_ref().map(line), found.grows.iter().map(line).collect::<Vec<_>>())
        };
        assert_eq!(of("seen = [];\nfunction f() {\n  seen.push(1);\n}", Some("seen")), (Some(1), vec![3]));
        assert_eq!(
            of("window.all = {};\nfunction f(k) {\n  all[k] = 1;\n}", Some("all")),
            (Some(1), vec![3])
        );
        let text = "function f(i) {\n  globalThis.one = i;\n  globalThis['result_' + i] = i;\n}";
        assert_eq!(of(text, None), (Some(3), vec![3]));
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
