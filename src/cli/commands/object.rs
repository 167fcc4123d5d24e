//! `heaplens object`: one object, what it holds, who holds it, and the way to it.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use crate::base::{NodeIndex, ObjectId};
use crate::cli::args::{JsonArgs, Sizes, object_id};
use crate::cli::commands::RunCommand;
use crate::cli::load::{Verbosity, load_for};
use crate::cli::output::json;
use crate::cli::output::source_json::OriginalLocation;
use crate::cli::output::text_table::{DEFAULT_LIMIT, TextTable};
use crate::cli::{Failure, Outcome};
use crate::model::format::{NONE, count, exact_bytes, sanitize, size};
use crate::model::{Link, ObjectDetails, edge_label, object_label};
use crate::snapshot::{SizeMode, Snapshot};
use crate::source::maps::original;
use crate::source::places::place;

/// Characters of a text that fills a line.
const LINE: usize = 360;

/// Print one object: its fields, who holds it, and the shortest path to it.
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
    sizes: Sizes,
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
        Some(schema_for!(Answer<'_>))
    }
}

#[derive(Serialize, JsonSchema)]
struct Answer<'a> {
    id: u64,
    kind: &'a str,
    name: &'a str,
    class: &'a str,
    key: String,
    shallow: u64,
    retained: u64,
    distance: Option<i32>,
    detachedness: u8,
    dominator: u64,
    location: Option<Location<'a>>,
    dominators: Vec<u64>,
    children: List<'a>,
    retainers: List<'a>,
    path: Vec<Step<'a>>,
    expression: Option<&'a str>,
    path_as_code: Option<&'a str>,
}

#[derive(Serialize, JsonSchema)]
struct Location<'a> {
    url: &'a str,
    script_id: Option<u32>,
    line: Option<u32>,
    column: Option<u32>,
    original: Option<OriginalLocation>,
}

#[derive(Serialize, JsonSchema)]
struct List<'a> {
    total: usize,
    rows: Vec<ListRow<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct ListRow<'a> {
    #[serde(flatten)]
    step: Step<'a>,
    shallow: u64,
    retained: u64,
    distance: Option<i32>,
}

#[derive(Serialize, JsonSchema)]
struct Step<'a> {
    edge: json::EdgeName<'a>,
    edge_kind: json::KindName,
    id: u64,
    name: std::borrow::Cow<'a, str>,
}

/// A snapshot as one mode of sizes sees it.
#[derive(Clone, Copy)]
struct Looking<'a> {
    snapshot: &'a Snapshot,
    mode: SizeMode,
}

/// Prints the object.
fn print(args: &ObjectArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mode: SizeMode = args.sizes.into();
    let snapshot = load_for(&args.file, mode, Verbosity::unless(args.output.quiet))?;
    let Some(node) = snapshot.find(args.id) else {
        return Err(Failure::Argument(format!("there is no object {} in {}", args.id, args.file.display())));
    };
    let details = ObjectDetails::new(&snapshot, mode, node);
    let looking = Looking { snapshot: &snapshot, mode };
    if args.output.json {
        looking.print_json(&details, args.limit.unwrap_or(usize::MAX), out)
    } else {
        looking.print_text(&details, args.limit.unwrap_or(DEFAULT_LIMIT), out)
    }
}

impl<'a> Looking<'a> {
    fn id(self, node: NodeIndex) -> u64 {
        self.snapshot.graph().nodes.id(node)
    }

    fn retained(self, node: NodeIndex) -> u64 {
        self.snapshot.retained(self.mode, node).unwrap_or(0)
    }

    fn step(self, link: Link) -> Step<'a> {
        Step {
            edge: json::EdgeName(self.snapshot.edge_name(link.edge)),
            edge_kind: json::KindName(self.snapshot.graph().edges.kind(link.edge)),
            id: self.id(link.node),
            name: self.snapshot.display_name(link.node),
        }
    }

    /// The way from the root.
    fn steps(self, details: &ObjectDetails) -> impl Iterator<Item = Link> + '_ {
        details.path.steps.iter().map(|step| Link { edge: step.edge, node: step.node })
    }

    fn list(self, links: &[Link], limit: usize) -> List<'a> {
        let row = |&link: &Link| ListRow {
            step: self.step(link),
            shallow: self.snapshot.shallow(self.mode, link.node),
            retained: self.retained(link.node),
            distance: self.snapshot.distance(link.node).raw(),
        };
        List { total: links.len(), rows: links.iter().take(limit).map(row).collect() }
    }

    fn print_json(self, details: &ObjectDetails, limit: usize, out: &mut dyn Write) -> Result<(), Failure> {
        let Self { snapshot, mode } = self;
        let node = details.node;
        let class = snapshot.class_of(node);
        let answer = Answer {
            id: self.id(node),
            kind: snapshot.graph().nodes.kind_name(snapshot.graph().nodes.kind(node)),
            name: &snapshot.display_name(node),
            class: snapshot.classes().name(class),
            key: snapshot.classes().key(class),
            shallow: snapshot.shallow(mode, node),
            retained: self.retained(node),
            distance: snapshot.distance(node).raw(),
            detachedness: snapshot.detachedness(node) as u8,
            dominator: self.id(snapshot.dominator(node).unwrap_or(node)),
            location: place(snapshot, node).map(|place| Location {
                url: &place.script(snapshot).url,
                script_id: place.script(snapshot).id,
                line: place.position.map(|position| position.line),
                column: place.position.map(|position| position.column),
                original: original(snapshot, place).map(OriginalLocation::from),
            }),
            dominators: details.dominators.iter().map(|&node| self.id(node)).collect(),
            children: self.list(&details.children, limit),
            retainers: self.list(&details.retainers, limit),
            path: self.steps(details).map(|link| self.step(link)).collect(),
            expression: details.path.expression(snapshot),
            path_as_code: Some(details.path.text()).filter(|text| !text.is_empty()),
        };
        json::write(out, &answer)
    }

    fn print_text(self, details: &ObjectDetails, limit: usize, out: &mut dyn Write) -> Result<(), Failure> {
        let Self { snapshot, mode } = self;
        let node = details.node;
        let plain = |text: String| text.replace('\u{a0}', " ");
        writeln!(out, "{}", self.label(node))?;
        let class = sanitize(snapshot.classes().name(snapshot.class_of(node)), 120);
        writeln!(out, "  constructor    {class}")?;
        writeln!(out, "  shallow size   {}", plain(exact_bytes(snapshot.shallow(mode, node))))?;
        writeln!(out, "  retained size  {}", plain(exact_bytes(self.retained(node))))?;
        writeln!(out, "  distance       {}", self.distance(node))?;
        if let Some(place) = place(snapshot, node) {
            writeln!(out, "  code           {}", sanitize(&place.full_text(snapshot), LINE))?;
            if let Some(original) = original(snapshot, place) {
                if let Some(name) = original.name {
                    writeln!(out, "  original name  {}", sanitize(&name, 200))?;
                }
                writeln!(out, "  generated      {}", sanitize(&place.generated_text(snapshot), LINE))?;
            }
        }
        if let Some(expression) = details.path.expression(snapshot) {
            writeln!(out, "  expression     {}", sanitize(expression, LINE))?;
        }
        let said = details.path.text();
        writeln!(
            out,
            "\nPath from the root{}{}",
            if said.is_empty() { "" } else { ": " },
            sanitize(said, LINE)
        )?;
        for link in self.steps(details) {
            writeln!(out, "  {} → {}", self.edge(link), self.label(link.node))?;
        }
        if details.path.steps.is_empty() {
            writeln!(out, "  none")?;
        }
        writeln!(out, "\nHeld by {}", count(details.retainers.len() as u64))?;
        self.print_links(&details.retainers, " in ", limit, out)?;
        writeln!(out, "\nHolds {}", count(details.children.len() as u64))?;
        self.print_links(&details.children, " :: ", limit, out)?;
        writeln!(out, "\nFreed with")?;
        for &dominator in &details.dominators {
            writeln!(out, "  {}", self.label(dominator))?;
        }
        Ok(())
    }

    fn print_links(
        self,
        links: &[Link],
        between: &str,
        limit: usize,
        out: &mut dyn Write,
    ) -> Result<(), Failure> {
        if links.is_empty() {
            return Ok(());
        }
        let mut table = TextTable::new(&["Retained size", "Shallow size", "Distance", "Object"]);
        for &link in links.iter().take(limit) {
            let numbers = [
                size(self.retained(link.node)),
                size(self.snapshot.shallow(self.mode, link.node)),
                self.distance(link.node),
            ];
            table.row(numbers, &format!("{}{between}{}", self.edge(link), self.label(link.node)));
        }
        table.print(out, links.len().saturating_sub(limit))?;
        Ok(())
    }

    fn edge(self, link: Link) -> String {
        edge_label(self.snapshot.graph().edges.kind(link.edge), self.snapshot.edge_name(link.edge))
    }

    fn label(self, node: NodeIndex) -> String {
        format!("{} @{}", object_label(self.snapshot, node), self.id(node))
    }

    fn distance(self, node: NodeIndex) -> String {
        let shown = self.snapshot.distance(node).shown();
        shown.map_or_else(|| NONE.to_owned(), |distance| count(u64::from(distance)))
    }
}
