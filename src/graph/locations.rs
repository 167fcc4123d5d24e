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
    pub fn new(rows: &[(NodeIndex, Location)]) -> Self {
        // Keys of eight bytes sort faster than rows of sixteen.
        let mut order: Vec<(NodeIndex, u32)> =
            rows.iter().zip(0..).map(|(&(node, _), at)| (node, at)).collect();
        order.sort_unstable();
        let last_of_node = order.chunk_by(|a, b| a.0 == b.0).filter_map(|chunk| chunk.last());
        Self { rows: last_of_node.map(|&(_, at)| rows[at as usize]).collect() }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_places_of_one_node_the_last_counts() {
        let place = |line| Location { script_id: 1, line, column: 0 };
        let rows = [(7, 1), (3, 2), (7, 3), (5, 4)].map(|(node, line)| (NodeIndex(node), place(line)));
        let locations = Locations::new(&rows);
        assert_eq!(locations.get(NodeIndex(7)), Some(place(3)));
        assert_eq!(locations.get(NodeIndex(3)), Some(place(2)));
        assert_eq!(locations.get(NodeIndex(4)), None);
        assert!(locations.as_slice().is_sorted());
    }
}
