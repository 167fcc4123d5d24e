//! The recoverable part of a truncated or damaged file: all complete nodes, the edges between them, and the
//! strings read so far.

use crate::base::{Csr, EdgeIndex, NodeIndex, format_count};
use crate::graph::{Label, NodeColumns, Segment};
use crate::parse::edges::{EdgeColumns, LOST};
use crate::parse::header::Header;
use crate::parse::sections::Sections;
use crate::parse::strings::ParsedStrings;

/// Placeholder for a name that the file no longer contains.
pub const MISSING_NAME: &str = "(missing)";

/// Why a file is incomplete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossKind {
    /// It ends too early.
    CutShort,
    /// It contains data that V8 did not write.
    Damaged,
}

/// How much of a snapshot was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartialLoad {
    /// The kind of loss.
    pub loss: LossKind,
    /// The section that ends or is damaged, as named to the user.
    pub section: &'static str,
    /// The byte offset.
    pub offset: u64,
    /// Nodes read.
    pub nodes: u64,
    /// Nodes that the header promises.
    pub nodes_promised: Option<u64>,
    /// Edges read.
    pub edges: u64,
    /// Edges that the header promises.
    pub edges_promised: Option<u64>,
    /// Strings read.
    pub strings: u64,
    /// Strings that nodes and edges refer to, at least.
    pub strings_named: u64,
    /// Whether the heap is complete, and only the sections below are missing.
    pub is_whole_heap: bool,
    /// Other sections that are missing.
    pub lacking: MissingSections,
}

/// The optional sections of a heap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MissingSections {
    /// Source positions.
    pub locations: bool,
    /// Times at which ids were assigned.
    pub samples: bool,
    /// Allocation stacks.
    pub stacks: bool,
}

impl MissingSections {
    /// The sections that the header announces but that were not found.
    pub(crate) fn of(sections: &Sections, header: &Header) -> Self {
        let has_stacks = sections.trace_function_infos.is_some() && sections.trace_tree.is_some();
        Self {
            locations: sections.locations.is_none() && !header.location.is_empty(),
            samples: sections.samples.is_none() && !header.sample.is_empty(),
            stacks: !has_stacks && !header.trace_function.is_empty(),
        }
    }

    /// A list such as `source positions and allocation stacks`; `None` if nothing is missing.
    fn words(self) -> Option<String> {
        let all = [
            (self.locations, "source positions"),
            (self.samples, "allocation times"),
            (self.stacks, "allocation stacks"),
        ];
        let lost: Vec<&str> =
            all.into_iter().filter_map(|(is_lost, words)| is_lost.then_some(words)).collect();
        let (last, before) = lost.split_last()?;
        Some(if before.is_empty() { (*last).to_owned() } else { format!("{} and {last}", before.join(", ")) })
    }
}

impl PartialLoad {
    /// How much was read, in a few words.
    pub fn summary(&self) -> String {
        if let (true, Some(lacking)) = (self.is_whole_heap, self.lacking.words()) {
            return format!("Partial: no {lacking}");
        }
        match self.nodes_promised {
            Some(promised) if promised > self.nodes => {
                format!("Partial: {} of {} objects", format_count(self.nodes), format_count(promised))
            }
            _ if self.edges == 0 => "Partial: objects without references".to_owned(),
            _ => match self.edges_promised {
                Some(promised) if promised > self.edges => {
                    format!("Partial: {} of {} references", format_count(self.edges), format_count(promised))
                }
                _ => "Partial: names are missing".to_owned(),
            },
        }
    }

    /// How much was read, in one sentence.
    pub fn sentence(&self) -> String {
        let of = |found: u64, promised: Option<u64>, what: &str| match promised {
            Some(promised) if promised >= found => {
                format!("{} of {} {what}", format_count(found), format_count(promised))
            }
            _ => format!("{} {what}", format_count(found)),
        };
        let strings = of(self.strings, Some(self.strings_named).filter(|_| self.strings > 0), "names");
        let names = if self.strings < self.strings_named {
            format!(", and other names are shown as {MISSING_NAME}")
        } else {
            String::new()
        };
        let nodes = of(self.nodes, self.nodes_promised, "objects");
        let edges = of(self.edges, self.edges_promised, "references");
        let how = match self.loss {
            LossKind::CutShort => "ends",
            LossKind::Damaged => "is damaged",
        };
        let place = format!("{how} in {} at byte {}", self.section, format_count(self.offset));
        let lacking = self.lacking.words();
        if let (true, Some(lacking)) = (self.is_whole_heap, &lacking) {
            return format!(
                "partial: all objects, references and names were read, but the file {place}; {lacking} are missing"
            );
        }
        let lacking = lacking.map_or_else(String::new, |lacking| format!("; {lacking} are missing as well"));
        format!(
            "partial: {nodes}, {edges} and {strings} were read before the file {place}; distances and retained sizes know only these{names}{lacking}",
        )
    }
}

/// Removes the edges to nodes that could not be read; returns the number of remaining edges.
pub(crate) fn drop_edges_to_lost_nodes(rows: &mut Csr<NodeIndex>, edges: &mut EdgeColumns) -> usize {
    let mut borders = vec![0];
    let mut large = edges.large.iter().copied().peekable();
    let mut kept_large = Vec::new();
    let mut kept = 0;
    for node in 0..rows.len() {
        for edge in rows.range(NodeIndex::at(node)) {
            let index = large.next_if(|&(row, _)| row == EdgeIndex::at(edge).0);
            if edges.targets[edge] != LOST {
                edges.labels[kept] = edges.labels[edge];
                edges.targets[kept] = edges.targets[edge];
                kept_large.extend(index.map(|(_, index)| (EdgeIndex::at(kept).0, index)));
                kept += 1;
            }
        }
        borders.push(EdgeIndex::at(kept).0);
    }
    edges.labels.truncate(kept);
    edges.targets.truncate(kept);
    edges.large = kept_large;
    *rows = Csr::from_borders(&borders);
    kept
}

/// Replaces every missing name by a placeholder, and returns the expected number of names.
pub(crate) fn fill_names(
    nodes: &mut NodeColumns,
    edges: &mut EdgeColumns,
    strings: &mut ParsedStrings,
) -> u64 {
    let known = u32::try_from(strings.len).unwrap_or(u32::MAX - 1);
    let mut named = 0;
    for name in &mut nodes.names {
        named = named.max(u64::from(*name) + 1);
        *name = known.min(*name);
    }
    let large = &mut edges.large;
    for label in &mut edges.labels {
        let (kind, index) = Label(*label).parts();
        let (Some(index), false) = (index, kind.is_numbered()) else { continue };
        named = named.max(u64::from(index) + 1);
        if index > known {
            *label = Label::new(kind, known).expect("less than one that fits").0;
        }
    }
    for (row, index) in large {
        let (kind, _) = Label(edges.labels[*row as usize]).parts();
        if !kind.is_numbered() {
            named = named.max(u64::from(*index) + 1);
            *index = known.min(*index);
        }
    }
    let end = u32::try_from(MISSING_NAME.len()).unwrap_or(0);
    strings.segments.push(Segment::new(MISSING_NAME.to_owned(), vec![end]));
    named
}
