//! The table of named commands: label, tooltip and key, from which menus, buttons, shortcuts, help and the
//! palette are built. Commands that set an option are in [`OPTION_COMMANDS`].

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::app::capture::commands::CaptureCommand;
use crate::app::commands::command::{Command, Zoom};
use crate::app::commands::option_commands::OPTION_COMMANDS;
use crate::app::views::View;
use crate::app::views::panes::{CopyWhat, ReportFormat};
use crate::model::TextFormat;

/// The modifiers of a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyModifiers {
    /// Nothing.
    Nothing,
    /// Ctrl, or Command on a Mac.
    Ctrl,
    /// The same with Shift.
    CtrlShift,
    /// Shift.
    Shift,
    /// Alt, or Option.
    Alt,
}

/// A key and what is held beside it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shortcut {
    /// Modifiers.
    pub hold: KeyModifiers,
    /// The key's name: `O`, `1`, `F1`, `Left`.
    pub key: &'static str,
}

/// A named command.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What it does.
    pub command: Command,
    /// The option that it sets; empty for other commands.
    pub category: &'static str,
    /// Its text in menus and buttons.
    pub label: &'static str,
    /// Its tooltip.
    pub tooltip: &'static str,
    /// Its key.
    pub shortcut: Option<Shortcut>,
}

const fn entry(
    command: Command,
    label: &'static str,
    tooltip: &'static str,
    shortcut: Option<Shortcut>,
) -> Entry {
    Entry { command, category: "", label, tooltip, shortcut }
}

const fn keys(hold: KeyModifiers, key: &'static str) -> Option<Shortcut> {
    Some(Shortcut { hold, key })
}

fn show(view: View) -> Entry {
    let spec = view.spec();
    entry(Command::ShowView(view), spec.title, spec.tooltip, Some(spec.shortcut))
}

/// Every named command that sets no option, in the order of the help.
pub static COMMANDS: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let views = View::ALL.into_iter().map(show);
    FILE_COMMANDS.iter().cloned().chain(views).chain(OTHER_COMMANDS.iter().cloned()).collect()
});

static FILE_COMMANDS: &[Entry] = {
    use KeyModifiers::{Ctrl, CtrlShift};
    &[
        entry(Command::OpenDialog, "Open…", "Choose one or several heap snapshots", keys(Ctrl, "O")),
        entry(
            Command::OpenPrompt(None),
            "Open path…",
            "Type the path of a heap snapshot",
            keys(CtrlShift, "O"),
        ),
        entry(
            Command::SaveReport,
            "Save report…",
            "Save what is shown as one HTML file: suspects with their code, growth, map and tables",
            keys(CtrlShift, "S"),
        ),
        entry(
            Command::Capture(CaptureCommand::Toggle),
            "Capture…",
            "Take snapshots of a running Node, Chrome, Electron or Deno",
            keys(CtrlShift, "K"),
        ),
        entry(
            Command::OpenSamples,
            "Open the samples",
            "A leaking server, at its start and after five requests",
            None,
        ),
        entry(
            Command::ContinueSession,
            "Continue",
            "Open the files, the view and the object of the last time again",
            None,
        ),
        entry(
            Command::CloseCurrent,
            "Close snapshot",
            "Close the snapshot that is shown and free its memory",
            keys(Ctrl, "W"),
        ),
        entry(Command::Quit, "Quit", "Quit Heaplens", keys(Ctrl, "Q")),
    ]
};

static OTHER_COMMANDS: &[Entry] = {
    use KeyModifiers::{Alt, Ctrl, CtrlShift, Nothing, Shift};
    &[
        entry(Command::NextHit(1), "Next object found", "Go to the next found object", keys(Nothing, "F3")),
        entry(
            Command::NextHit(-1),
            "Previous object found",
            "Go to the previous found object",
            keys(Shift, "F3"),
        ),
        entry(
            Command::FocusFilter,
            "Filter rows",
            "Show only rows whose name contains a text or matches a /regex/",
            keys(CtrlShift, "F"),
        ),
        entry(Command::SetFilter(String::new()), "Clear the filter", "Show rows of any name again", None),
        entry(
            Command::SwapSides,
            "Swap baseline and current",
            "Exchange the two sides of the comparison",
            keys(CtrlShift, "S"),
        ),
        entry(Command::Back, "Back", "Go to the previously selected row", keys(Alt, "Left")),
        entry(Command::Forward, "Forward", "Go to the next row of the selection history", keys(Alt, "Right")),
        entry(Command::ToggleFiles, "Snapshots", "Show or hide the list of open snapshots", keys(Ctrl, "B")),
        entry(
            Command::ToggleRetainers,
            "Retainers",
            "Show or hide who holds the selected object",
            keys(Ctrl, "J"),
        ),
        entry(
            Command::ToggleObject,
            "Object",
            "Show or hide what the selected object holds",
            keys(Ctrl, "I"),
        ),
        entry(
            Command::ToggleSource,
            "Source",
            "Show or hide the source code of the selected object",
            keys(Ctrl, "U"),
        ),
        entry(
            Command::ToggleGenerated,
            "Generated code",
            "Show places and names of the code that ran, instead of the original code that source maps lead to",
            None,
        ),
        entry(
            Command::CopySelected(CopyWhat::Row),
            "Copy row",
            "The selected row with its numbers, between tabs",
            keys(Ctrl, "C"),
        ),
        entry(
            Command::CopySelected(CopyWhat::Path),
            "Copy path",
            "The shortest way from a root to the selected object, as JavaScript and step by step",
            keys(CtrlShift, "C"),
        ),
        entry(
            Command::CopySelected(CopyWhat::Place),
            "Copy file:line",
            "Path, line and column of the selected object's code, for an editor",
            None,
        ),
        entry(Command::CopySelected(CopyWhat::ObjectId), "Copy @id", "V8's id of the selected object", None),
        entry(
            Command::CopySelected(CopyWhat::Name),
            "Copy name",
            "The selected row without its numbers",
            None,
        ),
        entry(
            Command::CopyTable(TextFormat::Tsv),
            "Copy table as TSV",
            "All rows that are shown, between tabs, as spreadsheets read them",
            None,
        ),
        entry(
            Command::CopyTable(TextFormat::Markdown),
            "Copy table as Markdown",
            "All rows that are shown, as a table for a report",
            None,
        ),
        entry(
            Command::RevealSelected(View::Summary),
            "Reveal in Summary",
            "The selected object among its constructor's",
            keys(CtrlShift, "6"),
        ),
        entry(
            Command::RevealSelected(View::Containment),
            "Reveal in Containment",
            "The selected object at the end of the shortest way from a root",
            keys(CtrlShift, "7"),
        ),
        entry(
            Command::RevealSelected(View::Dominators),
            "Reveal in Dominators",
            "The selected object below what it would be freed with",
            keys(CtrlShift, "8"),
        ),
        entry(
            Command::OpenRecursively,
            "Open all below",
            "Open the selected row and the rows below it, as far as there is room",
            keys(Shift, "Right"),
        ),
        entry(
            Command::BookmarkSelected,
            "Bookmark",
            "Keep the selected object among the bookmarks of its snapshot, or take it out",
            keys(Ctrl, "D"),
        ),
        entry(Command::Zoom(Zoom::In), "Zoom in", "Make everything larger", keys(Ctrl, "Plus")),
        entry(Command::Zoom(Zoom::Out), "Zoom out", "Make everything smaller", keys(Ctrl, "Minus")),
        entry(Command::Zoom(Zoom::Reset), "Reset zoom", "Reset zoom to 100 %", None),
        entry(
            Command::ToggleFrameTimes,
            "Frame times",
            "Show or hide how long this program's own code takes for a frame",
            None,
        ),
        entry(
            Command::TogglePalette,
            "Command palette",
            "Find any command by some of its letters",
            keys(Ctrl, "K"),
        ),
        entry(
            Command::RestoreRetainers,
            "Restore ignored retainers",
            "Count the ignored retainers again",
            None,
        ),
        entry(
            Command::CopySuspects(ReportFormat::Text),
            "Copy as text",
            "The suspects for a mail or a terminal",
            None,
        ),
        entry(
            Command::CopySuspects(ReportFormat::Markdown),
            "Copy as Markdown",
            "The suspects for an issue or a chat",
            None,
        ),
        entry(Command::StopWork, "Stop", "Stop the running computation; the rows that are there stay", None),
        entry(Command::ToggleHelp, "Help", "Keys, terms and where to begin", keys(Nothing, "F1")),
        entry(
            Command::CopyFaults,
            "Copy error report",
            "Version, system and what went wrong inside Heaplens, to send to its authors; nothing of your files",
            None,
        ),
        entry(Command::Dismiss, "Close", "Close what covers the window", keys(Nothing, "Escape")),
    ]
};

/// Keys beside those of the table.
pub static MORE_KEYS: &[(Shortcut, Command)] =
    &[(Shortcut { hold: KeyModifiers::CtrlShift, key: "P" }, Command::TogglePalette)];

/// All commands with a name.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    COMMANDS.iter().chain(OPTION_COMMANDS.iter())
}

impl Entry {
    /// Its text with the option that it sets.
    pub fn title(&self) -> Cow<'static, str> {
        match self.category {
            "" => self.label.into(),
            category => format!("{category}: {}", self.label).into(),
        }
    }
}

impl Command {
    /// Its line in the tables, if it has one.
    pub fn entry(&self) -> Option<&'static Entry> {
        entries().find(|entry| entry.command == *self)
    }

    /// Its text; empty for a command without a name.
    pub fn label(&self) -> &'static str {
        self.entry().map_or("", |entry| entry.label)
    }

    /// Its tooltip; empty for a command without a name.
    pub fn tooltip(&self) -> &'static str {
        self.entry().map_or("", |entry| entry.tooltip)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_commands_share_a_shortcut() {
        let more = MORE_KEYS.iter().map(|(shortcut, _)| *shortcut);
        let shortcuts: Vec<_> = COMMANDS.iter().filter_map(|entry| entry.shortcut).chain(more).collect();
        for (position, shortcut) in shortcuts.iter().enumerate() {
            assert!(!shortcuts[..position].contains(shortcut), "{shortcut:?} is taken twice");
        }
    }

    #[test]
    fn no_two_commands_have_the_same_words() {
        let titles: Vec<_> = entries().map(Entry::title).collect();
        for (position, title) in titles.iter().enumerate() {
            assert!(!titles[..position].contains(title), "{title} stands twice");
        }
    }

    #[test]
    fn every_view_has_a_name_and_a_key() {
        for view in View::ALL {
            let entry = Command::ShowView(view).entry().unwrap();
            assert_eq!(entry.label, view.title());
            assert!(entry.shortcut.is_some());
        }
    }
}
