//! The search as the user types it: an invalid pattern is explained, and the last good search stays.

use crate::model::Search;

/// The field and its switches.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SearchBar {
    /// The text of the field.
    pub typed: Search,
    /// What is wrong with it.
    pub error: Option<String>,
    good: Search,
}

impl SearchBar {
    /// Sets the text or a switch.
    pub fn set(&mut self, typed: Search) {
        match typed.check() {
            Ok(()) => (self.good, self.error) = (typed.clone(), None),
            Err(error) => self.error = Some(error.to_string()),
        }
        self.typed = typed;
    }

    /// The last valid search.
    pub fn good(&self) -> &Search {
        &self.good
    }
}
