//! A filter as the user types it: an invalid pattern is explained, and the last good one stays in force.

use crate::model::ClassFilter;

/// The names that a filter is about. Views of the same names share one filter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FilterField {
    /// Names of constructors.
    Constructors,
    /// Texts of strings.
    Strings,
}

/// A field for a text or a /regex/.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TextFilter {
    /// The text of the field.
    pub typed: String,
    /// What is wrong with it.
    pub error: Option<String>,
    good: String,
}

impl TextFilter {
    /// Takes what was typed.
    pub fn set(&mut self, typed: String) {
        match ClassFilter::parse(&typed) {
            Ok(_) => (self.good, self.error) = (typed.clone(), None),
            Err(error) => self.error = Some(error.to_string()),
        }
        self.typed = typed;
    }

    /// The last text that was a filter.
    pub fn good(&self) -> &str {
        &self.good
    }
}
