//! The string table: texts decoded to UTF-8, in a few large segments so that many threads can read it and it
//! is never copied.

use std::io;

use crate::base::{Damaged, StoreReader, StoreWriter, Stored, StringIndex};

/// A run of consecutive strings.
#[derive(Default)]
pub struct Segment {
    text: Box<str>,
    /// Where each string ends in `text`; it begins where the one before ends.
    ends: Box<[u32]>,
}

impl Segment {
    /// From the joined texts and each one's end.
    pub fn new(text: String, ends: Vec<u32>) -> Self {
        debug_assert!(ends.is_sorted() && ends.last().map_or(0, |&end| end as usize) == text.len());
        Self { text: text.into_boxed_str(), ends: ends.into_boxed_slice() }
    }

    fn texts(&self, first: u32) -> impl Iterator<Item = (StringIndex, &str)> {
        (first..).zip(0..self.ends.len()).map(|(index, at)| (StringIndex(index), self.get(at)))
    }

    fn get(&self, position: usize) -> &str {
        let start = if position == 0 { 0 } else { self.ends[position - 1] as usize };
        &self.text[start..self.ends[position] as usize]
    }
}

/// All strings of a snapshot. Lone surrogates have become U+FFFD.
#[derive(Default)]
pub struct Strings {
    segments: Vec<Segment>,
    /// The first string of each segment, and one border more: the number of strings.
    first: Vec<u32>,
}

impl Strings {
    /// From segments in order.
    pub fn new(segments: Vec<Segment>) -> Self {
        let segments: Vec<_> = segments.into_iter().filter(|segment| !segment.ends.is_empty()).collect();
        let mut first = Vec::with_capacity(segments.len() + 1);
        let mut count = 0;
        for segment in &segments {
            first.push(count);
            count += u32::try_from(segment.ends.len()).expect("the loader limits the number of strings");
        }
        first.push(count);
        Self { segments, first }
    }

    /// The number of strings.
    pub fn len(&self) -> usize {
        self.first.last().map_or(0, |&count| count as usize)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The text of string `index`: a binary search among a few hundred segments.
    pub fn get(&self, index: StringIndex) -> &str {
        let segment = self.first.partition_point(|&first| first <= index.0) - 1;
        self.segments[segment].get((index.0 - self.first[segment]) as usize)
    }

    /// All strings in order.
    pub fn iter(&self) -> impl Iterator<Item = (StringIndex, &str)> {
        self.runs().flatten()
    }

    /// All strings in runs, one after the other, for many threads.
    pub fn runs(&self) -> impl Iterator<Item = impl Iterator<Item = (StringIndex, &str)> + Send> {
        self.segments.iter().zip(&self.first).map(|(segment, &first)| segment.texts(first))
    }

    /// The first string equal to `text`: searches all of them.
    pub fn find(&self, text: &str) -> Option<StringIndex> {
        self.iter().find(|(_, other)| *other == text).map(|(index, _)| index)
    }

    /// All strings equal to each of `texts`: a file may contain a text many times. One pass over the strings.
    pub fn named<const N: usize>(&self, texts: [&str; N]) -> [Vec<StringIndex>; N] {
        let mut found = [const { Vec::new() }; N];
        for (index, text) in self.iter() {
            if let Some(at) = texts.iter().position(|&wanted| wanted == text) {
                found[at].push(index);
            }
        }
        found
    }

    /// Bytes of texts and borders.
    pub fn bytes(&self) -> u64 {
        self.segments.iter().map(|s| (s.text.len() + size_of_val(&*s.ends)) as u64).sum()
    }
}

/// Bytes of text that are stored as one segment, about.
const STORED_TEXT: usize = 64 << 20;

impl Stored for Strings {
    fn store(&self, out: &mut StoreWriter<'_>) -> io::Result<()> {
        let mut joined: Vec<&[Segment]> = Vec::new();
        let mut rest = &self.segments[..];
        while !rest.is_empty() {
            let mut bytes = 0;
            let fits = |segment: &&Segment| {
                bytes += segment.text.len();
                bytes <= STORED_TEXT
            };
            let count = rest.iter().take_while(fits).count().max(1);
            let (run, others) = rest.split_at(count);
            joined.push(run);
            rest = others;
        }
        out.len(joined.len());
        for run in joined {
            let text: String = run.iter().map(|segment| &*segment.text).collect();
            let mut start = 0;
            let mut ends = Vec::with_capacity(run.iter().map(|segment| segment.ends.len()).sum());
            for segment in run {
                ends.extend(segment.ends.iter().map(|end| start + end));
                start = ends.last().copied().unwrap_or(start);
            }
            out.values(text.as_bytes())?;
            out.values(&ends)?;
        }
        Ok(())
    }

    fn restore(input: &mut StoreReader<'_>) -> Result<Self, Damaged> {
        let segments = (0..input.number()?).map(|_| {
            let text = String::from_utf8(input.values()?).map_err(|_| Damaged)?;
            Ok(Segment::new(text, input.values()?))
        });
        segments.collect::<Result<_, _>>().map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_found_across_segments() {
        let strings = Strings::new(vec![
            Segment::new("ab".into(), vec![0, 1, 2]),
            Segment::default(),
            Segment::new("cde".into(), vec![3]),
        ]);
        assert_eq!(strings.len(), 4);
        let all: Vec<_> = strings.iter().map(|(index, text)| (index.0, text)).collect();
        assert_eq!(all, [(0, ""), (1, "a"), (2, "b"), (3, "cde")]);
        for (index, text) in strings.iter() {
            assert_eq!(strings.get(index), text);
        }
        assert_eq!(strings.find("b"), Some(StringIndex(2)));
        assert_eq!(strings.named(["cde", "x", ""]), [vec![StringIndex(3)], vec![], vec![StringIndex(0)]]);
    }
}
