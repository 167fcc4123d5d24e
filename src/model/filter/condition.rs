//! Conditions for the shown objects: each a chip above the rows; all must hold.
//!
//! As typed: `class:text`, `class:/regex/`, `class=Name`, `kind:string`, `detached`, and bounds such as
//! `retained>=1MB`, `shallow<100` or `distance<=3`; with `!` before it, the opposite. A word that is none of
//! these is a text that the constructor contains.

use crate::base::NodeIndex;
use crate::graph::{Detachedness, NodeKind};
use crate::model::filter::class_filter::{ClassFilter, ParseFilterError};
use crate::model::format;
use crate::snapshot::{Classes, SizeMode, Snapshot, bytes_of};
use std::ops::Range;

/// One condition.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Condition {
    /// The constructor contains a text or matches a /regex/, as typed: a filter that parses.
    Class(String),
    /// The constructor has exactly this name.
    ClassIs(String),
    /// V8's word for what it is.
    Kind(String),
    /// A bound for a number.
    Bound(Measure, Bound),
    /// A DOM node outside any document.
    Detached,
    /// Another condition does not hold.
    Not(Box<Condition>),
}

/// What is wrong with a condition, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConditionError {
    /// A sentence.
    pub message: String,
    /// The bytes of the typed text that are wrong; empty at its end if something is missing there.
    pub at: Range<usize>,
}

/// What a bound applies to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Measure {
    /// Shallow size.
    Shallow,
    /// Retained size.
    Retained,
    /// Distance from the roots.
    Distance,
}

/// An inclusive bound.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Bound {
    /// At least.
    AtLeast(u64),
    /// At most.
    AtMost(u64),
}

const MEASURES: [(&str, Measure); 3] =
    [("shallow", Measure::Shallow), ("retained", Measure::Retained), ("distance", Measure::Distance)];

impl Condition {
    /// Parses `typed`; the error is a message for the user.
    pub fn parse(typed: &str) -> Result<Self, ParseFilterError> {
        Self::check(typed).map_err(|error| ParseFilterError(error.message))
    }

    /// The same, with the place of what is wrong.
    pub fn check(typed: &str) -> Result<Self, ConditionError> {
        let word = Word::trimmed(typed, 0..typed.len());
        if let Some(rest) = word.after("!") {
            return check_positive(rest).map(Self::negated);
        }
        check_positive(word)
    }

    /// The opposite.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// The text of its chip.
    pub fn label(&self) -> String {
        match self {
            Self::Class(text) if text.starts_with('/') => {
                format!("Constructor matches {}", format::sanitize(text, 60))
            }
            Self::Class(text) => format!("Constructor contains \"{}\"", format::sanitize(text, 60)),
            Self::ClassIs(name) => format!("Constructor is {}", format::sanitize(name, 60)),
            Self::Not(inner) => inner.negative_label(),
            Self::Kind(kind) => format!("Kind is {kind}"),
            Self::Detached => "Detached".into(),
            Self::Bound(measure, bound) => {
                let (name, print): (_, fn(u64) -> String) = match measure {
                    Measure::Shallow => ("Shallow size", format::format_size),
                    Measure::Retained => ("Retained size", format::format_size),
                    Measure::Distance => ("Distance", format::format_count),
                };
                match *bound {
                    Bound::AtLeast(least) => format!("{name} ≥ {}", print(least)),
                    Bound::AtMost(most) => format!("{name} ≤ {}", print(most)),
                }
            }
        }
    }

    /// What the chip of its opposite says.
    fn negative_label(&self) -> String {
        match self {
            Self::Class(text) if text.starts_with('/') => {
                format!("Constructor does not match {}", format::sanitize(text, 60))
            }
            Self::Class(text) => {
                format!("Constructor does not contain \"{}\"", format::sanitize(text, 60))
            }
            Self::ClassIs(name) => format!("Constructor is not {}", format::sanitize(name, 60)),
            Self::Kind(kind) => format!("Kind is not {kind}"),
            Self::Detached => "Not detached".into(),
            Self::Bound(..) => format!("Not {}", self.label()),
            Self::Not(inner) => inner.label(),
        }
    }

    /// A test for the objects of a snapshot, with lookups done once.
    pub(crate) fn test<'a>(
        &'a self,
        snapshot: &'a Snapshot,
        constructors: &'a Classes,
        mode: SizeMode,
    ) -> Test<'a> {
        match self {
            Self::Class(text) => {
                let filter = ClassFilter::parse(text).unwrap_or_default();
                let kept: Vec<bool> =
                    constructors.iter().map(|(_, class)| filter.keeps(&class.name)).collect();
                Box::new(move |node| kept[constructors.of(node).position()])
            }
            Self::ClassIs(name) => {
                let kept: Vec<bool> = constructors.iter().map(|(_, class)| class.name == *name).collect();
                Box::new(move |node| kept[constructors.of(node).position()])
            }
            Self::Not(inner) => {
                let test = inner.test(snapshot, constructors, mode);
                Box::new(move |node| !test(node))
            }
            Self::Kind(name) => {
                let kind = NodeKind::named(name);
                Box::new(move |node| Some(snapshot.graph().nodes.kind(node)) == kind)
            }
            Self::Detached => Box::new(|node| snapshot.detachedness(node) == Detachedness::Detached),
            Self::Bound(measure, bound) => {
                let (measure, bound) = (*measure, *bound);
                Box::new(move |node| {
                    measure.of(snapshot, mode, node).is_some_and(|number| bound.holds(number))
                })
            }
        }
    }
}

/// Whether an object passes.
pub(crate) type Test<'a> = Box<dyn Fn(NodeIndex) -> bool + Sync + 'a>;

impl Measure {
    fn of(self, snapshot: &Snapshot, mode: SizeMode, node: NodeIndex) -> Option<u64> {
        match self {
            Self::Shallow => Some(snapshot.shallow(mode, node)),
            Self::Retained => snapshot.retained(mode, node),
            Self::Distance => snapshot.distance(node).shown().map(u64::from),
        }
    }
}

impl Bound {
    fn holds(self, number: u64) -> bool {
        match self {
            Self::AtLeast(least) => number >= least,
            Self::AtMost(most) => number <= most,
        }
    }
}

/// A part of what was typed.
#[derive(Clone)]
struct Word<'a> {
    typed: &'a str,
    range: Range<usize>,
}

impl<'a> Word<'a> {
    /// A part without the space around it.
    fn trimmed(typed: &'a str, range: Range<usize>) -> Self {
        let text = &typed[range.clone()];
        let begin = range.start + text.len() - text.trim_start().len();
        Self { typed, range: begin..begin + text.trim().len() }
    }

    fn text(&self) -> &'a str {
        &self.typed[self.range.clone()]
    }

    /// What stands behind `prefix`.
    fn after(&self, prefix: &str) -> Option<Self> {
        let found = self.text().starts_with(prefix);
        found.then(|| Self::trimmed(self.typed, self.range.start + prefix.len()..self.range.end))
    }

    fn error(&self, message: String) -> ConditionError {
        ConditionError { message, at: self.range.clone() }
    }
}

fn check_positive(word: Word<'_>) -> Result<Condition, ConditionError> {
    if word.text() == "detached" {
        return Ok(Condition::Detached);
    }
    if let Some(kind) = word.after("kind:") {
        let name = kind.text();
        return NodeKind::named(name).map(|_| Condition::Kind(name.to_owned())).ok_or_else(|| {
            kind.error(format!("V8 has no kind \"{name}\": kinds are object, string, closure, …"))
        });
    }
    let exact = word.after("class=");
    if let Some(bound) = bound(&word).filter(|_| exact.is_none()) {
        return bound;
    }
    let class = exact.clone().or_else(|| word.after("class:")).unwrap_or(word);
    let name = class.text();
    if name.is_empty() {
        return Err(class.error("there is nothing to look for".into()));
    }
    if exact.is_some() {
        return Ok(Condition::ClassIs(name.to_owned()));
    }
    let parsed = ClassFilter::parse(name).map_err(|error| class.error(error.0));
    parsed.map(|_| Condition::Class(name.to_owned()))
}

/// `measure`, a comparison, a number; nothing if `word` is no such thing.
fn bound(word: &Word<'_>) -> Option<Result<Condition, ConditionError>> {
    let text = word.text();
    let at = text.find(['<', '>'])?;
    let name = text[..at].trim();
    let &(_, measure) = MEASURES.iter().find(|(known, _)| *known == name)?;
    let (sign, rest) = text[at..].split_at(1);
    let is_strict = !rest.starts_with('=');
    let begin = word.range.start + at + 1 + usize::from(!is_strict);
    let number = Word::trimmed(word.typed, begin..word.range.end);
    let value = match measure {
        Measure::Distance => number.text().parse().ok(),
        Measure::Shallow | Measure::Retained => bytes_of(number.text()),
    };
    let Some(value) = value else {
        let expected = if measure == Measure::Distance { "3" } else { "500, 20kB or 1MB" };
        let message = format!("\"{}\" is not a number such as {expected}", number.text());
        return Some(Err(number.error(message)));
    };
    let bound = match (sign, is_strict) {
        (">", true) => Bound::AtLeast(value.saturating_add(1)),
        (">", false) => Bound::AtLeast(value),
        (_, true) => Bound::AtMost(value.saturating_sub(1)),
        (_, false) => Bound::AtMost(value),
    };
    Some(Ok(Condition::Bound(measure, bound)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_what_the_chip_says() {
        for (typed, label) in [
            ("retained>=1MB", "Retained size ≥ 1.0 MB"),
            ("retained > 999", "Retained size ≥ 1.0 kB"),
            ("shallow<100", "Shallow size ≤ 99 B"),
            ("distance<=3", "Distance ≤ 3"),
            ("kind:sliced string", "Kind is sliced string"),
            ("detached", "Detached"),
            ("class:Foo", "Constructor contains \"Foo\""),
            ("/^Foo/", "Constructor matches /^Foo/"),
            ("detached window", "Constructor contains \"detached window\""),
            ("class=Map<K>", "Constructor is Map<K>"),
            ("!class=Foo", "Constructor is not Foo"),
            ("! kind:string", "Kind is not string"),
            ("!detached", "Not detached"),
            ("!retained>=1MB", "Not Retained size ≥ 1.0 MB"),
        ] {
            let condition = Condition::parse(typed).unwrap();
            assert_eq!(condition.label().replace('\u{a0}', " "), label, "{typed}");
        }
    }

    #[test]
    fn what_is_no_condition_is_explained() {
        for (typed, error) in [
            ("retained>big", "\"big\" is not a number such as 500, 20kB or 1MB"),
            ("distance<x", "\"x\" is not a number such as 3"),
            ("kind:thing", "V8 has no kind \"thing\": kinds are object, string, closure, …"),
            ("class:", "there is nothing to look for"),
            ("/(/", "/(/ is not a pattern: unclosed group"),
        ] {
            assert_eq!(Condition::parse(typed).unwrap_err().0, error);
        }
    }

    #[test]
    fn an_error_says_where_it_is() {
        for (typed, wrong) in
            [("retained > big ", "big"), ("!kind: thing", "thing"), ("class:/(/", "/(/"), ("distance<", "")]
        {
            let error = Condition::check(typed).unwrap_err();
            assert_eq!(&typed[error.at.clone()], wrong, "{typed}");
        }
    }

    #[test]
    fn the_opposite_of_the_opposite_is_the_same() {
        let condition = Condition::parse("class=Foo").unwrap();
        assert_eq!(condition.clone().negated().negated(), condition);
        assert_eq!(Condition::parse("!class=Foo").unwrap(), condition.negated());
    }
}
