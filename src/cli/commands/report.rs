//! `heaplens report`: one or more snapshots as one HTML file.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use schemars::Schema;

use crate::base::{Progress, describe_io_error};
use crate::cli::commands::RunCommand;
use crate::cli::load::{Verbosity, load_for};
use crate::cli::{Failure, Outcome};
use crate::report::contents::ReportContents;
use crate::report::html::html;
use crate::snapshot::{SizeMode, Snapshot};

/// Write a report as one HTML file.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  heaplens report before.heapsnapshot after.heapsnapshot -o report.html")]
pub(crate) struct ReportArgs {
    /// The snapshots, the oldest first.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// The HTML file; - prints it.
    #[arg(short, long, value_name = "FILE|-")]
    pub output: PathBuf,
    /// Whose shallow sizes.
    #[arg(long, value_enum, default_value_t)]
    pub sizes: SizeMode,
    /// No progress, no warnings.
    #[arg(long)]
    pub quiet: bool,
}

impl RunCommand for ReportArgs {
    fn run(&self, out: &mut dyn Write) -> Result<Outcome, Failure> {
        print(self, out)?;
        Ok(Outcome::Done)
    }

    fn schema() -> Option<Schema> {
        None
    }
}

/// Writes the report.
fn print(args: &ReportArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mode = args.sizes;
    let load = |path: &PathBuf| load_for(path, mode, Verbosity::from_quiet_flag(args.quiet));
    let snapshots: Vec<Arc<Snapshot>> = args.files.iter().map(load).collect::<Result<_, _>>()?;
    let contents = ReportContents::new(&snapshots, mode, &Progress::new());
    let contents = contents?;
    let page = html(&contents).map_err(Failure::Argument)?;
    if args.output.as_os_str() == "-" {
        out.write_all(page.as_bytes())?;
        return Ok(());
    }
    std::fs::write(&args.output, page).map_err(|error| {
        let reason = describe_io_error(&error);
        Failure::Argument(format!("{}: cannot be written: {reason}", args.output.display()))
    })
}
