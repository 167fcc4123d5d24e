//! The program: the command line if a command was given, the window otherwise.

use std::process::ExitCode;

use heaplens::cli::{Request, WindowRequest, parse_args};
use heaplens::parse::return_large_blocks;

fn main() -> ExitCode {
    return_large_blocks();
    match parse_args() {
        Request::Print(invocation) => invocation.run(),
        Request::Window(request) => window(request),
    }
}

/// Opens the window and returns when it is closed.
#[cfg(feature = "gui")]
fn window(request: WindowRequest) -> ExitCode {
    match heaplens::ui::run(request.files, request.source_folders) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("heaplens: the window could not be opened: {reason}");
            ExitCode::from(2)
        }
    }
}

/// Reports that there is no window.
#[cfg(not(feature = "gui"))]
fn window(_request: WindowRequest) -> ExitCode {
    eprintln!("heaplens: this build has no window; heaplens --help lists its commands");
    ExitCode::from(2)
}
