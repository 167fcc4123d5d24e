//! V8's `OrderedHashTable`, the storage of Maps and Sets: three counts, a power of two of buckets, and two
//! entries for each bucket in the order of insertion. An entry is a key, for Maps a value, and a link.

/// Layout of a hash table: where its entries start and how many slots each takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HashTable {
    /// The slot of the first key.
    pub first: u32,
    /// Key, value and link for a Map; key and link for a Set.
    pub stride: u32,
}

impl HashTable {
    /// Slots of an entry of a Map.
    pub const MAP: u32 = 3;
    /// Slots of an entry of a Set.
    pub const SET: u32 = 2;

    /// The table with so many slots, of a Map if that is possible.
    pub fn of(slots: u64) -> Option<Self> {
        Self::with_stride(slots, Self::MAP).or_else(|| Self::with_stride(slots, Self::SET))
    }

    /// The table in an array of so many bytes, with words of eight bytes or four.
    pub fn in_bytes(bytes: u64, stride: u32) -> Option<Self> {
        // The array starts with its map and its length.
        [8, 4].into_iter().find_map(|word| Self::with_stride(bytes.checked_sub(2 * word)? / word, stride))
    }

    fn with_stride(slots: u64, stride: u32) -> Option<Self> {
        let rest = slots.checked_sub(3)?;
        let per_bucket = 1 + 2 * u64::from(stride);
        let buckets = rest / per_bucket;
        let fits = rest % per_bucket == 0 && buckets.is_power_of_two();
        fits.then(|| Some(Self { first: u32::try_from(buckets + 3).ok()?, stride })).flatten()
    }

    /// The entry that contains slot `slot`, and the position in it: 0 for the key, 1 for a Map's value.
    pub fn entry(self, slot: u32) -> Option<(u32, u32)> {
        let at = slot.checked_sub(self.first)?;
        Some((at / self.stride, at % self.stride))
    }

    /// Whether entries have values.
    pub fn is_map(self) -> bool {
        self.stride == Self::MAP
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_a_table_tells_where_its_entries_begin() {
        for (bytes, stride, first) in [(936, 3, 19), (14_376, 3, 259), (680, 2, 19), (2600, 2, 67)] {
            assert_eq!(HashTable::in_bytes(bytes, stride), Some(HashTable { first, stride }));
        }
        let narrow = HashTable::in_bytes(8 + 4 * (3 + 7 * 4), 3).unwrap();
        assert_eq!(narrow.first, 7, "words of four bytes");
        assert_eq!(HashTable::in_bytes(1, 3), None);
    }

    #[test]
    fn a_slot_belongs_to_an_entry() {
        let table = HashTable::of(3 + 2 + 2 * 2 * 3).unwrap();
        assert_eq!((table.first, table.is_map()), (5, true));
        assert_eq!(
            [4, 5, 6, 8].map(|slot| table.entry(slot)),
            [None, Some((0, 0)), Some((0, 1)), Some((1, 0))]
        );
    }
}
