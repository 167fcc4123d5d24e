//! Named commands about the files that are open.

use crate::app::capture::commands::CaptureCommand;
use crate::app::commands::command::{Command, Effect};
use crate::app::commands::registry::{CommandDef, KeyModifiers};
use crate::app::files::open_file::OpenFile;
use crate::app::state::AppState;

/// In the order of the help.
pub(crate) static FILES: &[CommandDef] = &[
    CommandDef::new(Command::OpenDialog, "Open…", "Choose one or several heap snapshots")
        .key(KeyModifiers::Ctrl, "O")
        .has_effects(|_| vec![Effect::OpenDialog]),
    CommandDef::new(Command::OpenPrompt(None), "Open path…", "Type the path of a heap snapshot")
        .key(KeyModifiers::CtrlShift, "O")
        .changes(|state| state.open_prompt(None)),
    CommandDef::new(
        Command::SaveReport,
        "Save report…",
        "Save what is shown as one HTML file: suspects with their code, growth, map and tables",
    )
    .key(KeyModifiers::CtrlShift, "S")
    .enabled_if(|state| state.current_file().is_some_and(OpenFile::is_complete))
    .has_effects(|state| state.ask_for_report_path()),
    CommandDef::new(
        Command::AddSourceFolder,
        "Add source folder…",
        "Choose a folder with source maps or the code of scripts whose paths are of another machine",
    )
    .has_effects(|_| vec![Effect::ChooseSourceFolder]),
    CommandDef::new(
        Command::ForgetSourceFolders,
        "Forget source folders",
        "Look for source maps and source code beside the scripts alone",
    )
    .enabled_if(|state| !state.source_folders().is_empty())
    .changes(AppState::forget_source_folders),
    CommandDef::new(
        Command::Capture(CaptureCommand::Toggle),
        "Capture…",
        "Take snapshots of a running Node, Chrome, Electron or Deno",
    )
    .key(KeyModifiers::CtrlShift, "K"),
    CommandDef::new(
        Command::OpenSamples,
        "Open the samples",
        "A leaking server, at its start and after five requests",
    )
    .enabled_if(|state| state.samples.is_some())
    .changes(|state| {
        state.open(state.samples.iter().flatten().cloned().collect());
        state.begin_coach();
    }),
    CommandDef::new(
        Command::ContinueSession,
        "Continue",
        "Open the files, the view and the object of the last time again",
    )
    .enabled_if(|state| state.files.is_empty() && state.settings.session.is_some())
    .changes(AppState::continue_session),
    CommandDef::new(
        Command::CloseCurrent,
        "Close snapshot",
        "Close the snapshot that is shown and free its memory",
    )
    .key(KeyModifiers::Ctrl, "W")
    .enabled_if(has_current)
    .changes(|state| {
        if let Some(id) = state.current {
            state.close(id);
        }
    }),
    CommandDef::new(Command::Quit, "Quit", "Quit Heaplens")
        .key(KeyModifiers::Ctrl, "Q")
        .has_effects(|_| vec![Effect::Quit]),
];

fn has_current(state: &AppState) -> bool {
    state.current.is_some()
}
