//! Everything about one object on one card: its kind, text, entries, fields, variables and prototypes, and
//! the function that allocated it.

use crate::base::{Cancelled, NodeIndex, Progress};
use crate::graph::{Edge, EdgeKind, EdgeName, NodeKind};
use crate::model::format;
use crate::model::format::code_place::{CodePlace, named_spans};
use crate::model::format::javascript_path::JavaScriptPath;
use crate::model::format::object_text::{edge_label, span};
use crate::model::format::primitive_value::{primitive, value_spans};
use crate::model::glossary;
use crate::model::object::collection_entries::{Collection, entries, entry_spans};
use crate::model::table::column::{DISTANCE, RETAINED, SHALLOW};
use crate::model::table::{ColumnSpec, Span, Tone};
use crate::snapshot::scripts::Script;
use crate::snapshot::{SizeMode, Snapshot};
use crate::source::captured::{CapturedVariable, captured_variables};
use crate::source::text::SourceOptions;

/// Maximum number of lines in a section.
const LINES: usize = 2000;
/// Maximum length of a chain of scopes or prototypes.
const CHAIN: usize = 30;

/// What is said of a variable that nobody reads.
pub(crate) const UNREAD: &str = "kept for nothing: no living function reads it";

/// An object, ready to draw.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectCard {
    /// Its name and id.
    pub title: Vec<Span>,
    /// Its facts, one per line.
    pub facts: Vec<Fact>,
    /// The text of a string, as far as the snapshot contains it.
    pub text: Option<String>,
    /// The shortest path to it.
    pub way: PathTexts,
    /// Lists, the most relevant first.
    pub sections: Vec<Section>,
}

/// The shortest path from a root, formatted for the clipboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathTexts {
    /// In one line of JavaScript; empty if only V8 knows it.
    pub code: String,
    /// With all its steps.
    pub markdown: String,
}

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub label: &'static str,
    /// Its text.
    pub value: String,
    /// Tooltip.
    pub hover: Option<String>,
}

/// A list.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// What is listed.
    pub title: &'static str,
    /// Total number of lines.
    pub count: usize,
    /// The first lines.
    pub lines: Vec<Line>,
}

/// A line of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The field's name.
    pub name: Span,
    /// Its value.
    pub value: Vec<Span>,
    /// Retained size of the value, once it is known.
    pub retained: Option<u64>,
    /// The object to go to.
    pub object: Option<NodeIndex>,
    /// Whether it is a variable that alone keeps its value, and that no living function reads.
    pub is_unread: bool,
}

/// The input of a card.
struct Card<'a> {
    snapshot: &'a Snapshot,
    mode: SizeMode,
    node: NodeIndex,
}

impl ObjectCard {
    /// Reads the edges of the object, of its scopes and prototypes, and along the shortest path to it.
    pub fn find(
        snapshot: &Snapshot,
        mode: SizeMode,
        node: NodeIndex,
        progress: &Progress,
    ) -> Result<Self, Cancelled> {
        let path = JavaScriptPath::find(snapshot, node, progress)?;
        snapshot.scripts();
        let place = CodePlace::find(snapshot, node);
        let card = Card { snapshot, mode, node };
        let sections = [
            card.entries(),
            card.section("Variables", card.variables()),
            card.section("Properties", card.fields(|edge, name| is_property(edge) && name != "__proto__")),
            card.section("Prototype chain", card.prototypes()),
            card.section("Links of V8", card.fields(|edge, _| !is_property(edge) && !is_entry(edge))),
            card.section("Allocated by", card.stack()),
        ];
        progress.check()?;
        Ok(Self {
            title: named_spans(snapshot, node, place.as_ref()),
            facts: card.facts(&path),
            way: PathTexts { code: path.text().to_owned(), markdown: path.markdown(snapshot) },
            text: snapshot.graph().nodes.kind(node).is_string().then(|| snapshot.display_name(node).into()),
            sections: sections.into_iter().flatten().filter(|section| section.count > 0).collect(),
        })
    }
}

fn is_property(edge: &Edge) -> bool {
    edge.kind == EdgeKind::Property
}

fn is_entry(edge: &Edge) -> bool {
    matches!(edge.kind, EdgeKind::Element | EdgeKind::Context)
}

impl Card<'_> {
    fn facts(&self, path: &JavaScriptPath) -> Vec<Fact> {
        let Self { snapshot, mode, node } = *self;
        let graph = snapshot.graph();
        let kind = graph.nodes.kind(node);
        let mut facts = Vec::new();
        let mut fact = |label, value: String, hover| facts.push(Fact { label, value, hover });
        if let Some(value) = primitive(snapshot, node) {
            fact("Value", format::sanitize(&value, 300), None);
        }
        let class = snapshot.classes().name(snapshot.class_of(node));
        fact("Constructor", format::sanitize(class, 300), glossary::explain(class).map(str::to_owned));
        fact("Kind", graph.nodes.kind_name(kind).to_owned(), Some("V8's own word for what it is".into()));
        let shallow = snapshot.shallow(mode, node);
        let exact =
            |bytes, column: ColumnSpec| Some(format!("{}\n{}", format::exact_bytes(bytes), column.help));
        fact("Shallow size", format::format_size(shallow), exact(shallow, SHALLOW));
        if let Some(retained) = snapshot.retained(mode, node) {
            fact("Retained size", format::format_size(retained), exact(retained, RETAINED));
        }
        if let Some(distance) = snapshot.distance(node).shown() {
            let help = DISTANCE.help.to_owned();
            fact("Distance", format::format_count(u64::from(distance)), Some(help));
        }
        if kind.is_string() {
            let length = snapshot.display_name(node).chars().count();
            let hover = "V8 writes the first 1,024 characters of long strings".to_owned();
            fact("Length", format::format_count(u64::try_from(length).unwrap_or(u64::MAX)), Some(hover));
        }
        if let Some(location) = self.location() {
            fact("Script", location, Some("Script, line and column of the function".into()));
        }
        if !path.owner().is_empty() {
            fact("Path", format::sanitize(path.owner(), 300), Some(format::sanitize(path.text(), 3000)));
        }
        facts
    }

    /// The source position of the function, or of the function that created the object.
    fn location(&self) -> Option<String> {
        let graph = self.snapshot.graph();
        let location = graph.locations.get(self.node)?;
        let name = match self.script() {
            Some(script) if !script.url.is_empty() => format::sanitize(&script.url, 300),
            _ => format!("script {}", location.script_id),
        };
        let position = location.position();
        Some(position.map_or_else(|| name.clone(), |(line, column)| format!("{name}:{line}:{column}")))
    }

    /// The script of the object's location.
    fn script(&self) -> Option<&Script> {
        let scripts = self.snapshot.scripts();
        scripts.of(self.snapshot.graph(), self.node).map(|script| scripts.get(script))
    }

    fn section(&self, title: &'static str, (count, lines): (usize, Vec<Line>)) -> Option<Section> {
        Some(Section { title, count, lines })
    }

    fn entries(&self) -> Option<Section> {
        let (collection, entries) = entries(self.snapshot, self.node)?;
        let line = |entry: &crate::model::object::collection_entries::CollectionEntry| Line {
            name: span(format!("[{}]", entry.at), Tone::Property),
            value: entry_spans(self.snapshot, collection, entry),
            retained: entry.value.and_then(|node| self.snapshot.retained(self.mode, node)),
            object: entry.value.or(entry.key),
            is_unread: false,
        };
        let title = match collection {
            Collection::Elements => "Elements",
            Collection::Map => "Entries",
            Collection::Set => "Members",
        };
        Some(Section { title, count: entries.len(), lines: entries.iter().take(LINES).map(line).collect() })
    }

    fn name(&self, edge: &Edge) -> String {
        edge_label(edge.kind, self.snapshot.edge_name(edge.index))
    }

    fn line(&self, name: Span, node: NodeIndex) -> Line {
        Line {
            name,
            value: value_spans(self.snapshot, node),
            retained: self.snapshot.retained(self.mode, node),
            object: Some(node),
            is_unread: false,
        }
    }

    /// The requested fields, in file order.
    fn fields(&self, is_wanted: impl Fn(&Edge, &str) -> bool) -> (usize, Vec<Line>) {
        let graph = self.snapshot.graph();
        let text = |edge: &Edge| match edge.name {
            EdgeName::Text(name) => graph.text(name),
            EdgeName::Number(_) => "",
        };
        let wanted = || graph.edges_of(self.node).filter(|edge| is_wanted(edge, text(edge)));
        let tone = |edge: &Edge| if is_property(edge) { Tone::Property } else { Tone::Internal };
        let line = |edge: Edge| self.line(span(self.name(&edge), tone(&edge)), edge.target);
        (wanted().count(), wanted().take(LINES).map(line).collect())
    }

    /// The variables that a function can use, or those of a scope, the nearest first.
    fn variables(&self) -> (usize, Vec<Line>) {
        let graph = self.snapshot.graph();
        let own = graph.nodes.kind(self.node) == NodeKind::CLOSURE;
        let first = if own { graph.internal_target(self.node, "context") } else { Some(self.node) };
        let scopes = std::iter::successors(first, |&scope| graph.internal_target(scope, "previous"));
        let options = SourceOptions::of(self.snapshot);
        let mut lines = Vec::new();
        let mut count = 0;
        for scope in scopes.take(CHAIN) {
            for variable in captured_variables(self.snapshot, scope, self.mode, &options) {
                count += 1;
                if lines.len() < LINES {
                    lines.push(self.variable(&variable));
                }
            }
        }
        (count, lines)
    }

    fn variable(&self, variable: &CapturedVariable<'_>) -> Line {
        let edge = self.snapshot.graph().edges.get(variable.edge);
        let mut line = self.line(span(self.name(&edge), Tone::Property), variable.value);
        line.is_unread = variable.is_unread;
        if variable.is_unread {
            line.value.push(span(format!(", {UNREAD}"), Tone::Grown));
        }
        line
    }

    fn prototypes(&self) -> (usize, Vec<Line>) {
        let graph = self.snapshot.graph();
        let prototype = |&node: &NodeIndex| {
            let is_prototype = |edge: &Edge| {
                is_property(edge)
                    && matches!(edge.name, EdgeName::Text(name) if graph.text(name) == "__proto__")
            };
            graph.edges_of(node).find(is_prototype).map(|edge| edge.target)
        };
        let chain = std::iter::successors(prototype(&self.node), prototype).take(CHAIN);
        let lines: Vec<Line> = chain.map(|node| self.line(span("__proto__", Tone::Property), node)).collect();
        (lines.len(), lines)
    }

    fn stack(&self) -> (usize, Vec<Line>) {
        let graph = self.snapshot.graph();
        if graph.nodes.trace_node(self.node) == 0 {
            return (0, Vec::new());
        }
        let Some(allocations) = self.snapshot.allocations() else { return (0, Vec::new()) };
        let lines: Vec<Line> = allocations
            .stack(graph, self.node)
            .into_iter()
            .map(|function| {
                let place =
                    format!(" {}:{}", format::sanitize(graph.text(function.script_name), 200), function.line);
                Line {
                    name: span(format::sanitize(graph.text(function.name), 200), Tone::Function),
                    value: vec![span(place, Tone::Quiet)],
                    retained: None,
                    object: None,
                    is_unread: false,
                }
            })
            .collect();
        (lines.len(), lines)
    }
}
