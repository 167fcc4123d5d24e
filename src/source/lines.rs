//! The lines of a text: byte offsets to lines and columns as V8 counts them, and back.

use std::borrow::Cow;

use crate::source::places::Position;

/// Where each line of a text begins.
pub struct Lines<'a> {
    text: &'a str,
    starts: Cow<'a, [usize]>,
    /// Then bytes are units, also of a line of megabytes.
    is_ascii: bool,
}

/// Where the lines of a text begin, to be kept beside the text.
#[derive(Clone, Debug)]
pub(super) struct LineTable {
    starts: Vec<usize>,
    is_ascii: bool,
}

impl LineTable {
    /// Of a text whose lines are not known.
    pub(super) fn new(text: &str) -> Self {
        Self { starts: line_starts(text), is_ascii: text.is_ascii() }
    }

    /// The lines of `text`, which must be the text that this is the table of.
    pub(super) fn lines<'a>(&'a self, text: &'a str) -> Lines<'a> {
        Lines::with_starts(text, &self.starts, self.is_ascii)
    }
}

/// The offsets at which lines begin. Lines end as in V8: at `\n`, `\r\n`, `\r`, U+2028 and U+2029.
pub(super) fn line_starts(text: &str) -> Vec<usize> {
    let mut starts = vec![0];
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let is_first_half = c == '\r' && chars.peek().is_some_and(|&(_, next)| next == '\n');
        if matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}') && !is_first_half {
            starts.push(at + c.len_utf8());
        }
    }
    starts
}

impl<'a> Lines<'a> {
    /// Of a text whose lines are not known.
    pub fn new(text: &'a str) -> Self {
        Self { text, starts: line_starts(text).into(), is_ascii: text.is_ascii() }
    }

    /// Of a text whose lines begin at `starts`.
    pub fn with_starts(text: &'a str, starts: &'a [usize], is_ascii: bool) -> Self {
        Self { text, starts: starts.into(), is_ascii }
    }

    /// Line and column of a byte offset.
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.text.floor_char_boundary(offset.min(self.text.len()));
        let line = self.starts.partition_point(|&start| start <= offset) - 1;
        let before = &self.text[self.starts[line]..offset];
        let units =
            if self.is_ascii || before.is_ascii() { before.len() } else { before.encode_utf16().count() };
        let from_one = |value: usize| u32::try_from(value + 1).unwrap_or(u32::MAX);
        Position { line: from_one(line), column: from_one(units) }
    }

    /// The byte offset of a position; nothing if the text has no such line or the line no such column.
    pub fn offset(&self, position: Position) -> Option<usize> {
        let line = usize::try_from(position.line.checked_sub(1)?).ok()?;
        let start = *self.starts.get(line)?;
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        let mut left = usize::try_from(position.column.checked_sub(1)?).ok()?;
        let before = self.text.as_bytes().get(start..start.saturating_add(left).min(end));
        if self.is_ascii || before.is_some_and(<[u8]>::is_ascii) {
            return (left <= end - start).then_some(start + left);
        }
        for (at, c) in self.text[start..end].char_indices() {
            if left == 0 {
                return Some(start + at);
            }
            left = left.checked_sub(c.len_utf16())?;
        }
        (left == 0).then_some(end)
    }

    /// How many lines there are: one more than there are ends of lines.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The bytes of the longest line.
    pub fn longest(&self) -> usize {
        let ends = self.starts.iter().skip(1).copied().chain([self.text.len()]);
        self.starts.iter().zip(ends).map(|(start, end)| end - start).max().unwrap_or(0)
    }

    /// The text of a line counted from 1, without its end.
    pub fn line(&self, line: u32) -> Option<&'a str> {
        let at = usize::try_from(line.checked_sub(1)?).ok()?;
        let start = *self.starts.get(at)?;
        let end = self.starts.get(at + 1).copied().unwrap_or(self.text.len());
        Some(self.text[start..end].trim_end_matches(['\n', '\r', '\u{2028}', '\u{2029}']))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_and_positions_are_inverse_in_units() {
        let text = "let a\r\nlet \u{1f600}b\rc\u{2028}d";
        let lines = Lines::new(text);
        for (wanted, line, column) in [("let a", 1, 1), ("b\r", 2, 7), ("c", 3, 1), ("d", 4, 1)] {
            let offset = text.find(wanted).unwrap();
            let position = Position { line, column };
            assert_eq!(lines.position(offset), position, "{wanted}");
            assert_eq!(lines.offset(position), Some(offset), "{wanted}");
        }
        assert_eq!(lines.line(1), Some("let a"));
        assert_eq!(lines.offset(Position { line: 9, column: 1 }), None);
        assert_eq!(lines.offset(Position { line: 1, column: 90 }), None);
    }
}
