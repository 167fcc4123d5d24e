//! Source positions of objects: of their function or constructor.
//!
//! A third of the nodes may have a position, and few positions are different: each is stored once, and the
//! nodes' numbers of them are in node order, found by the rank of the node's bit.

use std::collections::hash_map::Entry;
use std::io;

use bytemuck::{Pod, Zeroable};
use rustc_hash::FxHashMap;

use crate::base::{BitSet, Damaged, NodeIndex, RankedSet, StoreReader, StoreWriter, Stored};

/// A position in a script.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, Pod, Zeroable)]
#[repr(C)]
pub struct Location {
    /// V8's number of the script.
    pub script_id: u32,
    /// Counted from 0.
    pub line: u32,
    /// Counted from 0.
    pub column: u32,
}

impl Location {
    /// Line and column counted from 1. `None` where V8 wrote a negative number: Node 12 does for the header
    /// of `new Function`, Node 14 for WebAssembly.
    pub fn position(self) -> Option<(u32, u32)> {
        let from_one = |value: u32| i32::try_from(value).ok().map(|value| value.unsigned_abs() + 1);
        Some((from_one(self.line)?, from_one(self.column)?))
    }
}

/// Index of a distinct position.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Pod, Zeroable)]
#[repr(transparent)]
pub struct PlaceIndex(u32);

/// At most one location per node. About 4 bytes per located node and a bit and a half per node.
#[derive(Default)]
pub struct Locations {
    has: RankedSet,
    /// Of each located node, in file order.
    places: Box<[PlaceIndex]>,
    different: Box<[Location]>,
}

impl Locations {
    /// The location of `node`.
    #[inline]
    pub fn get(&self, node: NodeIndex) -> Option<Location> {
        self.place(node).map(|place| self.at(place))
    }

    /// Which of the distinct positions is that of `node`.
    #[inline]
    pub fn place(&self, node: NodeIndex) -> Option<PlaceIndex> {
        self.has.rank(node.position()).map(|rank| self.places[rank])
    }

    /// The position with this index.
    pub fn at(&self, place: PlaceIndex) -> Location {
        self.different[place.0 as usize]
    }

    /// How many nodes have a position.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether no node has a position.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Bytes of all columns.
    pub fn bytes(&self) -> u64 {
        self.has.bytes() + (size_of_val(&*self.places) + size_of_val(&*self.different)) as u64
    }
}

/// Collects locations in any order; of several for one node the last counts.
pub struct LocationsBuilder {
    /// Index and one more of each node's position, or 0.
    of_node: Vec<u32>,
    index_of: FxHashMap<Location, u32>,
    different: Vec<Location>,
}

impl LocationsBuilder {
    /// For a heap of so many nodes.
    pub fn new(node_count: usize) -> Self {
        Self { of_node: vec![0; node_count], index_of: FxHashMap::default(), different: Vec::new() }
    }

    /// Sets the location of `node`.
    #[inline]
    pub fn add(&mut self, node: NodeIndex, location: Location) {
        let place = match self.index_of.entry(location) {
            Entry::Occupied(place) => *place.get(),
            Entry::Vacant(vacant) => {
                self.different.push(location);
                *vacant
                    .insert(u32::try_from(self.different.len()).expect("at most one place per node and row"))
            }
        };
        self.of_node[node.position()] = place;
    }

    /// The finished table.
    pub fn finish(self) -> Locations {
        let mut has = BitSet::new(self.of_node.len());
        let mut places = Vec::new();
        for (node, place) in self.of_node.into_iter().enumerate() {
            if let Some(place) = place.checked_sub(1) {
                has.insert(node);
                places.push(PlaceIndex(place));
            }
        }
        Locations { has: has.into(), places: places.into(), different: self.different.into() }
    }
}

impl Stored for Locations {
    fn store(&self, out: &mut StoreWriter<'_>) -> io::Result<()> {
        self.has.store(out)?;
        out.values(&self.places)?;
        out.values(&self.different)
    }

    fn restore(input: &mut StoreReader<'_>) -> Result<Self, Damaged> {
        let (has, places, different) = (RankedSet::restore(input)?, input.values()?, input.values()?);
        Ok(Self { has, places: places.into(), different: different.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negative_line_or_column_is_no_position() {
        let position = |line, column| Location { script_id: 1, line, column }.position();
        assert_eq!(position(7, 0), Some((8, 1)));
        assert_eq!(position(4_294_967_294, 0), None);
        assert_eq!(position(0, u32::MAX), None);
    }

    #[test]
    fn of_several_places_of_one_node_the_last_counts() {
        let place = |line| Location { script_id: 1, line, column: 0 };
        let mut builder = LocationsBuilder::new(200);
        for (node, line) in [(7, 1), (130, 2), (7, 3), (63, 4), (64, 3), (199, 2)] {
            builder.add(NodeIndex(node), place(line));
        }
        let locations = builder.finish();
        let found: Vec<_> =
            (0..200).filter_map(|node| Some((node, locations.get(NodeIndex(node))?.line))).collect();
        assert_eq!(found, [(7, 3), (63, 4), (64, 3), (130, 2), (199, 2)]);
        assert_eq!(locations.len(), 5);
        assert_eq!(locations.place(NodeIndex(7)), locations.place(NodeIndex(64)));
        assert_eq!(Locations::default().get(NodeIndex(3)), None);
    }
}
