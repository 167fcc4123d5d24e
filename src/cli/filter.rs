//! `--filter NAME`: which objects are counted.

use std::path::PathBuf;

use crate::base::{BitSet, NodeIndex, ObjectId, Progress};
use crate::cli::Failure;
use crate::cli::load::{Verbosity, load_for};
use crate::snapshot::filters::Filter;
use crate::snapshot::{SizeMode, Snapshot};

/// A filter of the command line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct NamedFilter {
    /// The text that was typed.
    pub name: String,
    kind: FilterKind,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum FilterKind {
    /// A filter without a value.
    Plain(Filter),
    /// Objects of the native context with this id.
    NativeContext(ObjectId),
    /// Objects that were there when another snapshot was taken.
    Before(PathBuf),
    /// Objects allocated since another snapshot.
    Since(PathBuf),
}

const PLAIN: [(&str, Filter); 7] = [
    ("duplicated-strings", Filter::DuplicatedStrings),
    ("retained-by-detached-dom", Filter::RetainedByDetachedDom),
    ("retained-by-contexts", Filter::RetainedByContexts),
    ("retained-by-console", Filter::RetainedByConsole),
    ("retained-by-event-handlers", Filter::RetainedByEventHandlers),
    ("shared-native-context", Filter::SharedNativeContext),
    ("no-native-context", Filter::NoNativeContext),
];
/// Filters that need a value, each with a filter of its kind.
const WITH_VALUE: [(&str, Filter); 3] = [
    ("native-context:@ID", Filter::NativeContext(NodeIndex(0))),
    ("allocated-before:FILE", Filter::Allocated { after: 0, upto: 0 }),
    ("allocated-since:FILE", Filter::Allocated { after: 1, upto: 1 }),
];

/// The long help of `--filter`.
pub(crate) fn filter_help() -> String {
    let line = |(name, filter): (&str, Filter)| format!("\n  {name:<27} {}", filter.help());
    let lines: String = PLAIN.into_iter().chain(WITH_VALUE).map(line).collect();
    format!("Only objects that pass a filter:{lines}")
}

fn all_names() -> String {
    let names: Vec<&str> = PLAIN.into_iter().chain(WITH_VALUE).map(|(name, _)| name).collect();
    names.join(", ")
}

impl NamedFilter {
    /// The filter named by `typed`.
    pub(super) fn parse(typed: &str) -> Result<Self, String> {
        let plain =
            PLAIN.iter().find(|(name, _)| *name == typed).map(|&(_, filter)| FilterKind::Plain(filter));
        let kind = plain.or_else(|| match typed.split_once(':')? {
            ("native-context", id) => {
                id.trim_start_matches('@').parse().ok().map(|id| FilterKind::NativeContext(ObjectId(id)))
            }
            ("allocated-before", file) => Some(FilterKind::Before(file.into())),
            ("allocated-since", file) => Some(FilterKind::Since(file.into())),
            _ => None,
        });
        match kind {
            Some(kind) => Ok(Self { name: typed.to_owned(), kind }),
            None => Err(format!("unknown filter; the filters are {}", all_names())),
        }
    }

    /// The nodes that pass. Loads the other snapshot where the filter names one.
    pub(super) fn nodes(&self, snapshot: &Snapshot, verbosity: Verbosity) -> Result<BitSet, Failure> {
        let filter = match &self.kind {
            FilterKind::Plain(filter) => *filter,
            FilterKind::NativeContext(id) => {
                let contexts = snapshot.native_contexts(&Progress::new())?;
                let node = snapshot.find(*id);
                let known = node.filter(|node| contexts.contexts.iter().any(|(context, _)| context == node));
                let known = known.ok_or_else(|| Failure::Argument(format!("{id} is no native context")))?;
                Filter::NativeContext(known)
            }
            FilterKind::Before(file) => {
                Filter::allocated_before(&*load_for(file, SizeMode::Chrome, verbosity)?)
            }
            FilterKind::Since(file) => {
                Filter::allocated_since(&*load_for(file, SizeMode::Chrome, verbosity)?, snapshot)
            }
        };
        Ok(snapshot.filter(filter, &Progress::new())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_known_by_its_name() {
        for (name, filter) in PLAIN {
            assert_eq!(NamedFilter::parse(name).map(|named| named.kind), Ok(FilterKind::Plain(filter)));
        }
        let context = NamedFilter::parse("native-context:@7").map(|named| named.kind);
        assert_eq!(context, Ok(FilterKind::NativeContext(ObjectId(7))));
        for unknown in ["x", "native-context:@x", "native-context", "allocated-on:monday"] {
            assert!(NamedFilter::parse(unknown).is_err(), "{unknown}");
        }
    }
}
