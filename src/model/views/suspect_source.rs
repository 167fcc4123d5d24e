//! The lines of code that declare and change the variable behind a suspect.

use crate::base::NodeIndex;
use crate::model::format::javascript_path::JavaScriptPath;
use crate::model::views::suspects::Suspect;
use crate::snapshot::Snapshot;
use crate::source::finding::SourceFinding;
use crate::source::text::SourceOptions;
use crate::source::variable_lines::source_finding;

/// Entries of a container, and of its storage, that are examined.
const ENTRIES: usize = 64;

/// Finds the lines by the name of the suspect, else by the path from a root. Reads files at the paths of
/// scripts, so it runs in a task.
pub fn suspect_finding(snapshot: &Snapshot, suspect: &Suspect) -> Option<SourceFinding> {
    let path = JavaScriptPath::new(snapshot, suspect.object);
    let from_root: Vec<_> = path.steps.iter().map(|step| step.edge).collect();
    let options = SourceOptions::of(snapshot);
    let new = suspect.new_entries.iter().copied();
    let entries: Vec<NodeIndex> = new.chain(entries_of(snapshot, suspect.object)).collect();
    source_finding(snapshot, &[&suspect.holder, &from_root], &entries, &options)
}

/// The last entries of `object` and its storage, which were added last, and `object` itself.
fn entries_of(snapshot: &Snapshot, object: NodeIndex) -> Vec<NodeIndex> {
    let graph = snapshot.graph();
    let below = |node: NodeIndex| graph.edges_of(node).rev().take(ENTRIES).map(|edge| edge.target);
    let near: Vec<NodeIndex> = below(object).collect();
    near.iter().copied().chain(near.iter().flat_map(|&node| below(node))).chain([object]).collect()
}
