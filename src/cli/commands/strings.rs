//! `heaplens strings`: texts, what they begin with, or what slices keep of them.

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
use crate::model::{
    ClassFilter, SlicedStrings, StringList, StringPrefixes, StringTexts, StringsView, TreeSource,
};

/// Print all texts with their copies and the bytes that these waste.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  heaplens strings app.heapsnapshot --by prefix --limit 10")]
pub(crate) struct StringsArgs {
    /// The snapshot; - reads standard input.
    file: PathBuf,
    /// Only texts that contain this, or match the pattern.
    #[arg(long = "text", value_name = "TEXT|/REGEX/", default_value = "", value_parser = ClassFilter::parse, hide_default_value = true)]
    text: ClassFilter,
    /// How they are listed.
    #[arg(long, value_enum, default_value_t)]
    by: StringList,
    /// Which rows.
    #[command(flatten)]
    list: ListArgs,
}

impl RunCommand for StringsArgs {
    fn run(&self, out: &mut dyn Write) -> Result<Outcome, Failure> {
        print(self, out)?;
        Ok(Outcome::Done)
    }

    fn schema() -> Option<Schema> {
        Some(schema_for!(table::Output<'_>))
    }
}

/// Texts, what they begin with, or what slices keep of them.
fn print(args: &StringsArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let (snapshot, mode) = loaded(&args.file, &args.list)?;
    let progress = Progress::new();
    let source: Arc<dyn TreeSource> = if args.by == StringList::Sliced {
        Arc::new(SlicedStrings::find(snapshot.clone(), mode, &args.text, &progress)?)
    } else {
        let texts = StringTexts::find(&snapshot, mode, &progress)?;
        let strings = StringsView::new(snapshot.clone(), mode, Arc::new(texts), &args.text);
        if args.by == StringList::Prefixes {
            Arc::new(StringPrefixes::new(strings))
        } else {
            Arc::new(strings)
        }
    };
    table::print(&snapshot, &source, 1, &args.list, out)
}
