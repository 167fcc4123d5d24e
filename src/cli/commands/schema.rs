//! `heaplens schema`: the JSON schema of what another command prints.

use std::io::Write;

use clap::Args;
use clap::builder::PossibleValuesParser;
use schemars::Schema;

use crate::cli::commands::{Command, RunCommand};
use crate::cli::output::json;
use crate::cli::{Failure, Outcome};

/// Print the JSON schema of what a command prints with --json.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  heaplens schema compare")]
pub(crate) struct SchemaArgs {
    /// The command.
    #[arg(value_name = "COMMAND", value_parser = PossibleValuesParser::new(Command::with_json()))]
    command: String,
}

impl RunCommand for SchemaArgs {
    fn run(&self, out: &mut dyn Write) -> Result<Outcome, Failure> {
        if let Some(schema) = Command::schema(&self.command) {
            json::write(out, &schema)?;
        }
        Ok(Outcome::Done)
    }

    fn schema() -> Option<Schema> {
        None
    }
}
