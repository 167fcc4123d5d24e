//! `heaplens search`: constructors and the objects of each that were found.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use schemars::{Schema, schema_for};

use crate::base::Progress;
use crate::cli::args::ListArgs;
use crate::cli::commands::RunCommand;
use crate::cli::output::table::{self, loaded};
use crate::cli::{Failure, Outcome};
use crate::model::{ClassFilter, FilterPreset, ObjectFilter, Search, Summary, TreeSource};

/// Print the objects whose name, text, property or variable matches, below their constructors.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  heaplens search app.heapsnapshot '/^session/' --no-properties")]
pub(crate) struct SearchArgs {
    /// The snapshot; - reads standard input.
    file: PathBuf,
    /// A text, /a pattern/ or @id.
    text: String,
    /// Match case.
    #[arg(long)]
    case: bool,
    /// Look in the names of constructors as well.
    #[arg(long)]
    classes: bool,
    /// Leave out the names of properties and variables, as Chrome does.
    #[arg(long)]
    no_properties: bool,
    /// Which rows.
    #[command(flatten)]
    list: ListArgs,
}

impl RunCommand for SearchArgs {
    fn run(&self, out: &mut dyn Write) -> Result<Outcome, Failure> {
        print(self, out)?;
        Ok(Outcome::Done)
    }

    fn schema() -> Option<Schema> {
        Some(schema_for!(table::Output<'_>))
    }
}

/// Constructors and the objects of each that were found.
fn print(args: &SearchArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let search = Search {
        text: args.text.clone(),
        matches_case: args.case,
        in_names: true,
        in_classes: args.classes,
        in_properties: !args.no_properties,
    };
    search.check().map_err(|error| Failure::Argument(error.to_string()))?;
    let (snapshot, mode) = loaded(&args.file, &args.list)?;
    let object_filter = ObjectFilter::of_preset(FilterPreset::Found(search));
    let kept = object_filter.find(&snapshot, mode, &Progress::new())?;
    let summary = Summary::new(snapshot.clone(), mode, ClassFilter::All).with_objects(Arc::new(kept));
    let source: Arc<dyn TreeSource> = Arc::new(summary);
    table::print(&snapshot, &source, 2, &args.list, out)
}
