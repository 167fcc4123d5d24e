//! The command line: the models as text, CSV and JSON. Needs no display.

mod args;
mod check;
mod compare;
mod csv;
mod filter;
mod growth;
mod json;
mod list;
mod list_args;
mod lists;
mod loading;
mod long_help;
mod memory;
mod nodes;
mod object;
mod sort;
mod statistics;
mod summary;
mod suspects;
mod text_table;
mod trend;

use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::base::reason;
use crate::model::format::harmless;
use crate::snapshot::LoadError;
use args::{Arguments, Command};

/// What a person asked for.
pub enum Request {
    /// The window, with these files open.
    Window(Vec<PathBuf>),
    /// Something printed.
    Print(Printing),
}

/// A command of the command line, ready to run.
pub struct Printing(Command);

/// Reads the command line. Prints help and what is wrong with the arguments, and ends the process then.
pub fn request() -> Request {
    let arguments = Arguments::parse();
    match arguments.command {
        Some(command) => {
            loading::read_with(arguments.reading.options());
            Request::Print(Printing(command))
        }
        None => Request::Window(arguments.files),
    }
}

/// Why a command did not do what it was asked to.
enum Failure {
    /// The file could not be loaded.
    Load(LoadError),
    /// An argument that only the file shows to be wrong: a sentence.
    Argument(String),
    /// Standard output is full or gone.
    Output(io::Error),
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        Self::Load(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Output(error.into())
    }
}

/// How a command ended that could be carried out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Outcome {
    Done,
    /// A check that was asked for did not hold.
    DoesNotHold,
}

impl Printing {
    /// Prints it to standard output, messages to standard error.
    pub fn run(&self) -> ExitCode {
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        let done = self.print(&mut out).and_then(|outcome| {
            out.flush()?;
            Ok(outcome)
        });
        match done {
            Ok(Outcome::Done) => ExitCode::SUCCESS,
            Ok(Outcome::DoesNotHold) => ExitCode::from(1),
            // Whoever read has seen enough.
            Err(Failure::Output(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Err(Failure::Output(error)) => {
                fail(&format!("cannot write to standard output: {}", reason(&error)))
            }
            Err(Failure::Load(error)) => fail(&loading::sentence(&error)),
            Err(Failure::Argument(sentence)) => fail(&sentence),
        }
    }

    fn print(&self, out: &mut dyn Write) -> Result<Outcome, Failure> {
        match &self.0 {
            Command::Summary(args) => summary::print(args, out)?,
            Command::Compare(args) => compare::print(args, out)?,
            Command::Statistics(args) => statistics::print(args, out)?,
            Command::Object(args) => object::print(args, out)?,
            Command::Nodes(args) => nodes::print(args, out)?,
            Command::Growth(args) => growth::print(args, out)?,
            Command::Suspects(args) => suspects::print(args, out)?,
            Command::Trend(args) => trend::print(args, out)?,
            Command::Strings(args) => lists::strings(args, out)?,
            Command::Allocations(args) => lists::allocations(args, out)?,
            Command::Search(args) => lists::search(args, out)?,
            Command::Dominators(args) => lists::dominators(args, out)?,
            Command::Retainers(args) => lists::retainers(args, out)?,
            Command::Paths(args) => lists::paths(args, out)?,
            Command::Check(args) => return check::print(args, out),
        }
        Ok(Outcome::Done)
    }
}

/// One line on standard error; it may hold names from a file.
fn complain(sentence: &str) {
    const LIMIT: usize = 1000;
    // Nobody is left to tell if standard error is gone too.
    let _ = writeln!(io::stderr(), "heaplens: {}", harmless(sentence, LIMIT));
}

fn fail(sentence: &str) -> ExitCode {
    complain(sentence);
    ExitCode::from(2)
}
