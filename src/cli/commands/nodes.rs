//! `heaplens nodes`: every object on a line of its own, for scripts.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use schemars::Schema;

use crate::base::{ClassIndex, Column};
use crate::cli::args::RowArgs;
use crate::cli::commands::RunCommand;
use crate::cli::filter::{NamedFilter, filter_help};
use crate::cli::load::{Verbosity, load_for};
use crate::cli::output::json;
use crate::cli::{Failure, Outcome};
use crate::snapshot::SizeMode;

/// Print every object, one per line, separated by tabs.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  heaplens nodes app.heapsnapshot --class '/^Array$/' | sort -t$'\\t' -k4 -n"
)]
pub(crate) struct NodesArgs {
    /// The snapshot; - reads standard input.
    file: PathBuf,
    /// Cut names to this many UTF-16 units.
    #[arg(long, value_name = "N", default_value_t = 120)]
    name_max: usize,
    /// Only objects that pass a filter; --help names them.
    #[arg(long, value_name = "NAME", value_parser = NamedFilter::parse, long_help = filter_help())]
    filter: Option<NamedFilter>,
    /// Which constructors.
    #[command(flatten)]
    rows: RowArgs,
    /// No progress, no warnings.
    #[arg(long)]
    quiet: bool,
}

impl RunCommand for NodesArgs {
    fn run(&self, out: &mut dyn Write) -> Result<Outcome, Failure> {
        print(self, out)?;
        Ok(Outcome::Done)
    }

    fn schema() -> Option<Schema> {
        None
    }
}

/// Prints the table. Names are JSON strings, so that each object stays on one line.
fn print(args: &NodesArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mode: SizeMode = args.rows.sizes;
    let verbosity = Verbosity::from_quiet_flag(args.quiet);
    let snapshot = load_for(&args.file, mode, verbosity)?;
    let kept = args.filter.as_ref().map(|filter| filter.nodes(&snapshot, verbosity)).transpose()?;
    let graph = snapshot.graph();
    let classes = snapshot.classes();
    let mut class_json: Vec<Option<Vec<u8>>> = Vec::with_capacity(classes.len());
    for (_, class) in classes.iter() {
        class_json.push(args.rows.class.keeps(&class.name).then(|| json_text(&class.name)).transpose()?);
    }
    let class_json: Column<ClassIndex, _> = class_json.into();
    out.write_all(b"id\tkind\tshallow\tretained\tdistance\tdetachedness\tdominator\tclass\tname\n")?;
    let mut left = args.rows.limit.unwrap_or(usize::MAX);
    for node in graph.node_indices() {
        let Some(class) = &class_json[snapshot.class_of(node)] else { continue };
        if kept.as_ref().is_some_and(|kept| !kept.contains(node.position())) {
            continue;
        }
        if left == 0 {
            break;
        }
        left -= 1;
        let id = snapshot.id(node).0;
        let kind = graph.nodes.kind_name(graph.nodes.kind(node));
        let retained = snapshot.retained(mode, node).unwrap_or(0);
        write!(out, "{id}\t{kind}\t{}\t{retained}\t", snapshot.shallow(mode, node))?;
        if let Some(distance) = snapshot.distance(node).raw() {
            write!(out, "{distance}")?;
        }
        let dominator = snapshot.id(snapshot.dominator(node).unwrap_or(node)).0;
        write!(out, "\t{}\t{dominator}\t", snapshot.detachedness(node) as u8)?;
        out.write_all(class)?;
        out.write_all(b"\t")?;
        json::write_value(out, &cut(&snapshot.display_name(node), args.name_max))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn json_text(text: &str) -> Result<Vec<u8>, Failure> {
    let mut json = Vec::new();
    json::write_value(&mut json, &text)?;
    Ok(json)
}

/// The start of `text`, at most so many UTF-16 units long.
fn cut(text: &str, units: usize) -> &str {
    let mut left = units;
    for (at, c) in text.char_indices() {
        match left.checked_sub(c.len_utf16()) {
            Some(rest) => left = rest,
            None => return &text[..at],
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_by_utf16_units_and_never_through_a_character() {
        for (text, units, expected) in
            [("abc", 3, "abc"), ("abcd", 3, "abc"), ("äöü", 2, "äö"), ("a😀b", 2, "a"), ("a😀b", 3, "a😀")]
        {
            assert_eq!(cut(text, units), expected);
        }
    }
}
