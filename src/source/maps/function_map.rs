//! The functions of a source as maps for Hermes tell them: where each begins, and its name.

use crate::source::maps::encoding::number;

/// Places at which functions begin or go on in one source.
const PLACES: usize = 4 << 20;
/// Bytes of a name that are kept.
const NAME_LIMIT: usize = 400;

/// Which function a place is in.
#[derive(Debug)]
pub(super) struct FunctionMap {
    names: Vec<String>,
    /// Line and column, both from 0, and the number of the name.
    places: Vec<(u32, u32, u32)>,
}

impl FunctionMap {
    /// Reads mappings of columns, names and lines. Lines in it count from 1. Nothing if they are damaged.
    pub(super) fn decode(mut names: Vec<String>, mappings: &str) -> Option<Self> {
        let (mut line, mut name) = (1_i64, 0_i64);
        let mut places = Vec::new();
        for group in mappings.split(';') {
            let mut column = 0_i64;
            for segment in group.split(',').filter(|segment| !segment.is_empty()) {
                let bytes = segment.as_bytes();
                let (added, at) = number(bytes, 0)?;
                column += added;
                let mut rest = [0; 2];
                let mut end = at;
                for field in &mut rest {
                    if end < bytes.len() {
                        (*field, end) = number(bytes, end)?;
                    }
                }
                name += rest[0];
                line += rest[1];
                let place =
                    (u32::try_from(line - 1).ok()?, u32::try_from(column).ok()?, u32::try_from(name).ok()?);
                places.push(place);
                if places.len() > PLACES {
                    return None;
                }
            }
        }
        places.sort_by_key(|&(line, column, _)| (line, column));
        for name in &mut names {
            name.truncate(name.floor_char_boundary(NAME_LIMIT));
        }
        Some(Self { names, places })
    }

    /// The name of the function at a place; line and column count from 0.
    pub(super) fn find(&self, line: u32, column: u32) -> Option<&str> {
        let behind = self.places.partition_point(|&(other, at, _)| (other, at) <= (line, column));
        let (.., name) = *self.places.get(behind.checked_sub(1)?)?;
        self.names.get(name as usize).map(String::as_str)
    }
}
