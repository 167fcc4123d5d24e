//! Damage in the middle of a file, such as the block of zeros that a full disk or a bad copy leaves.
//!
//! What stands before it can be trusted. What stands behind it in the same section cannot: nodes and names
//! are referred to by their place, and nobody knows how many were lost.

use crate::base::Progress;
use crate::parse::error::{ErrorKind, LoadError, found_at};
use crate::parse::numbers::NumberArray;

/// What stands between sections: their names.
pub(crate) const NAMES: &str = "the names of sections";

/// The sections that a file may be opened without, wholly or from the damage on.
const SECTIONS: [&str; 8] =
    ["nodes", "edges", "strings", "locations", "samples", "trace_function_infos", "trace_tree", NAMES];

/// The name of the section called `name`, if a file may be opened without what is damaged in it.
pub(crate) fn is_optional_section(name: &str) -> Option<&'static str> {
    SECTIONS.into_iter().find(|section| *section == name)
}

/// What earlier attempts found damaged: the first place in each of [`SECTIONS`].
#[derive(Clone, Copy, Default)]
pub(crate) struct Damage([Option<u64>; SECTIONS.len()]);

impl Damage {
    /// Notes the damage that `error` tells of. `false` if it tells of none, or of a section that was known.
    pub(crate) fn note(&mut self, error: &LoadError) -> bool {
        let Some((section, offset)) = error.damaged() else { return false };
        let known = SECTIONS.iter().zip(&mut self.0).find(|(known, _)| **known == section);
        known.is_some_and(|(_, place)| place.replace(offset).is_none())
    }

    /// Where in `section`.
    pub(crate) fn place_in(&self, section: &str) -> Option<u64> {
        SECTIONS.iter().zip(self.0).find_map(|(known, place)| place.filter(|_| *known == section))
    }

    /// Whether it lies in this section.
    pub(crate) fn is_in(&self, section: &str) -> bool {
        self.place_in(section).is_some()
    }

    /// The first in the file, with its section.
    pub(crate) fn first(&self) -> Option<(&'static str, u64)> {
        SECTIONS
            .into_iter()
            .zip(self.0)
            .filter_map(|(section, place)| Some((section, place?)))
            .min_by_key(|at| at.1)
    }

    /// Up to where the strings are whole.
    pub(crate) fn strings_end(&self, length: usize) -> usize {
        self.place_in("strings")
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
pub(crate) fn with_corruption_context(
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

/// The first byte of one of `arrays` that no list of numbers has. Where damage lies over the end of a
/// section, it goes on into the next, and what is missed then is only what follows from that.
pub(crate) fn first_invalid_byte<'a>(
    bytes: &[u8],
    arrays: impl IntoIterator<Item = &'a NumberArray>,
    known: &Damage,
) -> Option<LoadError> {
    let is_foreign = |&byte: &u8| !matches!(byte, b'0'..=b'9' | b',' | b'\t'..=b'\r' | b' ');
    let unknown = arrays.into_iter().filter(|array| !known.is_in(array.section));
    unknown
        .filter_map(|array| {
            Some((array, array.range.start + first(&bytes[array.range.clone()], is_foreign)?))
        })
        .min_by_key(|&(_, offset)| offset)
        .map(|(array, offset)| {
            let found = found_at(bytes, offset);
            let (section, expected) = (array.section, "a whole number");
            ErrorKind::Syntax { offset: offset as u64, section, expected, found }.into()
        })
}

/// The first byte of `text` that no string of JSON may hold as it is and no layout has: below the tabulator.
pub(crate) fn control_byte(text: &[u8]) -> Option<usize> {
    first(text, |&byte| byte < b'\t')
}

/// The place of the first byte that `is_wanted`, of which there is seldom one.
fn first(text: &[u8], is_wanted: impl Fn(&u8) -> bool) -> Option<usize> {
    const BLOCK: usize = 256;
    // Whole blocks are looked at without a branch for each byte.
    let block =
        text.chunks(BLOCK).position(|block| block.iter().fold(false, |any, byte| any | is_wanted(byte)))?;
    text[block * BLOCK..].iter().position(is_wanted).map(|at| block * BLOCK + at)
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
