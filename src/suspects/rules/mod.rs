//! The rules, one a file. Those that explain a row add what they know to its evidence; those that look at
//! the whole heap return evidence of their own.

mod alike_rows;
mod async_resource;
mod browser;
pub(crate) mod by_path;
mod captured_stacks;
mod chain;
mod console;
pub(crate) mod container;
mod contexts;
mod detached_dom;
mod duplicates;
mod finalization;
mod globals;
mod handles;
mod listeners;
mod page_callbacks;
mod page_claims;
mod page_registrations;
mod reactions;
mod realms;
mod shared_scopes;
mod spread;
#[cfg(test)]
mod test_page;
mod timers;

pub(crate) use crate::suspects::rules::realms::Contexts;

use crate::base::{Cancelled, NodeIndex, Progress};
use crate::graph::NodeKind;
use crate::growth::Growth;
use crate::suspects::Scene;
use crate::suspects::evidence::Evidence;

/// Adds to the evidence of a row what a rule knows of it.
type RowRule = fn(&Scene<'_>, &mut Evidence);

/// Looks at the whole heap.
type HeapRule = fn(&Scene<'_>) -> Vec<Evidence>;

const ROW_RULES: [RowRule; 12] = [
    browser::explain,
    shared_scopes::explain,
    async_resource::explain,
    detached_dom::explain,
    globals::explain,
    listeners::explain,
    finalization::explain,
    reactions::explain,
    captured_stacks::explain,
    handles::explain,
    realms::explain,
    chain::explain,
];
const HEAP_RULES: [HeapRule; 6] =
    [console::find, page_callbacks::find, detached_dom::find, timers::find, realms::find, alike_rows::find];

/// Rules about one heap by itself.
const ALONE_RULES: [HeapRule; 5] =
    [chain::find, listeners::find, globals::find, contexts::find, duplicates::find];

/// Objects below a container that rules look at.
const BELOW: usize = 200_000;

/// What the rules find in the whole heap.
pub(crate) fn find_in_heap(scene: &Scene<'_>, progress: &Progress) -> Result<Vec<Evidence>, Cancelled> {
    let mut found = Vec::new();
    for rule in HEAP_RULES {
        progress.check()?;
        found.extend(rule(scene));
    }
    Ok(found)
}

/// What rules find in one heap by itself.
pub(crate) fn find_alone(scene: &Scene<'_>, progress: &Progress) -> Result<Vec<Evidence>, Cancelled> {
    let mut found = Vec::new();
    for rule in ALONE_RULES {
        progress.check()?;
        found.extend(rule(scene));
    }
    Ok(found)
}

/// Adds to evidence what rules know of it.
pub(crate) fn explain(scene: &Scene<'_>, evidence: &mut Evidence) {
    for rule in ROW_RULES {
        rule(scene, evidence);
    }
}

/// What is known of the row at `at`: evidence of the same bytes.
pub(crate) fn explain_row(scene: &Scene<'_>, growth: &Growth, at: usize) -> Vec<Evidence> {
    let spread = spread::explain(scene, growth, at);
    let mut found = if spread.is_empty() { vec![container::explain(scene, growth, at)] } else { spread };
    for evidence in &mut found {
        explain(scene, evidence);
    }
    found
}

/// What `tops` dominate, nearest first, up to a limit.
fn below(scene: &Scene<'_>, tops: &[NodeIndex]) -> Vec<NodeIndex> {
    let mut found = tops.to_vec();
    let mut at = 0;
    while at < found.len() && found.len() < BELOW {
        found.extend(scene.snapshot.dominated(found[at]));
        at += 1;
    }
    found
}

/// The new objects below `tops` whose class the program has named.
fn own_objects_below(scene: &Scene<'_>, tops: &[NodeIndex]) -> Vec<NodeIndex> {
    let graph = scene.graph();
    let is_own = |&node: &NodeIndex| {
        graph.nodes.kind(node) == NodeKind::OBJECT
            && scene.is_fresh(node)
            && !is_plain_class(graph.raw_name(node))
    };
    let mut found: Vec<NodeIndex> = below(scene, tops).into_iter().filter(is_own).collect();
    found.retain(|node| !tops.contains(node));
    found
}

/// Whether a class says nothing of the program.
pub(crate) fn is_plain_class(name: &str) -> bool {
    const PLAIN: [&str; 12] = [
        "Object",
        "Array",
        "Map",
        "Set",
        "Promise",
        "WeakMap",
        "WeakSet",
        "WeakRef",
        "Generator",
        "AsyncGenerator",
        "Arguments",
        "Function",
    ];
    name.is_empty() || name.starts_with("system / ") || PLAIN.contains(&name)
}
