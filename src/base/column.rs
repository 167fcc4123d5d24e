//! Columns: boxed slices that only their own index type can index.

use std::io;
use std::marker::PhantomData;

use bytemuck::Pod;

use crate::base::{Damaged, Index, StoreReader, StoreWriter, Stored};

/// One value per row of the table that `I` indexes: `retained[edge]` does not compile.
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

impl<I: Index, T: Pod> Stored for Column<I, T> {
    fn store(&self, out: &mut StoreWriter<'_>) -> io::Result<()> {
        out.values(&self.rows)
    }

    fn restore(input: &mut StoreReader<'_>) -> Result<Self, Damaged> {
        input.values().map(Self::from)
    }
}
