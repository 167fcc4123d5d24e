//! Damage in the middle of a file, such as the block of zeros that a full disk or a bad copy leaves.
//!
//! What stands before it can be trusted. What stands behind it in the same section cannot: nodes and names
//! are referred to by their place, and nobody knows how many were lost.

use super::error::{ErrorKind, LoadError};
use super::numbers::NumberArray;
use crate::base::Progress;

/// Sections that a first attempt found damaged.
#[derive(Clone, Copy, Default)]
pub(crate) struct Damage {
    nodes: bool,
    edges: bool,
    strings: Option<u64>,
}

impl Damage {
    /// Notes the damage that `error` tells of. `false` if it tells of none, or of none that was not known.
    pub fn note(&mut self, error: &LoadError) -> bool {
        let before = (self.nodes, self.edges, self.strings.is_some());
        match error.damaged() {
            Some(("nodes", _)) => self.nodes = true,
            Some(("edges", _)) => self.edges = true,
            Some((_, offset)) => self.strings = Some(offset.min(self.strings.unwrap_or(u64::MAX))),
            None => {}
        }
        before != (self.nodes, self.edges, self.strings.is_some())
    }

    /// Whether it lies in this section of numbers.
    pub fn is_in(self, section: &str) -> bool {
        (section == "nodes" && self.nodes) || (section == "edges" && self.edges)
    }

    /// Up to where the strings are whole.
    pub fn strings_end(self, length: usize) -> usize {
        self.strings
            .and_then(|offset| usize::try_from(offset).ok())
            .map_or(length, |offset| offset.min(length))
    }
}

/// Where the first number of `array` stands that cannot be read, with how many stand before it. Reads them
/// one after the other: for files that are known to be wrong.
pub(crate) fn first_damage(
    bytes: &[u8],
    array: &NumberArray,
    progress: &Progress,
) -> Result<Option<(usize, LoadError)>, LoadError> {
    let mut cursor = array.cursor(bytes, array.range.start);
    for number in 0..array.len {
        progress.tick(number)?;
        if let Err(error) = cursor.number() {
            return Ok(Some((number, error)));
        }
    }
    Ok(None)
}

/// That the numbers of `array` do not add up, or better the place that explains why.
pub(crate) fn explained(
    bytes: &[u8],
    array: &NumberArray,
    contradiction: ErrorKind,
    progress: &Progress,
) -> LoadError {
    match first_damage(bytes, array, progress) {
        Ok(Some((_, place))) => place,
        Ok(None) => contradiction.into(),
        Err(cancelled) => cancelled,
    }
}

/// The first byte of `text` that no string of JSON may hold as it is and no layout has: below the tabulator.
pub(crate) fn control_byte(text: &[u8]) -> Option<usize> {
    const BLOCK: usize = 256;
    let is_control = |&byte: &u8| byte < b'\t';
    // Whole blocks are looked at without a branch for each byte.
    let block =
        text.chunks(BLOCK).position(|block| block.iter().fold(false, |any, byte| any | is_control(byte)))?;
    text[block * BLOCK..].iter().position(is_control).map(|at| block * BLOCK + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_bytes_are_found_wherever_they_stand() {
        let mut text = vec![b'\t'; 1000];
        assert_eq!(control_byte(&text), None);
        for at in [999, 513, 512, 511, 256, 255, 0] {
            text[at] = if at % 2 == 0 { 0 } else { 8 };
            assert_eq!(control_byte(&text), Some(at));
        }
    }
}
