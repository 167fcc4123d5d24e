//! The `edges` section: numbers to edge columns, each thread writing its own rows.

use rayon::prelude::*;

use crate::base::{EdgeIndex, Progress};
use crate::graph::{EdgeKind, Edges, Label};
use crate::parse::Input;
use crate::parse::error::{ErrorKind, LoadError};
use crate::parse::header::{EdgeLayout, MAX_FIELDS};
use crate::parse::numbers::{NumberArray, RowChunk, split_rows};

#[derive(Default)]
struct ChunkResult {
    large: Vec<(u32, u32)>,
    /// The largest name that is a string, and its row.
    name: (u64, usize),
}

/// One row per edge; see [`Label`].
#[derive(Default)]
pub(crate) struct EdgeColumns {
    pub labels: Vec<u32>,
    pub targets: Vec<u32>,
    /// Row and index of every edge whose label says "large", ascending.
    pub large: Vec<(u32, u32)>,
}

impl From<EdgeColumns> for Edges {
    fn from(columns: EdgeColumns) -> Self {
        Self::new(columns.labels, columns.targets, columns.large)
    }
}

/// The edge columns, and values to check against the strings.
pub(crate) struct ParsedEdges {
    pub columns: EdgeColumns,
    /// The largest string index and the row it stands in.
    pub largest_name: (u64, usize),
}

/// How the file numbers the nodes that edges lead to.
#[derive(Clone, Copy)]
pub(crate) struct Targets {
    /// A target is the node's position times this.
    pub fields: usize,
    pub node_count: usize,
    /// Whether nodes were lost: an edge to one of them leads to [`LOST`].
    pub may_be_lost: bool,
}

/// Marks a node that could not be read.
pub(crate) const LOST: u32 = u32::MAX;

/// Reads the first `count` rows.
pub(crate) fn parse_edges(
    input: Input<'_>,
    array: &NumberArray,
    layout: &EdgeLayout,
    targets: Targets,
    count: usize,
    progress: &Progress,
) -> Result<ParsedEdges, LoadError> {
    let chunks = array.row_chunks(input.bytes, layout.fields);
    let all = array.len / layout.fields;
    let mut labels = vec![0; all];
    let mut target_column = vec![0; all];
    let parts: Vec<_> =
        split_rows(&mut labels, &chunks).into_iter().zip(split_rows(&mut target_column, &chunks)).collect();
    let found: Vec<ChunkResult> = chunks
        .par_iter()
        .zip(parts)
        .map(|(chunk, (labels, target_column))| {
            let found = parse_chunk(input.bytes, array, layout, targets, chunk, labels, target_column);
            input.release(chunk.bytes.clone());
            progress.read(chunk.bytes.len() as u64);
            progress.advance(chunk.rows.len() as u64)?;
            found
        })
        .collect::<Result<_, LoadError>>()?;
    labels.truncate(count);
    target_column.truncate(count);
    let largest_name = found.iter().map(|found| found.name).max_by_key(|&(name, _)| name).unwrap_or_default();
    let large = found.into_iter().flat_map(|found| found.large).collect();
    let columns = EdgeColumns { labels, targets: target_column, large };
    Ok(ParsedEdges { columns, largest_name })
}

/// Divides by a constant of the file with one multiplication (Lemire, Kaser and Kurz, "Faster remainder by
/// direct computation", 2019): exact for 32-bit dividends.
#[derive(Clone, Copy)]
struct Divider {
    divisor: u64,
    inverse: u64,
}

impl Divider {
    fn new(divisor: usize) -> Self {
        let divisor = divisor as u64;
        Self { divisor, inverse: (u64::MAX / divisor).wrapping_add(1) }
    }

    /// The quotient, if the remainder is 0.
    #[inline]
    fn exact(self, value: u64) -> Option<u64> {
        let quotient = if self.divisor == 1 || value > u64::from(u32::MAX) {
            value / self.divisor
        } else {
            let product = u128::from(self.inverse) * u128::from(value);
            u64::try_from(product >> 64).expect("a product of 96 bits")
        };
        (quotient * self.divisor == value).then_some(quotient)
    }
}

fn parse_chunk(
    bytes: &[u8],
    array: &NumberArray,
    layout: &EdgeLayout,
    targets: Targets,
    chunk: &RowChunk,
    labels: &mut [u32],
    target_column: &mut [u32],
) -> Result<ChunkResult, LoadError> {
    let divider = Divider::new(targets.fields);
    let mut kinds = [EdgeKind::Other; 16];
    for (kind, &known) in kinds.iter_mut().zip(&layout.kinds) {
        *kind = known;
    }
    let mut cursor = array.cursor(bytes, chunk.start);
    let mut found = ChunkResult::default();
    let mut row = [0; MAX_FIELDS];
    let row = &mut row[..layout.fields];
    for at in 0..chunk.rows.len() {
        let offset = cursor.offset();
        cursor.row(row)?;
        let edge = chunk.rows.start + at;
        let kind = match row[layout.kind] {
            number @ 0..16 => kinds[usize::try_from(number).expect("below 16")],
            _ => EdgeKind::Other,
        };
        let name = row[layout.name];
        if !kind.is_numbered() && name > found.name.0 {
            found.name = (name, edge);
        }
        labels[at] = match u32::try_from(name).ok().and_then(|name| Label::new(kind, name)) {
            Some(label) => label.0,
            None => {
                let index = u32::try_from(name).map_err(|_| ErrorKind::OutOfRange {
                    what: "the name or index",
                    at: format!("edge {edge}, byte {offset}"),
                    value: name,
                    limit: 1 << 32,
                })?;
                found.large.push((EdgeIndex::at(edge).0, index));
                Label::large(kind).0
            }
        };
        let target = row[layout.target];
        target_column[at] = match divider.exact(target) {
            Some(node) if node < targets.node_count as u64 => {
                u32::try_from(node).expect("nodes are counted in 32 bits")
            }
            Some(_) if targets.may_be_lost => LOST,
            Some(_) => {
                return Err(ErrorKind::OutOfRange {
                    what: "to_node",
                    at: format!("edge {edge}, byte {offset}"),
                    value: target,
                    limit: (targets.node_count * targets.fields) as u64,
                }
                .into());
            }
            None => {
                return Err(ErrorKind::Syntax {
                    offset: offset as u64,
                    section: "edges",
                    expected: "a to_node that is a multiple of the number of node fields",
                    found: target.to_string(),
                }
                .into());
            }
        };
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_divider_divides() {
        for divisor in 1..=33 {
            let divider = Divider::new(divisor);
            for value in (0..300).chain((u64::from(u32::MAX) - 300)..(u64::from(u32::MAX) + 300)) {
                let expected = value.is_multiple_of(divisor as u64).then_some(value / divisor as u64);
                assert_eq!(divider.exact(value), expected, "{value} / {divisor}");
            }
        }
    }
}
