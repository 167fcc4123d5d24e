//! Columns: boxed slices that only their own index type opens, and rows of rows over them.

use std::marker::PhantomData;
use std::ops::Range;

use super::Index;

/// One value per row of the table that `I` counts: `retained[edge]` does not compile.
pub struct Column<I, T> {
    rows: Box<[T]>,
    index: PhantomData<fn(I)>,
}

impl<I: Index, T> Column<I, T> {
    /// The number of rows.
    #[inline]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// All values in row order.
    #[inline]
    pub fn as_slice(&self) -> &[T] {
        &self.rows
    }

    /// All values with their indices, in row order.
    pub fn iter(&self) -> impl Iterator<Item = (I, &T)> {
        self.rows.iter().enumerate().map(|(position, value)| (I::at(position), value))
    }

    /// The bytes the rows take.
    pub fn bytes(&self) -> u64 {
        size_of_val(&*self.rows) as u64
    }
}

impl<I, T> From<Vec<T>> for Column<I, T> {
    fn from(rows: Vec<T>) -> Self {
        Self { rows: rows.into_boxed_slice(), index: PhantomData }
    }
}

impl<I, T> FromIterator<T> for Column<I, T> {
    fn from_iter<It: IntoIterator<Item = T>>(rows: It) -> Self {
        rows.into_iter().collect::<Vec<T>>().into()
    }
}

impl<I, T> Default for Column<I, T> {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<I, T: Clone> Clone for Column<I, T> {
    fn clone(&self) -> Self {
        self.rows.to_vec().into()
    }
}

impl<I: Index, T> std::ops::Index<I> for Column<I, T> {
    type Output = T;

    #[inline]
    fn index(&self, index: I) -> &T {
        &self.rows[index.position()]
    }
}

impl<I: Index, T> std::ops::IndexMut<I> for Column<I, T> {
    #[inline]
    fn index_mut(&mut self, index: I) -> &mut T {
        &mut self.rows[index.position()]
    }
}

/// Compressed sparse rows: `first` has one entry more than there are rows, and row *n* is
/// `first[n]..first[n + 1]` of another table.
#[derive(Default)]
pub struct Csr<I> {
    first: Box<[u32]>,
    index: PhantomData<fn(I)>,
}

impl<I: Index> Csr<I> {
    /// From the `rows + 1` borders, which must ascend.
    pub fn from_borders(first: Vec<u32>) -> Self {
        debug_assert!(!first.is_empty() && first.is_sorted());
        Self { first: first.into_boxed_slice(), index: PhantomData }
    }

    /// Cuts all rows off where entry `limit` of the other table stands.
    pub fn limit(&mut self, limit: usize) {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        for border in &mut self.first {
            *border = limit.min(*border);
        }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.first.len() - 1
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where row `index` lies in the other table.
    #[inline]
    pub fn range(&self, index: I) -> Range<usize> {
        let position = index.position();
        self.first[position] as usize..self.first[position + 1] as usize
    }

    /// The row that entry `entry` of the other table belongs to: a binary search.
    pub fn row_of(&self, entry: usize) -> I {
        I::at(self.first.partition_point(|&first| first as usize <= entry) - 1)
    }

    /// The borders, one more than rows.
    pub fn borders(&self) -> &[u32] {
        &self.first
    }

    /// The bytes the borders take.
    pub fn bytes(&self) -> u64 {
        size_of_val(&*self.first) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::NodeIndex;

    #[test]
    fn an_entry_finds_its_row_past_empty_rows() {
        let rows: Csr<NodeIndex> = Csr::from_borders(vec![0, 2, 2, 2, 5]);
        assert_eq!(rows.len(), 4);
        assert_eq!(rows.range(NodeIndex(1)), 2..2);
        assert_eq!(rows.row_of(1), NodeIndex(0));
        assert_eq!(rows.row_of(2), NodeIndex(3));
        assert_eq!(rows.row_of(4), NodeIndex(3));
    }
}
