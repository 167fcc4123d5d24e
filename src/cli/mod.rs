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

/// The action that the command line requests.
pub enum Request {
    /// The window.
    Window(WindowRequest),
    /// A command that prints.
    Print(Invocation),
}

/// What the window begins with.
#[derive(Default)]
pub struct WindowRequest {
    /// Files that are opened.
    pub files: Vec<PathBuf>,
    /// Folders with source maps and source code, for this run.
    pub source_folders: Vec<PathBuf>,
}

/// A command of the command line, ready to run.
pub struct Invocation(Command);

/// Parses the command line. For help or invalid arguments, prints the text and ends the process.
pub fn parse_args() -> Request {
    let arguments = Arguments::parse();
    match arguments.command {
        Some(command) => {
            let reading = &arguments.reading;
            load::set_load_options(reading.options(), reading.cache(), reading.maps());
            Request::Print(Invocation(command))
        }
        None => {
            let source_folders = arguments.reading.source_folders();
            Request::Window(WindowRequest { files: arguments.files, source_folders })
        }
    }
}

/// Why a command failed.
pub(crate) enum Failure {
    /// The file could not be loaded.
    Load(LoadError),
    /// An argument that turned out to be invalid for the file: an error message.
    Argument(String),
    /// Standard output is full or closed.
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

/// How a successful command ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    Done,
    /// The check found what it looks for.
    CheckFailed,
    /// The user interrupted it.
    Interrupted,
}

impl Invocation {
    /// Prints the result to standard output, messages to standard error.
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

/// Prints one line on standard error; it may contain names from a file.
fn warn(sentence: &str) {
    const LIMIT: usize = 1000;
    // If standard error is closed too, nothing can be printed.
    let _ = writeln!(io::stderr(), "heaplens: {}", sanitize(sentence, LIMIT));
}

fn fail(sentence: &str) -> ExitCode {
    warn(sentence);
    ExitCode::from(2)
}
