//! A column of object ids. V8 assigns ids in steps of two, and in a process's first snapshot the nodes are in
//! that order: then a few runs suffice.

use std::io;

use crate::base::{Damaged, Index, SizeColumn, StoreReader, StoreWriter, Stored};

/// The step between the ids of neighbours in a run.
const STEP: u64 = 2;

/// One id per row: as runs where there are few, in four bytes a row otherwise.
pub struct IdColumn<I> {
    len: usize,
    rows: Rows<I>,
}

enum Rows<I> {
    /// First row and first id of each run, ascending by row.
    Runs(Box<[(u32, u64)]>),
    Single(SizeColumn<I>),
}

impl<I: Index> IdColumn<I> {
    /// The id of row `index`: a binary search among the runs.
    #[inline]
    pub fn get(&self, index: I) -> u64 {
        match &self.rows {
            Rows::Single(ids) => ids.get(index),
            Rows::Runs(runs) => {
                let row = index.position();
                let (first, id) = runs[runs.partition_point(|&(first, _)| first as usize <= row) - 1];
                id + STEP * (row - first as usize) as u64
            }
        }
    }

    /// All ids in row order.
    pub fn iter(&self) -> Box<dyn Iterator<Item = u64> + '_> {
        match &self.rows {
            Rows::Single(ids) => Box::new(ids.iter()),
            Rows::Runs(runs) => {
                let ends = runs.iter().skip(1).map(|&(first, _)| first as usize).chain([self.len]);
                Box::new(runs.iter().zip(ends).flat_map(|(&(first, id), end)| {
                    (0..(end - first as usize) as u64).map(move |offset| id + STEP * offset)
                }))
            }
        }
    }

    /// The bytes the rows take.
    pub fn bytes(&self) -> u64 {
        match &self.rows {
            Rows::Single(ids) => ids.bytes(),
            Rows::Runs(runs) => size_of_val(&**runs) as u64,
        }
    }
}

impl<I: Index> From<SizeColumn<I>> for IdColumn<I> {
    fn from(ids: SizeColumn<I>) -> Self {
        let len = ids.len();
        let rows = match few_runs(&ids) {
            Some(runs) => Rows::Runs(runs.into_boxed_slice()),
            None => Rows::Single(ids),
        };
        Self { len, rows }
    }
}

/// The runs, if they take less memory than single rows.
fn few_runs<I: Index>(ids: &SizeColumn<I>) -> Option<Vec<(u32, u64)>> {
    let mut runs = Vec::new();
    let mut expected = None;
    for (row, id) in (0..).zip(ids.iter()) {
        if expected != Some(id) {
            runs.push((row, id));
        }
        if runs.len() > ids.len() / 16 + 1 {
            return None;
        }
        expected = id.checked_add(STEP);
    }
    Some(runs)
}

impl<I: Index> Stored for IdColumn<I> {
    fn store(&self, out: &mut StoreWriter<'_>) -> io::Result<()> {
        out.len(self.len);
        match &self.rows {
            Rows::Runs(runs) => {
                out.number(0);
                out.pairs(runs)
            }
            Rows::Single(ids) => {
                out.number(1);
                ids.store(out)
            }
        }
    }

    fn restore(input: &mut StoreReader<'_>) -> Result<Self, Damaged> {
        let len = input.integer()?;
        let rows = match input.number()? {
            0 => Rows::Runs(input.pairs()?.into()),
            1 => Rows::Single(SizeColumn::restore(input)?),
            _ => return Err(Damaged),
        };
        Ok(Self { len, rows })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::NodeIndex;

    #[test]
    fn ids_read_back_from_runs_and_from_single_rows() {
        let in_order: Vec<u64> =
            (0..100).map(|row| 1 + 2 * row).chain((0..50).map(|row| 7_000_000_000 + 2 * row)).collect();
        let scattered: Vec<u64> = (0..100).map(|row| row * row % 31).collect();
        for (ids, few_bytes) in [(in_order, true), (scattered, false), (vec![], true)] {
            let column = IdColumn::from(ids.iter().copied().collect::<SizeColumn<NodeIndex>>());
            assert_eq!(column.iter().collect::<Vec<_>>(), ids);
            for (row, &id) in ids.iter().enumerate() {
                assert_eq!(column.get(NodeIndex::at(row)), id);
            }
            assert_eq!(column.bytes() < 100, few_bytes);
        }
    }
}
