//! Search by name, as Chrome's search box does: plain text within the displayed name, by default ignoring
//! case the way JavaScript does.

use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

use memchr::{memchr2_iter, memmem};
use rayon::prelude::*;

use crate::analysis::dom_state::DomStates;
use crate::analysis::names::{display_name, is_plain_object};
use crate::base::{BitSet, Cancelled, NodeIndex, Progress, SizeColumn};
use crate::graph::{Graph, NodeKind};

/// What to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameQuery {
    /// In upper case, if case does not matter.
    needle: String,
    matches_case: bool,
}

impl NameQuery {
    /// Ignores white space around `text`.
    pub fn new(text: &str, matches_case: bool) -> Self {
        let text = text.trim();
        Self { needle: if matches_case { text.to_owned() } else { fold(text) }, matches_case }
    }

    /// Whether the search is empty.
    pub fn is_empty(&self) -> bool {
        self.needle.is_empty()
    }

    /// Whether `text` matches.
    pub fn is_in(&self, text: &str) -> bool {
        if self.matches_case {
            memmem::find(text.as_bytes(), self.needle.as_bytes()).is_some()
        } else if self.needle.is_ascii() {
            has_ascii(text.as_bytes(), self.needle.as_bytes())
        } else {
            memmem::find(fold(text).as_bytes(), self.needle.as_bytes()).is_some()
        }
    }

    /// The nodes with a size in `keep` whose displayed name matches, in file order. Every string is searched
    /// once, on all threads.
    pub fn find(
        &self,
        graph: &Graph,
        dom: &DomStates,
        shallow: &SizeColumn<NodeIndex>,
        keep: Option<&BitSet>,
        progress: &Progress,
    ) -> Result<Vec<NodeIndex>, Cancelled> {
        find_named(graph, dom, shallow, keep, progress, |text| self.is_in(text), |_| ())
    }
}

/// Nodes per part: results are reported after each.
const PART: u32 = 1 << 18;

/// The nodes with a size in `keep` whose displayed name `is_wanted`, in file order. Every string is searched
/// once, when its first node is visited, on all threads; `part` receives the results of each part of the
/// nodes.
pub fn find_named(
    graph: &Graph,
    dom: &DomStates,
    shallow: &SizeColumn<NodeIndex>,
    keep: Option<&BitSet>,
    progress: &Progress,
    is_wanted: impl Fn(&str) -> bool + Sync,
    mut part: impl FnMut(&[NodeIndex]),
) -> Result<Vec<NodeIndex>, Cancelled> {
    const UNKNOWN: u8 = 0;
    const WANTED: u8 = 1;
    const OTHER: u8 = 2;
    let texts: Vec<&str> = graph.strings.iter().map(|(_, text)| text).collect();
    let known: Vec<AtomicU8> = texts.iter().map(|_| AtomicU8::new(UNKNOWN)).collect();
    // Two threads may search one string at the same time: their results are equal.
    let is_named = |name: usize| match known[name].load(Relaxed) {
        UNKNOWN => {
            let is_wanted = is_wanted(texts[name]);
            known[name].store(if is_wanted { WANTED } else { OTHER }, Relaxed);
            is_wanted
        }
        answer => answer == WANTED,
    };
    let is_hit = |&node: &NodeIndex| {
        shallow.get(node) > 0
            && keep.is_none_or(|keep| keep.contains(node.position()))
            && if graph.nodes.kind(node) == NodeKind::CONCATENATED_STRING
                || is_plain_object(graph, node)
                || dom.has_prefix(graph, node)
            {
                is_wanted(&display_name(graph, dom, node))
            } else {
                is_named(graph.nodes.name(node).position())
            }
    };
    let nodes = 0..u32::try_from(graph.node_count()).expect("nodes are counted in 32 bits");
    let mut hits = Vec::new();
    for first in nodes.clone().step_by(PART as usize) {
        progress.check()?;
        let end = first.saturating_add(PART).min(nodes.end);
        let found: Vec<NodeIndex> = (first..end).into_par_iter().map(NodeIndex).filter(is_hit).collect();
        part(&found);
        hits.extend(found);
    }
    progress.check()?;
    Ok(hits)
}

/// Whether `text` contains `needle`, which is ASCII in upper case, ignoring case. No character outside ASCII
/// matches one of ASCII, so bytes can be compared.
fn has_ascii(text: &[u8], needle: &[u8]) -> bool {
    let Some((&first, rest)) = needle.split_first() else { return true };
    memchr2_iter(first, first.to_ascii_lowercase(), text)
        .any(|at| text.get(at + 1..at + needle.len()).is_some_and(|text| text.eq_ignore_ascii_case(rest)))
}

/// Each character in upper case, if that is one character and does not turn a non-ASCII character into an
/// ASCII one: how JavaScript ignores case (ECMAScript 2024, section 22.2.2.7.3, Canonicalize).
fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_uppercase();
    }
    text.chars()
        .map(|c| {
            let mut upper = c.to_uppercase();
            match (upper.next(), upper.next()) {
                (Some(one), None) if c.is_ascii() || !one.is_ascii() => one,
                _ => c,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::NameQuery;

    #[test]
    fn case_is_ignored_as_javascript_does() {
        let query = NameQuery::new(" straße ", false);
        assert!(query.is_in("Die STRAßE hier"));
        assert!(!query.is_in("STRASSE"));
        assert!(NameQuery::new("É", false).is_in("café"));
        assert!(!NameQuery::new("s", false).is_in("ſ"));
        assert!(NameQuery::new("leak", false).is_in("größe der LeAkS"));
        assert!(!NameQuery::new("leaks", false).is_in("leak"));
        assert!(!NameQuery::new("Foo", true).is_in("foo"));
    }
}
