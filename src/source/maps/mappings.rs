//! The segments of a map, in columns: which place in the generated text comes from which in a source.

use crate::source::maps::encoding::number;

/// Segments of one map.
const SEGMENTS: usize = 32 << 20;
/// Lines of one map.
const LINES: usize = 16 << 20;
/// Stands for a source or name that a segment does not have.
const NONE: u32 = u32::MAX;

/// A place that a segment maps to. Line and column count from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Target {
    /// The source's number.
    pub source: u32,
    /// The line.
    pub line: u32,
    /// The column in UTF-16 units.
    pub column: u32,
    /// The name's number.
    pub name: Option<u32>,
}

/// All segments of a map in the order of the generated text.
#[derive(Default, Debug)]
pub struct Mappings {
    /// Where each line's segments begin; one more than there are lines.
    lines: Vec<u32>,
    columns: Vec<u32>,
    sources: Vec<u32>,
    source_lines: Vec<u32>,
    source_columns: Vec<u32>,
    names: Vec<u32>,
}

/// How many sources and names a map has: others are not taken from its segments.
#[derive(Clone, Copy, Debug)]
pub struct Counts {
    /// Sources.
    pub sources: usize,
    /// Names.
    pub names: usize,
}

/// What the numbers of the segments count from.
#[derive(Default)]
struct State {
    column: i64,
    source: i64,
    line: i64,
    source_column: i64,
    name: i64,
}

impl Mappings {
    /// Reads the text of `mappings`.
    pub fn decode(text: &str, counts: Counts) -> Result<Self, String> {
        let bytes = text.as_bytes();
        let segments = bytes.len() / 5;
        let mut mappings = Self::with_capacity(segments.min(SEGMENTS));
        let (mut state, mut at, mut is_sorted) = (State::default(), 0, true);
        while at < bytes.len() {
            match bytes[at] {
                b';' => {
                    mappings.end_line(is_sorted)?;
                    (state.column, is_sorted) = (0, true);
                    at += 1;
                }
                b',' => at += 1,
                _ => {
                    let before = state.column;
                    at = mappings.segment(bytes, at, &mut state, counts)?;
                    is_sorted &= state.column >= before;
                }
            }
        }
        mappings.end_line(is_sorted)?;
        Ok(mappings)
    }

    fn with_capacity(segments: usize) -> Self {
        let column = || Vec::with_capacity(segments);
        Self {
            lines: vec![0],
            columns: column(),
            sources: column(),
            source_lines: column(),
            source_columns: column(),
            names: column(),
        }
    }

    /// Reads the segment at `at` and returns where it ends.
    fn segment(
        &mut self,
        bytes: &[u8],
        at: usize,
        state: &mut State,
        counts: Counts,
    ) -> Result<usize, String> {
        let broken = || format!("its mappings are damaged at byte {at}");
        let mut fields = [0; 5];
        let (mut count, mut end) = (0, at);
        while count < 5 && !matches!(bytes.get(end), None | Some(b',' | b';')) {
            (fields[count], end) = number(bytes, end).ok_or_else(broken)?;
            count += 1;
        }
        if !matches!(bytes.get(end), None | Some(b',' | b';')) {
            return Err(broken());
        }
        state.column += fields[0];
        if count >= 4 {
            state.source += fields[1];
            state.line += fields[2];
            state.source_column += fields[3];
        }
        let has_name = count == 5;
        state.name += fields[4];
        let column = u32::try_from(state.column).map_err(|_| broken())?;
        let known = |value: i64, count: usize| {
            u32::try_from(value).ok().filter(|&value| (value as usize) < count && value != NONE)
        };
        let place = || {
            let source = known(state.source, counts.sources)?;
            Some((source, u32::try_from(state.line).ok()?, u32::try_from(state.source_column).ok()?))
        };
        let (source, line, source_column) = place().filter(|_| count >= 4).unwrap_or((NONE, 0, 0));
        let name = known(state.name, counts.names).filter(|_| has_name).unwrap_or(NONE);
        self.push(column, Target { source, line, column: source_column, name: Some(name) })?;
        Ok(end)
    }

    fn push(&mut self, column: u32, target: Target) -> Result<(), String> {
        if self.columns.len() >= SEGMENTS {
            return Err(format!("it has more than the {SEGMENTS} segments that are read"));
        }
        self.columns.push(column);
        self.sources.push(target.source);
        self.source_lines.push(target.line);
        self.source_columns.push(target.column);
        self.names.push(target.name.unwrap_or(NONE));
        Ok(())
    }

    fn end_line(&mut self, is_sorted: bool) -> Result<(), String> {
        if self.lines.len() > LINES {
            return Err(format!("it has more than the {LINES} lines that are read"));
        }
        if !is_sorted {
            self.sort_last_line();
        }
        self.lines.push(u32::try_from(self.columns.len()).unwrap_or(u32::MAX));
        Ok(())
    }

    fn sort_last_line(&mut self) {
        let begin = self.lines.last().map_or(0, |&begin| begin as usize);
        let mut order: Vec<usize> = (begin..self.columns.len()).collect();
        order.sort_by_key(|&at| self.columns[at]);
        for column in [
            &mut self.columns,
            &mut self.sources,
            &mut self.source_lines,
            &mut self.source_columns,
            &mut self.names,
        ] {
            let sorted: Vec<u32> = order.iter().map(|&at| column[at]).collect();
            column[begin..].copy_from_slice(&sorted);
        }
    }

    /// Puts the segments of `other` behind these, its first line at `line` and `column`; its sources and names
    /// are numbered from `counts` on. Segments of these that lie behind that place are dropped.
    pub fn append(&mut self, other: &Self, (line, column): (u32, u32), counts: Counts) -> Result<(), String> {
        let shift = |number: u32, by: usize| {
            if number == NONE { NONE } else { number.saturating_add(u32::try_from(by).unwrap_or(NONE)) }
        };
        if line as usize > LINES {
            return Err(format!("it has more than the {LINES} lines that are read"));
        }
        self.cut(line, column);
        for at in 0..other.line_count() {
            let added = if at == 0 { column } else { 0 };
            for segment in other.segments_of(at) {
                let column = other.columns[segment].saturating_add(added);
                let target = Target {
                    source: shift(other.sources[segment], counts.sources),
                    line: other.source_lines[segment],
                    column: other.source_columns[segment],
                    name: Some(shift(other.names[segment], counts.names)),
                };
                self.push(column, target)?;
            }
            self.end_line(true)?;
        }
        Ok(())
    }

    /// Ends the text at a place, whose line is open then.
    fn cut(&mut self, line: u32, column: u32) {
        let line = line as usize;
        let end = u32::try_from(self.columns.len()).unwrap_or(u32::MAX);
        if line >= self.line_count() {
            self.lines.resize(line + 1, end);
            return;
        }
        let segments = self.segments_of(line);
        let kept = self.columns[segments.clone()].partition_point(|&other| other < column);
        self.lines.truncate(line + 1);
        let end = segments.start + kept;
        for column in [
            &mut self.columns,
            &mut self.sources,
            &mut self.source_lines,
            &mut self.source_columns,
            &mut self.names,
        ] {
            column.truncate(end);
        }
    }

    /// How many lines have segments, or empty lines between them.
    pub fn line_count(&self) -> usize {
        self.lines.len().saturating_sub(1)
    }

    /// How many segments there are.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether there are no segments.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    fn segments_of(&self, line: usize) -> std::ops::Range<usize> {
        match (self.lines.get(line), self.lines.get(line + 1)) {
            (Some(&begin), Some(&end)) => begin as usize..end as usize,
            _ => 0..0,
        }
    }

    /// The last column of a line that a segment begins at.
    pub fn last_column(&self, line: usize) -> Option<u32> {
        self.columns[self.segments_of(line)].last().copied()
    }

    /// Line and column of the segments that have a name.
    pub fn named(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let lines = (0..self.line_count()).flat_map(|line| self.segments_of(line).map(move |at| (line, at)));
        let named = lines.filter(|&(_, at)| self.names[at] != NONE);
        named.map(|(line, at)| (u32::try_from(line).unwrap_or(u32::MAX), self.columns[at]))
    }

    /// Where the last segment at or before a place maps to; of several at one column the first is taken if
    /// the place is that column, else the last. Line and column count from 0.
    pub fn find(&self, line: u32, column: u32) -> Option<Target> {
        let segments = self.segments_of(line as usize);
        let columns = &self.columns[segments.clone()];
        let first = columns.partition_point(|&other| other < column);
        let at = if columns.get(first) == Some(&column) { first } else { first.checked_sub(1)? };
        self.target(segments.start + at)
    }

    /// Where a segment that begins exactly at a place maps to: one with a name, if there is one.
    pub fn at(&self, line: u32, column: u32) -> Option<Target> {
        let segments = self.segments_of(line as usize);
        let columns = &self.columns[segments.clone()];
        let first = columns.partition_point(|&other| other < column);
        let same = (first..columns.len()).take_while(|&at| columns[at] == column);
        let targets = || same.clone().filter_map(|at| self.target(segments.start + at));
        targets().find(|target| target.name.is_some()).or_else(|| targets().next())
    }

    /// Where the first segment of a line maps to.
    pub fn first_of(&self, line: u32) -> Option<Target> {
        self.segments_of(line as usize).find_map(|at| self.target(at))
    }

    fn target(&self, at: usize) -> Option<Target> {
        let source = self.sources[at];
        (source != NONE).then(|| Target {
            source,
            line: self.source_lines[at],
            column: self.source_columns[at],
            name: Some(self.names[at]).filter(|&name| name != NONE),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNTS: Counts = Counts { sources: 2, names: 2 };

    fn place(mappings: &Mappings, line: u32, column: u32) -> Option<(u32, u32, u32)> {
        mappings.find(line, column).map(|target| (target.source, target.line, target.column))
    }

    #[test]
    fn a_place_takes_the_last_segment_before_it() {
        let mappings = Mappings::decode("AAAA,IAAIA;;EACJ,G", COUNTS).unwrap();
        assert_eq!((mappings.line_count(), mappings.len()), (3, 4));
        assert_eq!(place(&mappings, 0, 0), Some((0, 0, 0)));
        assert_eq!(place(&mappings, 0, 3), Some((0, 0, 0)));
        assert_eq!(mappings.find(0, 9), Some(Target { source: 0, line: 0, column: 4, name: Some(0) }));
        assert_eq!(place(&mappings, 1, 0), None, "an empty line");
        assert_eq!(place(&mappings, 2, 1), None, "before its first segment");
        assert_eq!(place(&mappings, 2, 2), Some((0, 1, 0)));
        assert_eq!(place(&mappings, 2, 5), None, "a segment without a source");
        assert_eq!(place(&mappings, 9, 0), None);
        assert_eq!(mappings.at(0, 3), None);
    }

    #[test]
    fn segments_in_disorder_are_sorted() {
        let mappings = Mappings::decode("KAAA,DACA", COUNTS).unwrap();
        assert_eq!(place(&mappings, 0, 4), Some((0, 1, 0)));
        assert_eq!(place(&mappings, 0, 5), Some((0, 0, 0)));
    }

    #[test]
    fn damaged_mappings_are_an_error_and_wrong_numbers_no_place() {
        for text in ["A!", "AAAAAA", "D", "gggggggggggg", "AAAA,é"] {
            assert!(Mappings::decode(text, COUNTS).is_err(), "{text}");
        }
        let mappings = Mappings::decode("AEAA,CAAD,CADA,CAAEgB", COUNTS).unwrap();
        for column in 0..3 {
            assert_eq!(place(&mappings, 0, column), None, "column {column}");
        }
    }

    #[test]
    fn maps_are_put_behind_each_other() {
        let (first, second) = ("AAAA;AACA,IAAI", "AAAAA;AACA");
        let mut mappings = Mappings::decode(first, COUNTS).unwrap();
        let second = Mappings::decode(second, COUNTS).unwrap();
        mappings.append(&second, (1, 4), COUNTS).unwrap();
        assert_eq!(place(&mappings, 1, 2), Some((0, 1, 0)));
        assert_eq!(mappings.find(1, 4), Some(Target { source: 2, line: 0, column: 0, name: Some(2) }));
        assert_eq!(place(&mappings, 2, 0), Some((2, 1, 0)));
        mappings.append(&second, (9, 0), COUNTS).unwrap();
        assert_eq!(place(&mappings, 9, 0), Some((2, 0, 0)));
        assert_eq!(place(&mappings, 5, 0), None);
    }
}
