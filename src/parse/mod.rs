//! Bytes to [`Graph`]: finds the sections, reads nodes, edges and strings at once on all cores, and
//! checks every index the file contains, once.
//!
//! Only this module knows the file's numbering and the order of its fields.
//!
//! # Files that are not as they should be
//!
//! Whatever the bytes: no panic, no hang, no recursion, no memory that the file's length does not justify,
//! one sentence that says what, where and what to do.
//!
//! | the file | what happens | tests |
//! |---|---|---|
//! | is something else: HTML, a core dump, a profile, an archive of another kind | it is called by its name, with what would be right | `world/kinds` |
//! | is compressed (gzip, zstd, zip with one snapshot) | decompressed with progress; over 256 MB in a temporary file without a name; a bomb ends at 1 GB or 100 times its size, or at the limit given | `world/packed` |
//! | has another layout: order of sections, white space, unknown keys, wide numbers | it is read | `damage/layout` |
//! | is odd but clear: counts that differ from the header, types without a name, sections twice, bytes behind the end | it is read, with a warning | `damage/oddities` |
//! | contradicts itself: indices or names out of range, sums that differ, no whole numbers | it is refused with the place | `damage/refusals` |
//! | is cut short | refused; whole nodes, the edges between them and the names known so far open as a [`PartialLoad`] snapshot when asked for; cut at every byte | `damage/cut_short` |
//! | has a hole in its nodes, edges or strings: zeros, junk | the same, up to the hole: who stands behind it refers by place to what was lost | `damage/holes` |
//! | has a hole in source positions, allocation times or stacks, or over the end of a section | the same, without the section that is damaged; what follows is found by its name | `damage/extras` |
//! | lost bytes in the middle without a trace | it is refused: no row behind can be trusted, and nothing tells where that begins | `damage/holes` |
//! | is cut into chunks for threads at every byte | the same heap | `damage/chunk_borders` |
//! | is changed at random: 100,000 times in a release build, 10,000 in others; the seed is printed | refused or read, and all that can be asked is asked | `damage/mutations` |
//! | is cut short, overwritten, replaced or deleted while it is read | it is said to have changed; what was opened stays what it was | `world/changing` |
//! | stalls: a pipe, a network | cancelling ends the load at once | `world/places` |
//! | needs more memory than there is | refused before, with both numbers | `world/loading` |
//! | has a million edges at one node, a list a million deep, 40,000 classes, long texts | ordinary | `large_heaps`, `world/loading` |
//!
//! Memory while reading is bounded by 28 bytes per node, 8 per edge and the text of the strings, whatever
//! the header promises: columns are made from what was counted in the file. The parser, the strings and the
//! salvage have targets for a fuzzer in `fuzz/`, which compare small with large chunks and partial with whole
//! loads. What was tried, for how long and with what outcome stands in `fuzz/README.md`.

mod capture_info;
pub(crate) mod corruption;
mod decompress;
pub(crate) mod diagnose;
mod edges;
mod error;
mod file;
mod header;
mod mapping;
mod memory;
mod nodes;
mod numbers;
pub(crate) mod partial;
mod sections;
mod side_tables;
mod stream;
mod strings;
mod trace;

use std::ops::Range;

pub use crate::parse::capture_info::CaptureInfo;
pub use crate::parse::error::{LoadError, MAX_DECOMPRESSED_VARIABLE, MEMORY_VARIABLE};
pub use crate::parse::file::{FileBytes, MAP_BYTES};
pub use crate::parse::mapping::return_large_blocks;
pub use crate::parse::memory::available_bytes;
pub use crate::parse::partial::{LossKind, MISSING_NAME, MissingSections, PartialLoad};

use crate::base::{NodeIndex, Progress, Stage};
use crate::graph::{Edges, Graph, Locations, Nodes, Strings};
use crate::parse::corruption::{Damage, first_damage, first_invalid_byte, with_corruption_context};
use crate::parse::edges::Targets;
use crate::parse::error::{ErrorKind, truncated};
use crate::parse::header::Header;
use crate::parse::memory::Counts;
use crate::parse::numbers::NumberArray;
use crate::parse::sections::{Sections, Walker};
use crate::parse::strings::ParsedStrings;

/// The bytes of a snapshot, and what to do with those that will not be looked at again.
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

    /// Bytes that `release` gives back when they have been read.
    pub fn releasing(bytes: &'a [u8], release: &'a (dyn Fn(Range<usize>) + Sync)) -> Self {
        Self { bytes, release }
    }

    fn release(&self, range: Range<usize>) {
        (self.release)(range);
    }
}

/// Something odd in a file that does not stop it from being read: one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning(pub String);

/// A heap, and what was odd about its file.
pub struct Parsed {
    /// Nodes, edges, strings.
    pub graph: Graph,
    /// In the order they were noticed.
    pub warnings: Vec<Warning>,
    /// How much there is of a file that was cut short; the first warning says the same.
    pub partial: Option<PartialLoad>,
}

/// How many bytes of each kind of section a thread takes at once; tests make them tiny.
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

/// All sizes of a heap add up to no more than this, so that sums and differences never overflow.
const SIZE_LIMIT: u64 = i64::MAX.cast_unsigned();

/// How much of a file must be there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Completeness {
    /// All of it.
    #[default]
    Whole,
    /// What was written before the file was cut short will do.
    Partial,
}

/// What may be read, and at what cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// How much of the file must be there.
    pub completeness: Completeness,
    /// What a compressed file may grow to, in bytes; nothing: as much as is reasonable for its size.
    pub max_decompressed: Option<u64>,
    /// Bytes of memory that may be used; nothing: any number.
    pub memory_bytes: Option<u64>,
    /// How the work is dealt out.
    pub chunk: ChunkSizes,
}

/// Reads a snapshot. Takes a few nanoseconds per byte and core, and 12 to 30 bytes of memory per node
/// and 8 per edge besides the text of the strings.
pub fn parse(input: Input<'_>, progress: &Progress) -> Result<Parsed, LoadError> {
    parse_with(input, &Options::default(), progress)
}

/// [`parse`] with a choice of limits; the result does not depend on the sizes of the chunks.
pub fn parse_with(input: Input<'_>, options: &Options, progress: &Progress) -> Result<Parsed, LoadError> {
    let mut damage = Damage::default();
    loop {
        match parse_object(input, options, damage, progress) {
            // A partial snapshot makes do with what stands before the damage.
            Err(error) if options.completeness == Completeness::Partial && damage.note(&error) => {}
            parsed => return parsed.map_err(|error| diagnose::explain_non_snapshot(input.bytes, error)),
        }
    }
}

fn parse_object(
    input: Input<'_>,
    options: &Options,
    damage: Damage,
    progress: &Progress,
) -> Result<Parsed, LoadError> {
    let Options { completeness, chunk, .. } = *options;
    progress.enter(Stage::Sections, 0);
    let bytes = input.bytes;
    let mut warnings = Vec::new();
    let mut sections = Sections::default();
    let mut walker = Walker::new(bytes, chunk.numbers, completeness, damage, progress)?;
    walker.walk(&mut sections)?;
    // When the strings come last, everything behind them is looked at after they are read.
    let strings_start = match (sections.strings, sections.cut) {
        (None, None) if damage.first().is_none() => {
            let swallowed = first_invalid_byte(bytes, sections.arrays(), &damage);
            return Err(swallowed.unwrap_or_else(|| missing("the section \"strings\"")));
        }
        (start, _) => start,
    };
    if let (None, Some(start), None) = (&sections.snapshot, strings_start, sections.cut) {
        let end = strings::skip_strings(bytes, start).ok_or_else(|| truncated(bytes, "strings"))?;
        walker.resume(end, &mut sections)?;
    }
    let snapshot = sections.take("the section \"snapshot\"", bytes, |sections| sections.snapshot.take())?;
    let header = header::parse_header(&bytes[snapshot.clone()], snapshot.start)?;
    let node_array = sections.take("the section \"nodes\"", bytes, |sections| sections.nodes.take())?;
    let sound = |array: NumberArray, sections: &mut Sections| -> Result<NumberArray, LoadError> {
        if !damage.is_in(array.section) {
            return Ok(array);
        }
        Ok(match first_damage(bytes, &array, progress)? {
            Some((numbers, _)) => {
                sections.cut = sections.cut.or(Some(array.section));
                array.before(numbers)
            }
            None => array,
        })
    };
    let node_array = sound(node_array, &mut sections)?;
    let edge_array = match sections.edges.take() {
        Some(edges) if node_array.whole || damage.is_in("nodes") => sound(edges, &mut sections)?,
        // Edges that stand before nodes that were cut short: the borders of their rows are not known.
        _ if sections.cut.is_some() || damage.first().is_some() => {
            sections.cut = sections.cut.or(Some("edges"));
            NumberArray::cut_off("edges")
        }
        _ => {
            let swallowed = first_invalid_byte(bytes, [&node_array], &damage);
            return Err(swallowed.unwrap_or_else(|| missing("the section \"edges\"")));
        }
    };
    let count_rows = |array: &NumberArray, fields, claimed, warnings: &mut Vec<Warning>| {
        row_count(array, fields, claimed, warnings)
            .map_err(|error| with_corruption_context(bytes, array, error, progress))
    };
    let node_count = count_rows(&node_array, header.node.fields, header.node_count, &mut warnings)?;
    if node_count == 0 {
        return Err(match sections.cut {
            Some(_) if damage.is_in("nodes") => {
                ErrorKind::Damaged { what: "list of nodes", reason: "from its first node on".into() }.into()
            }
            Some(section) => truncated(bytes, section),
            None => ErrorKind::Inconsistent { what: "the numbers of nodes", expected: 1, found: 0 }.into(),
        });
    }
    let edge_rows = count_rows(&edge_array, header.edge.fields, header.edge_count, &mut warnings)?;
    let text_bytes = strings_start.map_or(0, |start| bytes.len() - start) as u64;
    Counts { nodes: node_count as u64, edges: edge_rows as u64, text_bytes }.check(options.memory_bytes)?;

    progress.enter(Stage::Nodes, node_count as u64);
    let mut parsed_nodes = nodes::parse_nodes(input, &node_array, &header.node, progress)?;
    if parsed_nodes.bytes.saturating_add(header.extra_native_bytes) > SIZE_LIMIT {
        return Err(ErrorKind::TooLarge { what: "the sum of all sizes", limit: SIZE_LIMIT }.into());
    }
    let edge_sum = usize::try_from(parsed_nodes.edge_sum).unwrap_or(usize::MAX);
    if edge_sum > edge_rows && edge_array.whole {
        let error = ErrorKind::Inconsistent {
            what: "the edges listed and the sum of the nodes' edge counts",
            expected: parsed_nodes.edge_sum,
            found: edge_rows as u64,
        };
        return Err(with_corruption_context(bytes, &edge_array, error, progress));
    }
    if edge_sum < edge_rows && node_array.whole {
        warnings.push(Warning(format!("{} edges belong to no node and are left out", edge_rows - edge_sum)));
    }
    let mut edge_count = edge_sum.min(edge_rows);
    parsed_nodes.columns.edges.limit(edge_count);

    progress.enter(Stage::Edges, edge_rows as u64);
    let targets = Targets { fields: header.node.fields, node_count, may_be_lost: damage.is_in("nodes") };
    let parse_strings = || match strings_start {
        Some(start) => {
            let end = damage.strings_end(bytes.len());
            strings::parse_strings(bytes, start, end, chunk.strings, completeness, progress)
        }
        None => Ok(ParsedStrings::default()),
    };
    let parse_locations = |sections: &Sections| match &sections.locations {
        Some(array) => side_tables::parse_locations(bytes, array, &header, node_count).map(Some),
        None => Ok(None),
    };
    let (parsed_edges, (parsed_strings, locations)) = rayon::join(
        || edges::parse_edges(input, &edge_array, &header.edge, targets, edge_count, progress),
        || rayon::join(parse_strings, || parse_locations(&sections)),
    );
    let (mut parsed_edges, mut parsed_strings, mut locations) = (parsed_edges?, parsed_strings?, locations?);
    progress.enter(Stage::Strings, 0);
    match parsed_strings.end {
        Some(end) => {
            let trailing = walker.resume(end, &mut sections).map_err(|error| error.with_partly(true))?;
            if trailing > 0 {
                warnings.push(Warning(format!("{trailing} bytes after the end of the snapshot are ignored")));
            }
        }
        None => sections.cut = sections.cut.or(Some("strings")),
    }
    for section in &sections.repeated {
        warnings.push(Warning(format!("the section \"{section}\" occurs more than once; the first counts")));
    }
    if parsed_nodes.unknown_kinds > 0 {
        warnings.push(Warning(format!(
            "{} nodes have a type the file does not list",
            parsed_nodes.unknown_kinds
        )));
    }
    let mut strings_named = parsed_strings.len as u64;
    if sections.cut.is_some() {
        let (nodes, edges) = (&mut parsed_nodes.columns, &mut parsed_edges.columns);
        if targets.may_be_lost {
            edge_count = partial::drop_edges_to_lost_nodes(&mut nodes.edges, edges);
        }
        strings_named = partial::fill_names(nodes, edges, &mut parsed_strings);
    } else {
        check_name("node", parsed_nodes.largest_name, parsed_strings.len)?;
        check_name("edge", parsed_edges.largest_name, parsed_strings.len)?;
    }
    let damaged = damage.first().map(|(section, offset)| (LossKind::Damaged, section, offset));
    let lacking = damaged.map_or_else(MissingSections::default, |_| MissingSections::of(&sections, &header));
    let cut_short = sections.cut.map(|section| (LossKind::CutShort, section, bytes.len() as u64));
    let partial = damaged.or(cut_short).map(|(loss, section, offset)| PartialLoad {
        loss,
        section,
        offset,
        nodes: node_count as u64,
        nodes_promised: header.node_count,
        edges: edge_count as u64,
        edges_promised: header.edge_count,
        strings: parsed_strings.len as u64,
        strings_named,
        is_whole_heap: sections.cut.is_none(),
        lacking,
    });
    warnings.splice(0..0, partial.map(|partial| Warning(partial.sentence())));
    let strings = Strings::new(parsed_strings.segments);
    let (nodes, edges) = (parsed_nodes.columns.into(), parsed_edges.columns.into());
    if locations.is_none() {
        // They may stand behind the strings.
        locations = parse_locations(&sections)?;
    }
    let locations = locations.unwrap_or_default();
    let graph = assemble(input, &header, &sections, &damage, Columns { nodes, edges, strings, locations })?;
    Ok(Parsed { graph, warnings, partial })
}

fn missing(field: &'static str) -> LoadError {
    ErrorKind::Missing { field }.into()
}

struct Columns {
    nodes: Nodes,
    edges: Edges,
    strings: Strings,
    locations: Locations,
}

fn assemble(
    input: Input<'_>,
    header: &Header,
    sections: &Sections,
    damage: &Damage,
    columns: Columns,
) -> Result<Graph, LoadError> {
    let bytes = input.bytes;
    let Columns { nodes, edges, strings, locations } = columns;
    let mut root = usize::try_from(header.root_index).unwrap_or(usize::MAX) / header.node.fields;
    if root >= nodes.len() {
        if sections.cut.is_none() {
            return Err(ErrorKind::OutOfRange {
                what: "root_index",
                at: "the header".into(),
                value: header.root_index,
                limit: (nodes.len() * header.node.fields) as u64,
            }
            .into());
        }
        // A root that stood last was not written.
        root = 0;
    }
    let samples = match &sections.samples {
        Some(array) => side_tables::parse_samples(bytes, array, header)?,
        None => Vec::new(),
    };
    let trace = match &sections.trace_function_infos {
        // Functions without their stacks tell nothing.
        Some(array) if !damage.is_in("trace_tree") => {
            trace::parse_trace(bytes, array, sections.trace_tree.clone(), header, strings.len())?
        }
        _ => None,
    };
    let extra_native_bytes = header.extra_native_bytes;
    Ok(Graph {
        root: NodeIndex::at(root),
        nodes,
        edges,
        strings,
        locations,
        extra_native_bytes,
        trace,
        samples,
    })
}

/// The number of rows in `array`, held against what the header says.
fn row_count(
    array: &NumberArray,
    fields: usize,
    claimed: Option<u64>,
    warnings: &mut Vec<Warning>,
) -> Result<usize, ErrorKind> {
    let (rows, rest) = (array.len / fields, array.len % fields);
    if rest != 0 && array.whole {
        let what = if array.section == "nodes" {
            "the numbers in \"nodes\" and the fields of a node"
        } else {
            "the numbers in \"edges\" and the fields of an edge"
        };
        return Err(ErrorKind::Inconsistent {
            what,
            expected: ((rows + 1) * fields) as u64,
            found: array.len as u64,
        });
    }
    if rows >= u32::MAX as usize {
        let what = if array.section == "nodes" { "the number of nodes" } else { "the number of edges" };
        return Err(ErrorKind::TooLarge { what, limit: u64::from(u32::MAX) });
    }
    match claimed {
        _ if !array.whole => {}
        Some(claimed) if claimed != rows as u64 => {
            warnings
                .push(Warning(format!("the header says {claimed} {}, the file holds {rows}", array.section)));
        }
        None => {
            warnings.push(Warning(format!("the header does not say how many {} there are", array.section)));
        }
        Some(_) => {}
    }
    Ok(rows)
}

fn check_name(what: &str, (name, row): (u64, usize), string_count: usize) -> Result<(), LoadError> {
    if name < string_count as u64 {
        return Ok(());
    }
    let at = format!("{what} {row}");
    Err(ErrorKind::OutOfRange { what: "the string index", at, value: name, limit: string_count as u64 }
        .into())
}

#[cfg(test)]
mod tests {
    use super::*;
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
    fn pages_are_given_back_once_and_in_range() {
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
        assert!(released.iter().all(|&count| count <= 1), "nothing is given back twice");
        let nodes = file.find("\"nodes\":[").unwrap();
        assert!(released[nodes + 9..nodes + 2000].iter().all(|&count| count == 1));
    }
}
