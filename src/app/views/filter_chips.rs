//! The filter conditions above the rows, each a chip.

use crate::model::{Completion, Condition, ConditionError, completions};

/// The state of the chips.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FilterChips {
    /// The condition that is being typed.
    pub typed: String,
    /// What is wrong with it, once more letters cannot mend it or it was to become a chip.
    pub error: Option<ConditionError>,
    /// How it can go on.
    pub offers: Vec<Completion>,
    /// The one that Enter takes.
    pub chosen: Option<usize>,
    /// Conditions that must all hold.
    pub conditions: Vec<Condition>,
}

impl FilterChips {
    /// Sets the text.
    pub fn edit(&mut self, typed: String) {
        // What ends with its mistake may still be mended by more letters.
        let error = Condition::check(&typed).err();
        self.error = error.filter(|error| !error.at.is_empty() && !is_begun(&typed));
        self.typed = typed;
        self.offers.clear();
        self.chosen = None;
    }

    /// Goes `by` completions down, or up where negative; above the first is what was typed.
    pub fn step(&mut self, by: isize) {
        let count = self.offers.len().cast_signed() + 1;
        let at = self.chosen.map_or(0, |at| at.cast_signed() + 1);
        self.chosen = (at + by).rem_euclid(count).unsigned_abs().checked_sub(1);
    }

    /// The text of the completion that is chosen.
    pub fn completed(&self) -> Option<&str> {
        self.offers.get(self.chosen?).map(|offer| offer.text.as_str())
    }

    /// Adds the typed condition, or shows why it is invalid.
    pub fn accept(&mut self) {
        match Condition::check(&self.typed) {
            Ok(condition) => self.add(condition),
            Err(error) => self.error = Some(error),
        }
    }

    /// Adds a condition unless it is there; its opposite gives way to it.
    pub fn add(&mut self, condition: Condition) {
        let opposite = condition.clone().negated();
        self.conditions.retain(|other| *other != opposite);
        if !self.conditions.contains(&condition) {
            self.conditions.push(condition);
        }
        self.edit(String::new());
    }

    /// Removes condition number `at`.
    pub fn remove(&mut self, at: usize) {
        if at < self.conditions.len() {
            self.conditions.remove(at);
        }
    }

    /// Removes all chips.
    pub fn clear(&mut self) {
        self.conditions.clear();
    }
}

/// Whether `typed` may be the begin of a condition: of a kind's name or of a pattern.
fn is_begun(typed: &str) -> bool {
    let is_open = typed.contains('/') && !typed.trim_end().ends_with('/');
    is_open || typed.contains("kind:") && !completions(typed, std::iter::empty()).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_becomes_a_chip_once_it_is_one() {
        let mut chips = FilterChips::default();
        chips.edit("retained>x".into());
        chips.accept();
        assert!(chips.error.is_some() && chips.conditions.is_empty());
        chips.edit("retained>1MB".into());
        assert_eq!(chips.error, None);
        chips.accept();
        chips.edit("retained > 1MB".into());
        chips.accept();
        assert_eq!((chips.conditions.len(), chips.typed.as_str()), (1, ""));
        chips.remove(0);
        assert!(chips.conditions.is_empty());
    }

    #[test]
    fn an_opposite_replaces_a_condition() {
        let mut chips = FilterChips::default();
        let condition = Condition::ClassIs("Layer".into());
        chips.add(condition.clone());
        chips.add(condition.clone().negated());
        assert_eq!(chips.conditions, [condition.negated()]);
    }

    #[test]
    fn a_mistake_is_said_while_typing_once_letters_cannot_mend_it() {
        let mut chips = FilterChips::default();
        for (typed, is_wrong) in [
            ("retained>", false),
            ("retained>b", true),
            ("kind:clo", false),
            ("kind:clx", true),
            ("/(", false),
            ("/(/", true),
        ] {
            chips.edit(typed.into());
            assert_eq!(chips.error.is_some(), is_wrong, "{typed}");
        }
    }
}
