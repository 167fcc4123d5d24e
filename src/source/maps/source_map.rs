//! A source map: sources, names and mappings of one generated text.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use serde::Deserialize;
use serde_json::Value;

use crate::source::lines::{LineTable, Lines};
use crate::source::maps::function_map::FunctionMap;
use crate::source::maps::functions::Definitions;
use crate::source::maps::mappings::{Counts, Mappings, Target};
use crate::source::maps::source_names::{display_url, joined};
use crate::source::places::Position;

/// Bytes of a map that is read.
pub(super) const MAP_LIMIT: usize = 256 << 20;
/// Sources of one map.
const SOURCES: usize = 1 << 20;
/// Names of one map.
const NAMES: usize = 8 << 20;
/// Bytes of a name that are kept.
const NAME_LIMIT: usize = 400;
/// Parts of an index map.
const SECTIONS: usize = 100_000;
/// Maps of sources that are maps' results themselves.
const CHAIN: usize = 3;

/// A source that a map names.
#[derive(Debug, Default)]
pub struct MapSource {
    /// The address for readers: without scheme, query and leading dots.
    pub url: Arc<str>,
    /// Address relative to the map, its root in front.
    pub address: String,
    /// Its text, if the map has it.
    pub content: Option<String>,
    /// Whether the map marks it as somebody else's code.
    pub is_ignored: bool,
    /// The functions that it has, of maps for Hermes.
    functions: Option<FunctionMap>,
    /// The functions and classes in its text, once it was parsed.
    definitions: OnceLock<Option<Definitions>>,
    lines: OnceLock<LineTable>,
    /// The map of this source, if it was generated itself.
    pub inner: Option<Box<SourceMap>>,
}

/// A place in a source. Line and column count from 0.
#[derive(Clone, Copy, Debug)]
pub struct SourcePlace<'a> {
    /// The map that has the source: of several in a chain, the last.
    pub map: &'a SourceMap,
    /// The source.
    pub source: &'a MapSource,
    /// The line.
    pub line: u32,
    /// The column in UTF-16 units.
    pub column: u32,
    /// What the map calls the place.
    pub name: Option<&'a str>,
}

/// A map, ready to ask.
#[derive(Debug, Default)]
pub struct SourceMap {
    /// The generated file's name, as the map says it.
    pub file: Option<String>,
    /// The id that the generated file has as well.
    pub debug_id: Option<String>,
    /// All sources.
    pub sources: Vec<MapSource>,
    names: Vec<String>,
    /// The segments.
    pub mappings: Mappings,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Raw {
    version: Option<Value>,
    file: Option<String>,
    #[serde(rename = "sourceRoot")]
    source_root: Option<String>,
    sources: Vec<Option<String>>,
    #[serde(rename = "sourcesContent")]
    contents: Option<Vec<Option<String>>>,
    names: Option<Vec<String>>,
    mappings: Option<String>,
    sections: Option<Vec<Section>>,
    #[serde(rename = "debugId", alias = "debug_id")]
    debug_id: Option<String>,
    #[serde(rename = "ignoreList", alias = "x_google_ignoreList")]
    ignored: Option<Vec<u32>>,
    #[serde(rename = "x_facebook_sources")]
    functions: Option<Vec<Option<Vec<Option<RawFunctions>>>>>,
}

#[derive(Deserialize)]
struct RawFunctions {
    names: Vec<String>,
    mappings: String,
}

#[derive(Deserialize)]
struct Section {
    offset: Offset,
    map: Option<Box<Raw>>,
}

#[derive(Deserialize)]
struct Offset {
    line: u32,
    column: u32,
}

impl SourceMap {
    /// Reads a map's JSON.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() > MAP_LIMIT {
            return Err(format!("it has more than the {MAP_LIMIT} bytes that are read"));
        }
        let raw = serde_json::from_slice(json_of(bytes))
            .map_err(|error| format!("it is not a source map: {error}"))?;
        Self::from_raw(raw)
    }

    /// Reads a map that was JSON inside JSON.
    pub fn from_value(value: &Value) -> Result<Self, String> {
        let raw = Raw::deserialize(value).map_err(|error| format!("it is not a source map: {error}"))?;
        Self::from_raw(raw)
    }

    fn from_raw(raw: Raw) -> Result<Self, String> {
        if raw.version.as_ref().is_some_and(|version| version.as_u64() != Some(3) && *version != "3") {
            return Err("its version is not 3".to_owned());
        }
        let Some(sections) = raw.sections else { return Self::flat(raw) };
        if sections.len() > SECTIONS {
            return Err(format!("it has more than the {SECTIONS} sections that are read"));
        }
        let mut whole = Self { file: raw.file, debug_id: raw.debug_id, ..Self::default() };
        let mut begins = (0, 0);
        for Section { offset, map } in sections {
            let at = (offset.line, offset.column);
            if at < begins {
                return Err("its sections are not in order".to_owned());
            }
            begins = at;
            let Some(map) = map else { continue };
            if map.sections.is_some() {
                return Err("its sections have sections".to_owned());
            }
            whole.append(Self::flat(*map)?, at)?;
        }
        Ok(whole)
    }

    fn append(&mut self, other: Self, at: (u32, u32)) -> Result<(), String> {
        let counts = Counts { sources: self.sources.len(), names: self.names.len() };
        self.mappings.append(&other.mappings, at, counts)?;
        self.sources.extend(other.sources);
        self.names.extend(other.names);
        check_counts(self.sources.len(), self.names.len())
    }

    fn flat(raw: Raw) -> Result<Self, String> {
        let mappings = raw.mappings.ok_or("it has no mappings")?;
        let names = raw.names.unwrap_or_default();
        check_counts(raw.sources.len(), names.len())?;
        let counts = Counts { sources: raw.sources.len(), names: names.len() };
        let mappings = Mappings::decode(&mappings, counts)?;
        let mut contents = raw.contents.unwrap_or_default().into_iter();
        let mut functions = raw.functions.unwrap_or_default().into_iter();
        let root = raw.source_root.unwrap_or_default();
        let source = |name: Option<String>| {
            let address = joined(&root, &name.unwrap_or_default());
            let own = functions.next().flatten().and_then(|list| list.into_iter().next().flatten());
            MapSource {
                url: display_url(&address).into(),
                address,
                content: contents.next().flatten(),
                functions: own.and_then(|own| FunctionMap::decode(own.names, &own.mappings)),
                ..MapSource::default()
            }
        };
        let mut sources: Vec<MapSource> = raw.sources.into_iter().map(source).collect();
        for ignored in raw.ignored.unwrap_or_default() {
            if let Some(source) = sources.get_mut(ignored as usize) {
                source.is_ignored = true;
            }
        }
        let names = names.into_iter().map(shortened).collect();
        Ok(Self { file: raw.file, debug_id: raw.debug_id, sources, names, mappings })
    }

    /// Where a place in the generated text comes from. Line and column count from 0.
    pub fn find(&self, line: u32, column: u32) -> Option<SourcePlace<'_>> {
        let next = |inner: &Mappings, line, column| inner.find(line, column).or_else(|| inner.first_of(line));
        self.follow(self.mappings.find(line, column)?, next)
    }

    /// The same where a segment begins exactly there.
    pub fn at(&self, line: u32, column: u32) -> Option<SourcePlace<'_>> {
        self.follow(self.mappings.at(line, column)?, |inner, line, column| {
            let near = || inner.find(line, column).or_else(|| inner.first_of(line));
            inner.at(line, column).or_else(near)
        })
    }

    fn follow(
        &self,
        target: Target,
        next: impl Fn(&Mappings, u32, u32) -> Option<Target>,
    ) -> Option<SourcePlace<'_>> {
        let (mut map, mut target, mut name) = (self, target, None);
        for _ in 0..=CHAIN {
            let source = map.sources.get(target.source as usize)?;
            name = target.name.and_then(|name| map.names.get(name as usize)).map(String::as_str).or(name);
            let inner = source.inner.as_deref();
            let further =
                inner.and_then(|inner| Some((inner, next(&inner.mappings, target.line, target.column)?)));
            match further {
                Some((inner, further)) => (map, target) = (inner, further),
                None => {
                    return Some(SourcePlace { map, source, line: target.line, column: target.column, name });
                }
            }
        }
        None
    }
}

impl MapSource {
    /// The lines of its text, if there is one.
    pub fn lines(&self) -> Option<Lines<'_>> {
        let text = self.content.as_deref()?;
        Some(self.lines.get_or_init(|| LineTable::new(text)).lines(text))
    }

    /// The functions and classes in its text, if there is one that can be parsed.
    pub fn definitions(&self) -> Option<&Definitions> {
        let parse = || Definitions::find(self.content.as_deref()?, &self.url).ok();
        self.definitions.get_or_init(parse).as_ref()
    }
}

impl SourcePlace<'_> {
    /// The place, counted from 1.
    pub fn position(&self) -> Position {
        Position { line: self.line.saturating_add(1), column: self.column.saturating_add(1) }
    }

    /// The function or class around the place: as the map itself says it, in maps for Hermes; else as the
    /// source's text does.
    pub fn enclosing(&self) -> Option<&str> {
        self.told().or_else(|| self.source.definitions()?.around(self.position())?.name.as_deref())
    }

    /// The same of one that begins there.
    pub fn beginning(&self) -> Option<&str> {
        let begins = || {
            let definitions = self.source.definitions()?;
            let position = self.position();
            definitions.around(position).filter(|_| definitions.begins_at(position))?.name.as_deref()
        };
        self.told().or_else(begins)
    }

    fn told(&self) -> Option<&str> {
        self.source.functions.as_ref()?.find(self.line, self.column)
    }
}

fn check_counts(sources: usize, names: usize) -> Result<(), String> {
    if sources > SOURCES || names > NAMES {
        return Err(format!("it has more than the {SOURCES} sources or {NAMES} names that are read"));
    }
    Ok(())
}

fn shortened(mut name: String) -> String {
    if name.len() > NAME_LIMIT {
        name.truncate(name.floor_char_boundary(NAME_LIMIT));
    }
    name.shrink_to_fit();
    name
}

/// The JSON without a byte order mark and without the line that keeps it from being run as a script.
fn json_of(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if !bytes.starts_with(b")]}") {
        return bytes;
    }
    let end = bytes.iter().position(|&byte| byte == b'\n').unwrap_or(bytes.len());
    &bytes[end..]
}

/// The address in the last comment of `text` that names a map.
pub(super) fn map_comment(text: &str) -> Option<Cow<'_, str>> {
    // Inline maps are long: what stands before the comment is not searched for them.
    let at = [text.rfind("//# sourceMappingURL="), text.rfind("//@ sourceMappingURL=")];
    let at = at.into_iter().chain([text.rfind("/*# sourceMappingURL=")]).flatten().max()?;
    let is_own_line =
        text[..at].trim_end_matches([' ', '\t']).ends_with(['\n', '\r', ';', '}', ')']) || at == 0;
    let comment = &text[at + "//# sourceMappingURL=".len()..];
    let end = comment.find(|c: char| c.is_whitespace()).unwrap_or(comment.len());
    let is_comment = text[at..].starts_with("/*");
    let rest = comment[end..].trim_start();
    let is_last = rest.is_empty() || rest.starts_with("//") || rest.starts_with("*/") || is_comment;
    let address = comment[..end].trim_end_matches("*/");
    (is_own_line && is_last && !address.is_empty() && !address.contains(['\'', '"', '`']))
        .then_some(address.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(map: &SourceMap, line: u32, column: u32) -> Option<(String, u32, Option<String>)> {
        let place = map.find(line, column)?;
        Some((place.source.url.to_string(), place.line, place.name.map(str::to_owned)))
    }

    #[test]
    fn a_map_tells_source_line_and_name() {
        let json = r#"{"version":3,"sourceRoot":"../","sources":["src/a.ts",null],"names":["leaks"],
            "mappings":"AAAA,IAAIA;AACA","ignoreList":[1,9],"debugId":"x"}"#;
        let map = SourceMap::parse(format!("\u{feff})]}}'\n{json}").as_bytes()).unwrap();
        assert_eq!(place(&map, 0, 5), Some(("src/a.ts".into(), 0, Some("leaks".into()))));
        assert_eq!(place(&map, 1, 0), Some(("src/a.ts".into(), 1, None)));
        assert!(map.sources[1].is_ignored && map.debug_id.as_deref() == Some("x"));
        assert_eq!(map.sources[0].address, "../src/a.ts");
    }

    #[test]
    fn an_index_map_is_one_map() {
        let json = r#"{"version":3,"sections":[
            {"offset":{"line":0,"column":0},"map":{"version":3,"sources":["a.js"],"names":["a"],"mappings":"AAAAA;AACA"}},
            {"offset":{"line":1,"column":10},"map":{"version":3,"sources":["b.js"],"names":["b"],"mappings":"AAAAA;AACA"}},
            {"offset":{"line":5,"column":0},"url":"elsewhere.map"}]}"#;
        let map = SourceMap::parse(json.as_bytes()).unwrap();
        assert_eq!(place(&map, 0, 0), Some(("a.js".into(), 0, Some("a".into()))));
        assert_eq!(place(&map, 1, 4), Some(("a.js".into(), 1, None)));
        assert_eq!(place(&map, 1, 10), Some(("b.js".into(), 0, Some("b".into()))));
        assert_eq!(place(&map, 2, 0), Some(("b.js".into(), 1, None)));
    }

    #[test]
    fn chains_are_followed() {
        let mut map =
            SourceMap::parse(br#"{"version":3,"sources":["out.js"],"names":["e"],"mappings":"AACAA"}"#)
                .unwrap();
        let inner =
            SourceMap::parse(br#"{"version":3,"sources":["in.ts"],"names":["leaks"],"mappings":";AAEA"}"#);
        map.sources[0].inner = Some(Box::new(inner.unwrap()));
        assert_eq!(place(&map, 0, 0), Some(("in.ts".into(), 2, Some("e".into()))));
    }

    #[test]
    fn a_map_for_hermes_names_the_function() {
        let json = r#"{"version":3,"sources":["a.js"],"names":[],"mappings":"AAAA,UAEE",
            "x_facebook_sources":[[{"names":["<global>","render"],"mappings":"AAA;ECA"}]]}"#;
        let map = SourceMap::parse(json.as_bytes()).unwrap();
        assert_eq!(map.find(0, 12).unwrap().enclosing(), Some("render"));
        assert_eq!(map.find(0, 0).unwrap().enclosing(), Some("<global>"));
    }

    #[test]
    fn what_is_no_map_is_an_error() {
        let deep = format!("{{\"version\":3,\"sections\":{}", "[".repeat(100_000));
        let nested = r#"{"version":3,"sections":[{"offset":{"line":0,"column":0},"map":{"version":3,"sections":[]}}]}"#;
        for text in
            ["", "{}", "[]", "{\"version\":2,\"mappings\":\"\"}", &deep, nested, "{\"mappings\":7}", "<html>"]
        {
            assert!(SourceMap::parse(text.as_bytes()).is_err(), "{}", &text[..text.len().min(40)]);
        }
    }

    #[test]
    fn the_last_comment_names_the_map() {
        for (text, address) in [
            ("let a;\n//# sourceMappingURL=a.js.map\n", Some("a.js.map")),
            ("let a;//# sourceMappingURL=a.js.map", Some("a.js.map")),
            ("let a;\r\n//@ sourceMappingURL=a.js.map\r\n", Some("a.js.map")),
            ("a{}\n/*# sourceMappingURL=a.css.map */", Some("a.css.map")),
            ("//# sourceMappingURL=a.map\n//# debugId=7\n", Some("a.map")),
            ("let a = '//# sourceMappingURL=' + x;\n", None),
            ("//# sourceMappingURL=a.map\nlet b;\n", None),
        ] {
            assert_eq!(map_comment(text).as_deref(), address, "{text}");
        }
    }
}
