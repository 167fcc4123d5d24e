//! Type-ahead: typing the beginning of a name in a table selects the next row that begins with it.

use crate::app::state::AppState;
use crate::app::tasks::one_shot::TaskResult;
use crate::app::views::panes::Pane;
use std::time::{Duration, Instant};

/// Maximum pause between letters of one word.
const PAUSE: Duration = Duration::from_millis(900);

/// The recently typed letters, and in which table.
#[derive(Default)]
pub(crate) struct TypeAhead {
    word: String,
    last: Option<(Pane, Instant)>,
}

impl TypeAhead {
    /// Adds letters; returns whether they start a new word.
    fn add(&mut self, pane: Pane, letters: &str, now: Instant) -> bool {
        let goes_on = self.last.is_some_and(|(last, at)| last == pane && now.duration_since(at) < PAUSE);
        if !goes_on {
            self.word.clear();
        }
        self.word.push_str(letters);
        self.last = Some((pane, now));
        !goes_on
    }
}

impl AppState {
    /// Finds the next row that begins with the typed text; while a word continues, the current row may match.
    pub(crate) fn type_ahead(&mut self, pane: Pane, letters: &str) {
        let is_new = self.type_ahead.add(pane, letters, Instant::now());
        let word = self.type_ahead.word.trim_start().to_owned();
        let Some(table) = self.table(pane).filter(|_| !word.is_empty()).cloned() else { return };
        let from = table.selected_row().map_or(0, |row| row + usize::from(is_new));
        let files = self.files_of(pane);
        self.spawn("Looking for the row", files, move |progress| {
            let path = table.find_beginning(&word, from, progress).ok()?;
            Some(path.map_or_else(
                || TaskResult::Refused(format!("No row begins with {word}")),
                |path| TaskResult::Select(pane, path),
            ))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_make_a_word_until_a_pause_or_another_table() {
        let mut ahead = TypeAhead::default();
        let begin = Instant::now();
        assert!(ahead.add(Pane::Main, "a", begin));
        assert!(!ahead.add(Pane::Main, "r", begin + PAUSE / 2));
        assert_eq!(ahead.word, "ar");
        assert!(ahead.add(Pane::Retainers, "r", begin + PAUSE / 2));
        assert!(ahead.add(Pane::Retainers, "x", begin + PAUSE * 2));
        assert_eq!(ahead.word, "x");
    }
}
