//! Second stage of a load: the numbers of nodes and edges, compared with the header and with the memory there is.

use crate::parse::corruption::with_corruption_context;
use crate::parse::error::{ErrorKind, LoadError, truncated};
use crate::parse::file_layout::FileLayout;
use crate::parse::memory::Counts;
use crate::parse::nodes::ParsedNodes;
use crate::parse::numbers::NumberArray;
use crate::parse::{Attempt, Warning};

/// How many whole rows the file has.
#[derive(Clone, Copy)]
pub(crate) struct RowCounts {
    pub nodes: usize,
    pub edges: usize,
}

impl RowCounts {
    /// Counts the rows. Fails if there are none, or too many for the memory.
    pub(crate) fn of(
        attempt: &Attempt<'_>,
        layout: &FileLayout<'_>,
        warnings: &mut Vec<Warning>,
    ) -> Result<Self, LoadError> {
        let bytes = attempt.input.bytes;
        let header = &layout.header;
        let mut count = |array: &NumberArray, fields, claimed| {
            row_count(array, fields, claimed, warnings)
                .map_err(|error| with_corruption_context(bytes, array, error, attempt.progress))
        };
        let nodes = count(&layout.nodes, header.node.fields, header.node_count)?;
        if nodes == 0 {
            return Err(no_nodes(attempt, layout.sections.cut));
        }
        let edges = count(&layout.edges, header.edge.fields, header.edge_count)?;
        let text_bytes = layout.strings_start.map_or(0, |start| bytes.len() - start) as u64;
        Counts { nodes: nodes as u64, edges: edges as u64, text_bytes }
            .check(attempt.options.memory_bytes)?;
        Ok(Self { nodes, edges })
    }
}

fn no_nodes(attempt: &Attempt<'_>, cut: Option<&'static str>) -> LoadError {
    match cut {
        Some(_) if attempt.damage.is_in("nodes") => {
            ErrorKind::Damaged { what: "list of nodes", reason: "from its first node on".into() }.into()
        }
        Some(section) => truncated(attempt.input.bytes, section),
        None => ErrorKind::Inconsistent { what: "the numbers of nodes", expected: 1, found: 0 }.into(),
    }
}

/// Compares the sum of the nodes' edge counts with the edges listed; returns the number of edges that belong
/// to a node.
pub(crate) fn match_edges_to_nodes(
    attempt: &Attempt<'_>,
    layout: &FileLayout<'_>,
    rows: RowCounts,
    nodes: &mut ParsedNodes,
    warnings: &mut Vec<Warning>,
) -> Result<usize, LoadError> {
    let edge_sum = usize::try_from(nodes.edge_sum).unwrap_or(usize::MAX);
    if edge_sum > rows.edges && layout.edges.whole {
        let error = ErrorKind::Inconsistent {
            what: "the edges listed and the sum of the nodes' edge counts",
            expected: nodes.edge_sum,
            found: rows.edges as u64,
        };
        let bytes = attempt.input.bytes;
        return Err(with_corruption_context(bytes, &layout.edges, error, attempt.progress));
    }
    if edge_sum < rows.edges && layout.nodes.whole {
        warnings.push(Warning(format!("{} edges belong to no node and are left out", rows.edges - edge_sum)));
    }
    let edge_count = edge_sum.min(rows.edges);
    nodes.columns.edges.truncate(edge_count);
    Ok(edge_count)
}

/// The number of rows in `array`, compared with the header.
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
