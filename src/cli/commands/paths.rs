//! `heaplens paths`: who holds all objects of some constructors.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use schemars::{Schema, schema_for};

use crate::base::{NodeIndex, Progress};
use crate::cli::args::ListArgs;
use crate::cli::commands::RunCommand;
use crate::cli::output::table::{self, folded, loaded};
use crate::cli::{Failure, Outcome};
use crate::graph::NodeKind;
use crate::model::{ClassFilter, ImmediateDominators, MergedPaths, Objects, Side, TreeSource};
use crate::snapshot::{SizeMode, Snapshot};

/// Print what holds all objects of a constructor, as one tree.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  heaplens paths app.heapsnapshot '/^Array$/' --depth 2")]
pub(crate) struct PathsArgs {
    /// The snapshot; - reads standard input.
    file: PathBuf,
    /// The constructors: a name, else a text their names contain, or /a pattern/ they match; functions of
    /// that name if there is no constructor.
    #[arg(value_name = "TEXT|/REGEX/", value_parser = ClassFilter::parse)]
    class: ClassFilter,
    /// How many levels are printed; the path of most objects is printed in full.
    #[arg(long, value_name = "N", default_value_t = 1)]
    depth: usize,
    /// Print the objects that must be released for them to be freed instead.
    #[arg(long)]
    dominators: bool,
    /// Leave out V8's own tables and stores between an object and its holder.
    #[arg(long)]
    fold: bool,
    /// Which rows.
    #[command(flatten)]
    list: ListArgs,
}

impl RunCommand for PathsArgs {
    fn run(&self, out: &mut dyn Write) -> Result<Outcome, Failure> {
        print(self, out)?;
        Ok(Outcome::Done)
    }

    fn schema() -> Option<Schema> {
        Some(schema_for!(table::Output<'_>))
    }
}

/// Who holds all objects of some constructors.
fn print(args: &PathsArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let (snapshot, mode) = loaded(&args.file, &args.list)?;
    let group = objects_of(&snapshot, mode, &args.class);
    if group.is_empty() {
        return Err(Failure::Argument(
            "no constructor with objects, and no function, has such a name".into(),
        ));
    }
    let source: Arc<dyn TreeSource> = if args.dominators {
        let objects = Objects::new(snapshot.clone(), mode, Side::Current);
        Arc::new(ImmediateDominators::new(objects, &group, folded(args.fold)))
    } else {
        let nearest = snapshot.nearest_edges(&Progress::new())?;
        let nearest = nearest.ok_or_else(|| Failure::Argument("distances are not known".into()))?;
        let paths = MergedPaths::new(snapshot.clone(), mode, Arc::new(nearest), &group);
        Arc::new(paths.folding(folded(args.fold)))
    };
    table::print(&snapshot, &source, args.depth, &args.list, out)
}

/// The counted objects of the constructors that `filter` names, in file order: those of exactly that name, else
/// functions of exactly that name, else constructors, else functions, that the filter lets pass.
fn objects_of(snapshot: &Snapshot, mode: SizeMode, filter: &ClassFilter) -> Vec<NodeIndex> {
    let (classes, graph) = (snapshot.classes(), snapshot.graph());
    let in_classes = |is_wanted: &dyn Fn(&str) -> bool| {
        let wanted: Vec<bool> = classes.iter().map(|(_, class)| is_wanted(&class.name)).collect();
        let nodes = graph.node_indices().filter(|&node| wanted[classes.of(node).position()]);
        nodes.filter(|&node| snapshot.shallow(mode, node) > 0).collect::<Vec<_>>()
    };
    let in_functions = |is_wanted: &dyn Fn(&str) -> bool| {
        let functions = graph.node_indices().filter(|&node| graph.nodes.kind(node) == NodeKind::CLOSURE);
        functions.filter(|&function| is_wanted(graph.raw_name(function))).collect::<Vec<_>>()
    };
    let is_exact = |name: &str| filter.names(name);
    let keeps = |name: &str| filter.keeps(name);
    let found = [in_classes(&is_exact), in_functions(&is_exact), in_classes(&keeps)];
    found.into_iter().find(|found| !found.is_empty()).unwrap_or_else(|| in_functions(&keeps))
}
