//! The `strings` section: a JSON array of strings, read by many threads.
//!
//! Whether a byte is inside a string depends on all quotes before it. So a first pass counts the quotes of
//! every chunk (an escaped one is recognised locally, by the length of the run of backslashes before it); the
//! sum over the previous chunks is the state in which each thread starts. The second pass decodes. A string
//! belongs to the chunk in which it starts.

use std::ops::Range;

use memchr::{memchr, memchr2, memchr2_iter};
use rayon::prelude::*;

use crate::base::Progress;
use crate::graph::Segment;
use crate::parse::Completeness;
use crate::parse::corruption::control_byte;
use crate::parse::error::{ErrorKind, LoadError, found_at, truncated};

/// Bytes of text per thread and chunk; each chunk becomes a segment.
pub(crate) const CHUNK_BYTES: usize = 1 << 20;

const SECTION: &str = "strings";

/// The strings, and the position of the array's `]`.
#[derive(Default)]
pub(crate) struct ParsedStrings {
    pub segments: Vec<Segment>,
    /// Number of strings in the segments.
    pub len: usize,
    /// `None` if the file ends before it.
    pub end: Option<usize>,
}

/// Reads the array whose `[` is just before `start`; it ends before `limit`.
pub(crate) fn parse_strings(
    bytes: &[u8],
    start: usize,
    limit: usize,
    chunk_bytes: usize,
    completeness: Completeness,
    progress: &Progress,
) -> Result<ParsedStrings, LoadError> {
    let chunks: Vec<Range<usize>> =
        (start..limit).step_by(chunk_bytes).map(|from| from..limit.min(from + chunk_bytes)).collect();
    let escaped = escaped_starts(bytes, &chunks);
    let quotes: Vec<usize> = chunks
        .par_iter()
        .zip(escaped.par_iter())
        .map(|(chunk, &escaped)| unescaped_quotes(bytes, chunk.clone(), escaped))
        .collect();
    let mut inside = false;
    let begins: Vec<Begin> = quotes
        .iter()
        .zip(escaped)
        .map(|(&quotes, escaped)| {
            let begin = Begin { inside, escaped, quotes };
            inside ^= quotes % 2 == 1;
            begin
        })
        .collect();
    let decoded: Vec<Result<DecodedChunk, LoadError>> = chunks
        .into_par_iter()
        .zip(begins)
        .map(|(chunk, begin)| {
            progress.check()?;
            progress.read(chunk.len() as u64);
            let control = control_byte(&bytes[chunk.clone()]).map(|at| chunk.start + at);
            let decoded = decode_chunk(&bytes[..limit], chunk, begin, start, completeness);
            // Quotes lost by damage invert the state of everything after them.
            match (control, decoded) {
                (None, decoded) => decoded,
                (Some(at), Ok(chunk)) if chunk.end.is_some_and(|end| end < at) => Ok(chunk),
                (Some(at), Err(error)) if place(&error) < at as u64 => Err(error),
                (Some(at), _) => Err(unexpected(bytes, at, "text")),
            }
        })
        .collect();
    let mut segments = Vec::with_capacity(decoded.len());
    let mut count = 0;
    let mut decoded = decoded.into_iter();
    while let Some(chunk) = decoded.next() {
        let DecodedChunk { segment, len, end } = match chunk {
            Ok(chunk) => chunk,
            // A string that fails far behind its chunk may contain an earlier error, which a later one found.
            Err(error) => {
                return Err(decoded
                    .filter_map(Result::err)
                    .fold(error, |first, other| if place(&other) < place(&first) { other } else { first }));
            }
        };
        segments.push(segment);
        count += len;
        if count >= u32::MAX as usize {
            return Err(
                ErrorKind::TooLarge { what: "the number of strings", limit: u64::from(u32::MAX) }.into()
            );
        }
        if end.is_some() {
            return Ok(ParsedStrings { segments, len: count, end });
        }
    }
    match completeness {
        Completeness::Whole => Err(cut(bytes)),
        Completeness::Partial => Ok(ParsedStrings { segments, len: count, end: None }),
    }
}

/// The end of the string array whose `[` is just before `start`: reads every string, one after the other.
pub(crate) fn skip_strings(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        at += memchr2(b'"', b']', &bytes[at..])?;
        if bytes[at] == b']' {
            return Some(at);
        }
        at = closing_quote(bytes, at + 1)? + 1;
    }
}

/// The offset of the error, for finding the first one.
fn place(error: &LoadError) -> u64 {
    error.damaged().map_or(u64::MAX, |(_, offset)| offset)
}

#[cold]
fn unexpected(bytes: &[u8], at: usize, expected: &'static str) -> LoadError {
    let found = found_at(bytes, at);
    ErrorKind::Syntax { offset: at as u64, section: SECTION, expected, found }.into()
}

fn cut(bytes: &[u8]) -> LoadError {
    truncated(bytes, SECTION).with_partial_load(true)
}

/// Whether an odd run of backslashes ends just before each chunk. Reads no byte twice, however long the runs
/// are.
fn escaped_starts(bytes: &[u8], chunks: &[Range<usize>]) -> Vec<bool> {
    let mut run = 0;
    chunks
        .iter()
        .map(|chunk| {
            let escaped = run % 2 == 1;
            let trailing = bytes[chunk.clone()].iter().rev().take_while(|&&byte| byte == b'\\').count();
            run = if trailing == chunk.len() { run + trailing } else { trailing };
            escaped
        })
        .collect()
}

/// The state at the start of a chunk.
#[derive(Clone, Copy)]
struct Begin {
    /// Inside a string.
    inside: bool,
    /// Inside an escape sequence, which includes the chunk's first byte.
    escaped: bool,
    /// Number of unescaped quotes in the chunk.
    quotes: usize,
}

fn unescaped_quotes(bytes: &[u8], chunk: Range<usize>, escaped: bool) -> usize {
    let mut count = 0;
    let mut skip_until = chunk.start + usize::from(escaped);
    for found in memchr2_iter(b'"', b'\\', &bytes[chunk.clone()]) {
        let at = chunk.start + found;
        if at < skip_until {
            continue;
        }
        if bytes[at] == b'"' {
            count += 1;
        } else {
            skip_until = at + 2;
        }
    }
    count
}

/// The quote that closes the string whose text starts at `from`.
fn closing_quote(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at);
        }
        at += 2;
    }
}

#[derive(Default)]
struct DecodedChunk {
    segment: Segment,
    len: usize,
    /// The position of the array's `]`, if it is in this chunk.
    end: Option<usize>,
}

fn decode_chunk(
    bytes: &[u8],
    chunk: Range<usize>,
    begin: Begin,
    array_start: usize,
    completeness: Completeness,
) -> Result<DecodedChunk, LoadError> {
    if begin.inside && begin.quotes == 0 {
        return Ok(DecodedChunk::default());
    }
    let mut at = chunk.start;
    let mut text = String::with_capacity(chunk.len());
    let mut ends = Vec::with_capacity(chunk.len() / 32);
    if begin.inside {
        // A string that started earlier belongs to the previous chunk.
        let from = at + usize::from(begin.escaped);
        at = closing_quote(bytes, from).ok_or_else(|| cut(bytes))? + 1;
    }
    // Skips commas and white space between strings, wherever the chunk border is.
    let mut end = None;
    while at < chunk.end {
        match bytes[at] {
            b'"' => {
                let from = at + 1;
                let to = match closing_quote(bytes, from) {
                    Some(to) => to,
                    None if completeness == Completeness::Partial => break,
                    None => return Err(cut(bytes)),
                };
                push_decoded(&mut text, &bytes[from..to], from)?;
                ends.push(
                    u32::try_from(text.len()).map_err(|_| ErrorKind::TooLarge {
                        what: "one string",
                        limit: u64::from(u32::MAX),
                    })?,
                );
                at = to + 1;
                if bytes.get(at) == Some(&b',') {
                    at += 1;
                }
            }
            b']' => {
                end = Some(at);
                break;
            }
            b',' if at > array_start => at += 1,
            byte if byte.is_ascii_whitespace() => at += 1,
            _ => {
                return Err(unexpected(bytes, at, "a string in double quotes"));
            }
        }
    }
    let len = ends.len();
    text.shrink_to_fit();
    Ok(DecodedChunk { segment: Segment::new(text, ends), len, end })
}

/// Decodes the contents of a JSON string at `offset`. Lone surrogates and bytes that are not UTF-8 become
/// U+FFFD.
fn push_decoded(text: &mut String, raw: &[u8], offset: usize) -> Result<(), LoadError> {
    let mut rest = raw;
    while let Some(at) = memchr(b'\\', rest) {
        push_utf8(text, &rest[..at]);
        let escape = rest.get(at + 1).copied().unwrap_or_default();
        let mut length = 2;
        match escape {
            b'"' | b'\\' | b'/' => text.push(char::from(escape)),
            b'b' => text.push('\u{8}'),
            b'f' => text.push('\u{c}'),
            b'n' => text.push('\n'),
            b'r' => text.push('\r'),
            b't' => text.push('\t'),
            b'u' => {
                let place = offset + (raw.len() - rest.len()) + at;
                let unit = hex_unit(&rest[at + 2..]).ok_or_else(|| bad_escape(rest, at, place))?;
                length = 6;
                let pair = (0xd800..0xdc00)
                    .contains(&unit)
                    .then(|| rest.get(at + 6..).and_then(|next| next.strip_prefix(b"\\u")).and_then(hex_unit))
                    .flatten()
                    .filter(|low| (0xdc00..0xe000).contains(low));
                let code = match pair {
                    Some(low) => {
                        length = 12;
                        0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)
                    }
                    None => unit,
                };
                text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            _ => return Err(bad_escape(rest, at, offset + (raw.len() - rest.len()) + at)),
        }
        rest = &rest[at + length..];
    }
    push_utf8(text, rest);
    Ok(())
}

/// Adds `bytes`. They may change during the call, so a copy is checked.
fn push_utf8(text: &mut String, bytes: &[u8]) {
    let mut short = [0; 128];
    let long;
    let copied: &[u8] = match short.get_mut(..bytes.len()) {
        Some(place) => {
            place.copy_from_slice(bytes);
            place
        }
        None => {
            long = bytes.to_vec();
            &long
        }
    };
    match std::str::from_utf8(copied) {
        Ok(valid) => text.push_str(valid),
        Err(_) => text.push_str(&String::from_utf8_lossy(copied)),
    }
}

fn hex_unit(digits: &[u8]) -> Option<u32> {
    digits.get(..4)?.iter().try_fold(0, |unit, &digit| Some(unit << 4 | char::from(digit).to_digit(16)?))
}

#[cold]
fn bad_escape(rest: &[u8], at: usize, offset: usize) -> LoadError {
    let found = format!("'{}'", String::from_utf8_lossy(&rest[at..rest.len().min(at + 6)]));
    ErrorKind::Syntax { offset: offset as u64, section: SECTION, expected: "a JSON escape", found }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Strings;

    fn parse(array: &str, chunk_bytes: usize) -> Result<(Vec<String>, usize), String> {
        let bytes = array.as_bytes();
        let parsed = parse_strings(bytes, 1, bytes.len(), chunk_bytes, Completeness::Whole, &Progress::new())
            .map_err(|e| e.to_string())?;
        let end = parsed.end.expect("a whole array ends");
        let strings = Strings::new(parsed.segments);
        Ok((strings.iter().map(|(_, text)| text.to_owned()).collect(), end))
    }

    #[test]
    fn chunk_borders_may_fall_on_every_byte() {
        let array = r#"["", "a,b",  "]", "\"", "\\", "\\\"]", "ü€😀", "\u00fc\ud83d\ude00\n\t\/", "\ud83d!", ",", "\\\\"
]}"#;
        let expected = ["", "a,b", "]", "\"", "\\", "\\\"]", "ü€😀", "ü😀\n\t/", "\u{fffd}!", ",", "\\\\"];
        for chunk_bytes in 1..=array.len() {
            let (strings, end) = parse(array, chunk_bytes).unwrap();
            assert_eq!(strings, expected, "chunks of {chunk_bytes}");
            assert_eq!(&array[end..], "]}");
        }
        assert_eq!(skip_strings(array.as_bytes(), 1), Some(array.len() - 2));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let message = |array| {
            let said = parse(array, 4).unwrap_err();
            said.split("; the file is damaged there").next().unwrap_or_default().to_owned()
        };
        assert_eq!(
            message(r#"["a",1]"#),
            "in strings at byte 5: expected a string in double quotes, found '1'"
        );
        assert_eq!(message(r#"["a\q"]"#), "in strings at byte 3: expected a JSON escape, found '\\q'");
        assert_eq!(message(r#"["\u12x4"]"#), "in strings at byte 2: expected a JSON escape, found '\\u12x4'");
        assert!(message(r#"["a","b"#).starts_with("cut short: the file ends in strings at byte 7"));
        assert!(message(r#"["a""#).starts_with("cut short"));
    }
}
