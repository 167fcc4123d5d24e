//! The arguments of the program, and those shared by several commands.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, Parser, ValueEnum};

use crate::base::ObjectId;
use crate::cli::commands::Command;
use crate::cli::load::Verbosity;
use crate::model::{ClassFilter, Condition, FilterPreset, Internals, ObjectFilter, StringList};
use crate::snapshot::groups::GroupBy;
use crate::snapshot::index_cache::IndexCache;
use crate::snapshot::{Completeness, Options, SizeMode, bytes_of, load_options};
use crate::source::maps::MapOptions;

/// Explore V8 heap snapshots: see what grew, and who holds it.
#[derive(Parser, Debug)]
#[command(
    name = "heaplens",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  heaplens before.heapsnapshot after.heapsnapshot    open a window that compares them\n  heaplens compare before.heapsnapshot after.heapsnapshot --limit 10"
)]
pub(crate) struct Arguments {
    /// Snapshots to open in the window; two of them are compared.
    pub files: Vec<PathBuf>,
    /// The command, if any.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How files are read.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// Options for every file that a command reads.
#[derive(Args, Debug)]
pub(super) struct ReadingArgs {
    /// For a file that was cut short, print the readable part.
    #[arg(long, global = true, help_heading = "Reading")]
    pub partial: bool,
    /// Maximum size of a decompressed file, such as 40G [default: 1G, or 100 times its size].
    #[arg(long, global = true, value_name = "BYTES", value_parser = byte_count, help_heading = "Reading")]
    pub max_decompressed: Option<u64>,
    /// Compute everything instead of reading the index of a snapshot that was opened before; write no index.
    #[arg(long, global = true, help_heading = "Reading")]
    pub no_cache: bool,
    /// A folder with source maps, beside those that lie with the scripts; may be repeated.
    #[arg(long, global = true, value_name = "DIR", help_heading = "Source code")]
    pub source_maps: Vec<PathBuf>,
    /// A folder with the code of scripts whose paths are of another machine, such as a container; may be repeated.
    #[arg(long, global = true, value_name = "DIR", help_heading = "Source code")]
    pub source_root: Vec<PathBuf>,
    /// Show places in the code that ran, not in the original code of source maps.
    #[arg(long, global = true, help_heading = "Source code")]
    pub generated: bool,
}

impl ReadingArgs {
    /// The options, completed by the environment.
    pub(super) fn options(&self) -> Options {
        let options = load_options();
        let completeness = if self.partial { Completeness::Partial } else { Completeness::Whole };
        Options {
            completeness,
            max_decompressed: self.max_decompressed.or(options.max_decompressed),
            ..options
        }
    }
}

impl ReadingArgs {
    /// Where indexes are kept; nothing if none are wanted.
    pub(super) fn cache(&self) -> Option<IndexCache> {
        if self.no_cache || self.partial { None } else { IndexCache::from_environment() }
    }

    /// Where source maps and texts are looked for, and whether places stay those of the code that ran.
    pub(super) fn maps(&self) -> MapOptions {
        let (folders, roots) = (self.source_maps.clone(), self.source_root.clone());
        MapOptions { folders, roots, waits: true, is_off: self.generated }
    }

    /// All folders of the user, for the window.
    pub(super) fn source_folders(&self) -> Vec<PathBuf> {
        self.source_maps.iter().chain(&self.source_root).cloned().collect()
    }
}

fn byte_count(text: &str) -> Result<u64, String> {
    bytes_of(text).ok_or_else(|| "a number of bytes, such as 500M or 40G".into())
}

/// Which rows of a table, and how they are printed.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Order: a column as --json calls it, followed by :asc or :desc.
    #[arg(long, value_name = "COLUMN[:asc|desc]")]
    pub sort: Option<String>,
    /// At most this many rows [default: 50 in text, all in JSON and CSV].
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Whose shallow sizes.
    #[arg(long, value_enum, default_value_t)]
    pub sizes: SizeMode,
    /// How to print them.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// How many lines, of which sizes, printed how.
#[derive(Args, Debug)]
pub(super) struct LineArgs {
    /// At most this many lines of each table [default: 20 in text, all in JSON and CSV].
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Whose shallow sizes.
    #[arg(long, value_enum, default_value_t)]
    pub sizes: SizeMode,
    /// How to print them.
    #[command(flatten)]
    pub output: OutputArgs,
}

impl LineArgs {
    /// The number of lines of each table.
    pub(super) fn limit(&self) -> usize {
        const IN_TEXT: usize = 20;
        self.output.limit(self.limit, IN_TEXT)
    }
}

/// Which rows.
#[derive(Args, Debug)]
pub(super) struct RowArgs {
    /// Only constructors whose name contains the text, or matches the pattern.
    #[arg(long, value_name = "TEXT|/REGEX/", default_value = "", value_parser = ClassFilter::parse, hide_default_value = true)]
    pub class: ClassFilter,
    /// At most this many rows [default: 50 in text, all in JSON and CSV].
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Whose shallow sizes.
    #[arg(long, value_enum, default_value_t)]
    pub sizes: SizeMode,
}

/// Which objects, and what they are grouped by.
#[derive(Args, Debug)]
pub(super) struct ObjectFilterArgs {
    /// Only objects that meet a condition: class:TEXT, class:/REGEX/, class=NAME, kind:string, detached,
    /// retained>=1MB, shallow<100, distance<=3; with ! before it, the opposite. Several must all hold.
    #[arg(long = "where", value_name = "CONDITION", value_parser = Condition::parse)]
    pub conditions: Vec<Condition>,
    /// Leave out what V8 keeps for itself: bookkeeping, compiled code, shapes and backing stores.
    #[arg(long)]
    pub hide_internals: bool,
    /// What the rows are.
    #[arg(long, value_enum, default_value_t)]
    pub group_by: GroupBy,
}

impl ObjectFilterArgs {
    /// The filter for the model.
    pub(super) fn object_filter(&self) -> ObjectFilter {
        ObjectFilter {
            keep: FilterPreset::All,
            conditions: self.conditions.clone(),
            internals: if self.hide_internals { Internals::Hidden } else { Internals::Shown },
            group_by: self.group_by,
        }
    }
}

impl ValueEnum for SizeMode {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Chrome, Self::Raw]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()).help((*self).help()))
    }
}

impl ValueEnum for StringList {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Texts, Self::Prefixes, Self::Sliced]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (name, help) = match self {
            Self::Texts => ("text", "Each text with its copies"),
            Self::Prefixes => ("prefix", "What they begin with"),
            Self::Sliced => ("slices", "Texts that slices keep whole"),
        };
        Some(PossibleValue::new(name).help(help))
    }
}

impl ValueEnum for GroupBy {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let name = match self {
            Self::Constructor => "constructor",
            Self::Script => "script",
            Self::Function => "function",
            Self::Package => "package",
            Self::Kind => "kind",
            Self::Shape => "shape",
            Self::NativeContext => "native-context",
        };
        Some(PossibleValue::new(name).help(self.help()))
    }
}

/// Output format of rows.
#[derive(Args, Debug)]
pub(crate) struct OutputArgs {
    /// Print comma-separated values.
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// Whether to print JSON, and what goes to standard error.
    #[command(flatten)]
    pub json: JsonArgs,
}

/// Output format of results that are not lists.
#[derive(Args, Debug)]
pub(crate) struct JsonArgs {
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
    /// No progress, no warnings.
    #[arg(long)]
    pub quiet: bool,
}

/// An output format.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Format {
    /// Aligned text.
    Text,
    /// For a spreadsheet.
    Csv,
    /// For a program.
    Json,
}

impl OutputArgs {
    /// `limit`, by default `in_text` rows of text and all rows for programs.
    pub(crate) fn limit(&self, limit: Option<usize>, in_text: usize) -> usize {
        limit.unwrap_or(if self.format() == Format::Text { in_text } else { usize::MAX })
    }

    /// Whether progress and warnings go to standard error.
    pub(crate) fn verbosity(&self) -> Verbosity {
        Verbosity::from_quiet_flag(self.json.quiet)
    }

    pub(crate) fn format(&self) -> Format {
        match (self.json.json, self.csv) {
            (true, _) => Format::Json,
            (_, true) => Format::Csv,
            _ => Format::Text,
        }
    }
}

/// Parses an id with or without its `@`.
pub(super) fn object_id(text: &str) -> Result<ObjectId, String> {
    let digits = text.strip_prefix('@').unwrap_or(text);
    digits.parse().map(ObjectId).map_err(|_| "an object's id is a number, such as @85127".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn files_alone_are_for_the_window() {
        let arguments = Arguments::parse_from(["heaplens", "a.heapsnapshot", "b.heapsnapshot"]);
        assert!(arguments.command.is_none());
        assert_eq!(arguments.files.len(), 2);
    }

    #[test]
    fn an_id_is_taken_with_and_without_its_sign() {
        assert_eq!(object_id("@85127"), Ok(ObjectId(85127)));
        assert_eq!(object_id("85127"), Ok(ObjectId(85127)));
        assert!(object_id("@x").is_err());
    }
}
