//! A fixed set of positions, one bit each: 3.3 million nodes fit in a second-level cache.

use std::io;

use crate::base::{Damaged, StoreReader, StoreWriter, Stored};

/// One bit per row.
#[derive(Clone, Default)]
pub struct BitSet {
    words: Box<[u64]>,
}

impl BitSet {
    /// An empty set of positions below `len`.
    pub fn new(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)].into_boxed_slice() }
    }

    /// Whether `position` is in the set.
    #[inline]
    pub fn contains(&self, position: usize) -> bool {
        self.words[position / 64] >> (position % 64) & 1 == 1
    }

    /// Adds `position`; returns whether it is new.
    #[inline]
    pub fn insert(&mut self, position: usize) -> bool {
        let word = &mut self.words[position / 64];
        let before = *word;
        *word |= 1 << (position % 64);
        before != *word
    }

    /// Removes `position`.
    #[inline]
    pub fn remove(&mut self, position: usize) {
        self.words[position / 64] &= !(1 << (position % 64));
    }

    /// Bytes of the words.
    pub fn bytes(&self) -> u64 {
        size_of_val(&*self.words) as u64
    }

    /// How many positions are in the set.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The positions in the set, ascending.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(word, &bits)| {
            std::iter::successors(Some(bits), |bits| Some(bits & bits.wrapping_sub(1)))
                .take_while(|&bits| bits != 0)
                .map(move |bits| word * 64 + bits.trailing_zeros() as usize)
        })
    }
}

/// A set whose members are numbered in order, so that values for them can be stored in a column.
#[derive(Default)]
pub struct RankedSet {
    set: BitSet,
    /// Members before each word.
    before: Box<[u32]>,
}

impl From<BitSet> for RankedSet {
    fn from(set: BitSet) -> Self {
        let mut count = 0;
        let before = set.words.iter().map(|word| {
            let before = count;
            count += word.count_ones();
            before
        });
        Self { before: before.collect(), set }
    }
}

impl RankedSet {
    /// How many members precede `position`, if it is a member.
    #[inline]
    pub fn rank(&self, position: usize) -> Option<usize> {
        let word = self.set.words.get(position / 64)?;
        let bit = 1 << (position % 64);
        (word & bit != 0).then(|| (self.before[position / 64] + (word & (bit - 1)).count_ones()) as usize)
    }

    /// Bytes of the words and ranks.
    pub fn bytes(&self) -> u64 {
        self.set.bytes() + size_of_val(&*self.before) as u64
    }
}

impl Stored for BitSet {
    fn store(&self, out: &mut StoreWriter<'_>) -> io::Result<()> {
        out.values(&self.words)
    }

    fn restore(input: &mut StoreReader<'_>) -> Result<Self, Damaged> {
        Ok(Self { words: input.values()?.into() })
    }
}

impl Stored for RankedSet {
    fn store(&self, out: &mut StoreWriter<'_>) -> io::Result<()> {
        self.set.store(out)
    }

    fn restore(input: &mut StoreReader<'_>) -> Result<Self, Damaged> {
        BitSet::restore(input).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_numbered_in_order() {
        let mut set = BitSet::new(300);
        let members = [0, 5, 63, 64, 190, 299];
        for position in members {
            set.insert(position);
        }
        let ranked = RankedSet::from(set);
        for position in 0..400 {
            assert_eq!(ranked.rank(position), members.iter().position(|&member| member == position));
        }
    }

    #[test]
    fn what_goes_in_comes_out_in_order() {
        let mut set = BitSet::new(200);
        for position in [3, 64, 199, 0, 127] {
            assert!(set.insert(position));
            assert!(!set.insert(position));
        }
        set.remove(127);
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 3, 64, 199]);
        assert_eq!(set.count(), 4);
        assert!(!set.contains(127));
    }
}
