//! The conditions above the rows, each a chip.

use crate::model::Condition;

/// The state of the line of chips.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FilterChips {
    /// The condition that is being typed.
    pub typed: String,
    /// What is wrong with it.
    pub error: Option<String>,
    /// Conditions that all hold.
    pub conditions: Vec<Condition>,
}

impl FilterChips {
    /// Takes what was typed so far.
    pub fn edit(&mut self, typed: String) {
        self.typed = typed;
        self.error = None;
    }

    /// Adds the condition that was typed, or says what is wrong with it.
    pub fn accept(&mut self) {
        match Condition::parse(&self.typed) {
            Ok(condition) => self.add(condition),
            Err(error) => self.error = Some(error.to_string()),
        }
    }

    /// Adds a condition unless it is there.
    pub fn add(&mut self, condition: Condition) {
        if !self.conditions.contains(&condition) {
            self.conditions.push(condition);
        }
        self.edit(String::new());
    }

    /// Takes condition number `at` away.
    pub fn remove(&mut self, at: usize) {
        if at < self.conditions.len() {
            self.conditions.remove(at);
        }
    }

    /// Takes all chips away.
    pub fn clear(&mut self) {
        self.conditions.clear();
    }
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
}
