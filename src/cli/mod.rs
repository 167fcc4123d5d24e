//! The command line: the models as text, CSV and JSON. Needs no display.

mod args;
pub(crate) mod commands;
mod filter;
pub(crate) mod load;
pub(crate) mod output;
pub(crate) mod peak_memory;

use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::base::{Cancelled, describe_io_error};
use crate::cli::args::Arguments;
use crate::cli::commands::Command;
use crate::model::format::sanitize;
use crate::snapshot::LoadError;

/// What the command line asks for.
pub enum Request {
    /// The window, with these files open.
    Window(Vec<PathBuf>),
    /// A command that prints.
    Print(Invocation),
}

/// A command of the command line, ready to run.
pub struct Invocation(Command);

/// Parses the command line. Prints help or what is wrong with the arguments, and ends the process then.
pub fn parse_args() -> Request {
    let arguments = Arguments::parse();
    match arguments.command {
        Some(command) => {
            let reading = &arguments.reading;
            load::set_load_options(reading.options(), reading.cache(), reading.maps());
            Request::Print(Invocation(command))
        }
        None => Request::Window(arguments.files),
    }
}

/// Why a command failed.
pub(crate) enum Failure {
    /// The file could not be loaded.
    Load(LoadError),
    /// An invalid argument that only the file shows to be one: a sentence.
    Argument(String),
    /// Standard output is full or gone.
    Output(io::Error),
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        Self::Load(error)
    }
}

impl From<Cancelled> for Failure {
    fn from(cancelled: Cancelled) -> Self {
        Self::Load(cancelled.into())
    }
}

impl From<csv::Error> for Failure {
    fn from(error: csv::Error) -> Self {
        match error.into_kind() {
            csv::ErrorKind::Io(error) => Self::Output(error),
            kind => Self::Output(io::Error::other(format!("{kind:?}"))),
        }
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

/// How a command ended that did not fail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    Done,
    /// The check found what it looks for.
    CheckFailed,
    /// The user interrupted it.
    Interrupted,
}

impl Invocation {
    /// Prints it to standard output, messages to standard error.
    pub fn run(&self) -> ExitCode {
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        let done = self.0.run(&mut out).and_then(|outcome| {
            out.flush()?;
            load::tell_rejected_maps();
            load::finish_indexes();
            Ok(outcome)
        });
        match done {
            Ok(Outcome::Done) => ExitCode::SUCCESS,
            Ok(Outcome::CheckFailed) => ExitCode::from(1),
            Ok(Outcome::Interrupted) => ExitCode::from(130),
            // The reader has closed the pipe.
            Err(Failure::Output(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Err(Failure::Output(error)) => {
                fail(&format!("cannot write to standard output: {}", describe_io_error(&error)))
            }
            Err(Failure::Load(error)) => fail(&load::format_error(&error)),
            Err(Failure::Argument(sentence)) => fail(&sentence),
        }
    }
}

/// One line on standard error; it may hold names from a file.
fn warn(sentence: &str) {
    const LIMIT: usize = 1000;
    // If standard error is gone too, there is nowhere to write.
    let _ = writeln!(io::stderr(), "heaplens: {}", sanitize(sentence, LIMIT));
}

fn fail(sentence: &str) -> ExitCode {
    warn(sentence);
    ExitCode::from(2)
}
