//! One script's map with what the snapshot's places in the script map to.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use crate::snapshot::Snapshot;
use crate::snapshot::scripts::ScriptIndex;
use crate::source::lines::{LineTable, Lines};
use crate::source::maps::check;
use crate::source::maps::discovery::{FoundMap, Places, Rejected, Search, has_hint};
use crate::source::maps::source_map::SourcePlace;
use crate::source::outline::Outline;
use crate::source::places::Position;
use crate::source::syntax::outline;
use crate::source::text::{Check, ScriptText, SourceOptions, script_text};

/// A place in the code that a person wrote.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Original {
    /// The file: relative to the project where the map says it so.
    pub url: Arc<str>,
    /// Line and column.
    pub position: Position,
    /// The function or class that begins there, or has the line, where the map or the text tells it.
    pub name: Option<Arc<str>>,
    /// Whether the map marks the file as somebody else's code.
    pub is_ignored: bool,
}

impl Original {
    /// `server.ts:8`.
    pub fn text(&self) -> String {
        let name = self.url.rsplit(['/', '\\']).next().unwrap_or(&self.url);
        format!("{name}:{}", self.position.line)
    }

    /// Whether it is neither a package's nor marked as somebody else's.
    pub fn is_own(&self) -> bool {
        !self.is_ignored && !self.url.split(['/', '\\']).any(|part| part == "node_modules")
    }

    /// `src/server.ts:8:7`.
    pub fn full_text(&self) -> String {
        format!("{}:{}:{}", self.url, self.position.line, self.position.column)
    }
}

/// A script's own text with its tables.
pub struct Generated {
    /// The text.
    pub text: Arc<ScriptText>,
    /// Its tables.
    pub outline: Arc<Outline>,
    lines: LineTable,
}

impl Generated {
    /// The lines of the text.
    pub fn lines(&self) -> Lines<'_> {
        self.lines.lines(&self.text.text)
    }
}

/// What is known of a script's map.
pub struct MappedScript {
    found: Result<FoundMap, Option<Rejected>>,
    /// What stands before the script in the file that its places count in.
    offset: (u32, u32),
    originals: FxHashMap<Position, Original>,
    text: Option<ScriptText>,
    url: String,
    generated: OnceLock<Option<Generated>>,
}

impl MappedScript {
    /// Looks for the map, checks it and maps `positions`, the places of the script's functions.
    pub fn find(
        snapshot: &Snapshot,
        script: ScriptIndex,
        positions: &[Position],
        places: &Places<'_>,
    ) -> Self {
        let own = snapshot.scripts().get(script);
        if !has_hint(own, places) {
            return Self::without(own.url.clone());
        }
        let options = SourceOptions { own_paths: true, roots: places.folders.to_vec() };
        let captured = || {
            let sidecar = places.sidecar?;
            let same =
                sidecar.scripts.iter().find(|other| own.id.is_some_and(|id| u64::from(id) == other.id));
            same.filter(|other| other.url == own.url)?.source.clone()
        };
        let text = script_text(snapshot, script, &options);
        let text = match text {
            Some(text) if text.is_whole => Some(text),
            text => captured()
                .map(|text| ScriptText { text, is_whole: true, check: Check::SameText, path: None })
                .or(text),
        };
        let text = text.filter(|text| text.check == Check::SameText);
        let offset = (own.line_offset, own.column_offset);
        let functions: Vec<Position> =
            positions.iter().filter_map(|&position| without_offset(position, offset)).collect();
        let known = check::Script {
            debug_id: own.debug_id.as_deref(),
            functions: &functions,
            text: text.as_ref().map(|text| &*text.text),
            is_whole: text.as_ref().is_some_and(|text| text.is_whole),
        };
        let found = Search::new(own, &known, places).run();
        let mut mapped = Self {
            found,
            offset,
            originals: FxHashMap::default(),
            text,
            url: own.url.clone(),
            generated: OnceLock::new(),
        };
        mapped.originals =
            positions.iter().filter_map(|&position| Some((position, mapped.compute(position)?))).collect();
        mapped
    }

    fn without(url: String) -> Self {
        Self {
            found: Err(None),
            offset: (0, 0),
            originals: FxHashMap::default(),
            text: None,
            url,
            generated: OnceLock::new(),
        }
    }

    /// The map in use.
    pub fn map(&self) -> Option<&FoundMap> {
        self.found.as_ref().ok()
    }

    /// The file that all of the script comes from, if it is one.
    pub fn only_file(&self) -> Option<&str> {
        let mut own = self.map()?.map.sources.iter().filter(|source| !source.is_ignored);
        let only = own.next().filter(|_| own.next().is_none())?;
        Some(&only.url)
    }

    /// The text of an original file, if the map or the disk has it.
    pub fn source_text(&self, url: &str) -> Option<&str> {
        let mut maps = vec![&self.map()?.map];
        while let Some(map) = maps.pop() {
            let text =
                map.sources.iter().find(|source| &*source.url == url).and_then(|it| it.content.as_deref());
            if text.is_some() {
                return text;
            }
            maps.extend(map.sources.iter().filter_map(|source| source.inner.as_deref()));
        }
        None
    }

    /// What is to be said of the map: where it is and why it is believed, or why it is not used.
    pub fn note(&self) -> Option<String> {
        match &self.found {
            Ok(found) => Some(format!("source map from {}, {}", found.origin, found.check)),
            Err(rejected) => rejected.as_ref().map(|rejected| {
                format!("the source map from {} is not used: {}", rejected.origin, rejected.reason)
            }),
        }
    }

    /// Whether a map was found that is of another text.
    pub fn is_rejected(&self) -> bool {
        matches!(self.found, Err(Some(_)))
    }

    /// Where a place of the script comes from.
    pub fn original(&self, position: Position) -> Option<Original> {
        self.originals.get(&position).cloned().or_else(|| self.compute(position))
    }

    /// The same without parsing: of a place where no function begins, the name is not told.
    pub fn original_at_once(&self, position: Position) -> Option<Original> {
        let find = || {
            let at = self.in_text(position)?;
            Some(original_of(&self.map()?.map.find(at.line - 1, at.column - 1)?, None))
        };
        self.originals.get(&position).cloned().or_else(find)
    }

    /// A place of the script in its own text.
    pub fn in_text(&self, position: Position) -> Option<Position> {
        without_offset(position, self.offset)
    }

    fn compute(&self, position: Position) -> Option<Original> {
        let at = self.in_text(position)?;
        let place = self.map()?.map.find(at.line - 1, at.column - 1)?;
        Some(original_of(&place, place.beginning()))
    }

    /// Where a place in the script's own text comes from, with what is written there.
    pub fn written(&self, position: Position) -> Option<Written<'_>> {
        let map = &self.map()?.map;
        let place = map.at(position.line - 1, position.column - 1);
        let is_exact = place.is_some();
        let place = place.or_else(|| map.find(position.line - 1, position.column - 1))?;
        Some(Written { place, is_exact })
    }

    /// The script's own text with its tables, where it is known whole.
    pub fn generated(&self) -> Option<&Generated> {
        let parse = || {
            let text = self.text.clone().filter(|text| text.is_whole)?;
            self.map()?;
            let outline = outline(&text.text, &self.url).ok()?;
            let lines = LineTable::new(&text.text);
            Some(Generated { text: Arc::new(text), outline: Arc::new(outline), lines })
        };
        self.generated.get_or_init(parse).as_ref()
    }
}

/// What the original text has at a place.
pub struct Written<'a> {
    place: SourcePlace<'a>,
    is_exact: bool,
}

impl Written<'_> {
    /// The place.
    pub fn original(&self) -> Original {
        original_of(&self.place, self.place.enclosing())
    }

    /// The variable there: the map's name for it, else the word that the original text has.
    pub fn name(&self) -> Option<String> {
        if !self.is_exact {
            return None;
        }
        let word = || {
            let text = self.place.source.content.as_deref()?;
            let offset = self.place.source.lines()?.offset(self.place.position())?;
            let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '#');
            let word: String = text[offset..].chars().take_while(|&c| is_part(c)).take(200).collect();
            (!word.is_empty() && !word.starts_with(|c: char| c.is_ascii_digit())).then_some(word)
        };
        self.place.name.map(str::to_owned).or_else(word)
    }

    /// The line of the original text.
    pub fn line(&self) -> Option<&str> {
        self.place.source.lines()?.line(self.place.position().line)
    }
}

fn original_of(place: &SourcePlace<'_>, name: Option<&str>) -> Original {
    Original {
        url: Arc::clone(&place.source.url),
        position: place.position(),
        name: name.map(Arc::from),
        is_ignored: place.source.is_ignored,
    }
}

/// Places of a script inside another text count from the beginning of that.
fn without_offset(position: Position, (lines, columns): (u32, u32)) -> Option<Position> {
    let line = position.line.checked_sub(lines)?;
    let column = if line == 1 { position.column.checked_sub(columns)? } else { position.column };
    (line > 0 && column > 0).then_some(Position { line, column })
}
