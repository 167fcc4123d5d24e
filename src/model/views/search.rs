//! Search over a snapshot: a text, a /regex/ or an @id, in names, constructors and properties.

use rayon::prelude::*;
use regex::Regex;

use crate::base::{BitSet, Cancelled, NodeIndex, ObjectId, Progress};
use crate::graph::{Edge, EdgeKind, EdgeName};
use crate::model::filter::class_filter::{ParseFilterError, pattern};
use crate::snapshot::{NameQuery, Snapshot};
use crate::source::contexts::variable_value;

/// The search text and where to search.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Search {
    /// A text, a pattern between slashes, or `@` and an id.
    pub text: String,
    /// Whether case matters.
    pub matches_case: bool,
    /// In the names of objects and the text of strings, as Chrome does.
    pub in_names: bool,
    /// In the names of constructors.
    pub in_classes: bool,
    /// In the names of properties and variables: finds the objects that have them, and the values of variables.
    pub in_properties: bool,
}

impl Default for Search {
    fn default() -> Self {
        Self {
            text: String::new(),
            matches_case: false,
            in_names: true,
            in_classes: false,
            in_properties: true,
        }
    }
}

/// A text in comparable form.
enum Needle {
    Text(NameQuery),
    Pattern(Regex),
}

impl Needle {
    fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Text(query) => query.is_in(text),
            Self::Pattern(pattern) => pattern.is_match(text),
        }
    }
}

impl Search {
    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The id, for a search by id.
    pub fn id(&self) -> Option<ObjectId> {
        self.text.trim().strip_prefix('@')?.parse().ok().map(ObjectId)
    }

    /// The error, for an invalid pattern.
    pub fn check(&self) -> Result<(), ParseFilterError> {
        self.needle().map(|_| ())
    }

    fn needle(&self) -> Result<Needle, ParseFilterError> {
        Ok(match pattern(self.text.trim(), !self.matches_case).transpose()? {
            Some(pattern) => Needle::Pattern(pattern),
            None => Needle::Text(NameQuery::new(&self.text, self.matches_case)),
        })
    }

    /// The objects found; none for an invalid pattern. `O(nodes)`, with properties `O(edges)`.
    pub fn find(&self, snapshot: &Snapshot, progress: &Progress) -> Result<BitSet, Cancelled> {
        self.find_by_parts(snapshot, progress, |_| ())
    }

    /// The same; `so_far` receives partial results whenever there are more.
    pub fn find_by_parts(
        &self,
        snapshot: &Snapshot,
        progress: &Progress,
        mut so_far: impl FnMut(&BitSet),
    ) -> Result<BitSet, Cancelled> {
        let mut found = BitSet::new(snapshot.graph().node_count());
        if self.is_empty() {
            return Ok(found);
        }
        if let Some(id) = self.id() {
            if let Some(node) = snapshot.find(id) {
                found.insert(node.position());
            }
            return Ok(found);
        }
        let Ok(needle) = self.needle() else { return Ok(found) };
        let mut take = |hits: &[NodeIndex]| {
            for node in hits {
                found.insert(node.position());
            }
            if !hits.is_empty() {
                so_far(&found);
            }
        };
        if self.in_classes {
            take(&of_classes(snapshot, &needle, progress)?);
        }
        if self.in_names {
            snapshot.search_by_parts(|text| needle.is_in(text), progress, &mut take)?;
        }
        if self.in_properties {
            take(&with_properties(snapshot, &needle, progress)?);
        }
        Ok(found)
    }
}

/// The objects of all constructors that match.
fn of_classes(
    snapshot: &Snapshot,
    needle: &Needle,
    progress: &Progress,
) -> Result<Vec<NodeIndex>, Cancelled> {
    let classes = snapshot.classes();
    let wanted: Vec<bool> = classes.iter().map(|(_, class)| needle.is_in(&class.name)).collect();
    progress.check()?;
    let nodes = snapshot.graph().node_indices();
    Ok(nodes.filter(|&node| wanted[classes.of(node).position()]).collect())
}

/// The objects with a property that matches; of variables that match, the scopes and the values.
fn with_properties(
    snapshot: &Snapshot,
    needle: &Needle,
    progress: &Progress,
) -> Result<Vec<NodeIndex>, Cancelled> {
    let graph = snapshot.graph();
    let texts: Vec<&str> = graph.strings.iter().map(|(_, text)| text).collect();
    let wanted: Vec<bool> = texts.par_iter().map(|text| needle.is_in(text)).collect();
    progress.check()?;
    let is_wanted = |edge: &Edge| {
        matches!(edge.kind, EdgeKind::Property | EdgeKind::Context)
            && matches!(edge.name, EdgeName::Text(name) if wanted[name.position()])
    };
    let found_at = |node: NodeIndex| {
        let edges = graph.edges_of(node).filter(|_| progress.check().is_ok()).filter(is_wanted);
        let found = edges.flat_map(|edge| {
            let value = (edge.kind == EdgeKind::Context).then(|| variable_value(graph, edge.target));
            [Some(node), value]
        });
        found.flatten().collect::<Vec<_>>()
    };
    let nodes = 0..u32::try_from(graph.node_count()).unwrap_or(u32::MAX);
    let found = nodes.into_par_iter().map(NodeIndex).flat_map_iter(found_at).collect();
    progress.check()?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::GraphBuilder;
    use crate::snapshot::load_bytes;

    #[test]
    fn names_constructors_properties_patterns_and_ids_are_found() {
        let mut heap = GraphBuilder::new();
        let cache = heap.node("object", "LeakCache", 10);
        let text = heap.node("string", "no leaks here", 20);
        let other = heap.node("object", "Plain", 30);
        heap.edge(0, "element", "1", cache);
        heap.edge(cache, "property", "entry", text);
        heap.edge(cache, "property", "other", other);
        heap.edge(other, "property", "leak", text);
        heap.edge(other, "internal", "leak_table", cache);
        let snapshot = load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap();
        let find = |search: &Search| -> Vec<usize> {
            search.find(&snapshot, &Progress::new()).unwrap().iter().collect()
        };
        let named = |text: &str| Search { text: text.into(), in_properties: false, ..Search::default() };
        assert_eq!(find(&named("leak")), [cache, text]);
        assert_eq!(find(&Search { matches_case: true, ..named("leak") }), [text]);
        assert_eq!(find(&named("/^leak/")), [cache]);
        let only = Search { in_names: false, ..named("leak") };
        assert_eq!(find(&Search { in_classes: true, ..only.clone() }), [cache]);
        assert_eq!(find(&Search { in_properties: true, ..only }), [other]);
        let id = snapshot.id(NodeIndex::at(other)).0;
        assert_eq!(find(&named(&format!("@{id}"))), [other]);
        assert!(named("/(/").check().is_err());
        assert!(find(&named(" ")).is_empty());
    }

    #[test]
    fn variables_are_found_by_default_with_their_values() {
        let mut heap = GraphBuilder::new();
        let scope = heap.node("object", "system / Context", 10);
        let cell = heap.node("object", "system / ContextCell", 10);
        let array = heap.node("object", "Array", 20);
        let other = heap.node("object", "Other", 20);
        heap.edge(0, "element", "1", scope);
        heap.edge(scope, "context", "sessions", cell).edge(cell, "hidden", "1", array);
        heap.edge(scope, "context", "other", other).edge(other, "internal", "sessions", array);
        let snapshot = load_bytes("test", heap.to_json().as_bytes(), &Progress::new()).unwrap();
        let search = Search { text: "sessions".into(), ..Search::default() };
        let found: Vec<usize> = search.find(&snapshot, &Progress::new()).unwrap().iter().collect();
        assert_eq!(found, [scope, array]);
    }
}
