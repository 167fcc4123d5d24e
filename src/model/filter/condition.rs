//! Conditions that objects must meet to be shown: each a chip above the rows, all of them together.
//!
//! As typed: `class:text`, `class:/regex/`, `kind:string`, `detached`, and bounds such as `retained>=1MB`,
//! `shallow<100` or `distance<=3`. A word that is none of these is a text that the constructor contains.

use crate::base::NodeIndex;
use crate::graph::{Detachedness, NodeKind};
use crate::model::filter::class_filter::{ClassFilter, ParseFilterError};
use crate::model::format;
use crate::snapshot::{Classes, SizeMode, Snapshot, bytes_of};

/// One condition.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Condition {
    /// The constructor contains a text or matches a /regex/, as typed: a filter that parses.
    Class(String),
    /// V8's word for what it is.
    Kind(String),
    /// A number is at least or at most so much.
    Bound(Measure, Bound),
    /// A DOM node outside any document.
    Detached,
}

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Measure {
    /// Bytes of the object alone.
    Shallow,
    /// Bytes freed were it gone.
    Retained,
    /// Edges from the roots.
    Distance,
}

/// A limit that belongs to what passes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Bound {
    /// So much or more.
    AtLeast(u64),
    /// So much or less.
    AtMost(u64),
}

const MEASURES: [(&str, Measure); 3] =
    [("shallow", Measure::Shallow), ("retained", Measure::Retained), ("distance", Measure::Distance)];

impl Condition {
    /// What `typed` says, or a sentence on what is wrong with it.
    pub fn parse(typed: &str) -> Result<Self, ParseFilterError> {
        let typed = typed.trim();
        if typed == "detached" {
            return Ok(Self::Detached);
        }
        if let Some(kind) = typed.strip_prefix("kind:").map(str::trim) {
            return NodeKind::named(kind).map(|_| Self::Kind(kind.to_owned())).ok_or_else(|| {
                ParseFilterError(format!("V8 has no kind \"{kind}\": kinds are object, string, closure, …"))
            });
        }
        if let Some(bound) = bound(typed) {
            return bound;
        }
        let class = typed.strip_prefix("class:").unwrap_or(typed).trim();
        if class.is_empty() {
            return Err(ParseFilterError("there is nothing to look for".into()));
        }
        ClassFilter::parse(class).map(|_| Self::Class(class.to_owned()))
    }

    /// What its chip says.
    pub fn label(&self) -> String {
        match self {
            Self::Class(text) if text.starts_with('/') => {
                format!("Constructor matches {}", format::sanitize(text, 60))
            }
            Self::Class(text) => format!("Constructor contains \"{}\"", format::sanitize(text, 60)),
            Self::Kind(kind) => format!("Kind is {kind}"),
            Self::Detached => "Detached".into(),
            Self::Bound(measure, bound) => {
                let (name, print): (_, fn(u64) -> String) = match measure {
                    Measure::Shallow => ("Shallow size", format::size),
                    Measure::Retained => ("Retained size", format::size),
                    Measure::Distance => ("Distance", format::count),
                };
                match *bound {
                    Bound::AtLeast(least) => format!("{name} ≥ {}", print(least)),
                    Bound::AtMost(most) => format!("{name} ≤ {}", print(most)),
                }
            }
        }
    }

    /// A test for the objects of a snapshot, with what can be known beforehand looked up once.
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

/// `measure`, a comparison, a number; nothing if `typed` is no such thing.
fn bound(typed: &str) -> Option<Result<Condition, ParseFilterError>> {
    let at = typed.find(['<', '>'])?;
    let name = typed[..at].trim();
    let &(_, measure) = MEASURES.iter().find(|(known, _)| *known == name)?;
    let (sign, rest) = typed[at..].split_at(1);
    let (is_strict, number) = rest.strip_prefix('=').map_or((true, rest), |rest| (false, rest));
    let number = number.trim();
    let value = match measure {
        Measure::Distance => number.parse().ok(),
        Measure::Shallow | Measure::Retained => bytes_of(number),
    };
    let Some(value) = value else {
        let expected = if measure == Measure::Distance { "3" } else { "500, 20kB or 1MB" };
        return Some(Err(ParseFilterError(format!("\"{number}\" is not a number such as {expected}"))));
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
}
