//! `--filter NAME`: which objects count.

use std::path::PathBuf;

use crate::base::{BitSet, ObjectId, Progress};
use crate::cli::Failure;
use crate::cli::load::{Verbosity, load_for};
use crate::snapshot::filters::Filter;
use crate::snapshot::{SizeMode, Snapshot};

/// A filter as it stands on the command line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NamedFilter {
    /// As it was typed.
    pub name: String,
    what: What,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum What {
    /// One that needs nothing else.
    Plain(Filter),
    /// What belongs to the native context of this id.
    NativeContext(ObjectId),
    /// What was there when another snapshot was taken.
    Before(PathBuf),
    /// What has come since.
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
const WITH_VALUE: [&str; 3] = ["native-context:@ID", "allocated-before:FILE", "allocated-since:FILE"];

/// What `--help` says.
pub fn filter_help() -> String {
    format!("Only objects that pass a filter: {}", all_names())
}

fn all_names() -> String {
    let names: Vec<&str> = PLAIN.iter().map(|&(name, _)| name).chain(WITH_VALUE).collect();
    names.join(", ")
}

impl NamedFilter {
    /// The filter that `typed` names.
    pub fn parse(typed: &str) -> Result<Self, String> {
        let plain = PLAIN.iter().find(|(name, _)| *name == typed).map(|&(_, filter)| What::Plain(filter));
        let what = plain.or_else(|| match typed.split_once(':')? {
            ("native-context", id) => {
                id.trim_start_matches('@').parse().ok().map(|id| What::NativeContext(ObjectId(id)))
            }
            ("allocated-before", file) => Some(What::Before(file.into())),
            ("allocated-since", file) => Some(What::Since(file.into())),
            _ => None,
        });
        match what {
            Some(what) => Ok(Self { name: typed.to_owned(), what }),
            None => Err(format!("no such filter; there are {}", all_names())),
        }
    }

    /// The nodes that pass. Loads the other snapshot where the filter names one.
    pub fn nodes(&self, snapshot: &Snapshot, chatter: Verbosity) -> Result<BitSet, Failure> {
        let filter = match &self.what {
            What::Plain(filter) => *filter,
            What::NativeContext(id) => {
                let contexts = snapshot.native_contexts(&Progress::new())?;
                let node = snapshot.find(*id);
                let known = node.filter(|node| contexts.contexts.iter().any(|(context, _)| context == node));
                let known = known.ok_or_else(|| Failure::Argument(format!("{id} is no native context")))?;
                Filter::NativeContext(known)
            }
            What::Before(file) => Filter::allocated_before(&*load_for(file, SizeMode::Chrome, chatter)?),
            What::Since(file) => {
                Filter::allocated_since(&*load_for(file, SizeMode::Chrome, chatter)?, snapshot)
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
            assert_eq!(NamedFilter::parse(name).map(|named| named.what), Ok(What::Plain(filter)));
        }
        let context = NamedFilter::parse("native-context:@7").map(|named| named.what);
        assert_eq!(context, Ok(What::NativeContext(ObjectId(7))));
        for unknown in ["x", "native-context:@x", "native-context", "allocated-on:monday"] {
            assert!(NamedFilter::parse(unknown).is_err(), "{unknown}");
        }
    }
}
