//! Whether a map is of the script that ran: a wrong one is not used.

use std::fmt;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::source::lines::Lines;
use crate::source::maps::source_map::SourceMap;
use crate::source::places::Position;

/// Functions whose places are looked at.
const FUNCTIONS: usize = 4096;
/// Segments whose names are looked at.
const SEGMENTS: usize = 4096;
/// Of that many parts one may not fit: bundlers add functions of their own.
const MISFITS: usize = 3;
/// The same for columns and names, which fit exactly.
const EXACT_MISFITS: usize = 20;
/// With fewer functions, they alone do not tell that a map is wrong.
const FEW: usize = 2;

/// Why a map is believed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MapCheck {
    /// It has the script's debug id.
    DebugId,
    /// At that many of all places of functions a function begins in the original text.
    Functions {
        /// Where one begins.
        found: usize,
        /// All that the map tells a text for.
        of: usize,
    },
    /// Nothing contradicts it, and nothing can be compared.
    NotChecked,
}

impl fmt::Display for MapCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DebugId => f.write_str("same debug id"),
            Self::Functions { found, of } => write!(f, "{found} of {of} functions found"),
            Self::NotChecked => f.write_str("not checked"),
        }
    }
}

/// What the snapshot knows of a script.
pub(super) struct Script<'a> {
    /// Its debug id.
    pub debug_id: Option<&'a str>,
    /// Where its functions stand, in its own text.
    pub functions: &'a [Position],
    /// Its text, or the beginning of it.
    pub text: Option<&'a str>,
    /// Whether the text is whole.
    pub is_whole: bool,
}

/// Compares what the map says with what is known of the script; an error says what does not fit.
pub(super) fn check(map: &SourceMap, script: &Script<'_>) -> Result<MapCheck, String> {
    if let (Some(own), Some(other)) = (script.debug_id, map.debug_id.as_deref()) {
        let is_same = own.eq_ignore_ascii_case(other);
        return if is_same { Ok(MapCheck::DebugId) } else { Err("it has another debug id".to_owned()) };
    }
    if map.mappings.is_empty() {
        return Err("it maps nothing".to_owned());
    }
    if let Some(text) = script.text {
        check_text(map, text, script.is_whole)?;
    }
    let (mut found, mut of) = (0, 0);
    // With a map of another text, many places lie behind the same segment.
    let mut seen = FxHashSet::default();
    // The code of a whole script or module stands at its first letter.
    let functions = script.functions.iter().filter(|position| (position.line, position.column) != (1, 1));
    for &position in functions.take(FUNCTIONS) {
        let Some(place) = map.find(position.line - 1, position.column - 1) else { continue };
        let Some(definitions) = place.source.definitions() else { continue };
        of += 1;
        let is_news = seen.insert((Arc::as_ptr(&place.source.url), place.position()));
        found += usize::from(is_news && definitions.begins_at(place.position()));
    }
    let misfits = of - found;
    if of > FEW && misfits * MISFITS > of || found == 0 && of == FEW {
        return Err(format!("{found} of {of} functions found"));
    }
    Ok(if of > 0 { MapCheck::Functions { found, of } } else { MapCheck::NotChecked })
}

/// Columns lie inside their lines, and names stand where a word begins.
fn check_text(map: &SourceMap, text: &str, is_whole: bool) -> Result<(), String> {
    // V8 writes characters past U+FFFF as one unit of any value: what stands behind one is a unit off.
    let is_damaged = |c: char| c == '\0' || c >= '\u{d000}';
    let damaged = text.find(is_damaged).filter(|&at| !text[at..].starts_with('\u{feff}') || at > 0);
    let (text, is_whole) = match damaged {
        Some(at) => (&text[..at], false),
        None => (text, is_whole),
    };
    let lines = Lines::new(text);
    // The last line of a text that was cut is cut itself.
    let known = if is_whole { lines.count() } else { lines.count() - 1 };
    let mapped = map.mappings.line_count();
    let used = (0..mapped).rev().find(|&line| map.mappings.last_column(line).is_some());
    if let Some(last) = used.filter(|&last| is_whole && last >= lines.count()) {
        return Err(format!("it has {} lines, the script {}", last + 1, lines.count()));
    }
    let (mut outside, mut of) = (0, 0);
    for line in 0..known.min(mapped) {
        let number = u32::try_from(line + 1).unwrap_or(u32::MAX);
        let (Some(last), Some(own)) = (map.mappings.last_column(line), lines.line(number)) else { continue };
        of += 1;
        let length = if text.is_ascii() { own.len() } else { own.encode_utf16().count() };
        outside += usize::from(last as usize > length);
    }
    if outside * EXACT_MISFITS > of {
        return Err(format!("{outside} of {of} lines are shorter than it says"));
    }
    let (mut inside, mut of) = (0, 0);
    for (line, column) in map.mappings.named().take(SEGMENTS) {
        let position = Position { line: line + 1, column: column + 1 };
        let Some(offset) = lines.offset(position).filter(|_| is_whole || (line as usize) < known) else {
            continue;
        };
        of += 1;
        inside += usize::from(!begins_word(text, offset));
    }
    if inside * MISFITS > of {
        return Err(format!("{inside} of {of} names stand where no word begins"));
    }
    Ok(())
}

/// Whether a word, a string or a private name begins at an offset.
fn begins_word(text: &str, offset: usize) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '#' | '\\');
    let before = text[..offset].chars().next_back();
    let first = text[offset..].chars().next();
    let begins = first.is_some_and(|c| is_word(c) || matches!(c, '"' | '\'' | '`' | '[' | '(' | '{' | '.'));
    begins && !(before.is_some_and(is_word) && first.is_some_and(is_word))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGINAL: &str = "const leaks = [];\nfunction add(x) {\n  leaks.push(x);\n}\nfunction go() {\n  add(1);\n}\n\
                            function stop() {}\n";
    const GENERATED: &str = "const e=[];function n(t){e.push(t)}function r(){n(1)}function o(){}\n";

    /// A map from the generated text to the original, of the words in both that stand for each other.
    fn map(extra: &str) -> SourceMap {
        let pairs = [
            ("e=", "leaks ="),
            ("n(t", "add(x)"),
            ("(t)", "(x)"),
            ("e.p", "leaks.p"),
            ("r()", "go()"),
            ("n(1", "add(1"),
            ("o()", "stop()"),
        ];
        let mut mappings = String::new();
        let (mut at, mut line, mut column) = (0_i64, 0_i64, 0_i64);
        for (generated, original) in pairs {
            let offset = i64::try_from(GENERATED.find(generated).unwrap()).unwrap();
            let target = Lines::new(ORIGINAL).position(ORIGINAL.find(original).unwrap());
            let (own_line, own_column) = (i64::from(target.line) - 1, i64::from(target.column) - 1);
            for delta in [offset - at, 0, own_line - line, own_column - column] {
                push_number(&mut mappings, delta);
            }
            mappings.push(',');
            (at, line, column) = (offset, own_line, own_column);
        }
        let text = serde_json::to_string(ORIGINAL).unwrap();
        let json = format!(
            "{{\"version\":3,\"sources\":[\"a.ts\"],\"sourcesContent\":[{text}],\"names\":[],\"mappings\":\"{mappings}\"{extra}}}"
        );
        SourceMap::parse(json.as_bytes()).unwrap()
    }

    fn push_number(text: &mut String, number: i64) {
        const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut rest = (number.unsigned_abs() << 1) | u64::from(number < 0);
        loop {
            let digit = (rest & 31) | if rest > 31 { 32 } else { 0 };
            text.push(char::from(DIGITS[usize::try_from(digit).unwrap()]));
            rest >>= 5;
            if rest == 0 {
                return;
            }
        }
    }

    fn functions(text: &str) -> Vec<Position> {
        ["(t)", "()", "(){}"].map(|part| Lines::new(text).position(text.find(part).unwrap())).to_vec()
    }

    fn checked(map: &SourceMap, text: &str, debug_id: Option<&str>) -> Result<MapCheck, String> {
        let functions = functions(text);
        check(map, &Script { debug_id, functions: &functions, text: Some(text), is_whole: true })
    }

    #[test]
    fn a_map_fits_its_own_text() {
        assert_eq!(checked(&map(""), GENERATED, None), Ok(MapCheck::Functions { found: 3, of: 3 }));
    }

    #[test]
    fn a_map_of_another_build_does_not() {
        let shifted = format!("const add=1,more=2;{GENERATED}");
        assert!(checked(&map(""), &shifted, None).is_err());
        let shorter = GENERATED.replace("function o(){}", "");
        let script = Script { debug_id: None, functions: &[], text: Some(&shorter), is_whole: true };
        assert!(check(&map(""), &script).is_err());
        let cut = Script { is_whole: false, text: Some(shorter.trim_end()), ..script };
        assert_eq!(check(&map(""), &cut), Ok(MapCheck::NotChecked));
    }

    #[test]
    fn debug_ids_decide() {
        let map = map(",\"debugId\":\"AB\"");
        assert_eq!(checked(&map, GENERATED, Some("ab")), Ok(MapCheck::DebugId));
        assert!(checked(&map, GENERATED, Some("cd")).is_err());
    }
}
