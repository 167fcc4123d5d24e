//! One file per subcommand: its arguments, its help and its output. A new one has its file and two lines
//! here.

pub(crate) mod allocations;
pub(crate) mod cache;
pub(crate) mod capture;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod dominators;
pub(crate) mod export;
pub(crate) mod gate;
pub(crate) mod growth;
pub(crate) mod nodes;
pub(crate) mod object;
pub(crate) mod paths;
pub(crate) mod report;
pub(crate) mod retainers;
pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod statistics;
pub(crate) mod strings;
pub(crate) mod summary;
pub(crate) mod suspects;
pub(crate) mod trend;
pub(crate) mod verify;

use std::io::Write;

use clap::Subcommand;
use schemars::Schema;

use crate::cli::commands::allocations::AllocationsArgs;
use crate::cli::commands::cache::CacheArgs;
use crate::cli::commands::capture::CaptureArgs;
use crate::cli::commands::check::CheckArgs;
use crate::cli::commands::compare::CompareArgs;
use crate::cli::commands::dominators::DominatorsArgs;
use crate::cli::commands::export::ExportArgs;
use crate::cli::commands::gate::GateArgs;
use crate::cli::commands::growth::GrowthArgs;
use crate::cli::commands::nodes::NodesArgs;
use crate::cli::commands::object::ObjectArgs;
use crate::cli::commands::paths::PathsArgs;
use crate::cli::commands::report::ReportArgs;
use crate::cli::commands::retainers::RetainersArgs;
use crate::cli::commands::schema::SchemaArgs;
use crate::cli::commands::search::SearchArgs;
use crate::cli::commands::statistics::StatisticsArgs;
use crate::cli::commands::strings::StringsArgs;
use crate::cli::commands::summary::SummaryArgs;
use crate::cli::commands::suspects::SuspectsArgs;
use crate::cli::commands::trend::TrendArgs;
use crate::cli::commands::verify::VerifyArgs;
use crate::cli::{Failure, Outcome};

/// Runs a subcommand with its arguments.
pub(crate) trait RunCommand {
    /// Prints the result to `out`, messages to standard error.
    fn run(&self, out: &mut dyn Write) -> Result<Outcome, Failure>;
    /// The JSON schema of what `--json` prints; `None` for a command without it.
    fn schema() -> Option<Schema>;
}

/// Declares the subcommands in the order of `--help`.
macro_rules! commands {
    ($($name:literal $variant:ident($args:ident),)*) => {
        /// A subcommand with its arguments.
        #[derive(Subcommand, Debug)]
        pub(crate) enum Command {
            $(#[command(name = $name)] $variant($args),)*
        }

        impl Command {
            /// The names of the commands that print JSON.
            pub(crate) fn with_json() -> Vec<&'static str> {
                [$(($name, $args::schema as fn() -> Option<Schema>)),*]
                    .into_iter()
                    .filter(|(_, schema)| schema().is_some())
                    .map(|(name, _)| name)
                    .collect()
            }

            /// The JSON schema of a command's output.
            pub(crate) fn schema(name: &str) -> Option<Schema> {
                match name {
                    $($name => $args::schema(),)*
                    _ => None,
                }
            }

            /// Runs the command.
            pub(crate) fn run(&self, out: &mut dyn Write) -> Result<Outcome, Failure> {
                match self {
                    $(Self::$variant(args) => args.run(out),)*
                }
            }
        }
    };
}

commands! {
    "summary" Summary(SummaryArgs),
    "compare" Compare(CompareArgs),
    "statistics" Statistics(StatisticsArgs),
    "object" Object(ObjectArgs),
    "nodes" Nodes(NodesArgs),
    "growth" Growth(GrowthArgs),
    "suspects" Suspects(SuspectsArgs),
    "trend" Trend(TrendArgs),
    "verify" Verify(VerifyArgs),
    "gate" Gate(GateArgs),
    "report" Report(ReportArgs),
    "strings" Strings(StringsArgs),
    "allocations" Allocations(AllocationsArgs),
    "search" Search(SearchArgs),
    "dominators" Dominators(DominatorsArgs),
    "retainers" Retainers(RetainersArgs),
    "paths" Paths(PathsArgs),
    "export" Export(ExportArgs),
    "capture" Capture(CaptureArgs),
    "check" Check(CheckArgs),
    "cache" Cache(CacheArgs),
    "schema" Schema(SchemaArgs),
}
