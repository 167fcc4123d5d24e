//! Named commands about the window as a whole.

use crate::app::commands::command::{Command, Effect, Zoom};
use crate::app::commands::command_palette::CommandPalette;
use crate::app::commands::registry::{CommandDef, KeyModifiers};
use crate::app::state::AppState;
use crate::app::tasks::panic_log;
use crate::app::views::View;
use crate::app::views::panes::ReportFormat;

/// In the order of the help.
pub(crate) static WINDOW: &[CommandDef] = &[
    CommandDef::new(Command::Zoom(Zoom::In), "Zoom in", "Make everything larger")
        .key(KeyModifiers::Ctrl, "Plus")
        .has_effects(|_| vec![Effect::Zoom(Zoom::In)]),
    CommandDef::new(Command::Zoom(Zoom::Out), "Zoom out", "Make everything smaller")
        .key(KeyModifiers::Ctrl, "Minus")
        .has_effects(|_| vec![Effect::Zoom(Zoom::Out)]),
    CommandDef::new(Command::Zoom(Zoom::Reset), "Reset zoom", "Reset zoom to 100 %")
        .has_effects(|_| vec![Effect::Zoom(Zoom::Reset)]),
    CommandDef::new(
        Command::ToggleFrameTimes,
        "Frame times",
        "Show or hide how long this program's own code takes for a frame",
    )
    .changes(|state| state.settings.frame_times_shown ^= true),
    CommandDef::new(
        Command::ToggleIndex,
        "Keep an index of large snapshots",
        "What is computed for a snapshot of 50 MB and more is kept in your folder for caches, so that it opens at once the next time; `heaplens cache` lists and deletes it",
    )
    .changes(|state| state.settings.index_kept ^= true),
    CommandDef::new(Command::TogglePalette, "Command palette", "Find any command by some of its letters")
        .key(KeyModifiers::Ctrl, "K")
        .changes(|state| {
            state.command_palette =
                if state.command_palette.is_some() { None } else { Some(CommandPalette::new(state)) };
        }),
    CommandDef::new(
        Command::CopySuspects(ReportFormat::Text),
        "Copy as text",
        "The suspects for a mail or a terminal",
    )
    .enabled_if(shows_suspects)
    .has_effects(|state| vec![Effect::Copy(state.suspects_text(ReportFormat::Text))]),
    CommandDef::new(
        Command::CopySuspects(ReportFormat::Markdown),
        "Copy as Markdown",
        "The suspects for an issue or a chat",
    )
    .enabled_if(shows_suspects)
    .has_effects(|state| vec![Effect::Copy(state.suspects_text(ReportFormat::Markdown))]),
    CommandDef::new(Command::StopWork, "Stop", "Stop the running computation; the rows that are there stay")
        .enabled_if(AppState::is_busy)
        .changes(|state| state.cache.stop()),
    CommandDef::new(Command::ToggleHelp, "Help", "Keys, terms and where to begin")
        .key(KeyModifiers::Nothing, "F1")
        .changes(|state| state.help_shown ^= true),
    CommandDef::new(Command::ToggleAbout, "About Heaplens", "Version, system and licence of this program")
        .changes(|state| state.about_shown ^= true),
    CommandDef::new(
        Command::CopyFaults,
        "Copy error report",
        "Version, system and what went wrong inside Heaplens, to send to its authors; nothing of your files",
    )
    .has_effects(|state| {
        state.status_message = Some("Copied version, system and internal errors".to_owned());
        vec![Effect::Copy(panic_log::report())]
    }),
    CommandDef::new(Command::Dismiss, "Close", "Close what covers the window")
        .key(KeyModifiers::Nothing, "Escape")
        .changes(|state| {
            state.help_shown = false;
            state.about_shown = false;
            state.prompt = None;
            state.command_palette = None;
        }),
];

fn shows_suspects(state: &AppState) -> bool {
    state.view == View::Suspects
}
