//! The registry of named commands, from which menus, buttons, shortcuts, help and the palette are built: each
//! entry has text, tooltip, key, when it is enabled, and what it does. Commands that set an option are in
//! [`OPTION_COMMANDS`].

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use crate::app::commands::command::{Command, Effect};
use crate::app::commands::named::files::FILES;
use crate::app::commands::named::navigation::NAVIGATION;
use crate::app::commands::named::selection::SELECTION;
use crate::app::commands::named::window::WINDOW;
use crate::app::commands::option_commands::OPTION_COMMANDS;
use crate::app::state::AppState;
use crate::app::views::View;

/// The modifiers of a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyModifiers {
    /// None.
    Nothing,
    /// Ctrl, or Command on a Mac.
    Ctrl,
    /// Ctrl or Command with Shift.
    CtrlShift,
    /// Shift.
    Shift,
    /// Alt, or Option on a Mac.
    Alt,
}

/// A key with its modifiers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shortcut {
    /// Modifiers.
    pub hold: KeyModifiers,
    /// The key's name: `O`, `1`, `F1`, `Left`.
    pub key: &'static str,
}

/// What carries a command out.
#[derive(Clone, Copy)]
pub(crate) enum Deed {
    /// The dispatch, which knows the command's argument.
    Dispatch,
    /// A change of the state.
    Change(fn(&mut AppState)),
    /// A change with effects for the window to perform.
    Effects(fn(&mut AppState) -> Vec<Effect>),
}

/// A named command with all its properties.
#[derive(Clone)]
pub struct CommandDef {
    /// Its value.
    pub command: Command,
    /// The option that it sets; empty for other commands.
    pub category: &'static str,
    /// Its text in menus and buttons.
    pub label: &'static str,
    /// Its tooltip.
    pub tooltip: &'static str,
    /// Its key.
    pub shortcut: Option<Shortcut>,
    /// Whether it has an effect now.
    is_enabled: fn(&AppState) -> bool,
    deed: Deed,
}

impl CommandDef {
    /// A command that the dispatch carries out; always enabled.
    pub const fn new(command: Command, label: &'static str, tooltip: &'static str) -> Self {
        let is_enabled = |_: &AppState| true;
        Self { command, category: "", label, tooltip, shortcut: None, is_enabled, deed: Deed::Dispatch }
    }

    /// A command that sets an option, whose category the palette shows before it.
    pub const fn in_category(mut self, category: &'static str) -> Self {
        self.category = category;
        self
    }

    /// With a shortcut.
    pub const fn key(mut self, hold: KeyModifiers, key: &'static str) -> Self {
        self.shortcut = Some(Shortcut { hold, key });
        self
    }

    /// Enabled only under a condition.
    pub const fn enabled_if(mut self, is_enabled: fn(&AppState) -> bool) -> Self {
        self.is_enabled = is_enabled;
        self
    }

    /// Changes the state.
    pub const fn changes(mut self, change: fn(&mut AppState)) -> Self {
        self.deed = Deed::Change(change);
        self
    }

    /// Changes the state and returns effects for the window.
    pub const fn has_effects(mut self, effects: fn(&mut AppState) -> Vec<Effect>) -> Self {
        self.deed = Deed::Effects(effects);
        self
    }

    /// Whether it has an effect now.
    pub fn is_enabled(&self, state: &AppState) -> bool {
        (self.is_enabled)(state)
    }

    /// Carries it out, unless the dispatch does.
    pub(crate) fn carry_out(&self, state: &mut AppState) -> Option<Vec<Effect>> {
        match self.deed {
            Deed::Dispatch => None,
            Deed::Change(change) => {
                change(state);
                Some(Vec::new())
            }
            Deed::Effects(effects) => Some(effects(state)),
        }
    }
}

impl PartialEq for CommandDef {
    fn eq(&self, other: &Self) -> bool {
        self.command == other.command
    }
}

impl fmt::Debug for CommandDef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.command.fmt(formatter)
    }
}

/// Every named command that sets no option, in the order of the help.
pub static COMMANDS: LazyLock<Vec<CommandDef>> = LazyLock::new(|| {
    let views = View::ALL.into_iter().map(show);
    let topics = [NAVIGATION, SELECTION, WINDOW].into_iter().flatten();
    FILES.iter().cloned().chain(views).chain(topics.cloned()).collect()
});

fn show(view: View) -> CommandDef {
    let spec = view.spec();
    CommandDef {
        shortcut: Some(spec.shortcut),
        ..CommandDef::new(Command::ShowView(view), spec.title, spec.tooltip)
    }
}

/// Shortcuts in addition to those of the registry.
pub static MORE_KEYS: &[(Shortcut, Command)] =
    &[(Shortcut { hold: KeyModifiers::CtrlShift, key: "P" }, Command::TogglePalette)];

/// All commands with a name.
pub fn entries() -> impl Iterator<Item = &'static CommandDef> {
    COMMANDS.iter().chain(OPTION_COMMANDS.iter())
}

impl CommandDef {
    /// Its text with the category of its option.
    pub fn title(&self) -> Cow<'static, str> {
        match self.category {
            "" => self.label.into(),
            category => format!("{category}: {}", self.label).into(),
        }
    }
}

impl Command {
    /// Its entry in the registry, if it has one.
    pub fn entry(&self) -> Option<&'static CommandDef> {
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
        let titles: Vec<_> = entries().map(CommandDef::title).collect();
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
