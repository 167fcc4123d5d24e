//! Prefetching of memory.

/// Reads all of `values` so that their cache misses overlap; the loop that uses them later does not wait.
#[inline]
pub fn prefetch(values: impl Iterator<Item = u32>) {
    std::hint::black_box(values.fold(0, |all, value| all ^ value));
}
