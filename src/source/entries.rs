//! Where new entries were made and put in: what the code says if no variable is known.

use rustc_hash::FxHashSet;

use crate::base::NodeIndex;
use crate::graph::{EdgeKind, EdgeName, Graph, NodeKind};
use crate::snapshot::Snapshot;
use crate::snapshot::scripts::ScriptIndex;
use crate::source::code::Code;
use crate::source::finding::{CodeLine, LINES, Offsets, SourceFinding, cut};
use crate::source::lines::Lines;
use crate::source::maps::SourceMaps;
use crate::source::outline::{Action, Site, Value};
use crate::source::places::{Place, Position, place};
use crate::source::text::{Check, SourceOptions, script_text};
use crate::source::variable_lines::{is_own, is_own_place};

/// New entries that are looked at.
const EXAMPLES: usize = 64;
/// New entries whose neighbours are looked at.
const NEAR: usize = 8;
/// Objects below a new entry that are looked at.
const KEPT: usize = 400;
/// Neighbours of one object that are looked at.
const HOLDERS: usize = 64;
/// Classes whose name says nothing about the code.
const COMMON: [&str; 10] =
    ["Object", "Array", "Map", "Set", "Promise", "Timeout", "ArrayBuffer", "Uint8Array", "Error", "Date"];

/// What the new entries are, as far as the code can tell.
#[derive(Default)]
pub(super) struct Newcomers {
    functions: Vec<(ScriptIndex, Position)>,
    classes: Vec<String>,
    literals: Vec<Vec<String>>,
}

impl Newcomers {
    /// Looks at some of them.
    pub(super) fn new(snapshot: &Snapshot, entries: &[NodeIndex]) -> Self {
        let graph = snapshot.graph();
        let mut found = Self::default();
        for &node in entries.iter().take(EXAMPLES) {
            let name = graph.raw_name(node);
            match graph.nodes.kind(node) {
                NodeKind::CLOSURE => {
                    let own = place(snapshot, node).filter(|place| is_own(snapshot, place.script));
                    found.functions.extend(own.and_then(|place| Some((place.script, place.position?))));
                }
                NodeKind::OBJECT if name == "Object" => {
                    let keys: Vec<String> = keys(graph, node).map(str::to_owned).collect();
                    if !keys.is_empty() {
                        add_new(&mut found.literals, keys);
                    }
                }
                NodeKind::OBJECT if !COMMON.contains(&name) && !name.starts_with("system / ") => {
                    add_new(&mut found.classes, name.to_owned());
                }
                _ => {}
            }
        }
        found
    }

    /// Whether the code puts one of them in at this site.
    pub(super) fn are_put_in(&self, code: &Code, site: &Site) -> bool {
        site.values.iter().any(|value| self.has(code, value))
    }

    fn has(&self, code: &Code, value: &Value) -> bool {
        match value {
            Value::New(class) => self.classes.contains(class),
            Value::Function(start) => self
                .functions
                .iter()
                .any(|&(script, at)| script == code.script && code.offset(at) == Some(*start)),
            Value::Literal(keys) => {
                self.literals.iter().any(|known| known.iter().all(|key| keys.contains(key)))
            }
            Value::Variable(_) => false,
        }
    }

    fn scripts(&self) -> impl Iterator<Item = ScriptIndex> {
        self.functions.iter().map(|&(script, _)| script)
    }
}

fn add_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// Properties of a plain object that lead to something.
fn keys(graph: &Graph, node: NodeIndex) -> impl Iterator<Item = &str> {
    graph.edges_of(node).filter_map(|edge| match (edge.kind, edge.name) {
        (EdgeKind::Property, EdgeName::Text(name)) => {
            Some(graph.text(name)).filter(|&name| name != "__proto__")
        }
        _ => None,
    })
}

/// Where the code puts in what came, or makes it, or else where its functions and classes stand.
pub(super) fn lines_of_entries(
    snapshot: &Snapshot,
    entries: &[NodeIndex],
    near: &[ScriptIndex],
    options: &SourceOptions,
) -> Option<SourceFinding> {
    let newcomers = Newcomers::new(snapshot, entries);
    let mut scripts: Vec<ScriptIndex> = Vec::new();
    for script in newcomers.scripts().chain(near.iter().copied()) {
        if !scripts.contains(&script) {
            scripts.push(script);
        }
    }
    let codes = || scripts.iter().filter_map(|&script| Code::find(snapshot, script, options));
    codes()
        .find_map(|code| put_in(&code, &newcomers))
        .or_else(|| codes().find_map(|code| made(&code, &newcomers)))
        .or_else(|| of_places(snapshot, entries, options))
}

/// Sites that put in what came.
fn put_in(code: &Code, newcomers: &Newcomers) -> Option<SourceFinding> {
    let outline = &code.outline;
    let mut sites: Vec<&Site> = outline
        .sites()
        .iter()
        .filter(|site| site.action < Action::Shrinks && newcomers.are_put_in(code, site))
        .collect();
    sites.sort_by_key(|site| (site.action, outline.runs_once(site.scope), site.offset));
    let first = sites.first()?;
    let is_holder = |site: &&Site| site.action == first.action && site.chain == first.chain;
    let grows: Vec<u32> =
        sites.iter().copied().filter(|site| is_holder(site)).map(|site| site.offset).collect();
    let adds = first.action <= Action::Replaces;
    let variable = outline.variable_of(first);
    let declared = match first.chain.path.last().filter(|_| adds) {
        Some(member) => code.declared_member(member, variable, first.class.as_deref()).or(variable),
        None => variable.filter(|_| adds),
    };
    let name = first.chain.path.last().or(first.chain.root.as_ref()).filter(|_| adds);
    let name = name.map(String::as_str).unwrap_or_default();
    Some(code.finding(name, Offsets { declared, grows, shrinks: Vec::new() }))
}

/// Calls that what came is handed to, and where `new` makes it.
fn made(code: &Code, newcomers: &Newcomers) -> Option<SourceFinding> {
    let handed = code.outline.handed().iter();
    let handed = handed.filter(|(_, value)| newcomers.has(code, value)).map(|&(offset, _)| offset);
    let news = newcomers.classes.iter().flat_map(|class| code.outline.news_of(class));
    let grows: Vec<u32> = handed.chain(news).collect();
    if grows.is_empty() {
        return None;
    }
    Some(code.finding("", Offsets { grows, ..Offsets::default() }))
}

/// Where the functions, or the classes of the objects, among `entries` stand; else those of what they keep
/// or of what keeps them.
fn of_places(snapshot: &Snapshot, entries: &[NodeIndex], options: &SourceOptions) -> Option<SourceFinding> {
    let own_place = |node: NodeIndex| {
        place(snapshot, node).filter(|place| place.position.is_some() && is_own_place(snapshot, *place))
    };
    let mut own: Vec<Place> = entries.iter().filter_map(|&node| own_place(node)).collect();
    if own.is_empty() {
        own.extend(entries.iter().take(NEAR).find_map(|&node| place_of_kept(snapshot, node)));
    }
    if own.is_empty() {
        let holders = entries.iter().take(NEAR).flat_map(|&node| snapshot.strong_holders(node).take(HOLDERS));
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
    let name = |edge: &EdgeName| match edge {
        EdgeName::Text(text) => graph.text(*text),
        EdgeName::Number(_) => "",
    };
    while !level.is_empty() && seen.len() < KEPT {
        let mut next = Vec::new();
        for edge in level.iter().flat_map(|&node| graph.edges_of(node).take(HOLDERS)) {
            let is_way = match edge.kind {
                EdgeKind::Weak => false,
                EdgeKind::Property => !matches!(name(&edge.name), "__proto__" | "constructor" | "prototype"),
                EdgeKind::Internal => !matches!(name(&edge.name), "map" | "shared" | "previous"),
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
