//! Damage in the middle of a file, such as the block of zeros that a full disk or a bad copy leaves.
//!
//! Data before it can be trusted. Data after it in the same section cannot: nodes and names are referred to
//! by position, and the number of lost ones is unknown.

use crate::base::Progress;
use crate::parse::error::{ErrorKind, LoadError, found_at};
use crate::parse::numbers::NumberArray;

/// The text between sections: their names.
pub(crate) const NAMES: &str = "the names of sections";

/// The sections that a file can be opened without, entirely or from the damage on.
const SECTIONS: [&str; 8] =
    ["nodes", "edges", "strings", "locations", "samples", "trace_function_infos", "trace_tree", NAMES];

/// The section called `name`, if a file can be opened without its damaged part.
pub(crate) fn is_optional_section(name: &str) -> Option<&'static str> {
    SECTIONS.into_iter().find(|section| *section == name)
}

/// Damage found by earlier attempts: the first offset in each of [`SECTIONS`].
#[derive(Clone, Copy, Default)]
pub(crate) struct Damage([Option<u64>; SECTIONS.len()]);

impl Damage {
    /// Records the damage in `error`. Returns `false` if there is none, or if the section was already
    /// damaged.
    pub(crate) fn note(&mut self, error: &LoadError) -> bool {
        let Some((section, offset)) = error.damaged() else { return false };
        let known = SECTIONS.iter().zip(&mut self.0).find(|(known, _)| **known == section);
        known.is_some_and(|(_, place)| place.replace(offset).is_none())
    }

    /// The offset in `section`.
    pub(crate) fn place_in(&self, section: &str) -> Option<u64> {
        SECTIONS.iter().zip(self.0).find_map(|(known, place)| place.filter(|_| *known == section))
    }

    /// Whether `section` is damaged.
    pub(crate) fn is_in(&self, section: &str) -> bool {
        self.place_in(section).is_some()
    }

    /// The first damage in the file, with its section.
    pub(crate) fn first(&self) -> Option<(&'static str, u64)> {
        SECTIONS
            .into_iter()
            .zip(self.0)
            .filter_map(|(section, place)| Some((section, place?)))
            .min_by_key(|at| at.1)
    }

    /// The offset up to which the strings are intact.
    pub(crate) fn strings_end(&self, length: usize) -> usize {
        self.place_in("strings")
            .and_then(|offset| usize::try_from(offset).ok())
            .map_or(length, |offset| offset.min(length))
    }
}

/// The first unreadable number of `array`, with the count of numbers before it. Reads them one after the
/// other: for files that are known to be damaged.
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

/// The error for numbers of `array` that do not add up, or the damage that explains it.
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

/// The first byte in one of `arrays` that is invalid in a list of numbers. Damage across the end of a section
/// continues into the next, and the missing section is only a consequence.
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

/// The first byte of `text` that is invalid in a JSON string and in white space: below the tabulator.
pub(crate) fn control_byte(text: &[u8]) -> Option<usize> {
    first(text, |&byte| byte < b'\t')
}

/// The position of the first byte that `is_wanted`, which is rare.
fn first(text: &[u8], is_wanted: impl Fn(&u8) -> bool) -> Option<usize> {
    const BLOCK: usize = 256;
    // Whole blocks are scanned without a branch per byte.
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
