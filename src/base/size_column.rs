//! A column of 64-bit numbers that are nearly always small: four bytes a row, and a side table for rare
//! values from 2^32 - 1 on (a buffer of 5 GB, the retained size of a root).

use std::collections::BTreeMap;
use std::io;
use std::marker::PhantomData;

use crate::base::{Damaged, Index, StoreReader, StoreWriter, Stored};

const LARGE: u32 = u32::MAX;

/// `u64` values at four bytes a row. Reading a large one costs a binary search.
pub struct SizeColumn<I> {
    low: Box<[u32]>,
    /// Row and value of every entry that `low` marks with [`LARGE`], ascending by row.
    large: Box<[(u32, u64)]>,
    index: PhantomData<fn(I)>,
}

impl<I: Index> SizeColumn<I> {
    /// From low words and large values: `large` ascends by row and has an entry for every row whose low word
    /// is `u32::MAX`.
    pub fn from_parts(low: Vec<u32>, large: Vec<(u32, u64)>) -> Self {
        debug_assert!(large.is_sorted_by_key(|&(row, _)| row));
        Self { low: low.into_boxed_slice(), large: large.into_boxed_slice(), index: PhantomData }
    }

    /// The low word for `value`: itself, or the mark for the side table.
    #[inline]
    pub fn low_word(value: u64) -> u32 {
        u32::try_from(value).unwrap_or(LARGE)
    }

    /// Whether `value` needs an entry in the side table.
    #[inline]
    pub fn is_large(value: u64) -> bool {
        value >= u64::from(LARGE)
    }

    /// The value of row `index`.
    #[inline]
    pub fn get(&self, index: I) -> u64 {
        match self.low[index.position()] {
            LARGE => self.large_at(index.position()),
            low => u64::from(low),
        }
    }

    #[cold]
    fn large_at(&self, position: usize) -> u64 {
        let at = self.large.partition_point(|&(row, _)| (row as usize) < position);
        self.large[at].1
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.low.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.low.is_empty()
    }

    /// All values in row order.
    pub fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        let mut large = self.large.iter();
        self.low.iter().map(move |&low| match low {
            LARGE => large.next().map_or(u64::from(LARGE), |&(_, value)| value),
            low => u64::from(low),
        })
    }

    /// The bytes the rows take.
    pub fn bytes(&self) -> u64 {
        (size_of_val(&*self.low) + size_of_val(&*self.large)) as u64
    }
}

/// A column that can still change.
pub struct SizeColumnMut<I> {
    low: Vec<u32>,
    large: BTreeMap<u32, u64>,
    index: PhantomData<fn(I)>,
}

impl<I: Index> From<&SizeColumn<I>> for SizeColumnMut<I> {
    fn from(column: &SizeColumn<I>) -> Self {
        let large = column.large.iter().copied().collect();
        Self { low: column.low.to_vec(), large, index: PhantomData }
    }
}

impl<I: Index> SizeColumnMut<I> {
    /// The value of row `index`.
    #[inline]
    pub fn get(&self, index: I) -> u64 {
        match self.low[index.position()] {
            LARGE => self.large[&row(index)],
            low => u64::from(low),
        }
    }

    /// Sets the value of row `index` to `value`.
    #[inline]
    pub fn set(&mut self, index: I, value: u64) {
        if self.low[index.position()] == LARGE {
            self.large.remove(&row(index));
        }
        self.low[index.position()] = SizeColumn::<I>::low_word(value);
        if SizeColumn::<I>::is_large(value) {
            self.large.insert(row(index), value);
        }
    }

    /// The finished column.
    pub fn finish(self) -> SizeColumn<I> {
        SizeColumn::from_parts(self.low, self.large.into_iter().collect())
    }
}

fn row(index: impl Index) -> u32 {
    u32::try_from(index.position()).expect("the loader limits tables to 2^32 rows")
}

impl<I: Index> FromIterator<u64> for SizeColumn<I> {
    fn from_iter<It: IntoIterator<Item = u64>>(values: It) -> Self {
        let mut large = Vec::new();
        let low = values
            .into_iter()
            .enumerate()
            .map(|(row, value)| {
                if Self::is_large(value) {
                    large.push((u32::try_from(row).expect("the loader limits tables to 2^32 rows"), value));
                }
                Self::low_word(value)
            })
            .collect();
        Self::from_parts(low, large)
    }
}

impl<I> Default for SizeColumn<I> {
    fn default() -> Self {
        Self { low: Box::default(), large: Box::default(), index: PhantomData }
    }
}

impl<I: Index> Stored for SizeColumn<I> {
    fn store(&self, out: &mut StoreWriter<'_>) -> io::Result<()> {
        out.values(&self.low)?;
        out.pairs(&self.large)
    }

    fn restore(input: &mut StoreReader<'_>) -> Result<Self, Damaged> {
        Ok(Self::from_parts(input.values()?, input.pairs()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::NodeIndex;

    #[test]
    fn sizes_grow_and_shrink_past_the_border() {
        let column: SizeColumn<NodeIndex> = [5, 1 << 32, 7, u64::MAX].into_iter().collect();
        let mut changes = SizeColumnMut::from(&column);
        let total = changes.get(NodeIndex(0)) + changes.get(NodeIndex(1));
        changes.set(NodeIndex(0), total);
        changes.set(NodeIndex(1), 0);
        changes.set(NodeIndex(3), 1 << 40);
        let values: Vec<_> = changes.finish().iter().collect();
        assert_eq!(values, [(1 << 32) + 5, 0, 7, 1 << 40]);
    }

    #[test]
    fn small_and_large_values_read_back() {
        let values = [0, 7, (1 << 32) - 2, (1 << 32) - 1, 1 << 32, 5_368_709_120, 3, u64::MAX];
        let column: SizeColumn<NodeIndex> = values.into_iter().collect();
        assert_eq!(column.iter().collect::<Vec<_>>(), values);
        for (row, &value) in values.iter().enumerate() {
            assert_eq!(column.get(NodeIndex::at(row)), value);
        }
        assert_eq!(column.large.len(), 4);
    }
}
