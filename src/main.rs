//! The program: the command line where one is asked for, the window otherwise.

use std::path::PathBuf;
use std::process::ExitCode;

use heaplens::cli::{Request, request};

fn main() -> ExitCode {
    match request() {
        Request::Print(printing) => printing.run(),
        Request::Window(files) => window(&files),
    }
}

/// Opens the window with `files`.
#[cfg(feature = "gui")]
fn window(files: &[PathBuf]) -> ExitCode {
    match heaplens::ui::run(files.to_vec()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("heaplens: the window could not be opened: {error}");
            ExitCode::from(2)
        }
    }
}

#[cfg(not(feature = "gui"))]
fn window(_files: &[PathBuf]) -> ExitCode {
    eprintln!("heaplens: this build has no window; heaplens --help says what it can print");
    ExitCode::from(2)
}
