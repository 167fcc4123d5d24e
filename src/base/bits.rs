//! A fixed set of positions, one bit each: 3.3 million nodes fit in a second-level cache.

/// One bit per row.
#[derive(Clone, Default)]
pub struct BitSet {
    words: Box<[u64]>,
}

impl BitSet {
    /// No bit set, room for `len` of them.
    pub fn new(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)].into_boxed_slice() }
    }

    /// Whether `position` is in the set.
    #[inline]
    pub fn contains(&self, position: usize) -> bool {
        self.words[position / 64] >> (position % 64) & 1 == 1
    }

    /// Puts `position` in; tells whether it was not there before.
    #[inline]
    pub fn insert(&mut self, position: usize) -> bool {
        let word = &mut self.words[position / 64];
        let before = *word;
        *word |= 1 << (position % 64);
        before != *word
    }

    /// Takes `position` out.
    #[inline]
    pub fn remove(&mut self, position: usize) {
        self.words[position / 64] &= !(1 << (position % 64));
    }

    /// Which word `position` stands in and how many of the set stand before it there, if it is in the set.
    #[inline]
    pub fn rank_in_word(&self, position: usize) -> Option<(usize, u32)> {
        let word = self.words.get(position / 64)?;
        let bit = 1 << (position % 64);
        (word & bit != 0).then(|| (position / 64, (word & (bit - 1)).count_ones()))
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

#[cfg(test)]
mod tests {
    use super::*;

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
