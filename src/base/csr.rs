//! Rows of rows: where the entries of each row stand in another table, at two bytes a row.

use std::io;
use std::marker::PhantomData;
use std::ops::Range;

use crate::base::{Damaged, Index, StoreReader, StoreWriter, Stored};

/// Rows that share one `base`.
const BLOCK: usize = 64;
/// Marks a border in `offsets` that is too far from its block's base.
const FAR: u16 = u16::MAX;

/// Compressed sparse rows: row *n* is `first(n)..first(n + 1)` of another table.
///
/// Of the borders, one more than rows, every 64th is stored whole and the others as their distance from it;
/// the few after a row of 65,535 or more entries are in a side table.
pub struct Csr<I> {
    bases: Box<[u32]>,
    offsets: Box<[u16]>,
    /// Border and value of every [`FAR`] one, ascending.
    far: Box<[(u32, u32)]>,
    index: PhantomData<fn(I)>,
}

impl<I> Default for Csr<I> {
    fn default() -> Self {
        Self { bases: [0].into(), offsets: [0].into(), far: Box::default(), index: PhantomData }
    }
}

impl<I: Index> Csr<I> {
    /// From the `rows + 1` borders, which must ascend.
    pub fn from_borders(borders: &[u32]) -> Self {
        debug_assert!(!borders.is_empty() && borders.is_sorted());
        let mut far = Vec::new();
        let mut offsets = Vec::with_capacity(borders.len());
        for (block, borders) in borders.chunks(BLOCK).enumerate() {
            let base = borders[0];
            for (at, &border) in borders.iter().enumerate() {
                offsets.push(match u16::try_from(border - base) {
                    Ok(offset) if offset != FAR => offset,
                    _ => {
                        let at =
                            u32::try_from(block * BLOCK + at).expect("the loader limits tables to 2^32 rows");
                        far.push((at, border));
                        FAR
                    }
                });
            }
        }
        let bases = borders.iter().step_by(BLOCK).copied().collect();
        Self { bases, offsets: offsets.into(), far: far.into(), index: PhantomData }
    }

    /// Removes from every row the entries from number `limit` on.
    pub fn truncate(&mut self, limit: usize) {
        if self.first(self.len()) > limit {
            let limit = u32::try_from(limit).unwrap_or(u32::MAX);
            let borders: Vec<u32> = (0..self.offsets.len()).map(|at| limit.min(self.border(at))).collect();
            *self = Self::from_borders(&borders);
        }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline]
    fn border(&self, at: usize) -> u32 {
        match self.offsets[at] {
            FAR => self.far_border(at),
            offset => self.bases[at / BLOCK] + u32::from(offset),
        }
    }

    #[cold]
    fn far_border(&self, at: usize) -> u32 {
        self.far[self.far.partition_point(|&(border, _)| (border as usize) < at)].1
    }

    #[inline]
    fn first(&self, row: usize) -> usize {
        self.border(row) as usize
    }

    /// Where row `index` lies in the other table.
    #[inline]
    pub fn range(&self, index: I) -> Range<usize> {
        let position = index.position();
        self.first(position)..self.first(position + 1)
    }

    /// The row that entry `entry` of the other table belongs to: a binary search.
    pub fn row_of(&self, entry: usize) -> I {
        // The bases are few and stay in the cache; within a block all borders stand together.
        let block = self.bases.partition_point(|&base| base as usize <= entry) - 1;
        let mut low = block * BLOCK;
        let mut high = self.offsets.len().min(low + BLOCK);
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.first(middle) <= entry {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        I::at(low - 1)
    }

    /// The bytes the borders take.
    pub fn bytes(&self) -> u64 {
        (size_of_val(&*self.bases) + size_of_val(&*self.offsets) + size_of_val(&*self.far)) as u64
    }
}

impl<I> Stored for Csr<I> {
    fn store(&self, out: &mut StoreWriter<'_>) -> io::Result<()> {
        out.values(&self.bases)?;
        out.values(&self.offsets)?;
        out.pairs(&self.far)
    }

    fn restore(input: &mut StoreReader<'_>) -> Result<Self, Damaged> {
        let (bases, offsets, far) = (input.values()?, input.values()?, input.pairs()?);
        Ok(Self { bases: bases.into(), offsets: offsets.into(), far: far.into(), index: PhantomData })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::NodeIndex;

    #[test]
    fn an_entry_finds_its_row_past_empty_rows() {
        let rows: Csr<NodeIndex> = Csr::from_borders(&[0, 2, 2, 2, 5]);
        assert_eq!(rows.len(), 4);
        assert_eq!(rows.range(NodeIndex(1)), 2..2);
        assert_eq!(rows.row_of(1), NodeIndex(0));
        assert_eq!(rows.row_of(2), NodeIndex(3));
        assert_eq!(rows.row_of(4), NodeIndex(3));
    }

    #[test]
    fn rows_of_any_length_read_back_and_can_be_cut() {
        let lengths = (0..1000_u32).map(|row| match row {
            70 => 65_534,
            200 | 201 => 65_535,
            300 => 3_000_000,
            _ => row % 7,
        });
        let mut borders = vec![0];
        borders.extend(lengths.scan(0, |sum, length| {
            *sum += length;
            Some(*sum)
        }));
        let mut rows: Csr<NodeIndex> = Csr::from_borders(&borders);
        assert!(!rows.far.is_empty() && rows.far.len() < 4 * BLOCK);
        for limit in [u32::MAX, 3_100_000, 70_000, 3, 0] {
            rows.truncate(limit as usize);
            for (row, pair) in borders.windows(2).enumerate() {
                let [begin, end] = [pair[0], pair[1]].map(|border| border.min(limit) as usize);
                assert_eq!(rows.range(NodeIndex::at(row)), begin..end);
                if begin < end {
                    assert_eq!(rows.row_of(begin).position(), row);
                    assert_eq!(rows.row_of(end - 1).position(), row);
                }
            }
        }
    }
}
