//! `heaplens schema`: the JSON schemas of what the other commands print.

use std::io::Write;

use clap::builder::PossibleValuesParser;
use clap::{Args, CommandFactory};
use schemars::Schema;

use crate::cli::args::Arguments;
use crate::cli::commands::{Command, RunCommand};
use crate::cli::output::{json, schema_text};
use crate::cli::{Failure, Outcome};

/// Print the JSON schema of what a command prints with --json; with --markdown, the fields of all commands.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  heaplens schema compare")]
pub(crate) struct SchemaArgs {
    /// The command.
    #[arg(value_name = "COMMAND", required_unless_present = "markdown", value_parser = PossibleValuesParser::new(Command::with_json()))]
    command: Option<String>,
    /// Print the fields of all commands as Markdown.
    #[arg(long, conflicts_with = "command")]
    markdown: bool,
}

impl RunCommand for SchemaArgs {
    fn run(&self, out: &mut dyn Write) -> Result<Outcome, Failure> {
        match self.command.as_deref().and_then(Command::schema) {
            Some(schema) => json::write(out, &schema)?,
            None => out.write_all(reference().as_bytes())?,
        }
        Ok(Outcome::Done)
    }

    fn schema() -> Option<Schema> {
        None
    }
}

/// The page about the JSON of all commands.
fn reference() -> String {
    const HEAD: &str = "# JSON of the command line\n\n\
        Numbers are plain: bytes, counts, ids; what is absent is `null`. Fields may be added; those below stay.\n\
        `heaplens schema COMMAND` prints the schema of a command. Made by `heaplens schema --markdown`.\n";
    let program = Arguments::command();
    let section = |name: &str| {
        let about = program.find_subcommand(name).and_then(clap::Command::get_about).map(ToString::to_string);
        let fields = Command::schema(name).as_ref().map(schema_text::field_table);
        format!("\n## {name}\n\n{}.\n\n{}", about.unwrap_or_default(), fields.unwrap_or_default())
    };
    let sections: String = Command::with_json().into_iter().map(section).collect();
    format!("{HEAD}{sections}")
}
