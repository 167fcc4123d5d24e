//! `heaplens dominators`: what would be freed with each object.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use schemars::{Schema, schema_for};

use crate::cli::args::ListArgs;
use crate::cli::commands::RunCommand;
use crate::cli::output::table::{self, loaded};
use crate::cli::{Failure, Outcome};
use crate::model::{DominatorsView, Grouping, TreeSource};

/// Print what would be freed with each object, from the root down.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  heaplens dominators app.heapsnapshot --depth 3 --limit 40")]
pub(crate) struct DominatorsArgs {
    /// The snapshot; - reads standard input.
    file: PathBuf,
    /// How many levels are printed.
    #[arg(long, value_name = "N", default_value_t = 1)]
    depth: usize,
    /// Give every object a row of its own.
    #[arg(long)]
    single: bool,
    /// Which rows.
    #[command(flatten)]
    list: ListArgs,
}

impl RunCommand for DominatorsArgs {
    fn run(&self, out: &mut dyn Write) -> Result<Outcome, Failure> {
        print(self, out)?;
        Ok(Outcome::Done)
    }

    fn schema() -> Option<Schema> {
        Some(schema_for!(table::Output<'_>))
    }
}

/// What would be freed with each object.
fn print(args: &DominatorsArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let (snapshot, mode) = loaded(&args.file, &args.list)?;
    let grouping = if args.single { Grouping::None } else { Grouping::ByClass };
    let source: Arc<dyn TreeSource> = Arc::new(DominatorsView::new(snapshot.clone(), mode, grouping));
    table::print(&snapshot, &source, args.depth, &args.list, out)
}
