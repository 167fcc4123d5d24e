//! What functions, classes and variables were called before a minifier renamed them.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::base::{EdgeIndex, NodeIndex, Progress};
use crate::graph::{EdgeKind, EdgeName, NodeKind};
use crate::snapshot::Snapshot;
use crate::source::contexts::{functions_that_see, is_context, variables};
use crate::source::maps::mapped_script::{MappedScript, Original};
use crate::source::maps::store::{SourceMaps, original};
use crate::source::places::{Position, place};

/// Functions that see a scope which are asked for it.
const FUNCTIONS: usize = 8;
/// Variables of one scope.
const VARIABLES: usize = 4096;

/// A variable in the code that people wrote.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OriginalVariable {
    /// Its name.
    pub name: Arc<str>,
    /// Where it is declared.
    pub declared: Original,
}

/// The variables of a scope, by the names that the snapshot has.
pub(super) type ScopeNames = FxHashMap<String, OriginalVariable>;

/// The variable that an edge of a scope is, where a source map tells it.
pub fn original_variable(snapshot: &Snapshot, edge: EdgeIndex) -> Option<OriginalVariable> {
    let graph = snapshot.graph();
    let EdgeName::Text(name) = graph.edges.name(edge) else { return None };
    if graph.edges.kind(edge) != EdgeKind::Context {
        return None;
    }
    let maps = SourceMaps::of(snapshot).filter(|maps| !maps.is_off())?;
    maps.scope(snapshot, graph.source(edge))?.get(graph.text(name)).cloned()
}

/// Its name alone.
pub fn original_variable_name(snapshot: &Snapshot, edge: EdgeIndex) -> Option<Arc<str>> {
    original_variable(snapshot, edge).map(|variable| variable.name)
}

/// What the function, class or object's class was called, if a source map tells another name than V8.
pub fn original_name(snapshot: &Snapshot, node: NodeIndex) -> Option<Arc<str>> {
    let graph = snapshot.graph();
    let kind = graph.nodes.kind(node);
    if !matches!(kind, NodeKind::CLOSURE | NodeKind::OBJECT) || is_context(graph, node) {
        return None;
    }
    let own = place(snapshot, node)?;
    original(snapshot, own)?.name.filter(|name| **name != *graph.raw_name(node))
}

/// The names of the variables of `context`, from the text of its script.
pub(super) fn scope_names(snapshot: &Snapshot, maps: &SourceMaps, context: NodeIndex) -> ScopeNames {
    let mut names = ScopeNames::default();
    let graph = snapshot.graph();
    for function in functions_that_see(snapshot, context, FUNCTIONS) {
        let Some(own) = place(snapshot, function) else { continue };
        let Some(position) = own.position else { continue };
        let Some(mapped) = maps.current(snapshot, own.script) else { continue };
        let unknown =
            variables(graph, context).map(|(name, _)| name).filter(|name| !names.contains_key(*name));
        let unknown: Vec<&str> = unknown.take(VARIABLES).collect();
        let found = names_seen_by(&mapped, position, &unknown);
        names.extend(found);
        if variables(graph, context).take(VARIABLES).all(|(name, _)| names.contains_key(name)) {
            break;
        }
    }
    names
}

/// The variables called `names` that the function at `position` sees outside of itself.
fn names_seen_by(mapped: &MappedScript, position: Position, names: &[&str]) -> ScopeNames {
    let found = || {
        let code = mapped.generated()?;
        let lines = code.lines();
        let offset = lines.offset(mapped.in_text(position)?)?;
        let scope = code.outline.scope_around_function(u32::try_from(offset).ok()?)?;
        let variable = |&name: &&str| {
            let declared = code.outline.resolve(name, scope)?;
            let written = mapped.written(lines.position(declared as usize))?;
            let variable = OriginalVariable { name: written.name()?.into(), declared: written.original() };
            Some((name.to_owned(), variable))
        };
        Some(names.iter().filter_map(variable).collect())
    };
    found().unwrap_or_default()
}

/// Finds the names of the variables of all scopes in scripts that have a map.
pub(super) fn find_scopes(
    snapshot: &Snapshot,
    maps: &SourceMaps,
    progress: &Progress,
) -> Result<(), crate::base::Cancelled> {
    const CHECK_EVERY: usize = 1 << 16;
    let graph = snapshot.graph();
    for (at, node) in graph.node_indices().enumerate() {
        if at % CHECK_EVERY == 0 {
            progress.check()?;
        }
        // Without what scopes of one text share, each would be looked at by itself.
        if is_context(graph, node) && graph.internal_target(node, "scope_info").is_some() {
            maps.find_scope(snapshot, node);
        }
    }
    Ok(())
}
