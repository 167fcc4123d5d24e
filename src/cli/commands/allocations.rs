//! `heaplens allocations`: functions and who called them.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use schemars::{Schema, schema_for};

use crate::cli::args::ListArgs;
use crate::cli::commands::RunCommand;
use crate::cli::output::table::{self, loaded};
use crate::cli::{Failure, Outcome};
use crate::model::{AllocationView, TreeSource};

/// Print which functions allocated what, of a timeline with stacks.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  heaplens allocations app.heaptimeline --sort live_size --callers 2")]
pub(crate) struct AllocationsArgs {
    /// The timeline; - reads standard input.
    file: PathBuf,
    /// How many levels of callers are printed below each function.
    #[arg(long, value_name = "N", default_value_t = 0)]
    callers: usize,
    /// Which rows.
    #[command(flatten)]
    list: ListArgs,
}

impl RunCommand for AllocationsArgs {
    fn run(&self, out: &mut dyn Write) -> Result<Outcome, Failure> {
        print(self, out)?;
        Ok(Outcome::Done)
    }

    fn schema() -> Option<Schema> {
        Some(schema_for!(table::Output<'_>))
    }
}

/// Functions and who called them.
fn print(args: &AllocationsArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let (snapshot, _) = loaded(&args.file, &args.list)?;
    if !snapshot.has_allocations() {
        return Err(Failure::Argument("no stacks of allocations were recorded in this file".into()));
    }
    let source: Arc<dyn TreeSource> = Arc::new(AllocationView::new(snapshot.clone()));
    table::print(&snapshot, &source, args.callers + 1, &args.list, out)
}
