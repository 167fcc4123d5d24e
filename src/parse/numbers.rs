//! Flat arrays of numbers: finding their end, dividing them into chunks for threads, and reading digits eight
//! bytes at a time.
//!
//! A chunk border may fall anywhere, even inside a number. Therefore the commas of every chunk are counted
//! first: the sum over the previous chunks is the number in which a chunk starts, so each thread knows its
//! rows and writes them directly into the final columns.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use memchr::{memchr, memchr_iter};

use crate::base::Progress;
use crate::parse::error::{ErrorKind, LoadError, found_at, truncated};
use crate::parse::{Completeness, Input};

/// Bytes per thread and chunk: fits the second-level cache, so that counting after finding the end is cheap.
pub(crate) const CHUNK_BYTES: usize = 1 << 19;

/// A flat array of numbers in the file.
#[derive(Debug, Clone)]
pub(crate) struct NumberArray {
    /// Its name for the user.
    pub section: &'static str,
    /// From after `[` up to `]`.
    pub range: Range<usize>,
    /// The count of its numbers; of a truncated one, those followed by a comma.
    pub len: usize,
    /// Whether it is not truncated.
    pub whole: bool,
    /// Borders of the chunks and the number of commas before each.
    chunks: Vec<(usize, usize)>,
}

/// The rows that one thread reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowChunk {
    /// Which rows.
    pub rows: Range<usize>,
    /// Where the first one starts, possibly after white space.
    pub start: usize,
    /// The end of the range that this thread reads: the start of the next chunk.
    pub bytes: Range<usize>,
}

impl NumberArray {
    /// Finds the end of the array whose `[` is just before `start`, and counts its numbers.
    pub(crate) fn find(
        input: Input<'_>,
        section: &'static str,
        start: usize,
        chunk_bytes: usize,
        completeness: Completeness,
        progress: &Progress,
    ) -> Result<Self, LoadError> {
        let bytes = input.bytes;
        let chunk_count = (bytes.len() - start).div_ceil(chunk_bytes);
        let next = AtomicUsize::new(0);
        let end = AtomicUsize::new(usize::MAX);
        // Chunks are processed in order, so little is read past the end before it is found.
        let count_commas = || {
            let mut counted = Vec::new();
            while progress.check().is_ok() {
                let chunk = next.fetch_add(1, Relaxed);
                let from = start + chunk * chunk_bytes;
                if chunk >= chunk_count || from >= end.load(Relaxed) {
                    break;
                }
                let slice = &bytes[from..bytes.len().min(from + chunk_bytes)];
                let slice = match memchr(b']', slice) {
                    None => slice,
                    Some(length) => {
                        end.fetch_min(from + length, Relaxed);
                        &slice[..length]
                    }
                };
                counted.push((from, memchr_iter(b',', slice).count()));
                // Without this the whole section is in memory beside the first columns.
                input.release(from..from + slice.len());
            }
            counted
        };
        // A short array is read by one thread; there may be a million of them.
        let first = &bytes[start..bytes.len().min(start + chunk_bytes)];
        let is_short = chunk_count < 4 || memchr(b']', first).is_some();
        let parts = if is_short { vec![count_commas()] } else { rayon::broadcast(|_| count_commas()) };
        progress.check()?;
        let mut end = end.into_inner();
        let whole = end != usize::MAX;
        if !whole {
            if completeness == Completeness::Whole {
                return Err(truncated(bytes, section));
            }
            end = bytes.len();
        }
        let mut chunks: Vec<_> = parts.into_iter().flatten().filter(|&(from, _)| from < end).collect();
        chunks.sort_unstable();
        let mut commas = 0;
        for (_, count) in &mut chunks {
            commas += std::mem::replace(count, commas);
        }
        let blank = commas == 0 && bytes[start..end].iter().all(u8::is_ascii_whitespace);
        let len = if blank || !whole { commas } else { commas + 1 };
        Ok(Self { section, range: start..end, len, whole, chunks })
    }

    /// An array that starts behind the end of the file.
    pub(crate) fn cut_off(section: &'static str) -> Self {
        Self { section, range: 0..0, len: 0, whole: false, chunks: Vec::new() }
    }

    /// The part with the first `len` numbers, which are all followed by a comma.
    pub(crate) fn before(self, len: usize) -> Self {
        Self { len, whole: false, ..self }
    }

    /// Divides the rows of `fields` numbers each among chunks. `len` must be a multiple of `fields`.
    pub(crate) fn row_chunks(&self, bytes: &[u8], fields: usize) -> Vec<RowChunk> {
        let row_count = self.len / fields;
        let mut starts: Vec<(usize, usize, usize)> = Vec::with_capacity(self.chunks.len());
        for (number, &(from, before)) in self.chunks.iter().enumerate() {
            let (row, start) = if number == 0 {
                (0, from)
            } else {
                // The first row whose preceding comma is in this chunk or after it.
                let row = before / fields + 1;
                let skip = row * fields - before;
                if self.chunks.get(number + 1).is_some_and(|&(_, before_next)| before_next < row * fields) {
                    // A later chunk has the comma; nothing is searched twice.
                    if row < row_count && starts.last().is_none_or(|last| last.0 != row) {
                        starts.push((row, from, from));
                    }
                    continue;
                }
                let commas = memchr_iter(b',', &bytes[from..self.range.end]);
                let Some(comma) = commas.take(skip).last() else { break };
                (row, from + comma + 1)
            };
            if row >= row_count {
                break;
            }
            match starts.last_mut() {
                Some(last) if last.0 == row => *last = (row, start, last.2),
                _ => starts.push((row, start, from)),
            }
        }
        let ends = starts[1.min(starts.len())..]
            .iter()
            .map(|&(row, _, from)| (row, from))
            .chain([(row_count, self.range.end)]);
        let chunks = starts.iter().zip(ends);
        chunks
            .map(|(&(row, start, from), (end_row, end))| RowChunk {
                rows: row..end_row,
                start,
                bytes: from..end,
            })
            .collect()
    }

    /// Reads numbers from `start` on.
    pub(crate) fn cursor<'a>(&self, bytes: &'a [u8], start: usize) -> Cursor<'a> {
        Cursor { bytes, at: start, end: self.range.end, section: self.section }
    }
}

/// Reads one number after the other.
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The position of the array's `]`.
    end: usize,
    section: &'static str,
}

const POWERS: [u64; 8] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];

/// The digits at the start of `word` (eight bytes of text, first byte lowest): how many, and the bytes with
/// each digit converted to its value. Carries only run upwards from a byte that is not a digit.
#[inline]
fn leading_digits(word: u64) -> (u32, u64) {
    let values = word ^ 0x3030_3030_3030_3030;
    let others = (values.wrapping_add(0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080;
    (others.trailing_zeros() / 8, values)
}

/// Eight digit values, first lowest, as a number: pairs, then fours, then all in three multiplications.
#[inline]
fn eight_digits(values: u64) -> u64 {
    let pairs = values.wrapping_mul(10).wrapping_add(values >> 8);
    let low = (pairs & 0x0000_00ff_0000_00ff).wrapping_mul(0x000f_4240_0000_0064);
    let high = (pairs >> 16 & 0x0000_00ff_0000_00ff).wrapping_mul(0x0000_2710_0000_0001);
    low.wrapping_add(high) >> 32
}

impl Cursor<'_> {
    /// Where the next number is searched.
    pub(crate) fn offset(&self) -> usize {
        self.at
    }

    /// Reads one row: as many numbers as the length of `row`.
    #[inline]
    pub(crate) fn row(&mut self, row: &mut [u64]) -> Result<(), LoadError> {
        for number in row {
            *number = self.number()?;
        }
        Ok(())
    }

    /// Reads one number and the comma after it.
    #[inline]
    pub(crate) fn number(&mut self) -> Result<u64, LoadError> {
        // Nearly half of the numbers are kinds, flags and small indices. The start of the next one is then
        // predicted instead of computed: a third less time in total.
        if let Some(&[digit @ b'0'..=b'9', b',']) = self.bytes.get(self.at..).and_then(<[u8]>::first_chunk) {
            self.at += 2;
            return Ok(u64::from(digit - b'0'));
        }
        if let Some(&word) = self.bytes.get(self.at..).and_then(<[u8]>::first_chunk) {
            let (count, values) = leading_digits(u64::from_le_bytes(word));
            if count > 0 {
                let after = self.at + count as usize;
                // Shifting by 64 - 8 * 8 = 0 keeps all eight digits.
                let number = eight_digits(values << (64 - 8 * count));
                match self.bytes.get(after..).and_then(<[u8]>::first_chunk) {
                    Some([b',', _]) => {
                        self.at = after + 1;
                        return Ok(number);
                    }
                    Some(b"\n,") => {
                        self.at = after + 2;
                        return Ok(number);
                    }
                    _ => {}
                }
            }
        }
        self.number_slowly()
    }

    /// Any length, surrounded by white space.
    #[inline(never)]
    fn number_slowly(&mut self) -> Result<u64, LoadError> {
        self.skip_space();
        let start = self.at;
        let mut number: u64 = 0;
        loop {
            let word = match self.bytes.get(self.at..).and_then(<[u8]>::first_chunk) {
                Some(&word) => u64::from_le_bytes(word),
                None => {
                    let mut padded = [0; 8];
                    let rest = self.bytes.get(self.at..).unwrap_or_default();
                    padded[..rest.len()].copy_from_slice(rest);
                    u64::from_le_bytes(padded)
                }
            };
            let (count, values) = leading_digits(word);
            let (part, power) = match count {
                0 => (0, 1),
                8 => (eight_digits(values), 100_000_000),
                count => (eight_digits(values << (64 - 8 * count)), POWERS[count as usize]),
            };
            number = match number.checked_mul(power).and_then(|number| number.checked_add(part)) {
                Some(number) => number,
                None => return Err(self.unexpected(start, "a number below 2^64")),
            };
            self.at += count as usize;
            if count < 8 {
                break;
            }
        }
        if self.at == start {
            return Err(self.unexpected(start, "a whole number"));
        }
        self.skip_space();
        match self.bytes.get(self.at) {
            Some(b',') => self.at += 1,
            Some(b']') if self.at == self.end => {}
            _ => return Err(self.unexpected(self.at, "a comma or the end of the list")),
        }
        Ok(number)
    }

    #[inline]
    fn skip_space(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    #[cold]
    fn unexpected(&self, offset: usize, expected: &'static str) -> LoadError {
        let found = found_at(self.bytes, offset);
        ErrorKind::Syntax { offset: offset as u64, section: self.section, expected, found }.into()
    }
}

/// Splits `column` at the borders of consecutive row ranges, so that each thread owns its part.
pub(crate) fn split_rows<'a, T>(mut column: &'a mut [T], chunks: &[RowChunk]) -> Vec<&'a mut [T]> {
    let mut parts = Vec::with_capacity(chunks.len());
    for chunk in chunks {
        let (part, rest) = column.split_at_mut(chunk.rows.len());
        parts.push(part);
        column = rest;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Result<Vec<u64>, String> {
        let bytes = format!("{text}]tail").into_bytes();
        let progress = Progress::new();
        let array = NumberArray::find(Input::new(&bytes), "test", 0, 5, Completeness::Whole, &progress)
            .map_err(|e| e.to_string())?;
        let mut cursor = array.cursor(&bytes, 0);
        (0..array.len).map(|_| cursor.number().map_err(|e| e.to_string())).collect()
    }

    #[test]
    fn numbers_of_every_length_read_back() {
        for length in 1..=19 {
            let number: u64 = "1234567890123456789"[..length].parse().unwrap();
            assert_eq!(numbers(&format!("{number},{number} ,\n {number}")), Ok(vec![number; 3]));
        }
        assert_eq!(numbers("18446744073709551615,0"), Ok(vec![u64::MAX, 0]));
        assert_eq!(numbers(" \n"), Ok(vec![]));
        assert_eq!(numbers("00000000000007"), Ok(vec![7]));
    }

    #[test]
    fn what_is_no_number_is_said_with_its_place() {
        let message = |text| numbers(text).unwrap_err();
        assert_eq!(message("1,-2"), "in test at byte 2: expected a whole number, found '-'");
        assert_eq!(message("1,,2"), "in test at byte 2: expected a whole number, found ','");
        assert_eq!(message("1.5"), "in test at byte 1: expected a comma or the end of the list, found '.'");
        assert_eq!(message("1,"), "in test at byte 2: expected a whole number, found ']'");
        assert_eq!(
            message("18446744073709551616"),
            "in test at byte 0: expected a number below 2^64, found '1'"
        );
    }

    #[test]
    fn rows_are_dealt_out_whole_wherever_the_borders_fall() {
        let text = (0..60).map(|n| (n * n * 37).to_string()).collect::<Vec<_>>().join(",");
        let bytes = format!("{text}]  tail tail").into_bytes();
        for fields in [1, 2, 3, 5] {
            for chunk_bytes in 1..bytes.len() {
                let array = NumberArray::find(
                    Input::new(&bytes),
                    "test",
                    0,
                    chunk_bytes,
                    Completeness::Whole,
                    &Progress::new(),
                )
                .unwrap();
                assert_eq!(array.len, 60);
                let mut seen = Vec::new();
                let mut next_byte = 0;
                for chunk in array.row_chunks(&bytes, fields) {
                    assert_eq!(chunk.rows.start * fields, seen.len());
                    assert_eq!(chunk.bytes.start, next_byte);
                    next_byte = chunk.bytes.end;
                    let mut cursor = array.cursor(&bytes, chunk.start);
                    for _ in 0..chunk.rows.len() * fields {
                        seen.push(cursor.number().unwrap());
                    }
                }
                assert_eq!(next_byte, array.range.end);
                assert!(seen.iter().copied().eq((0..60).map(|n| n * n * 37)), "{fields} {chunk_bytes}");
            }
        }
    }
}
