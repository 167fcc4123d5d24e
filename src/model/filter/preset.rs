//! Filter presets: Chrome's filters above the Summary, with its labels, and the sets they select.

use crate::base::{BitSet, Cancelled, ClassIndex, Column, NodeIndex, ObjectId, Progress};
use crate::model::format;
use crate::model::format::object_text::object_label;
use crate::model::table::Tally;
use crate::model::views::allocations::{allocated_by, function_name};
use crate::model::views::search::Search;
use crate::snapshot::filters::Filter;
use crate::snapshot::{ClassTotals, Classes, SizeMode, Snapshot};

/// A filter preset.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub enum FilterPreset {
    /// All of them.
    #[default]
    All,
    /// Objects that pass one of Chrome's filters.
    Filter(Filter),
    /// Search results.
    Found(Search),
    /// Living objects that a function allocated, called by the functions after it in this order.
    AllocatedBy(Vec<u32>),
}

impl FilterPreset {
    /// Its text without a snapshot.
    pub fn label(&self) -> String {
        match self {
            Self::All => "All objects".into(),
            Self::Found(search) => format!("Objects found for {}", search.text.trim()),
            Self::AllocatedBy(_) => "Objects allocated by a function".into(),
            Self::Filter(filter) => match *filter {
                Filter::DuplicatedStrings => "Duplicated strings".into(),
                Filter::RetainedByDetachedDom => "Objects retained by detached DOM nodes".into(),
                Filter::RetainedByContexts => "Objects retained by contexts".into(),
                Filter::RetainedByConsole => "Objects retained by DevTools console".into(),
                Filter::RetainedByEventHandlers => "Objects retained by event handlers".into(),
                Filter::NativeContext(_) => "Objects of one native context".into(),
                Filter::SharedNativeContext => "Objects shared between native contexts".into(),
                Filter::NoNativeContext => "Objects not attributed to a native context".into(),
                Filter::Allocated { after: 0, upto } => format!("Objects up to {}", ObjectId(upto)),
                Filter::Allocated { after, upto } => {
                    format!("Objects after {} up to {}", ObjectId(after), ObjectId(upto))
                }
            },
        }
    }

    /// Its text for a snapshot whose functions have names.
    pub fn label_in(&self, snapshot: &Snapshot) -> String {
        match self {
            Self::AllocatedBy(path) => {
                let name = path.last().and_then(|&function| function_name(snapshot, function));
                format!("Objects allocated by {}", format::sanitize(name.unwrap_or_default(), 60))
            }
            keep => keep.label(),
        }
    }

    /// The objects that pass. `O(nodes + edges)`.
    pub fn nodes(&self, snapshot: &Snapshot, progress: &Progress) -> Result<BitSet, Cancelled> {
        Ok(match self {
            Self::All => {
                let mut all = BitSet::new(snapshot.graph().node_count());
                for node in snapshot.graph().node_indices() {
                    all.insert(node.position());
                }
                all
            }
            Self::Filter(filter) => snapshot.filter(*filter, progress)?,
            Self::Found(search) => search.find(snapshot, progress)?,
            Self::AllocatedBy(path) => allocated_by(snapshot, path),
        })
    }
}

/// The shown objects, in groups, with their sums.
pub struct FilteredObjects {
    nodes: BitSet,
    /// The groups; `None` for constructors.
    groups: Option<Classes>,
    totals: Column<ClassIndex, ClassTotals>,
    hidden: Option<Tally>,
}

impl FilteredObjects {
    /// Adds up `nodes` by `groups`, or by constructor. `O(nodes)`.
    pub fn new(snapshot: &Snapshot, mode: SizeMode, nodes: BitSet, groups: Option<Classes>) -> Self {
        let classes = groups.as_ref().unwrap_or(snapshot.classes());
        let totals = snapshot.group_totals_of(classes, mode, &nodes);
        Self { nodes, groups, totals, hidden: None }
    }

    /// The same, with the total of V8's internal objects that were left out.
    #[must_use]
    pub fn with_hidden(self, hidden: Tally) -> Self {
        Self { hidden: Some(hidden), ..self }
    }

    /// V8's internal objects that were left out, if they are hidden.
    pub fn hidden(&self) -> Option<Tally> {
        self.hidden
    }

    /// The groups; `None` for constructors.
    pub fn groups(&self) -> Option<&Classes> {
        self.groups.as_ref()
    }

    /// The sums over `nodes` without retained sizes, which take longer: for partial search results. `O(nodes
    /// in it)`.
    pub fn partial(snapshot: &Snapshot, mode: SizeMode, nodes: BitSet) -> Self {
        let classes = snapshot.classes();
        let mut totals: Column<ClassIndex, ClassTotals> = vec![ClassTotals::default(); classes.len()].into();
        for node in nodes.iter().map(NodeIndex::at) {
            let shallow = snapshot.shallow(mode, node);
            if shallow > 0 {
                totals[classes.of(node)].add(node, shallow);
            }
        }
        Self { nodes, groups: None, totals, hidden: None }
    }

    /// The objects that pass, in file order.
    pub fn nodes(&self) -> impl Iterator<Item = NodeIndex> + '_ {
        self.nodes.iter().map(NodeIndex::at)
    }

    /// Whether `node` passes.
    pub fn contains(&self, node: NodeIndex) -> bool {
        self.nodes.contains(node.position())
    }

    /// The sums of each class over the objects that pass.
    pub fn totals(&self) -> &Column<ClassIndex, ClassTotals> {
        &self.totals
    }
}

/// A filter to choose from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FilterOption {
    /// The filter.
    pub keep: FilterPreset,
    /// Text on screen.
    pub label: String,
    /// Tooltip, one sentence.
    pub help: &'static str,
}

fn choice(filter: Filter) -> FilterOption {
    let keep = FilterPreset::Filter(filter);
    FilterOption { label: keep.label(), keep, help: filter.help() }
}

/// Chrome's filters for a snapshot beside others: `snapshots` are the names of all open ones, each with its
/// [`max_js_object_id`](Snapshot::max_js_object_id).
pub fn choices(snapshots: &[(&str, u64)]) -> Vec<FilterOption> {
    let mut choices = vec![FilterOption {
        keep: FilterPreset::All,
        label: FilterPreset::All.label(),
        help: "Every object of the snapshot",
    }];
    let mut by_age = snapshots.to_vec();
    by_age.sort_by_key(|&(_, newest_id)| newest_id);
    by_age.dedup_by_key(|&mut (_, newest_id)| newest_id);
    let mut before: Option<(&str, u64)> = None;
    for &(name, upto) in by_age.iter().filter(|_| by_age.len() > 1) {
        let (after, label) = match before {
            None => (0, format!("Objects allocated before {name}")),
            Some((older, after)) => (after, format!("Objects allocated between {older} and {name}")),
        };
        choices.push(FilterOption { label, ..choice(Filter::Allocated { after, upto }) });
        before = Some((name, upto));
    }
    let plain = [
        Filter::DuplicatedStrings,
        Filter::RetainedByDetachedDom,
        Filter::RetainedByContexts,
        Filter::RetainedByConsole,
        Filter::RetainedByEventHandlers,
    ];
    choices.extend(plain.map(choice));
    choices
}

/// The filters for the native contexts of a snapshot, largest first; none if it has none.
/// `O(nodes + edges)`.
pub fn context_choices(snapshot: &Snapshot, progress: &Progress) -> Result<Vec<FilterOption>, Cancelled> {
    let known = snapshot.native_contexts(progress)?;
    if known.contexts.is_empty() {
        return Ok(Vec::new());
    }
    let mut choices = Vec::with_capacity(known.contexts.len() + 2);
    for &(node, bytes) in &known.contexts {
        let id = snapshot.id(node);
        choices.push(FilterOption {
            label: format!("{} {id} ({})", object_label(snapshot, node), format::format_size(bytes)),
            ..choice(Filter::NativeContext(node))
        });
    }
    for (filter, bytes) in
        [(Filter::SharedNativeContext, known.shared_size), (Filter::NoNativeContext, known.unattributed_size)]
    {
        let choice = choice(filter);
        choices.push(FilterOption {
            label: format!("{} ({})", choice.label, format::format_size(bytes)),
            ..choice
        });
    }
    Ok(choices)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snapshots_part_the_objects_by_age() {
        let labels = |snapshots: &[(&str, u64)]| -> Vec<String> {
            choices(snapshots).into_iter().map(|choice| choice.label).collect()
        };
        let two = labels(&[("b", 9), ("a", 5)]);
        assert_eq!(two[1..3], ["Objects allocated before a", "Objects allocated between a and b"]);
        assert_eq!(labels(&[("a", 5)])[1], "Duplicated strings", "one alone parts nothing");
    }
}
