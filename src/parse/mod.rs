//! Bytes to [`Graph`]: finds the sections, reads nodes, edges and strings in parallel, and checks every index
//! in the file once.
//!
//! Only this module knows the file's numbering and the order of its fields.
//!
//! # Files that are not as they should be
//!
//! Whatever the bytes: no panic, no hang, no recursion, no memory beyond what the file's length justifies,
//! and one sentence with what happened, where, and what to do.
//!
//! | the file | what happens | tests |
//! |---|---|---|
//! | is something else: HTML, a core dump, a profile, an archive of another kind | its kind is named, with advice | `world/kinds` |
//! | is compressed (gzip, zstd, zip with one snapshot) | decompressed with progress; over 256 MB in a temporary file without a name; a bomb ends at 1 GB or 100 times its size, or at the limit given | `world/packed` |
//! | has another layout: order of sections, white space, unknown keys, wide numbers | it is read | `damage/layout` |
//! | is odd but clear: counts that differ from the header, types without a name, sections twice, bytes behind the end | it is read, with a warning | `damage/oddities` |
//! | contradicts itself: indices or names out of range, sums that differ, no whole numbers | it is refused with the place | `damage/refusals` |
//! | is cut short | refused; whole nodes, the edges between them and the names known so far open as a [`PartialLoad`] snapshot when asked for; cut at every byte | `damage/cut_short` |
//! | has a hole in its nodes, edges or strings: zeros, junk | the same, up to the hole: what follows refers by position to what was lost | `damage/holes` |
//! | has a hole in source positions, allocation times or stacks, or over the end of a section | the same, without the section that is damaged; what follows is found by its name | `damage/extras` |
//! | lost bytes in the middle without a trace | it is refused: no row after it can be trusted, and where that starts is unknown | `damage/holes` |
//! | is cut into chunks for threads at every byte | the same heap | `damage/chunk_borders` |
//! | is changed at random: 100,000 times in a release build, 10,000 in others; the seed is printed | refused or read, and all queries are run | `damage/mutations` |
//! | is cut short, overwritten, replaced or deleted while it is read | the error says that it has changed; what was opened stays unchanged | `world/changing` |
//! | stalls: a pipe, a network | cancelling ends the load at once | `world/places` |
//! | needs more memory than there is | refused before, with both numbers | `world/loading` |
//! | has a million edges at one node, a list a million deep, 40,000 classes, long texts | ordinary | `large_heaps`, `world/loading` |
//!
//! Memory while reading is bounded by 28 bytes per node, 8 per edge and the text of the strings, whatever the
//! header says: columns are sized by what was counted in the file. The parser, the strings and partial loads
//! have fuzz targets in `fuzz/`, which compare small with large chunks and partial with whole loads. Runs and
//! results are listed in `fuzz/README.md`.

mod capture_info;
pub(crate) mod corruption;
mod decompress;
pub(crate) mod diagnose;
mod edges;
mod error;
mod file;
mod file_layout;
mod header;
mod mapping;
mod memory;
mod nodes;
mod numbers;
pub(crate) mod partial;
mod row_counts;
mod scopes;
mod sections;
mod side_tables;
mod stream;
mod strings;
mod tables;
mod trace;

use std::ops::Range;

pub use crate::parse::capture_info::CaptureInfo;
pub use crate::parse::error::{LoadError, MAX_DECOMPRESSED_VARIABLE, MEMORY_VARIABLE};
pub use crate::parse::file::{FileBytes, FileStamp, MAP_BYTES};
pub use crate::parse::mapping::return_large_blocks;
pub use crate::parse::memory::available_bytes;
pub use crate::parse::partial::{LossKind, MISSING_NAME, MissingSections, PartialLoad};

use crate::base::Progress;
use crate::graph::Graph;
use crate::parse::corruption::Damage;
use crate::parse::diagnose::explain_non_snapshot;
use crate::parse::file_layout::FileLayout;
use crate::parse::row_counts::{RowCounts, match_edges_to_nodes};
use crate::parse::sections::Sections;
use crate::parse::tables::{Tables, assemble, partial_load, read_nodes};

/// The bytes of a snapshot, and a callback for those that are no longer needed.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The whole text.
    pub bytes: &'a [u8],
    release: &'a (dyn Fn(Range<usize>) + Sync),
}

impl<'a> Input<'a> {
    /// Bytes in memory.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, release: &|_| {} }
    }

    /// Bytes that are passed to `release` after they have been read.
    pub fn releasing(bytes: &'a [u8], release: &'a (dyn Fn(Range<usize>) + Sync)) -> Self {
        Self { bytes, release }
    }

    fn release(&self, range: Range<usize>) {
        (self.release)(range);
    }
}

/// An oddity in a file that does not prevent reading it: one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning(pub String);

/// A heap, and the oddities of its file.
pub struct Parsed {
    /// Nodes, edges, strings.
    pub graph: Graph,
    /// In the order they were found.
    pub warnings: Vec<Warning>,
    /// How much of a truncated file was read; the first warning says the same.
    pub partial: Option<PartialLoad>,
}

/// Bytes per thread and chunk for each kind of section; tests make them tiny.
#[derive(Clone, Copy, Debug)]
pub struct ChunkSizes {
    /// For arrays of numbers.
    pub numbers: usize,
    /// For the string table.
    pub strings: usize,
}

impl Default for ChunkSizes {
    fn default() -> Self {
        Self { numbers: numbers::CHUNK_BYTES, strings: strings::CHUNK_BYTES }
    }
}

/// How much of a file must be there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Completeness {
    /// All of it.
    #[default]
    Whole,
    /// The part that was written before the file was cut short is sufficient.
    Partial,
}

/// Options and limits of a load.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// How much of the file must be there.
    pub completeness: Completeness,
    /// Maximum size of a decompressed file in bytes; `None` for a multiple of its compressed size.
    pub max_decompressed: Option<u64>,
    /// Maximum memory in bytes; `None` for no limit.
    pub memory_bytes: Option<u64>,
    /// How the work is divided.
    pub chunk: ChunkSizes,
}

/// Reads a snapshot. Takes a few nanoseconds per byte and core, and 12 to 30 bytes of memory per node
/// and 8 per edge besides the text of the strings.
pub fn parse(input: Input<'_>, progress: &Progress) -> Result<Parsed, LoadError> {
    parse_with(input, &Options::default(), progress)
}

/// [`parse`] with options; the result does not depend on the sizes of the chunks.
pub fn parse_with(input: Input<'_>, options: &Options, progress: &Progress) -> Result<Parsed, LoadError> {
    let mut damage = Damage::default();
    loop {
        match parse_object(&Attempt { input, options, damage, progress }) {
            // A partial load uses the part before the damage.
            Err(error) if options.completeness == Completeness::Partial && damage.note(&error) => {}
            parsed => return parsed.map_err(|error| explain_non_snapshot(input.bytes, error)),
        }
    }
}

/// The input of every stage of one attempt to read a file.
#[derive(Clone, Copy)]
struct Attempt<'a> {
    input: Input<'a>,
    options: &'a Options,
    /// What earlier attempts found damaged.
    damage: Damage,
    progress: &'a Progress,
}

fn parse_object(attempt: &Attempt<'_>) -> Result<Parsed, LoadError> {
    let mut warnings = Vec::new();
    let mut layout = FileLayout::find(attempt)?;
    let rows = RowCounts::of(attempt, &layout, &mut warnings)?;
    let mut nodes = read_nodes(attempt, &layout, rows)?;
    let edge_count = match_edges_to_nodes(attempt, &layout, rows, &mut nodes, &mut warnings)?;
    let mut tables = Tables::read(attempt, &layout, rows, nodes, edge_count)?;
    let trailing_bytes = layout.find_sections_behind_strings(tables.strings.end)?;
    warn_of_oddities(&mut warnings, trailing_bytes, &layout.sections, &tables);
    let strings_named = tables.connect_names(attempt, &layout.sections)?;
    let partial = partial_load(attempt, &layout, &tables, strings_named);
    warnings.splice(0..0, partial.map(|partial| Warning(partial.sentence())));
    let graph = assemble(attempt, &layout, tables)?;
    Ok(Parsed { graph, warnings, partial })
}

fn warn_of_oddities(
    warnings: &mut Vec<Warning>,
    trailing_bytes: usize,
    sections: &Sections,
    tables: &Tables,
) {
    if trailing_bytes > 0 {
        warnings.push(Warning(format!("{trailing_bytes} bytes after the end of the snapshot are ignored")));
    }
    for section in &sections.repeated {
        warnings.push(Warning(format!("the section \"{section}\" occurs more than once; the first counts")));
    }
    if tables.nodes.unknown_kinds > 0 {
        warnings.push(Warning(format!(
            "{} nodes have a type the file does not list",
            tables.nodes.unknown_kinds
        )));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::NodeIndex;
    use crate::graph::{EdgeKind, GraphBuilder, NodeKind};

    fn parsed(file: &str) -> Parsed {
        parse(Input::new(file.as_bytes()), &Progress::new()).unwrap()
    }

    #[test]
    fn fields_are_found_by_name() {
        let file = r#"{"snapshot":{"meta":{
            "node_fields":["edge_count","x","self_size","name","type"],
            "node_types":["number","number","number","string",["object","synthetic","Cell"]],
            "edge_fields":["to_node","name_or_index","type"],
            "edge_types":["node","string_or_number",["weak","property"]]},"node_count":2,"edge_count":1},
            "nodes":[1,0,5,0,1, 0,9,7,1,2],"edges":[5,1,1],"strings":["root","held"]}"#;
        let Parsed { graph, warnings, .. } = parsed(file);
        let kinds: Vec<_> = graph.nodes.kinds().map(|kind| graph.nodes.kind_name(kind).to_owned()).collect();
        assert_eq!(kinds, ["synthetic", "Cell"]);
        assert_eq!(graph.nodes.self_sizes().iter().collect::<Vec<_>>(), [5, 7]);
        let edge = graph.edges_of(NodeIndex(0)).next().unwrap();
        assert_eq!(
            (edge.kind, edge.target, graph.raw_name(edge.target)),
            (EdgeKind::Property, NodeIndex(1), "held")
        );
        assert_eq!(graph.nodes.id(NodeIndex(1)), 0, "there is no field");
        assert!(!graph.nodes.has_detachedness && warnings.is_empty());
    }

    #[test]
    fn pages_are_given_back_after_counting_and_after_reading() {
        let mut builder = GraphBuilder::new();
        for number in 0..2000 {
            let node = builder.node("object", "Foo", number);
            builder.edge(0, "property", "p", node);
        }
        let file = builder.to_json();
        let released = std::sync::Mutex::new(vec![0_u8; file.len()]);
        let release =
            |range: Range<usize>| released.lock().unwrap()[range].iter_mut().for_each(|count| *count += 1);
        let chunk = ChunkSizes { numbers: 1000, strings: 1000 };
        let input = Input::releasing(file.as_bytes(), &release);
        let graph =
            parse_with(input, &Options { chunk, ..Options::default() }, &Progress::new()).unwrap().graph;
        assert_eq!(graph.nodes.kind(NodeIndex(7)), NodeKind::OBJECT);
        let released = released.into_inner().unwrap();
        assert!(released.iter().all(|&count| count <= 2), "once counted and once read");
        let nodes = file.find("\"nodes\":[").unwrap();
        assert!(released[nodes + 9..nodes + 2000].iter().all(|&count| count == 2));
    }
}
