//! Last stages of a load: nodes, edges, strings and locations are read into columns, and the columns become a
//! [`Graph`].

use crate::base::{NodeIndex, Stage};
use crate::graph::{Graph, Locations, Strings};
use crate::parse::Attempt;
use crate::parse::edges::{ParsedEdges, Targets, parse_edges};
use crate::parse::error::{ErrorKind, LoadError};
use crate::parse::file_layout::FileLayout;
use crate::parse::header::Header;
use crate::parse::nodes::{ParsedNodes, parse_nodes};
use crate::parse::partial::{LossKind, MissingSections, PartialLoad, drop_edges_to_lost_nodes, fill_names};
use crate::parse::row_counts::RowCounts;
use crate::parse::scopes::parse_scopes;
use crate::parse::sections::Sections;
use crate::parse::side_tables::{parse_locations, parse_samples};
use crate::parse::strings::{ParsedStrings, parse_strings};
use crate::parse::trace::parse_trace;

/// Maximum sum of all sizes of a heap, so that sums and differences never overflow.
const SIZE_LIMIT: u64 = i64::MAX.cast_unsigned();

/// Reads the nodes.
pub(crate) fn read_nodes(
    attempt: &Attempt<'_>,
    layout: &FileLayout<'_>,
    rows: RowCounts,
) -> Result<ParsedNodes, LoadError> {
    attempt.progress.enter(Stage::Nodes, rows.nodes as u64);
    let header = &layout.header;
    let nodes = parse_nodes(attempt.input, &layout.nodes, &header.node, attempt.progress)?;
    if nodes.bytes.saturating_add(header.extra_native_bytes) > SIZE_LIMIT {
        return Err(ErrorKind::TooLarge { what: "the sum of all sizes", limit: SIZE_LIMIT }.into());
    }
    Ok(nodes)
}

/// The columns that were read.
pub(crate) struct Tables {
    pub nodes: ParsedNodes,
    pub edges: ParsedEdges,
    pub edge_count: usize,
    pub strings: ParsedStrings,
    /// `None` as long as the section was not found: it may come after the strings.
    pub locations: Option<Locations>,
}

impl Tables {
    /// Reads edges, strings and locations in parallel.
    pub(crate) fn read(
        attempt: &Attempt<'_>,
        layout: &FileLayout<'_>,
        rows: RowCounts,
        nodes: ParsedNodes,
        edge_count: usize,
    ) -> Result<Self, LoadError> {
        let Attempt { input, options, damage, progress } = *attempt;
        progress.enter(Stage::Edges, rows.edges as u64);
        let (bytes, header) = (input.bytes, &layout.header);
        let targets = Targets {
            fields: header.node.fields,
            node_count: rows.nodes,
            may_be_lost: damage.is_in("nodes"),
        };
        let read_strings = || match layout.strings_start {
            Some(start) => {
                let end = damage.strings_end(bytes.len());
                parse_strings(bytes, start, end, options.chunk.strings, options.completeness, progress)
            }
            None => Ok(ParsedStrings::default()),
        };
        let (edges, (strings, locations)) = rayon::join(
            || parse_edges(input, &layout.edges, &header.edge, targets, edge_count, progress),
            || rayon::join(read_strings, || read_locations(attempt, layout, rows.nodes)),
        );
        let tables = Self { nodes, edges: edges?, edge_count, strings: strings?, locations: locations? };
        progress.enter(Stage::Strings, 0);
        Ok(tables)
    }

    /// Checks that every name is in the file. In a file with losses, missing names get a placeholder, and
    /// edges to lost nodes are removed. Returns the expected number of strings.
    pub(crate) fn connect_names(
        &mut self,
        attempt: &Attempt<'_>,
        sections: &Sections,
    ) -> Result<u64, LoadError> {
        if sections.cut.is_none() {
            check_name("node", self.nodes.largest_name, self.strings.len)?;
            check_name("edge", self.edges.largest_name, self.strings.len)?;
            return Ok(self.strings.len as u64);
        }
        let (nodes, edges) = (&mut self.nodes.columns, &mut self.edges.columns);
        if attempt.damage.is_in("nodes") {
            self.edge_count = drop_edges_to_lost_nodes(&mut nodes.edges, edges);
        }
        Ok(fill_names(nodes, edges, &mut self.strings))
    }
}

fn read_locations(
    attempt: &Attempt<'_>,
    layout: &FileLayout<'_>,
    node_count: usize,
) -> Result<Option<Locations>, LoadError> {
    match &layout.sections.locations {
        Some(array) => parse_locations(attempt.input.bytes, array, &layout.header, node_count).map(Some),
        None => Ok(None),
    }
}

fn check_name(what: &str, (name, row): (u64, usize), string_count: usize) -> Result<(), LoadError> {
    if name < string_count as u64 {
        return Ok(());
    }
    let at = format!("{what} {row}");
    Err(ErrorKind::OutOfRange { what: "the string index", at, value: name, limit: string_count as u64 }
        .into())
}

/// What was lost of a file that is cut short or damaged.
pub(crate) fn partial_load(
    attempt: &Attempt<'_>,
    layout: &FileLayout<'_>,
    tables: &Tables,
    strings_named: u64,
) -> Option<PartialLoad> {
    let (sections, header) = (&layout.sections, &layout.header);
    let damaged = attempt.damage.first().map(|(section, offset)| (LossKind::Damaged, section, offset));
    let lacking = damaged.map_or_else(MissingSections::default, |_| MissingSections::of(sections, header));
    let file_bytes = attempt.input.bytes.len() as u64;
    let cut_short = sections.cut.map(|section| (LossKind::CutShort, section, file_bytes));
    damaged.or(cut_short).map(|(loss, section, offset)| PartialLoad {
        loss,
        section,
        offset,
        nodes: tables.nodes.columns.names.len() as u64,
        nodes_promised: header.node_count,
        edges: tables.edge_count as u64,
        edges_promised: header.edge_count,
        strings: tables.strings.len as u64,
        strings_named,
        is_whole_heap: sections.cut.is_none(),
        lacking,
    })
}

/// Builds the graph, with the sections that were found behind the strings.
pub(crate) fn assemble(
    attempt: &Attempt<'_>,
    layout: &FileLayout<'_>,
    tables: Tables,
) -> Result<Graph, LoadError> {
    let bytes = attempt.input.bytes;
    let FileLayout { sections, header, .. } = layout;
    let node_count = tables.nodes.columns.names.len();
    let strings = Strings::new(tables.strings.segments);
    let locations = match tables.locations {
        Some(locations) => locations,
        None => read_locations(attempt, layout, node_count)?.unwrap_or_default(),
    };
    let root = root_node(header, node_count, sections)?;
    let samples = match &sections.samples {
        Some(array) => parse_samples(bytes, array, header)?,
        None => Vec::new(),
    };
    let trace = match &sections.trace_function_infos {
        // Functions are useless without their stacks.
        Some(array) if !attempt.damage.is_in("trace_tree") => {
            parse_trace(bytes, array, sections.trace_tree.clone(), header, strings.len())?
        }
        _ => None,
    };
    let scopes = parse_scopes(bytes, &sections.scopes, header, (node_count, strings.len()));
    Ok(Graph {
        root,
        scopes,
        nodes: tables.nodes.columns.into(),
        edges: tables.edges.columns.into(),
        strings,
        locations,
        extra_native_bytes: header.extra_native_bytes,
        trace,
        samples,
    })
}

fn root_node(header: &Header, node_count: usize, sections: &Sections) -> Result<NodeIndex, LoadError> {
    let root = usize::try_from(header.root_index).unwrap_or(usize::MAX) / header.node.fields;
    if root < node_count {
        return Ok(NodeIndex::at(root));
    }
    if sections.cut.is_some() {
        // A root at the end of the file was not written.
        return Ok(NodeIndex::at(0));
    }
    Err(ErrorKind::OutOfRange {
        what: "root_index",
        at: "the header".into(),
        value: header.root_index,
        limit: (node_count * header.node.fields) as u64,
    }
    .into())
}
