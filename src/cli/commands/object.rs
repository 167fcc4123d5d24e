//! `heaplens object`: one object, what it holds, what holds it, and the path to it.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use crate::base::{NodeIndex, ObjectId, Progress};
use crate::cli::args::{JsonArgs, object_id};
use crate::cli::commands::RunCommand;
use crate::cli::load::{Verbosity, load_for};
use crate::cli::output::json;
use crate::cli::output::location::Location;
use crate::cli::output::text_table::{DEFAULT_LIMIT, TextTable};
use crate::cli::{Failure, Outcome};
use crate::model::format::{NONE, format_count, format_size, plain_spaces, sanitize};
use crate::model::{EdgeEnd, Fact, Line, ObjectCard, ObjectDetails, edge_label, object_label};
use crate::snapshot::{SizeMode, Snapshot};
use crate::source::maps::original;
use crate::source::places::place;

/// Print one object: its fields, what holds it, and the shortest path to it.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  heaplens object app.heapsnapshot @85127")]
pub(crate) struct ObjectArgs {
    /// The snapshot; - reads standard input.
    file: PathBuf,
    /// The object's id, as every list shows it.
    #[arg(value_name = "@ID", value_parser = object_id)]
    id: ObjectId,
    /// How many fields and retainers are printed.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Whose shallow sizes.
    #[arg(long, value_enum, default_value_t)]
    sizes: SizeMode,
    /// How to print it.
    #[command(flatten)]
    output: JsonArgs,
}

impl RunCommand for ObjectArgs {
    fn run(&self, out: &mut dyn Write) -> Result<Outcome, Failure> {
        print(self, out)?;
        Ok(Outcome::Done)
    }

    fn schema() -> Option<Schema> {
        Some(schema_for!(Output<'_>))
    }
}

#[derive(Serialize, JsonSchema)]
struct Output<'a> {
    /// Its id.
    id: u64,
    /// V8's word for what it is.
    kind: &'a str,
    /// Its name as Chrome prints it; of a string, its text.
    name: Cow<'a, str>,
    /// Its constructor.
    class: &'a str,
    /// Key of the constructor; distinguishes two constructors of one name.
    key: String,
    /// Bytes of the object itself.
    shallow: u64,
    /// Bytes that would be freed with it.
    retained: u64,
    /// Distance from the root as Chrome's raw number; `null` if it is not reached.
    distance: Option<i32>,
    /// 0 unknown, 1 attached to a document, 2 detached.
    detachedness: u8,
    /// The id of its immediate dominator; the root's is its own.
    dominator: u64,
    /// Its source position.
    location: Option<Location>,
    /// The ids of all its dominators, nearest first.
    dominators: Vec<u64>,
    /// The objects it refers to, by retained size.
    children: List<'a>,
    /// The objects that refer to it, by distance.
    retainers: List<'a>,
    /// The shortest path from the root to it.
    path: Vec<Step<'a>>,
    /// The name of the variable or property that holds it, as JavaScript.
    expression: Option<&'a str>,
    /// The whole path as JavaScript.
    path_as_code: Option<&'a str>,
    /// The facts in the window's object pane.
    facts: Vec<OutputFact<'a>>,
    /// The lists of the window's object pane.
    sections: Vec<OutputSection<'a>>,
}

/// A fact about an object.
#[derive(Serialize, JsonSchema)]
struct OutputFact<'a> {
    /// What is known.
    label: &'a str,
    /// Its value as text.
    value: String,
}

/// A list of what an object holds.
#[derive(Serialize, JsonSchema)]
struct OutputSection<'a> {
    /// What is listed.
    title: &'a str,
    /// Number of all lines.
    count: usize,
    /// The first lines.
    lines: Vec<OutputLine<'a>>,
}

/// A field, variable, entry or caller.
#[derive(Serialize, JsonSchema)]
struct OutputLine<'a> {
    /// Its name.
    name: &'a str,
    /// Its value as text.
    value: String,
    /// Bytes that the value retains.
    retained: Option<u64>,
    /// The id of the value.
    id: Option<u64>,
    /// Whether it is a variable that alone keeps its value, and that no living function reads.
    is_unread: bool,
}

/// Objects at one end of the references of the other.
#[derive(Serialize, JsonSchema)]
struct List<'a> {
    /// Number of all rows.
    total: usize,
    /// The first rows.
    rows: Vec<ListRow<'a>>,
}

/// A reference and the object at its other end.
#[derive(Serialize, JsonSchema)]
struct ListRow<'a> {
    #[serde(flatten)]
    step: Step<'a>,
    /// Bytes of the object itself.
    shallow: u64,
    /// Bytes that would be freed with it.
    retained: u64,
    /// Distance from the root as Chrome's raw number; `null` if it is not reached.
    distance: Option<i32>,
}

/// A reference and the object at its other end.
#[derive(Serialize, JsonSchema)]
struct Step<'a> {
    /// Name or number of the reference.
    edge: json::EdgeName<'a>,
    /// V8's word for the kind of reference.
    edge_kind: json::KindName,
    /// The object's id.
    id: u64,
    /// The object's name.
    name: Cow<'a, str>,
    /// Where its code stands.
    location: Option<Location>,
}

/// One object of a snapshot: the card of the window's object pane, and its edges for the lists of the command.
struct ObjectReport<'a> {
    snapshot: &'a Snapshot,
    mode: SizeMode,
    card: ObjectCard,
    details: ObjectDetails,
}

/// Prints the object.
fn print(args: &ObjectArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mode = args.sizes;
    let snapshot = load_for(&args.file, mode, Verbosity::from_quiet_flag(args.output.quiet))?;
    let Some(node) = snapshot.find(args.id) else {
        return Err(Failure::Argument(format!("there is no object {} in {}", args.id, args.file.display())));
    };
    let report = ObjectReport {
        snapshot: &snapshot,
        mode,
        card: ObjectCard::find(&snapshot, mode, node, &Progress::new())?,
        details: ObjectDetails::new(&snapshot, mode, node),
    };
    if args.output.json {
        json::write(out, &report.output(args.limit.unwrap_or(usize::MAX)))
    } else {
        Ok(report.print_text(args.limit.unwrap_or(DEFAULT_LIMIT), out)?)
    }
}

impl<'a> ObjectReport<'a> {
    fn retained(&self, node: NodeIndex) -> u64 {
        self.snapshot.retained(self.mode, node).unwrap_or(0)
    }

    fn step(&self, link: EdgeEnd) -> Step<'a> {
        Step {
            edge: json::EdgeName(self.snapshot.edge_name(link.edge)),
            edge_kind: json::KindName(self.snapshot.graph().edges.kind(link.edge)),
            id: self.snapshot.id(link.node).0,
            name: self.snapshot.display_name(link.node),
            location: Location::of(self.snapshot, link.node),
        }
    }

    /// The path from the root.
    fn steps(&self) -> impl Iterator<Item = EdgeEnd> + '_ {
        self.details.path.steps.iter().map(|step| EdgeEnd { edge: step.edge, node: step.node })
    }

    fn list(&self, links: &[EdgeEnd], limit: usize) -> List<'a> {
        let row = |&link: &EdgeEnd| ListRow {
            step: self.step(link),
            shallow: self.snapshot.shallow(self.mode, link.node),
            retained: self.retained(link.node),
            distance: self.snapshot.distance(link.node).raw(),
        };
        List { total: links.len(), rows: links.iter().take(limit).map(row).collect() }
    }

    fn sections(&self, limit: usize) -> impl Iterator<Item = OutputSection<'_>> {
        self.card.sections.iter().map(move |section| OutputSection {
            title: section.title,
            count: section.count,
            lines: section.lines.iter().take(limit).map(|line| self.line(line)).collect(),
        })
    }

    fn line<'b>(&self, line: &'b Line) -> OutputLine<'b> {
        OutputLine {
            name: &line.name.text,
            value: line.value.iter().map(|span| span.text.as_str()).collect(),
            retained: line.retained,
            id: line.object.map(|node| self.snapshot.id(node).0),
            is_unread: line.is_unread,
        }
    }

    fn output(&self, limit: usize) -> Output<'_> {
        let Self { snapshot, mode, ref details, .. } = *self;
        let node = details.node;
        let class = snapshot.class_of(node);
        let fact = |fact: &Fact| OutputFact { label: fact.label, value: plain_spaces(&fact.value) };
        Output {
            id: snapshot.id(node).0,
            kind: snapshot.graph().nodes.kind_name(snapshot.graph().nodes.kind(node)),
            name: snapshot.display_name(node),
            class: snapshot.classes().name(class),
            key: snapshot.classes().key(class),
            shallow: snapshot.shallow(mode, node),
            retained: self.retained(node),
            distance: snapshot.distance(node).raw(),
            detachedness: snapshot.detachedness(node) as u8,
            dominator: snapshot.id(snapshot.dominator(node).unwrap_or(node)).0,
            location: Location::of(snapshot, node),
            dominators: details.dominators.iter().map(|&node| snapshot.id(node).0).collect(),
            children: self.list(&details.children, limit),
            retainers: self.list(&details.retainers, limit),
            path: self.steps().map(|link| self.step(link)).collect(),
            expression: details.path.expression(snapshot),
            path_as_code: Some(details.path.text()).filter(|text| !text.is_empty()),
            facts: self.card.facts.iter().map(fact).collect(),
            sections: self.sections(limit).collect(),
        }
    }

    fn print_text(&self, limit: usize, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", self.label(self.details.node))?;
        let is_printed = |fact: &&Fact| fact.label != "Script";
        for Fact { label, value, .. } in self.card.facts.iter().filter(is_printed) {
            print_fact(label, value, out)?;
        }
        self.print_code(out)?;
        self.print_path(out)?;
        self.print_retainers(limit, out)?;
        for section in self.sections(limit) {
            print_section(&section, out)?;
        }
        writeln!(out, "\nFreed with")?;
        for &dominator in &self.details.dominators {
            writeln!(out, "  {}", self.label(dominator))?;
        }
        Ok(())
    }

    /// Its source position: in the original source if a map leads to one, and in the script.
    fn print_code(&self, out: &mut dyn Write) -> io::Result<()> {
        let Some(place) = place(self.snapshot, self.details.node) else { return Ok(()) };
        print_fact("Code", &place.full_text(self.snapshot), out)?;
        let Some(original) = original(self.snapshot, place) else { return Ok(()) };
        if let Some(name) = &original.name {
            print_fact("Original name", name, out)?;
        }
        print_fact("Generated", &place.generated_text(self.snapshot), out)
    }

    fn print_path(&self, out: &mut dyn Write) -> io::Result<()> {
        const LIMIT: usize = 1000;
        let code = sanitize(self.details.path.text(), LIMIT);
        let colon = if code.is_empty() { "" } else { ": " };
        writeln!(out, "\nPath from the root{colon}{code}")?;
        for link in self.steps() {
            writeln!(out, "  {} → {}", self.edge(link), self.label(link.node))?;
        }
        if self.details.path.steps.is_empty() {
            writeln!(out, "  none")?;
        }
        Ok(())
    }

    fn print_retainers(&self, limit: usize, out: &mut dyn Write) -> io::Result<()> {
        let links = &self.details.retainers;
        writeln!(out, "\nHeld by {}", format_count(links.len() as u64))?;
        if links.is_empty() {
            return Ok(());
        }
        let mut table = TextTable::new(&["Retained size", "Shallow size", "Distance", "Object"]);
        for &link in links.iter().take(limit) {
            let distance = self.snapshot.distance(link.node).shown();
            let numbers = [
                format_size(self.retained(link.node)),
                format_size(self.snapshot.shallow(self.mode, link.node)),
                distance.map_or_else(|| NONE.to_owned(), |distance| format_count(u64::from(distance))),
            ];
            table.row(numbers, &format!("{} in {}", self.edge(link), self.label(link.node)));
        }
        table.print(out, links.len().saturating_sub(limit))
    }

    fn edge(&self, link: EdgeEnd) -> String {
        edge_label(self.snapshot.graph().edges.kind(link.edge), self.snapshot.edge_name(link.edge))
    }

    fn label(&self, node: NodeIndex) -> String {
        format!("{} {}", object_label(self.snapshot, node), self.snapshot.id(node))
    }
}

fn print_fact(label: &str, value: &str, out: &mut dyn Write) -> io::Result<()> {
    const LIMIT: usize = 360;
    writeln!(out, "  {label:<14} {}", sanitize(&plain_spaces(value), LIMIT))
}

fn print_section(section: &OutputSection<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{} {}", section.title, format_count(section.count as u64))?;
    let mut table = TextTable::new(&["Retained size", "Value"]);
    for line in &section.lines {
        let retained = line.retained.map_or_else(|| NONE.to_owned(), format_size);
        table.row([retained], &format!("{}: {}", line.name, line.value));
    }
    table.print(out, section.count - section.lines.len())
}
