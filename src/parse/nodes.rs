//! The `nodes` section: numbers to node columns, each thread writing its own rows.

use rayon::prelude::*;

use crate::base::{Csr, NodeIndex, Progress, SizeColumn};
use crate::graph::{NodeColumns, NodeKind, Nodes};
use crate::parse::Input;
use crate::parse::error::{ErrorKind, LoadError};
use crate::parse::header::{MAX_FIELDS, NodeLayout};
use crate::parse::numbers::{NumberArray, RowChunk, split_rows};

/// Results of one thread besides the columns.
#[derive(Default)]
struct ChunkResult {
    large_ids: Vec<(u32, u64)>,
    large_sizes: Vec<(u32, u64)>,
    /// The largest name and its row.
    name: (u64, usize),
    edges: u64,
    bytes: u64,
    any_trace_node: bool,
    unknown_kinds: usize,
}

/// The node columns, and values to check against other sections.
pub(crate) struct ParsedNodes {
    pub columns: NodeColumns,
    /// The largest name index and the row it stands in.
    pub largest_name: (u64, usize),
    /// The sum of the nodes' edge counts.
    pub edge_sum: u64,
    /// The sum of the nodes' sizes, or `u64::MAX`.
    pub bytes: u64,
    /// Nodes whose type number the header does not list.
    pub unknown_kinds: usize,
}

/// One thread's part of every column.
struct Part<'a> {
    tags: &'a mut [u8],
    names: &'a mut [u32],
    ids: &'a mut [u32],
    sizes: &'a mut [u32],
    edge_counts: &'a mut [u32],
    trace_nodes: Option<&'a mut [u32]>,
}

/// Reads all rows. `array.len` is a multiple of the number of fields.
pub(crate) fn parse_nodes(
    input: Input<'_>,
    array: &NumberArray,
    layout: &NodeLayout,
    progress: &Progress,
) -> Result<ParsedNodes, LoadError> {
    let count = array.len / layout.fields;
    let chunks = array.row_chunks(input.bytes, layout.fields);
    let mut tags = vec![0; count];
    let mut names = vec![0; count];
    let mut ids = vec![0; count];
    let mut sizes = vec![0; count];
    // First the number of each node's edges, then the borders.
    let mut borders = vec![0; count + 1];
    let mut trace_nodes = layout.trace_node_id.map(|_| vec![0; count]);
    let parts = {
        let trace_parts: Vec<_> = match &mut trace_nodes {
            Some(column) => split_rows(column, &chunks).into_iter().map(Some).collect(),
            None => chunks.iter().map(|_| None).collect(),
        };
        split_rows(&mut tags, &chunks)
            .into_iter()
            .zip(split_rows(&mut names, &chunks))
            .zip(split_rows(&mut ids, &chunks))
            .zip(split_rows(&mut sizes, &chunks))
            .zip(split_rows(&mut borders[1..], &chunks))
            .zip(trace_parts)
            .map(|(((((tags, names), ids), sizes), edge_counts), trace_nodes)| Part {
                tags,
                names,
                ids,
                sizes,
                edge_counts,
                trace_nodes,
            })
            .collect::<Vec<_>>()
    };
    let found: Vec<ChunkResult> = chunks
        .par_iter()
        .zip(parts)
        .map(|(chunk, part)| {
            let found = parse_chunk(input.bytes, array, layout, chunk, part);
            input.release(chunk.bytes.clone());
            progress.read(chunk.bytes.len() as u64);
            progress.advance(chunk.rows.len() as u64)?;
            found
        })
        .collect::<Result<_, LoadError>>()?;

    let edge_sum = found.iter().map(|found| found.edges).sum();
    if edge_sum > u64::from(u32::MAX) {
        return Err(ErrorKind::TooLarge { what: "the number of edges", limit: u64::from(u32::MAX) }.into());
    }
    for row in 0..count {
        borders[row + 1] += borders[row];
    }
    let any_trace_node = found.iter().any(|found| found.any_trace_node);
    let largest_name = found.iter().map(|found| found.name).max_by_key(|&(name, _)| name).unwrap_or_default();
    let bytes = found.iter().fold(0, |sum: u64, found| sum.saturating_add(found.bytes));
    let unknown_kinds = found.iter().map(|found| found.unknown_kinds).sum();
    let mut large_ids = Vec::new();
    let mut large_sizes = Vec::new();
    for mut found in found {
        large_ids.append(&mut found.large_ids);
        large_sizes.append(&mut found.large_sizes);
    }
    let columns = NodeColumns {
        tags,
        names,
        ids: SizeColumn::from_parts(ids, large_ids).into(),
        self_sizes: SizeColumn::from_parts(sizes, large_sizes),
        edges: Csr::from_borders(&borders),
        trace_nodes: trace_nodes.filter(|_| any_trace_node),
        has_detachedness: layout.detachedness.is_some(),
        foreign_kinds: layout.foreign_kinds.clone(),
    };
    Ok(ParsedNodes { columns, largest_name, edge_sum, bytes, unknown_kinds })
}

fn parse_chunk(
    bytes: &[u8],
    array: &NumberArray,
    layout: &NodeLayout,
    chunk: &RowChunk,
    part: Part<'_>,
) -> Result<ChunkResult, LoadError> {
    let Part { tags, names, ids, sizes, edge_counts, mut trace_nodes } = part;
    let mut cursor = array.cursor(bytes, chunk.start);
    let mut found = ChunkResult::default();
    let mut row = [0; MAX_FIELDS];
    let row = &mut row[..layout.fields];
    for at in 0..chunk.rows.len() {
        let offset = cursor.offset();
        cursor.row(row)?;
        let node = chunk.rows.start + at;
        let kind = usize::try_from(row[layout.kind]).ok().and_then(|kind| layout.kinds.get(kind));
        let kind = kind.copied().unwrap_or_else(|| {
            found.unknown_kinds += 1;
            NodeKind::from_code(NodeKind::LIMIT - 1)
        });
        let detachedness = layout.detachedness.map_or(0, |position| row[position] & 3);
        tags[at] = Nodes::tag(kind, u8::try_from(detachedness).expect("two bits"));
        let name = row[layout.name];
        if name > found.name.0 {
            found.name = (name, node);
        }
        names[at] = SizeColumn::<NodeIndex>::low_word(name);
        let id = layout.id.map_or(0, |position| row[position]);
        put(ids, at, id, node, &mut found.large_ids);
        put(sizes, at, row[layout.self_size], node, &mut found.large_sizes);
        found.bytes = found.bytes.saturating_add(row[layout.self_size]);
        let edge_count = row[layout.edge_count];
        edge_counts[at] = u32::try_from(edge_count).map_err(|_| ErrorKind::OutOfRange {
            what: "the edge count",
            at: format!("node {node}, byte {offset}"),
            value: edge_count,
            limit: 1 << 32,
        })?;
        found.edges += edge_count;
        if let (Some(trace_nodes), Some(position)) = (&mut trace_nodes, layout.trace_node_id) {
            // An id above 32 bits belongs to no frame of the tree, like 0.
            trace_nodes[at] = u32::try_from(row[position]).unwrap_or(0);
            found.any_trace_node |= trace_nodes[at] != 0;
        }
    }
    Ok(found)
}

#[inline]
fn put(column: &mut [u32], at: usize, value: u64, node: usize, large: &mut Vec<(u32, u64)>) {
    column[at] = SizeColumn::<NodeIndex>::low_word(value);
    if SizeColumn::<NodeIndex>::is_large(value) {
        large.push((NodeIndex::at(node).0, value));
    }
}
