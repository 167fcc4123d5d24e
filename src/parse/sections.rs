//! Finds the sections of the file. The file is one JSON object; its keys may be in any order and layout, and
//! unknown ones are skipped.

use std::ops::Range;

use memchr::{memchr_iter, memchr2};

use crate::base::Progress;
use crate::parse::corruption::{Damage, NAMES, control_byte, first_invalid_byte, is_optional_section};
use crate::parse::diagnose::not_an_object_error;
use crate::parse::error::{ErrorKind, LoadError, found_at, truncated};
use crate::parse::numbers::NumberArray;
use crate::parse::scopes::ScopeSections;
use crate::parse::strings::skip_strings;
use crate::parse::{Completeness, Input};

/// The sections that were found.
#[derive(Default)]
pub(crate) struct Sections {
    /// The header: a JSON object.
    pub snapshot: Option<Range<usize>>,
    pub nodes: Option<NumberArray>,
    pub edges: Option<NumberArray>,
    pub locations: Option<NumberArray>,
    pub samples: Option<NumberArray>,
    pub trace_function_infos: Option<NumberArray>,
    /// The inside of the outer array: nested arrays of numbers.
    pub trace_tree: Option<Range<usize>>,
    /// The lists of scopes.
    pub scopes: ScopeSections,
    /// The start of the contents of the string array; its end is found when it is read.
    pub strings: Option<usize>,
    /// The section in which the file ends, if it is truncated.
    pub cut: Option<&'static str>,
    /// Keys that occurred a second time: the first counts.
    pub repeated: Vec<String>,
}

impl Sections {
    /// Takes a required section.
    pub(crate) fn take<T>(
        &mut self,
        what: &'static str,
        bytes: &[u8],
        part: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Result<T, LoadError> {
        part(self).ok_or_else(|| match self.cut {
            Some(section) => truncated(bytes, section),
            None => ErrorKind::Missing { field: what }.into(),
        })
    }

    /// The lists of numbers that were found.
    pub(crate) fn arrays(&self) -> impl Iterator<Item = &NumberArray> {
        let Self { nodes, edges, locations, samples, trace_function_infos, .. } = self;
        [nodes, edges, locations, samples, trace_function_infos].into_iter().flatten()
    }
}

/// Reads the keys of the top-level object.
pub(crate) struct Walker<'a> {
    input: Input<'a>,
    bytes: &'a [u8],
    at: usize,
    /// Whether the end of the object was reached: `at` is then after it and any space.
    ended: bool,
    chunk_bytes: usize,
    completeness: Completeness,
    damage: Damage,
    progress: &'a Progress,
}

const TOP: &str = "the snapshot";

impl<'a> Walker<'a> {
    /// At the start of a file: checks that it is a JSON object.
    pub(super) fn new(
        input: Input<'a>,
        chunk_bytes: usize,
        completeness: Completeness,
        damage: Damage,
        progress: &'a Progress,
    ) -> Result<Self, LoadError> {
        let bytes = input.bytes;
        let mut walker =
            Self { input, bytes, at: 0, ended: false, chunk_bytes, completeness, damage, progress };
        if bytes.starts_with(b"\xef\xbb\xbf") {
            walker.at = 3;
        }
        walker.skip_space();
        if walker.peek() != Some(b'{') {
            return Err(not_an_object_error(bytes, walker.at));
        }
        walker.at += 1;
        Ok(walker)
    }

    /// Finds sections until the end of the object, or up to the strings if nodes and edges precede them:
    /// strings are normally last and are not read twice. [`resume`](Self::resume) continues after them.
    ///
    /// In a truncated file, a partial load uses what was found before the end.
    pub(super) fn walk(&mut self, sections: &mut Sections) -> Result<(), LoadError> {
        while let Err(error) = self.walk_whole(sections) {
            let has_header = sections.snapshot.is_some() && sections.nodes.is_some();
            if error.is_cut() {
                if self.completeness == Completeness::Partial {
                    sections.cut = sections.cut.or(error.section());
                    return Ok(());
                }
                let nodes = has_header || error.section() == Some("nodes");
                return Err(error.with_partial_load(nodes && sections.snapshot.is_some()));
            }
            if error.is_cancelled() {
                return Err(error);
            }
            if let Some(swallowed) = first_invalid_byte(self.bytes, sections.arrays(), &self.damage) {
                return Err(swallowed);
            }
            let error = if has_header { error.renaming(TOP, NAMES) } else { error };
            match error.damaged() {
                Some((NAMES, offset)) if self.damage.is_in(NAMES) => {
                    let place = usize::try_from(offset).unwrap_or(usize::MAX);
                    if self.go_to_section_behind(place, NAMES).is_err() {
                        sections.cut = sections.cut.or(Some(NAMES));
                        return Ok(());
                    }
                }
                _ => return Err(error),
            }
        }
        Ok(())
    }

    fn walk_whole(&mut self, sections: &mut Sections) -> Result<(), LoadError> {
        loop {
            self.skip_space();
            match self.peek() {
                Some(b'}') => {
                    self.at += 1;
                    self.skip_space();
                    self.ended = true;
                    return Ok(());
                }
                Some(b',') => self.at += 1,
                Some(b'"') => {
                    let key = self.key()?;
                    let are_first_strings = key == "strings" && sections.strings.is_none();
                    self.section(&key, sections)?;
                    if are_first_strings && sections.nodes.is_some() && sections.edges.is_some() {
                        return Ok(());
                    }
                }
                None => return Err(self.truncated(TOP)),
                Some(_) => return Err(self.unexpected(TOP, "a section's name in double quotes")),
            }
        }
    }

    /// Continues after the `]` of the strings, unless the end was reached before; returns the number of bytes
    /// after the whole object.
    pub(super) fn resume(&mut self, end: usize, sections: &mut Sections) -> Result<usize, LoadError> {
        if !self.ended {
            self.at = end + 1;
            self.walk(sections)?;
        }
        Ok(self.bytes.len().saturating_sub(self.at))
    }

    fn section(&mut self, key: &str, sections: &mut Sections) -> Result<(), LoadError> {
        let start = self.at;
        let place = self.damage.place_in(key).and_then(|place| usize::try_from(place).ok());
        match (key, place.filter(|&place| place >= start)) {
            ("strings", _) | (_, None) => self.intact_section(key, sections),
            ("nodes" | "edges", Some(place)) => match self.intact_section(key, sections) {
                Err(error) if !error.is_cut() => Err(error),
                _ => self.go_to_section_behind(place, key),
            },
            (_, Some(place)) => self.go_to_section_behind(place, key),
        }
    }

    fn intact_section(&mut self, key: &str, sections: &mut Sections) -> Result<(), LoadError> {
        let start = self.at;
        let seen = match key {
            "snapshot" => {
                self.skip_value()?;
                keep_first(&mut sections.snapshot, start..self.at)
            }
            "nodes" => self.numbers("nodes", &mut sections.nodes)?,
            "edges" => self.numbers("edges", &mut sections.edges)?,
            "locations" => self.numbers("locations", &mut sections.locations)?,
            "samples" => self.numbers("samples", &mut sections.samples)?,
            "trace_function_infos" => {
                self.numbers("trace_function_infos", &mut sections.trace_function_infos)?
            }
            "trace_tree" => {
                self.skip_nested_numbers("trace_tree")?;
                keep_first(&mut sections.trace_tree, start..self.at)
            }
            "scopes" | "scope_context_vars" | "scope_uses" => {
                self.skip_value()?;
                let lists = &mut sections.scopes;
                let list = match key {
                    "scopes" => &mut lists.scopes,
                    "scope_context_vars" => &mut lists.variables,
                    _ => &mut lists.uses,
                };
                keep_first(list, start..self.at)
            }
            "strings" => {
                self.open_array("strings")?;
                let seen = keep_first(&mut sections.strings, self.at);
                if seen || sections.nodes.is_none() || sections.edges.is_none() {
                    self.at = skip_strings(self.bytes, self.at).ok_or_else(|| self.truncated("strings"))? + 1;
                }
                seen
            }
            _ => {
                self.skip_value()?;
                false
            }
        };
        if seen && !sections.repeated.iter().any(|known| known == key) {
            sections.repeated.push(key.to_owned());
        }
        Ok(())
    }

    fn numbers(&mut self, section: &'static str, found: &mut Option<NumberArray>) -> Result<bool, LoadError> {
        self.open_array(section)?;
        let (chunk_bytes, completeness) = (self.chunk_bytes, self.completeness);
        let array =
            NumberArray::find(self.input, section, self.at, chunk_bytes, completeness, self.progress)?;
        self.at = array.range.end + 1;
        let whole = array.whole;
        let seen = keep_first(found, array);
        if whole { Ok(seen) } else { Err(self.truncated(section)) }
    }

    fn open_array(&mut self, section: &'static str) -> Result<(), LoadError> {
        match self.peek() {
            Some(b'[') => self.at += 1,
            None => return Err(self.truncated(section)),
            Some(_) => return Err(self.unexpected(TOP, "'['")),
        }
        Ok(())
    }

    /// Reads a key and its colon.
    fn key(&mut self) -> Result<String, LoadError> {
        let start = self.at + 1;
        self.skip_string()?;
        let key = &self.bytes[start..self.at - 1];
        if let Some(control) = control_byte(key) {
            self.at = start + control;
            return Err(self.unexpected(TOP, "a section's name"));
        }
        let key = String::from_utf8_lossy(key).into_owned();
        self.skip_space();
        match self.peek() {
            Some(b':') => self.at += 1,
            None => return Err(self.truncated(TOP)),
            Some(_) => return Err(self.unexpected(TOP, "a colon")),
        }
        self.skip_space();
        Ok(key)
    }

    /// Skips any JSON value, without recursion.
    fn skip_value(&mut self) -> Result<(), LoadError> {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                None => return Err(self.truncated(TOP)),
                Some(b'"') => self.skip_string()?,
                Some(b'{' | b'[') => {
                    depth += 1;
                    self.at += 1;
                }
                Some(b'}' | b']') => {
                    if depth == 0 {
                        return Err(self.unexpected(TOP, "a value"));
                    }
                    depth -= 1;
                    self.at += 1;
                }
                Some(b',') if depth == 0 => return Ok(()),
                Some(_) => self.at += 1,
            }
            self.progress.tick(self.at)?;
            if depth == 0 && matches!(self.bytes[self.at - 1], b'}' | b']' | b'"') {
                return Ok(());
            }
            if depth == 0 && self.peek() == Some(b'}') {
                return Ok(());
            }
        }
    }

    /// Skips nested lists of numbers: damage in them is reported where it is.
    fn skip_nested_numbers(&mut self, section: &'static str) -> Result<(), LoadError> {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                None => return Err(self.truncated(section)),
                Some(b'[') => depth += 1,
                Some(b']') if depth == 1 => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b']') if depth > 0 => depth -= 1,
                Some(b'0'..=b'9' | b',' | b'\t'..=b'\r' | b' ') if depth > 0 => {}
                Some(_) => return Err(self.unexpected(section, "a number or a list")),
            }
            self.at += 1;
            self.progress.tick(self.at)?;
        }
    }

    /// Goes to the first section whose key comes after damage in `section`: lists of numbers contain no
    /// double quotes, and those in strings are escaped.
    fn go_to_section_behind(&mut self, place: usize, section: &str) -> Result<(), LoadError> {
        let rest = self.bytes.get(place..).unwrap_or_default();
        let is_key = |&quote: &usize| {
            let mut parts = rest[quote + 1..].splitn(2, |&byte| byte == b'"');
            let (key, behind) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let is_known = |key| key == "snapshot" || is_optional_section(key).is_some();
            std::str::from_utf8(key).is_ok_and(is_known) && behind.trim_ascii_start().starts_with(b":")
        };
        match memchr_iter(b'"', rest).find(is_key) {
            Some(quote) => {
                self.at = place + quote;
                Ok(())
            }
            None => Err(self.truncated(is_optional_section(section).unwrap_or(TOP))),
        }
    }

    fn skip_string(&mut self) -> Result<(), LoadError> {
        self.at += 1;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            match memchr2(b'"', b'\\', rest) {
                None => return Err(self.truncated(TOP)),
                Some(found) if rest[found] == b'"' => {
                    self.at += found + 1;
                    return Ok(());
                }
                Some(found) => self.at += found + 2,
            }
        }
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn truncated(&self, section: &'static str) -> LoadError {
        truncated(self.bytes, section)
    }

    fn unexpected(&self, section: &'static str, expected: &'static str) -> LoadError {
        let found = found_at(self.bytes, self.at);
        ErrorKind::Syntax { offset: self.at as u64, section, expected, found }.into()
    }
}

/// Fills `place` if it is empty; returns whether it was full.
fn keep_first<T>(place: &mut Option<T>, value: T) -> bool {
    let seen = place.is_some();
    place.get_or_insert(value);
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(text: &str) -> Result<Sections, String> {
        let mut sections = Sections::default();
        let progress = Progress::new();
        let mut walker =
            Walker::new(Input::new(text.as_bytes()), 4, Completeness::Whole, Damage::default(), &progress)
                .map_err(|e| e.to_string())?;
        walker.walk(&mut sections).map_err(|e| e.to_string())?;
        Ok(sections)
    }

    #[test]
    fn sections_are_found_in_any_order_and_layout() {
        let text = r#" { "more" : {"a":["]}\"",{}]}, "x":null,"y" : 12 ,
            "strings" : [ "]", "\"]" ], "edges":[ 1,
            2,3 ], "snapshot" : { "meta" : {} },"nodes":[] , "z":true}"#;
        let sections = walk(text).unwrap();
        assert_eq!(&text[sections.snapshot.unwrap()], r#"{ "meta" : {} }"#);
        assert_eq!(sections.edges.unwrap().len, 3);
        assert_eq!(sections.nodes.unwrap().len, 0);
        assert!(text[sections.strings.unwrap()..].starts_with(r#" "]", "#));
        assert!(sections.locations.is_none());
    }

    #[test]
    fn what_is_no_snapshot_is_called_by_its_name() {
        let message = |text| walk(text).err().unwrap();
        assert!(message("").contains("the file is empty"));
        assert!(message("<!doctype html>").contains("it is HTML"));
        assert!(message("  [1]").contains("it is a JSON array"));
        assert_eq!(message(r#"{"nodes":{}}"#), "in the snapshot at byte 9: expected '[', found '{'");
        assert!(message(r#"{"nodes":[1,2"#).starts_with("cut short: the file ends in nodes"));
        assert!(message(r#"{"a":"b"#).starts_with("cut short"));
        assert!(message(r#"{"a""#).starts_with("cut short"));
    }
}
