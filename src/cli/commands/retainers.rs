//! `heaplens retainers`: who holds an object.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use schemars::{Schema, schema_for};

use crate::base::{ObjectId, Progress};
use crate::cli::args::{ListArgs, object_id};
use crate::cli::commands::RunCommand;
use crate::cli::output::table::{self, folded, loaded};
use crate::cli::{Failure, Outcome};
use crate::model::{IndependentPaths, Objects, RetainersView, Side, TreeSource};

/// Print what holds an object, along the shortest path to the roots.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  heaplens retainers app.heapsnapshot @85127 --paths --fold")]
pub(crate) struct RetainersArgs {
    /// The snapshot; - reads standard input.
    file: PathBuf,
    /// The object's id, as every list shows it.
    #[arg(value_name = "@ID", value_parser = object_id)]
    id: ObjectId,
    /// How many levels are printed; the shortest path is printed in full.
    #[arg(long, value_name = "N", default_value_t = 1)]
    depth: usize,
    /// Print different paths to the root: first those that share no reference, then one for each other holder.
    #[arg(long)]
    paths: bool,
    /// Leave out V8's own tables and stores between an object and its holder.
    #[arg(long)]
    fold: bool,
    /// Which rows.
    #[command(flatten)]
    list: ListArgs,
}

impl RunCommand for RetainersArgs {
    fn run(&self, out: &mut dyn Write) -> Result<Outcome, Failure> {
        print(self, out)?;
        Ok(Outcome::Done)
    }

    fn schema() -> Option<Schema> {
        Some(schema_for!(table::Output<'_>))
    }
}

/// Who holds an object.
fn print(args: &RetainersArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let (snapshot, mode) = loaded(&args.file, &args.list)?;
    let node = snapshot.find(args.id);
    let node = node.ok_or_else(|| Failure::Argument(format!("there is no object {}", args.id)))?;
    let objects = Objects::new(snapshot.clone(), mode, Side::Current);
    let internals = folded(args.fold);
    if args.paths {
        let paths = IndependentPaths::find(objects, node, internals, &Progress::new())?;
        let source: Arc<dyn TreeSource> = Arc::new(paths);
        return table::print(&snapshot, &source, 2, &args.list, out);
    }
    let source: Arc<dyn TreeSource> = Arc::new(RetainersView::new(objects, node).folding(internals));
    table::print(&snapshot, &source, args.depth, &args.list, out)
}
