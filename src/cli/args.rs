//! What may stand on the command line.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::base::ObjectId;
use crate::cli::commands::compare;
use crate::cli::commands::gate::{GATE_HELP, GateArgs};
use crate::cli::commands::report::ReportArgs;
use crate::cli::commands::table_args::{
    AllocationsArgs, DominatorsArgs, PathsArgs, RetainersArgs, SearchArgs, StringsArgs,
};
use crate::cli::commands::verify::{VERIFY_HELP, VerifyArgs};
use crate::cli::filter::{NamedFilter, filter_help};
use crate::cli::long_help;
use crate::cli::output::sort;
use crate::model::{ClassFilter, Condition, FilterPreset, Internals, ObjectFilter};
use crate::snapshot::groups::GroupBy;
use crate::snapshot::{Completeness, Options, SizeMode, bytes_of, load_options};

/// Explore V8 heap snapshots: see what grew, and who holds it.
#[derive(Parser, Debug)]
#[command(
    name = "heaplens",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  heaplens before.heapsnapshot after.heapsnapshot    open a window, at Comparison\n  heaplens compare before.heapsnapshot after.heapsnapshot --limit 10"
)]
pub struct Arguments {
    /// Snapshots to open in the window; two of them are compared.
    pub files: Vec<PathBuf>,
    /// What to print instead.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How files are read.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// What holds for every file that a command reads.
#[derive(Args, Debug)]
pub struct ReadingArgs {
    /// Of a file that was cut short, print what is there.
    #[arg(long, global = true, help_heading = "Reading")]
    pub partial: bool,
    /// What a compressed file may grow to, such as 40G [default: 1G, or 100 times its size].
    #[arg(long, global = true, value_name = "BYTES", value_parser = byte_count, help_heading = "Reading")]
    pub max_decompressed: Option<u64>,
}

impl ReadingArgs {
    /// With what the environment says.
    pub fn options(&self) -> Options {
        let options = load_options();
        let completeness = if self.partial { Completeness::Partial } else { Completeness::Whole };
        Options {
            completeness,
            max_decompressed: self.max_decompressed.or(options.max_decompressed),
            ..options
        }
    }
}

fn byte_count(text: &str) -> Result<u64, String> {
    bytes_of(text).ok_or_else(|| "a number of bytes, such as 500M or 40G".into())
}

/// What to print.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Print constructors with the number and sizes of their objects.
    #[command(
        after_help = "Example:\n  heaplens summary app.heapsnapshot --class array --sort shallow --limit 5"
    )]
    Summary(SummaryArgs),
    /// Print what came, went, grew and shrank between two snapshots of one process.
    #[command(after_help = "Example:\n  heaplens compare before.heapsnapshot after.heapsnapshot --json")]
    Compare(CompareArgs),
    /// Print what the heap's bytes are for.
    #[command(after_help = "Example:\n  heaplens statistics app.heapsnapshot")]
    Statistics(StatisticsArgs),
    /// Print one object: its fields, who holds it, and the shortest path to it.
    #[command(after_help = "Example:\n  heaplens object app.heapsnapshot @85127")]
    Object(ObjectArgs),
    /// Print every object, one per line, separated by tabs.
    #[command(
        after_help = "Example:\n  heaplens nodes app.heapsnapshot --class '/^Array$/' | sort -t$'\\t' -k4 -n"
    )]
    Nodes(NodesArgs),
    /// Print which containers grew between two snapshots of one process, and where every byte belongs.
    #[command(
        after_help = "Example:\n  heaplens growth before.heapsnapshot after.heapsnapshot --limit 10",
        long_about = long_help::GROWTH
    )]
    Growth(GrowthArgs),
    /// Print what holds a tenth of the heap or more; with a baseline, who has a tenth of the growth.
    #[command(
        after_help = "Example:\n  heaplens suspects after.heapsnapshot before.heapsnapshot --markdown",
        long_about = long_help::SUSPECTS
    )]
    Suspects(SuspectsArgs),
    /// Print how constructors and containers went through several snapshots of one process.
    #[command(
        after_help = "Example:\n  heaplens trend first.heapsnapshot second.heapsnapshot third.heapsnapshot",
        long_about = long_help::TREND
    )]
    Trend(TrendArgs),
    /// Print whether a leak is fixed: what became of its containers in another process.
    #[command(
        after_help = "Example:\n  heaplens verify start.heapsnapshot leaking.heapsnapshot fixed.heapsnapshot",
        long_about = VERIFY_HELP
    )]
    Verify(VerifyArgs),
    /// Check snapshots against budgets, and suspects against known leaks: for builds.
    #[command(
        after_help = "Example:\n  heaplens gate before.heapsnapshot after.heapsnapshot --budget heaplens.toml --junit heap.xml",
        long_about = GATE_HELP
    )]
    Gate(GateArgs),
    /// Write a report as one HTML file.
    #[command(
        after_help = "Example:\n  heaplens report before.heapsnapshot after.heapsnapshot -o report.html"
    )]
    Report(ReportArgs),
    /// Print all texts with their copies and what these waste.
    #[command(after_help = "Example:\n  heaplens strings app.heapsnapshot --by prefix --limit 10")]
    Strings(StringsArgs),
    /// Print which functions allocated what, of a timeline with stacks.
    #[command(after_help = "Example:\n  heaplens allocations app.heaptimeline --sort live_size --callers 2")]
    Allocations(AllocationsArgs),
    /// Print the objects whose name or text matches, below their constructors.
    #[command(after_help = "Example:\n  heaplens search app.heapsnapshot '/^session/' --properties")]
    Search(SearchArgs),
    /// Print what would be freed with what, from the root down.
    #[command(after_help = "Example:\n  heaplens dominators app.heapsnapshot --depth 3 --limit 40")]
    Dominators(DominatorsArgs),
    /// Print who holds an object, along the shortest way to the roots.
    #[command(after_help = "Example:\n  heaplens retainers app.heapsnapshot @85127 --paths --fold")]
    Retainers(RetainersArgs),
    /// Print by what all objects of a constructor are held, as one tree.
    #[command(after_help = "Example:\n  heaplens paths app.heapsnapshot '/^Array$/' --depth 2")]
    Paths(PathsArgs),
    /// Load snapshots and tell whether they are sound.
    #[command(after_help = "Example:\n  heaplens check *.heapsnapshot --timings")]
    Check(CheckArgs),
}

/// Constructors of one snapshot.
#[derive(Args, Debug)]
pub struct SummaryArgs {
    /// The snapshot; - reads standard input.
    pub file: PathBuf,
    /// Order: name, distance, count, shallow or retained, with :asc or :desc behind it.
    #[arg(long, value_name = "COLUMN[:asc|desc]", default_value = "retained")]
    pub sort: String,
    /// Only objects that pass a filter; --help names them.
    #[arg(long, value_name = "NAME", value_parser = NamedFilter::parse, long_help = filter_help())]
    pub filter: Option<NamedFilter>,
    /// Which objects, in which groups.
    #[command(flatten)]
    pub narrowing: NarrowingArgs,
    /// Which constructors.
    #[command(flatten)]
    pub rows: RowArgs,
    /// How to print them.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Constructors of two snapshots.
#[derive(Args, Debug)]
pub struct CompareArgs {
    /// The older snapshot.
    pub baseline: PathBuf,
    /// The newer snapshot of the same process.
    pub current: PathBuf,
    /// Order: a column, with :asc or :desc behind it; --help names them.
    #[arg(long, value_name = "COLUMN[:asc|desc]", default_value = "alloc_size", long_help = sort::help(&compare::sorts()))]
    pub sort: String,
    /// Which objects, in which groups.
    #[command(flatten)]
    pub narrowing: NarrowingArgs,
    /// Which constructors.
    #[command(flatten)]
    pub rows: RowArgs,
    /// How to print them.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// A snapshot, or two.
#[derive(Args, Debug)]
pub struct SuspectsArgs {
    /// The snapshot to look into.
    pub file: PathBuf,
    /// An older snapshot of the same process: asks who grew since.
    pub baseline: Option<PathBuf>,
    /// Print Markdown.
    #[arg(long, conflicts_with = "json")]
    pub markdown: bool,
    /// How much, and how to print it.
    #[command(flatten)]
    pub lines: LineArgs,
}

/// Snapshots in order.
#[derive(Args, Debug)]
pub struct TrendArgs {
    /// The snapshots, the oldest first.
    #[arg(required = true, num_args = 2..)]
    pub files: Vec<PathBuf>,
    /// How much, and how to print it.
    #[command(flatten)]
    pub lines: LineArgs,
}

/// Two snapshots whose growth is asked for.
#[derive(Args, Debug)]
pub struct GrowthArgs {
    /// The older snapshot.
    pub baseline: PathBuf,
    /// The newer snapshot of the same process.
    pub current: PathBuf,
    /// How much, and how to print it.
    #[command(flatten)]
    pub lines: LineArgs,
}

/// How many lines, of which sizes, printed how.
#[derive(Args, Debug)]
pub struct LineArgs {
    /// At most that many lines of each table [default: 20 in text, all in JSON].
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Whose shallow sizes.
    #[arg(long, value_enum, default_value_t)]
    pub sizes: Sizes,
    /// How to print them.
    #[command(flatten)]
    pub output: JsonArgs,
}

impl LineArgs {
    /// How many lines.
    pub fn limit(&self) -> usize {
        const IN_TEXT: usize = 20;
        self.limit.unwrap_or(if self.output.json { usize::MAX } else { IN_TEXT })
    }
}

/// Slices of one snapshot.
#[derive(Args, Debug)]
pub struct StatisticsArgs {
    /// The snapshot; - reads standard input.
    pub file: PathBuf,
    /// How to print them.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// One object.
#[derive(Args, Debug)]
pub struct ObjectArgs {
    /// The snapshot; - reads standard input.
    pub file: PathBuf,
    /// The object's id, as every list shows it.
    #[arg(value_name = "@ID", value_parser = object_id)]
    pub id: ObjectId,
    /// How many fields and retainers are printed.
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Whose shallow sizes.
    #[arg(long, value_enum, default_value_t)]
    pub sizes: Sizes,
    /// How to print it.
    #[command(flatten)]
    pub output: JsonArgs,
}

/// All objects.
#[derive(Args, Debug)]
pub struct NodesArgs {
    /// The snapshot; - reads standard input.
    pub file: PathBuf,
    /// Cut names to that many UTF-16 units.
    #[arg(long, value_name = "N", default_value_t = 120)]
    pub name_max: usize,
    /// Only objects that pass a filter; --help names them.
    #[arg(long, value_name = "NAME", value_parser = NamedFilter::parse, long_help = filter_help())]
    pub filter: Option<NamedFilter>,
    /// Which constructors.
    #[command(flatten)]
    pub rows: RowArgs,
    /// No progress, no warnings.
    #[arg(long)]
    pub quiet: bool,
}

/// Files to look into.
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// The snapshots; - reads standard input.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Print how long each stage of loading took.
    #[arg(long)]
    pub timings: bool,
    /// How to print it.
    #[command(flatten)]
    pub output: JsonArgs,
}

/// Which rows.
#[derive(Args, Debug)]
pub struct RowArgs {
    /// Only constructors whose name contains the text, or matches the pattern.
    #[arg(long, value_name = "TEXT|/REGEX/", default_value = "", value_parser = ClassFilter::parse, hide_default_value = true)]
    pub class: ClassFilter,
    /// At most that many rows [default: 50 in text, all in JSON and CSV].
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Whose shallow sizes.
    #[arg(long, value_enum, default_value_t)]
    pub sizes: Sizes,
}

/// Which objects, and what they are grouped by.
#[derive(Args, Debug)]
pub struct NarrowingArgs {
    /// Only objects that meet a condition: class:TEXT, class:/REGEX/, kind:string, detached, retained>=1MB,
    /// shallow<100, distance<=3. Several must all hold.
    #[arg(long = "where", value_name = "CONDITION", value_parser = Condition::parse)]
    pub conditions: Vec<Condition>,
    /// Leave out what V8 keeps for itself: bookkeeping, compiled code, shapes and backing stores.
    #[arg(long)]
    pub hide_internals: bool,
    /// What the rows are.
    #[arg(long, value_enum, default_value_t)]
    pub group_by: GroupBy,
}

impl NarrowingArgs {
    /// As the model has it.
    pub fn narrowing(&self) -> ObjectFilter {
        ObjectFilter {
            keep: FilterPreset::All,
            conditions: self.conditions.clone(),
            internals: if self.hide_internals { Internals::Hidden } else { Internals::Shown },
            group_by: self.group_by,
        }
    }
}

impl ValueEnum for GroupBy {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (name, help) = match self {
            Self::Constructor => ("constructor", "Chrome's classes"),
            Self::Script => ("script", "The script that made the objects or holds them"),
            Self::Kind => ("kind", "V8's word for what they are"),
            Self::Shape => ("shape", "V8's hidden class"),
            Self::NativeContext => ("native-context", "The page, frame or realm they belong to"),
        };
        Some(PossibleValue::new(name).help(help))
    }
}

/// How rows are printed.
#[derive(Args, Debug)]
pub struct OutputArgs {
    /// Print comma-separated values.
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// Whatever else there is to choose.
    #[command(flatten)]
    pub json: JsonArgs,
}

/// How things are printed that are no list.
#[derive(Args, Debug)]
pub struct JsonArgs {
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
    /// No progress, no warnings.
    #[arg(long)]
    pub quiet: bool,
}

/// The way rows are printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// For a person.
    Text,
    /// For a spreadsheet.
    Csv,
    /// For a program.
    Json,
}

impl OutputArgs {
    /// The one asked for.
    pub fn format(&self) -> Format {
        match (self.json.json, self.csv) {
            (true, _) => Format::Json,
            (_, true) => Format::Csv,
            _ => Format::Text,
        }
    }
}

/// Whose shallow sizes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum Sizes {
    /// As Chrome counts: storage that one object owns alone counts for that object.
    #[default]
    Chrome,
    /// As V8 wrote them: each record by itself.
    Raw,
}

impl From<Sizes> for SizeMode {
    fn from(sizes: Sizes) -> Self {
        match sizes {
            Sizes::Chrome => Self::Chrome,
            Sizes::Raw => Self::Raw,
        }
    }
}

impl Sizes {
    /// As it stands on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chrome => "chrome",
            Self::Raw => "raw",
        }
    }
}

/// An id with or without its sign.
pub fn object_id(text: &str) -> Result<ObjectId, String> {
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
