//! Where in the scripts an object's function or constructor stands.

use crate::base::NodeIndex;

/// A place in a script.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct Location {
    /// V8's number of the script.
    pub script_id: u32,
    /// Counted from 0.
    pub line: u32,
    /// Counted from 0.
    pub column: u32,
}

/// At most one location per node, found by binary search.
#[derive(Default)]
pub struct Locations {
    rows: Box<[(NodeIndex, Location)]>,
}

impl Locations {
    /// From rows in any order; of several for one node the last counts.
    pub fn new(mut rows: Vec<(NodeIndex, Location)>) -> Self {
        rows.sort_by_key(|&(node, _)| node);
        let mut kept: Vec<(NodeIndex, Location)> = Vec::with_capacity(rows.len());
        for row in rows {
            match kept.last_mut() {
                Some(last) if last.0 == row.0 => *last = row,
                _ => kept.push(row),
            }
        }
        Self { rows: kept.into_boxed_slice() }
    }

    /// The location of `node`.
    pub fn get(&self, node: NodeIndex) -> Option<Location> {
        self.rows.binary_search_by_key(&node, |&(other, _)| other).ok().map(|at| self.rows[at].1)
    }

    /// All of them, ascending by node.
    pub fn as_slice(&self) -> &[(NodeIndex, Location)] {
        &self.rows
    }

    /// Bytes of the rows.
    pub fn bytes(&self) -> u64 {
        size_of_val(&*self.rows) as u64
    }
}
