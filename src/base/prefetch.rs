//! Memory that will be needed, fetched together.

/// Reads all of `values` for nothing but that their memory is near afterwards. Where each is far away and
/// none depends on another, the processor waits for many of them at the same time, and in the loop that
/// uses them for none.
#[inline]
pub fn prefetch(values: impl Iterator<Item = u32>) {
    std::hint::black_box(values.fold(0, |all, value| all ^ value));
}
