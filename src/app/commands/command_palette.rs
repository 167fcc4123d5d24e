//! The command palette: fuzzy search among all enabled commands that have a name.

use std::borrow::Cow;

use crate::app::commands::command::Command;
use crate::app::commands::fuzzy::{FuzzyMatch, fuzzy_match};
use crate::app::commands::registry::{CommandDef, entries};
use crate::app::state::AppState;

/// The text of the palette, and the commands that match.
#[derive(Clone, PartialEq, Debug)]
pub struct CommandPalette {
    /// The text of its field.
    pub typed: String,
    /// Best match first; without a text all commands, in the order of the registry.
    pub hits: Vec<Hit>,
    /// The selected one.
    pub chosen: usize,
    /// All commands that were enabled when the palette was opened.
    offered: Vec<&'static CommandDef>,
}

/// A command that matches.
#[derive(Clone, PartialEq, Debug)]
pub struct Hit {
    /// The command.
    pub entry: &'static CommandDef,
    /// Its text.
    pub title: Cow<'static, str>,
    /// The positions of the typed letters in it.
    pub matched: FuzzyMatch,
}

impl CommandPalette {
    /// All enabled commands in `state`.
    pub fn new(state: &AppState) -> Self {
        let is_offered = |entry: &&CommandDef| {
            !matches!(entry.command, Command::TogglePalette | Command::Dismiss)
                && state.is_enabled(&entry.command)
        };
        let offered = entries().filter(is_offered).collect();
        let mut palette = Self { typed: String::new(), hits: Vec::new(), chosen: 0, offered };
        palette.edit(String::new());
        palette
    }

    /// Sets the text.
    pub fn edit(&mut self, typed: String) {
        let hit = |&entry: &&'static CommandDef| {
            let title = entry.title();
            let matched = fuzzy_match(&typed, &title)?;
            Some(Hit { entry, title, matched })
        };
        self.hits = self.offered.iter().filter_map(hit).collect();
        self.hits.sort_by_key(|hit| std::cmp::Reverse(hit.matched.score));
        self.typed = typed;
        self.chosen = 0;
    }

    /// Moves the selection `by` matches down, or up where negative, cyclically.
    pub fn step(&mut self, by: isize) {
        let count = self.hits.len().cast_signed();
        if count > 0 {
            self.chosen = (self.chosen.cast_signed() + by).rem_euclid(count).unsigned_abs();
        }
    }

    /// The selected command.
    pub fn accept(self) -> Option<Command> {
        Some(self.hits.get(self.chosen)?.entry.command.clone())
    }
}
