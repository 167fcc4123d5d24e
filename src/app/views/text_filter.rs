//! A filter as the user types it: an invalid pattern is explained, and the last good one stays in force.

use crate::model::ClassFilter;

/// The names that a filter applies to. Views of the same names share one filter.
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
    /// Sets the text.
    pub fn set(&mut self, typed: String) {
        match ClassFilter::parse(&typed) {
            Ok(_) => (self.good, self.error) = (typed.clone(), None),
            Err(error) => self.error = Some(error.to_string()),
        }
        self.typed = typed;
    }

    /// The last valid filter.
    pub fn good(&self) -> &str {
        &self.good
    }
}
